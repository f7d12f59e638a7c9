"""Layers with sizes, parameters and points that tests draw: for central differences, and for another library."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from tinyml import bias, dense, initialise, layers, lift, linear, scores, vectors

seeds = st.integers(0, 2**32 - 1)
sizes = st.integers(1, 5)
in_front = st.sampled_from([(), (1,), (3,), (2, 3)])
"""The axes in front of a row: one row alone, a batch, a batch of sequences."""

LAYERS: dict[str, Any] = {
    "linear": lambda a, b: linear(vectors(a), scores(b)),
    "bias": lambda a, b: bias(vectors(a)),
    "relu": lambda a, b: lift(layers.relu(vectors(a))),
    "sigmoid": lambda a, b: lift(layers.sigmoid(vectors(a))),
    "tanh": lambda a, b: lift(layers.tanh(vectors(a))),
    "dense": lambda a, b: dense(vectors(a), scores(b), layers.tanh),
    "two dense": lambda a, b: (
        dense(vectors(a), vectors(3), layers.sigmoid) >> dense(vectors(3), scores(b), layers.tanh)
    ),
}
"""Each for a width of its points and one of its results."""


def drawn(own: Any, rng: np.random.Generator) -> Any:
    """Return parameters of which nothing is zero."""
    return initialise(own.parameters, rng, lambda space, its: np.asarray(its.normal(size=space.size)))


def away_from_zero(x: Any) -> Any:
    """Return points at which no kink is near."""
    return x + np.where(x < 0, -0.1, 0.1)

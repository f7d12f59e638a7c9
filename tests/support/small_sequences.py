"""Sequences, masks and attention of sizes that tests draw."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from small_lenses import pair

from tinyml import initialise

seeds = st.integers(0, 2**32 - 1)
in_front = st.sampled_from([(), (1,), (3,)])
lengths = st.integers(1, 5)
widths = st.integers(1, 4)


def drawn_mask(number: int, read: int, rng: np.random.Generator) -> Any:
    """Return a mask in which each query may read something."""
    mask = rng.random((number, read)) < 0.5
    mask[np.arange(number), rng.integers(0, read, number)] = True
    return mask


def drawn_rows(rng: np.random.Generator, *shape: int) -> Any:
    return rng.normal(size=shape)


def drawn_for(own: Any, rng: np.random.Generator) -> Any:
    """Return parameters of which nothing is zero, small enough that no softmax is nearly one key alone."""
    return initialise(own.parameters, rng, lambda space, its: np.asarray(0.6 * its.normal(size=space.size)))


def one_of(own: Any, place: int, size: int, heads: int) -> Any:
    """Return the parameters of one head of those of `attention`."""
    width = size // heads

    def affine(part: int) -> Any:
        columns = slice(part * size + place * width, part * size + (place + 1) * width)
        return pair(own.second.first[columns], own.second.second[:, columns])

    return pair(pair(affine(0), affine(1)), affine(2))

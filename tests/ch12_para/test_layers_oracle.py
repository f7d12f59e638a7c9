"""JAX as a judge of the layers: their values, and the changes of parameters and points, in float64 on the processor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from drawing import draws
from hypothesis import given
from hypothesis import strategies as st
from small_layers import LAYERS, away_from_zero, drawn, in_front, seeds, sizes

from tinyml import embed
from tinyml.ch12_para.trees import picked

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_platforms", "cpu")
pytestmark = pytest.mark.uncounted

SAME: dict[str, Callable[..., Any]] = {
    "linear": lambda x, weights: x @ weights,
    "bias": lambda x, offsets: x + offsets,
    "relu": jax.nn.relu,
    "sigmoid": jax.nn.sigmoid,
    "tanh": jnp.tanh,
    "dense": lambda x, offsets, weights: jnp.tanh(x @ weights + offsets),
    "two dense": lambda x, p, v, q, w: jnp.tanh(jax.nn.sigmoid(x @ w + q) @ v + p),
}
"""The same functions, of a point and of what is at the leaves of the parameters, from left to right."""


def near(own: Any, its: Any) -> None:
    np.testing.assert_allclose(own, np.asarray(its), rtol=1e-11, atol=1e-12)


@draws(100)
@given(st.sampled_from(sorted(SAME)), sizes, sizes, in_front, seeds)
def test_a_layer_has_the_values_and_changes_of_jax(name: str, a: int, b: int, front: Any, seed: int) -> None:
    own, rng = LAYERS[name](a, b), np.random.default_rng(seed)
    x, parameters = away_from_zero(rng.normal(size=(*front, a))), drawn(own, rng)
    arrays = [leaf for leaf in picked(parameters) if isinstance(leaf, np.ndarray)]
    result, kept = own.forward(parameters, x)
    value, back = jax.vjp(SAME[name], x, *arrays)
    near(result, value)
    weight = rng.normal(size=result.shape)
    changes, before = own.backward(kept, weight)
    found = [before, *(leaf for leaf in picked(changes) if isinstance(leaf, np.ndarray))]
    for mine, its in zip(found, back(weight), strict=True):
        near(mine, its)


@draws(50)
@given(sizes, sizes, in_front, seeds)
def test_looking_up_has_the_changes_of_jax(size: int, dimension: int, front: Any, seed: int) -> None:
    rng = np.random.default_rng(seed)
    table, which = rng.normal(size=(size, dimension)), rng.integers(0, size, front)
    own: Any = embed(size, dimension)
    result, kept = own.forward(table, which)
    value, back = jax.vjp(lambda rows: rows[which], table)
    near(result, value)
    weight = rng.normal(size=result.shape)
    near(own.backward(kept, weight)[0], back(weight)[0])

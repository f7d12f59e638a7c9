"""JAX as a judge of the losses: their values, and what they send back to labels and scores, in float64."""

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

from tinyml import cross_entropy, losses, squared, vectors

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_platforms", "cpu")
pytestmark = pytest.mark.uncounted

seeds = st.integers(0, 2**32 - 1)
SAME: dict[str, tuple[Callable[[int], Any], Callable[..., Any]]] = {
    "half the sum": (lambda n: squared(vectors(n)), lambda t, y: ((y - t) ** 2).sum() / 2),
    "the sum": (lambda n: squared(vectors(n), "the sum"), lambda t, y: ((y - t) ** 2).sum()),
    "half the mean": (lambda n: squared(vectors(n), "half the mean"), lambda t, y: ((y - t) ** 2).mean() / 2),
    "the mean": (lambda n: squared(vectors(n), "the mean"), lambda t, y: ((y - t) ** 2).mean()),
    "shared": (losses.shared, lambda t, y: -(t * jax.nn.log_softmax(y)).sum()),
    "misprinted": (losses.misprinted, lambda t, y: (t * (y - jax.nn.log_softmax(y))).sum()),
    "dot": (lambda n: losses.dot(vectors(n)), lambda t, y: (t * y).sum()),
}


def near(own: Any, its: Any) -> None:
    np.testing.assert_allclose(own, np.asarray(its), rtol=1e-11, atol=1e-12)


@draws(100)
@given(st.sampled_from(sorted(SAME)), st.integers(1, 5), seeds)
def test_a_loss_has_the_values_and_changes_of_jax(name: str, size: int, seed: int) -> None:
    made, same = SAME[name]
    own, (label, prediction) = made(size), np.random.default_rng(seed).normal(size=(2, size))
    result, kept = own.forward(label, prediction)
    value, back = jax.vjp(same, label, prediction)
    near(result, value)
    for mine, its in zip(own.backward(kept, 0.7), back(jnp.asarray(0.7)), strict=True):
        near(mine, its)


@draws(60)
@given(st.integers(1, 5), st.integers(1, 4), seeds)
def test_a_cross_entropy_has_the_values_and_changes_of_jax(size: int, batch: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows, targets = rng.normal(size=(batch, size)), rng.integers(0, size, batch)
    of_tokens: Any = cross_entropy(size)
    result, kept = of_tokens.forward(targets, rows)
    value, back = jax.vjp(lambda y: -jax.nn.log_softmax(y)[jnp.arange(batch), targets].mean(), rows)
    near(result, value)
    near(of_tokens.backward(kept, 0.7)[1], back(jnp.asarray(0.7))[0])
    table, counts = rng.normal(size=(size, size)), rng.integers(0, 4, (size, size)) + np.eye(size)
    of_counts: Any = losses.counted(size)
    result, kept = of_counts.forward(counts, table)
    value, back = jax.vjp(lambda y: -(counts * jax.nn.log_softmax(y)).sum() / counts.sum(), table)
    near(result, value)
    near(of_counts.backward(kept, 0.7)[1], back(jnp.asarray(0.7))[0])

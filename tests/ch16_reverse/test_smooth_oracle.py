"""Smooth maps against JAX, once and twice."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from drawing import draws
from hypothesis import given
from small_polymaps import WAVY, point, seeds

from tinyml import smooth_reverse

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_platforms", "cpu")


@draws(10)
@given(seeds)
def test_the_reverse_and_its_reverse_are_those_of_jax(number: int) -> None:
    def wavy(at: Any) -> Any:
        x, y, z = at
        return jnp.stack([jnp.sin(x * y) / (1 + z * z), jnp.exp(-x) * jnp.tanh(y) - jnp.cos(z) ** 2])

    def back(both: Any) -> Any:
        return jax.vjp(wavy, both[:3])[1](both[3:])[0]

    both, again = jnp.array(point(number, 5)), jnp.array(point(number + 1, 3))
    once = smooth_reverse(WAVY)
    assert np.abs(np.array(once(*both.tolist())) - np.array(back(both))).max() < 1e-12
    twice = smooth_reverse(once)(*both.tolist(), *again.tolist())
    assert np.abs(np.array(twice) - np.array(jax.vjp(back, both)[1](again)[0])).max() < 1e-12

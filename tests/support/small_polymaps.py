"""Polynomials and polynomial maps drawn at random, over both exact rings."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from tinyml import GF2, RATIONAL, PolyMap, Polynomial, SmoothMap, smooth
from tinyml.ch16_reverse.polymaps import names_of

RINGS = {"fractions": RATIONAL, "bits": GF2}
rings = st.sampled_from([RATIONAL, GF2])
seeds = st.integers(0, 2**32 - 1)


def drawn_polynomial(rng: np.random.Generator, ring: Any, size: int, terms: int = 3, degree: int = 2) -> Polynomial:
    """Return a polynomial with at most so many terms, in each of which each exponent is at most the degree."""
    found: dict[tuple[int, ...], Any] = {}
    for _ in range(int(rng.integers(0, terms + 1))):
        found[tuple(int(own) for own in rng.integers(0, degree + 1, size))] = ring.draw(rng)
    return Polynomial(ring, names_of(size), found)


def drawn_map(rng: np.random.Generator, ring: Any, source: int, target: int, **limits: int) -> PolyMap:
    return PolyMap(ring, source, tuple(drawn_polynomial(rng, ring, source, **limits) for _ in range(target)))


def numbers(rng: np.random.Generator, ring: Any, count: int) -> list[Any]:
    return [ring.draw(rng) for _ in range(count)]


WAVY = SmoothMap(
    "wavy",
    3,
    2,
    lambda x, y, z: (smooth.sin(x * y) / (1 + z * z), smooth.exp(-x) * smooth.tanh(y) - smooth.cos(z) ** 2),
)


def point(number: int, size: int) -> list[float]:
    """Return so many floats between -1 and 1."""
    found: list[float] = np.random.default_rng(number).uniform(-1, 1, size).tolist()
    return found

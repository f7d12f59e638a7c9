"""From lists to shares, and from a distribution to its likeliest outcome: one way is natural, the other is not.

    frequencies : list => dist        likeliest : dist => value

Laws (tests/ch07_naturality/test_shares.py): frequencies is natural; likeliest is not, although it commutes with
every renaming that keeps outcomes apart.
"""

from __future__ import annotations

from collections.abc import Hashable
from fractions import Fraction
from typing import TypeVar

from tinyml.ch06_functors.dist import DIST, Dist
from tinyml.ch06_functors.functors import LIST, VALUE
from tinyml.ch07_naturality.transformations import Transformation
from tinyml.errors import EmptyInput

A = TypeVar("A", bound=Hashable)


def _frequencies(items: list[A]) -> Dist[A]:
    if not items:
        raise EmptyInput("frequencies", "at least one item is needed")
    return Dist((item, Fraction(1, len(items))) for item in items)


def _likeliest(dist: Dist[A]) -> A:
    return max(dist.weights, key=lambda outcome: dist.weights[outcome])


frequencies = Transformation("frequencies", LIST, DIST, _frequencies)
"""From a list that is not empty to the share of each item: natural."""


likeliest = Transformation("likeliest", DIST, VALUE, _likeliest)
"""The most probable outcome, of several the one that was named first: not natural."""

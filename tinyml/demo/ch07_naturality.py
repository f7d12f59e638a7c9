"""Naturality: what cannot tell?

One way out of a list that cannot tell which items it holds, and one that can.
"""

from __future__ import annotations

from collections.abc import Iterator

from tinyml.ch07_naturality.transformations import first_or_none, largest_or_none, naturality


def lines() -> Iterator[str]:
    for transformation in (first_or_none, largest_or_none):
        yield str(naturality(transformation, lambda n: -n, [[], [0, 1]]))

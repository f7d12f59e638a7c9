"""Monoids: what adds up?

The counts of a text that is read in two halves.
"""

from __future__ import annotations

from collections.abc import Iterator

from tinyml.ch01_objects.domain import TokenSequence
from tinyml.ch08_monoids.shards import PairCounts, pair_counts
from tinyml.demo.telling import TEXT, VOCAB


def lines() -> Iterator[str]:
    halves = (TokenSequence.from_indices(half) for half in (TEXT.indices[:4], TEXT.indices[4:]))
    joined = pair_counts(VOCAB).fold(PairCounts.of(half, VOCAB) for half in halves)
    yield f"counts of two halves are those of the text: {joined == PairCounts.of(TEXT, VOCAB)}"

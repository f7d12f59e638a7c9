"""Sparse sums: how often each of very many things has come, of which few come at all.

    {code: count} + {code: count}      codes are whole numbers, such as input * V + target

A sum is two arrays: the codes that occur, rising, and the count of each.
Law (tests/count/test_count.py): a tally holds what `collections.Counter` holds, however its parts came.
"""

from __future__ import annotations

from typing import final

import numpy as np

from tinyml.validation import IntArray

LEAST_WAITING = 2**20


def starts_of_runs(ordered: IntArray) -> IntArray:
    """Return where each run of equal entries begins.

    >>> starts_of_runs(np.array([3, 3, 5])).tolist()
    [0, 2]
    """
    starts: IntArray = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1])) if len(ordered) else ordered[:0]
    return starts


def count_codes(codes: IntArray) -> tuple[IntArray, IntArray]:
    """Count single codes.

    >>> [array.tolist() for array in count_codes(np.array([5, 3, 3]))]
    [[3, 5], [2, 1]]
    """
    ordered = np.sort(codes)
    starts = starts_of_runs(ordered)
    return ordered[starts], np.diff(starts, append=len(ordered))


@final
class Tally:
    """A sum that grows.  What comes waits until it is as much as the sum, so that sorting costs little in all."""

    def __init__(self) -> None:
        self.codes = self.counts = np.empty(0, dtype=np.int64)
        self.waiting: list[tuple[IntArray, IntArray]] = []
        self.size = 0

    def add(self, codes: IntArray, counts: IntArray) -> None:
        """Add counts; a code may stand there several times, and in any order."""
        self.waiting.append((codes, counts))
        self.size += len(codes)
        if self.size > max(LEAST_WAITING, len(self.codes)):
            self._settle()

    def total(self) -> tuple[IntArray, IntArray]:
        """Return the codes, rising, and their counts."""
        self._settle()
        return self.codes, self.counts

    def _settle(self) -> None:
        parts = [(self.codes, self.counts), *self.waiting]
        codes, counts = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
        self.waiting, self.size = [], 0
        order = np.argsort(codes, kind="stable")
        codes = codes[order]
        starts = starts_of_runs(codes)
        self.codes = codes[starts]
        self.counts = np.add.reduceat(counts[order], starts) if len(starts) else counts

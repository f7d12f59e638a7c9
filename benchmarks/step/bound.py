"""The bound: the three bare matrix products and the exponential of one step, in buffers that are there already.

No bias, no sum of a row, no counts and no subtraction: what a step of this size cannot do without, in the dtype of the
row.  The rows of the table are taken at once or in blocks, whichever was seen to be faster; buffers begin where a line
of the cache does.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

from benchmarks.step.problems import Floats
from benchmarks.step.steps import Steps
from tinyml.ch04_training.fused_steps import aligned

BLOCKS = (64, 128, 256, 512, 1024)
TRIES, LONG = 5, 1.0  # times and seconds for which each form is tried


class Bound(Steps):
    def __init__(self, name: str, dtype: str) -> None:
        super().__init__(name, dtype)
        E, W, _ = self.problem.started(self.dtype)
        self.E, self.W, self.dE, self.dW = (aligned(array.shape, self.dtype) for array in (E, W, E, W))
        self.E[:], self.W[:] = E, W
        self.cut(self.problem.tokens)

    def cut(self, rows: int) -> None:
        """Take so many rows at a time."""
        tokens, self.rows = self.problem.tokens, rows
        table = aligned((rows, tokens), self.dtype)
        ends = [(first, min(first + rows, tokens)) for first in range(0, tokens, rows)]
        self.blocks = [(self.E[a:b], table[: b - a], self.dE[a:b]) for a, b in ends]

    def advance(self, count: int) -> Sequence[Floats]:
        W, Wt, dW = self.W, self.W.T, self.dW
        for _ in range(count):
            for E, P, dE in self.blocks:
                np.dot(E, W, out=P)
                np.exp(P, out=P)
                np.dot(P, Wt, out=dE)
                np.dot(E.T, P, out=dW)
        return [self.dE, self.dW]

    def check(self) -> None:
        """Choose the faster form; nothing is computed that could be compared."""
        forms = [self.problem.tokens, *(rows for rows in BLOCKS if rows < self.problem.tokens)]
        self.cut(min(forms, key=self.shortest))
        self.settle()

    def shortest(self, rows: int) -> float:
        self.cut(rows)
        times: list[float] = []
        while len(times) < TRIES and sum(times) < LONG:
            started = time.perf_counter()
            self.advance(1)
            times.append(time.perf_counter() - started)
        return min(times)

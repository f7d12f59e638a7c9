"""Fused steps: what a training step computes, and many of them without checks, copies and new arrays in between.

    X = exp(E W + b)    s = X 1    S = rate/N (diag(C 1 / s) X - C)
    E <- E - S Wt       W <- W - Et S       b <- b - 1t S

`TrainStep` takes all its steps here, one or many, in arrays that are made once a run.  Nothing but the parameters goes
from one step to the next, so that a run may be cut anywhere and its bits stay.  The scores are shifted before exp only
where a sum s leaves the range in which that changes nothing; the parameters alone decide where.  All that is summed
begins where a line of the cache does, since a product may add in another order where its numbers lie elsewhere.
A column of ones beside E, and b as one more row of W, make the bias part of the matrix products.
Laws (tests/ch04_training/test_fused.py): steps equal the four readable lines of `tinyml.ch04_training.training`
within 1e-12; both forms below compute the same; products find their numbers at the same place of a line in every run;
arguments stay. And to the last bit (tests/ch05_endomorphism/test_powers.py): a run is its steps, wherever it is cut.
"""

from __future__ import annotations

import math
from typing import Any, Protocol, final

import numpy as np
from numpy.typing import DTypeLike, NDArray

from tinyml.ch01_objects.domain import TrainingSet
from tinyml.ch01_objects.parameters import Parameters
from tinyml.ch01_objects.quantities import LearningRate
from tinyml.errors import NumericalOverflow
from tinyml.validation import IntArray, float64_copy

Array = NDArray[Any]

LARGEST_WHOLE = 128
"""Tokens up to which a table of all predictions is kept as a whole; its rows are counted off in blocks above."""

CACHE_LINE = 64
"""Bytes that a processor reads at once; a table for which it has to read no line twice is worked on faster."""

BLOCK_ROWS = {np.dtype(np.float64): 144, np.dtype(np.float32): 256}
"""Rows of a block: as few as matrix products run at full speed with, so that a block stays near the processor."""

WIDE = 2048
"""Tokens from which on no such block stays there: blocks have twice as many rows, and there are half as many."""

BUFFER = 512
"""Entries of numpy's buffers.  In buffers of the usual 8,192 it would repeat the factor of a row for each of its
entries before it multiplies, which takes twice as long or more; a row that does not fit is worked on where it lies."""

SPARSE = 10
"""A table of counts is worked on place by place while at most one in so many is not zero."""

RANGE = {np.dtype(np.float64): 1e200, np.dtype(np.float32): 1e30}
"""What a sum of squares has to stay below; sums of exp and their inverses are then below its root."""


class Steps(Protocol):
    """The state of a run, in arrays of its own."""

    def run(self, count: int) -> None:
        """Take steps; `NumericalOverflow` names how many were complete."""

    def parameters(self) -> Parameters: ...


def fused(dataset: TrainingSet, rate: LearningRate, start: Parameters, count: int, dtype: DTypeLike) -> Parameters:
    """Return the parameters after `count` full-batch steps, computed in `dtype`."""
    dataset.check_tokens(start.vocab_size.value)
    kind = WholeTable if start.vocab_size.value <= LARGEST_WHOLE else RowBlocks
    with np.errstate(all="ignore"):  # what leaves the range of floats is found and named
        if kind is RowBlocks:
            np.setbufsize(BUFFER)  # until the end of this block
        steps: Steps = kind(dataset, rate, start, np.dtype(dtype))
        steps.run(count)
        return steps.parameters()


@final
class WholeTable:
    """For small vocabularies: the whole state in one piece of memory, so that one call can change or check it."""

    def __init__(self, dataset: TrainingSet, rate: LearningRate, start: Parameters, dtype: np.dtype[Any]) -> None:
        size, dimension = start.embedding.shape
        counts = dataset.counts(start.vocab_size) * (rate.value / len(dataset))
        whole = aligned((2 * size + 4 * dimension + 7, size), dtype)
        self.table, self.counts, self.totals, self.ones = whole[:size], whole[size : 2 * size], whole[-2], whole[-1]
        self.memory, self.change = whole[2 * size : -2 * dimension - 3], whole[-2 * dimension - 3 : -2]
        self.rows, self.head = self.memory[: dimension + 1].T, self.memory[dimension + 1 : -2]
        self.sums, self.factors = self.memory[-2], self.memory[-1]
        self.counts[:], self.totals[:], self.ones[:] = counts, counts.sum(axis=1), 1.0
        self.rows[:, 0], self.rows[:, 1:] = 1.0, start.embedding
        self.head[0], self.head[1:] = start.bias, start.lm_head

    def run(self, count: int) -> None:
        rows, head, table, counts = self.rows, self.head, self.table, self.counts
        totals, sums, factors, column = self.totals, self.sums, self.factors, self.factors[:, None]
        numbers, moving, limit = self.memory.ravel(), self.memory[1:-2], RANGE[table.dtype]
        change, ones = self.change, self.ones
        of_rows, of_head = change[: len(head) - 1], change[len(head) - 1 :]
        rows_t, weights, table_t = rows.T, head[1:], table.T
        for done in range(count):
            rows.dot(head, table)
            np.exp(table, table)
            table.dot(ones, sums)
            np.divide(totals, sums, factors)
            if not numbers.dot(numbers) < limit:
                self._shift(done)
            np.multiply(table, column, table)
            np.subtract(table, counts, table)
            weights.dot(table_t, of_rows)
            rows_t.dot(table, of_head)
            np.subtract(moving, change, moving)
        check(count, moving)

    def _shift(self, done: int) -> None:
        """Compute the table, its sums and the factors again, safe for scores of any finite size."""
        check(done, self.memory[1:-2])
        self.rows.dot(self.head, self.table)
        exp_shifted(self.table, done)
        self.table.sum(axis=1, out=self.sums)
        np.divide(self.totals, self.sums, self.factors)

    def parameters(self) -> Parameters:
        return Parameters.of_own(
            float64_copy(self.rows[:, 1:]), float64_copy(self.head[1:]), float64_copy(self.head[0])
        )


@final
class RowBlocks:
    """For large vocabularies: one block of rows at a time, and of sparse counts only those that are not zero.

    With P the predictions and T the share of each target among the examples of its input token, S is
    diag(f) Y, where Y = s (P - T) = X - s T and f = rate/N C1 / s: the factors go to the small sides of the
    products, E and Y Wt, and few targets change the table in few places.  Full counts are subtracted from diag(f) X.
    """

    def __init__(self, dataset: TrainingSet, rate: LearningRate, start: Parameters, dtype: np.dtype[Any]) -> None:
        size, dimension = start.embedding.shape
        self.rows, self.head = aligned((size, dimension + 1), dtype), aligned((dimension + 1, size), dtype)
        self.rows[:, :-1], self.rows[:, -1] = start.embedding, 1.0
        self.head[:-1], self.head[-1] = start.lm_head, start.bias
        inputs, targets = dataset.pairs.T
        self.block = min(size, BLOCK_ROWS[dtype] if size < WIDE else 2 * BLOCK_ROWS[dtype])
        scale = rate.value / len(dataset)
        self.full = len(inputs) * SPARSE > size * size
        if self.full:
            self.counts = np.zeros((size, size), dtype)
            self.counts[inputs, targets] = dataset.multiplicities
            self.counts *= dtype.type(scale)
            self.totals = self.counts.sum(axis=1)
        else:
            self.starts: IntArray = inputs.searchsorted(np.arange(size + 1))  # where the pairs of each token begin
            self.targets_of: IntArray = np.diff(self.starts)
            totals = np.diff(np.append(0, np.cumsum(dataset.multiplicities))[self.starts])
            self.totals = (totals * scale).astype(dtype)
            self.shares = (dataset.multiplicities / totals.repeat(self.targets_of)).astype(dtype)
            self.places = inputs % self.block * size + targets
        self.table, self.weighted = aligned((self.block, size), dtype), aligned((self.block, dimension + 1), dtype)
        self.sums, self.factors, self.ones = aligned((size,), dtype), aligned((size,), dtype), aligned((size,), dtype)
        self.ones[:] = 1.0
        self.back, self.of_head = aligned(self.rows.shape, dtype), aligned(self.head.shape, dtype)
        self.of_rows = aligned((self.block, dimension), dtype)

    def run(self, count: int) -> None:
        rows, head, back, of_head = self.rows, self.head, self.back, self.of_head
        size, weights = len(rows), self.back[:, :-1]
        for done in range(count):
            if not sum_of_squares(rows) + sum_of_squares(head) < RANGE[rows.dtype]:
                check(done, rows, head)
            np.copyto(back, head.T)  # what the step begins with, while W and b change
            for first in range(0, size, self.block):
                block = slice(first, min(first + self.block, size))
                table, weighted = self._errors(block, done)
                weighted.T.dot(table, of_head)
                np.subtract(head, of_head, head)
                of_rows = table.dot(weights, self.of_rows[: len(table)])
                if not self.full:
                    np.multiply(of_rows, self.factors[block, None], of_rows)
                np.subtract(rows[block, :-1], of_rows, rows[block, :-1])
        check(count, rows, head)

    def _errors(self, block: slice, done: int) -> tuple[Array, Array]:
        """Return Y and diag(f) E of some rows, and keep f; of full counts return S and E."""
        rows, totals, sums, factors = self.rows[block], self.totals[block], self.sums[block], self.factors[block]
        weights = self.back.T
        table = rows.dot(weights, self.table[: len(rows)])
        np.exp(table, table)
        table.dot(self.ones, sums)
        np.divide(totals, sums, factors)
        if not sums.dot(sums) + factors.dot(factors) < RANGE[table.dtype]:
            rows.dot(weights, table)
            exp_shifted(table, done)
            table.sum(axis=1, out=sums)
            np.divide(totals, sums, factors)
        if self.full:
            table *= factors[:, None]
            table -= self.counts[block]
            return table, rows
        known = slice(self.starts[block.start], self.starts[block.stop])
        expected = sums.repeat(self.targets_of[block])
        expected *= self.shares[known]
        np.subtract.at(table.ravel(), self.places[known], expected)
        return table, np.multiply(rows, factors[:, None], self.weighted[: len(rows)])

    def parameters(self) -> Parameters:
        return Parameters.of_own(
            float64_copy(self.rows[:, :-1]), float64_copy(self.head[:-1]), float64_copy(self.head[-1])
        )


def aligned(shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    """Return an array with any entries that begins where a line of the cache does."""
    size = math.prod(shape) * dtype.itemsize
    memory = np.empty(size + CACHE_LINE, np.uint8)
    first = -memory.ctypes.data % CACHE_LINE
    return memory[first : first + size].view(dtype).reshape(shape)


def exp_shifted(table: Array, done: int) -> None:
    """Replace scores by exp(score - largest of its row); `NumericalOverflow` when one is not finite."""
    if not np.isfinite(table).all():
        raise NumericalOverflow("logits", done)
    table -= table.max(axis=1, keepdims=True)
    np.exp(table, table)


def check(done: int, *arrays: Array) -> None:
    """Raise `NumericalOverflow` when the last step has left the range of floats."""
    if not all(np.isfinite(array).all() for array in arrays):
        raise NumericalOverflow("parameters", max(done - 1, 0))


def sum_of_squares(array: Array) -> float:
    flat = array.ravel()
    return float(flat.dot(flat))

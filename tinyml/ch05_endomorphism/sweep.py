"""A sweep: training from one start at many learning rates, with the loss at every step count.

    losses[r, n] = AverageLoss(f ** n (start))    for the step f with the r-th learning rate

All runs advance together, as arrays with a leading axis over the rates, so that many cost little more than one.
Of a small model one entry of all runs lies side by side in memory, and sums run over entries; of a larger one
the matrices of a run lie together, and sums are matrix products.
So its sums have an order of their own, and it agrees with the powers within rounding, which a run that diverges makes
large: what has to be the same to the last bit is an `iterate` or an `orbit`.
Laws (tests/ch05_endomorphism/test_endomorphism.py, tests/ch04_training/test_fused.py): every loss is that of single
steps within 1e-11, whatever the other rates are; a run that overflows stops, and the others go on.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, final

import numpy as np
from numpy.typing import NDArray

from tinyml.ch01_objects.domain import TrainingSet
from tinyml.ch01_objects.parameters import Parameters
from tinyml.ch01_objects.quantities import LearningRate, StepCount
from tinyml.ch03_prediction.prediction import log_softmax
from tinyml.errors import EmptyInput, WrongType, with_article
from tinyml.validation import FloatArray, float64_copy

Array = NDArray[Any]

DIVERGENCE_FACTOR = 10.0
"""A run has diverged once its loss is above this many times ln V, the loss of a uniform guess."""

MANY_RUNS, SMALL_PRODUCT = 16, 2048
"""From how many runs on, and up to how many multiplications, the runs of one entry lie side by side."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Trajectory:
    """What many runs from one start measured: one row per learning rate, one column per step count 0 … n.

    `losses` has shape (rates, n + 1), nan from the step on at which a run overflowed.  `diverged_at` and
    `overflowed_at` hold the first such step count of each run, or None.  `final` holds the last
    parameters of each run that could still be evaluated; all of them lie in one piece of memory.
    """

    learning_rates: tuple[LearningRate, ...]
    losses: FloatArray
    diverged_at: tuple[int | None, ...]
    overflowed_at: tuple[int | None, ...]
    final: tuple[Parameters, ...]


def trajectory(
    dataset: TrainingSet,
    start: Parameters,
    learning_rates: Sequence[LearningRate],
    count: StepCount,
    dtype: type[np.float32 | np.float64] = np.float64,
) -> Trajectory:
    """Train from one start at many learning rates at once and keep the loss at every step count.

    A run that overflows stops; the others go on.  With `dtype=np.float32` it computes in 32 bits.
    """
    for value, kind in ((dataset, TrainingSet), (start, Parameters), (learning_rates, Sequence), (count, StepCount)):
        if not isinstance(value, kind):
            raise WrongType("trajectory", with_article(kind.__name__), value)
    if not learning_rates:
        raise EmptyInput("learning rates")
    for rate in learning_rates:
        if not isinstance(rate, LearningRate):
            raise WrongType("trajectory", "LearningRate values", rate)
    if dtype not in (np.float32, np.float64):
        raise WrongType("trajectory", "numpy.float32 or numpy.float64", dtype)
    measured = np.full((count.value + 1, len(learning_rates)), np.nan)
    with np.errstate(all="ignore"):  # a run that leaves the range of floats is found by its loss
        runs = Runs(dataset, start, learning_rates, dtype)
        for step in range(count.value + 1):
            measured[step] = runs.losses()
            if step == count.value or not runs.going.any():
                break
            runs.step()
    losses = float64_copy(measured.T)
    losses.setflags(write=False)
    limit = DIVERGENCE_FACTOR * math.log(max(start.vocab_size.value, 2))
    return Trajectory(tuple(learning_rates), losses, _first(losses > limit), _first(~np.isfinite(losses)), runs.final())


class State(NamedTuple):
    """The parameters of all runs in one array of shape (runs, numbers of a run), and its parts."""

    numbers: Array
    embedding: Array
    """Shape (runs, V, d)."""
    head: Array
    """Shape (runs, d, V)."""
    bias: Array
    """Shape (runs, 1, V)."""


@final
class Runs:
    """The parameters of all runs, before and after the last step, and the arrays of one step."""

    def __init__(
        self, dataset: TrainingSet, start: Parameters, rates: Sequence[LearningRate], dtype: type[np.floating[Any]]
    ) -> None:
        size, dimension = start.embedding.shape
        self.runs, self.dtype, self.sizes = len(rates), dtype, (size, dimension)
        self.together = self.runs >= MANY_RUNS and size * size * dimension <= SMALL_PRODUCT
        shares = dataset.counts(start.vocab_size) / len(dataset)
        self.shares, self.totals = shares.astype(dtype), shares.sum(axis=1, keepdims=True).astype(dtype)
        column = np.array([rate.value for rate in rates], dtype)[:, None, None]
        self.expected, self.weights = self._filled(self.shares * column), self._filled(self.totals * column)
        self.now, self.before, self.change = (self._state(start) for _ in range(3))
        self.scores, self.table, self.sums = (self._filled(array) for array in (shares, shares, self.totals))
        self.going = np.ones(self.runs, dtype=bool)
        self.last: dict[int, Array] = {}

    def _filled(self, values: Array) -> Array:
        """Return one matrix for each run, shape (runs, rows, columns)."""
        rows, columns = values.shape[-2:]
        if self.together:
            array = np.empty((rows, columns, self.runs), self.dtype).transpose(2, 0, 1)
        else:
            array = np.empty((self.runs, rows, columns), self.dtype)
        array[:] = values
        return array

    def _state(self, start: Parameters) -> State:
        numbers = self._filled(np.concatenate([start.embedding, start.lm_head, start.bias], axis=None)[None])[:, 0]
        return State(numbers, *parts(numbers, *self.sizes))

    def _product(self, left: Array, right: Array, out: Array) -> None:
        """Multiply the matrices of each run."""
        if self.together:
            np.einsum("rik,rkj->rij", left, right, out=out)
        else:
            np.matmul(left, right, out=out)

    def losses(self) -> Array:
        """Return the loss of each run, nan for those that have stopped, shape (runs,); keep what the step needs."""
        scores, sums = self.scores, self.sums
        self._product(self.now.embedding, self.now.head, scores)
        np.add(scores, self.now.bias, scores)
        np.maximum.reduce(scores, axis=2, out=sums, keepdims=True)
        np.subtract(scores, sums, scores)
        np.exp(scores, self.table)
        np.add.reduce(self.table, axis=2, out=sums, keepdims=True)
        found: Array = weighted(self.totals, np.log(sums)) - weighted(self.shares, scores)
        if not math.isfinite(found.dot(found)):
            found = self._checked()
        return found

    def _checked(self) -> Array:
        """Return the losses again, nan where scores are not finite, and stop the runs that have just come there."""
        scores = self.now.embedding @ self.now.head + self.now.bias
        going = self.going & np.isfinite(scores).all(axis=(1, 2))
        table = log_softmax(np.where(going[:, None, None], scores, 0.0))
        found: Array = -np.where(self.shares > 0, self.shares * table, 0.0).sum(axis=(1, 2))
        found[~going] = np.nan
        for run in np.flatnonzero(self.going & ~going).tolist():
            self.last[run] = self.before.numbers[run].copy()
            self.now.numbers[run] = np.nan  # and so it stays
        self.going = going
        return found

    def step(self) -> None:
        """Take one step in each run, from the scores that its loss was made from."""
        table, sums, change = self.table, self.sums, self.change
        np.divide(self.weights, sums, sums)
        np.multiply(table, sums, table)
        np.subtract(table, self.expected, table)
        self._product(table, self.now.head.swapaxes(1, 2), change.embedding)
        self._product(self.now.embedding.swapaxes(1, 2), table, change.head)
        np.add.reduce(table, axis=1, out=change.bias, keepdims=True)
        np.subtract(self.now.numbers, change.numbers, self.before.numbers)
        self.now, self.before = self.before, self.now

    def final(self) -> tuple[Parameters, ...]:
        numbers = float64_copy(self.now.numbers)
        for run, last in self.last.items():
            numbers[run] = last
        numbers.setflags(write=False)
        embeddings, heads, biases = parts(numbers, *self.sizes)
        return tuple(Parameters.of_own(*arrays) for arrays in zip(embeddings, heads, biases[:, 0], strict=True))


def parts(numbers: Array, size: int, dimension: int) -> tuple[Array, Array, Array]:
    """Return views of the embeddings, heads and biases of all runs, from an array of shape (runs, numbers of a run)."""
    runs, matrix = len(numbers), size * dimension
    return (
        numbers[:, :matrix].reshape(runs, size, dimension),
        numbers[:, matrix : 2 * matrix].reshape(runs, dimension, size),
        numbers[:, 2 * matrix :].reshape(runs, 1, size),
    )


def weighted(weights: Array, values: Array) -> Array:
    """Return the sum of weights * values in each run, shape (runs,)."""
    found: Array = values.reshape(len(values), -1).dot(weights.ravel())
    return found


def _first(flags: NDArray[np.bool_]) -> tuple[int | None, ...]:
    """Return for each row the place of its first true entry."""
    places = np.where(flags.any(axis=1), flags.argmax(axis=1), -1)
    return tuple(None if place < 0 else place for place in places.tolist())

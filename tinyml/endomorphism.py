"""Training as an endomorphism: the same step, many times.

    f : A -> A   gives   f ** n = f >> f >> ... >> f : A -> A
    measure : Parameters -> Loss        update : Parameters -> Parameters

Only the second can be repeated.  The repetition of a fixed step is an action of the natural numbers.
Laws (tests/test_endomorphism.py): f ** (m + n) equals f ** m >> f ** n to the last bit; f ** 0 is the
identity; relabelling the vocabulary and rotating the features commute with training; the sum of
the bias, the row sums of the head and the row of an unseen token are conserved.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeVar, final

import numpy as np

from tinyml.category import Morphism, Power
from tinyml.domain import TrainingSet
from tinyml.errors import EmptyInput, WrongType, one
from tinyml.ml import average_loss, log_softmax
from tinyml.parameters import Parameters
from tinyml.quantities import LearningRate, Loss, StepCount
from tinyml.validation import FloatArray

A = TypeVar("A")

DIVERGENCE_FACTOR = 10.0
"""A run has diverged once its loss is above this many times ln V, the loss of a uniform guess."""


@final
@dataclass(frozen=True, slots=True, repr=False)
class AverageLoss(Morphism[Parameters, Loss]):
    """Measure parameters on a training set: an arrow Parameters -> Loss, which cannot be repeated."""

    dataset: TrainingSet
    signature: ClassVar[tuple[type, type]] = (Parameters, Loss)

    def __post_init__(self) -> None:
        if not isinstance(self.dataset, TrainingSet):
            raise WrongType("AverageLoss", "a TrainingSet", self.dataset)

    @property
    def name(self) -> str:
        return "average_loss"

    def apply(self, value: Parameters, /) -> Loss:
        return average_loss(value, self.dataset)


def iterate(step: Morphism[A, A], start: A, count: StepCount) -> A:
    """Apply an endomorphism `count` times; an arrow that does not return to its source is refused.

    >>> from tinyml.function import arrow
    >>> @arrow(int, int)
    ... def add_one(n: int) -> int:
    ...     return n + 1
    >>> iterate(add_one, 41, StepCount(1)), iterate(add_one, 41, StepCount(0))
    (42, 41)
    """
    return Power(step, count)(start)


def orbit(step: Morphism[A, A], start: A, count: StepCount) -> Iterator[A]:
    """Yield start, step(start), step(step(start)), …: count + 1 values, each computed when it is asked for."""
    if not isinstance(count, StepCount):
        raise WrongType("orbit", "a StepCount", count)
    once = Power(step, StepCount(1))
    yield start
    for _ in range(count.value):
        start = once(start)
        yield start


@final
@dataclass(frozen=True, slots=True, eq=False)
class Trajectory:
    """What many runs from one start measured: one row per learning rate, one column per step count 0 … n.

    `losses` has shape (rates, n + 1), nan from the step on at which a run overflowed.  `diverged_at` and
    `overflowed_at` hold the first such step count of each run, or None.  `final` holds the last
    parameters of each run that could still be evaluated.
    """

    learning_rates: tuple[LearningRate, ...]
    losses: FloatArray
    diverged_at: tuple[int | None, ...]
    overflowed_at: tuple[int | None, ...]
    final: tuple[Parameters, ...]


def trajectory(
    dataset: TrainingSet, start: Parameters, learning_rates: Sequence[LearningRate], count: StepCount
) -> Trajectory:
    """Train from one start at many learning rates at once and keep the loss at every step count.

    All runs advance together as arrays with a leading axis over the rates, so 50 rates cost little more
    than one.  A run that overflows stops; the others go on.
    """
    for value, kind in ((dataset, TrainingSet), (start, Parameters), (learning_rates, Sequence), (count, StepCount)):
        if not isinstance(value, kind):
            raise WrongType("trajectory", one(kind.__name__), value)
    if not learning_rates:
        raise EmptyInput("learning rates")
    for rate in learning_rates:
        if not isinstance(rate, LearningRate):
            raise WrongType("trajectory", "LearningRate values", rate)
    counts = dataset.counts(start.vocab_size)
    share, totals = counts / len(dataset), counts.sum(axis=1, keepdims=True) / len(dataset)
    runs = len(learning_rates)
    rates = np.array([rate.value for rate in learning_rates])[:, None, None]
    state = [np.repeat(array[None], runs, axis=0) for array in (start.embedding, start.lm_head, start.bias[None])]
    kept = state  # the last state of each run whose logits are finite
    losses = np.full((runs, count.value + 1), np.nan)
    alive = np.ones(runs, dtype=bool)
    for step in range(count.value + 1):
        embedding, head, bias = state
        with np.errstate(over="ignore", invalid="ignore"):
            logits = embedding @ head + bias
            alive = alive & np.isfinite(logits).all(axis=(1, 2))
            if not alive.any():
                break
            kept = [np.where(alive[:, None, None], now, last) for now, last in zip(state, kept, strict=True)]
            table = log_softmax(np.where(alive[:, None, None], logits, 0.0))
            losses[alive, step] = -np.where(share > 0, share * table, 0.0).sum(axis=(1, 2))[alive]
            if step == count.value:
                break
            signal = totals * np.exp(table) - share
            changes = signal @ head.swapaxes(1, 2), embedding.swapaxes(1, 2) @ signal, signal.sum(axis=1)[:, None]
            state = [array - rates * change for array, change in zip(state, changes, strict=True)]
    return _summary(start, tuple(learning_rates), losses + 0.0, kept)


def _summary(
    start: Parameters, rates: tuple[LearningRate, ...], losses: FloatArray, state: list[FloatArray]
) -> Trajectory:
    losses.setflags(write=False)
    limit = DIVERGENCE_FACTOR * math.log(max(start.vocab_size.value, 2))
    diverged = tuple(_first(row > limit) for row in losses)
    overflowed = tuple(_first(~np.isfinite(row)) for row in losses)
    final_states = tuple(Parameters(*arrays) for arrays in zip(state[0], state[1], state[2][:, 0], strict=True))
    return Trajectory(rates, losses, diverged, overflowed, final_states)


def _first(flags: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> int | None:
    found = np.flatnonzero(flags)
    return int(found[0]) if found.size else None

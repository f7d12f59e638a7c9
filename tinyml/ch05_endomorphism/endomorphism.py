"""Training as an endomorphism: the same step, many times.

    f : A -> A   gives   f ** n = f >> f >> ... >> f : A -> A
    measure : Parameters -> Loss        update : Parameters -> Parameters

Only the second can be repeated.  The repetition of a fixed step is an action of the natural numbers.
Laws (tests/ch05_endomorphism/test_powers.py), to the last bit: f ** 1 is f; f ** (m + n) is f ** m >> f ** n; (f **
m) ** n is f ** (m n); a loop of calls and an orbit end where `iterate` does, or in the same kind of refusal.
Laws (tests/ch05_endomorphism/test_endomorphism.py): f ** 0 is the identity; relabelling the vocabulary and rotating
the features commute with training; the sum of the bias, the row sums of the head and the row of an unseen token are
conserved.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import final

from tinyml.ch01_objects.domain import TrainingSet
from tinyml.ch01_objects.parameters import Parameters
from tinyml.ch01_objects.quantities import Loss, StepCount
from tinyml.ch02_arrows.category import Morphism, Power
from tinyml.ch03_prediction.loss import average_loss
from tinyml.errors import WrongType
from tinyml.type_variables import A


@final
@dataclass(frozen=True, slots=True, repr=False)
class AverageLoss(Morphism[Parameters, Loss]):
    """Measure parameters on a training set: an arrow Parameters -> Loss, which cannot be repeated."""

    dataset: TrainingSet

    def __post_init__(self) -> None:
        if not isinstance(self.dataset, TrainingSet):
            raise WrongType("AverageLoss", "a TrainingSet", self.dataset)

    def apply(self, value: Parameters, /) -> Loss:
        return average_loss(value, self.dataset)


def iterate(step: Morphism[A, A], start: A, count: StepCount) -> A:
    """Apply an endomorphism `count` times; an arrow that does not return to its source is refused.

    A `NumericalOverflow` names how many steps were complete; a loop of calls, in which each is the first, cannot.

    >>> from tinyml.ch02_arrows.function import arrow
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

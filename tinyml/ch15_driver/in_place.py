"""In place: the same step on arrays that are written over, as a program does that has to save memory.

                         train_step
    parameters, state  ------------>  parameters, state
            ^                                 ^
       read_weights                      read_weights       both ways round are the same, to the last bit
            |                                 |
    InPlaceParameters  ------------>  InPlaceParameters
                       train_in_place

Each has its array, both means of AdamW and the number of its steps, and a step writes over all of that, one parameter
after the other.  If the third one fails, two have moved, and no value says so: `train_in_place` is not atomic, as the
driver that it is written after is not.  `atomically` keeps a copy until all is done, and puts it back.
With `counted="by call"` one counter goes on at each call, and not at each step: the third array is corrected as if
three steps were done (its first step is .6388 of what it has to be).
Laws (tests/ch15_driver/test_in_place.py): the square, bit for bit; a failure in any weight leaves all of them as they
were when it is taken atomically, and changes those before it when it is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, final

import numpy as np

from tinyml.ch01_objects.domain import Product
from tinyml.ch12_para.trees import FlatChange
from tinyml.ch13_learner.closing import checked_rate
from tinyml.ch14_optimisers.adaptive import Moments, Squares
from tinyml.ch14_optimisers.memories import Done, checked_share, checked_size
from tinyml.ch15_driver.driver import (
    Arrays,
    Backward,
    BackwardOutput,
    Forward,
    StepReport,
    called,
    joined,
    length,
    refuse_no_floats,
)
from tinyml.ch15_driver.formats import SINGLE, Floats
from tinyml.errors import NumericalOverflow, ShapeMismatch, WrongType


@final
@dataclass(eq=False)
class InPlaceParameter:
    """An array of any format, both means of AdamW in single, and how many steps it took; all is written over.

    >>> InPlaceParameter.of(np.zeros(2, np.float16)).mean
    array([0., 0.], dtype=float32)
    """

    array: Floats
    mean: Floats
    squares: Floats
    steps: int = 0

    @classmethod
    def of(cls, array: Floats) -> InPlaceParameter:
        """Return a weight that begins with a copy of an array, and remembers nothing."""
        refuse_no_floats("InPlaceParameter", array)
        return cls(array.copy(), np.zeros(array.shape, SINGLE), np.zeros(array.shape, SINGLE))

    def copy(self) -> InPlaceParameter:
        return InPlaceParameter(self.array.copy(), self.mean.copy(), self.squares.copy(), self.steps)

    def restore(self, before: InPlaceParameter) -> None:
        """Write another weight's numbers into the arrays of this one, which others may hold as well."""
        self.array[...], self.mean[...], self.squares[...] = before.array, before.mean, before.squares
        self.steps = before.steps


@final
@dataclass(eq=False)
class InPlaceAdamW:
    """AdamW of chapter 14, written over a weight; `counted` is "by weight", or "by call" for a counter gone wrong."""

    rate: float
    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = field(kw_only=True)
    decay: float = field(kw_only=True)
    counted: str = field(default="by weight", kw_only=True)
    calls: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        checked_rate("InPlaceAdamW", self.rate)
        for name in ("beta1", "beta2"):
            checked_share(f"{name} of InPlaceAdamW", getattr(self, name))
        for name in ("eps", "decay"):
            checked_size(f"{name} of InPlaceAdamW", getattr(self, name))
        if self.counted not in ("by weight", "by call"):
            raise WrongType("counted of InPlaceAdamW", '"by weight" or "by call"', self.counted)

    def step(self, weight: InPlaceParameter, gradient: Floats) -> None:
        """Move one weight; what is refused has been changed in part already."""
        self.calls += 1
        weight.steps += 1
        done = weight.steps if self.counted == "by weight" else self.calls
        change = -gradient.astype(SINGLE)
        with np.errstate(all="ignore"):
            weight.mean *= self.beta1
            weight.mean += (1 - self.beta1) * change
            weight.squares *= self.beta2
            weight.squares += (1 - self.beta2) * (change * change)
            own = weight.array.astype(SINGLE)
            if self.decay:
                own *= 1 - self.rate * self.decay
            root = np.sqrt(weight.squares / (1 - self.beta2**done))
            own += self.rate * (weight.mean / (1 - self.beta1**done)) / (root + self.eps)
            weight.array[...] = own
        if not all(np.isfinite(own).all() for own in (weight.mean, weight.squares, weight.array)):
            raise NumericalOverflow("parameters")


def train_in_place(
    inputs: Sequence[Floats],
    target: Any,
    loss_name: str,
    weights: Sequence[InPlaceParameter],
    forward: Forward,
    backward: Backward,
    optimiser: InPlaceAdamW,
) -> StepReport:
    """Take one step that writes over the weights, one after the other; what fails on its way leaves it half done."""
    given = tuple(inputs)
    predictions = called("forward", lambda: forward(given))
    output: Any = called("backward", lambda: backward(predictions, target))
    if not isinstance(output, BackwardOutput):
        raise WrongType("backward of train_in_place", "a BackwardOutput", output)
    if len(output.param_grads) != len(weights):
        raise ShapeMismatch("train_in_place", f"{len(weights)} gradients", str(len(output.param_grads)))

    def step() -> None:
        for weight, gradient in zip(weights, output.param_grads, strict=True):
            optimiser.step(weight, gradient)

    called("step of the optimiser", step)
    return StepReport(loss_name, output.loss, tuple(map(length, output.param_grads)))


def atomically(
    inputs: Sequence[Floats],
    target: Any,
    loss_name: str,
    weights: Sequence[InPlaceParameter],
    forward: Forward,
    backward: Backward,
    optimiser: InPlaceAdamW,
) -> StepReport:
    """Take the same step, or none: whatever stops it, weights and counters are what they were."""
    before, calls = [weight.copy() for weight in weights], optimiser.calls
    try:
        return train_in_place(inputs, target, loss_name, weights, forward, backward, optimiser)
    except BaseException:
        for weight, was in zip(weights, before, strict=True):
            weight.restore(was)
        optimiser.calls = calls
        raise


def read_weights(weights: Sequence[InPlaceParameter]) -> tuple[Arrays, Moments[FlatChange]]:
    """Return weights as values: their arrays, and what AdamW of one long vector would remember.

    `ShapeMismatch` for weights that have not taken the same number of steps: they have no one counter.
    """
    counts = sorted({weight.steps for weight in weights})
    if len(counts) != 1:
        raise ShapeMismatch("read_weights", "weights with one number of steps", ", ".join(map(str, counts)) or "none")
    arrays = tuple(weight.array.copy() for weight in weights)
    mean = FlatChange(joined(tuple(weight.mean for weight in weights), SINGLE))
    squares = Squares(joined(tuple(weight.squares for weight in weights), SINGLE))
    return arrays, Product(Product(mean, squares), Done(counts[0]))

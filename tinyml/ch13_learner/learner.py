"""Learners: a model, a loss and a cap in a row, and an update on the wire of the parameters.

    supervised(model, update, loss, cap) = model along update >> loss >> cap

    there   (t, s), a    y = model(update(s), a)      l = loss(t, y)      ()
    back             ()  l' = cap(l)     (t', y') from the loss     (p', a') from the model     s'' = update(s, p')

Three wires are open: the label t, the state s and the point a.  What comes back along that of the state is the next
state, so a point and a label choose an endomorphism:

    learner.step(a, t) : S -> S

It is an arrow as in chapter 2, so that >>, ** and `iterate` work on it as they do on `TrainStep`; and with the model,
the loss and the data of chapter 4 it is that arrow.
With another wire closed the input is learnt, and the parameters stay: `turned` lets parameters and points change
places, and a learner of the turned model dreams [Cruttwell et al. 2022, Section 4].
Values are checked when a step is made and when it is handed a state; in a run nothing is, until a state is not finite.
Then the run is refused, and the part is named that made the first number that is none.
Laws (tests/ch13_learner/test_square.py): the square, a step of the composite is the step of chapter 4 within 1e-12;
(tests/ch13_learner/test_learner.py) a power is its steps; the put unpacked by hand is the put; for a constant cap the
value of the loss is never used; (tests/ch13_learner/test_dreaming.py) turned twice is the model; with the dot product
for a loss the change does not depend on the prediction.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Generic, cast, final

import numpy as np

from tinyml.ch01_objects.domain import Product
from tinyml.ch01_objects.parameters import Parameters
from tinyml.ch02_arrows.category import Morphism
from tinyml.ch02_arrows.space import Space
from tinyml.ch11_lens.lenses import AnyLens, Lens
from tinyml.ch11_lens.ports import UNIT, Port, Unit, halves
from tinyml.ch12_para.parametric import AnyPara, Para, para
from tinyml.errors import CompositionError, InvalidScalar, NumericalOverflow, WrongType
from tinyml.type_variables import A, B, L, P, R, S, dA, dB, dL, dP, dR


def supervised(
    model: Para[Port[P, dP], Port[A, dA], Port[B, dB]],
    update: Lens[Port[S, S], Port[P, dP]],
    loss: Para[Port[L, dL], Port[B, dB], Port[R, dR]],
    cap: Lens[Port[R, dR], Port[Unit, Unit]],
) -> Learner[S, A, L, R]:
    """Return the learner of four boxes, each of which fits the next; `CompositionError` says which does not.

    >>> from tinyml import NUMBERS, constant_rate, descent, para, squared
    >>> times = para("times", NUMBERS, NUMBERS, NUMBERS,
    ...              lambda p, a: (p * a, (p, a)), lambda kept, db: (kept[1] * db, kept[0] * db))
    >>> learner = supervised(times, descent(NUMBERS), squared(NUMBERS), constant_rate(0.1))
    >>> learner.step(3, 15)(2)
    4.7
    """
    for box, kind, value in (
        ("model", Para, model),
        ("update", Lens, update),
        ("loss", Para, loss),
        ("cap", Lens, cap),
    ):
        if not isinstance(value, kind):
            expected = "a parametric lens" if kind is Para else "a lens"
            raise WrongType(f"supervised, {box}", expected, value)
    if not update.source.points.meets(update.source.changes):
        state = str(update.source.points)
        raise CompositionError(
            (update.name, str(update.target), str(update.source.changes)), ("next step", state, state)
        )
    whole = model.reparametrise(update) >> loss >> cap
    if not whole.target.meets(UNIT):
        raise CompositionError((cap.name, str(cap.source), str(cap.target)), ("nothing", str(UNIT), str(UNIT)))
    return Learner(model, update, loss, cap, whole)


@final
@dataclass(frozen=True, repr=False)
class Learner(Generic[S, A, L, R]):
    """A row of lenses of which three wires are open: the label, the state and the point."""

    model: AnyPara
    update: AnyLens
    loss: AnyPara
    cap: AnyLens
    whole: Para[Port[Product[L, S], Any], Port[A, Any], Port[Unit, Unit]]

    def step(self, point: A, label: L) -> LearnerStep[S]:
        """Return the endomorphism of states that a point and its label choose; both may be a batch of them.

        A label that does not fit its points, and what the parts refuse of both, is refused when the step is taken.
        """
        self._admit(point, label)
        return LearnerStep(self, point, label)

    def measure(self, point: A, label: L) -> Measure[S, R]:
        """Return the arrow from states to the value of the loss at a point and its label."""
        self._admit(point, label)
        return Measure(self, point, label)

    def _admit(self, point: A, label: L) -> None:
        self.model.source.admit_point(f"the point of {self.model.name}", point)
        self.loss.parameters.admit_point(f"the label (parameters of {self.loss.name})", label)

    def __repr__(self) -> str:
        return f"{self.whole.name} : a step of {self.update.source.points} for each point and label"


@final
@dataclass(frozen=True, repr=False)
class LearnerStep(Morphism[S, S]):
    """What one point and one label make of a state."""

    learner: Learner[S, Any, Any, Any]
    point: Any
    label: Any

    @property
    def name(self) -> str:
        return f"step of {self.learner.model.name}"

    @property
    def source(self) -> Space:
        state: Space = self.learner.update.source.points
        return state

    @property
    def target(self) -> Space:
        return self.source

    def apply(self, value: S, /) -> S:
        try:
            return self.repeat(value, 1)
        except NumericalOverflow as error:
            raise NumericalOverflow(error.quantity) from None  # one step cannot know how many came before it

    def repeat(self, value: S, count: int) -> S:
        """Take steps in one run; `NumericalOverflow` names how many were complete, and what was no number first."""
        self.learner.update.source.admit_point(f"the state of {self.learner.whole.name}", value)
        whole, point, label, state = self.learner.whole, self.point, self.label, value
        forward, backward = whole.forward, whole.backward
        with np.errstate(all="ignore"):  # what is not finite is found below
            for done in range(count):
                try:
                    after = backward(forward(Product(label, state), point)[1], ())[0].second
                except InvalidScalar:  # a record such as `Gradient` looks at its numbers itself
                    raise NumericalOverflow(self._first_to_fail(state), done) from None
                if not finite(after):
                    raise NumericalOverflow(self._first_to_fail(state), done)
                state = after
        return state

    def _first_to_fail(self, state: S) -> str:
        """Return what a step makes of a state that is not finite first."""
        checked = self.learner.whole.checked()
        try:
            _, kept = checked.forward(Product(self.label, state), self.point)
            checked.backward(kept, ())
        except InvalidScalar as error:
            return error.kind
        return "parameters"


@final
@dataclass(frozen=True, repr=False)
class Measure(Morphism[S, R]):
    """The loss of a state at one point and label: it can be read, and not repeated."""

    learner: Learner[S, Any, Any, R]
    point: Any
    label: Any

    @property
    def name(self) -> str:
        return f"{self.learner.loss.name} of {self.learner.model.name}"

    @property
    def source(self) -> Space:
        state: Space = self.learner.update.source.points
        return state

    @property
    def target(self) -> Space:
        losses: Space = self.learner.loss.target.points
        return losses

    def apply(self, value: S, /) -> R:
        own = self.learner
        parameters = own.update.get(value)
        prediction = own.model.get(Product(parameters, self.point))
        return cast(R, own.loss.get(Product(self.label, prediction)))


def turned(model: Para[Port[P, dP], Port[A, dA], Port[B, dB]]) -> Para[Port[A, dA], Port[P, dP], Port[B, dB]]:
    """Return a model whose point comes in from the side, and whose parameters go through."""
    if not isinstance(model, Para):
        raise WrongType("turned", "a parametric lens", model)

    def forward(point: A, parameters: P) -> tuple[B, Any]:
        result: tuple[B, Any] = model.forward(parameters, point)
        return result

    def backward(kept: Any, change: dB) -> tuple[dA, dP]:
        own, before = model.backward(kept, change)
        return before, own

    return para(f"turned ({model.name})", model.source, model.parameters, model.target, forward, backward)


def finite(value: Any) -> bool:
    """Say whether all numbers of a state are finite: of numbers, arrays, the record of chapter 4, or pairs of these."""
    if isinstance(value, np.ndarray):
        array: np.ndarray[Any, Any] = value
        if array.dtype.kind != "f":
            return True
        numbers = array.ravel()
        return math.isfinite(numbers.dot(numbers)) or bool(np.isfinite(numbers).all())
    if isinstance(value, Product):
        return all(map(finite, halves(value)))
    if isinstance(value, Parameters):
        return finite(value.embedding) and finite(value.lm_head) and finite(value.bias)
    return not isinstance(value, float) or math.isfinite(value)

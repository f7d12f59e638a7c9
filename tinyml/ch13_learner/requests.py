"""Requests: learners that speak in targets and not in changes [Fong, Spivak and Tuyeras 2019].

    implement : P x A -> B       what it makes of a point
    update    : P x A x B -> P   its next parameters, when it is told what should have come out
    request   : P x A x B -> A   what it would rather have been given

    (f >> g).implement(q, p, a) = g(q, f(p, a))      b = f(p, a),  wanted = g.request(q, b, c)
    (f >> g).update(q, p, a, c) = g.update(q, b, c), f.update(p, a, wanted)
    (f >> g).request(q, p, a, c) = f.request(p, a, wanted)

`asking(f, rate)` makes one of a parametric lens and the loss 1/2 |y - t|^2: both next parameters and what is requested
are a step down.  It is a functor, because y minus what is requested is the change itself; with the fourth power for a
loss it would not be, since its slope has to be undone.
Laws (tests/ch13_learner/test_requests.py): asking(f >> g) = asking(f) >> asking(g) for a rate of any size and the
requests of rate 1, exactly over fractions; with the fourth power they differ.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Generic, final

from tinyml.ch01_objects.domain import Product
from tinyml.ch11_lens.ports import Port
from tinyml.ch11_lens.wires import added
from tinyml.ch12_para.parametric import Para
from tinyml.ch13_learner.closing import checked_rate, scaled
from tinyml.errors import WrongType
from tinyml.type_variables import A, B, C, P, Q, dA, dB, dP


@final
@dataclass(frozen=True)
class Asking(Generic[P, A, B]):
    """A learner that is told what should have come out, and asks for what should have come in."""

    implement: Callable[[P, A], B]
    update: Callable[[P, A, B], P]
    request: Callable[[P, A, B], A]

    def __rshift__(self, other: Asking[Q, B, C]) -> Asking[Product[Q, P], A, C]:
        if not isinstance(other, Asking):
            raise WrongType("a learner that asks >>", "another", other)

        def implement(own: Product[Q, P], point: A) -> C:
            return other.implement(own.first, self.implement(own.second, point))

        def between(own: Product[Q, P], point: A, told: C) -> tuple[B, B]:
            made = self.implement(own.second, point)
            return made, other.request(own.first, made, told)

        def update(own: Product[Q, P], point: A, told: C) -> Product[Q, P]:
            made, wanted = between(own, point, told)
            return Product(other.update(own.first, made, told), self.update(own.second, point, wanted))

        def request(own: Product[Q, P], point: A, told: C) -> A:
            return self.request(own.second, point, between(own, point, told)[1])

        return Asking(implement, update, request)


def asking(
    model: Para[Port[P, dP], Port[A, dA], Port[B, dB]],
    rate: float | Fraction,
    slope: Callable[[Any], Any] | None = None,
) -> Asking[P, A, B]:
    """Return the learner that goes down 1/2 |y - t|^2; `slope` is another loss's, as a function of y - t.

    >>> from tinyml import NUMBERS, para
    >>> plus = para("plus", NUMBERS, NUMBERS, NUMBERS, lambda p, a: (p + a, ()), lambda _, db: (db, db))
    >>> learner = asking(plus, Fraction(1, 2))
    >>> learner.implement(1, 2), learner.update(1, 2, 5), learner.request(1, 2, 5)
    (3, Fraction(2, 1), 4)
    """
    if not isinstance(model, Para):
        raise WrongType("asking", "a parametric lens", model)
    number = checked_rate("asking", rate)

    def change(own: P, point: A, told: B) -> tuple[Any, Any]:
        made, kept = model.forward(own, point)
        error = added(made, scaled(told, -1))
        back: tuple[Any, Any] = model.backward(kept, slope(error) if slope else error)
        return back

    def update(own: P, point: A, told: B) -> P:
        moved: P = added(own, scaled(change(own, point, told)[0], -number))
        return moved

    def request(own: P, point: A, told: B) -> A:
        wanted: A = added(point, scaled(change(own, point, told)[1], -1))
        return wanted

    return Asking(lambda own, point: model.forward(own, point)[0], update, request)

"""Closing a learner: a cap at the end of its row, and an update on the wire of its parameters.

    cap                       back, for a loss l      what a step does
    constant_rate(e)          -e                      goes down, e times the slope; never reads the loss
    identity_rate(X)          l                       in bits: corrects exactly what is wrong
    proportional_rate(e)      -e l                    goes down, and slower the smaller the loss

    update                    back, for p and p'
    descent(P)                p + p'                  chapter 12: there is no minus in it, and no rate
    scaled_descent(P, e)      p + e p'                the rate, slid here from the cap
    moving(P, move)           move(p, p')             what both of them are
    record_descent()          p + p'                  for the record `Parameters` of chapter 4

The minus of gradient descent is in the cap, and nowhere else: an update adds [Cruttwell et al. 2022, Definition 3.8].
Laws (tests/ch13_learner/test_caps.py): a rate may slide from a cap into the update; a constant cap sends back the same
whatever the loss is. (tests/ch13_learner/test_updates.py): descent is scaled descent with rate 1; whole rates are so
many descents; over bits a descent adds without a carry.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any, cast

import numpy as np

from tinyml.ch01_objects.domain import Product
from tinyml.ch01_objects.parameters import Gradient, Parameters
from tinyml.ch11_lens.lenses import Lens, lens
from tinyml.ch11_lens.ports import UNIT, Port, Unit, halves
from tinyml.ch11_lens.wires import added
from tinyml.ch12_para.trees import PARAMETERS, refuse_no_port
from tinyml.ch13_learner.losses import LOSS, LossChange, LossPort, LossValue
from tinyml.errors import InvalidScalar, WrongType
from tinyml.type_variables import A, P, dP


def constant_rate(rate: float | Fraction) -> Lens[LossPort, Port[Unit, Unit]]:
    """Return the cap that sends back -rate, whatever the loss is.

    >>> from tinyml.ch01_objects.domain import Product
    >>> constant_rate(0.5).put(Product(LossValue(7.0), ()))
    -0.5
    """
    number = checked_rate("constant_rate", rate)

    def put(_: LossValue, __: Unit) -> LossChange:
        return cast(LossChange, -number)

    return lens(f"rate {number}", LOSS, UNIT, _nothing, put)


def proportional_rate(rate: float | Fraction) -> Lens[LossPort, Port[Unit, Unit]]:
    """Return the cap that sends back -rate times the loss."""
    number = checked_rate("proportional_rate", rate)

    def put(loss: LossValue, _: Unit) -> LossChange:
        return cast(LossChange, -number * loss)

    return lens(f"rate {number} of the loss", LOSS, UNIT, _nothing, put)


def identity_rate(end: Port[A, A]) -> Lens[Port[A, A], Port[Unit, Unit]]:
    """Return the cap that sends the loss itself back: of bits, what is wrong is what has to change."""
    refuse_no_port("identity_rate", end)

    def put(loss: A, _: Unit) -> A:
        return loss

    return lens("the loss", end, UNIT, _nothing, put)


def checked_rate(where: str, rate: float | Fraction) -> float | Fraction:
    """Return a finite number of either sign: with a negative rate a learner goes up, and the page does so."""
    if isinstance(rate, bool) or not isinstance(rate, (int, float, Fraction)):
        raise WrongType(where, "a number", rate)
    if not math.isfinite(rate):
        raise InvalidScalar(f"the rate of {where}", float(rate))
    return rate  # a fraction stays one, so that a step over fractions is exact


def moving(name: str, parameters: Port[P, dP], move: Callable[[P, dP], P]) -> Lens[Port[P, P], Port[P, dP]]:
    """Return the update that has no state but the parameters, and moves them as it is told."""
    refuse_no_port(name, parameters)
    check = parameters.checks[0]

    def there(own: P) -> P:
        return own

    return lens(name, Port(parameters.points, parameters.points, (check, check)), parameters, there, move)


def scaled_descent(parameters: Port[P, dP], rate: float | Fraction) -> Lens[Port[P, P], Port[P, dP]]:
    """Return the update that adds `rate` times the change; with the cap `constant_rate(1)` it is the rate of a step.

    >>> from tinyml.ch11_lens.ports import NUMBERS, Number, NumberChange
    >>> scaled_descent(NUMBERS, 0.5).put(Product(Number(5), NumberChange(-2)))
    4.0
    """
    number = checked_rate("scaled_descent", rate)

    def move(own: P, change: dP) -> P:
        moved: P = added(own, scaled(change, number))
        return moved

    return moving(f"descent at {number}", parameters, move)


def scaled(change: Any, rate: Any) -> Any:
    """Return a change times a number: of a number, an array, or a pair of these.

    >>> scaled(Product(2, ()), 3)
    Product(first=6, second=())
    """
    if isinstance(change, Product):
        return Product(*(scaled(half, rate) for half in halves(change)))
    return change if isinstance(change, tuple) else rate * change


def record_descent() -> Lens[Port[Parameters, Parameters], Port[Parameters, Gradient]]:
    """Return descent for the record of chapter 4: parameters plus a change that is called `Gradient`."""

    def move(own: Parameters, change: Gradient) -> Parameters:
        with np.errstate(all="ignore"):  # the step that this is part of finds what is no number
            arrays = own.embedding + change.embedding, own.lm_head + change.lm_head, own.bias + change.bias
        return Parameters.of_own(*arrays)

    return moving("descent", PARAMETERS, move)


def _nothing(_: object) -> Unit:
    return ()

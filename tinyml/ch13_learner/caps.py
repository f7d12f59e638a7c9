"""Caps: what closes a learner, a lens from losses to nothing that chooses the change of the loss.

    cap                       back, for a loss l      what a step does
    constant_rate(e)          -e                      goes down, e times the slope; never reads the loss
    identity_rate(X)          l                       in bits: corrects exactly what is wrong
    proportional_rate(e)      -e l                    goes down, and slower the smaller the loss

The minus of gradient descent is here, and nowhere else: an update adds [Cruttwell et al. 2022, Definition 3.8].
Laws (tests/ch13_learner/test_caps.py): a rate may slide from a constant cap into the update; a constant cap sends back
the same whatever the loss is.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import cast

from tinyml.ch11_lens.lenses import Lens, lens
from tinyml.ch11_lens.ports import UNIT, Port, Unit
from tinyml.ch12_para.trees import refuse_no_port
from tinyml.ch13_learner.losses import LOSS, LossChange, LossPort, LossValue
from tinyml.errors import InvalidScalar, WrongType
from tinyml.type_variables import A


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


def _nothing(_: object) -> Unit:
    return ()

"""Updates: lenses from a state to parameters, of which the way back says what the next state is.

    descent(P)                there p, back p + p'           chapter 12: there is no minus in it, and no rate
    scaled_descent(P, e)      there p, back p + e p'         the rate, slid here from the cap
    moving(P, move)           there p, back move(p, p')      what both of them are
    record_descent()          the same for the record `Parameters` of chapter 4

Tying, freezing and rounding of chapter 12 go outside of an update or inside of it, as lenses do: with
`frozen(P, p)` in its place a model does not learn at all, and with `wires.copy(P)` inside it many copies learn as one.
Laws (tests/ch13_learner/test_updates.py): descent is scaled descent with rate 1; rates multiply along a chain of
powers of two, exactly; over bits a descent adds without a carry.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from tinyml.ch01_objects.domain import Product
from tinyml.ch01_objects.parameters import Gradient, Parameters
from tinyml.ch11_lens.lenses import Lens, lens
from tinyml.ch11_lens.ports import Port, halves
from tinyml.ch11_lens.wires import added
from tinyml.ch12_para.trees import PARAMETERS, refuse_no_port
from tinyml.ch13_learner.caps import checked_rate
from tinyml.type_variables import P, dP


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

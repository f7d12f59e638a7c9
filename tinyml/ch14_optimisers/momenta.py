"""Momenta: updates that remember a velocity, which is a change of the parameters.

    update                   there, what the model reads     back, for a change c
    momentum(P, g)           p                               v' = g v + c        p + v'
    nesterov(P, g)           p + g v, where it is going      v' = g v + c        p + v'
    misprinted_momentum      p                               v' = -g v + c       p + v'
    misprinted_nesterov      p + g v                         v' = -g v + c       p + v'

The change c has its minus from the cap, so a velocity points downhill, and the sign before g is a plus.  Examples 3.15
and 3.16 of the paper print a minus [Cruttwell et al. 2022]: each step then takes most of the last one back.  What that
costs, `contraction` says: near the bottom of a valley a step is a matrix, and this is its largest eigenvalue.
A velocity adds and scales as changes do, so these updates work on any port: numbers, arrays, and trees of them.
Laws (tests/ch14_optimisers/test_momenta.py): without momentum both are descent, exactly; a velocity is the sum of all
changes so far, each weighed by a power of g, exactly over fractions; what Nesterov's get reads goes the way of the
usual form; an update of two parts is two updates side by side; a minus stops helping at 2 (1 - g).
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from tinyml.ch01_objects.domain import Product
from tinyml.ch11_lens.lenses import Lens
from tinyml.ch11_lens.ports import Port
from tinyml.ch11_lens.wires import added
from tinyml.ch12_para.trees import picked, refuse_no_port
from tinyml.ch13_learner.closing import scaled
from tinyml.ch14_optimisers.memories import (
    Update,
    changes_of,
    checked_number,
    remembering,
    states_of,
    stored,
)
from tinyml.errors import WrongType
from tinyml.type_variables import P, dP
from tinyml.validation import FloatArray


def momentum(parameters: Port[P, dP], gamma: float | Fraction) -> Update[dP, P, dP]:
    """Return the update that keeps a share `gamma` of its velocity, adds the change to it, and moves by it.

    A negative share is admitted, because one of the sources has one: it holds back.

    >>> from tinyml.ch11_lens.ports import NUMBERS, Number, NumberChange
    >>> momentum(NUMBERS, 0.5).put(Product(Product(NumberChange(2.0), Number(10.0)), NumberChange(1.0)))
    Product(first=2.0, second=12.0)
    """
    return _rolling(f"momentum {gamma}", parameters, _checked(gamma), stored)


def nesterov(parameters: Port[P, dP], gamma: float | Fraction) -> Update[dP, P, dP]:
    """Return momentum with a get that looks ahead, so that the change is that of the place where it is going."""
    return _rolling(f"nesterov {gamma}", parameters, _checked(gamma), _ahead(gamma))


def misprinted_momentum(parameters: Port[P, dP], gamma: float | Fraction) -> Update[dP, P, dP]:
    """Return momentum with the sign that Example 3.15 of the paper prints."""
    return _rolling(f"misprinted momentum {gamma}", parameters, -_checked(gamma), stored)


def misprinted_nesterov(parameters: Port[P, dP], gamma: float | Fraction) -> Update[dP, P, dP]:
    """Return what Example 3.16 of the paper prints: a get that looks one way, and a put that goes the other."""
    return _rolling(f"misprinted nesterov {gamma}", parameters, -_checked(gamma), _ahead(gamma))


def _rolling(
    name: str, parameters: Port[P, dP], kept: float | Fraction, get: Callable[[Product[dP, P]], P]
) -> Update[dP, P, dP]:
    refuse_no_port(name, parameters)

    def put(state: Product[dP, P], change: dP) -> Product[dP, P]:
        velocity: dP = added(scaled(state.first, kept), change)
        return Product(velocity, added(state.second, velocity))

    return remembering(name, changes_of(parameters), parameters, get, put)


def _ahead(gamma: float | Fraction) -> Callable[[Product[Any, P]], P]:
    def get(state: Product[Any, P]) -> P:
        place: P = added(state.second, scaled(state.first, gamma))
        return place

    return get


def _checked(gamma: float | Fraction) -> Any:
    return checked_number("gamma", gamma, "between -1 and 1", lambda share: -1 < share < 1)


def step_matrix(update: Lens[Port[Any, Any], Port[Any, Any]], steepness: float) -> FloatArray:
    """Return one step on the valley `steepness` p^2 / 2 as a matrix, shape (n, n) for a state of n numbers.

    `steepness` is the curvature times the rate.  The update must be linear, and its parameters one number.

    >>> from tinyml.ch11_lens.ports import NUMBERS
    >>> step_matrix(momentum(NUMBERS, 0.5), 0.25)
    array([[ 0.5 , -0.25],
           [ 0.5 ,  0.75]])
    """
    push = checked_number("steepness", steepness, "0 or more", lambda number: number >= 0)
    memory, own = states_of("step_matrix", update).factors
    if memory != update.target.changes or memory.size or own.is_pair:
        raise WrongType("step_matrix", "an update of one number that remembers a velocity", update)

    def after(state: Any) -> list[float]:
        place, kept = update.forward(state)
        return picked(update.backward(kept, -push * place))

    return np.array([after(Product(1.0, 0.0)), after(Product(0.0, 1.0))]).T


def contraction(update: Lens[Port[Any, Any], Port[Any, Any]], steepness: float) -> float:
    """Return by what factor each step brings a linear update nearer to the bottom of a valley, in the long run.

    Above 1 it is thrown out.

    >>> from tinyml.ch11_lens.ports import NUMBERS
    >>> round(contraction(momentum(NUMBERS, 0.9), 0.25), 6), contraction(misprinted_momentum(NUMBERS, 0.9), 0.25) > 1
    (0.948683, True)
    """
    return float(np.abs(np.linalg.eigvals(step_matrix(update, steepness))).max())

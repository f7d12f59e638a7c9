"""Adaptive updates: each number moves by its own rate, which is found from how large its changes were.

    update     memory                     back, for a change c                        all products entry by entry
    adagrad    Squares                    s' = s + c c                                p + rate c / (sqrt s' + eps)
    rmsprop    Squares                    s' = b s + (1 - b) c c                      p + rate c / (sqrt s' + eps)
    adam       (P' x Squares) x Done      m' = b1 m + (1 - b1) c                      p + rate m^ / (sqrt s^ + eps)
                                          s' = b2 s + (1 - b2) c c,  n' = n + 1       m^ = m' / (1 - b1^n')
    adamw      as adam                    as adam, from p (1 - rate decay)            s^ = s' / (1 - b2^n')

A mean of few changes is too small, because it began at zero: m^ and s^ are corrected for that.  What is remembered is
m' and s', and how many steps are done; without that number no lens could compute m^.  `misprinted_adam` remembers m^
and s^, as Example 3.18 of the paper says [Cruttwell et al. 2022], and is corrected again and again.
A change and a thousand times the change say nearly the same to these updates, so that a rate in the cap is forgotten:
the rate is here, and the cap is `constant_rate(1)`.  Only eps, which keeps from dividing by zero, sees the scale.
They work on arrays, entry by entry; to a tree leads `flattened` of chapter 12.
Laws (tests/ch14_optimisers/test_adaptive.py): each is the loop that its paper writes down; the first step of Adam is
the rate; with eps 0 a power of two before the changes is forgotten, exactly; with no decay adamw is adam, exactly.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NewType, TypeAlias, cast

import numpy as np

from tinyml.ch01_objects.domain import Product
from tinyml.ch02_arrows.space import Space
from tinyml.ch11_lens.ports import Port, both
from tinyml.ch12_para.trees import refuse_no_port
from tinyml.ch13_learner.closing import checked_rate
from tinyml.ch14_optimisers.memories import (
    COUNT,
    Done,
    Update,
    changes_of,
    checked_share,
    checked_size,
    remembering,
    stored,
)
from tinyml.ch14_optimisers.schedules import Schedule, as_schedule
from tinyml.errors import InvalidQuantity, WrongType
from tinyml.type_variables import U, dU
from tinyml.validation import FloatArray

Squares = NewType("Squares", FloatArray)
Moments: TypeAlias = Product[Product[dU, Squares], Done]
"""What Adam remembers: means of changes and of their squares, neither corrected, and the steps that are done."""


def adagrad(parameters: Port[U, dU], rate: float, *, eps: float) -> Update[Squares, U, dU]:
    """Return the update that divides by the root of the sum of all squares so far [Duchi et al. 2011].

    >>> from tinyml.ch12_para.trees import Flat, FlatChange, flat
    >>> state = Product(Squares(np.array([9.0])), Flat(np.array([1.0])))
    >>> adagrad(flat(1), 0.5, eps=0.0).put(Product(state, FlatChange(np.array([-4.0])))).second
    array([0.6])
    """
    return _by_squares("adagrad", parameters, rate, eps, lambda squares, new: squares + new)


def rmsprop(parameters: Port[U, dU], rate: float, beta: float, *, eps: float) -> Update[Squares, U, dU]:
    """Return the update that divides by the root of a mean of squares, of which each step keeps a share `beta`."""
    kept = checked_share("beta of rmsprop", beta)
    return _by_squares("rmsprop", parameters, rate, eps, lambda squares, new: kept * squares + (1 - kept) * new)


def adam(
    parameters: Port[U, dU], rate: float | Schedule, beta1: float = 0.9, beta2: float = 0.999, *, eps: float
) -> Update[Moments[dU], U, dU]:
    """Return Adam [Kingma and Ba 2015]: a mean of the changes, divided by the root of a mean of their squares.

    >>> from tinyml.ch12_para.trees import Flat, FlatChange, flat
    >>> from tinyml.ch14_optimisers.memories import starting
    >>> update = adam(flat(2), 0.1, eps=0.0)
    >>> state = update.put(Product(starting(update, Flat(np.array([1.0, -1.0]))), FlatChange(np.array([-0.5, 0.25]))))
    >>> state.second, state.first.second
    (array([ 0.9, -0.9]), 1)
    """
    return _by_moments("adam", parameters, rate, (beta1, beta2), eps, 0.0)


def adamw(
    parameters: Port[U, dU],
    rate: float | Schedule,
    beta1: float = 0.9,
    beta2: float = 0.999,
    *,
    eps: float,
    decay: float,
) -> Update[Moments[dU], U, dU]:
    """Return Adam whose parameters shrink by rate times `decay` at each step [Loshchilov and Hutter 2019]."""
    return _by_moments("adamw", parameters, rate, (beta1, beta2), eps, decay)


def misprinted_adam(
    parameters: Port[U, dU], rate: float | Schedule, beta1: float = 0.9, beta2: float = 0.999, *, eps: float
) -> Update[Moments[dU], U, dU]:
    """Return Adam as printed in Example 3.18 of the paper, with the counter that it forgets: it keeps m^ and s^."""
    return _by_moments("misprinted adam", parameters, rate, (beta1, beta2), eps, 0.0, corrected_are_kept=True)


def _by_squares(
    name: str, parameters: Port[U, dU], rate: float, eps: float, collect: Callable[[Any, Any], Any]
) -> Update[Squares, U, dU]:
    number: Any = checked_rate(name, rate)
    least = checked_size(f"eps of {name}", eps)

    def put(state: Product[Squares, U], change: dU) -> Product[Squares, U]:
        squares = Squares(collect(state.first, change * change))
        return Product(squares, cast(U, state.second + number * change / (np.sqrt(squares) + least)))

    return remembering(name, squares_of(name, parameters), parameters, stored, put)


def _by_moments(
    name: str,
    parameters: Port[U, dU],
    rate: float | Schedule,
    betas: tuple[float, float],
    eps: float,
    decay: float,
    corrected_are_kept: bool = False,
) -> Update[Moments[dU], U, dU]:
    squares_port, schedule = squares_of(name, parameters), as_schedule(name, rate)
    b1, b2 = (checked_share(f"beta{place} of {name}", beta) for place, beta in enumerate(betas, 1))
    least, shrunk = checked_size(f"eps of {name}", eps), checked_size(f"decay of {name}", decay)

    def put(state: Product[Moments[dU], U], change: dU) -> Product[Moments[dU], U]:
        before, done = state.first.first, Done(state.first.second + 1)
        number = schedule(state.first.second)
        mean = b1 * before.first + (1 - b1) * change
        squares = b2 * before.second + (1 - b2) * (change * change)
        right_mean, right_squares = mean / (1 - b1**done), squares / (1 - b2**done)
        own = state.second * (1 - number * shrunk) if shrunk else state.second
        moved = own + number * right_mean / (np.sqrt(right_squares) + least)
        kept = (right_mean, right_squares) if corrected_are_kept else (mean, squares)
        return Product(Product(Product(cast(dU, kept[0]), Squares(kept[1])), done), cast(U, moved))

    memory = both(both(changes_of(parameters), squares_port), COUNT)
    return remembering(name, memory, parameters, stored, put)


def squares_of(name: str, parameters: Port[U, dU]) -> Port[Squares, Squares]:
    """Return the port of the squares of changes; `WrongType` for a port of anything but one array."""
    refuse_no_port(name, parameters)
    if parameters.points.is_pair or not parameters.points.size:
        raise WrongType(name, "a port of one array, such as `flat(n)`: `flattened` leads to a tree", parameters)

    def check(where: str, space: Space, value: Any) -> None:
        parameters.checks[1](where, space, value)
        if (np.asarray(value) < 0).any():
            raise InvalidQuantity(f"{space} in {where}", float(np.min(value)), "0 or more")

    space = Space("Squares", parameters.points.size)
    return Port(space, space, (check, check))

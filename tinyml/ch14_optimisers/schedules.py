"""Schedules: a rate that depends on how many steps are done, and so belongs to an update, which can count them.

    constant(e)               e
    step_decay(e, f, k)       e f^(n // k)                                 a factor f after every k steps
    cosine(e, last, k)        from e to last in k steps, along a cosine    then last
    warm_up(k, s)             s(0) (n + 1) / k for n < k, then s(n - k)    the first step is short, and none is 0

    scheduled(P, s)           M = Done        p + s(n) c
    paced(update, s)          M = Done x M    the change is multiplied by s(n) before the update hears of it

A schedule is asked with the number n of steps that are *done*: 0 before the first one.  `paced` is a row of two
parametric lenses, whose memories have been collected on the side.  Around an adaptive update it would do next to
nothing, because such an update forgets the scale of its changes: so these take their schedule themselves.
Laws (tests/ch14_optimisers/test_schedules.py): a constant schedule is a rate; a rate slides from the cap into a
schedule, exactly for powers of two; pacing is `>>` of parametric lenses; a run that was cut asks what comes next.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeAlias

from tinyml.ch01_objects.domain import Product
from tinyml.ch02_arrows.space import Space
from tinyml.ch11_lens.lenses import optic
from tinyml.ch11_lens.ports import Port, halves
from tinyml.ch11_lens.wires import added
from tinyml.ch13_learner.closing import checked_rate, scaled
from tinyml.ch14_optimisers.memories import COUNT, Done, M, Update, checked_number, remembering, states_of, stored
from tinyml.errors import InvalidQuantity, WrongType
from tinyml.type_variables import P, dP
from tinyml.validation import whole_number

Schedule: TypeAlias = Callable[[int], float]
"""From the number of steps that are done to the rate of the next."""


def constant(rate: float) -> Schedule:
    number: Any = checked_rate("constant", rate)
    return lambda _: number


def step_decay(rate: float, factor: float, every: int) -> Schedule:
    """Return the schedule whose rate is multiplied by a factor, from 0 to 1, after every so many steps.

    >>> [step_decay(1.0, 0.5, 2)(done) for done in range(5)]
    [1.0, 1.0, 0.5, 0.5, 0.25]
    """
    first: Any = checked_rate("step_decay", rate)
    share = checked_number("factor of step_decay", factor, "from 0 to 1", lambda number: 0 <= number <= 1)
    number = _length("step_decay", every)
    return lambda done: first * share ** (done // number)


def cosine(rate: float, last: float, length: int) -> Schedule:
    """Return the schedule that goes from one rate to a last one along half a cosine, in so many steps.

    >>> [round(cosine(1.0, 0.0, 4)(done), 3) for done in range(6)]
    [1.0, 0.854, 0.5, 0.146, 0.0, 0.0]
    """
    first: Any = checked_rate("cosine", rate)
    end: Any = checked_rate("the last one of cosine", last)
    number = _length("cosine", length)

    def schedule(done: int) -> float:
        left: float = (1 + math.cos(math.pi * done / number)) / 2 if done < number else 0.0
        return float(end + (first - end) * left)

    return schedule


def warm_up(length: int, then: float | Schedule) -> Schedule:
    """Return the schedule that rises in so many steps to where `then` begins, and goes on with it.

    >>> [warm_up(4, 1.0)(done) for done in range(6)]
    [0.25, 0.5, 0.75, 1.0, 1.0, 1.0]
    """
    number, after = _length("warm_up", length), as_schedule("warm_up", then)
    return lambda done: after(0) * (done + 1) / number if done < number else after(done - number)


def as_schedule(where: str, rate: float | Schedule) -> Schedule:
    """Return a schedule as it is, or a number as the one that always says it; it must answer for the first step."""
    schedule = rate if callable(rate) else constant(rate)
    checked_rate(where, schedule(0))
    return schedule


def scheduled(parameters: Port[P, dP], rate: float | Schedule) -> Update[Done, P, dP]:
    """Return gradient descent that counts its steps, and multiplies each change by what the schedule says.

    >>> from tinyml.ch11_lens.ports import NUMBERS, Number, NumberChange
    >>> update = scheduled(NUMBERS, step_decay(1.0, 0.5, 2))
    >>> update.put(Product(Product(Done(2), Number(5.0)), NumberChange(-2.0)))
    Product(first=3, second=4.0)
    """
    schedule = as_schedule("scheduled", rate)

    def put(state: Product[Done, P], change: dP) -> Product[Done, P]:
        moved: P = added(state.second, scaled(change, schedule(state.first)))
        return Product(Done(state.first + 1), moved)

    return remembering("scheduled descent", COUNT, parameters, stored, put)


def paced(update: Update[M, P, dP], rate: float | Schedule) -> Update[Product[Done, M], P, dP]:
    """Return an update whose changes are multiplied by what a schedule says, before it hears of them."""
    schedule = as_schedule("paced", rate)
    memory, own = states_of("paced", update).factors
    space = Space.product(Space.product(COUNT.points, memory), own)

    def check(where: str, space: Space, value: Any) -> None:
        done, inner, parameters = _apart(where, space, value)
        COUNT.admit_point(where, done)
        update.source.admit_point(where, Product(inner, parameters))

    def forward(state: Product[Product[Done, M], P]) -> tuple[P, tuple[Done, Any]]:
        place, kept = update.forward(Product(state.first.second, state.second))
        return place, (state.first.first, kept)

    def backward(kept: tuple[Done, Any], change: dP) -> Product[Product[Done, M], P]:
        done, own = kept
        after: Product[M, P] = update.backward(own, scaled(change, schedule(done)))
        return Product(Product(Done(done + 1), after.first), after.second)

    states: Port[Product[Product[Done, M], P], Product[Product[Done, M], P]] = Port(space, space, (check, check))
    return optic(f"paced {update.name}", states, update.target, forward, backward)


def _apart(where: str, space: Space, value: Any) -> tuple[Any, Any, Any]:
    """Return the three parts of a value of (A x B) x C."""
    if isinstance(value, Product):
        first, last = halves(value)
        if isinstance(first, Product):
            return (*halves(first), last)
    raise WrongType(where, f"a Product for {space}", value)


def _length(where: str, length: int) -> int:
    number = whole_number(f"length of {where}", length)
    if number < 1:
        raise InvalidQuantity(f"length of {where}", number, "1 or more")
    return number

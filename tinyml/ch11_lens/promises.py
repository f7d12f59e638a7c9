"""Promises: what a lens may promise besides its type, and how each promise is tried.

    get_put          put(a, get(a)) = a                 write back what was read, and nothing has changed
    put_get          get(put(a, b)) = b                 what was written is what is read
    put_put          put(put(a, b), c) = put(a, c)      the last writer wins
    check_reverse    <slope of get along dx, dy> = <dx, put(a, dy)>    put is the derivative of get, turned around

A lens that reads a part of a record and writes it promises the first three.  A lens that carries changes back promises
the fourth.  The first three can be stated only where a change is a whole new value, at ports `whole(A)`: put must give
what get takes.  To the composition of lenses it does not matter which of them hold.
Checked by tests/ch11_lens/test_promises.py, on lenses that keep and on lenses that break each of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from tinyml.ch01_objects.domain import Product
from tinyml.ch02_arrows.laws import LawReport, deviation, try_law
from tinyml.ch04_training.differences import central_difference
from tinyml.ch10_tape.context import Context
from tinyml.ch11_lens.lenses import Lens
from tinyml.ch11_lens.ports import Port, halves
from tinyml.errors import show
from tinyml.type_variables import A, B, dA, dB

STEP, NEAR = 1e-5, 1e-7
"""Step of the central differences, and how near they must come, relative to the size of the two numbers above 1."""


def get_put(own: Lens[Port[A, A], Port[B, B]], points: Iterable[A]) -> LawReport:
    """Try on each value whether writing back what was read changes nothing."""

    def apart(point: A) -> float:
        return deviation(own.put(Product(point, own.get(point))), point)

    return try_law(f"put(a, get(a)) = a for {own.name}", apart, points)


def put_get(own: Lens[Port[A, A], Port[B, B]], cases: Iterable[tuple[A, B]]) -> LawReport:
    """Try on each (a, b) whether what was written is what is read."""

    def apart(case: tuple[A, B]) -> float:
        point, new = case
        return deviation(own.get(own.put(Product(point, new))), new)

    return try_law(f"get(put(a, b)) = b for {own.name}", apart, cases)


def put_put(own: Lens[Port[A, A], Port[B, B]], cases: Iterable[tuple[A, B, B]]) -> LawReport:
    """Try on each (a, b, c) whether the last writer wins."""

    def apart(case: tuple[A, B, B]) -> float:
        point, new, newer = case
        first = own.put(Product(point, new))
        return deviation(own.put(Product(first, newer)), own.put(Product(point, newer)))

    return try_law(f"put(put(a, b), c) = put(a, c) for {own.name}", apart, cases)


def check_reverse(own: Lens[Port[A, dA], Port[B, dB]], point: A, change: dA, seed: dB) -> LawReport:
    """Compare the slope that central differences of get measure along a change, weighed by a seed, with put.

    >>> from tinyml.ch11_lens.lenses import lens
    >>> from tinyml.ch11_lens.ports import NUMBERS, Number, NumberChange
    >>> forgot_2 = lens("square", NUMBERS, NUMBERS, lambda a: Number(a * a), lambda a, db: NumberChange(a * db))
    >>> print(check_reverse(forgot_2, Number(3.0), NumberChange(1.0), NumberChange(1.0)))
    <slope, dy> = <dx, put> for square: fails, for example at 6 is not 3 (1 case, largest deviation 0.5)
    """
    measured = central_difference(lambda t: paired(own.get(moved(point, change, t)), seed), 0.0, STEP)
    claimed = paired(change, own.put(Product(point, seed)))
    found = deviation(measured, claimed)
    numbers = f"{show(round(measured, 6))} is not {show(round(claimed, 6))}" if found > NEAR else None
    return LawReport(f"<slope, dy> = <dx, put> for {own.name}", 1, found, NEAR, numbers)


def paired(first: Any, second: Any) -> float:
    """Return the sum of all products of entries at the same place: of numbers, arrays, contexts, or pairs of these.

    Where there are no changes there is nothing to add up.
    """
    if isinstance(first, Product):
        return sum(map(paired, halves(first), halves(second)))
    if isinstance(first, Context):
        return float(first.dot(second))
    return 0.0 if isinstance(second, tuple) else float(np.vdot(first, second))


def moved(point: Any, change: Any, by: float) -> Any:
    """Return a value moved along a change: point + by * change."""
    if isinstance(point, Product):
        (one, other), (own, its) = halves(point), halves(change)
        return Product(moved(one, own, by), moved(other, its, by))
    if isinstance(point, Context):
        return point + change.scale(by)
    return point if isinstance(change, tuple) else point + by * change  # what has no changes stays

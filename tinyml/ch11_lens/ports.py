"""Ports: the objects of the category of lenses, a space of values with the space of their changes.

    Port(A, A')                      values of A go forwards through it, changes of A' come back
    both(X, Y) = (A x B, A' x B')    two ports side by side
    UNIT       = (1, 1)              nothing goes through it, and nothing comes back
    whole(A)   = (A, A)              a change is a whole new value

A label such as `Number` tells a type checker that a change is no value.  It is made by `NewType`, which costs nothing
and leaves nothing when the program runs.  So a port has checks besides, for where a person enters a value.
Laws (tests/ch11_lens/test_ports.py): two ports meet where their values meet and their changes do; a port of numbers
admits exactly the finite ones of its size.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Generic, NewType, TypeAlias, TypeVar, final

import numpy as np

from tinyml.ch01_objects.domain import Product
from tinyml.ch02_arrows.space import Space
from tinyml.errors import InvalidScalar, ShapeMismatch, WrongType, with_article
from tinyml.type_variables import A, B, dA, dB
from tinyml.validation import FloatArray

Check: TypeAlias = Callable[[str, Space, Any], None]
"""Refuses what is no value of a space; the text says where the value came."""

NUMERIC = (int, float, Fraction, np.floating, np.ndarray)


def check_numbers(where: str, space: Space, value: Any) -> None:
    """Refuse what is no finite number, and no array of them whose last axes have the size of the space."""
    if isinstance(value, bool) or not isinstance(value, NUMERIC):
        raise WrongType(where, f"a number or an array of numbers for {space}", value)
    array = np.asarray(value)
    if array.dtype.kind not in "iuf" and not isinstance(value, (int, Fraction)):
        raise WrongType(where, f"numbers for {space}", value)
    if space.size and array.shape[-len(space.size) :] != space.size:
        expected = ", ".join(["...", *map(str, space.size)])
        raise ShapeMismatch(f"{where}, {space}", f"({expected})", str(array.shape))
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        rows = np.atleast_1d(array)
        place = tuple(int(axis[0]) for axis in np.nonzero(~np.isfinite(rows)))
        raise InvalidScalar(f"{space} in {where}", float(rows[place]), place if array.shape else None)


@final
@dataclass(frozen=True)  # no slots: the call of a generic alias, `Port[Any, Any](...)`, fails on them
class Port(Generic[A, dA]):
    """A space of values and the space of their changes, with what is checked where a person enters one.

    >>> print(NUMBERS, both(UNIT, whole(str)))
    (Number, NumberChange) (Unit x str, Unit x str)
    """

    points: Space
    changes: Space
    checks: tuple[Check, Check] = field(default=(check_numbers, check_numbers), compare=False, repr=False)

    def meets(self, other: Port[Any, Any]) -> bool:
        """Say whether lenses can be joined here: what comes out of one can go into the other, both ways."""
        return self.points.meets(other.points) and self.changes.meets(other.changes)

    def admit_point(self, where: str, point: Any) -> None:
        """Refuse what is no value of this port, with a typed error that says where it came."""
        self.checks[0](where, self.points, point)

    def admit_change(self, where: str, change: Any) -> None:
        """Refuse what is no change of a value of this port."""
        self.checks[1](where, self.changes, change)

    def __str__(self) -> str:
        return f"({self.points}, {self.changes})"


X = TypeVar("X", bound=Port[Any, Any])
Y = TypeVar("Y", bound=Port[Any, Any])
Z = TypeVar("Z", bound=Port[Any, Any])

Unit = tuple[()]
"""The empty tuple is its only value."""

Number = NewType("Number", float)
NumberChange = NewType("NumberChange", float)


def halves(pair: Product[Any, Any]) -> tuple[Any, Any]:
    """Return both halves of a pair of which nothing is known but that it is one."""
    return pair.first, pair.second


def _check_pair(first: Check, second: Check) -> Check:
    def check(where: str, space: Space, value: Any) -> None:
        if not isinstance(value, Product):
            raise WrongType(where, f"a Product for {space}", value)
        half, other = halves(value)
        first(where, space.factors[0], half)
        second(where, space.factors[1], other)

    return check


def _label(made: Callable[..., Any]) -> str:
    return str(getattr(made, "__name__", made))


def port(point: Callable[[FloatArray], A], change: Callable[[FloatArray], dA], *size: int) -> Port[A, dA]:
    """Return the port of arrays whose last axes have this size, with two labels that `NewType` made of `FloatArray`.

    Say what it is, `rows: Port[Row, RowChange] = port(Row, RowChange, 4)`: pyright does not see it in the labels.
    """
    return Port(Space(_label(point), size), Space(_label(change), size))


def whole(kind: type[A]) -> Port[A, A]:
    """Return the port of values of a class at which a change is a whole new value."""

    def check(where: str, space: Space, value: Any) -> None:
        if not isinstance(value, kind):
            raise WrongType(where, with_article(space), value)

    return Port(Space.of(kind), Space.of(kind), (check, check))


def both(first: Port[A, dA], second: Port[B, dB]) -> Port[Product[A, B], Product[dA, dB]]:
    """Return two ports side by side as one: its values are pairs, and so are its changes."""
    (point, change), (other_point, other_change) = first.checks, second.checks
    return Port(
        Space.product(first.points, second.points),
        Space.product(first.changes, second.changes),
        (_check_pair(point, other_point), _check_pair(change, other_change)),
    )


def check_unit(where: str, space: Space, value: Any) -> None:
    if not isinstance(value, tuple) or value:
        raise WrongType(where, f"the empty tuple for {space}", value)


UNIT: Port[Unit, Unit] = Port(Space("Unit"), Space("Unit"), (check_unit, check_unit))
NUMBERS = Port[Number, NumberChange](Space("Number"), Space("NumberChange"))


def wire_between(end: Port[Any, Any], start: Port[Any, Any]) -> str:
    """Return the name of the wire that leads from one port to another, or nothing: what a refusal can suggest."""
    halves = (end.points, start.points), (end.changes, start.changes)
    return next((name for name, leads in WIRES.items() if all(leads(*half) for half in halves)), "")


def _regrouped(nested: Space, flat: Space) -> bool:
    """Whether one space is (A x B) x C and the other A x (B x C)."""
    if not (nested.is_pair and nested.factors[0].is_pair):
        return False
    (left, middle), right = nested.factors[0].factors, nested.factors[1]
    return flat.meets(Space.product(left, Space.product(middle, right)))


WIRES: dict[str, Callable[[Space, Space], bool]] = {
    "copy": lambda end, start: start.meets(Space.product(end, end)),
    "add": lambda end, start: end.meets(Space.product(start, start)),
    "swap": lambda end, start: end.is_pair and start.meets(Space.product(end.factors[1], end.factors[0])),
    "assoc": _regrouped,
    "assoc_back": lambda end, start: _regrouped(start, end),
    "unitor": lambda end, start: end.meets(Space.product(UNIT.points, start)),
    "unitor_back": lambda end, start: start.meets(Space.product(UNIT.points, end)),
}
"""Which wire of `tinyml.ch11_lens.wires` leads from where to where, as far as one half of a port says."""

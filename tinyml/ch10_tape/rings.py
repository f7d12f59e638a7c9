"""Number systems: what the entries of a tensor may be, and what "equal" means for them.

    FLOAT       float64              rounded: sums that should agree agree up to a tolerance
    RATIONAL    fractions.Fraction   exact
    GF2         0 and 1, 1 + 1 = 0   exact

A node that is written with +, -, * and whole powers runs in all three without a change, because the entries bring
their own arithmetic.  A `Dual` number x + dx·e with e·e = 0 carries a derivative through the same code.
Laws (tests/ch10_tape/test_rings.py): bits and fractions are commutative rings; a product of dual numbers has the
derivative of a product.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from tinyml.errors import EmptyInput, InvalidScalar, WrongType
from tinyml.validation import real_number

Array = NDArray[Any]
"""An array with any number of axes, () included, whose entries are float64, Fraction, Bit or Dual."""


@final
@dataclass(frozen=True, slots=True)
class Bit:
    """A number of GF(2): + is "exactly one of the two", * is "both", and every bit is its own negative.

    >>> Bit(1) + Bit(1), Bit(1) * Bit(1), -Bit(1), 3 * Bit(1)
    (0, 1, 1, 1)
    """

    value: int

    def __post_init__(self) -> None:
        if type(self.value) is not int or self.value not in (0, 1):
            raise WrongType("Bit", "0 or 1", self.value)

    def __add__(self, other: Bit | int) -> Bit:
        return Bit(self.value ^ _bit(other)) if isinstance(other, (Bit, int)) else NotImplemented

    def __mul__(self, other: Bit | int) -> Bit:
        return Bit(self.value & _bit(other)) if isinstance(other, (Bit, int)) else NotImplemented

    def __neg__(self) -> Bit:
        return self

    def __pow__(self, exponent: int) -> Bit:
        if type(exponent) is not int or exponent < 0:
            return NotImplemented
        return self if exponent else Bit(1)

    __radd__ = __sub__ = __rsub__ = __add__
    __rmul__ = __mul__

    def __repr__(self) -> str:
        return str(self.value)


def _bit(number: Bit | int) -> int:
    return number.value if isinstance(number, Bit) else number % 2


@final
@dataclass(frozen=True, slots=True)
class Dual:
    """A number x + dx·e where e·e = 0: arithmetic on it computes a value and, beside it, its derivative.

    >>> x = Dual(Fraction(3), Fraction(1))
    >>> x * x + x
    Dual(value=Fraction(12, 1), change=Fraction(7, 1))
    """

    value: Any
    change: Any

    def __add__(self, other: Any) -> Dual:
        if isinstance(other, np.ndarray):
            return NotImplemented  # numpy then adds entry by entry
        if isinstance(other, Dual):
            return Dual(self.value + other.value, self.change + other.change)
        return Dual(self.value + other, self.change)

    def __mul__(self, other: Any) -> Dual:
        if isinstance(other, np.ndarray):
            return NotImplemented
        if isinstance(other, Dual):
            return Dual(self.value * other.value, self.value * other.change + self.change * other.value)
        return Dual(self.value * other, self.change * other)

    def __neg__(self) -> Dual:
        return Dual(-self.value, -self.change)

    def __pow__(self, exponent: int) -> Dual:
        if type(exponent) is not int or exponent < 1:
            return NotImplemented
        return Dual(self.value**exponent, exponent * self.value ** (exponent - 1) * self.change)

    def __sub__(self, other: Any) -> Dual:
        return self.__add__(-other)

    def __rsub__(self, other: Any) -> Dual:
        return (-self).__add__(other)

    __radd__ = __add__
    __rmul__ = __mul__


@final
@dataclass(frozen=True, slots=True, repr=False)
class Ring:
    """A number system: `number` admits one number, `draw` makes a random one, `tolerance` says how near is equal."""

    name: str
    number: Callable[[object], Any]
    draw: Callable[[np.random.Generator], Any]
    tolerance: float
    """Largest difference between two sums that count as equal, relative to the size of their terms; 0 is exact."""

    @property
    def exact(self) -> bool:
        return self.tolerance == 0.0

    def tensor(self, values: object) -> Array:
        """Return a read-only copy whose entries are numbers of this system.

        >>> RATIONAL.tensor([[1, Fraction(2, 3)]]).tolist()
        [[Fraction(1, 1), Fraction(2, 3)]]
        """
        raw: Array = (
            values if isinstance(values, np.ndarray) else np.array(values, dtype=object)
        )  # a list may hold a bool
        if self.exact or raw.dtype.kind not in "iuf":
            raw = raw.astype(object)
        array = self._admit(raw) if raw.dtype == object else np.array(raw, dtype=np.float64)
        if array.size == 0:
            raise EmptyInput("tensor", "a tensor has at least one entry")
        if not self.exact and not np.isfinite(array).all():
            place = tuple(int(axis[0]) for axis in np.nonzero(~np.isfinite(np.atleast_1d(array))))
            raise InvalidScalar("tensor", float(np.atleast_1d(array)[place]), place)
        array.setflags(write=False)
        return array

    def _admit(self, raw: Array) -> Array:
        """Return an array of the numbers that `number` makes of the entries of another."""
        array = np.empty(raw.shape, dtype=object)
        for place in np.ndindex(raw.shape):
            array[place] = self.number(raw[place])
        return array if self.exact else array.astype(np.float64)

    def zeros(self, shape: Sequence[int]) -> Array:
        return self.tensor(np.zeros(tuple(shape), dtype=np.int64))

    def random(self, shape: Sequence[int], rng: np.random.Generator) -> Array:
        """Return a tensor of random numbers: normal floats, fractions of small numbers, or fair bits."""
        array = np.empty(tuple(shape), dtype=object)
        for place in np.ndindex(array.shape):
            array[place] = self.draw(rng)
        return self.tensor(array)

    def deviation(self, left: Any, right: Any, size: float = 1.0) -> float:
        """Return how far two numbers are apart, relative to max(1, size); in an exact system 0 or infinity."""
        if left == right:
            return 0.0
        return float("inf") if self.exact else abs(left - right) / max(1.0, size)

    def __repr__(self) -> str:
        return self.name


def _float(value: object) -> float:
    return real_number("FLOAT", value)


def _fraction(value: object) -> Fraction:
    if isinstance(value, Fraction):
        return value
    return Fraction(_integer("RATIONAL", "an int or a Fraction", value))


def _reduced(value: object) -> Bit:
    if isinstance(value, Bit):
        return value
    return Bit(_integer("GF2", "a Bit, or an int to take mod 2", value) % 2)


def _integer(context: str, expected: str, value: object) -> int:
    if isinstance(value, (bool, np.bool_)):
        raise WrongType(context, expected, value)
    try:
        return operator.index(value)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    except TypeError:
        raise WrongType(context, expected, value) from None


FLOAT = Ring("FLOAT", _float, lambda rng: rng.normal(), 1e-12)
RATIONAL = Ring("RATIONAL", _fraction, lambda rng: Fraction(int(rng.integers(-9, 10)), int(rng.integers(1, 10))), 0.0)
GF2 = Ring("GF2", _reduced, lambda rng: Bit(int(rng.integers(2))), 0.0)

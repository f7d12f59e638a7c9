"""Polynomials in so many variables, over a ring whose numbers are exact: fractions, or bits.

    x, y = variables(RATIONAL, "x y")      x ** 2 + 3 * x * y      3 x y + x^2

A polynomial is its terms: to each monomial, a tuple of exponents, its coefficient, and none of them is 0.  So two
polynomials are equal when their terms are, and nobody has to try them at points.  Over bits there is a difference:
x^2 and x have the same value at 0 and at 1, and they are two polynomials, with two derivatives.
Laws (tests/ch16_reverse/test_polynomials.py): polynomials are a commutative ring; the value of a sum, a product and a
substitution is that of the values; partial derivatives add, follow the product rule and may change their order; sympy
expands and differentiates to the same terms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Any, TypeAlias, final

from tinyml.ch10_tape.rings import Bit, Ring
from tinyml.errors import OutOfRange, ShapeMismatch, WrongType
from tinyml.validation import whole_number

Exponents: TypeAlias = tuple[int, ...]


@final
@dataclass(frozen=True, eq=False)
class Polynomial:
    """A sum of terms in `size` variables; the coefficients are numbers of a ring, and zeros are left out.

    >>> from tinyml.ch10_tape.rings import GF2
    >>> x, y = variables(GF2, "x y")
    >>> (x + y) ** 2
    x^2 + y^2
    """

    ring: Ring
    names: tuple[str, ...]
    terms: Mapping[Exponents, Any]

    def __post_init__(self) -> None:
        refuse_rounding("Polynomial", self.ring)
        kept: dict[Exponents, Any] = {}
        for exponents, coefficient in sorted(self.terms.items()):
            if len(exponents) != len(self.names):
                raise ShapeMismatch("Polynomial", f"{len(self.names)} exponents", str(len(exponents)))
            number = self.ring.number(coefficient)
            if number != self.ring.number(0):
                kept[exponents] = number
        object.__setattr__(self, "terms", MappingProxyType(kept))

    @property
    def size(self) -> int:
        """The number of variables."""
        return len(self.names)

    @property
    def degree(self) -> int:
        """The largest sum of the exponents of a term; 0 of a constant."""
        return max(map(sum, self.terms), default=0)

    def __eq__(self, other: object) -> bool:
        """Say whether the terms are the same; the names of the variables do not matter."""
        if not isinstance(other, Polynomial):
            return NotImplemented
        return self.ring is other.ring and self.size == other.size and self.terms == other.terms

    def __hash__(self) -> int:
        return hash((self.size, tuple(self.terms.items())))

    def __add__(self, other: Polynomial | int | Fraction | Bit) -> Polynomial:
        made: Polynomial = self._with(other, self._sum)
        return made

    def __mul__(self, other: Polynomial | int | Fraction | Bit) -> Polynomial:
        made: Polynomial = self._with(other, self._product)
        return made

    def __neg__(self) -> Polynomial:
        return Polynomial(self.ring, self.names, {own: -number for own, number in self.terms.items()})

    def __sub__(self, other: Polynomial | int | Fraction | Bit) -> Polynomial:
        return self + -self._admit(other) if self._admits(other) else NotImplemented

    def __rsub__(self, other: int | Fraction | Bit) -> Polynomial:
        return -self + other

    __radd__ = __add__
    __rmul__ = __mul__

    def __pow__(self, exponent: int) -> Polynomial:
        count = whole_number("exponent of a Polynomial", exponent)
        if count < 0:
            raise OutOfRange("exponent of a Polynomial", count, 0)
        power = self._admit(1)
        for _ in range(count):
            power = self._product(power, self)
        return power

    def __call__(self, *values: Any) -> Any:
        """Return the value at numbers of the ring, one for each variable; or of whatever can be added and multiplied.

        >>> from tinyml.ch10_tape.rings import RATIONAL
        >>> x, y = variables(RATIONAL, "x y")
        >>> (x**2 + 3 * x * y)(2, Fraction(1, 2))
        Fraction(7, 1)
        """
        if len(values) != self.size:
            raise ShapeMismatch(f"the value of {self}", f"{self.size} numbers", str(len(values)))
        numbers = [value if isinstance(value, Polynomial) else self.ring.number(value) for value in values]
        total: Any = self.ring.number(0)
        for exponents, coefficient in self.terms.items():
            term = coefficient
            for number, exponent in zip(numbers, exponents, strict=True):
                for _ in range(exponent):
                    term = number * term
            total = term + total
        return total

    def partial(self, place: int) -> Polynomial:
        """Return the derivative in one variable, which is found term by term and needs no limit.

        >>> from tinyml.ch10_tape.rings import GF2
        >>> (x,) = variables(GF2, "x")
        >>> (x**3 + x**2).partial(0)
        x^2
        """
        if not 0 <= place < self.size:
            raise OutOfRange("variable", place, self.size)
        terms = {
            (*own[:place], own[place] - 1, *own[place + 1 :]): own[place] * number
            for own, number in self.terms.items()
            if own[place]
        }
        return Polynomial(self.ring, self.names, terms)

    def moved(self, names: Sequence[str], start: int) -> Polynomial:
        """Return the same polynomial among more variables, with its own from `start` on."""
        before, after = start, len(names) - start - self.size
        if before < 0 or after < 0:
            raise ShapeMismatch("moved", f"room for {self.size} variables", f"{len(names)} from {start}")
        terms = {(*(0,) * before, *own, *(0,) * after): number for own, number in self.terms.items()}
        return Polynomial(self.ring, tuple(names), terms)

    def __repr__(self) -> str:
        told = [self._term(exponents, number) for exponents, number in reversed(list(self.terms.items()))]
        return " + ".join(told).replace("+ -", "- ") or "0"

    def _term(self, exponents: Exponents, number: Any) -> str:
        factors = [
            name if exponent == 1 else f"{name}^{exponent}"
            for name, exponent in zip(self.names, exponents, strict=True)
            if exponent
        ]
        if not factors:
            return str(number)
        shown = {1: "", -1: "-"}.get(number, f"{number} ") if not isinstance(number, Bit) else ""
        return shown + " ".join(factors)

    def _sum(self, one: Polynomial, other: Polynomial) -> Polynomial:
        terms = dict(one.terms)
        for exponents, number in other.terms.items():
            terms[exponents] = terms[exponents] + number if exponents in terms else number
        return Polynomial(self.ring, self.names, terms)

    def _product(self, one: Polynomial, other: Polynomial) -> Polynomial:
        terms: dict[Exponents, Any] = {}
        for first, number in one.terms.items():
            for second, factor in other.terms.items():
                own = tuple(a + b for a, b in zip(first, second, strict=True))
                terms[own] = terms.get(own, self.ring.number(0)) + number * factor
        return Polynomial(self.ring, self.names, terms)

    def _admits(self, other: object) -> bool:
        return isinstance(other, (Polynomial, int, Fraction, Bit)) and not isinstance(other, bool)

    def _admit(self, other: Any) -> Polynomial:
        if isinstance(other, Polynomial):
            if other.ring is not self.ring:
                raise WrongType("a Polynomial", f"another over {self.ring}", other)
            if other.size != self.size:
                raise ShapeMismatch("a Polynomial", f"{self.size} variables", str(other.size))
            return other
        return Polynomial(self.ring, self.names, {(0,) * self.size: other})

    def _with(self, other: Any, call: Any) -> Any:
        return call(self, self._admit(other)) if self._admits(other) else NotImplemented


def refuse_rounding(where: str, ring: Ring) -> None:
    """Refuse what is no ring, and one whose numbers are rounded: nothing would be equal to anything there."""
    if not isinstance(ring, Ring) or not ring.exact:
        raise WrongType(where, "an exact ring, RATIONAL or GF2", ring)


def variables(ring: Ring, names: str) -> tuple[Polynomial, ...]:
    """Return the variables with these names, which are separated by spaces.

    >>> from tinyml.ch10_tape.rings import RATIONAL
    >>> x, y = variables(RATIONAL, "x y")
    >>> x * (x + 3 * y) - Fraction(1, 2)
    x^2 + 3 x y - 1/2
    """
    if not isinstance(names, str) or not names.split() or len(set(names.split())) != len(names.split()):
        raise WrongType("variables", "names that differ, with spaces between them", names)
    every = tuple(names.split())
    return tuple(
        Polynomial(ring, every, {tuple(int(place == own) for own in range(len(every))): 1})
        for place in range(len(every))
    )


def constant(ring: Ring, value: Any, names: tuple[str, ...]) -> Polynomial:
    return Polynomial(ring, names, {(0,) * len(names): value})

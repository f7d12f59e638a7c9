"""Smooth maps: functions of floats as a second model of the axioms, in which equal means near.

    f : n -> m     a function of n numbers that is written with +, -, *, / and the functions below
    R[f](x, w)_i   the part along e of  <f(x + e at i), w>,  for a number e with e e = 0

R runs f once for each input, on numbers x + dx e as in chapter 10: they carry the derivative, to the last bit and
without a step that would have to be small.  And R[f] is again such a function, so it can be reversed.  Two
functions are compared at points that are drawn, and there only.
Laws (tests/ch16_reverse/test_smooth.py): the axioms hold within a tolerance; R is what the tape of chapter 10, central
differences and JAX say; a polynomial map runs here as it is and has the reverse that it has exactly.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, final

import numpy as np

from tinyml.ch02_arrows.laws import deviation
from tinyml.ch16_reverse.polymaps import PolyMap
from tinyml.errors import CompositionError, ShapeMismatch, WrongType
from tinyml.validation import real_number

Numbers: TypeAlias = "tuple[Any, ...]"


@final
@dataclass(frozen=True, slots=True)
class Tangent:
    """A number x + dx e with e e = 0, where x and dx are floats or such numbers of a level below."""

    value: Any
    change: Any

    def __add__(self, other: Any) -> Tangent:
        one = lifted(other)
        return Tangent(self.value + one.value, self.change + one.change)

    def __mul__(self, other: Any) -> Tangent:
        one = lifted(other)
        return Tangent(self.value * one.value, self.value * one.change + self.change * one.value)

    def __neg__(self) -> Tangent:
        return Tangent(-self.value, -self.change)

    def __sub__(self, other: Any) -> Tangent:
        return self + -lifted(other)

    def __rsub__(self, other: Any) -> Tangent:
        return (-self).__add__(other)

    def __truediv__(self, other: Any) -> Tangent:
        one = lifted(other)
        share = self.value / one.value
        return Tangent(share, (self.change - share * one.change) / one.value)

    def __rtruediv__(self, other: Any) -> Tangent:
        return lifted(other) / self

    def __pow__(self, exponent: int) -> Tangent:
        if type(exponent) is not int or exponent < 0:
            return NotImplemented
        power = Tangent(1.0, 0.0)
        for _ in range(exponent):
            power = power * self
        return power

    __radd__ = __add__
    __rmul__ = __mul__


def lifted(number: Any) -> Tangent:
    """Return a number that does not change, unless it says by itself how it does."""
    return number if isinstance(number, Tangent) else Tangent(number, 0.0)


def sin(x: Any) -> Any:
    return Tangent(sin(x.value), cos(x.value) * x.change) if isinstance(x, Tangent) else math.sin(x)


def cos(x: Any) -> Any:
    return Tangent(cos(x.value), -sin(x.value) * x.change) if isinstance(x, Tangent) else math.cos(x)


def exp(x: Any) -> Any:
    if isinstance(x, Tangent):
        power = exp(x.value)
        return Tangent(power, power * x.change)
    return math.exp(x)


def tanh(x: Any) -> Any:
    if isinstance(x, Tangent):
        squeezed = tanh(x.value)
        return Tangent(squeezed, (1.0 - squeezed * squeezed) * x.change)
    return math.tanh(x)


@final
@dataclass(frozen=True, repr=False)
class SmoothMap:
    """A function of so many numbers to so many, with a name; two of them are never equal, only near.

    >>> wave = SmoothMap("wave", 2, 1, lambda x, y: (sin(x * y),))
    >>> wave(0.5, 2.0) == (math.sin(1.0),)
    True
    """

    name: str
    source: int
    target: int
    function: Callable[..., Numbers]

    def __call__(self, *values: Any) -> Numbers:
        if len(values) != self.source:
            raise ShapeMismatch(f"the value of {self.name}", f"{self.source} numbers", str(len(values)))
        made = tuple(self.function(*values))
        if len(made) != self.target:
            raise ShapeMismatch(f"what {self.name} makes", f"{self.target} numbers", str(len(made)))
        return made

    def __rshift__(self, other: SmoothMap) -> SmoothMap:
        if not isinstance(other, SmoothMap):
            raise WrongType(f"{self.name} >>", "a smooth map", other)
        if self.target != other.source:
            one, two = ((own.name, str(own.source), str(own.target)) for own in (self, other))
            raise CompositionError(one, two)
        return SmoothMap(f"{self.name} >> {other.name}", self.source, other.target, lambda *x: other(*self(*x)))

    def __matmul__(self, other: SmoothMap) -> SmoothMap:
        if not isinstance(other, SmoothMap):
            raise WrongType(f"{self.name} @", "a smooth map", other)

        def both(*x: Any) -> Numbers:
            return self(*x[: self.source]) + other(*x[self.source :])

        return SmoothMap(f"({self.name} @ {other.name})", self.source + other.source, self.target + other.target, both)

    def __repr__(self) -> str:
        return f"{self.name} : {self.source} -> {self.target}"


def of_polymap(f: PolyMap) -> SmoothMap:
    """Return a polynomial map of fractions as a function of floats."""
    terms = [[(exponents, float(number)) for exponents, number in own.terms.items()] for own in f.outputs]

    def function(*x: Any) -> Numbers:
        made: list[Any] = []
        for output in terms:
            total: Any = 0.0
            for exponents, number in output:
                term: Any = number
                for one, exponent in zip(x, exponents, strict=True):
                    for _ in range(exponent):
                        term = term * one
                total = total + term
            made.append(total)
        return tuple(made)

    return SmoothMap(repr(f), f.source, f.target, function)


def smooth_reverse(f: SmoothMap) -> SmoothMap:
    """Return R[f], which runs f once for each input."""
    if not isinstance(f, SmoothMap):
        raise WrongType("smooth_reverse", "a smooth map", f)

    def back(*both: Any) -> Numbers:
        x, w = both[: f.source], both[f.source :]
        found: list[Any] = []
        for place in range(f.source):
            along = (Tangent(own, 1.0 if place == other else 0.0) for other, own in enumerate(x))
            made = f(*along)
            parts = [lifted(one).change * change for one, change in zip(made, w, strict=True)]
            found.append(sum(parts[1:], start=parts[0]) if parts else 0.0)
        return tuple(found)

    return SmoothMap(f"R[{f.name}]", f.source + f.target, f.source, back)


@final
@dataclass(frozen=True)
class Smooth:
    """The category of smooth maps, as `try_axioms` asks for it: maps are compared at points drawn from a seed."""

    seed: int
    points: int = 5
    tolerance: float = 1e-9

    def ends(self, f: SmoothMap, /) -> tuple[int, int]:
        return f.source, f.target

    def identity(self, size: int, /) -> SmoothMap:
        return SmoothMap("identity", size, size, lambda *x: x)

    def zero(self, size: int, source: int = 0, /) -> SmoothMap:
        return SmoothMap("0", source, size, lambda *_: (0.0,) * size)

    def projections(self, first: int, second: int, /) -> tuple[SmoothMap, SmoothMap]:
        return (
            SmoothMap("first", first + second, first, lambda *x: x[:first]),
            SmoothMap("second", first + second, second, lambda *x: x[first:]),
        )

    def then(self, f: SmoothMap, g: SmoothMap, /) -> SmoothMap:
        return f >> g

    def beside(self, f: SmoothMap, g: SmoothMap, /) -> SmoothMap:
        return f @ g

    def pair(self, f: SmoothMap, g: SmoothMap, /) -> SmoothMap:
        return SmoothMap(f"({f.name}, {g.name})", f.source, f.target + g.target, lambda *x: f(*x) + g(*x))

    def plus(self, f: SmoothMap, g: SmoothMap, /) -> SmoothMap:
        def total(*x: Any) -> Numbers:
            return tuple(one + other for one, other in zip(f(*x), g(*x), strict=True))

        return SmoothMap(f"{f.name} + {g.name}", f.source, f.target, total)

    def reverse(self, f: SmoothMap, /) -> SmoothMap:
        return smooth_reverse(f)

    def apart(self, f: SmoothMap, g: SmoothMap, /) -> float:
        if (f.source, f.target) != (g.source, g.target):
            raise ShapeMismatch("apart", f"{f.source} -> {f.target}", f"{g.source} -> {g.target}")
        rng = np.random.default_rng(self.seed)
        found = 0.0
        for _ in range(self.points):
            x = rng.uniform(-1, 1, f.source).tolist()
            found = max(found, deviation(_floats(f(*x)), _floats(g(*x))))
        return found


def _floats(numbers: Sequence[Any]) -> list[float]:
    return [real_number("what a smooth map makes", number) for number in numbers]

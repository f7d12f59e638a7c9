"""The functor: a map goes to the lens that it makes with its reverse, and a row of maps to the row of their lenses.

    f : n -> m      lensed(f) = (f, R[f]) : (n, n) -> (m, m)       get = f      put = R[f]

    lensed(f >> g) = lensed(f) >> lensed(g)           that is the chain rule, RD.5
    lensed(f @ g)  = lensed(f) @ lensed(g)            R is monoidal

For chapters 11 to 13 each layer came with a backward that was written by hand.  All of them are of this form, and the
law that a row of lenses runs through each part once is the axiom RD.5.  With parameters on a wire of their own it is
Para(R): `sided(f, p)` has the first p inputs on the side, and `>>` collects them.
Laws (tests/ch16_reverse/test_as_lenses.py): both of the above, and the same for Para, exactly, for polynomial maps over
both rings; wires are each other's reverses; the layers of chapter 12 and the square of chapter 13 have the puts that R
finds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

from tinyml.ch02_arrows.space import Space
from tinyml.ch10_tape.rings import Ring
from tinyml.ch11_lens.lenses import Lens, lens
from tinyml.ch11_lens.ports import Port
from tinyml.ch12_para.parametric import Para, para
from tinyml.ch16_reverse.polymaps import PolyMap, checked_size, identity, pair, projections, reverse_derivative
from tinyml.errors import CompositionError, ShapeMismatch, WrongType


@final
@dataclass(frozen=True)
class PolyLens:
    """A get and a put that are polynomial maps, so that two lenses can be compared: put : n + m -> n."""

    get: PolyMap
    put: PolyMap

    def __post_init__(self) -> None:
        n, m = self.get.source, self.get.target
        if (self.put.source, self.put.target) != (n + m, n):
            raise ShapeMismatch("PolyLens", f"a put {n + m} -> {n}", f"{self.put.source} -> {self.put.target}")

    def __rshift__(self, other: PolyLens) -> PolyLens:
        if not isinstance(other, PolyLens):
            raise WrongType("a lens >>", "another of polynomial maps", other)
        if self.get.target != other.get.source:
            one, two = ((repr(own.get), str(own.get.source), str(own.get.target)) for own in (self, other))
            raise CompositionError(one, two)
        n, k = self.get.source, other.get.target
        x, w = projections(self.get.ring, n, k)
        between = pair(x >> self.get, w) >> other.put
        return PolyLens(self.get >> other.get, pair(x, between) >> self.put)

    def __matmul__(self, other: PolyLens) -> PolyLens:
        if not isinstance(other, PolyLens):
            raise WrongType("a lens @", "another of polynomial maps", other)
        ring = self.get.ring
        sizes = self.get.source, other.get.source, self.get.target, other.get.target
        n, k, m, j = sizes
        points, changes = projections(ring, n + k, m + j)
        x, y = (points >> side for side in projections(ring, n, k))
        v, w = (changes >> side for side in projections(ring, m, j))
        put = pair(pair(x, v) >> self.put, pair(y, w) >> other.put)
        return PolyLens(self.get @ other.get, put)

    def run(self) -> Lens[Port[Any, Any], Port[Any, Any]]:
        """Return the lens of chapter 11 on tuples of numbers of the ring."""
        put, n = self.put, self.get.source
        source, target = wires(self.get.ring, n), wires(self.get.ring, self.get.target)
        return lens(repr(self.get), source, target, lambda x: self.get(*x), lambda x, change: put(*x, *change))


def lensed(f: PolyMap) -> PolyLens:
    """Return a map with its reverse.

    >>> from tinyml.ch10_tape.rings import RATIONAL
    >>> from tinyml.ch16_reverse.polymaps import polymap
    >>> from tinyml.ch16_reverse.polynomials import variables
    >>> (x,) = variables(RATIONAL, "x")
    >>> square = lensed(polymap(x**2)).run()
    >>> square.get((3,)), square.backward((3,), (1,))
    ((Fraction(9, 1),), (Fraction(6, 1),))
    """
    return PolyLens(f, reverse_derivative(f))


@final
@dataclass(frozen=True)
class SidedMap:
    """A polynomial map whose first inputs are its parameters: p + n -> m, as an arrow n -> m of Para."""

    parameters: int
    map: PolyMap

    @property
    def source(self) -> int:
        return self.map.source - self.parameters

    def __rshift__(self, other: SidedMap) -> SidedMap:
        if not isinstance(other, SidedMap):
            raise WrongType("a map with parameters >>", "another", other)
        ring = self.map.ring
        return SidedMap(other.parameters + self.parameters, (identity(ring, other.parameters) @ self.map) >> other.map)


def sided(f: PolyMap, parameters: int) -> SidedMap:
    """Return a map with so many of its inputs on the side."""
    number = checked_size("sided", parameters)
    if number > f.source:
        raise ShapeMismatch("sided", f"at most {f.source} parameters", str(number))
    return SidedMap(number, f)


def para_of(own: SidedMap) -> Para[Port[Any, Any], Port[Any, Any], Port[Any, Any]]:
    """Return Para(R) of a map: a parametric lens of chapter 12 on tuples of numbers."""
    put, count = reverse_derivative(own.map), own.parameters
    ring = own.map.ring
    side, source, target = (wires(ring, size) for size in (count, own.source, own.map.target))

    def forward(parameters: Any, point: Any) -> tuple[Any, Any]:
        return own.map(*parameters, *point), (*parameters, *point)

    def backward(kept: Any, change: Any) -> tuple[Any, Any]:
        back = put(*kept, *change)
        return back[:count], back[count:]

    return para(repr(own.map), side, source, target, forward, backward)


def wires(ring: Ring, size: int) -> Port[Any, Any]:
    """Return the port of tuples of so many numbers of a ring; their changes are such tuples, too."""
    space = Space(ring.name, (size,))

    def check(where: str, space: Space, value: Any) -> None:
        if not isinstance(value, tuple):
            raise WrongType(where, f"a tuple for {space}", value)
        numbers: tuple[Any, ...] = value
        if len(numbers) != size:
            raise ShapeMismatch(where, f"{size} numbers", str(len(numbers)))
        for number in numbers:
            ring.number(number)

    return Port(space, space, (check, check))

"""Polynomial maps: arrows that can be compared, because each is m polynomials in n variables.

    f : n -> m      f >> g  substitutes the outputs of f for the variables of g      f @ g  both side by side

    copy(n)    : n -> 2n    (x, x)          discard(n) : n -> 0    ()
    add(n)     : 2n -> n    x + y           zero(n)    : 0 -> n    0
    f + g  =  copy >> (f @ g) >> add        pair(f, g)  =  copy >> (f @ g)

    R[f] : n + m -> n       R[f](x, w)_i  =  sum_j  (df_j / dx_i)(x) w_j

R says what comes back to the inputs when w comes back to the outputs.  It is another polynomial map, so it can be
reversed again, and that is where forward mode comes from: D[f] is what R[R[f]] says about w.
Laws (tests/ch16_reverse/test_polymaps.py): composition is associative, identities are neutral, >> and @ may be
exchanged, exactly; copy and discard are a comonoid, add and zero a monoid; R[copy] adds and R[add] copies; D[f] is the
derivative along a direction.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, final

from tinyml.ch10_tape.rings import Ring
from tinyml.ch16_reverse.polynomials import Polynomial, constant, refuse_rounding, variables
from tinyml.errors import CompositionError, OutOfRange, ShapeMismatch, WrongType
from tinyml.validation import whole_number


@final
@dataclass(frozen=True, repr=False)
class PolyMap:
    """An arrow from n numbers of a ring to m: a polynomial in n variables for each of the m.

    >>> from tinyml.ch10_tape.rings import RATIONAL
    >>> x, y = variables(RATIONAL, "x y")
    >>> f = polymap(x**2 + 3 * x * y)
    >>> f, f(2, 1)
    ((x, y) -> (x^2 + 3 x y), (Fraction(10, 1),))
    """

    ring: Ring
    source: int
    outputs: tuple[Polynomial, ...]

    def __post_init__(self) -> None:
        refuse_rounding("PolyMap", self.ring)
        for own in self.outputs:
            if not isinstance(own, Polynomial) or own.ring is not self.ring:
                raise WrongType("PolyMap", f"polynomials over {self.ring}", own)
            if own.size != self.source:
                raise ShapeMismatch("PolyMap", f"{self.source} variables", str(own.size))

    @property
    def target(self) -> int:
        return len(self.outputs)

    def __call__(self, *values: Any) -> tuple[Any, ...]:
        if len(values) != self.source:
            raise ShapeMismatch(f"the value of {self}", f"{self.source} numbers", str(len(values)))
        return tuple(own(*values) for own in self.outputs)

    def __rshift__(self, other: PolyMap) -> PolyMap:
        self._refuse_other("a polynomial map >>", other)
        if self.target != other.source:
            one, two = ((repr(own), str(own.source), str(own.target)) for own in (self, other))
            raise CompositionError(one, two)
        names = names_of(self.source, self.outputs)
        empty = constant(self.ring, 0, names)
        inner = [own.moved(names, 0) for own in self.outputs]
        return PolyMap(self.ring, self.source, tuple(empty + own(*inner) for own in other.outputs))

    def __matmul__(self, other: PolyMap) -> PolyMap:
        self._refuse_other("a polynomial map @", other)
        names = names_of(self.source + other.source)
        first = tuple(own.moved(names, 0) for own in self.outputs)
        return PolyMap(self.ring, len(names), first + tuple(own.moved(names, self.source) for own in other.outputs))

    def __add__(self, other: PolyMap) -> PolyMap:
        """Return both, and their outputs added."""
        self._refuse_other("a polynomial map +", other)
        if (self.source, self.target) != (other.source, other.target):
            raise ShapeMismatch("+", f"{self.source} -> {self.target}", f"{other.source} -> {other.target}")
        return pair(self, other) >> add(self.ring, self.target)

    def told(self, names: str) -> PolyMap:
        """Return the same map with names for its variables, which are separated by spaces."""
        own = tuple(names.split())
        if len(own) != self.source:
            raise ShapeMismatch("told", f"{self.source} names", str(len(own)))
        return PolyMap(self.ring, self.source, tuple(Polynomial(self.ring, own, one.terms) for one in self.outputs))

    def __repr__(self) -> str:
        names = names_of(self.source, self.outputs)
        return f"({', '.join(names)}) -> ({', '.join(map(repr, self.outputs))})"

    def _refuse_other(self, where: str, other: object) -> None:
        if not isinstance(other, PolyMap) or other.ring is not self.ring:
            raise WrongType(where, f"another over {self.ring}", other)


def polymap(*outputs: Polynomial) -> PolyMap:
    """Return the map to the values of polynomials in the same variables, of which there is at least one."""
    if not outputs or not isinstance(outputs[0], Polynomial):
        raise WrongType("polymap", "a polynomial for each output", outputs)
    return PolyMap(outputs[0].ring, outputs[0].size, outputs)


def names_of(size: int, outputs: Sequence[Polynomial] = ()) -> tuple[str, ...]:
    """Return the names that the variables have in a map's outputs, or names for so many."""
    return outputs[0].names if outputs else tuple(f"x{place}" for place in range(1, size + 1))


def rewired(ring: Ring, source: int, places: Sequence[int]) -> PolyMap:
    """Return the map whose outputs are inputs, by their places."""
    if source == 0:
        return PolyMap(ring, 0, ())
    own = variables(ring, " ".join(names_of(source)))
    return PolyMap(ring, source, tuple(own[place] for place in places))


def identity(ring: Ring, size: int) -> PolyMap:
    return rewired(ring, checked_size("identity", size), range(size))


def copy(ring: Ring, size: int) -> PolyMap:
    return rewired(ring, checked_size("copy", size), [*range(size), *range(size)])


def discard(ring: Ring, size: int) -> PolyMap:
    return rewired(ring, checked_size("discard", size), [])


def swap(ring: Ring, first: int, second: int) -> PolyMap:
    """Return the map from first + second numbers to second + first."""
    size = checked_size("swap", first) + checked_size("swap", second)
    return rewired(ring, size, [*range(first, size), *range(first)])


def projections(ring: Ring, first: int, second: int) -> tuple[PolyMap, PolyMap]:
    """Return the maps from first + second numbers to the first ones and to the second ones."""
    size = checked_size("projections", first) + checked_size("projections", second)
    return rewired(ring, size, range(first)), rewired(ring, size, range(first, size))


def add(ring: Ring, size: int) -> PolyMap:
    if not checked_size("add", size):
        return identity(ring, 0)
    own = variables(ring, " ".join(names_of(2 * size)))
    return PolyMap(ring, 2 * size, tuple(own[place] + own[size + place] for place in range(size)))


def zero(ring: Ring, size: int, source: int = 0) -> PolyMap:
    """Return the map to so many zeros: from nothing, or from numbers that it does not look at."""
    none = constant(ring, 0, names_of(checked_size("zero", source)))
    return PolyMap(ring, source, (none,) * checked_size("zero", size))


def pair(first: PolyMap, second: PolyMap) -> PolyMap:
    """Return two maps of the same inputs: their outputs, one after the other."""
    if first.source != second.source:
        raise ShapeMismatch("pair", f"maps from {first.source}", str(second.source))
    return copy(first.ring, first.source) >> (first @ second)


def reverse_derivative(f: PolyMap) -> PolyMap:
    """Return R[f]: from the inputs of f and changes at its outputs to changes at its inputs.

    >>> from tinyml.ch10_tape.rings import RATIONAL
    >>> x, y = variables(RATIONAL, "x y")
    >>> reverse_derivative(polymap(x**2 + 3 * x * y)).told("x y w")
    (x, y, w) -> (2 x w + 3 y w, 3 x w)
    """
    if not isinstance(f, PolyMap):
        raise WrongType("reverse_derivative", "a polynomial map", f)
    names = names_of(f.source + f.target)
    changes = variables(f.ring, " ".join(names))[f.source :] if names else ()
    back = [constant(f.ring, 0, names) for _ in range(f.source)]
    for output, change in zip(f.outputs, changes, strict=True):
        for place in range(f.source):
            back[place] = back[place] + output.partial(place).moved(names, 0) * change
    return PolyMap(f.ring, len(names), tuple(back))


def forward_derivative(f: PolyMap, reversing: Callable[[PolyMap], PolyMap] = reverse_derivative) -> PolyMap:
    """Return D[f], from the inputs of f and a direction to how its outputs move: what R[R[f]] says about w.

    >>> from tinyml.ch10_tape.rings import RATIONAL
    >>> (x,) = variables(RATIONAL, "x")
    >>> forward_derivative(polymap(x**3)).told("x v")
    (x, v) -> (3 x^2 v)
    """
    n, m, ring = f.source, f.target, f.ring
    twice = reversing(reversing(f))
    at_zero = identity(ring, n) @ zero(ring, m) @ identity(ring, n)
    return at_zero >> twice >> projections(ring, n, m)[1]


def printed_reverse(f: PolyMap) -> PolyMap:
    """Return what a slide makes of R[x^2 + 3 y x], for any map: each term is derived in its last variable alone.

    >>> from tinyml.ch10_tape.rings import RATIONAL
    >>> x, y = variables(RATIONAL, "x y")
    >>> printed_reverse(polymap(x**2 + 3 * y * x)).told("x y w")
    (x, y, w) -> (2 x w, 3 x w)
    """
    parts: list[PolyMap] = []
    names = names_of(f.source, f.outputs)
    back = zero(f.ring, f.source, f.source + f.target)
    for row, output in enumerate(f.outputs):
        for exponents, number in output.terms.items():
            last = max((place for place, exponent in enumerate(exponents) if exponent), default=None)
            if last is None:
                continue
            term = Polynomial(f.ring, names, {exponents: number}).partial(last)
            every = names_of(f.source + f.target)
            change = variables(f.ring, " ".join(every))[f.source + row]
            none = constant(f.ring, 0, every)
            own = [none] * f.source
            own[last] = term.moved(every, 0) * change
            parts.append(PolyMap(f.ring, len(every), tuple(own)))
    for part in parts:
        back = back + part
    return back


def checked_size(where: str, size: int) -> int:
    number = whole_number(f"size of {where}", size)
    if number < 0:
        raise OutOfRange(f"size of {where}", number, 0)
    return number


@final
@dataclass(frozen=True)
class Polynomials:
    """The category of polynomial maps over a ring, as `try_axioms` asks for it: equal maps are 0 apart."""

    ring: Ring
    tolerance: float = 0.0

    def ends(self, f: PolyMap, /) -> tuple[int, int]:
        return f.source, f.target

    def identity(self, size: int, /) -> PolyMap:
        return identity(self.ring, size)

    def zero(self, size: int, source: int = 0, /) -> PolyMap:
        return zero(self.ring, size, source)

    def projections(self, first: int, second: int, /) -> tuple[PolyMap, PolyMap]:
        return projections(self.ring, first, second)

    def then(self, f: PolyMap, g: PolyMap, /) -> PolyMap:
        return f >> g

    def beside(self, f: PolyMap, g: PolyMap, /) -> PolyMap:
        return f @ g

    def pair(self, f: PolyMap, g: PolyMap, /) -> PolyMap:
        return pair(f, g)

    def plus(self, f: PolyMap, g: PolyMap, /) -> PolyMap:
        return f + g

    def reverse(self, f: PolyMap, /) -> PolyMap:
        return reverse_derivative(f)

    def apart(self, f: PolyMap, g: PolyMap, /) -> float:
        if (f.source, f.target) != (g.source, g.target):
            raise ShapeMismatch("apart", f"{f.source} -> {f.target}", f"{g.source} -> {g.target}")
        return 0.0 if f == g else math.inf

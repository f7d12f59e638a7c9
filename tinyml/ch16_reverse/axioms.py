"""The axioms of a reverse derivative: what R has to obey, whatever the arrows are made of.

    RD.1   R[f + g] = R[f] + R[g]            R[0] = 0
    RD.2   R[f](x, v + w) = R[f](x, v) + R[f](x, w)          R[f](x, 0) = 0
    RD.3   R[identity](x, w) = w             R of a projection puts w in its place, and 0 in the others
    RD.4   R[pair(f, g)](x, (v, w)) = R[f](x, v) + R[g](x, w)      R[discard] = 0
    RD.5   R[f >> g](x, w) = R[f](x, R[g](f(x), w))          the chain rule
    RD.6   what D makes of R[f] in w alone is R[f] again     a change goes through linearly
    RD.7   D twice, in two directions: their order does not matter

They are those of Cockett et al. [2020], written with the generators of a category: `Arrows` says what these are.
D is made of R, and no axiom is about D alone.
Laws (tests/ch16_reverse/test_axioms.py): all seven hold exactly for random maps over fractions and over bits, and for
smooth maps within a tolerance; each refuses some R that is not the derivative; that of a slide only RD.5 refuses.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar, final

from tinyml.ch02_arrows.laws import LawReport

F = TypeVar("F")
"""The arrows of a category: from so many numbers to so many."""


class Arrows(Protocol[F]):
    """A category in which arrows can be copied, added and reversed; objects are numbers of wires."""

    @property
    def tolerance(self) -> float: ...

    def ends(self, f: F, /) -> tuple[int, int]: ...
    def identity(self, size: int, /) -> F: ...
    def zero(self, size: int, source: int = 0, /) -> F: ...
    def projections(self, first: int, second: int, /) -> tuple[F, F]: ...
    def then(self, f: F, g: F, /) -> F: ...
    def beside(self, f: F, g: F, /) -> F: ...
    def pair(self, f: F, g: F, /) -> F: ...
    def plus(self, f: F, g: F, /) -> F: ...
    def reverse(self, f: F, /) -> F: ...
    def apart(self, f: F, g: F, /) -> float:
        """Return how far two arrows with the same ends are apart: 0 for equal ones, where that can be said."""
        ...


@final
@dataclass(frozen=True)
class Sample(Generic[F]):
    """Arrows on which the axioms are tried: f, g : n -> m, and after : m -> k."""

    f: F
    g: F
    after: F


def forward_in(own: Arrows[F], f: F, reverse: Callable[[F], F]) -> F:
    """Return D[f], made of R twice."""
    n, m = own.ends(f)
    at_zero = own.beside(own.beside(own.identity(n), own.zero(m)), own.identity(n))
    return own.then(own.then(at_zero, reverse(reverse(f))), own.projections(n, m)[1])


def try_axioms(own: Arrows[F], sample: Sample[F], reverse: Callable[[F], F] | None = None) -> dict[str, LawReport]:
    """Try all seven on three arrows, with the reverse of the category or with another one."""
    turned = own.reverse if reverse is None else reverse
    found: dict[str, LawReport] = {}
    for name, sides in SIDES.items():
        gaps = [own.apart(left, right) for left, right in sides(own, sample, turned)]
        found[name] = LawReport(name, len(gaps), max(gaps), own.tolerance)
    return found


def _sums(own: Arrows[F], sample: Sample[F], reverse: Callable[[F], F]) -> list[tuple[F, F]]:
    n, m = own.ends(sample.f)
    both = own.plus(reverse(sample.f), reverse(sample.g))
    return [(reverse(own.plus(sample.f, sample.g)), both), (reverse(own.zero(m, n)), own.zero(n, n + m))]


def _changes_add(own: Arrows[F], sample: Sample[F], reverse: Callable[[F], F]) -> list[tuple[F, F]]:
    n, m = own.ends(sample.f)
    x, changes = own.projections(n, 2 * m)
    v, w = (own.then(changes, side) for side in own.projections(m, m))
    back = reverse(sample.f)
    at_sum = own.then(own.pair(x, own.plus(v, w)), back)
    sums = own.plus(own.then(own.pair(x, v), back), own.then(own.pair(x, w), back))
    at_zero = own.then(own.pair(own.identity(n), own.zero(m, n)), back)
    return [(at_sum, sums), (at_zero, own.zero(n, n))]


def _wires(own: Arrows[F], sample: Sample[F], reverse: Callable[[F], F]) -> list[tuple[F, F]]:
    n, m = own.ends(sample.f)
    first, second = own.projections(n, m)
    change_of_first, change_of_second = own.projections(n + m, n)[1], own.projections(n + m, m)[1]
    return [
        (reverse(own.identity(n)), own.projections(n, n)[1]),
        (reverse(first), own.pair(change_of_first, own.zero(m, n + m + n))),
        (reverse(second), own.pair(own.zero(n, n + m + m), change_of_second)),
    ]


def _pairs(own: Arrows[F], sample: Sample[F], reverse: Callable[[F], F]) -> list[tuple[F, F]]:
    n, m = own.ends(sample.f)
    x, changes = own.projections(n, 2 * m)
    v, w = (own.then(changes, side) for side in own.projections(m, m))
    apart = own.plus(own.then(own.pair(x, v), reverse(sample.f)), own.then(own.pair(x, w), reverse(sample.g)))
    return [(reverse(own.pair(sample.f, sample.g)), apart), (reverse(own.zero(0, n)), own.zero(n, n))]


def _chain(own: Arrows[F], sample: Sample[F], reverse: Callable[[F], F]) -> list[tuple[F, F]]:
    n, _ = own.ends(sample.f)
    _, k = own.ends(sample.after)
    x, w = own.projections(n, k)
    between = own.then(own.pair(own.then(x, sample.f), w), reverse(sample.after))
    return [(reverse(own.then(sample.f, sample.after)), own.then(own.pair(x, between), reverse(sample.f)))]


def _linear(own: Arrows[F], sample: Sample[F], reverse: Callable[[F], F]) -> list[tuple[F, F]]:
    n, m = own.ends(sample.f)
    back = reverse(sample.f)
    x, w = own.projections(n, m)
    along = own.pair(own.pair(x, own.zero(m, n + m)), own.pair(own.zero(n, n + m), w))
    return [(own.then(along, forward_in(own, back, reverse)), back)]


def _mixed(own: Arrows[F], sample: Sample[F], reverse: Callable[[F], F]) -> list[tuple[F, F]]:
    n, _ = own.ends(sample.f)
    twice = forward_in(own, forward_in(own, sample.f, reverse), reverse)
    x, directions = own.projections(n, 2 * n)
    v, w = (own.then(directions, side) for side in own.projections(n, n))
    nothing = own.zero(n, 3 * n)

    def along(first: F, second: F) -> F:
        return own.then(own.pair(own.pair(x, first), own.pair(second, nothing)), twice)

    return [(along(v, w), along(w, v))]


SIDES: dict[str, Callable[[Any, Any, Any], list[tuple[Any, Any]]]] = {
    "RD.1 sums": _sums,
    "RD.2 changes add": _changes_add,
    "RD.3 wires": _wires,
    "RD.4 pairs": _pairs,
    "RD.5 chain rule": _chain,
    "RD.6 linear": _linear,
    "RD.7 mixed": _mixed,
}
"""Both sides of each axiom, on a sample."""

"""Spaces: the objects of the category as an arrow names them, a kind and, where it is known, a size.

    Vector[4]    Parameters    Distribution[5] x TokenId    list[int]

Two arrows meet where a value of one space can be a value of the other.
Laws (tests/ch02_arrows/test_space.py): spaces meet when no known size of the one differs from one of the other,
factor by factor; what one learns from the other is all that both know, and neither order of learning says more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from types import UnionType
from typing import Any, TypeAlias, final, get_args, get_origin

Size: TypeAlias = tuple[int, ...]
Kept: TypeAlias = "bool | tuple[Kept, ...]"
"""Where an arrow hands sizes on: everywhere, nowhere, or factor by factor."""


@final
@dataclass(frozen=True, slots=True)
class Space:
    """An object as an arrow names it: a kind and, where it is known, a size; a product has factors.

    >>> print(Space("Vector", (4,)), Space("Parameters"), Space.product(Space("Logits", (5,)), Space("TokenId")))
    Vector[4] Parameters Logits[5] x TokenId
    """

    kind: str
    size: Size = ()
    factors: tuple[Space, ...] = ()

    @classmethod
    def product(cls, first: Space, second: Space) -> Space:
        return cls("Product", (), (first, second))

    @classmethod
    def of(cls, kind: Any) -> Space:
        """Return the space of a Python type, without a size.

        >>> print(Space.of(int), Space.of(list[int]))
        int list[int]
        """
        known = class_of(kind)
        return cls(known.__name__, (), () if known is object else tuple(map(cls.of, get_args(kind))))

    @property
    def is_pair(self) -> bool:
        """Whether this is a product of which the factors are known."""
        return self.kind == "Product" and bool(self.factors)

    def meets(self, other: Space) -> bool:
        """Say whether a value of one can be a value of the other: same kind, and no two known sizes differ."""
        if self.kind != other.kind or (self.size and other.size and self.size != other.size):
            return False
        if not self.factors or not other.factors:
            return True
        return len(self.factors) == len(other.factors) and all(map(Space.meets, self.factors, other.factors))

    def refined(self, other: Space, kept: Kept = True) -> Space:
        """Return this space with the sizes that only `other` knows, as far as they are `kept`.

        >>> pair, known = Space("Product"), Space.product(Space("Vector", (4,)), Space("Logits"))
        >>> print(pair.refined(known), known.refined(Space.product(Space("Vector"), Space("Logits", (5,)))))
        Vector[4] x Logits Vector[4] x Logits[5]
        """
        if kept is False:
            return self
        if kept is True:
            size, factors = self.size or other.size, self.factors or other.factors
            kept = (True,) * len(self.factors)
        else:
            size, factors = self.size, self.factors
        if self.factors and other.factors:
            factors = tuple(map(Space.refined, self.factors, other.factors, kept))
        return Space(self.kind, size, factors)

    def shared(self, other: Space) -> Space:
        """Return what two spaces that meet both know.

        >>> print(Space("Vector", (4,)).shared(Space("Vector")))
        Vector
        """
        size = self.size if self.size == other.size else ()
        factors = tuple(map(Space.shared, self.factors, other.factors)) if other.factors else ()
        return Space(self.kind, size, factors)

    def sized(self, size: Size) -> Space:
        """Return the space with a size; () is none."""
        return Space(self.kind, size, self.factors) if size else self

    def unsized(self) -> Space:
        """Return the space without its sizes: what the types alone say."""
        return Space(self.kind, (), tuple(factor.unsized() for factor in self.factors))

    def __str__(self) -> str:
        if self.is_pair:
            return " x ".join(f"({part})" if part.is_pair else str(part) for part in self.factors)
        inside = ", ".join(map(str, self.size or self.factors))
        return f"{self.kind}[{inside}]" if inside else self.kind


def class_of(kind: Any) -> type:
    """Return the class that values of a type have; `object` where the type does not fix it.

    >>> class_of(list[int]), class_of(int | None)
    (<class 'list'>, <class 'object'>)
    """
    origin = get_origin(kind) or kind
    return origin if isinstance(origin, type) and origin not in (Any, UnionType) else object


def arguments_of(declared: type, generic: type) -> tuple[Any, ...]:
    """Return A and B of a class that is declared as a generic[A, B], or nothing."""
    bases = vars(declared).get("__orig_bases__", ())
    return next((get_args(base) for base in bases if get_origin(base) is generic), ())


def kept_by_both(first: Kept, second: Kept) -> Kept:
    """Return where two arrows, one after the other, hand sizes on: where both do."""
    if first is True or second is True:
        return second if first is True else first
    if first is False or second is False:
        return False
    return side_by_side(*map(kept_by_both, first, second))


def side_by_side(*factors: Kept) -> Kept:
    """Return where a pair of arrows hands sizes on; False when neither does."""
    return factors if any(factors) else False


def refined_along(ends: Iterable[tuple[Space, Kept]]) -> Space:
    """Return the outermost of the ends of some arrows in a row, with what the ones further in know and hand on to it.

    The first arrow that keeps nothing is the last to be asked.
    """
    run = list[tuple[Space, Kept]]()
    for end in ends:
        run.append(end)
        if end[1] is False:
            break
    known, _ = run.pop()
    for space, kept in reversed(run):
        known = space.refined(known, kept)
    return known

"""Pairs: one value copied, two answers from it, and the way back to either.

    copy            : A -> A x A
    first, second   : A x B -> A,  A x B -> B
    pair(f, g)      : A -> B x C   from  f : A -> B,  g : A -> C;  it is  copy >> (f @ g)

Laws (tests/ch02_arrows/test_pairs.py): for arrows that do not refuse, pair(f, g) >> first equals f and
pair(f, g) >> second equals g; every h : A -> B x C equals pair(h >> first, h >> second); f >> copy equals
copy >> (f @ f).  The last two hold for arrows that refuse as well.  The first two do not, since a pair refuses where
either half does: with refusals A x B is no product, and the test of it keeps the counter-example.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from tinyml.ch01_objects.domain import Product
from tinyml.ch02_arrows.category import Composite, Morphism
from tinyml.ch02_arrows.space import Space
from tinyml.errors import WrongType
from tinyml.type_variables import A, B, C


@final
@dataclass(frozen=True, repr=False)
class Copy(Morphism[A, Product[A, A]]):
    """The arrow that makes two of one value.

    Sizes go on from one end to the other only where the space says them: source and target differ in shape.

    >>> Copy(Space("Vector", (4,)))
    copy : Vector[4] -> Vector[4] x Vector[4]
    """

    space: Space

    @property
    def source(self) -> Space:
        return self.space

    @property
    def target(self) -> Space:
        return Space.product(self.space, self.space)

    def apply(self, value: A, /) -> Product[A, A]:
        return Product(value, value)


@final
@dataclass(frozen=True, repr=False)
class First(Morphism[Product[A, B], A]):
    """The projection of a pair to its first half; the second is dropped.

    >>> First(Space("TokenId", (5,)), Space("Loss"))
    first : TokenId[5] x Loss -> TokenId[5]
    """

    left: Space
    right: Space

    @property
    def source(self) -> Space:
        return Space.product(self.left, self.right)

    @property
    def target(self) -> Space:
        return self.left

    def apply(self, value: Product[A, B], /) -> A:
        return value.first


@final
@dataclass(frozen=True, repr=False)
class Second(Morphism[Product[A, B], B]):
    """The projection of a pair to its second half; the first is dropped.

    >>> Second(Space("TokenId", (5,)), Space("Loss"))
    second : TokenId[5] x Loss -> Loss
    """

    left: Space
    right: Space

    @property
    def source(self) -> Space:
        return Space.product(self.left, self.right)

    @property
    def target(self) -> Space:
        return self.right

    def apply(self, value: Product[A, B], /) -> B:
        return value.second


def pair(first: Morphism[A, B], second: Morphism[A, C]) -> Composite[A, Product[B, C]]:
    """Return copy >> (first @ second): both answers about one value, where neither refuses.

    It starts from what either arrow knows of its source.  Raises `CompositionError` when the two sources do not meet.

    >>> pair(First(Space("int"), Space("str")), Second(Space("int"), Space("str")))
    copy >> (first @ second) : int x str -> int x str
    """
    for given in (first, second):
        if not isinstance(given, Morphism):
            raise WrongType("pair", "an arrow", given)
    known, other = first.source, second.source
    return Copy[A](known.refined(other) if known.meets(other) else known) >> (first @ second)

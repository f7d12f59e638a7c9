"""Morphisms: typed arrows and their composition.

    f : A -> B,  g : B -> C   give   f >> g : A -> C
    f : A -> B,  g : C -> D   give   f @ g  : A x C -> B x D
    f : A -> A,  n : StepCount  give  f ** n : A -> A

An arrow either returns a value of its target or raises a `TinyMLError`, the same when it is asked twice, and does
nothing besides; the first error wins.
Laws (tests/ch02_arrows/test_category.py): identity is neutral; composition is associative; f ** (m + n) equals
f ** m >> f ** n; and (f @ g) >> (h @ k) equals (f >> h) @ (g >> k) for arrows that do not fail.  They hold for
what is accepted too (tests/ch02_arrows/test_joins.py): a composite knows the sizes that an identity in it hands on.
The generic arrows have no slots: a call with type arguments, `Identity[Vector](space)`, fails on them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import reduce
from typing import Any, Generic, TypeVar, cast, final

from tinyml.ch01_objects.domain import Product
from tinyml.ch01_objects.quantities import StepCount
from tinyml.ch02_arrows.hints import Ends, Types, declare, refusal, snake_case
from tinyml.ch02_arrows.space import (
    Kept,
    Size,
    Space,
    arguments_of,
    class_of,
    kept_by_both,
    refined_along,
    side_by_side,
)
from tinyml.errors import NumericalOverflow, WrongType, with_article
from tinyml.type_variables import A, B, C, D

A_contra = TypeVar("A_contra", contravariant=True)
B_co = TypeVar("B_co", covariant=True)


class Morphism(ABC, Generic[A_contra, B_co]):
    """An arrow from A to B: it knows where it starts, where it ends and its name, and it can be called.

    A class of arrows says `class Scale(Morphism[Vector, Vector])` and has `apply`; the rest has defaults: the name is
    that of the class in snake case, the ends are A and B, without sizes unless `sizes` says them.
    """

    __slots__ = ()
    signature: Types = (object, object)
    """The Python types of source and target, where the class of the arrow fixes them."""
    _ends: Ends = (Space("object"), Space("object"))
    _name = "morphism"

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "_ends" not in vars(cls):  # with slots a dataclass is declared twice, the second time with all of this
            kinds = vars(cls).get("signature") or arguments_of(cls, Morphism) or cls.signature
            cls.signature = class_of(kinds[0]), class_of(kinds[1])
            cls._ends = Space.of(kinds[0]), Space.of(kinds[1])
        cls._name = snake_case(cls.__name__)
        declare(cls, cls._name, cls.signature, cls._ends)

    @property
    def name(self) -> str:
        return self._name

    @property
    def sizes(self) -> tuple[Size, Size]:
        """The sizes of source and target, () for one that the arrow does not know."""
        return (), ()

    @property
    def source(self) -> Space:
        return self._ends[0].sized(self.sizes[0])

    @property
    def target(self) -> Space:
        return self._ends[1].sized(self.sizes[1])

    @property
    def keeps(self) -> Kept:
        """Where source and target have one size, whatever it is: what is known of one end is known of the other."""
        return False

    @property
    def declared_in(self) -> str:
        """The module that declares the arrow, for hints."""
        return type(self).__module__

    @abstractmethod
    def apply(self, value: A_contra, /) -> B_co:
        """Compute the value of the arrow; `__call__` has checked the type of the argument."""

    @final
    def __call__(self, value: A_contra, /) -> B_co:
        if not isinstance(value, self.signature[0]):
            raise WrongType(self.name, with_article(self.source), value)
        return self.apply(value)

    @final
    def __rshift__(self, other: Morphism[B_co, C]) -> Composite[A_contra, C]:
        if not isinstance(other, Morphism):
            raise WrongType(f"{self.name} >>", "an arrow", other)
        if not self.target.meets(other.source):
            raise refusal(self, other, _parts(self)[-1], _parts(other)[0])
        return Composite((*_parts(self), *_parts(other)))

    @final
    def __matmul__(self, other: Morphism[C, D]) -> Tensor[A_contra, B_co, C, D]:
        if not isinstance(other, Morphism):
            raise WrongType(f"{self.name} @", "an arrow", other)
        return Tensor(self, other)

    @final
    def __pow__(self: Morphism[A, A], count: StepCount) -> Power[A]:
        """Repeat an arrow A -> A.

        Pyright and run time refuse other arrows; mypy accepts them here, so `tinyml.iterate`, a free
        function, is the form that every checker guards.
        """
        return Power(self, count)

    def repeat(self, value: Any, count: int) -> Any:
        """Apply the arrow `count` times, for `Power`, which has seen that it can be repeated.

        An arrow that knows a faster way to the same values has a method of its own.
        """
        for done in range(count):
            try:
                value = self(value)
            except NumericalOverflow as error:
                raise error.after(done) from None
        return value

    def __str__(self) -> str:
        return f"{self.source} -> {self.target}"

    def __repr__(self) -> str:
        return f"{self.name} : {self.source} -> {self.target}"


@final
@dataclass(frozen=True, repr=False)
class Identity(Morphism[A, A]):
    """The arrow that returns what it is given, of the size that it is given where its space has none.

    >>> Identity(Space("Vector", (4,)))
    identity : Vector[4] -> Vector[4]
    """

    space: Space

    @property
    def source(self) -> Space:
        return self.space

    @property
    def target(self) -> Space:
        return self.space

    @property
    def keeps(self) -> Kept:
        return True

    def apply(self, value: A, /) -> A:
        return value


@final
@dataclass(frozen=True, repr=False)
class Composite(Morphism[A_contra, B_co]):
    """Arrows one after the other, kept as one flat row: both ways to bracket a chain give the same row.

    A size that one part knows goes on through the parts that keep it, forwards to the target, backwards to the source.

    >>> anything: Identity[object] = Identity(Space("Vector"))
    >>> anything >> Identity(Space("Vector", (4,))) >> anything
    identity >> identity >> identity : Vector[4] -> Vector[4]
    """

    parts: tuple[Morphism[Any, Any], ...]

    @property
    def name(self) -> str:
        return " >> ".join(part.name for part in self.parts)

    @property
    def source(self) -> Space:
        first = self.parts[0]
        return refined_along((part.source, part.keeps) for part in self.parts) if first.keeps else first.source

    @property
    def target(self) -> Space:
        last = self.parts[-1]
        return refined_along((part.target, part.keeps) for part in reversed(self.parts)) if last.keeps else last.target

    @property
    def keeps(self) -> Kept:
        return reduce(kept_by_both, (part.keeps for part in self.parts))

    def apply(self, value: A_contra, /) -> B_co:
        result: Any = value
        for part in self.parts:
            result = part(result)
        return cast(B_co, result)


@final
@dataclass(frozen=True, repr=False)
class Tensor(Morphism[Product[A, C], Product[B, D]], Generic[A, B, C, D]):
    """Two arrows side by side, f @ g; the first is evaluated first, so its error wins."""

    first: Morphism[A, B]
    second: Morphism[C, D]

    @property
    def name(self) -> str:
        return f"({_grouped(self.first)} @ {_grouped(self.second)})"

    @property
    def source(self) -> Space:
        return Space.product(self.first.source, self.second.source)

    @property
    def target(self) -> Space:
        return Space.product(self.first.target, self.second.target)

    @property
    def keeps(self) -> Kept:
        return side_by_side(self.first.keeps, self.second.keeps)

    def apply(self, value: Product[A, C], /) -> Product[B, D]:
        return Product(self.first(value.first), self.second(value.second))


@final
@dataclass(frozen=True, repr=False)
class Power(Morphism[A, A]):
    """An endomorphism repeated; 0 times is the identity of what both its ends say."""

    base: Morphism[A, A]
    count: StepCount

    def __post_init__(self) -> None:
        if not isinstance(self.base, Morphism):
            raise WrongType("repetition", "an arrow", self.base)
        if not isinstance(self.count, StepCount):
            raise WrongType(f"{self.base.name} **", "a StepCount", self.count)
        if not self.base.target.meets(self.base.source):
            raise refusal(self.base, self.base, _parts(self.base)[-1], _parts(self.base)[0])

    @property
    def name(self) -> str:
        return f"{_grouped(self.base)} ** {self.count.value}"

    @property
    def source(self) -> Space:
        return self.base.source if self.count.value else self.base.source.shared(self.base.target)

    @property
    def target(self) -> Space:
        return self.base.target if self.count.value else self.source

    @property
    def keeps(self) -> Kept:
        return self.base.keeps if self.count.value else True

    def apply(self, value: A, /) -> A:
        return self.repeat(value, 1)

    def repeat(self, value: A, count: int) -> A:
        result: A = self.base.repeat(value, count * self.count.value)
        return result


def _parts(morphism: Morphism[Any, Any]) -> tuple[Morphism[Any, Any], ...]:
    return morphism.parts if isinstance(morphism, Composite) else (morphism,)


def _grouped(morphism: Morphism[Any, Any]) -> str:
    """Return the name of an arrow as it stands beside an operator that binds tighter than >>."""
    return f"({morphism.name})" if isinstance(morphism, (Composite, Power)) else morphism.name

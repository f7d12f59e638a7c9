"""Morphisms: typed arrows and their composition.

    f : A -> B,  g : B -> C   give   f >> g : A -> C
    f : A -> B,  g : C -> D   give   f @ g  : A x C -> B x D
    f : A -> A,  n : StepCount  give  f ** n : A -> A

An arrow either returns a value of its target or raises a `TinyMLError`; the first error wins.
Laws (tests/test_category.py): identity is neutral; composition is associative; f ** (m + n) equals
f ** m >> f ** n; and (f @ g) >> (h @ k) equals (f >> h) @ (g >> k) for arrows that do not fail.
The generic arrows have no slots: a call with type arguments, `Identity[Vector](space)`, fails on them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar, cast, final

from tinyml.domain import Product
from tinyml.errors import CompositionError, NumericalOverflow, WrongType, one
from tinyml.quantities import StepCount
from tinyml.space import Space

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
A_contra = TypeVar("A_contra", contravariant=True)
B_co = TypeVar("B_co", covariant=True)


class Morphism(ABC, Generic[A_contra, B_co]):
    """An arrow from A to B: it knows where it starts, where it ends and its name, and it can be called."""

    __slots__ = ()
    signature: ClassVar[tuple[type, type]] = (object, object)
    """The Python types of source and target, where the class of the arrow fixes them."""

    @property
    @abstractmethod
    def name(self) -> str: ...

    @property
    def source(self) -> Space:
        return Space(self.signature[0].__name__)

    @property
    def target(self) -> Space:
        return Space(self.signature[1].__name__)

    @abstractmethod
    def apply(self, value: A_contra, /) -> B_co:
        """Compute the value of the arrow; `__call__` has checked the type of the argument."""

    @final
    def __call__(self, value: A_contra, /) -> B_co:
        if not isinstance(value, self.signature[0]):
            raise WrongType(self.name, one(self.source), value)
        return self.apply(value)

    @final
    def __rshift__(self, other: Morphism[B_co, C]) -> Composite[A_contra, C]:
        if not isinstance(other, Morphism):
            raise WrongType(f"{self.name} >>", "an arrow", other)
        if not self.target.meets(other.source):
            raise CompositionError(_described(self), _described(other), _known_arrow(self.target, other.source))
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
    """The arrow that returns what it is given.

    >>> Identity(Space("Vector", (4,)))
    identity : Vector[4] -> Vector[4]
    """

    space: Space

    @property
    def name(self) -> str:
        return "identity"

    @property
    def source(self) -> Space:
        return self.space

    @property
    def target(self) -> Space:
        return self.space

    def apply(self, value: A, /) -> A:
        return value


@final
@dataclass(frozen=True, repr=False)
class Composite(Morphism[A_contra, B_co]):
    """Arrows one after the other, kept as one flat row: both ways to bracket a chain give the same row."""

    parts: tuple[Morphism[Any, Any], ...]

    @property
    def name(self) -> str:
        return " >> ".join(part.name for part in self.parts)

    @property
    def source(self) -> Space:
        return self.parts[0].source

    @property
    def target(self) -> Space:
        return self.parts[-1].target

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
    signature: ClassVar[tuple[type, type]] = (Product, Product)

    @property
    def name(self) -> str:
        return f"({_grouped(self.first)} @ {_grouped(self.second)})"

    @property
    def source(self) -> Space:
        return Space.product(self.first.source, self.second.source)

    @property
    def target(self) -> Space:
        return Space.product(self.first.target, self.second.target)

    def apply(self, value: Product[A, C], /) -> Product[B, D]:
        return Product(self.first(value.first), self.second(value.second))


@final
@dataclass(frozen=True, repr=False)
class Power(Morphism[A, A]):
    """An endomorphism repeated; 0 times is the identity."""

    base: Morphism[A, A]
    count: StepCount

    def __post_init__(self) -> None:
        if not isinstance(self.base, Morphism):
            raise WrongType("repetition", "an arrow", self.base)
        if not isinstance(self.count, StepCount):
            raise WrongType(f"{self.base.name} **", "a StepCount", self.count)
        if not self.base.target.meets(self.base.source):
            raise CompositionError(_described(self.base), _described(self.base))

    @property
    def name(self) -> str:
        return f"{_grouped(self.base)} ** {self.count.value}"

    @property
    def source(self) -> Space:
        return self.base.source

    @property
    def target(self) -> Space:
        return self.base.target

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


def _described(morphism: Morphism[Any, Any]) -> tuple[str, str, str]:
    return morphism.name, str(morphism.source), str(morphism.target)


def _known_arrow(source: Space, target: Space) -> str:
    """Return the name of an arrow class of this package with the wanted type, or nothing."""
    for known in Morphism.__subclasses__():
        kinds = tuple(end.__name__ for end in known.signature)
        if known.__module__.startswith("tinyml.") and kinds == (source.kind, target.kind) and source.kind != "Product":
            return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in known.__name__)[1:]
    return ""

"""Lenses: arrows that go there with a value and come back with a change.

    get     : A -> B        put      : A x B' -> A'     a lens (A, A') -> (B, B')
    forward : A -> B x M    backward : M x B' -> A'     the same as an optic: M is what forward keeps for the way back

    f >> g    get(a) = get_g(get_f(a))        put(a, c') = put_f(a, put_g(get_f(a), c'))
    f @ g     both side by side, on pairs of values and pairs of changes

Nobody outside sees M: `lens` keeps the value that went in, `optic` whatever it likes.  A composite keeps what each of
its parts kept, so n lenses in a row run n forwards for a put, whatever the brackets are.
A lens is no `Morphism`: it joins pairs of spaces, and has no one value.  It has two morphisms, `get` and `put`.
In these two, where a person enters, values are checked, part by part; `forward` and `backward` check nothing.
Laws (tests/ch11_lens/test_lenses.py): composition is associative, identities are neutral and (f @ g) >> (h @ k) equals
(f >> h) @ (g >> k), exactly; forward twice, and then backward with what the first one kept, is as if once.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar, final

import numpy as np

from tinyml.ch01_objects.domain import Product
from tinyml.ch02_arrows.category import Morphism
from tinyml.ch02_arrows.space import Space
from tinyml.ch11_lens.ports import Port, X, Y, Z, both, wire_between
from tinyml.errors import CompositionError, WrongType
from tinyml.type_variables import A, B, C, D, dA, dB, dC, dD

M = TypeVar("M")


@dataclass(frozen=True, repr=False)
class Lens(ABC, Generic[X, Y]):
    """An arrow from one port to another: values go forward through it, changes come back."""

    name: str
    source: X
    target: Y

    @abstractmethod
    def forward(self, point: Any, /) -> tuple[Any, Any]:
        """Return the result, and what the way back will need."""

    @abstractmethod
    def backward(self, kept: Any, change: Any, /) -> Any:
        """Return the change at the source for a change at the target, from what `forward` kept."""

    @property
    def get(self: Lens[Port[A, dA], Port[B, dB]]) -> Morphism[A, B]:
        """The way there, as an arrow."""
        return Get(self)

    @property
    def put(self: Lens[Port[A, dA], Port[B, dB]]) -> Morphism[Product[A, dB], dA]:
        """The way back, as an arrow: it needs the value that went in as well as the change."""
        return Put(self)

    @final
    def __rshift__(self, other: Lens[Y, Z]) -> Lens[X, Z]:
        if not isinstance(other, Lens):
            raise WrongType(f"{self.name} >>", "a lens", other)
        refuse_gap(self, other)
        row = (*parts_of(self), *parts_of(other))
        return LensComposite(" >> ".join(part.name for part in row), self.source, other.target, row)

    @final
    def __matmul__(
        self: Lens[Port[A, dA], Port[B, dB]], other: Lens[Port[C, dC], Port[D, dD]]
    ) -> Lens[Port[Product[A, C], Product[dA, dC]], Port[Product[B, D], Product[dB, dD]]]:
        if not isinstance(other, Lens):
            raise WrongType(f"{self.name} @", "a lens", other)
        name = f"({_grouped(self)} @ {_grouped(other)})"
        return LensTensor(name, both(self.source, other.source), both(self.target, other.target), self, other)

    def __repr__(self) -> str:
        return f"{self.name} : {self.source} -> {self.target}"


AnyLens: TypeAlias = Lens[Any, Any]


def refuse_gap(first: AnyLens, second: AnyLens) -> None:
    """Refuse two lenses of which the second does not start at the port where the first ends."""
    if not first.target.meets(second.source):
        one, other = ((own.name, str(own.source), str(own.target)) for own in (first, second))
        raise CompositionError(one, other, wire_between(first.target, second.source))


@final
@dataclass(frozen=True, repr=False)
class FunctionLens(Lens[X, Y]):
    """A lens made of two Python functions; `lens` and `optic` make it, and tell a type checker what they promise."""

    there: Callable[[Any], tuple[Any, Any]]
    back: Callable[[Any, Any], Any]

    def __post_init__(self) -> None:
        for end in (self.source, self.target):
            if not isinstance(end, Port):
                raise WrongType(f"lens {self.name}", "a Port at each end", end)
        for way in (self.there, self.back):
            if not callable(way):
                raise WrongType(f"lens {self.name}", "two functions, one for each way", way)

    def forward(self, point: Any, /) -> tuple[Any, Any]:
        return self.there(point)

    def backward(self, kept: Any, change: Any, /) -> Any:
        return self.back(kept, change)


def optic(
    name: str,
    source: Port[A, dA],
    target: Port[B, dB],
    forward: Callable[[A], tuple[B, M]],
    backward: Callable[[M, dB], dA],
) -> Lens[Port[A, dA], Port[B, dB]]:
    """Return the lens of a forward that says what it keeps, and a backward that needs no more than that."""
    return FunctionLens(name, source, target, forward, backward)


def lens(
    name: str, source: Port[A, dA], target: Port[B, dB], get: Callable[[A], B], put: Callable[[A, dB], dA]
) -> Lens[Port[A, dA], Port[B, dB]]:
    """Return the lens of a pair (get, put): what it keeps is the value that went in.

    >>> from tinyml.ch11_lens.ports import NUMBERS, Number, NumberChange
    >>> square = lens("square", NUMBERS, NUMBERS, lambda a: Number(a * a), lambda a, db: NumberChange(2 * a * db))
    >>> square, square.get(Number(3)), square.put(Product(Number(3), NumberChange(1)))
    (square : (Number, NumberChange) -> (Number, NumberChange), 9, 6)
    """
    if not callable(get):
        raise WrongType(f"lens {name}", "two functions, one for each way", get)

    def forward(point: A) -> tuple[B, A]:
        return get(point), point

    return optic(name, source, target, forward, put)


@final
@dataclass(frozen=True, repr=False)
class LensComposite(Lens[X, Y]):
    """Lenses one after the other, kept as one flat row: all ways to bracket a chain give the same row."""

    parts: tuple[AnyLens, ...]

    def forward(self, point: Any, /) -> tuple[Any, Any]:
        kept: list[Any] = []  # a call of list[Any] would take as long as a wire
        for part in self.parts:
            point, own = part.forward(point)
            kept.append(own)
        return point, kept

    def backward(self, kept: Any, change: Any, /) -> Any:
        for part, own in zip(reversed(self.parts), reversed(kept), strict=True):
            change = part.backward(own, change)
        return change


@final
@dataclass(frozen=True, repr=False)
class LensTensor(Lens[X, Y]):
    """Two lenses side by side, f @ g: pairs go through, a half through each."""

    first: AnyLens
    second: AnyLens

    def forward(self, point: Any, /) -> tuple[Any, Any]:
        one, kept = self.first.forward(point.first)
        other, kept_too = self.second.forward(point.second)
        return Product(one, other), (kept, kept_too)

    def backward(self, kept: Any, change: Any, /) -> Any:
        return Product(self.first.backward(kept[0], change.first), self.second.backward(kept[1], change.second))


def parts_of(own: AnyLens) -> tuple[AnyLens, ...]:
    """Return the lenses that `>>` has joined, in their order; one that it did not join is its own part."""
    return own.parts if isinstance(own, LensComposite) else (own,)


@final
@dataclass(frozen=True, repr=False)
class Get(Morphism[A, B]):
    """The way there of a lens; where no value of a port comes out, the part that it came from is named."""

    lens: Lens[Port[Any, Any], Port[Any, Any]]

    @property
    def name(self) -> str:
        return f"get of {self.lens.name}"

    @property
    def source(self) -> Space:
        return self.lens.source.points

    @property
    def target(self) -> Space:
        return self.lens.target.points

    def apply(self, value: A, /) -> B:
        result: B = _there(self.lens, self.name, value)[0]
        return result


@final
@dataclass(frozen=True, repr=False)
class Put(Morphism[Product[A, dB], dA]):
    """The way back of a lens: forwards, and then backwards with what was kept; checked as `Get` is."""

    lens: Lens[Port[Any, Any], Port[Any, Any]]

    @property
    def name(self) -> str:
        return f"put of {self.lens.name}"

    @property
    def source(self) -> Space:
        return Space.product(self.lens.source.points, self.lens.target.changes)

    @property
    def target(self) -> Space:
        return self.lens.source.changes

    def apply(self, value: Product[A, dB], /) -> dA:
        change: Any = value.second
        self.lens.target.admit_change(self.name, change)
        _, kept = _there(self.lens, self.name, value.first)
        with np.errstate(all="ignore"):
            for part, own in zip(reversed(parts_of(self.lens)), reversed(kept), strict=True):
                change = part.backward(own, change)
                part.source.admit_change(f"the change that {part.name} sends back", change)
        result: dA = change
        return result


def _there(own: AnyLens, where: str, point: Any) -> tuple[Any, list[Any]]:
    """Run the parts of a lens forwards; return the result and what each kept, all values between them checked."""
    own.source.admit_point(where, point)
    kept = list[Any]()
    with np.errstate(all="ignore"):
        for part in parts_of(own):
            point, needed = part.forward(point)
            part.target.admit_point(f"the result of {part.name}", point)
            kept.append(needed)
    return point, kept


def _grouped(own: AnyLens) -> str:
    """Return the name of a lens as it stands beside an operator that binds tighter than >>."""
    return f"({own.name})" if isinstance(own, LensComposite) else own.name

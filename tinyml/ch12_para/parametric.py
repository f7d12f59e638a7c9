"""Parametric lenses: lenses with a wire for their parameters, on an axis of its own.

    (P, f) : A -> B         is a lens  f : P x A -> B:  there from P and A to B, back from B' to P' and A'
    f >> g                  with parameters Q x P: those of the later one first, and the bracket is in the type
    f.reparametrise(r)      with parameters Q, for a lens r : Q -> P: a 2-cell, which leaves the ends as they are

Values go there from A to B, and parameters come in from the side.  `>>` joins ends and collects sides.
A row f >> g >> h is kept flat, with its functions gathered once: a long row runs in a loop, and nests no calls.
`get` and `put` are where a person enters: they check, layer by layer; `forward` and `backward` check nothing.
Laws (tests/ch12_para/test_parametric.py): composition is associative up to the associator of the parameters, the
identity is neutral up to a unitor, and reparametrising before `>>` equals reparametrising after it, all exactly.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeAlias, TypeVar, cast, final, overload

from tinyml.ch01_objects.domain import Product
from tinyml.ch02_arrows.category import Morphism
from tinyml.ch11_lens.lenses import AnyLens, Get, Lens, Put, optic, refuse_gap
from tinyml.ch11_lens.ports import Port, X, Y, Z, both, wire_between
from tinyml.ch12_para.entering import Way, checked_lens, checked_ways, named_side
from tinyml.errors import CompositionError, WrongType
from tinyml.type_variables import A, B, P, Q, dA, dB, dP, dQ

M = TypeVar("M")
W = TypeVar("W", bound=Port[Any, Any])


@dataclass(frozen=True, repr=False)
class Para(ABC, Generic[W, X, Y]):
    """A lens from one port to another that has a third one, for its parameters."""

    name: str
    parameters: W
    source: X
    target: Y

    @abstractmethod
    def forward(self, parameters: Any, point: Any, /) -> tuple[Any, Any]:
        """Return the result, and what the way back will need."""

    @abstractmethod
    def backward(self, kept: Any, change: Any, /) -> tuple[Any, Any]:
        """Return the change of the parameters and the change at the source, from what `forward` kept."""

    @abstractmethod
    def checked(self) -> Para[W, X, Y]:
        """Return the same, each stage of it refusing what is no value of its ports."""

    @property
    def lens(
        self: Para[Port[P, dP], Port[A, dA], Port[B, dB]],
    ) -> Lens[Port[Product[P, A], Product[dP, dA]], Port[B, dB]]:
        """The lens that it is, when its parameters are half of what goes in."""

        def forward(pair: Product[P, A]) -> tuple[B, Any]:
            return self.forward(pair.first, pair.second)

        def backward(kept: Any, change: dB) -> Product[dP, dA]:
            return Product(*self.backward(kept, change))

        return optic(self.name, both(self.parameters, self.source), self.target, forward, backward)

    @property
    def get(self: Para[Port[P, dP], Port[A, dA], Port[B, dB]]) -> Morphism[Product[P, A], B]:
        """The way there, as an arrow P x A -> B."""
        return Get(self.checked().lens)

    @property
    def put(
        self: Para[Port[P, dP], Port[A, dA], Port[B, dB]],
    ) -> Morphism[Product[Product[P, A], dB], Product[dP, dA]]:
        """The way back, as an arrow (P x A) x B' -> P' x A'."""
        return Put(self.checked().lens)

    @overload
    def __rshift__(
        self: Para[Port[P, dP], X, Y], other: Para[Port[Q, dQ], Y, Z]
    ) -> Para[Port[Product[Q, P], Product[dQ, dP]], X, Z]: ...

    @overload
    def __rshift__(self, other: Lens[Y, Z]) -> Para[W, X, Z]: ...

    @final
    def __rshift__(self, other: Any) -> Any:
        if not isinstance(other, (Para, Lens)):
            raise WrongType(f"{self.name} >>", "a lens, with parameters or without", other)
        own, joined = cast(AnyPara, self), cast(Any, other)
        refuse_gap(cast(AnyLens, own), joined)  # it asks for names and ends alone
        if isinstance(other, Lens):
            return _followed(own, joined)
        return _row((*row_of(own), joined), both(joined.parameters, own.parameters))

    @final
    def reparametrise(self: Para[Port[P, dP], X, Y], by: Lens[Port[Q, dQ], Port[P, dP]]) -> Para[Port[Q, dQ], X, Y]:
        """Return the same with other parameters, from which `by` makes those that it has now."""
        if not isinstance(by, Lens):
            raise WrongType(f"reparametrising {self.name}", "a lens", by)
        if not by.target.meets(self.parameters):
            side = f"parameters of {self.name}", str(self.parameters), str(self.target)
            missing = wire_between(by.target, self.parameters)
            raise CompositionError((by.name, str(by.source), str(by.target)), side, missing)
        own: AnyPara = self
        whole, inner = (by >> own.by, own.inner) if isinstance(own, Reparametrised) else (by, own)
        title = f"({inner.name} along {whole.name})"
        return Reparametrised(title, by.source, self.source, self.target, whole, inner)

    def __repr__(self) -> str:
        return f"{self.name} : {self.source} -> {self.target} with {self.parameters}"


AnyPara: TypeAlias = Para[Any, Any, Any]


@final
@dataclass(frozen=True, repr=False)
class FunctionPara(Para[W, X, Y]):
    """A layer: two Python functions; `para` makes it, and tells a type checker what they promise."""

    there: Way
    back: Way

    def __post_init__(self) -> None:
        for end in (self.parameters, self.source, self.target):
            if not isinstance(end, Port):
                raise WrongType(f"layer {self.name}", "a Port for its parameters and at each end", end)
        for way in (self.there, self.back):
            if not callable(way):
                raise WrongType(f"layer {self.name}", "two functions, one for each way", way)

    def forward(self, parameters: Any, point: Any, /) -> tuple[Any, Any]:
        return self.there(parameters, point)

    def backward(self, kept: Any, change: Any, /) -> tuple[Any, Any]:
        return self.back(kept, change)

    def checked(self) -> FunctionPara[W, X, Y]:
        there, back = checked_ways(self.name, (self.parameters, self.source, self.target), self.there, self.back)
        return replace(self, there=there, back=back)


def para(
    name: str,
    parameters: Port[P, dP],
    source: Port[A, dA],
    target: Port[B, dB],
    forward: Callable[[P, A], tuple[B, M]],
    backward: Callable[[M, dB], tuple[dP, dA]],
) -> Para[Port[P, dP], Port[A, dA], Port[B, dB]]:
    """Return the layer of a forward that says what it keeps, and a backward that needs no more than that.

    >>> from tinyml.ch11_lens.ports import NUMBERS, Number, NumberChange
    >>> times = para("times", NUMBERS, NUMBERS, NUMBERS, lambda p, a: (Number(p * a), (p, a)),
    ...              lambda kept, db: (NumberChange(kept[1] * db), NumberChange(kept[0] * db)))
    >>> (times >> times).get(Product(Product(Number(5), Number(3)), Number(2)))
    30
    """
    side = named_side(parameters, name) if isinstance(parameters, Port) else parameters
    return FunctionPara(name, side, source, target, forward, backward)


@final
@dataclass(frozen=True, repr=False)
class ParaComposite(Para[W, X, Y]):
    """Parametric lenses one after the other, kept as one row, which `>>` makes longer at its end.

    Its parameters are bracketed to the right, the last ones outside: (f >> g) >> h has H x (G x F).  A row on the right
    of `>>` stays one part, because f >> (g >> h) has (H x G) x F.
    """

    parts: tuple[AnyPara, ...]
    theres: tuple[Way, ...] = field(init=False, compare=False)
    backs: tuple[Way, ...] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        theres = (own.there if isinstance(own, FunctionPara) else own.forward for own in self.parts)
        backs = (own.back if isinstance(own, FunctionPara) else own.backward for own in reversed(self.parts))
        object.__setattr__(self, "theres", tuple(theres))
        object.__setattr__(self, "backs", tuple(backs))

    def forward(self, parameters: Any, point: Any, /) -> tuple[Any, Any]:
        shares: list[Any] = []  # a call of list[Any] would take as long as half a layer
        kept: list[Any] = []
        for _ in self.backs[1:]:
            shares.append(parameters.first)
            parameters = parameters.second
        shares.append(parameters)
        for there in self.theres:
            point, needed = there(shares.pop(), point)
            kept.append(needed)
        return point, kept

    def backward(self, kept: Any, change: Any, /) -> tuple[Any, Any]:
        shares: list[Any] = []
        for back, needed in zip(self.backs, reversed(kept), strict=True):
            own, change = back(needed, change)
            shares.append(own)
        changes = shares.pop()
        while shares:
            changes = Product(shares.pop(), changes)
        return changes, change

    def checked(self) -> ParaComposite[W, X, Y]:
        return replace(self, parts=tuple(part.checked() for part in self.parts))


@final
@dataclass(frozen=True, repr=False)
class Followed(Para[W, X, Y]):
    """A parametric lens and then one without parameters, which brings nothing to the side."""

    first: AnyPara
    second: AnyLens

    def forward(self, parameters: Any, point: Any, /) -> tuple[Any, Any]:
        between, kept = self.first.forward(parameters, point)
        result, kept_too = self.second.forward(between)
        return result, (kept, kept_too)

    def backward(self, kept: Any, change: Any, /) -> tuple[Any, Any]:
        return self.first.backward(kept[0], self.second.backward(kept[1], change))

    def checked(self) -> Followed[W, X, Y]:
        return replace(self, first=self.first.checked(), second=checked_lens(self.second))


@final
@dataclass(frozen=True, repr=False)
class Reparametrised(Para[W, X, Y]):
    """The same map with other parameters: the lens `by` makes from them those of `inner`, and brings changes back."""

    by: AnyLens
    inner: AnyPara

    def forward(self, parameters: Any, point: Any, /) -> tuple[Any, Any]:
        own, kept = self.by.forward(parameters)
        result, kept_too = self.inner.forward(own, point)
        return result, (kept, kept_too)

    def backward(self, kept: Any, change: Any, /) -> tuple[Any, Any]:
        own, back = self.inner.backward(kept[1], change)
        return self.by.backward(kept[0], own), back

    def checked(self) -> Reparametrised[W, X, Y]:
        return replace(self, by=checked_lens(self.by), inner=self.inner.checked())


def row_of(own: AnyPara) -> tuple[AnyPara, ...]:
    """Return the parts that `>>` has joined, in their order; what it did not join is its own part."""
    return own.parts if isinstance(own, ParaComposite) else (own,)


def _row(parts: Sequence[AnyPara], parameters: Port[Any, Any]) -> AnyPara:
    name = " >> ".join(f"({part.name})" if isinstance(part, ParaComposite) else part.name for part in parts)
    return ParaComposite(name, parameters, parts[0].source, parts[-1].target, tuple(parts))


def _followed(own: AnyPara, by: AnyLens) -> AnyPara:
    """Let a lens follow: in a row, the last part of it."""
    if isinstance(own, ParaComposite):
        return _row((*own.parts[:-1], _followed(own.parts[-1], by)), own.parameters)
    first, second = (own.first, own.second >> by) if isinstance(own, Followed) else (own, by)
    return Followed(f"{own.name} >> {by.name}", own.parameters, own.source, by.target, first, second)

"""Base change: the same parametric arrows over another category, and what Para takes over from the one below it.

    ParaArrow(P, f)      an arrow f : P x A -> B of chapter 2, with P on an axis of its own
    still(f)             F: every arrow is a lens (A, 1) -> (B, 1) without changes
    based(f)             Para(F): that, with parameters on their axis
    lift(f)              a lens is a parametric one, with no parameters
    of_lens(P, A, f)     a lens f : P x A -> B with P moved to the side
    beside(f, g)         two parametric lenses on pairs, by `@` of lenses: parameters P x Q, and A x C -> B x D

Para is made from any category that has `>>` and `@`, and a functor F : C -> D takes Para(C) to Para(D).  F(A x B) is
(A x B, 1) and F(A) x F(B) is (A x B, 1 x 1): they differ by a lens, `joined`, which based puts before still(f).
Laws (tests/ch12_para/test_base_change.py): still and based keep `>>` and identities, exactly; lift keeps `>>` up to a
unitor; of_lens undoes `lens`; beside and `>>` may be exchanged, up to the order of the parameters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, final

from tinyml.ch01_objects.domain import Product
from tinyml.ch02_arrows.category import Identity, Morphism
from tinyml.ch02_arrows.space import Space
from tinyml.ch11_lens.lenses import Lens, optic
from tinyml.ch11_lens.ports import UNIT, Port, Unit, both, check_unit
from tinyml.ch11_lens.wires import rewired
from tinyml.ch12_para.parametric import Para, para
from tinyml.errors import CompositionError, WrongType
from tinyml.type_variables import A, B, C, D, P, Q, dA, dB, dC, dD, dP, dQ


def lift(inner: Lens[Port[A, dA], Port[B, dB]]) -> Para[Port[Unit, Unit], Port[A, dA], Port[B, dB]]:
    """Return a lens as one with parameters, of which there are none: what a row can begin with."""
    if not isinstance(inner, Lens):
        raise WrongType("lift", "a lens", inner)

    def forward(_: Unit, point: A) -> tuple[B, Any]:
        result: tuple[B, Any] = inner.forward(point)
        return result

    def backward(kept: Any, change: dB) -> tuple[Unit, dA]:
        return (), inner.backward(kept, change)

    return para(inner.name, UNIT, inner.source, inner.target, forward, backward)


def of_lens(
    parameters: Port[P, dP], source: Port[A, dA], inner: Lens[Port[Product[P, A], Product[dP, dA]], Port[B, dB]]
) -> Para[Port[P, dP], Port[A, dA], Port[B, dB]]:
    """Return a lens from P x A to B with P on an axis of its own."""
    if not isinstance(inner, Lens):
        raise WrongType("of_lens", "a lens", inner)
    pairs = both(parameters, source)
    if not pairs.meets(inner.source):
        side = "parameters and source", str(pairs), str(pairs)
        raise CompositionError(side, (inner.name, str(inner.source), str(inner.target)))

    def forward(own: P, point: A) -> tuple[B, Any]:
        result: tuple[B, Any] = inner.forward(Product(own, point))
        return result

    def backward(kept: Any, change: dB) -> tuple[dP, dA]:
        back: Product[dP, dA] = inner.backward(kept, change)
        return back.first, back.second

    return para(inner.name, parameters, source, inner.target, forward, backward)


def beside(
    first: Para[Port[P, dP], Port[A, dA], Port[B, dB]], second: Para[Port[Q, dQ], Port[C, dC], Port[D, dD]]
) -> Para[
    Port[Product[P, Q], Product[dP, dQ]],
    Port[Product[A, C], Product[dA, dC]],
    Port[Product[B, D], Product[dB, dD]],
]:
    """Return two parametric lenses side by side: pairs go through, and their parameters are a pair at the side.

    Tied along a copy, a model beside itself reads a batch in two halves, and adds up what both have to say.
    """
    for given in (first, second):
        if not isinstance(given, Para):
            raise WrongType("beside", "two parametric lenses", given)

    def there(value: Product[Product[P, Q], Product[A, C]]) -> Product[Product[P, A], Product[Q, C]]:
        sides, points = value.first, value.second
        return Product(Product(sides.first, points.first), Product(sides.second, points.second))

    def back(change: Product[Product[dP, dA], Product[dQ, dC]]) -> Product[Product[dP, dQ], Product[dA, dC]]:
        one, other = change.first, change.second
        return Product(Product(one.first, other.first), Product(one.second, other.second))

    parameters, source = both(first.parameters, second.parameters), both(first.source, second.source)
    through = first.lens @ second.lens
    paired = rewired(through.name, both(parameters, source), through.source, there, back)
    whole = paired >> through
    return of_lens(parameters, source, optic(through.name, whole.source, whole.target, whole.forward, whole.backward))


@final
@dataclass(frozen=True, repr=False)
class ParaArrow(Generic[P, A, B]):
    """An arrow from pairs P x A to B, of which P is on an axis of its own.

    >>> from tinyml.ch02_arrows.pairs import First
    >>> ParaArrow(First(Space("str"), Space("int")))
    first : int -> str with str
    """

    arrow: Morphism[Product[P, A], B]

    def __post_init__(self) -> None:
        if not isinstance(self.arrow, Morphism):
            raise WrongType("ParaArrow", "an arrow", self.arrow)
        if not self.arrow.source.is_pair:
            raise WrongType("ParaArrow", "an arrow from a pair of spaces that it knows", self.arrow)

    @property
    def parameters(self) -> Space:
        return self.arrow.source.factors[0]

    @property
    def source(self) -> Space:
        return self.arrow.source.factors[1]

    @property
    def target(self) -> Space:
        return self.arrow.target

    def __rshift__(self, other: ParaArrow[Q, B, C]) -> ParaArrow[Product[Q, P], A, C]:
        if not isinstance(other, ParaArrow):
            raise WrongType(f"{self.arrow.name} >>", "an arrow with parameters", other)
        kept: Morphism[Q, Q] = Identity(other.parameters)
        sides = other.parameters, self.parameters
        return ParaArrow(Regrouped[Q, P, A](*sides, self.source) >> (kept @ self.arrow) >> other.arrow)

    def __repr__(self) -> str:
        return f"{self.arrow.name} : {self.source} -> {self.target} with {self.parameters}"


@final
@dataclass(frozen=True, repr=False)
class Regrouped(Morphism[Product[Product[A, B], C], Product[A, Product[B, C]]]):
    """The associator of arrows: (A x B) x C is A x (B x C) with its brackets elsewhere."""

    first: Space
    second: Space
    third: Space

    @property
    def source(self) -> Space:
        return Space.product(Space.product(self.first, self.second), self.third)

    @property
    def target(self) -> Space:
        return Space.product(self.first, Space.product(self.second, self.third))

    def apply(self, value: Product[Product[A, B], C], /) -> Product[A, Product[B, C]]:
        return Product(value.first.first, Product(value.first.second, value.second))


def still(arrow: Morphism[A, B]) -> Lens[Port[A, Unit], Port[B, Unit]]:
    """Return an arrow as a lens whose values never change: nothing comes back through it."""
    if not isinstance(arrow, Morphism):
        raise WrongType("still", "an arrow", arrow)

    def back(change: Unit) -> Unit:
        return change

    ends = unchanging(arrow.source), unchanging(arrow.target)
    return rewired(arrow.name, *ends, arrow.__call__, back)


def unchanging(space: Space) -> Port[Any, Unit]:
    """Return the port of a space whose values never change; what they are is for the arrows to check."""
    return Port(space, UNIT.points, (_anything, check_unit))


def joined(
    first: Port[A, Unit], second: Port[B, Unit]
) -> Lens[Port[Product[A, B], Product[Unit, Unit]], Port[Product[A, B], Unit]]:
    """Return the lens from F(A) x F(B) to F(A x B): two halves that never change, as one value that never does."""

    def there(pair: Product[A, B]) -> Product[A, B]:
        return pair

    def back(change: Unit) -> Product[Unit, Unit]:
        return Product(change, change)

    together = unchanging(Space.product(first.points, second.points))
    return rewired("joined", both(first, second), together, there, back)


def based(own: ParaArrow[P, A, B]) -> Para[Port[P, Unit], Port[A, Unit], Port[B, Unit]]:
    """Return a parametric arrow over the category of lenses, by the functor `still`.

    >>> from tinyml.ch02_arrows.pairs import First
    >>> based(ParaArrow(First(Space("str"), Space("int"))))
    joined >> first : (int, Unit) -> (str, Unit) with (str, Unit)
    """
    if not isinstance(own, ParaArrow):
        raise WrongType("based", "an arrow with parameters", own)
    parameters: Port[P, Unit] = unchanging(own.parameters)
    source: Port[A, Unit] = unchanging(own.source)
    return of_lens(parameters, source, joined(parameters, source) >> still(own.arrow))


def _anything(where: str, space: Space, value: Any) -> None:
    """Admit every value: an arrow refuses by itself what is none of its source."""

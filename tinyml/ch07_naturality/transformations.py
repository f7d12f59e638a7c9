"""Natural transformations: ways from one container to another that cannot tell which items it holds.

    h_A >> G(f) = F(f) >> h_B     for every arrow f : A -> B            a natural transformation h : F => G

Laws (tests/ch07_naturality/test_transformations.py): first_or_none, reversed_list and as_list are natural, and the two
ways round their squares meet; `largest_or_none` is not, and a search finds out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, final

from tinyml.ch02_arrows.category import Morphism
from tinyml.ch02_arrows.laws import LawReport, deviation, try_law
from tinyml.ch02_arrows.space import Space
from tinyml.ch06_functors.functors import LIST, MAYBE, Functor
from tinyml.errors import WrongType, with_article


@final
@dataclass(frozen=True, repr=False)
class Transformation:
    """A way from one container to another, F => G, that works for items of any type.

    Whether it is *natural* is a law, and the type does not answer it: `naturality` tries.
    """

    name: str
    source: Functor
    target: Functor
    function: Callable[[Any], Any]

    def __call__(self, container: Any, /) -> Any:
        if not self.source.holds(container):
            raise WrongType(self.name, with_article(self.source.name), container)
        return self.function(container)

    def at(self, inside: Space) -> Component:
        """Return the arrow F[A] -> G[A] for one object A: the component at A."""
        if not isinstance(inside, Space):
            raise WrongType(f"{self.name}.at", "a Space", inside)
        return Component(self, inside)

    def corners(self, f: Callable[[Any], Any], container: Any) -> Corners:
        """Go both ways round the square, with one function and one container."""
        mapped, transformed = self.source.map(f, container), self(container)
        return Corners(container, mapped, transformed, self(mapped), self.target.map(f, transformed))

    def __repr__(self) -> str:
        return f"{self.name} : {self.source.name} => {self.target.name}"


@final
@dataclass(frozen=True)
class Corners:
    """The values in the corners of a square.

    The last corner has two, one for each way round: `over` maps and then transforms, `under` transforms and then maps.
    """

    start: Any
    mapped: Any
    transformed: Any
    over: Any
    under: Any

    @property
    def meet(self) -> bool:
        """Whether both ways come to the same value, of the same type."""
        return type(self.over) is type(self.under) and bool(self.over == self.under)

    def written(self) -> tuple[str, str, str, str]:
        """Return the four corners as text, row by row; where the ways don't meet, the last one has both values.

        >>> largest_or_none.corners(lambda n: -n, [0, 1]).written()
        ('[0, 1]', '[0, -1]', '1', '0 ≠ -1')
        """
        last = f"{self.over!r}" if self.meet else f"{self.over!r} ≠ {self.under!r}"
        return repr(self.start), repr(self.mapped), repr(self.transformed), last


@final
@dataclass(frozen=True, repr=False)
class Component(Morphism[Any, Any]):
    """A transformation at one object, which is an arrow."""

    transformation: Transformation
    inside: Space

    @property
    def name(self) -> str:
        return self.transformation.name

    @property
    def source(self) -> Space:
        return self.transformation.source.space(self.inside)

    @property
    def target(self) -> Space:
        return self.transformation.target.space(self.inside)

    def apply(self, value: Any, /) -> Any:
        return self.transformation(value)


first_or_none = Transformation("first_or_none", LIST, MAYBE, lambda items: items[0] if items else None)


largest_or_none = Transformation("largest_or_none", LIST, MAYBE, lambda items: max(items, default=None))


reversed_list = Transformation("reversed_list", LIST, LIST, lambda items: items[::-1])


as_list = Transformation("as_list", MAYBE, LIST, lambda item: [] if item is None else [item])


def naturality(transformation: Transformation, f: Callable[[Any], Any], containers: Iterable[Any]) -> LawReport:
    """Try the square of a transformation with one function: map, then transform, equals transform, then map.

    >>> print(naturality(largest_or_none, lambda n: -n, [[5], [0, 1]]))
    largest_or_none is natural: fails, for example at [0, 1] (2 cases, largest deviation 1)
    """

    def apart(container: Any) -> float:
        corners = transformation.corners(f, container)
        return deviation(corners.over, corners.under)

    return try_law(f"{transformation.name} is natural", apart, containers)

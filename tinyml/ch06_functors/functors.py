"""Functors: arrows are carried into containers.

    F(identity) = identity        F(f >> g) = F(f) >> F(g)

Laws (tests/ch06_functors/test_functors.py): list, maybe and the two small functors keep identities and composites.
Distributions are in `tinyml.ch06_functors.dist`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, final

from tinyml.ch02_arrows.category import Morphism
from tinyml.ch02_arrows.laws import LawReport, deviation, try_law
from tinyml.ch02_arrows.space import Kept, Space, side_by_side
from tinyml.errors import WrongType, with_article
from tinyml.type_variables import A, B


class Functor(ABC):
    """A container that arrows can be carried into: `F(f)` is f at work inside, for every arrow f.

    Python has no type for "a container of anything", so the containers are `Any` here and precise in each class.
    """

    name: str

    @abstractmethod
    def map(self, function: Callable[[A], B], container: Any, /) -> Any:
        """Return a new container with the function applied to what is inside."""

    def holds(self, container: Any, /) -> bool:
        """Whether a value is a container of this kind."""
        return True

    def space(self, inside: Space, /) -> Space:
        return Space(self.name, factors=(inside,))

    def keeps(self, inside: Kept, /) -> Kept:
        """Return where F(f) hands sizes on, for an arrow f that does so inside."""
        return side_by_side(inside)

    @final
    def __call__(self, arrow: Morphism[Any, Any], /) -> Lifted:
        """Return the arrow at work inside the container, an arrow again."""
        if not isinstance(arrow, Morphism):
            raise WrongType(f"{self.name}(…)", "an arrow", arrow)
        return Lifted(self, arrow)


@final
@dataclass(frozen=True, repr=False)
class Lifted(Morphism[Any, Any]):
    """An arrow f : A -> B carried into a container, F(f) : F[A] -> F[B]; made by calling a functor."""

    functor: Functor
    arrow: Morphism[Any, Any]

    @property
    def name(self) -> str:
        return f"{self.functor.name}({self.arrow.name})"

    @property
    def source(self) -> Space:
        return self.functor.space(self.arrow.source)

    @property
    def target(self) -> Space:
        return self.functor.space(self.arrow.target)

    @property
    def keeps(self) -> Kept:
        return self.functor.keeps(self.arrow.keeps)

    def apply(self, value: Any, /) -> Any:
        if not self.functor.holds(value):
            raise WrongType(self.name, with_article(self.functor.name), value)
        return self.functor.map(self.arrow, value)


@final
class ListFunctor(Functor):
    """Lists: the function is applied to every item, and order and length stay.

    >>> LIST.map(lambda n: n * n, [1, 2, 3])
    [1, 4, 9]
    """

    name = "list"

    def map(self, function: Callable[[A], B], container: list[A], /) -> list[B]:
        if not self.holds(container):
            raise WrongType("list", "a list", container)
        return [function(item) for item in container]

    def holds(self, container: object, /) -> bool:
        return isinstance(container, list)


@final
class MaybeFunctor(Functor):
    """A value or None: None stays None.

    None is no value here.  A function that returned it would make "a value that is None" and "no value"
    one and the same, and the law of composites would break, so that such a function is refused.

    >>> MAYBE.map(lambda n: 2 * n, 4), MAYBE.map(lambda n: 2 * n, None)
    (8, None)
    """

    name = "maybe"

    def map(self, function: Callable[[A], B], container: A | None, /) -> B | None:
        if container is None:
            return None
        result = function(container)
        if result is None:
            raise WrongType("maybe", "a function that never returns None", result)
        return result


@final
class IdentityFunctor(Functor):
    """No container at all: a value stands for itself."""

    name = "value"

    def map(self, function: Callable[[A], B], container: A, /) -> B:
        return function(container)

    def space(self, inside: Space, /) -> Space:
        return inside

    def keeps(self, inside: Kept, /) -> Kept:
        return inside


@final
class ConstantFunctor(Functor):
    """A number that comes from a container and that no function changes, such as a length."""

    name = "number"

    def map(self, function: Callable[[A], B], container: int, /) -> int:
        return container

    def space(self, inside: Space, /) -> Space:
        return Space("int")

    def keeps(self, inside: Kept, /) -> Kept:
        return True


LIST, MAYBE, VALUE, NUMBER = ListFunctor(), MaybeFunctor(), IdentityFunctor(), ConstantFunctor()


def functor_laws(
    functor: Functor, f: Callable[[Any], Any], g: Callable[[Any], Any], containers: Iterable[Any]
) -> LawReport:
    """Try both laws of a functor on containers: identities stay, and two maps are one map of the composite."""

    def apart(container: Any) -> float:
        kept = deviation(functor.map(lambda item: item, container), container)
        twice = functor.map(g, functor.map(f, container))
        return max(kept, deviation(twice, functor.map(lambda item: g(f(item)), container)))

    return try_law(f"{functor.name} is a functor", apart, containers)

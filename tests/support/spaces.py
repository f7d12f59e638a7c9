"""Spaces of known and unknown sizes, arrows between them, and which arrows compose: for the tests of joins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

from hypothesis import strategies as st

from tinyml import CompositionError, Identity, Morphism, Space, StepCount, Tensor


@final
@dataclass(frozen=True, repr=False)
class Step(Morphism[Any, Any]):
    """An ordinary arrow between two spaces: what it is given says nothing about the size of what it returns."""

    start: Space
    end: Space

    @property
    def source(self) -> Space:
        return self.start

    @property
    def target(self) -> Space:
        return self.end

    def apply(self, value: Any, /) -> Any:
        return value


def pairs(inside: st.SearchStrategy[Space]) -> st.SearchStrategy[Space]:
    return st.builds(Space.product, inside, inside)


vectors = st.sampled_from([Space("Vector"), Space("Vector", (2,)), Space("Vector", (3,))])
factored = st.recursive(vectors, pairs, max_leaves=3)
spaces = st.recursive(
    st.one_of(vectors, vectors, st.just(Space("Product")), st.just(Space("Logits"))), pairs, max_leaves=3
)


def joined(*row: Morphism[Any, Any]) -> Morphism[Any, Any] | None:
    """Return the arrows of a row joined from the left, or None where `>>` refuses."""
    first, *others = row
    try:
        for other in others:
            first = first >> other
    except CompositionError:
        return None
    return first


def power(base: Morphism[Any, Any], count: int) -> Morphism[Any, Any] | None:
    """Return an arrow repeated, or None where `**` refuses."""
    try:
        return base ** StepCount(count)
    except CompositionError:
        return None


def ends(arrow: Morphism[Any, Any] | None) -> tuple[Space, Space] | None:
    return (arrow.source, arrow.target) if arrow else None


def arrows(between: st.SearchStrategy[Space]) -> st.SearchStrategy[Morphism[Any, Any]]:
    """Return what draws arrows of every shape: ordinary ones, identities, products, composites, powers."""
    simple = st.one_of(st.builds(Identity[Any], between), st.builds(Step, between, between))

    def larger(inside: st.SearchStrategy[Morphism[Any, Any]]) -> st.SearchStrategy[Morphism[Any, Any]]:
        composites = st.builds(lambda f, g: joined(f, g) or f, inside, inside)
        powers = st.builds(lambda f, n: power(f, n) or f, inside, st.integers(0, 3))
        return st.one_of(composites, powers, st.builds(Tensor[Any, Any, Any, Any], inside, inside))

    return st.recursive(simple, larger, max_leaves=4)

"""Spaces of known and unknown sizes, arrows between them, and which arrows compose: for the tests of joins."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias, final

from hypothesis import strategies as st

from tinyml import CompositionError, Identity, Morphism, Space, StepCount, Tensor

Arrow: TypeAlias = Morphism[Any, Any]


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


VECTOR = Space("Vector")
PAIR = Space.product(VECTOR, VECTOR)
SHAPES = st.sampled_from([VECTOR, PAIR])
"""What the spaces of one row have in common, so that mostly their sizes decide what composes."""


@cache
def filled(shape: Space, *, factored: bool = False) -> st.SearchStrategy[Space]:
    """Return what draws spaces of a shape with some sizes known; `factored` keeps products in sight."""
    if not shape.factors:
        return st.sampled_from([shape, Space(shape.kind, (2,)), Space(shape.kind, (3,))])
    known = st.builds(Space.product, *(filled(factor, factored=factored) for factor in shape.factors))
    return known if factored else st.one_of(known, known, known, st.just(Space(shape.kind)))


def joined(*row: Arrow) -> Arrow | None:
    """Return the arrows of a row joined from the left, or None where `>>` refuses."""
    first, *others = row
    try:
        for other in others:
            first = first >> other
    except CompositionError:
        return None
    return first


def power(base: Arrow, count: int) -> Arrow | None:
    """Return an arrow repeated, or None where `**` refuses."""
    try:
        return base ** StepCount(count)
    except CompositionError:
        return None


def ends(arrow: Arrow | None) -> tuple[Space, Space] | None:
    return (arrow.source, arrow.target) if arrow else None


@cache
def arrows(shape: Space, *, factored: bool = False) -> st.SearchStrategy[Arrow]:
    """Return what draws arrows of every kind on a shape: ordinary ones, identities, products, composites, powers."""
    spaces = filled(shape, factored=factored)
    simple = [st.builds(Identity[Any], spaces), st.builds(Step, spaces, spaces)]
    if shape.factors:
        simple.append(st.builds(Tensor[Any, Any, Any, Any], *(arrows(own, factored=factored) for own in shape.factors)))

    def larger(inside: st.SearchStrategy[Arrow]) -> st.SearchStrategy[Arrow]:
        composites = st.builds(lambda f, g: joined(f, g) or f, inside, inside)
        return composites | st.builds(lambda f, n: power(f, n) or f, inside, st.integers(0, 3))

    return st.recursive(st.one_of(simple), larger, max_leaves=3)


def rows(length: int, *, factored: bool = False) -> st.SearchStrategy[tuple[Arrow, ...]]:
    """Return what draws rows of arrows on one shape; what decides whether they compose are sizes."""
    return SHAPES.flatmap(lambda shape: st.tuples(*[arrows(shape, factored=factored)] * length))


def alike(count: int, *, factored: bool = False) -> st.SearchStrategy[tuple[Space, ...]]:
    """Return what draws spaces of one shape."""
    return SHAPES.flatmap(lambda shape: st.tuples(*[filled(shape, factored=factored)] * count))

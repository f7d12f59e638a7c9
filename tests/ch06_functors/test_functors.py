"""Functors keep identities and composites, and refuse what is no container."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from drawing import draws
from hypothesis import given
from hypothesis import strategies as st
from small_arrows import digits, double, increment
from spaces import ends, joined, rows

from tinyml import (
    LIST,
    MAYBE,
    NUMBER,
    VALUE,
    Functor,
    Identity,
    Morphism,
    Space,
    WrongType,
    first_or_none,
)
from tinyml.ch06_functors.functors import functor_laws

FUNCTIONS: list[Callable[[int], int]] = [
    lambda n: n + 1,
    lambda n: -n,
    lambda n: n * n,
    lambda n: n // 2,
    lambda n: n % 3,
    lambda n: 0,
]
whole = st.integers(-9, 9)
functions = st.sampled_from(FUNCTIONS)
tables = st.dictionaries(whole, whole, min_size=19, max_size=19).map(lambda table: table.__getitem__)
"""Any function at all from -9 … 9 to -9 … 9."""


def same(item: Any) -> Any:
    return item


CONTAINERS: list[tuple[Functor, st.SearchStrategy[Any]]] = [
    (LIST, st.lists(whole)),
    (MAYBE, st.none() | whole),
    (VALUE, whole),
    (NUMBER, st.integers(0, 9)),
]


@draws(400)
@given(st.sampled_from(CONTAINERS).flatmap(lambda own: st.tuples(st.just(own[0]), own[1])), tables, functions)
def test_functors_keep_identities_and_composites(
    given_container: tuple[Functor, Any], f: Callable[[int], int], g: Callable[[int], int]
) -> None:
    functor, container = given_container
    assert functor.map(same, container) == container

    def both(n: int) -> int:
        return g(f(n))

    assert functor.map(g, functor.map(f, container)) == functor.map(both, container)
    assert functor_laws(functor, f, g, [container])


@given(st.lists(whole))
def test_a_carried_composite_is_the_composite_of_the_carried(items: list[int]) -> None:
    assert LIST(double >> increment)(items) == (LIST(double) >> LIST(increment))(items)
    stay: Identity[int] = Identity(Space("int"))
    assert LIST(stay)(items) == items
    assert repr(LIST(double >> digits)) == "list(double >> digits) : list[int] -> list[str]"
    assert LIST(double) == LIST(double)


@given(st.lists(whole))
def test_a_map_leaves_its_list_as_it_is(items: list[int]) -> None:
    before = list(items)
    mapped = LIST.map(same, items)
    assert mapped is not items
    assert items == before


@given(rows(2))
def test_carried_arrows_are_joined_exactly_when_the_arrows_are(row: tuple[Morphism[Any, Any], ...]) -> None:
    f, g = row
    both, stay = joined(f, g), Identity[Any](f.target.unsized())
    for functor in (LIST, MAYBE, VALUE):
        assert ends(joined(functor(f), functor(g))) == ends(functor(both) if both else None)
        assert ends(joined(functor(f), functor(stay), functor(g))) == ends(joined(functor(f), functor(g)))
        assert ends(joined(functor(f), functor(stay))) == ends(functor(f))


def test_what_is_in_a_list_has_a_size_of_its_own() -> None:
    pair: Identity[Any] = Identity(Space.product(Space("Vector", (4,)), Space("int")))
    assert repr(LIST(pair)) == "list(identity) : list[Vector[4] x int] -> list[Vector[4] x int]"
    assert repr(NUMBER(pair) >> NUMBER(pair)) == "number(identity) >> number(identity) : int -> int"


def test_values_of_the_sources() -> None:
    assert LIST.map(lambda n: n * n, [1, 2, 3]) == [1, 4, 9]
    assert MAYBE.map(lambda n: 2 * n, 4) == 8
    assert MAYBE.map(lambda n: 2 * n, None) is None
    assert [first_or_none(items) for items in ([], [7, 8])] == [None, 7]


def test_none_is_no_value_in_a_maybe() -> None:
    """Where None counts as a value, two maps and one map of the composite differ."""
    f: Callable[[int], int | None] = {3: None}.get
    twice = None if f(3) is None else (f(3), 0)
    assert twice != (f(3), 0)
    with pytest.raises(WrongType, match="maybe needs a function that never returns None; got NoneType None"):
        MAYBE.map(f, 3)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: LIST(abs), r"list\(…\) needs an arrow; got builtin_function_or_method"),  # type: ignore[arg-type]
        (lambda: LIST(double)((1, 2)), r"list\(double\) needs a list; got tuple \(1, 2\)"),
        (lambda: LIST.map(abs, "12"), "list needs a list; got str '12'"),  # type: ignore[arg-type]
        (lambda: first_or_none.at(int), "first_or_none.at needs a Space; got type"),  # type: ignore[arg-type]
    ],
)
def test_what_is_no_container_or_arrow_is_refused(wrong: Callable[[], object], message: str) -> None:
    with pytest.raises(WrongType, match=message):
        wrong()


def test_a_broken_functor_is_noticed() -> None:
    class Backwards(Functor):
        name = "backwards"

        def map(self, function: Callable[[Any], Any], container: Any, /) -> Any:
            return [function(item) for item in reversed(container)]

    report = functor_laws(Backwards(), abs, abs, [[1, 1], [0, 1]])
    assert report.counterexample == [0, 1]

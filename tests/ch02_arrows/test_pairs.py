"""Pairs: the two laws of a product and where each stops, for arrows that refuse and arrows that count their calls."""

from __future__ import annotations

from typing import Any, TypeAlias

import pytest
from drawing import draws
from hypothesis import given
from hypothesis import strategies as st
from small_arrows import digits, double, increment
from spaces import Arrow, alike, ends, joined, rows

from tinyml import (
    CompositionError,
    Copy,
    First,
    Morphism,
    OutOfRange,
    Product,
    Second,
    Space,
    TinyMLError,
    WrongType,
    arrow,
    pair,
)

INT = Space("int")
Pair: TypeAlias = Product[int, int]
copy: Copy[int] = Copy(INT)
first: First[int, int] = First(INT, INT)
second: Second[int, int] = Second(INT, INT)


@arrow(int, int)
def refuse_small(n: int) -> int:
    if n < 10:
        raise OutOfRange("small", n, 10)
    return n


@arrow(int, int)
def refuse_odd(n: int) -> int:
    if n % 2:
        raise OutOfRange("odd", n, 10)
    return n // 2


answering = st.sampled_from([double, increment, double >> increment, increment >> double])
arrows = answering | st.sampled_from([refuse_small, refuse_odd, refuse_odd >> refuse_small])
numbers = st.integers(-50, 50)


class Split(Morphism[int, Pair]):
    def apply(self, value: int, /) -> Pair:
        return Product(value // 7, value % 7)


def to_pairs() -> st.SearchStrategy[Morphism[int, Pair]]:
    """Return what draws arrows to pairs, of which some are made by `pair` and some refuse."""
    made = st.sampled_from([copy, Split()]) | st.builds(pair, arrows, arrows)
    return st.builds(lambda f, h: f >> h >> pair(second, first), arrows, made) | made


def outcome(asked: Arrow, value: object) -> object:
    """Return what an arrow answers, or its refusal in words."""
    try:
        return asked(value)
    except TinyMLError as refusal:
        return str(refusal)


@given(answering, answering, numbers)
def test_each_half_of_a_pair_is_the_arrow_that_it_is_made_of(
    f: Morphism[int, int], g: Morphism[int, int], x: int
) -> None:
    assert (pair(f, g) >> first)(x) == f(x)
    assert (pair(f, g) >> second)(x) == g(x)


@given(to_pairs(), numbers)
def test_an_arrow_to_pairs_is_made_of_its_two_halves(h: Morphism[int, Pair], x: int) -> None:
    assert outcome(pair(h >> first, h >> second), x) == outcome(h, x)


@given(arrows, numbers)
def test_to_copy_before_an_arrow_or_after_it_is_the_same(f: Morphism[int, int], x: int) -> None:
    assert outcome(f >> copy, x) == outcome(copy >> (f @ f), x)


@given(arrows, arrows, numbers)
def test_a_half_is_refused_exactly_where_one_of_the_two_arrows_refuses(
    f: Morphism[int, int], g: Morphism[int, int], x: int
) -> None:
    one, other = outcome(f, x), outcome(g, x)
    refusals = [answer for answer in (one, other) if isinstance(answer, str)]
    assert outcome(pair(f, g) >> first, x) == (refusals[0] if refusals else one)
    assert outcome(pair(f, g) >> second, x) == (refusals[0] if refusals else other)


def test_with_a_refusing_arrow_a_pair_is_no_product() -> None:
    assert double(3) == 6
    with pytest.raises(OutOfRange, match="small index 3"):
        (pair(double, refuse_small) >> first)(3)
    with pytest.raises(OutOfRange, match="small index 3"):
        (pair(refuse_small, double) >> second)(3)


def test_an_arrow_that_counts_its_calls_is_not_copied() -> None:
    def counter() -> Morphism[int, int]:
        calls = list[int]()

        @arrow(int, int)
        def count(n: int) -> int:
            calls.append(n)
            return len(calls)

        return count

    before, after = counter(), counter()
    assert (before >> copy)(0) == Product(1, 1)
    assert (copy >> (after @ after))(0) == Product(1, 2)


@draws(300)
@given(rows(1))
def test_to_copy_before_or_after_has_the_same_ends(row: tuple[Arrow, ...]) -> None:
    [f] = row
    assert ends(f >> Copy(f.target)) == ends(Copy[Any](f.source) >> (f @ f))


@draws(300)
@given(rows(2))
def test_a_pair_knows_of_its_source_what_either_arrow_knows(row: tuple[Arrow, ...]) -> None:
    f, g = row
    if not f.source.meets(g.source):
        with pytest.raises(CompositionError):
            pair(f, g)
        return
    both = pair(f, g)
    assert both.source == f.source.refined(g.source)
    assert ends(both >> First(f.target, g.target)) == (both.source, f.target)
    assert ends(both >> Second(f.target, g.target)) == (both.source, g.target)


@given(alike(2))
def test_projections_and_copies_say_their_sizes(spaces: tuple[Space, ...]) -> None:
    a, b = spaces
    both = Space.product(a, b)
    assert ends(Copy(a)) == (a, Space.product(a, a))
    assert ends(First(a, b)) == (both, a)
    assert ends(Second(a, b)) == (both, b)
    assert bool(joined(Copy(a), First(a, b))) == a.meets(b)


def test_two_arrows_that_start_elsewhere_are_not_paired() -> None:
    @arrow(str, int)
    def length(word: str) -> int:
        return len(word)

    with pytest.raises(CompositionError) as caught:
        pair(digits, length)
    assert str(caught.value) == (
        "cannot compose\n"
        "    copy              : int -> int x int\n"
        "    (digits @ length) : int x str -> str x int\n"
        "int x int is not int x str: an arrow int x int -> int x str is missing"
    )
    for wrong in ((digits, 3), (3, digits)):
        with pytest.raises(WrongType, match="pair needs an arrow; got int 3"):
            pair(*wrong)  # pyright: ignore[reportArgumentType]


def test_a_projection_asks_for_a_pair() -> None:
    with pytest.raises(WrongType, match="first needs an int x int; got int 3"):
        first(3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    assert (first(Product(1, 2)), second(Product(1, 2))) == (1, 2)

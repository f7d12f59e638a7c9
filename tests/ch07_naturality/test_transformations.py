"""Natural transformations are natural for every function, and the others are found out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_arrows import digits

from tinyml import (
    LIST,
    MAYBE,
    CompositionError,
    EmptyInput,
    Space,
    WrongType,
    as_list,
    first_or_none,
    largest_or_none,
    naturality,
    reversed_list,
    square_commutes,
)
from tinyml.ch07_naturality.transformations import Corners

whole = st.integers(-9, 9)


tables = st.dictionaries(whole, whole, min_size=19, max_size=19).map(lambda table: table.__getitem__)
"""Any function at all from -9 … 9 to -9 … 9."""


@given(st.lists(whole), st.none() | whole, tables)
def test_natural_transformations_are_natural(items: list[int], item: int | None, f: Callable[[int], int]) -> None:
    for natural in (first_or_none, reversed_list):
        assert naturality(natural, f, [items])
    assert naturality(as_list, f, [item])


@given(st.lists(whole, min_size=1), whole, whole)
def test_the_largest_commutes_with_what_keeps_the_order(items: list[int], a: int, b: int) -> None:
    assert naturality(largest_or_none, lambda n: abs(a) * n + b, [items])


def test_the_largest_is_not_natural() -> None:
    report = naturality(largest_or_none, lambda n: -n, [[], [5], [0, 1]])
    assert not report
    assert report.counterexample == [0, 1]
    assert str(report).startswith("largest_or_none is natural: fails, for example at [0, 1] (3 cases")


def test_a_natural_square_is_one_of_arrows() -> None:
    at_int, at_str = first_or_none.at(Space("int")), first_or_none.at(Space("str"))
    assert repr(at_int) == "first_or_none : list[int] -> maybe[int]"
    report = square_commutes(LIST(digits), at_str, at_int, MAYBE(digits), [[], [3, 1], [-7]])
    assert report
    assert report.cases == 3
    with pytest.raises(CompositionError, match=r"list\[str\] is not list\[int\]"):
        LIST(digits) >> at_int
    assert repr(first_or_none) == "first_or_none : list => maybe"


@given(st.lists(whole), st.sampled_from([abs, lambda n: -n, lambda n: n // 2]))
def test_the_corners_are_what_the_arrows_of_the_square_give(items: list[int], f: Callable[[int], int]) -> None:
    for transformation in (first_or_none, largest_or_none):
        corners = transformation.corners(f, items)
        assert corners.start == items
        assert corners.mapped == LIST.map(f, items)
        assert corners.transformed == transformation(items)
        assert corners.over == transformation(corners.mapped)
        assert corners.under == MAYBE.map(f, corners.transformed)
        assert corners.meet is bool(naturality(transformation, f, [items]))


def test_the_last_corner_is_written_with_one_value_or_with_both() -> None:
    assert first_or_none.corners(digits, [3, 10]).written() == ("[3, 10]", "['3', '10']", "3", "'3'")
    assert largest_or_none.corners(digits, [3, 10]).written() == ("[3, 10]", "['3', '10']", "10", "'3' ≠ '10'")


def test_ways_that_end_in_values_of_unlike_types_do_not_meet() -> None:
    assert not Corners([1], [True], 1, over=True, under=1).meet
    assert Corners([1], [1], 1, over=1, under=1).meet


def test_a_law_on_no_case_is_not_checked() -> None:
    with pytest.raises(EmptyInput, match="a law that is tried on nothing is not checked"):
        naturality(first_or_none, abs, [])


@given(st.lists(whole))
def test_a_reversed_list_has_its_items_the_other_way_round(items: list[int]) -> None:
    turned = reversed_list(items)
    assert [turned[-1 - k] for k in range(len(items))] == items
    assert reversed_list([1, 2, 3]) == [3, 2, 1]


def test_what_is_no_list_is_not_reversed() -> None:
    with pytest.raises(WrongType, match="reversed_list needs a list; got str 'text'"):
        reversed_list("text")

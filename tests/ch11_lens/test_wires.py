"""Wires: what is turned, regrouped or put beside nothing is undone; copy and add are each other's mirror."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_lenses import OnNumbers, clipped, fractions, lenses, line, pair, square

from tinyml import FLOAT, NUMBERS, UNIT, Context, Lens, Product, both, close
from tinyml.ch11_lens.wires import (
    add,
    added,
    assoc,
    assoc_back,
    copy,
    identity,
    swap,
    unitor,
    unitor_back,
)

AnyOf = Lens[Any, Any]
TWO, THREE = both(NUMBERS, NUMBERS), both(both(NUMBERS, NUMBERS), NUMBERS)
two = st.builds(pair, fractions, fractions)
three = st.builds(pair, two, fractions)
three_the_other_way = st.builds(pair, fractions, two)
ANY_COPY: Any = copy(NUMBERS)
ANY_SUM: Any = add(NUMBERS)
"""Of no type, so that values can be compared with changes."""


def same(one: AnyOf, other: AnyOf, point: Any, change: Any) -> None:
    """Compare two lenses both ways, to the last bit."""
    assert one.source.meets(other.source)
    assert one.target.meets(other.target)
    assert one.get(point) == other.get(point)
    assert one.put(pair(point, change)) == other.put(pair(point, change))


@given(two, two)
def test_turning_twice_is_doing_nothing(point: Any, change: Any) -> None:
    same(swap(NUMBERS, NUMBERS) >> swap(NUMBERS, NUMBERS), identity(TWO), point, change)


@given(three, three, three_the_other_way, three_the_other_way)
def test_regrouping_is_undone_by_its_way_back(point: Any, change: Any, other: Any, other_change: Any) -> None:
    there, back = assoc(NUMBERS, NUMBERS, NUMBERS), assoc_back(NUMBERS, NUMBERS, NUMBERS)
    same(there >> back, identity(THREE), point, change)
    same(back >> there, identity(both(NUMBERS, TWO)), other, other_change)


@given(fractions, fractions)
def test_what_stands_beside_nothing_stands_alone(point: Any, change: Any) -> None:
    same(unitor_back(NUMBERS) >> unitor(NUMBERS), identity(NUMBERS), point, change)
    same(unitor(NUMBERS) >> unitor_back(NUMBERS), identity(both(UNIT, NUMBERS)), pair((), point), pair((), change))


@given(st.builds(pair, three, fractions), st.builds(pair, fractions, st.builds(pair, fractions, two)))
def test_both_ways_to_regroup_four_end_in_the_same_place(point: Any, change: Any) -> None:
    x, same_x = NUMBERS, identity(NUMBERS)
    short = assoc(both(x, x), x, x) >> assoc(x, x, both(x, x))
    long = (assoc(x, x, x) @ same_x) >> assoc(x, both(x, x), x) >> (same_x @ assoc(x, x, x))
    same(short, long, point, change)


@given(lenses, lenses, lenses, three, three_the_other_way)
def test_every_lens_passes_through_a_swap_and_through_a_regrouping(
    f: OnNumbers, g: OnNumbers, h: OnNumbers, point: Any, change: Any
) -> None:
    turn, regroup = swap(NUMBERS, NUMBERS), assoc(NUMBERS, NUMBERS, NUMBERS)
    same((f @ g) >> turn, turn >> (g @ f), point.first, change.second)
    same(((f @ g) @ h) >> regroup, regroup >> (f @ (g @ h)), point, change)
    same((identity(UNIT) @ f) >> unitor(NUMBERS), unitor(NUMBERS) >> f, pair((), point.second), change.first)


@given(fractions, three_the_other_way)
def test_copying_does_not_see_brackets_nor_a_swap(point: Any, change: Any) -> None:
    x, same_x = copy(NUMBERS), identity(NUMBERS)
    same(x >> (x @ same_x) >> assoc(NUMBERS, NUMBERS, NUMBERS), x >> (same_x @ x), point, change)
    same(x >> swap(NUMBERS, NUMBERS), x, point, change.second)


@given(three, fractions)
def test_adding_does_not_see_brackets_nor_a_swap(point: Any, change: Any) -> None:
    x, same_x = add(NUMBERS), identity(NUMBERS)
    same((x @ same_x) >> x, assoc(NUMBERS, NUMBERS, NUMBERS) >> (same_x @ x) >> x, point, change)
    same(swap(NUMBERS, NUMBERS) >> x, x, point.first, change)


@given(two, fractions)
def test_copy_and_add_are_each_others_mirror(point: Any, change: Any) -> None:
    copied, summed = ANY_COPY, ANY_SUM
    assert copied.put(pair(change, point)) == summed.get(point)
    assert summed.put(pair(point, change)) == copied.get(change)


@given(lenses, fractions, two)
def test_a_lens_whose_way_back_adds_up_passes_through_copy(f: OnNumbers, point: Any, change: Any) -> None:
    same(f >> copy(NUMBERS), copy(NUMBERS) >> (f @ f), point, change)


def test_a_lens_whose_way_back_does_not_add_up_is_stopped_by_copy() -> None:
    before, after = clipped >> ANY_COPY, ANY_COPY >> (clipped @ clipped)
    assert before.get(5) == after.get(5)
    assert before.put(pair(5, pair(1, 1))) == 1
    assert after.put(pair(5, pair(1, 1))) == 2


def test_what_is_copied_and_added_again() -> None:
    doubled = ANY_COPY >> (line(1, 0) @ line(1, 0)) >> ANY_SUM
    assert (doubled.get(3), doubled.put(pair(3, 1))) == (6, 2)
    assert (ANY_COPY >> (square @ line(3, 0)) >> ANY_SUM).put(pair(5, 1)) == 13


@pytest.mark.parametrize(
    ("first", "second", "total"),
    [
        (1, 2, 3),
        ((), (), ()),
        (Product(1, ()), Product(2, ()), Product(3, ())),
        (Context.of(FLOAT, 1, [2, 3]), Context.of(FLOAT, 1, [1, 1]), Context.of(FLOAT, 2, [3, 4])),
    ],
)
def test_changes_of_every_port_add_up(first: Any, second: Any, total: Any) -> None:
    assert added(first, second) == total


def test_changes_that_are_arrays_add_up() -> None:
    total = added(Product(np.ones(2), np.zeros((1, 2))), Product(np.ones(2), np.ones((1, 2))))
    assert close(total, Product(np.full(2, 2.0), np.ones((1, 2))), 0.0)

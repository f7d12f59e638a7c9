"""The search: what it finds breaks the law and no simpler case does; what holds is never broken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinyml import EmptyInput, find_counterexample, largest_or_none, naturality, smaller_list
from tinyml.ch07_naturality.counterexamples import smaller_number

lists = st.lists(st.lists(st.integers(-9, 9), min_size=1, max_size=6), min_size=1, max_size=5)


@given(lists, st.integers(-9, 9), st.integers(1, 5))
def test_what_is_found_breaks_the_law_and_nothing_simpler_does(
    cases: list[list[int]], bound: int, longest: int
) -> None:
    def holds(items: list[int]) -> bool:
        return max(items) <= bound or len(items) < longest

    found = find_counterexample(holds, cases, smaller_list)
    assert found.broken is not all(map(holds, cases))
    if found.broken:
        assert found.shrinking[0] == cases[found.tried - 1]
        assert not any(map(holds, found.shrinking))
        assert all(map(holds, smaller_list(found.shrinking[-1])))
    else:
        assert found.tried == len(cases)


@given(st.integers(-1000, 1000))
def test_simpler_numbers_are_simpler(number: int) -> None:
    own = list(smaller_number(number))
    assert len(own) == len(set(own))
    assert all((abs(n), n < 0) < (abs(number), number < 0) for n in own)
    assert bool(own) is (number != 0)


def test_simpler_lists_in_their_order() -> None:
    assert list(smaller_list([2, -1])) == [[-1], [2], [0, -1], [1, -1], [2, 0], [2, 1], [1, 0]]
    assert list(smaller_list([5], fewest=1)) == [[0], [2], [4], [4]]
    assert list(smaller_list([0], fewest=0)) == [[]]
    assert list(smaller_list([0, 0], fewest=2)) == []


def test_the_largest_is_broken_by_two_small_numbers() -> None:
    found = find_counterexample(
        lambda items: bool(naturality(largest_or_none, lambda n: -n, [items])), [[4], [7, -3, 5]], smaller_list
    )
    assert found.tried == 2
    assert found.shrinking[-1] == [0, 1]


def test_a_search_without_cases_is_refused() -> None:
    with pytest.raises(EmptyInput, match="tried on nothing"):
        find_counterexample(lambda items: True, [], smaller_list)

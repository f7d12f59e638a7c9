"""The shares of a list are natural; the likeliest outcome of a distribution is not."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tinyml import Dist, EmptyInput, WrongType, frequencies, likeliest, naturality

whole = st.integers(0, 4)
tables = st.lists(whole, min_size=5, max_size=5).map(lambda table: table.__getitem__)


@given(st.lists(whole, min_size=1), tables)
def test_frequencies_are_natural(items: list[int], f: Callable[[int], int]) -> None:
    assert naturality(frequencies, f, [items])
    assert frequencies(items) == Dist({x: Fraction(items.count(x), len(items)) for x in set(items)})


def test_the_likeliest_outcome_is_not_natural() -> None:
    d = Dist({0: Fraction(2, 5), 1: Fraction(3, 10), 2: Fraction(3, 10)})
    assert likeliest(d) == 0
    assert not naturality(likeliest, lambda n: min(n, 1), [d])


@given(st.dictionaries(whole, st.integers(1, 9), min_size=1), st.permutations(range(5)))
def test_the_likeliest_outcome_keeps_up_with_one_to_one_renamings(counts: dict[int, int], names: list[int]) -> None:
    assume(list(counts.values()).count(max(counts.values())) == 1)
    d = Dist({outcome: Fraction(count, sum(counts.values())) for outcome, count in counts.items()})
    assert likeliest(d.map(names.__getitem__)) == names[likeliest(d)]


def test_nothing_has_no_shares_and_a_list_has_no_likeliest_outcome() -> None:
    with pytest.raises(EmptyInput, match="empty input in frequencies"):
        frequencies([])
    with pytest.raises(WrongType, match=r"dist needs a Dist; got list \[1\]"):
        naturality(likeliest, abs, [[1]])

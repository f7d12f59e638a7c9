"""The shares of a list are natural; the likeliest outcome of a distribution is not."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tinyml import (
    Dist,
    frequencies,
    likeliest,
    naturality,
)

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

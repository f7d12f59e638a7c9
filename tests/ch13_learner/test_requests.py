"""Learners that ask: for the squared error they compose as their models do, and for the fourth power they do not."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from learners import learner_of_lines, line, rates
from small_lenses import pair
from small_paras import filled, fractions, paras, plus, times

from tinyml import InvalidScalar, WrongType, asking

numbers = st.lists(fractions, min_size=4, max_size=8)


@given(paras, paras, numbers, fractions, fractions, rates)
def test_learners_that_ask_compose_as_their_models_do(
    f: Any, g: Any, values: list[Any], point: Any, told: Any, rate: Any
) -> None:
    whole, row = asking(f >> g, rate), asking(f, rate) >> asking(g, rate)
    own = filled(f >> g, values)
    assert row.implement(own, point) == whole.implement(own, point)
    assert row.update(own, point, told) == whole.update(own, point, told)
    assert row.request(own, point, told) == whole.request(own, point, told)


@given(numbers, fractions, fractions, rates)
def test_what_is_updated_is_a_step_of_the_learner(values: list[Any], point: Any, told: Any, rate: Any) -> None:
    own = filled(line, values)
    assert asking(line, rate).update(own, point, told) == learner_of_lines(rate).step(point, told)(own)


def cube(error: Any) -> Any:
    """Return the slope of a quarter of the fourth power."""
    return error**3


def test_for_the_fourth_power_they_do_not() -> None:
    whole: Any = asking(times >> plus, 1, cube)
    row: Any = asking(times, 1, cube) >> asking(plus, 1, cube)
    own, point, told = pair(1, 2), 1, 1
    assert whole.implement(own, point) == row.implement(own, point) == 3
    assert whole.update(own, point, told) == pair(1 - 8, 2 - 8)
    assert row.update(own, point, told) == pair(1 - 8, 2 - 8**3)


def test_what_is_requested_is_a_step_down_at_the_point() -> None:
    learner = asking(line, Fraction(1, 10))
    own = pair(Fraction(2), Fraction(1))
    assert learner.implement(own, 3) == 7
    assert learner.request(own, 3, 5) == 3 - 2 * 2


def test_learners_that_cannot_be_are_refused() -> None:
    nothing: Any = None
    with pytest.raises(WrongType, match=r"^asking needs a parametric lens; got NoneType None$"):
        asking(nothing, 1)
    with pytest.raises(InvalidScalar, match=r"^the rate of asking must be finite; got nan$"):
        asking(line, float("nan"))
    with pytest.raises(WrongType, match=r"^a learner that asks >> needs another; got"):
        asking(line, 1) >> nothing

"""Updates: a state goes there as parameters, and comes back moved."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_lenses import pair
from small_paras import filled, fractions, paras
from strategies import problems

from tinyml import (
    NUMBERS,
    Gradient,
    InvalidScalar,
    LearningRate,
    Parameters,
    TrainingSet,
    WrongType,
    descend,
    descent,
    gradient,
    losses,
    moving,
    record_descent,
    scaled_descent,
)
from tinyml.ch10_tape.rings import Bit

numbers = st.lists(fractions, min_size=4, max_size=8)


@given(paras, numbers, numbers)
def test_descent_is_scaled_descent_with_rate_1(model: Any, values: list[Any], changes: list[Any]) -> None:
    state, change = filled(model, values), filled(model, changes)
    plain, scaled = descent(model.parameters), scaled_descent(model.parameters, 1)
    assert plain.source == scaled.source
    assert scaled.get(state) == state
    assert scaled.put(pair(state, change)) == plain.put(pair(state, change))


@given(paras, numbers, numbers, st.integers(-5, 5))
def test_scaled_descent_adds_so_much_of_the_change(
    model: Any, values: list[Any], changes: list[Any], rate: int
) -> None:
    state, change = filled(model, values), filled(model, changes)
    many, once = state, scaled_descent(model.parameters, -1 if rate < 0 else 1)
    for _ in range(abs(rate)):
        many = once.put(pair(many, change))
    assert scaled_descent(model.parameters, rate).put(pair(state, change)) == many


@given(problems(), st.floats(1e-3, 2))
def test_the_record_moves_as_in_chapter_4(problem: tuple[TrainingSet, Parameters], rate: float) -> None:
    dataset, start = problem
    slope = gradient(start, dataset)
    change = Gradient(-rate * slope.embedding, -rate * slope.lm_head, -rate * slope.bias)
    before = Parameters(start.embedding, start.lm_head, start.bias)
    assert record_descent().put(pair(start, change)) == descend(start, slope, LearningRate(rate))
    assert start == before


def test_over_bits_a_descent_adds_without_a_carry() -> None:
    own: Any = descent(losses.BITS)
    assert [[own.put(pair(Bit(p), Bit(q))).value for q in (0, 1)] for p in (0, 1)] == [[0, 1], [1, 0]]


def test_what_moves_is_what_it_is_told() -> None:
    halfway: Any = moving("halfway", NUMBERS, lambda own, change: own + change / 2)
    assert (halfway.name, halfway.get(3.0), halfway.put(pair(3.0, 4.0))) == ("halfway", 3.0, 5.0)


def test_updates_that_cannot_be_are_refused() -> None:
    nothing: Any = None
    with pytest.raises(WrongType, match=r"^halfway needs a Port"):
        moving("halfway", nothing, max)
    with pytest.raises(WrongType, match=r"needs a Port"):
        scaled_descent(nothing, 1)
    with pytest.raises(InvalidScalar, match=r"^the rate of scaled_descent must be finite; got nan$"):
        scaled_descent(NUMBERS, float("nan"))
    with pytest.raises(WrongType, match="needs"):
        record_descent().put(pair(np.zeros(3), np.zeros(3)))

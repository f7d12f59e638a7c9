"""Clipping and decay: what is let through, what is cut, and on which side of an update a decay is heard."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from drawing import draws
from hypothesis import given
from hypothesis import strategies as st
from small_optimisers import MODEL, TREE, matrices, pushed, seeds, stream, trained

from tinyml import (
    NUMBERS,
    CompositionError,
    InvalidQuantity,
    InvalidScalar,
    Product,
    WrongType,
    adam,
    adamw,
    clipped_norm,
    clipped_values,
    decoupled_decay,
    descent,
    deviation,
    l2_penalty,
    momentum,
    scheduled,
    starting,
)
from tinyml.ch12_para.trees import flat, picked

fractions: Any = st.builds(Fraction, st.integers(-9, 9), st.integers(1, 5))


@draws(100)
@given(seeds, st.integers(1, 6), st.floats(0.01, 10), st.sampled_from([0.0, 1e-6]))
def test_a_short_change_is_let_through_and_a_long_one_keeps_its_direction(
    number: int, size: int, limit: float, eps: float
) -> None:
    point, (change, *_) = stream(number, size)
    own = clipped_norm(flat(size), limit, eps=eps)
    found, length = own.put(Product(point, change)), float(np.linalg.norm(change))
    if length + eps <= limit:
        assert np.array_equal(found, change)
    else:
        assert np.linalg.norm(found) == pytest.approx(limit * length / (length + eps), rel=1e-12)
        assert found / np.linalg.norm(found) == pytest.approx(change / length, abs=1e-12)
    assert own.get(point) is point


@draws(100)
@given(seeds, st.integers(1, 6), st.floats(0.01, 3))
def test_values_are_cut_one_by_one(number: int, size: int, limit: float) -> None:
    point, (change, *_) = stream(number, size)
    own = clipped_values(flat(size), limit)
    found = own.put(Product(point, change))
    for mine, its in zip(found, change, strict=True):
        assert mine == (its if abs(its) <= limit else math.copysign(limit, its))
    assert np.array_equal(own.put(Product(point, found)), found)


def test_the_norm_of_a_tree_is_that_of_all_its_numbers() -> None:
    change: Any = Product(np.full(5, 3.0), Product(np.full((4, 5), -2.0), np.full((5, 4), 1.0)))
    size = math.sqrt(5 * 9 + 20 * 4 + 20)
    found: Any = clipped_norm(MODEL.parameters, 1.0, eps=0.0).put(Product(TREE, change))
    for mine, its in zip(picked(found), picked(change), strict=True):
        np.testing.assert_allclose(mine, its / size, rtol=1e-15)
    cut: Any = clipped_values(MODEL.parameters, 2.0).put(Product(TREE, change))
    assert [float(leaf.flat[0]) for leaf in picked(cut)] == [2.0, -2.0, 1.0]
    number: Any = clipped_norm(NUMBERS, 0.5, eps=0.0)
    assert number.put(Product(1.0, -3.0)) == -0.5
    nothing: Any = clipped_norm(NUMBERS, 0.0, eps=0.0)
    assert (nothing.put(Product(1.0, -3.0)), nothing.put(Product(1.0, 0.0))) == (0.0, 0.0)


@given(fractions, fractions, st.builds(Fraction, st.integers(0, 9), st.integers(1, 5)))
def test_for_descent_a_penalty_is_a_decay(start: Fraction, change: Fraction, factor: Fraction) -> None:
    plain: Any = scheduled(NUMBERS, 1)
    heard, unheard = plain >> l2_penalty(NUMBERS, factor), decoupled_decay(plain, factor)
    begin = starting(plain, start)
    assert heard.put(Product(begin, change)) == unheard.put(Product(begin, change))
    assert heard.put(Product(begin, change)).second == start + change - factor * start


@draws(60)
@given(seeds, st.integers(1, 4), st.floats(0.01, 0.5))
def test_adamw_is_adam_with_a_decay_that_it_does_not_hear_of(number: int, size: int, decay: float) -> None:
    start, changes = stream(number, size)
    own = adamw(flat(size), 0.125, eps=1e-8, decay=decay)
    around = decoupled_decay(adam(flat(size), 0.125, eps=1e-8), 0.125 * decay)
    before = adam(flat(size), 0.125, eps=1e-8) >> l2_penalty(flat(size), 0.125 * decay)
    begin = starting(own, start)
    end = pushed(own, begin, changes)
    assert deviation(pushed(around, begin, changes), end) <= 1e-13
    assert deviation(pushed(around, begin, changes).first, end.first) == 0
    assert deviation(pushed(before, begin, changes), end) > 1e-6


def test_a_change_whose_square_is_no_float_is_clipped_too() -> None:
    own: Any = clipped_norm(flat(2), 5.0, eps=1e-6)
    assert own.put(Product(np.zeros(2), np.array([3e200, -4e200]))) == pytest.approx([3.0, -4.0], rel=1e-12)
    with np.errstate(invalid="ignore"):
        assert np.isnan(own.backward(np.zeros(2), np.array([math.inf, 1.0]))).any()
    update = momentum(flat(1), 0.5) >> clipped_norm(flat(1), 1.0, eps=0.0)
    assert pushed(update, starting(update, np.zeros(1)), [np.array([1e308])]).second == pytest.approx([1.0])


def test_a_decay_moves_what_has_no_slope() -> None:
    """Token 0 is never sung: its row of the table has no gradient, and its row shrinks all the same."""
    before = matrices(trained(adam(flat(45), 0.1, eps=1e-8), 0).second)[2][0]
    for update, moved in ((adam(flat(45), 0.1, eps=1e-8), 0.0), (adamw(flat(45), 0.1, eps=1e-8, decay=0.01), 6.138e-3)):
        row = matrices(trained(update, 80).second)[2][0]
        assert np.abs(row - before).max() == pytest.approx(moved, abs=1e-6)


def test_a_clipped_update_is_an_update_and_hears_the_short_change() -> None:
    update: Any = momentum(NUMBERS, 0.5) >> clipped_norm(NUMBERS, 1.0, eps=0.0)
    assert update.put(Product(Product(2.0, 10.0), 5.0)) == Product(2.0, 12.0)
    assert update.source == momentum(NUMBERS, 0.5).source
    with pytest.raises(CompositionError):
        momentum(flat(2), 0.5) >> clipped_norm(flat(3), 1.0, eps=0.0)


def test_what_is_no_limit_or_factor_is_refused() -> None:
    makers: list[Any] = [
        lambda own: clipped_values(flat(2), own),
        lambda own: clipped_norm(flat(2), own, eps=0.0),
        lambda own: clipped_norm(flat(2), 1.0, eps=own),
        lambda own: l2_penalty(flat(2), own),
        lambda own: decoupled_decay(momentum(flat(2), 0.5), own),
    ]
    bad: list[tuple[Any, Any]] = [(-1, InvalidQuantity), (math.nan, InvalidScalar), ("1", WrongType), (True, WrongType)]
    for made in makers:
        for value, error in bad:
            with pytest.raises(error, match=r"^(limit|factor|eps) of "):
                made(value)
    wrong: Any = MODEL
    for made in (clipped_values, l2_penalty):
        with pytest.raises(WrongType, match=r"^\w+ needs a Port"):
            made(wrong, 1.0)
    with pytest.raises(WrongType, match="clipped_norm needs a Port"):
        clipped_norm(wrong, 1.0, eps=0.0)
    with pytest.raises(WrongType, match="decoupled_decay needs an update whose states"):
        decoupled_decay(descent(flat(2)), 0.1)  # type: ignore[arg-type]

"""The judges themselves: each accepts what is right and refuses what is wrong."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_arrows import double, increment

from tinyml import (
    AddOp,
    EmptyInput,
    LawReport,
    MulOp,
    ShapeMismatch,
    TokenId,
    Vector,
    arrow,
    close,
    square_commutes,
)
from tinyml.ch02_arrows.laws import deviation, dot_test


@given(st.floats(-1e6, 1e6), st.floats(1e-11, 1e-3))
def test_close_accepts_below_its_tolerance_and_refuses_above(x: float, gap: float) -> None:
    scale = max(1.0, abs(x))
    assert close(x, x + gap * scale * 0.9, gap)
    assert not close(x, x + gap * scale * 3, gap)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (1, "1"),
        ([1.0], [1.0, 2.0]),
        (Vector([1.0]), [1.0]),
        (np.nan, 1.0),
        (np.inf, -np.inf),
        (TokenId(1), 1),
        ("a", "b"),
    ],
)
def test_different_kinds_and_shapes_deviate_without_bound(left: Any, right: Any) -> None:
    assert deviation(left, right) == np.inf
    assert not close(left, right, 1e300)


def test_values_without_fields_agree_when_they_are_of_one_kind() -> None:
    assert close(AddOp(), AddOp(), 0.0)
    assert deviation(AddOp(), MulOp()) == np.inf


def test_equal_infinities_agree_and_nan_agrees_with_nothing() -> None:
    assert deviation(np.inf, np.inf) == 0
    assert deviation(np.nan, np.nan) == np.inf
    assert deviation("a", "a") == 0
    ragged = [[1], [2, 3]]
    assert deviation(ragged, [[1], [2, 3]]) == 0
    assert deviation(ragged, [[1], [2, 4]]) == np.inf
    assert deviation([True], [1]) == deviation([True, False], [True, False]) == deviation([], []) == 0
    assert deviation(Vector([1.0, 2.0]), Vector([1.0, 3.0])) == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("left", "right", "least"),
    [
        (2**63 - 1, -1, 0.9),
        (-(2**63), 2**63 - 1, 0.9),
        (np.array([1], dtype=np.uint8), np.array([2], dtype=np.uint8), 0.4),
        (True, False, 1.0),
        (2**53, 2**53 + 1, 1e-320),
        (1.7e308, -1.7e308, 1.9),
    ],
)
def test_no_kind_of_number_wraps_around_into_agreement(left: Any, right: Any, least: float) -> None:
    for one, other in ((left, right), (right, left)):
        assert least <= deviation(one, other) <= 2
        assert not close(one, other, 0.0)


@arrow(float, float)
def same(x: float) -> float:
    return x


@arrow(float, float)
def stretched(x: float) -> float:
    return 1.001 * x


def test_a_report_names_the_first_case_beyond_the_tolerance() -> None:
    report = square_commutes(same, same, stretched, same, [0.0, 0.001, 0.1, 0.5, 0.2], 1e-5)
    assert report.counterexample == 0.1
    assert report.worst == pytest.approx(5e-4)
    within = square_commutes(same, same, stretched, same, [0.001], 1e-5)
    assert within
    assert within.worst > 0
    assert within.counterexample is None


def test_a_square_that_commutes_and_one_that_does_not() -> None:
    assert square_commutes(double, double, double, double, range(5))
    report = square_commutes(double, increment, increment, double, range(5))
    assert not report
    assert report.counterexample == 0
    assert str(report).startswith("double >> increment = increment >> double: fails, for example at 0 (5 cases")
    with pytest.raises(EmptyInput, match="a law that is tried on nothing is not checked"):
        square_commutes(double, double, double, double, [])


def test_a_report_speaks() -> None:
    assert str(LawReport("f = g", 1, 0.0, 0.0)) == "f = g: holds (1 case, largest deviation 0)"
    assert str(LawReport("f = g", 3, 0.5, 0.1, 7)) == "f = g: fails, for example at 7 (3 cases, largest deviation 0.5)"


def test_the_dot_test_catches_a_map_that_is_not_adjoint_but_not_two_zeros() -> None:
    matrix = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    dx, dy = np.array([1.0, -2.0]), np.array([0.5, 1.0, -1.0])
    assert dot_test(lambda v: matrix @ v, lambda w: matrix.T @ w, dx, dy).counterexample is None
    assert dot_test(lambda v: matrix @ v, lambda w: matrix.T @ w, dx, dy)
    wrong = dot_test(lambda v: matrix @ v, lambda w: -matrix.T @ w, dx, dy)
    assert not wrong
    assert wrong.counterexample == (0.5, -0.5)
    assert dot_test(lambda v: 0 * (matrix @ v), lambda w: 0 * (matrix.T @ w), dx, dy)
    with pytest.raises(ShapeMismatch, match="dot test"):
        dot_test(lambda v: v, lambda w: w, dx, dy)

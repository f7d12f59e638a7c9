"""Differences measure the slope that a derivative states, as well as floats allow."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinyml import (
    BEST_STEP,
    InvalidScalar,
    central_difference,
    numerical_gradient,
)


@given(st.lists(st.floats(-3, 3), min_size=1, max_size=4))
def test_central_differences_find_the_derivative_of_a_cubic(point: list[float]) -> None:
    x = np.array(point)
    np.testing.assert_allclose(numerical_gradient(lambda v: float((v**3).sum()), x), 3 * x**2, rtol=0, atol=1e-8)
    assert x.tolist() == point


@given(st.floats(0.5, 2), st.integers(1, 12))
def test_the_error_of_a_difference_falls_with_h_and_then_grows(x: float, power: int) -> None:
    """For a cube the error of the method is h squared, and rounding adds up to a few spacings of x**3 over h."""
    h = 10.0**-power
    error = abs(central_difference(lambda own: own * own * own, x, h) - 3 * x * x)
    rounding = 16 * x**3 * 2.0**-52 / h
    assert error <= h * h * 1.01 + rounding
    if h >= 1e-3:
        assert error >= h * h * 0.99 - rounding


def test_the_best_step_lies_at_the_bottom_of_the_u() -> None:
    def worst(h: float) -> float:
        points = [0.5 + k / 40 for k in range(61)]
        return max(abs(central_difference(lambda own: own * own * own, x, h) - 3 * x * x) for x in points)

    errors = {h: worst(h) for h in (1e-1, 1e-3, BEST_STEP, 1e-8, 1e-11)}
    assert min(errors, key=lambda h: errors[h]) == BEST_STEP
    assert errors[1e-1] > errors[1e-3] > 1000 * errors[BEST_STEP]
    assert errors[1e-11] > errors[1e-8] > 10 * errors[BEST_STEP]
    assert pytest.approx((2.0**-52) ** (1 / 3), rel=0.02) == BEST_STEP


@pytest.mark.parametrize("h", [0.0, -1.0, math.inf, math.nan])
def test_a_step_that_is_none_is_refused(h: float) -> None:
    with pytest.raises(InvalidScalar, match=r"the step h \(above 0\) must be finite"):
        central_difference(math.sin, 1.0, h)

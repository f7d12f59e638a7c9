"""A number with its tolerance: at most 2 %, enough digits for it, and always a point."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tinyml import InvalidQuantity, InvalidScalar, WrongType, about

PRINTED = re.compile(r"(-?\d+\.\d+(?:e[-+]\d+)?) \(± (\S+) %\)")


@given(st.floats(1e-300, 1e300) | st.floats(1e-6, 1e7), st.sampled_from([1, -1]), st.floats(1e-9, 0.02))
@example(1.0049, 1, 0.0101)  # three digits would be too few by a hair
@example(123456.7, 1, 0.02)  # three digits end before the point, without which it would be a count
def test_rounding_takes_at_most_a_quarter_of_the_tolerance(size: float, sign: int, tolerance: float) -> None:
    value = sign * size
    found = PRINTED.fullmatch(about(value, tolerance))
    assert found, about(value, tolerance)
    assert abs(float(found[1]) - value) <= 0.2501 * tolerance * size
    assert float(found[2]) / 100 == pytest.approx(tolerance, rel=0.006)


@pytest.mark.parametrize(
    ("value", "tolerance", "text"),
    [
        (0.000982437, 0.005, "0.0009824 (± 0.5 %)"),
        (48.993025, 0.02, "49.0 (± 2 %)"),
        (80, 0.01, "80.00 (± 1 %)"),
        (1234567.0, 0.02, "1.23e+06 (± 2 %)"),
        (-3e-9, 0.0001, "-3.00000e-09 (± 0.01 %)"),
        (999.96, 0.02, "1000.0 (± 2 %)"),
    ],
)
def test_how_it_reads(value: float, tolerance: float, text: str) -> None:
    assert about(value, tolerance) == text


@pytest.mark.parametrize("tolerance", [0.0201, 0, -0.01, math.nan, math.inf])
def test_a_tolerance_is_above_0_and_at_most_2_per_cent(tolerance: float) -> None:
    with pytest.raises(InvalidQuantity, match=r"a tolerance must be above 0 and at most 0\.02; got"):
        about(1.0, tolerance)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_has_no_tolerance(value: float) -> None:
    with pytest.raises(InvalidScalar, match="a value with a tolerance must be finite"):
        about(value, 0.01)


def test_nothing_is_a_share_of_0_and_text_is_no_number() -> None:
    with pytest.raises(InvalidQuantity, match="must be other than 0, because the tolerance is a share of it; got 0"):
        about(0.0, 0.01)
    with pytest.raises(WrongType):
        about("0.5", 0.01)  # type: ignore[arg-type]

"""Formats: rounding against exact fractions, and what becomes of numbers that are too small or too large."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from drawing import draws
from hypothesis import given
from hypothesis import strategies as st

from tinyml import (
    InvalidScalar,
    ShapeMismatch,
    WrongType,
    gaps,
    lost,
    nearest,
    stochastic,
    subnormal,
    ulps_apart,
    vanished,
)
from tinyml.ch15_driver.formats import FORMATS, format_of

ALL = np.arange(1 << 16, dtype=np.uint16).view(np.float16)
HALVES = ALL[np.isfinite(ALL)].astype(np.float64)
LADDER = np.unique(np.abs(HALVES))
"""The 31,744 halves from zero up."""
BITS = {"half": (11, -24, 65504.0), "single": (24, -149, 3.4028234663852886e38), "double": (53, -1074, 1.797e308)}
"""Of each format the significant bits, the exponent of its smallest number and its largest number."""
finite = st.floats(allow_nan=False, allow_infinity=False)
seeds = st.integers(0, 2**32 - 1)


def rounded_exactly(value: Fraction, kind: str) -> Fraction | None:
    """Return the nearest number of a format, with ties to even, in whole numbers alone; None is infinity."""
    bits, least, _ = BITS[kind]
    size = abs(value)
    exponent = 0
    while size >= Fraction(2) ** (exponent + 1):
        exponent += 1
    while size and size < Fraction(2) ** exponent:
        exponent -= 1
    unit = Fraction(2) ** max(least, exponent - bits + 1)
    near = round(size / unit) * unit  # Python rounds a fraction to the nearest whole number, halfway to the even one
    if near >= Fraction(2) ** {"half": 16, "single": 128, "double": 1024}[kind]:
        return None
    return near if value >= 0 else -near


def test_every_half_stays_what_it_is() -> None:
    assert len(HALVES) == 63_488
    assert np.array_equal(nearest(HALVES, "half"), HALVES)
    assert np.array_equal(np.signbit(nearest(HALVES, "half")), np.signbit(HALVES))
    assert np.array_equal(nearest(ALL[np.isinf(ALL)], "half"), [np.inf, -np.inf])


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_halfway_between_two_halves_the_even_one_is_nearest_and_beside_it_the_nearer_one(sign: float) -> None:
    below, above = LADDER[:-1], LADDER[1:]
    middle = (below + above) / 2
    single = middle.astype(np.float32)
    assert np.array_equal(single, middle)  # each point halfway is a single
    even = np.where(np.arange(len(below)) % 2 == 0, below, above)  # the places are the bits of the numbers
    assert np.array_equal(nearest(sign * middle, "half"), sign * even)
    less, more = (np.nextafter(single, np.float32(to)) for to in (-np.inf, np.inf))
    assert np.array_equal(nearest(sign * less, "half"), sign * below)
    assert np.array_equal(nearest(sign * more, "half"), sign * above)


def test_subnormal_halves_and_those_that_are_too_large() -> None:
    tiny = 2.0**-25
    assert nearest([tiny, np.nextafter(tiny, 1), -tiny], "half").tolist() == [0.0, 2.0**-24, 0.0]
    assert nearest([65519.99, 65520.0, -65520.0], "half").tolist() == [65504.0, np.inf, -np.inf]
    assert LADDER[[0, 1, 1023, 1024, -1]].tolist() == [0.0, 2**-24, 1023 * 2**-24, 2**-14, 65504.0]


@pytest.mark.parametrize("kind", ["half", "single"])
@given(finite | st.floats(-1e5, 1e5) | st.floats(-1e-4, 1e-4))
def test_nearest_is_the_nearest_fraction(kind: str, value: float) -> None:
    exact = rounded_exactly(Fraction(value), kind)
    found = float(nearest(value, kind))
    assert found == math.copysign(math.inf, value) if exact is None else Fraction(found) == exact


@pytest.mark.parametrize("kind", sorted(FORMATS))
@given(finite, finite)
def test_rounding_again_changes_nothing_and_the_order_is_kept(kind: str, one: float, other: float) -> None:
    short = nearest(sorted([one, other]), kind)
    assert np.array_equal(nearest(short, kind), short)
    assert short[0] <= short[1]


@pytest.mark.parametrize("kind", ["half", "single"])
@given(st.floats(-6e4, 6e4) | st.floats(-1e-4, 1e-4), seeds)
def test_stochastic_lands_on_a_neighbour_and_stays_where_a_number_is(kind: str, value: float, number: int) -> None:
    found = stochastic([value], kind, np.random.default_rng(number))
    assert np.array_equal(nearest(found, kind), found)
    near = nearest([value], kind)
    if near[0] == value:
        assert found[0] == value
    assert abs(Fraction(float(found[0])) - Fraction(value)) < Fraction(float(gaps(value, kind)))


@draws(20)
@given(st.floats(0.1, 60000), seeds)
def test_stochastic_is_right_in_the_mean(value: float, number: int) -> None:
    count = 40_000
    found = stochastic(np.full(count, value), "half", np.random.default_rng(number))
    spread = float(gaps(value, "half")) / 2 / math.sqrt(count)  # of a mean of numbers that are a gap apart
    assert abs(found.mean() - value) <= 6 * spread


def test_what_is_beyond_the_largest_half_is_rounded_as_nearest_does_it() -> None:
    rng = np.random.default_rng(3)
    assert stochastic([65510.0, -1e9, 65530.0], "half", rng).tolist() == [65504.0, -np.inf, np.inf]


@given(st.lists(st.floats(-6e4, 6e4), min_size=1, max_size=8))
def test_a_gap_leads_to_the_next_number_and_half_of_it_to_none(values: list[float]) -> None:
    near = np.abs(nearest(values, "half"))
    above = near + gaps(values, "half")
    places = np.searchsorted(LADDER, near)
    assert np.array_equal(above, LADDER[places + 1])
    assert lost(near, 0.49 * gaps(values, "half"), "half").all()
    assert not lost(near, gaps(values, "half"), "half").any()


def test_a_step_of_zero_is_not_lost() -> None:
    assert lost([1.0, 1.0], [0.0, 1e-9], "half").tolist() == [False, True]


@pytest.mark.parametrize("kind", ["half", "single", "double"])
def test_subnormal_numbers_have_fewer_bits_and_what_is_smaller_has_vanished(kind: str) -> None:
    bits, least, _ = BITS[kind]
    first, normal = 2.0**least, 2.0 ** (least + bits - 1)
    below = float(np.nextafter(format_of("", kind).type(normal), format_of("", kind).type(0)))
    assert subnormal([first, below, normal, -first, 0.0], kind).tolist() == [True, True, False, True, False]
    small = first / 4
    assert vanished([small, first, 0.0], kind).tolist() == [small > 0, False, False]


def test_ulps_count_the_gaps_between_two_arrays() -> None:
    one = np.array([1.0, -1.0, 0.0], np.float32)
    two = one.copy()
    for _ in range(3):
        two = np.nextafter(two, np.float32(np.inf))
    assert ulps_apart(one, two) == ulps_apart(two, one) == 3
    assert ulps_apart(np.array([-0.0]), np.array([0.0])) == 0
    smallest = np.array([2.0**-1074])
    assert ulps_apart(-smallest, smallest) == 2
    assert ulps_apart(np.zeros(0), np.zeros(0)) == 0
    assert ulps_apart(np.array([-1.7e308]), np.array([1.7e308])) > 2**63


@pytest.mark.parametrize("kind", ["half", "single", "double", np.float16, "float32", "f8"])
def test_a_format_has_two_names(kind: Any) -> None:
    assert format_of("here", kind) in FORMATS.values()


@pytest.mark.parametrize("kind", ["int8", "float", "quarter", None, 3, np.int64, np.longdouble, "<M8[s]", object()])
def test_what_is_no_format_is_refused(kind: Any) -> None:
    if kind == "float":
        assert format_of("here", kind) == np.float64
        return
    with pytest.raises(WrongType, match="here needs one of half, single, double"):
        format_of("here", kind)


def test_what_is_no_number_is_refused() -> None:
    rng = np.random.default_rng(1)
    for call in (nearest, gaps, subnormal, vanished):
        with pytest.raises(InvalidScalar, match=f"a number of {call.__name__}"):
            call([1.0, math.nan], "half")
        with pytest.raises(WrongType):
            call(["1"], "half")
    with pytest.raises(InvalidScalar):
        stochastic([math.nan], "half", rng)
    with pytest.raises(WrongType, match="random generator"):
        stochastic([1.0], "half", 1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    with pytest.raises(ShapeMismatch, match="a step for each"):
        lost([1.0, 2.0], [1.0], "half")
    with pytest.raises(WrongType, match="two arrays of float32"):
        ulps_apart(np.ones(1, np.float32), np.ones(1))
    with pytest.raises(ShapeMismatch):
        ulps_apart(np.zeros(2), np.zeros(3))
    with pytest.raises(WrongType):
        ulps_apart(np.zeros(2, int), np.zeros(2, int))
    with pytest.raises(InvalidScalar):
        ulps_apart(np.zeros(1), np.array([math.nan]))

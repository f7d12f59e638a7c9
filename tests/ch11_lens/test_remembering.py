"""Remembering or recomputing: what is counted, what it comes to, and that every way puts the same change."""

from __future__ import annotations

import math
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_lenses import OnNumbers, fractions, lenses, pair, sine, square

from tinyml import (
    FLOAT,
    NUMBERS,
    BarePair,
    Context,
    EmptyInput,
    InvalidQuantity,
    Meter,
    Number,
    NumberChange,
    Product,
    bracketed,
    in_segments,
    lens,
    recomputing,
)
from tinyml.ch11_lens.remembering import Bracket, numbers_in

BRACKETS: tuple[Bracket, ...] = get_args(Bracket)
lengths = st.integers(1, 40)


def sine_of(at: float) -> Number:
    return Number(math.sin(at))


def bare(meter: Meter) -> BarePair[float, float, float, float]:
    return BarePair(meter.counting(sine_of), lambda a, db: math.cos(a) * db)


def metered(meter: Meter) -> OnNumbers:
    return meter.holding(
        lens("sine", NUMBERS, NUMBERS, meter.counting(sine_of), lambda a, db: NumberChange(math.cos(a) * db))
    )


def in_balance(length: int) -> int:
    """Return the forwards of a balanced row of pairs: those of its first half, and what each half runs for itself."""
    if length == 1:
        return 0
    half = length // 2
    return half + in_balance(half) + in_balance(length - half)


@given(lengths, st.sampled_from(BRACKETS))
def test_a_pair_pays_for_its_brackets(length: int, bracket: Bracket) -> None:
    meter = Meter()
    bracketed([bare(meter)] * length, bracket).put(1.0, 1.0)
    expected = {"left": length * (length - 1) // 2, "balanced": in_balance(length), "right": length - 1}
    assert meter.forwards == expected[bracket]


@given(lengths, st.sampled_from(BRACKETS))
def test_a_lens_runs_each_forward_once_wherever_its_brackets_are(length: int, bracket: Bracket) -> None:
    meter = Meter()
    bracketed([metered(meter)] * length, bracket).put(pair(1.0, 1.0))
    assert (meter.forwards, meter.most, meter.held) == (length, length, 0)


@given(lengths, st.integers(1, 40))
def test_segments_run_twice_and_hold_their_inputs_and_one_of_them_whole(length: int, size: int) -> None:
    meter = Meter()
    row = [meter.holding(own) for own in in_segments([metered(meter)] * length, size)]
    bracketed(row, "left").put(pair(1.0, 1.0))
    pieces, longest = -(-length // size), min(size, length)
    assert (meter.forwards, meter.most) == (2 * length, pieces + longest)
    assert meter.held == 0


@given(lenses, lenses, fractions, fractions)
def test_recomputing_changes_no_value_and_no_change(f: OnNumbers, g: OnNumbers, at: Any, change: Any) -> None:
    for own in (f, f >> g):
        assert recomputing(own).get(at) == own.get(at)
        assert recomputing(own).put(pair(at, change)) == own.put(pair(at, change))
        assert recomputing(own).forward(at)[1] == at
    assert (recomputing(f) >> recomputing(g)).put(pair(at, change)) == (f >> g).put(pair(at, change))


@given(st.integers(1, 20), st.integers(1, 20), st.floats(-3, 3), st.floats(-3, 3))
def test_every_way_puts_the_same_change_to_the_last_bit(length: int, size: int, at: float, change: float) -> None:
    meter = Meter()
    found = {bracketed([bare(meter)] * length, own).put(at, change) for own in BRACKETS}
    found |= {bracketed([metered(meter)] * length, own).put(pair(at, change)) for own in BRACKETS}
    found.add(bracketed(in_segments([metered(meter)] * length, size), "left").put(pair(at, change)))
    found.add(recomputing(bracketed([metered(meter)] * length, "left")).put(pair(at, change)))
    assert len(found) == 1


@pytest.mark.parametrize(("bracket", "forwards"), [("left", 496), ("balanced", 80), ("right", 31)])
def test_the_forwards_of_32_pairs(bracket: Bracket, forwards: int) -> None:
    meter = Meter()
    bracketed([bare(meter)] * 32, bracket).put(1.0, 1.0)
    assert meter.forwards == forwards


@pytest.mark.parametrize(("size", "most"), [(1, 33), (2, 18), (4, 12), (8, 12), (16, 18), (32, 33)])
def test_the_numbers_that_32_lenses_hold_in_segments(size: int, most: int) -> None:
    meter = Meter()
    row = [meter.holding(own) for own in in_segments([metered(meter)] * 32, size)]
    bracketed(row, "left").put(pair(1.0, 1.0))
    assert str(meter) == f"64 forwards, at most {most} numbers held"


def test_brackets_say_what_is_joined_first() -> None:
    class Told(str):
        def __rshift__(self, other: Told) -> Told:
            return Told(f"({self}{other})")

    row: list[Any] = [Told(own) for own in "fghkm"]
    assert [bracketed(row, own) for own in BRACKETS] == ["((((fg)h)k)m)", "((fg)(h(km)))", "(f(g(h(km))))"]
    assert bracketed([square], "left") is square


def test_a_meter_sees_what_is_kept_come_and_go() -> None:
    meter = Meter()
    own = meter.holding(metered(meter) >> metered(meter))
    _, kept = own.forward(Number(1.0))
    assert (meter.forwards, meter.held) == (2, 2)
    _, again = own.forward(Number(1.0))
    assert (meter.held, meter.most) == (4, 4)
    del kept
    assert (meter.held, meter.most) == (2, 4)
    assert own.backward(again, NumberChange(1.0)) == (sine >> sine).put(pair(1.0, 1.0))
    del again
    assert str(meter) == "4 forwards, at most 4 numbers held"
    assert meter.held == 0


def test_numbers_are_counted_in_everything_that_is_kept() -> None:
    assert numbers_in(np.ones((3, 4))) == 12
    assert numbers_in(Product(1.0, [2.0, (np.ones(5), ())])) == 7
    assert numbers_in(Context.of(FLOAT, [1, 2], 3)) == 3


def test_a_row_needs_a_lens_and_a_segment_a_length() -> None:
    with pytest.raises(EmptyInput, match="empty input in row of lenses: at least one is needed"):
        bracketed([], "left")
    with pytest.raises(InvalidQuantity, match="length of a segment must be 1 or more; got 0"):
        in_segments([sine], 0)
    assert in_segments([sine] * 3, 2)[0].name == "recomputing (sine >> sine)"

"""Promises: a field of a record keeps the three round trips, a square none; a derivative keeps the fourth promise."""

from __future__ import annotations

from typing import NewType

import numpy as np
import pytest
from drawing import draws
from hypothesis import given
from hypothesis import strategies as st
from small_lenses import OnNumbers, half_slope, line, pair, sine, square

from tinyml import (
    NUMBERS,
    Bias,
    EmptyInput,
    Lens,
    Neuron,
    Number,
    NumberChange,
    Port,
    Product,
    Weight,
    WrongType,
    check_reverse,
    close,
    get_put,
    in_segments,
    lens,
    port,
    put_get,
    put_put,
    recomputing,
    whole,
    wires,
)
from tinyml.ch11_lens.promises import moved, paired
from tinyml.validation import FloatArray

OnFloats = Lens[Port[float, float], Port[float, float]]
REAL = whole(float)
squared: OnFloats = lens("square", REAL, REAL, lambda a: a * a, lambda a, b: 2 * a * b)
bias_of = lens("bias", whole(Neuron), whole(Bias), lambda n: n.bias, lambda n, b: Neuron(n.weight, b))
shy: OnFloats = lens("shy", REAL, REAL, lambda a: a, lambda a, b: a)
"""Reads what is there and never writes: of the three it breaks put_get alone."""
eager: OnFloats = lens("eager", REAL, REAL, lambda a: a, lambda a, b: b if b != a else a + 1.0)
"""Writes something else when it should write what is there: of the three it breaks get_put."""

reals = st.floats(-1.5, 1.5)
numbers = st.floats(-1e6, 1e6)
neurons = st.builds(
    lambda weight, bias: Neuron(Weight(weight), Bias(bias)), st.lists(numbers, min_size=1, max_size=3), numbers
)


@given(neurons, st.builds(Bias, numbers), st.builds(Bias, numbers))
def test_a_part_of_a_record_keeps_the_three_round_trips(neuron: Neuron, new: Bias, newer: Bias) -> None:
    reports = [get_put(bias_of, [neuron]), put_get(bias_of, [(neuron, new)]), put_put(bias_of, [(neuron, new, newer)])]
    assert all(reports)
    assert [report.worst for report in reports] == [0.0, 0.0, 0.0]


@given(st.floats(1.5, 9), st.floats(1.5, 9), st.floats(1.5, 9))
def test_a_square_breaks_all_three(a: float, b: float, c: float) -> None:
    assert not get_put(squared, [a])
    assert not put_get(squared, [(a, b)])
    assert not put_put(squared, [(a, b, c)])


def test_the_numbers_at_which_the_square_breaks_them() -> None:
    assert squared.put(Product(2.0, squared.get(2.0))) == 16.0
    assert squared.get(squared.put(Product(2.0, 5.0))) == 400.0
    assert squared.put(Product(squared.put(Product(3.0, 1.0)), 1.0)) == 12.0
    assert squared.put(Product(3.0, 1.0)) == 6.0
    assert str(get_put(squared, [0.0, 2.0])) == (
        "put(a, get(a)) = a for square: fails, for example at 2.0 (2 cases, largest deviation 0.88)"
    )


def test_each_of_the_three_can_be_broken_alone() -> None:
    cases, triples = [(1.0, 2.0), (3.0, 3.0)], [(1.0, 2.0, 3.0)]
    assert get_put(shy, [1.0, 2.0])
    assert not put_get(shy, cases)
    assert put_put(shy, triples)
    assert not get_put(eager, [1.0])
    assert put_put(eager, triples)
    with pytest.raises(EmptyInput, match="a law that is tried on nothing is not checked"):
        get_put(shy, [])


Row = NewType("Row", FloatArray)
RowChange = NewType("RowChange", FloatArray)
ROW = port(Row, RowChange, 3)
relu = lens("relu", ROW, ROW, lambda a: Row(np.maximum(a, 0.0)), lambda a, db: RowChange(np.where(a > 0, db, 0.0)))
turned = lens("turn", ROW, ROW, lambda a: Row(a[::-1]), lambda a, db: RowChange(db[::-1]))
total = lens("total", ROW, NUMBERS, lambda a: Number(float(a.sum())), lambda a, db: RowChange(np.full(a.shape, db)))
COPIED = wires.copy(NUMBERS) >> (square @ sine) >> wires.add(NUMBERS)
CLAIMED: dict[str, OnNumbers] = {
    "a line": line(-3, 2),
    "a square": square,
    "a sine": sine,
    "a composite": square >> sine >> line(2, 1),
    "one that recomputes": recomputing(square >> sine),
    "one in segments": in_segments([sine, square, sine], 2)[0] >> sine,
    "a copy whose halves are added": COPIED,
    "an identity": wires.identity(NUMBERS),
    "a swap inside": wires.copy(NUMBERS) >> (square @ sine) >> wires.swap(NUMBERS, NUMBERS) >> wires.add(NUMBERS),
}
"""Lenses of one number that claim to be derivatives."""


@given(st.sampled_from(sorted(CLAIMED)), reals, reals, reals)
def test_every_lens_that_claims_to_be_a_derivative_is_one(name: str, at: float, change: float, weight: float) -> None:
    report = check_reverse(CLAIMED[name], Number(at), NumberChange(change), NumberChange(weight))
    assert report, str(report)


@draws(40)
@given(
    st.lists(st.floats(0.1, 2) | st.floats(-2, -0.1), min_size=3, max_size=3),
    st.lists(reals, min_size=3, max_size=3),
    reals,
)
def test_lenses_of_arrays_and_of_pairs_are_derivatives_too(at: list[float], change: list[float], weight: float) -> None:
    row, along = Row(np.array(at)), RowChange(np.array(change))
    for own in (relu, turned, relu >> turned):
        assert check_reverse(own, row, along, RowChange(weight * row))
    assert check_reverse(relu >> total, row, along, NumberChange(weight))
    both_ways = (relu >> total) @ square
    assert check_reverse(both_ways, pair(row, Number(at[0])), pair(along, NumberChange(1.0)), pair(weight, weight))


@given(st.floats(0.5, 2), st.floats(0.5, 2), st.floats(0.5, 2))
def test_a_wrong_slope_is_noticed(at: float, change: float, weight: float) -> None:
    report = check_reverse(half_slope, Number(at), NumberChange(change), NumberChange(weight))
    assert not report
    assert "half slope: fails, for example at" in str(report)


def test_what_is_compared_is_what_a_pairing_says() -> None:
    assert paired(Product(2.0, np.array([1.0, 3.0])), Product(5.0, np.array([7.0, 1.0]))) == 20.0
    assert paired((), ()) == 0.0
    assert moved(Product(1.0, ()), Product(2.0, ()), 0.5) == Product(2.0, ())
    assert close(moved(np.ones(2), np.ones(2), 0.5), np.full(2, 1.5), 0.0)


def test_a_round_trip_asks_for_ports_of_whole_values() -> None:
    with pytest.raises(WrongType, match="put of bias needs a Bias; got float"):
        bias_of.put(Product(Neuron(Weight([1.0]), Bias(0.0)), 2.0))  # type: ignore[arg-type]
    assert get_put(bias_of, [Neuron(Weight([1.0]), Bias(0.5))])

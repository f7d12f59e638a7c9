"""Lenses: the laws of composition, exactly, what a put runs, and refusals, word for word."""

from __future__ import annotations

from typing import Any, NewType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_lenses import OnNumbers, floats, fractions, lenses, line, pair, sine, square

from tinyml import (
    NUMBERS,
    UNIT,
    CompositionError,
    InvalidScalar,
    Lens,
    Number,
    NumberChange,
    Port,
    Product,
    Space,
    WrongType,
    both,
    lens,
    optic,
    port,
    square_commutes,
)
from tinyml.ch11_lens.lenses import parts_of
from tinyml.ch11_lens.wires import add, copy, identity, swap
from tinyml.validation import FloatArray

numbers = fractions | floats


@given(lenses, lenses, lenses, numbers, numbers)
def test_composition_is_associative(f: OnNumbers, g: OnNumbers, h: OnNumbers, at: Any, change: Any) -> None:
    assert (f >> g) >> h == f >> (g >> h)
    assert ((f >> g) >> h).get(at) == h.get(g.get(f.get(at)))
    by_hand = f.put(pair(at, g.put(pair(f.get(at), h.put(pair(g.get(f.get(at)), change))))))
    assert ((f >> g) >> h).put(pair(at, change)) == by_hand == (f >> (g >> h)).put(pair(at, change))


@given(lenses, numbers, numbers)
def test_identity_is_neutral(f: OnNumbers, at: Any, change: Any) -> None:
    same = identity(NUMBERS)
    for own in (same >> f, f >> same):
        assert own.get(at) == f.get(at)
        assert own.put(pair(at, change)) == f.put(pair(at, change))


@given(lenses, lenses, lenses, lenses, st.tuples(numbers, numbers), st.tuples(numbers, numbers))
def test_interchange(f: OnNumbers, g: OnNumbers, h: OnNumbers, k: OnNumbers, at: Any, changes: Any) -> None:
    across, down = (f @ g) >> (h @ k), (f >> h) @ (g >> k)
    assert across.get(pair(*at)) == down.get(pair(*at)) == pair((f >> h).get(at[0]), (g >> k).get(at[1]))
    asked = pair(pair(*at), pair(*changes))
    apart = pair((f >> h).put(pair(at[0], changes[0])), (g >> k).put(pair(at[1], changes[1])))
    assert across.put(asked) == down.put(asked) == apart


@given(lenses, lenses, numbers, numbers, numbers)
def test_forward_twice_and_then_backward_the_first_is_as_if_once(
    f: OnNumbers, g: OnNumbers, at: Any, elsewhere: Any, change: Any
) -> None:
    for own, point, other, back in (
        (f >> g, at, elsewhere, change),
        (f @ g, pair(at, elsewhere), pair(elsewhere, at), pair(change, change)),
    ):
        whole: Any = own
        _, first = whole.forward(point)
        _, second = whole.forward(other)
        assert whole.backward(second, back) == whole.put(pair(other, back))
        assert whole.backward(first, back) == whole.put(pair(point, back))
        assert whole.backward(first, back) == whole.put(pair(point, back))


@given(lenses, numbers, numbers)
def test_get_and_put_are_what_forward_and_backward_say(f: OnNumbers, at: Any, change: Any) -> None:
    result, kept = f.forward(at)
    assert f.get(at) == result
    assert f.put(pair(at, change)) == f.backward(kept, change)


@given(st.lists(st.integers(0, 2), min_size=1, max_size=8), floats)
def test_a_put_runs_each_part_forwards_once_and_backwards_once(row: list[int], at: float) -> None:
    ran = list[tuple[str, int]]()

    def room(place: int) -> OnNumbers:
        def forward(a: Number) -> tuple[Number, None]:
            ran.append(("there", place))
            return a, None

        def backward(_: None, db: NumberChange) -> NumberChange:
            ran.append(("back", place))
            return db

        return optic(f"room {place}", NUMBERS, NUMBERS, forward, backward)

    whole = room(0)
    for place, form in enumerate(row, start=1):
        whole = (
            whole >> room(place),
            whole >> (room(place) >> identity(NUMBERS)),
            identity(NUMBERS) >> whole >> room(place),
        )[form]
    whole.put(pair(at, 1.0))
    there = [("there", place) for place in range(len(row) + 1)]
    assert ran == there + [("back", place) for _, place in reversed(there)]


def test_the_figures_of_the_chapter() -> None:
    triple = line(3, 0)
    both_of_them = square >> triple
    assert both_of_them.get(Number(3)) == Number(27)
    assert both_of_them.put(Product(Number(3), NumberChange(1))) == NumberChange(18)
    assert repr(both_of_them) == "square >> line 3 : (Number, NumberChange) -> (Number, NumberChange)"


def test_the_two_ways_of_a_lens_are_arrows() -> None:
    assert repr(square.get) == "get of square : Number -> Number"
    assert repr(square.put) == "put of square : Number x NumberChange -> NumberChange"
    assert (square.get >> sine.get)(Number(1.5)) == (square >> sine).get(Number(1.5))
    assert square.get == square.get
    points = [Number(own) for own in (-1.5, 0.0, 2.0)]
    assert square_commutes(square.get, sine.get, (square >> sine).get, identity(NUMBERS).get, points)


def test_names_have_brackets_where_they_need_them() -> None:
    assert ((square >> sine) @ square).name == "((square >> sine) @ square)"
    assert (square >> sine >> square).name == "square >> sine >> square"
    assert (square >> sine).source is NUMBERS


def test_a_composite_is_flat_and_a_tensor_is_not() -> None:
    assert parts_of((square >> sine) >> (sine >> square)) == (square, sine, sine, square)
    assert len(parts_of((square >> sine) @ square)) == 1


Row = NewType("Row", FloatArray)
RowChange = NewType("RowChange", FloatArray)
ROW, LONGER = port(Row, RowChange, 4), port(Row, RowChange, 5)


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        (
            identity(ROW),
            square,
            r"^cannot compose\n    identity : \(Row\[4\], RowChange\[4\]\) -> \(Row\[4\], RowChange\[4\]\)\n"
            r"    square   : \(Number, NumberChange\) -> \(Number, NumberChange\)\n"
            r"\(Row\[4\], RowChange\[4\]\) is not \(Number, NumberChange\): "
            r"an arrow \(Row\[4\], RowChange\[4\]\) -> \(Number, NumberChange\) is missing$",
        ),
        (identity(ROW), identity(LONGER), r"\(Row\[4\], RowChange\[4\]\) is not \(Row\[5\], RowChange\[5\]\)"),
        (square, add(NUMBERS), r"is missing \(copy has this type\)$"),
        (copy(NUMBERS), square, r"is missing \(add has this type\)$"),
        (identity(both(NUMBERS, ROW)), identity(both(ROW, NUMBERS)), r"is missing \(swap has this type\)$"),
        (
            identity(both(both(NUMBERS, ROW), LONGER)),
            identity(both(NUMBERS, both(ROW, LONGER))),
            r"is missing \(assoc has this type\)$",
        ),
        (identity(both(UNIT, ROW)), identity(ROW), r"is missing \(unitor has this type\)$"),
    ],
)
def test_lenses_that_do_not_meet_are_refused_and_the_missing_one_is_named(
    first: Any, second: Any, message: str
) -> None:
    with pytest.raises(CompositionError, match=message):
        first >> second


def test_lenses_that_meet_with_their_values_alone_are_refused() -> None:
    other: Any = identity(Port[Number, RowChange](NUMBERS.points, ROW.changes))
    with pytest.raises(CompositionError, match=r"\(Number, NumberChange\) is not \(Number, RowChange\[4\]\)"):
        square >> other


def test_what_is_no_lens_is_refused() -> None:
    anything: Any = square.get
    with pytest.raises(WrongType, match="square >> needs a lens; got Get"):
        square >> anything
    with pytest.raises(WrongType, match="square @ needs a lens; got int 3"):
        square @ 3  # type: ignore[operator]
    with pytest.raises(WrongType, match="lens own needs a Port at each end; got Space"):
        optic("own", Space("Number"), NUMBERS, square.forward, square.backward)  # type: ignore[arg-type]
    with pytest.raises(WrongType, match="lens own needs two functions, one for each way; got int 2"):
        optic("own", NUMBERS, NUMBERS, square.forward, 2)  # type: ignore[arg-type]
    with pytest.raises(WrongType, match="lens own needs two functions, one for each way; got int 2"):
        lens("own", NUMBERS, NUMBERS, 2, square.backward)  # type: ignore[arg-type]


def test_what_a_person_enters_is_checked() -> None:
    with pytest.raises(WrongType, match=r"^get of square needs a number or an array of numbers for Number; got str"):
        square.get("3")  # type: ignore[arg-type]
    with pytest.raises(InvalidScalar, match=r"^Number in put of square must be finite; got nan"):
        square.put(pair(float("nan"), 1.0))
    with pytest.raises(InvalidScalar, match=r"^NumberChange in put of square must be finite; got inf"):
        square.put(pair(1.0, float("inf")))
    with pytest.raises(WrongType, match=r"^put of square needs a Number x NumberChange; got int 3$"):
        square.put(3)  # type: ignore[arg-type]


def test_the_part_that_overflows_is_named() -> None:
    grown = line(2, 0) >> square >> square
    with pytest.raises(InvalidScalar, match=r"^Number in the result of square must be finite; got inf$"):
        grown.get(Number(1e100))
    with pytest.raises(InvalidScalar, match=r"^NumberChange in the change that line 1e\+308 sends back must be finite"):
        (line(1e308, 0) >> line(1e3, 0)).put(pair(1e-6, 1.0))
    with pytest.raises(InvalidScalar, match=r"entry \(1,\) is inf"):
        square.get(np.array([1.0, 1e200]))  # type: ignore[arg-type]


def test_both_halves_of_a_pair_go_through_their_own_lens() -> None:
    side_by_side = square @ line(3, 1)
    assert side_by_side.get(pair(2, 5)) == pair(4, 16)
    assert side_by_side.put(pair(pair(2, 5), pair(1, 10))) == pair(4, 30)
    assert (side_by_side >> swap(NUMBERS, NUMBERS)).get(pair(2, 5)) == pair(16, 4)
    assert repr(side_by_side).startswith("(square @ line 3) : (Number x Number, NumberChange x NumberChange) -> ")
    assert isinstance(side_by_side, Lens)

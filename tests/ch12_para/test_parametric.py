"""Parametric lenses: the laws of composition, exact up to the brackets of the parameters; refusals, word for word."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_lenses import OnNumbers, lenses, line, pair, square
from small_paras import ParaOnNumbers, filled, paras, plus, scalars, single, stretched, times

from tinyml import (
    NUMBERS,
    UNIT,
    CompositionError,
    InvalidScalar,
    Number,
    NumberChange,
    Port,
    Product,
    WrongType,
    bias,
    both,
    embed,
    lens,
    lift,
    linear,
    para,
    scores,
    vectors,
)
from tinyml.ch11_lens import wires
from tinyml.ch12_para.parametric import AnyPara, row_of
from tinyml.ch12_para.trees import grown, picked

numbers = st.lists(scalars, min_size=4, max_size=8)


def ran(own: AnyPara, parameters: Any, at: Any, change: Any) -> tuple[Any, Any, Any]:
    """Return all that a parametric lens makes: its result, and the changes of its parameters and at its source."""
    result, kept = own.forward(parameters, at)
    return result, *own.backward(kept, change)


@given(single, single, single, numbers, scalars, scalars)
def test_composition_is_associative_up_to_the_associator(
    f: AnyPara, g: AnyPara, h: AnyPara, values: list[Any], at: Any, change: Any
) -> None:
    left, right = (f >> g) >> h, f >> (g >> h)
    sides: Any = (h.parameters, g.parameters, f.parameters)
    assert left.parameters == both(sides[0], both(sides[1], sides[2]))
    assert right.parameters == both(both(sides[0], sides[1]), sides[2])
    same = left.reparametrise(wires.assoc(*sides))
    assert same.parameters == right.parameters
    given_there = filled(right, values)
    assert ran(same, given_there, at, change) == ran(right, given_there, at, change)
    back = right.reparametrise(wires.assoc_back(*sides))
    given_here = filled(left, values)
    assert ran(back, given_here, at, change) == ran(left, given_here, at, change)


@given(single, single, numbers, scalars, scalars)
def test_a_composite_runs_one_after_the_other(f: AnyPara, g: AnyPara, values: list[Any], at: Any, change: Any) -> None:
    whole = f >> g
    parameters = filled(whole, values)
    between, kept = f.forward(parameters.second, at)
    result, kept_too = g.forward(parameters.first, between)
    later, before = g.backward(kept_too, change)
    earlier, back = f.backward(kept, before)
    assert ran(whole, parameters, at, change) == (result, Product(later, earlier), back)


@given(st.lists(single, min_size=2, max_size=6), st.lists(st.integers(0, 5), min_size=5, max_size=5), numbers, scalars)
def test_brackets_move_parameters_and_nothing_else(
    row: list[AnyPara], joints: list[int], values: list[Any], at: Any
) -> None:
    straight: AnyPara = row[0]
    for own in row[1:]:
        straight = straight >> own
    pieces = list(row)
    for joint in joints[: len(row) - 1]:
        place = joint % (len(pieces) - 1)
        pieces[place : place + 2] = [pieces[place] >> pieces[place + 1]]
    (bracketed,) = pieces
    parameters = filled(straight, values)
    result, changes, back = ran(straight, parameters, at, 1)
    moved = grown(bracketed.parameters.points, iter(picked(parameters)))
    result_too, changes_too, back_too = ran(bracketed, moved, at, 1)
    assert (result_too, picked(changes_too), back_too) == (result, picked(changes), back)


@given(paras, numbers, scalars, scalars)
def test_identity_is_neutral_up_to_a_unitor(f: ParaOnNumbers, values: list[Any], at: Any, change: Any) -> None:
    same, side = lift(wires.identity(NUMBERS)), f.parameters
    after = (f >> same).reparametrise(wires.unitor_back(side))
    before = (same >> f).reparametrise(wires.unitor_back(side) >> wires.swap(UNIT, side))
    parameters = filled(f, values)
    for own in (after, before):
        assert own.parameters == side
        assert ran(own, parameters, at, change) == ran(f, parameters, at, change)


product: Any = lens(
    "product",
    both(NUMBERS, NUMBERS),
    NUMBERS,
    lambda a: Number(a.first * a.second),
    lambda a, db: Product(NumberChange(a.second * db), NumberChange(a.first * db)),
)
two_cells: Any = st.sampled_from(
    [wires.identity(NUMBERS), line(2, -1), square, wires.copy(NUMBERS) >> wires.add(NUMBERS), product]
)


@given(two_cells, two_cells, st.sampled_from([times, plus]), st.sampled_from([times, plus]), numbers, scalars)
def test_reparametrising_before_composing_is_reparametrising_after(
    r: Any, s: Any, f: AnyPara, g: AnyPara, values: list[Any], at: Any
) -> None:
    before = f.reparametrise(r) >> g.reparametrise(s)
    after = (f >> g).reparametrise(s @ r)
    assert before.parameters == after.parameters == both(s.source, r.source)
    parameters = filled(before, values)
    assert ran(before, parameters, at, 1) == ran(after, parameters, at, 1)


@given(
    paras, st.sampled_from([line(2, -1), square, wires.copy(NUMBERS) >> wires.add(NUMBERS)]), lenses, numbers, scalars
)
def test_two_cells_compose_as_lenses_do(f: AnyPara, r: OnNumbers, s: OnNumbers, values: list[Any], at: Any) -> None:
    own = times.reparametrise(r).reparametrise(s)
    assert own == times.reparametrise(s >> r)
    assert (own.forward(at, 1)[0], *own.put(pair(pair(at, 1), 1)).__dict__.values()) == (
        r.get(s.get(at)),
        s.put(pair(at, r.put(pair(s.get(at), 1)))),
        r.get(s.get(at)),
    )
    same = f.reparametrise(wires.identity(f.parameters))
    parameters = filled(f, values)
    assert ran(same, parameters, at, 1) == ran(f, parameters, at, 1)


@given(paras, single, st.lists(lenses, min_size=1, max_size=2), numbers, scalars, scalars)
def test_a_lens_that_follows_brings_nothing_to_the_side(
    f: Any, g: Any, row: list[OnNumbers], values: list[Any], at: Any, change: Any
) -> None:
    by = row[0]
    for own in row[1:]:
        by = by >> own
    one_by_one: Any = f >> g
    for own in row:
        one_by_one = one_by_one >> own
    assert (f >> g) >> by == f >> (g >> by) == one_by_one
    assert ((f >> g) >> by).parameters == (f >> g).parameters
    assert (g >> (f >> by)).name == (g >> f >> by).name or len(row_of(f)) > 1
    parameters = filled(f, values)
    result, kept = f.forward(parameters, at)
    back = by.put(pair(result, change))
    assert ran(f >> by, parameters, at, change) == (by.get(result), *f.backward(kept, back))


@given(paras, numbers, numbers, scalars, scalars)
def test_forward_twice_and_then_backward_the_first_is_as_if_once(
    f: AnyPara, values: list[Any], others: list[Any], at: Any, elsewhere: Any
) -> None:
    first, second = filled(f, values), filled(f, others)
    _, kept = f.forward(first, at)
    _, kept_too = f.forward(second, elsewhere)
    assert f.backward(kept_too, 1) == ran(f, second, elsewhere, 1)[1:]
    assert f.backward(kept, 1) == ran(f, first, at, 1)[1:]
    assert f.backward(kept, 1) == ran(f, first, at, 1)[1:]


@given(paras, numbers, scalars, scalars)
def test_get_and_put_are_what_forward_and_backward_say(f: Any, values: list[Any], at: Any, change: Any) -> None:
    parameters = filled(f, values)
    result, own, back = ran(f, parameters, at, change)
    assert f.get(pair(parameters, at)) == result == f.lens.get(pair(parameters, at))
    asked = pair(pair(parameters, at), change)
    assert f.put(asked) == pair(own, back) == f.lens.put(asked)


def test_the_figures_of_the_header() -> None:
    three: Any = times >> plus >> times
    assert repr(three).startswith("times >> plus >> times : (Number, NumberChange) -> (Number, NumberChange) with ")
    at = pair(pair(5, pair(1, 3)), 2)
    assert three.get(at) == 5 * (1 + 3 * 2)
    assert three.put(pair(at, 1)) == pair(pair(7, pair(5, 10)), 15)
    assert repr(three.get) == "get of times >> plus >> times : (Number x (Number x Number)) x Number -> Number"
    assert three.put.name == "put of times >> plus >> times"


def test_a_row_is_flat_on_its_left_and_whole_on_its_right() -> None:
    assert row_of((times >> plus) >> stretched) == (times, plus, stretched)
    assert row_of(times >> (plus >> stretched)) == (times, plus >> stretched)
    assert (times >> (plus >> stretched)).name == "times >> (plus >> stretched)"
    assert (times >> square >> square).name == "times >> square >> square"
    assert times.reparametrise(square).name == "(times along square)"
    assert row_of(times) == (times,)


def test_a_row_may_be_longer_than_python_nests_calls() -> None:
    length = sys.getrecursionlimit() + 200
    deep: Any = plus
    parameters: Any = Number(1)
    for _ in range(length):
        deep = deep >> plus
        parameters = Product(Number(1), parameters)
    assert len(row_of(deep)) == length + 1
    result, kept = deep.forward(parameters, Number(0))
    changes, back = deep.backward(kept, 1)
    assert [result, back] == [length + 1, 1]
    for _ in range(length):
        assert changes.first == 1
        changes = changes.second


def test_what_does_not_meet_is_refused_with_its_names_and_both_ports() -> None:
    other: Any = wires.identity(both(NUMBERS, NUMBERS))
    with pytest.raises(
        CompositionError, match=r"^cannot compose\n    times    : \(Number, NumberChange\) -> .*\n    identity"
    ):
        times >> other
    pairs: Any = para("pairs", NUMBERS, both(NUMBERS, NUMBERS), NUMBERS, times.forward, times.backward)
    message = (
        r"\(Number, NumberChange\) is not \(Number x Number, NumberChange x NumberChange\): an arrow .* is missing "
        r"\(copy has this type\)$"
    )
    with pytest.raises(CompositionError, match=message):
        times >> plus >> pairs


def test_a_two_cell_that_ends_elsewhere_is_refused() -> None:
    anything: Any = times
    message = (
        r"^cannot compose\n    copy +: .*\n    parameters of times : \(Number, NumberChange\) -> .*\n"
        r"\(Number x Number, NumberChange x NumberChange\) is not \(Number, NumberChange\)"
    )
    with pytest.raises(CompositionError, match=message):
        anything.reparametrise(wires.copy(NUMBERS))
    row = embed(5, 4), linear(vectors(4), scores(5)), bias(scores(5))
    left: Any = (row[0] >> row[1]) >> row[2]
    right: Any = row[0] >> (row[1] >> row[2])
    with pytest.raises(CompositionError, match=r"is missing \(assoc has this type\)$"):
        left.reparametrise(wires.identity(right.parameters))
    with pytest.raises(WrongType, match="reparametrising times needs a lens; got FunctionPara times"):
        anything.reparametrise(times)


def test_what_is_no_lens_and_no_layer_is_refused() -> None:
    anything: Any = times
    with pytest.raises(WrongType, match="times >> needs a lens, with parameters or without; got int 3"):
        anything >> 3
    with pytest.raises(WrongType, match="square >> needs a lens; got FunctionPara times"):
        square >> anything
    no_port: Any = 3
    with pytest.raises(WrongType, match="layer own needs a Port for its parameters and at each end; got int 3"):
        para("own", no_port, NUMBERS, NUMBERS, times.forward, times.backward)
    with pytest.raises(WrongType, match="layer own needs a Port for its parameters and at each end; got int 3"):
        para("own", NUMBERS, NUMBERS, no_port, times.forward, times.backward)
    with pytest.raises(WrongType, match="layer own needs two functions, one for each way; got int 3"):
        para("own", NUMBERS, NUMBERS, NUMBERS, times.forward, no_port)


def test_what_a_person_enters_is_checked() -> None:
    two: Any = times >> plus
    with pytest.raises(
        WrongType, match=r"^parameters of times, in get of times >> plus needs a number .*; got str 'x'"
    ):
        two.get(pair(pair(1.0, "x"), 2.0))
    with pytest.raises(
        InvalidScalar, match=r"^Number in parameters of plus, in put of times >> plus must be finite; got nan"
    ):
        two.put(pair(pair(pair(float("nan"), 1.0), 2.0), 1.0))
    with pytest.raises(WrongType, match=r"^get of times >> plus needs a Product for Number x Number; got float 1\.0"):
        two.get(pair(1.0, 2.0))
    with pytest.raises(InvalidScalar, match=r"^Number in the result of times must be finite; got inf$"):
        two.get(pair(pair(1.0, 1e200), 1e200))
    wide: Port[Any, Any] = NUMBERS
    assert two.parameters == both(wide, wide)

"""Base change: a functor takes parametric arrows to parametric lenses, and rows to rows."""

from __future__ import annotations

from typing import Any, final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_arrows import digits, double, increment
from small_lenses import OnNumbers, lenses, pair
from small_paras import filled, fractions, paras, single, times

from tinyml import (
    NUMBERS,
    UNIT,
    CompositionError,
    Identity,
    ModelDimension,
    Morphism,
    Parameters,
    Product,
    Softmax,
    Space,
    TokenId,
    VocabSize,
    WrongType,
    based,
    beside,
    both,
    lift,
    of_lens,
    predictor,
    still,
    wires,
)
from tinyml.ch01_objects.quantities import Distribution
from tinyml.ch11_lens.ports import halves
from tinyml.ch12_para.base_change import ParaArrow, Regrouped, joined, unchanging


@final
class Times(Morphism[Product[int, int], int]):
    def apply(self, value: Product[int, int], /) -> int:
        return value.first * value.second


@final
class Plus(Morphism[Product[int, int], int]):
    def apply(self, value: Product[int, int], /) -> int:
        return value.first + value.second


@final
class Predict(Morphism[Product[Parameters, TokenId], Distribution]):
    def apply(self, value: Product[Parameters, TokenId], /) -> Distribution:
        return predictor(value.first)(value.second)


arrows: Any = st.sampled_from([ParaArrow(Times()), ParaArrow(Plus())])
whole_numbers = st.integers(-9, 9)


@given(arrows, arrows, arrows, whole_numbers, whole_numbers, whole_numbers, whole_numbers)
def test_parametric_arrows_compose_up_to_the_brackets(f: Any, g: Any, h: Any, p: int, q: int, r: int, at: int) -> None:
    left, right = (f >> g) >> h, f >> (g >> h)
    by_hand = h.arrow(pair(r, g.arrow(pair(q, f.arrow(pair(p, at))))))
    assert left.arrow(pair(pair(r, pair(q, p)), at)) == by_hand
    assert right.arrow(pair(pair(pair(r, q), p), at)) == by_hand
    assert (str(left.parameters), str(right.parameters)) == ("int x (int x int)", "(int x int) x int")


@given(st.lists(st.sampled_from([double, increment]), min_size=2, max_size=4), whole_numbers)
def test_an_arrow_without_changes_is_a_functor(row: list[Morphism[int, int]], at: int) -> None:
    first, second = row[0], row[1]
    for own in row[2:]:
        second = second >> own
    together, apart = still(first >> second), still(first) >> still(second)
    assert (together.source, together.target) == (apart.source, apart.target)
    assert together.get(at) == apart.get(at) == second(first(at))
    assert together.put(pair(at, ())) == apart.put(pair(at, ())) == ()
    same: Morphism[int, int] = Identity(Space("int"))
    assert still(same).get(at) == wires.identity(unchanging(Space("int"))).get(at) == at


@given(arrows, arrows, whole_numbers, whole_numbers, whole_numbers)
def test_base_change_keeps_rows(f: Any, g: Any, p: int, q: int, at: int) -> None:
    apart: Any = based(f) >> based(g)
    sides = joined(unchanging(g.parameters), unchanging(f.parameters))
    together: Any = based(f >> g).reparametrise(sides)
    assert together.parameters == apart.parameters
    assert (together.source, together.target) == (apart.source, apart.target)
    parameters = pair(q, p)
    assert together.get(pair(parameters, at)) == apart.get(pair(parameters, at)) == (f >> g).arrow(pair(parameters, at))
    asked = pair(pair(parameters, at), ())
    assert together.put(asked) == apart.put(asked) == pair(pair((), ()), ())


@given(lenses, lenses, fractions, fractions)
def test_lifting_keeps_rows_up_to_a_unitor(f: OnNumbers, g: OnNumbers, at: Any, change: Any) -> None:
    together: Any = lift(f >> g)
    apart: Any = (lift(f) >> lift(g)).reparametrise(wires.unitor_back(UNIT))
    assert together.parameters == apart.parameters == UNIT
    assert together.get(pair((), at)) == apart.get(pair((), at)) == (f >> g).get(at)
    asked = pair(pair((), at), change)
    assert together.put(asked) == apart.put(asked) == pair((), (f >> g).put(pair(at, change)))


@given(paras, st.lists(fractions, min_size=4, max_size=8), fractions, fractions)
def test_a_side_that_was_moved_in_can_be_moved_out(f: Any, values: list[Any], at: Any, change: Any) -> None:
    again: Any = of_lens(f.parameters, f.source, f.lens)
    assert (again.parameters, again.source, again.target) == (f.parameters, f.source, f.target)
    asked = pair(filled(f, values), at)
    assert again.get(asked) == f.get(asked) == f.lens.get(asked)
    assert again.put(pair(asked, change)) == f.put(pair(asked, change))


@given(single, single, single, single, st.lists(fractions, min_size=8, max_size=8), st.tuples(*[fractions] * 4))
def test_side_by_side_and_one_after_the_other_may_be_exchanged(
    f: Any, g: Any, h: Any, k: Any, values: list[Any], numbers: Any
) -> None:
    across, down = beside(f, g) >> beside(h, k), beside(f >> h, g >> k)
    own = filled(across, values)
    (later, later_too), (earlier, earlier_too) = halves(own.first), halves(own.second)
    moved = pair(pair(later, earlier), pair(later_too, earlier_too))
    at, change = pair(*numbers[:2]), pair(*numbers[2:])
    assert across.get(pair(own, at)) == down.get(pair(moved, at))
    found, expected = across.put(pair(pair(own, at), change)), down.put(pair(pair(moved, at), change))
    assert found.second == expected.second
    assert found.first.first == pair(expected.first.first.first, expected.first.second.first)
    assert found.first.second == pair(expected.first.first.second, expected.first.second.second)


@given(paras, paras, st.lists(fractions, min_size=4, max_size=8), st.tuples(*[fractions] * 4))
def test_side_by_side_is_each_by_itself(f: Any, g: Any, values: list[Any], numbers: Any) -> None:
    whole = beside(f, g)
    assert whole.parameters == both(f.parameters, g.parameters)
    own, at, change = filled(whole, values), pair(*numbers[:2]), pair(*numbers[2:])
    assert whole.get(pair(own, at)) == pair(f.get(pair(own.first, at.first)), g.get(pair(own.second, at.second)))
    one = f.put(pair(pair(own.first, at.first), change.first))
    other = g.put(pair(pair(own.second, at.second), change.second))
    expected = pair(pair(one.first, other.first), pair(one.second, other.second))
    assert whole.put(pair(pair(own, at), change)) == expected


def test_a_batch_in_two_halves_is_a_model_beside_itself_with_one_parameter() -> None:
    halved: Any = beside(times, times).reparametrise(wires.copy(NUMBERS))
    assert halved.name == "((times @ times) along copy)"
    assert halved.put(pair(pair(5, pair(3, 2)), pair(1, 10))) == pair(3 + 20, pair(5, 50))


def test_the_predictor_of_chapter_3_with_its_parameters_on_the_side() -> None:
    own = ParaArrow(Predict())
    assert repr(own) == "predict : TokenId -> Distribution with Parameters"
    start = Parameters.init(VocabSize(5), ModelDimension(4))
    model = based(own)
    assert repr(model) == "joined >> predict : (TokenId, Unit) -> (Distribution, Unit) with (Parameters, Unit)"
    assert model.get(Product(start, TokenId(1))) == predictor(start)(TokenId(1))


def test_what_is_no_parametric_arrow_is_refused() -> None:
    anything: Any = ParaArrow
    with pytest.raises(WrongType, match="ParaArrow needs an arrow; got int 3"):
        anything(3)
    with pytest.raises(
        WrongType, match="ParaArrow needs an arrow from a pair of spaces that it knows; got Function double"
    ):
        anything(double)
    with pytest.raises(WrongType, match="times >> needs an arrow with parameters; got Function double"):
        anything(Times()) >> double
    with pytest.raises(WrongType, match="still needs an arrow; got int 3"):
        still(3)  # type: ignore[arg-type]
    with pytest.raises(WrongType, match="based needs an arrow with parameters; got Times"):
        based(Times())  # type: ignore[arg-type]
    with pytest.raises(WrongType, match="beside needs two parametric lenses; got int 3"):
        beside(times, 3)  # type: ignore[arg-type]
    with pytest.raises(WrongType, match="lift needs a lens; got Times"):
        lift(Times())  # type: ignore[arg-type]
    strings: Any = ParaArrow(Regrouped(Space("int"), Space("int"), Space("str")))
    with pytest.raises(CompositionError, match=r"is not int x int|is missing"):
        anything(Times()) >> strings


def test_a_lens_with_other_halves_is_refused() -> None:
    adding: Any = wires.add(NUMBERS)
    message = (
        r"^cannot compose\n    parameters and source : .*\n    add +: .*\n\(Unit x Number, Unit x NumberChange\) is "
        r"not \(Number x Number, NumberChange x NumberChange\)"
    )
    with pytest.raises(CompositionError, match=message):
        of_lens(UNIT, NUMBERS, adding)
    with pytest.raises(WrongType, match="of_lens needs a lens; got int 3"):
        of_lens(UNIT, NUMBERS, 3)  # type: ignore[arg-type]


def test_arrows_refuse_by_themselves_what_is_no_value_of_theirs() -> None:
    with pytest.raises(WrongType, match="double needs an int; got str 'x'"):
        still(double).get("x")  # type: ignore[arg-type]
    assert still(double >> digits).get(4) == "8"
    assert repr(still(Softmax(VocabSize(5)))) == "softmax : (Logits[5], Unit) -> (Distribution[5], Unit)"

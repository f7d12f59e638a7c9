"""2-cells: what each row of the table does to a model, there and back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from drawing import draws
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from small_lenses import pair
from small_paras import filled, paras, scalars, times
from strategies import problems

from tinyml import (
    NUMBERS,
    UNIT,
    CompositionError,
    InvalidQuantity,
    InvalidScalar,
    Parameters,
    Product,
    ShapeMismatch,
    TrainingSet,
    WrongType,
    average_loss,
    bias,
    both,
    check_reverse,
    descent,
    embed,
    frozen,
    gradient,
    initialise,
    linear,
    log_softmax,
    low_rank,
    rounded,
    scores,
    transposed,
    two_cell_table,
    vectors,
    wires,
)
from tinyml.ch12_para.trees import settled

numbers = st.lists(scalars, min_size=4, max_size=8)
seeds = st.integers(0, 2**32 - 1)
HEAD: Any = linear(vectors(4), scores(5)).parameters


def normal(seed: int, *size: int) -> Any:
    return np.random.default_rng(seed).normal(size=size)


@given(paras, paras, numbers, scalars, scalars)
def test_tying_adds_what_both_readers_send_back(f: Any, g: Any, values: list[Any], at: Any, change: Any) -> None:
    twice = f >> f
    tied = twice.reparametrise(wires.copy(f.parameters))
    assert tied.parameters == f.parameters
    own = filled(f, values)
    apart = twice.put(pair(pair(pair(own, own), at), change))
    found = tied.put(pair(pair(own, at), change))
    assert tied.get(pair(own, at)) == twice.get(pair(pair(own, own), at))
    assert found == pair(wires.added(apart.first.first, apart.first.second), apart.second)


@given(paras, paras, numbers, scalars, scalars)
def test_what_is_frozen_sends_nothing_back(f: Any, g: Any, values: list[Any], at: Any, change: Any) -> None:
    whole = f >> g
    own = filled(whole, values)
    half = whole.reparametrise(wires.identity(g.parameters) @ frozen(f.parameters, own.second))
    assert half.parameters == both(g.parameters, UNIT)
    assert half.get(pair(pair(own.first, ()), at)) == whole.get(pair(own, at))
    found, expected = half.put(pair(pair(pair(own.first, ()), at), change)), whole.put(pair(pair(own, at), change))
    assert found == pair(pair(expected.first.first, ()), expected.second)


@given(paras, numbers, scalars, scalars)
def test_descent_gives_back_parameters_that_have_moved_by_their_change(
    f: Any, values: list[Any], at: Any, change: Any
) -> None:
    own = filled(f, values)
    learning = f.reparametrise(descent(f.parameters))
    assert learning.parameters.points == learning.parameters.changes == f.parameters.points
    assert learning.get(pair(own, at)) == f.get(pair(own, at))
    found, expected = learning.put(pair(pair(own, at), change)), f.put(pair(pair(own, at), change))
    assert found == pair(wires.added(own, expected.first), expected.second)


@given(paras, paras, numbers, scalars, scalars)
def test_a_row_of_descents_is_a_descent_of_the_row(f: Any, g: Any, values: list[Any], at: Any, change: Any) -> None:
    one_by_one = f.reparametrise(descent(f.parameters)) >> g.reparametrise(descent(g.parameters))
    whole = (f >> g).reparametrise(descent((f >> g).parameters))
    assert one_by_one.parameters == whole.parameters
    asked = pair(pair(filled(whole, values), at), change)
    assert one_by_one.put(asked) == whole.put(asked)


@draws(50)
@given(st.integers(1, 4), seeds)
def test_low_rank_is_the_derivative_of_a_product(rank: int, seed: int) -> None:
    start = normal(seed, 4, 5)
    own = low_rank(HEAD, start, rank)
    at, along = (pair(normal(seed + k, 4, rank), normal(seed + k + 1, rank, 5)) for k in (1, 3))
    assert np.array_equal(own.get(at), start + at.first @ at.second)
    report = check_reverse(own, at, along, normal(seed + 5, 4, 5))
    assert report, str(report)
    assert np.array_equal(own.get(pair(at.first, np.zeros((rank, 5)))), start)
    assert np.linalg.matrix_rank(own.get(at) - start) <= rank


@given(arrays(np.float64, (2, 3), elements=st.floats(-6e4, 6e4)), seeds)
def test_rounding_twice_is_rounding_once(value: Any, seed: int) -> None:
    own = rounded(linear(vectors(2), scores(3)).parameters)
    once = own.get(value)
    assert np.array_equal(own.get(once), once)
    assert np.array_equal(once, value.astype(np.float16).astype(np.float64))
    assert np.abs(once - value).max() <= max(2.0**-11 * np.abs(value).max(), 2.0**-25)
    change = normal(seed, 2, 3)
    assert own.put(pair(value, change)) is change


@draws(40)
@given(problems())
def test_tying_a_head_to_an_embedding_adds_their_gradients(problem: tuple[TrainingSet, Parameters]) -> None:
    dataset, drawn = problem
    size, dimension = drawn.embedding.shape
    table, head, offsets = embed(size, dimension), linear(vectors(dimension), scores(size)), bias(scores(size))
    model = table >> head >> offsets
    tie = wires.copy(table.parameters) >> (
        transposed(table.parameters, head.parameters) @ wires.identity(table.parameters)
    )
    tied: Any = model.reparametrise(wires.identity(offsets.parameters) @ tie)
    own = Parameters(drawn.embedding, drawn.embedding.T, drawn.bias)
    logits = tied.get(pair(pair(own.bias, own.embedding), dataset.inputs))
    logs = log_softmax(logits)
    places = np.arange(len(dataset)), dataset.targets
    assert -logs[places].mean() == pytest.approx(average_loss(own, dataset).value, abs=1e-12)
    signal = np.exp(logs)
    signal[places] -= 1
    found = tied.put(pair(pair(pair(own.bias, own.embedding), dataset.inputs), signal / len(dataset))).first
    slope = gradient(own, dataset)
    np.testing.assert_allclose(found.first, slope.bias, atol=1e-12)
    np.testing.assert_allclose(found.second, slope.embedding + slope.lm_head.T, atol=1e-12)


def test_the_table_of_two_cells() -> None:
    start: Any = initialise(HEAD, np.random.default_rng(1))
    table = two_cell_table(HEAD, start)
    assert list(table) == ["descent", "tying", "freezing", "low rank", "rounding"]
    assert [str(own.source.points) for own in table.values()] == [
        "Weights[4, 5]",
        "Weights[4, 5]",
        "Unit",
        "Factor[4, 1] x Factor[1, 5]",
        "Weights[4, 5]",
    ]
    for name, own in table.items():
        meets = both(HEAD, HEAD) if name == "tying" else HEAD
        assert own.target == meets, name
    assert str(table["descent"].source) == "(Weights[4, 5], Weights[4, 5])"


def test_what_was_frozen_cannot_be_changed_from_outside() -> None:
    mine: Any = np.ones((4, 5))
    held, thin = frozen(HEAD, mine), low_rank(HEAD, mine, 2)
    mine[:] = 7.0
    assert (held.get(()) == 1).all()
    assert not held.get(()).flags.writeable
    assert (thin.get(pair(np.zeros((4, 2)), np.zeros((2, 5)))) == 1).all()
    assert held.put(Product((), mine)) == ()
    assert settled(3) == 3
    assert settled(pair(1, ())) == pair(1, ())


def test_a_number_beyond_a_short_format_is_refused_where_it_is_made() -> None:
    layer: Any = linear(vectors(2), scores(1))
    short = layer.reparametrise(rounded(layer.parameters))
    with pytest.raises(
        InvalidScalar, match=r"^Weights\[2, 1\] in .*, in the result of rounded to float16 must be finite"
    ):
        short.get(pair(np.full((2, 1), 1e5), np.ones((1, 2))))
    assert rounded(layer.parameters, np.float32).name == "rounded to float32"


def test_what_does_not_fit_is_refused_when_it_is_made() -> None:
    with pytest.raises(
        ShapeMismatch, match=r"parameters of linear, in frozen, Weights\[4, 5\]: expected \(4, 5\), got \(5, 4\)"
    ):
        frozen(HEAD, np.ones((5, 4)))
    with pytest.raises(InvalidScalar, match=r"^Weights\[4, 5\] in parameters of linear, in low_rank must be finite"):
        low_rank(HEAD, np.full((4, 5), np.inf), 1)
    with pytest.raises(InvalidQuantity, match=r"^rank for Weights\[4, 5\] must be from 1 to 4; got 5$"):
        low_rank(HEAD, np.ones((4, 5)), 5)
    with pytest.raises(InvalidQuantity, match="from 1 to 4; got 0"):
        low_rank(HEAD, np.ones((4, 5)), 0)
    layer: Any = bias(scores(5))
    for made in (descent, rounded, lambda own: frozen(own, 1), lambda own: low_rank(own, 1, 1)):
        with pytest.raises(
            WrongType, match=r"^\w+ needs a Port, such as the parameters of a model; got FunctionPara bias"
        ):
            made(layer)
    with pytest.raises(WrongType, match="transposed needs a Port"):
        transposed(HEAD, layer)
    half: Any = 0.5
    with pytest.raises(WrongType, match="rank needs an int; got float"):
        low_rank(HEAD, np.ones((4, 5)), half)
    offsets: Any = bias(scores(5)).parameters
    with pytest.raises(ShapeMismatch, match=r"low_rank: expected a port of matrices, got Offsets\[5\]"):
        low_rank(offsets, np.zeros(5), 1)
    with pytest.raises(
        ShapeMismatch, match=r"expected the size of Weights\[4, 5\], turned around, got Weights\[4, 5\]"
    ):
        transposed(HEAD, HEAD)
    anything: Any = times
    with pytest.raises(CompositionError, match="parameters of times"):
        anything.reparametrise(frozen(HEAD, np.ones((4, 5))))
    numbers_too: Any = NUMBERS
    assert frozen(numbers_too, 3.0).get(()) == 3.0

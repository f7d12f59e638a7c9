"""Trees: three ways out of the brackets that lose nothing, and a start that keeps the size of what goes through."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from drawing import draws
from hypothesis import given
from hypothesis import strategies as st
from small_lenses import pair
from strategies import problems

from tinyml import (
    NUMBERS,
    PARAMETERS,
    UNIT,
    Gradient,
    LearningRate,
    Parameters,
    ShapeMismatch,
    TrainingSet,
    WrongType,
    bias,
    both,
    descend,
    embed,
    flattened,
    gradient,
    initialise,
    lens_of_node,
    linear,
    nodes,
    recorded,
    scores,
    vectors,
    wires,
)
from tinyml.ch12_para.layers import Weights, WeightsChange
from tinyml.ch12_para.trees import array, check_array, glorot_bound, grown, leaves, picked

seeds = st.integers(0, 2**32 - 1)
sizes = st.integers(1, 6)
ports: st.SearchStrategy[Any] = st.recursive(
    st.one_of(
        st.builds(lambda *size: array(Weights, WeightsChange, *size), sizes, sizes),
        st.builds(lambda size: array(Weights, WeightsChange, size), sizes),
        st.just(UNIT),
    ),
    lambda inside: st.builds(both, inside, inside),
    max_leaves=5,
)


def drawn(port: Any, seed: int) -> Any:
    rng = np.random.default_rng(seed)
    return grown(
        port.points, (() if leaf.kind == "Unit" else rng.normal(size=leaf.size) for leaf in leaves(port.points))
    )


def same(one: Any, other: Any) -> bool:
    return len(picked(one)) == len(picked(other)) and all(map(np.array_equal, picked(one), picked(other)))


@given(ports, seeds)
def test_a_vector_and_a_tree_are_the_same_numbers(port: Any, seed: int) -> None:
    own = flattened(port)
    tree = drawn(port, seed)
    vector: Any = own.put(pair(np.zeros(own.source.points.size), tree))
    assert vector.shape == own.source.points.size
    assert same(own.get(vector), tree)
    assert np.array_equal(own.put(pair(vector, own.get(vector))), vector)


@given(sizes, sizes, seeds)
def test_both_brackets_have_one_vector_and_one_start(size: int, dimension: int, seed: int) -> None:
    row = embed(size, dimension), linear(vectors(dimension), scores(size)), bias(scores(size))
    left, right = (row[0] >> row[1]) >> row[2], row[0] >> (row[1] >> row[2])
    sides: list[Any] = [left.parameters, right.parameters]
    assert same(*(initialise(own, np.random.default_rng(seed)) for own in sides))
    vector: Any = np.random.default_rng(seed).normal(size=2 * size * dimension + size)
    here: Any
    there: Any
    here, there = left.reparametrise(flattened(left.parameters)), right.reparametrise(flattened(right.parameters))
    assert here.parameters == there.parameters
    point, change = np.arange(size), np.ones((size, size))
    assert np.array_equal(here.get(pair(vector, point)), there.get(pair(vector, point)))
    asked = pair(pair(vector, point), change)
    assert np.array_equal(here.put(asked).first, there.put(asked).first)


@draws(50)
@given(problems())
def test_a_record_and_a_tree_are_the_same_numbers(problem: tuple[TrainingSet, Parameters]) -> None:
    dataset, parameters = problem
    size, dimension = parameters.embedding.shape
    model = embed(size, dimension) >> linear(vectors(dimension), scores(size)) >> bias(scores(size))
    own = recorded(PARAMETERS, Gradient, ("bias", "lm_head", "embedding"), model.parameters)
    tree = own.get(parameters)
    assert same(tree, pair(parameters.bias, pair(parameters.lm_head, parameters.embedding)))
    slope = gradient(parameters, dataset)
    back = own.put(pair(parameters, pair(slope.bias, pair(slope.lm_head, slope.embedding))))
    assert back == slope
    rate = LearningRate(0.5)
    assert descend(parameters, back, rate) == descend(parameters, slope, rate)


@given(ports, seeds)
def test_leaves_are_read_from_left_to_right(port: Any, seed: int) -> None:
    tree = drawn(port, seed)
    assert list(map(np.shape, picked(tree))) == [
        (0,) if leaf.kind == "Unit" else leaf.size for leaf in leaves(port.points)
    ]
    port.admit_point("here", tree)


@given(st.integers(1, 40), st.integers(1, 40), seeds)
def test_a_start_lies_within_the_bound_and_fills_it(rows: int, columns: int, seed: int) -> None:
    port: Any = both(array(Weights, WeightsChange, rows, columns), both(array(Weights, WeightsChange, columns), UNIT))
    start = initialise(port, np.random.default_rng(seed))
    bound = glorot_bound(rows, columns)
    assert bound == pytest.approx(np.sqrt(3 * 2 / (rows + columns)))
    matrix = start.first
    assert matrix.shape == (rows, columns)
    assert np.abs(matrix).max() <= bound
    assert not start.second.first.any()
    assert start.second.second == ()
    assert not matrix.flags.writeable
    if matrix.size >= 200:
        assert matrix.max() > 0.9 * bound > -0.9 * bound > matrix.min()
        assert matrix.var() == pytest.approx(2 / (rows + columns), rel=0.5)


def test_glorots_rule_keeps_the_size_of_what_goes_there_and_comes_back() -> None:
    rng = np.random.default_rng(7)
    layer = linear(vectors(400), scores(400))
    x, change = rng.normal(size=(50, 400)), rng.normal(size=(50, 400))
    weights: Any = initialise(layer.parameters, rng)
    result, kept = layer.forward(weights, x)
    assert result.var() == pytest.approx(1, rel=0.1)
    assert layer.backward(kept, change)[1].var() == pytest.approx(1, rel=0.1)
    wide = linear(vectors(784), scores(128))
    product_rule = np.sqrt(6 / (784 * 128))
    assert glorot_bound(784, 128) == pytest.approx(0.0811, abs=5e-5)
    assert product_rule == pytest.approx(0.00773, abs=5e-6)
    assert np.abs(initialise(wide.parameters, rng)).max() > 10 * product_rule


def test_a_rule_of_ones_own_is_asked_for_each_array() -> None:
    model = embed(3, 2) >> bias(vectors(2))
    asked = list[str]()

    def rule(space: Any, rng: np.random.Generator) -> Any:
        asked.append(str(space))
        return np.full(space.size, 0.5)

    start = initialise(model.parameters, np.random.default_rng(0), rule)
    assert asked == ["Offsets[2]", "Table[3, 2]"]
    assert same(start, pair(np.full(2, 0.5), np.full((3, 2), 0.5)))
    with pytest.raises(
        ShapeMismatch, match=r"parameters of bias, in initialise, Offsets\[2\]: expected \(2,\), got \(1,\)"
    ):
        initialise(model.parameters, np.random.default_rng(0), lambda space, rng: np.zeros(1))


def test_a_window_on_a_vector_is_no_copy() -> None:
    own = flattened((linear(vectors(2), scores(3)) >> bias(scores(3))).parameters)
    vector: Any = np.arange(9.0)
    tree = own.get(vector)
    assert np.shares_memory(tree.second, vector)
    assert repr(own).startswith("flat : (Flat[9], FlatChange[9]) -> (Offsets[3] x Weights[2, 3], ")


def test_what_is_no_tree_of_arrays_is_not_flattened() -> None:
    with pytest.raises(WrongType, match="flattened needs a Context"):
        flattened(lens_of_node(nodes.add).source)
    with pytest.raises(WrongType, match="flattened needs a Parameters"):
        flattened(PARAMETERS)
    assert flattened(both(NUMBERS, UNIT)).get(np.array([3.0])) == pair(3.0, ())  # type: ignore[arg-type]


def test_what_is_no_port_and_no_generator_is_refused() -> None:
    model: Any = embed(3, 2) >> bias(vectors(2))
    rng: Any = np.random.default_rng(0)
    with pytest.raises(
        WrongType, match=r"flattened needs a Port, such as the parameters of a model; got ParaComposite"
    ):
        flattened(model)
    with pytest.raises(WrongType, match="initialise needs a Port, such as the parameters of a model"):
        initialise(model, rng)
    with pytest.raises(WrongType, match="recorded needs a Port, such as the parameters of a model"):
        recorded(PARAMETERS, Gradient, ["bias", "embedding"], model)
    rng = 7
    with pytest.raises(
        WrongType, match=r"initialise needs a random generator, such as np.random.default_rng\(1\); got int 7"
    ):
        initialise(model.parameters, rng)


def test_a_start_is_a_copy_of_what_a_rule_returns() -> None:
    mine = np.ones(2)
    start: Any = initialise(bias(vectors(2)).parameters, np.random.default_rng(0), lambda space, rng: mine)
    mine[0] = 5.0
    assert start.tolist() == [1.0, 1.0]


def test_a_vector_of_short_floats_stays_short() -> None:
    port: Any = both(array(Weights, WeightsChange, 2), UNIT)
    assert flattened(port).put(pair(np.zeros(2), pair(np.ones(2, np.float32), ()))).dtype == np.float32


def test_a_record_needs_a_name_for_each_leaf() -> None:
    model = embed(3, 2) >> bias(vectors(2))
    with pytest.raises(ShapeMismatch, match=r"recorded, Offsets\[2\] x Table\[3, 2\]: expected 2 names, got 1"):
        recorded(PARAMETERS, Gradient, ["bias"], model.parameters)


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        (1.0, WrongType, r"^here needs an array for Weights\[2, 3\]; got float 1\.0$"),
        (np.ones((3, 2)), ShapeMismatch, r"^shape mismatch in here, Weights\[2, 3\]: expected \(2, 3\), got \(3, 2\)$"),
        (np.ones((1, 2, 3)), ShapeMismatch, r"expected \(2, 3\), got \(1, 2, 3\)$"),
        (np.full((2, 3), "x"), WrongType, r"^here needs numbers for Weights\[2, 3\]"),
    ],
)
def test_an_array_of_parameters_has_exactly_its_size(value: object, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        check_array("here", array(Weights, WeightsChange, 2, 3).points, value)


def test_three_layers_three_ways() -> None:
    row = embed(5, 4), linear(vectors(4), scores(5)), bias(scores(5))
    model = row[0] >> row[1] >> row[2]
    assert str(model.parameters.points) == "Offsets[5] x (Weights[4, 5] x Table[5, 4])"
    sides = row[2].parameters, row[1].parameters, row[0].parameters
    assert (
        str(model.reparametrise(wires.assoc(*sides)).parameters.points) == "(Offsets[5] x Weights[4, 5]) x Table[5, 4]"
    )
    assert str(model.reparametrise(flattened(model.parameters)).parameters.points) == "Flat[45]"
    as_record = recorded(PARAMETERS, Gradient, ("bias", "lm_head", "embedding"), model.parameters)
    assert str(model.reparametrise(as_record).parameters) == "(Parameters, Gradient)"

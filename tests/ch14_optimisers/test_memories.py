"""Memories: the state is all that a run needs, and it can be noted down."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from drawing import draws
from hypothesis import given
from hypothesis import strategies as st
from small_optimisers import (
    HEAD,
    INPUTS,
    MODEL,
    OFFSETS,
    OPTIMISERS,
    TARGETS,
    TREE,
    VECTOR,
    learner,
    matrices,
    pushed,
    seeds,
    stream,
    trained,
)

from tinyml import (
    NUMBERS,
    UNIT,
    Done,
    InvalidQuantity,
    InvalidScalar,
    NumericalOverflow,
    Product,
    ShapeMismatch,
    StepCount,
    WrongType,
    adagrad,
    adam,
    both,
    constant_rate,
    cross_entropy,
    descent,
    deviation,
    iterate,
    momentum,
    nesterov,
    noted,
    paced,
    recalled,
    remembering,
    scheduled,
    starting,
    supervised,
    turned,
    vectors,
)
from tinyml.ch12_para.trees import Flat, flat, picked, settled
from tinyml.ch14_optimisers.memories import stored


@pytest.mark.parametrize("name", sorted(OPTIMISERS))
@draws(20)
@given(seeds, st.integers(1, 4), st.integers(0, 12))
def test_a_run_that_was_noted_down_goes_on_as_if_it_had_not_stopped(
    name: str, number: int, size: int, cut: int
) -> None:
    start, changes = stream(number, size)
    whole = pushed(OPTIMISERS[name](size), starting(OPTIMISERS[name](size), start), changes)
    half = pushed(OPTIMISERS[name](size), starting(OPTIMISERS[name](size), start), changes[:cut])
    resumed = recalled(OPTIMISERS[name](size), json.loads(json.dumps(noted(half))))
    assert deviation(resumed, half) == 0
    assert deviation(pushed(OPTIMISERS[name](size), resumed, changes[cut:]), whole) == 0


@pytest.mark.parametrize("name", sorted(OPTIMISERS))
@draws(20)
@given(seeds, st.integers(1, 4))
def test_forward_twice_and_then_backward_the_first_is_as_if_once(name: str, number: int, size: int) -> None:
    update = OPTIMISERS[name](size)
    start, changes = stream(number, size)
    one = settled(pushed(update, starting(update, start), changes[:3]))
    other = settled(pushed(update, starting(update, start), changes[3:7]))
    expected = update.backward(update.forward(one)[1], changes[8])
    kept = update.forward(one)[1]
    update.backward(update.forward(other)[1], changes[9])
    assert deviation(update.backward(kept, changes[8]), expected) == 0


@pytest.mark.parametrize("name", sorted(OPTIMISERS))
def test_fifty_steps_and_thirty_with_another_learner_are_eighty(name: str) -> None:
    half = trained(OPTIMISERS[name](45), 50)
    note = json.dumps(noted(half))
    anew = OPTIMISERS[name](45)
    step = learner(anew).step(INPUTS, TARGETS)
    assert deviation(iterate(step, recalled(anew, json.loads(note)), StepCount(30)), trained(anew, 80)) == 0


def test_parameters_alone_are_not_enough_to_go_on() -> None:
    update = adam(flat(45), 0.1, eps=1e-8)
    half, whole = trained(update, 50), trained(update, 80)
    assert np.abs(trained(update, 30, start=half.second).second - whole.second).max() > 0.01


def test_a_start_has_a_memory_of_zeros_of_the_form_of_its_parameters() -> None:
    state = starting(adam(flat(3), 0.1, eps=0.0), Flat(np.array([1.0, 2.0, 3.0])))
    assert noted(state) == [[0.0] * 3, [0.0] * 3, 0, [1.0, 2.0, 3.0]]
    tree = starting(momentum(MODEL.parameters, 0.9), TREE)
    assert deviation(tree, Product(Product(np.zeros(5), Product(np.zeros((4, 5)), np.zeros((5, 4)))), TREE)) == 0
    numbers: Any = starting(momentum(both(NUMBERS, UNIT), 0.9), Product(Fraction(1, 3), ()))
    assert numbers == Product(Product(0, ()), Product(Fraction(1, 3), ()))
    several: Any = starting(momentum(vectors(4), 0.9), np.ones((2, 4)))
    assert several.first.shape == (2, 4)
    short: Any = starting(momentum(flat(2), 0.9), np.ones(2, np.float32))
    assert short.first.dtype == np.float32


def test_the_space_of_a_state_says_what_is_remembered() -> None:
    assert str(momentum(flat(45), 0.9).source.points) == "FlatChange[45] x Flat[45]"
    assert str(scheduled(flat(45), 1.0).source.points) == "Done x Flat[45]"
    assert str(adagrad(flat(45), 1.0, eps=1e-7).source.points) == "Squares[45] x Flat[45]"
    space = paced(adam(flat(2), 0.1, eps=1e-8), 1.0).source.points
    assert str(space) == "(Done x ((FlatChange[2] x Squares[2]) x Done)) x Flat[2]"


def test_an_update_of_trees_trains_the_model_as_the_one_of_vectors_does() -> None:
    update = momentum(MODEL.parameters, 0.5)
    own: Any = supervised(MODEL, update, cross_entropy(5), constant_rate(1.0))
    state = iterate(own.step(INPUTS, TARGETS), starting(update, TREE), StepCount(80))
    flat_state = trained(momentum(flat(45), 0.5), 80)
    found = np.concatenate([leaf.ravel() for leaf in picked(state.second)])
    assert np.array_equal(found, flat_state.second)


def dreaming(update: Any, steps: int) -> tuple[float, Any]:
    """Return the share of class 3, and the input dreamt in so many steps from zero with the model trained 80 steps."""
    offsets, head, _ = matrices(trained(momentum(flat(45), 0.0), 80).second)
    model: Any = turned(HEAD >> OFFSETS)
    own: Any = supervised(model, update, cross_entropy(5), constant_rate(0.1))
    step = own.step(Product(offsets, head), np.array([3]))
    end = iterate(step, starting(update, np.zeros((1, 4))), StepCount(steps)).second
    powers = np.exp(end @ head + offsets)[0]
    return float(powers[3] / powers.sum()), end[0]


def test_inputs_are_dreamt_with_a_memory_too() -> None:
    share, dream = dreaming(momentum(vectors(4), 0.0), 10)
    assert share == pytest.approx(0.883885, abs=1e-6)
    assert dream == pytest.approx([-0.46532584, -0.19462734, 0.07607117, 0.34676967], abs=1e-7)
    for update in (momentum(vectors(4), 0.5), nesterov(vectors(4), 0.5), adam(vectors(4), 0.1, eps=1e-8)):
        assert dreaming(update, 10)[0] > share, update.name


def test_what_is_no_state_of_an_update_is_refused() -> None:
    update, other = momentum(flat(2), 0.9), adam(flat(2), 0.1, eps=1e-8)
    note = noted(starting(update, np.ones(2)))
    with pytest.raises(ShapeMismatch, match=r"recalled, \(\(FlatChange\[2\] x .*: expected 4 entries, got 2"):
        recalled(other, note)
    with pytest.raises(ShapeMismatch, match=r"recalled, FlatChange\[3\]: expected \(3,\), got \(2,\)"):
        recalled(momentum(flat(3), 0.9), note)
    not_a_note: list[Any] = [[["a", "b"], [1.0, 1.0]], [[[1.0], 2.0], [1.0, 1.0]], [[True, False], [1.0, 1.0]]]
    for entries in not_a_note:
        with pytest.raises(WrongType, match="recalled needs"):
            recalled(update, entries)
    for text in (None, "note", {"a": 1}):
        with pytest.raises(WrongType, match="recalled needs the list that `noted` has made"):
            recalled(update, text)  # type: ignore[arg-type]
    with pytest.raises(InvalidScalar, match=r"Flat\[2\] in recalled must be finite; entry \(1,\) is nan"):
        recalled(update, [[0.0, 0.0], [1.0, float("nan")]])
    for count, error in ((-1, InvalidQuantity), (0.5, WrongType), (True, WrongType), ([], WrongType)):
        with pytest.raises(error, match="Done in recalled"):
            recalled(other, [[0.0] * 2, [0.0] * 2, count, [1.0] * 2])
    with pytest.raises(InvalidQuantity, match=r"Squares\[2\] in recalled must be 0 or more; got -1"):
        recalled(other, [[0.0] * 2, [0.0, -1.0], 3, [1.0] * 2])
    rows: Any = momentum(vectors(3), 0.5)
    assert recalled(rows, [[[0, 0, 0]], [[1, 2, 3]]]).second.shape == (1, 3)
    with pytest.raises(ShapeMismatch, match=r"the same axes in front of all arrays, got \(\), \(2,\)$"):
        recalled(rows, [[[0, 0, 0], [1, 1, 1]], [1, 2, 3]])
    with pytest.raises(WrongType, match="a state of arrays and numbers; got Fraction"):
        noted(Product(Fraction(1, 2), Fraction(1, 3)))
    with pytest.raises(WrongType, match="arrays of float64"):
        noted(Product(np.zeros(2, np.float32), np.zeros(2)))
    assert recalled(remembering("none", UNIT, flat(2), stored, lambda s, _: s), [[], [1.0, 2.0]]).first == ()
    assert noted(Product((), np.zeros(1))) == [[], [0.0]]


def test_a_start_that_fits_no_update_is_refused() -> None:
    wrong: Any = descent(flat(2))
    with pytest.raises(WrongType, match="starting needs an update whose states are a memory and parameters; got"):
        starting(wrong, np.ones(2))
    wrong = MODEL
    with pytest.raises(WrongType, match="starting needs an update, a lens to parameters; got"):
        starting(wrong, np.ones(2))
    whole_numbers: Any = np.array([1, 2])
    with pytest.raises(WrongType, match=r"^starting needs parameters of floats or of fractions; got ndarray"):
        starting(momentum(flat(2), 0.9), whole_numbers)
    with pytest.raises(ShapeMismatch, match=r"starting, Flat\[2\]: expected \(2,\), got \(3,\)"):
        starting(momentum(flat(2), 0.9), Flat(np.ones(3)))
    with pytest.raises(WrongType, match=r"momentum 0\.9 needs a Port"):
        momentum(MODEL, 0.9)  # type: ignore[arg-type]
    with pytest.raises(WrongType, match="none needs a Port"):
        remembering("none", MODEL, flat(2), stored, lambda s, _: s)  # type: ignore[arg-type]


def test_a_state_of_another_update_is_refused_by_a_step() -> None:
    step = learner(adam(flat(45), 0.1, eps=1e-8)).step(INPUTS, TARGETS)
    with pytest.raises(WrongType, match="the state of"):
        step(starting(momentum(flat(45), 0.9), VECTOR))
    with pytest.raises(WrongType, match="the state of"):
        step(VECTOR)
    with pytest.raises(NumericalOverflow, match="are no longer finite"):
        trained(momentum(flat(45), 0.99), 3000, 1000.0)


def test_a_count_of_steps_goes_on_being_one() -> None:
    state = trained(adam(flat(45), 0.1, eps=1e-8), 7)
    assert state.first.second == Done(7)
    assert type(state.first.second) is int

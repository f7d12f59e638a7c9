"""Learners: what goes through their boxes, what is refused, and that a step is an arrow like any other."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from drawing import draws
from hypothesis import given
from hypothesis import strategies as st
from learners import composite_step, learner_of_lines, line, rates, tiny
from small_layers import drawn
from small_lenses import pair
from small_paras import filled, fractions, paras, times
from strategies import seed

from tinyml import (
    NUMBERS,
    CompositionError,
    InvalidScalar,
    LearningRate,
    Loss,
    NumericalOverflow,
    OutOfRange,
    Parameters,
    Product,
    ShapeMismatch,
    StepCount,
    TrainStep,
    WrongType,
    average_loss,
    close,
    constant_rate,
    cross_entropy,
    dense,
    descent,
    flattened,
    frozen,
    iterate,
    layers,
    lens,
    linear,
    losses,
    moving,
    numerical_gradient,
    record_descent,
    scores,
    squared,
    supervised,
    vectors,
    wires,
)

ANY: Any = None
numbers = st.lists(fractions, min_size=4, max_size=8)


def unpacked(learner: Any, state: Any, point: Any, label: Any) -> tuple[Any, Any]:
    """Return the next state and what comes back to the point: the put of a closed learner, worked out by hand."""
    parameters = learner.update.get(state)
    prediction = learner.model.get(pair(parameters, point))
    loss = learner.loss.get(pair(label, prediction))
    from_cap = learner.cap.put(pair(loss, ()))
    from_loss = learner.loss.put(pair(pair(label, prediction), from_cap))
    from_model = learner.model.put(pair(pair(parameters, point), from_loss.second))
    return learner.update.put(pair(state, from_model.first)), from_model.second


@given(paras, numbers, fractions, fractions, rates)
def test_the_put_of_a_closed_learner_is_the_one_unpacked_by_hand(
    model: Any, values: list[Any], point: Any, label: Any, rate: Any
) -> None:
    learner: Any = supervised(model, descent(model.parameters), squared(NUMBERS), constant_rate(rate))
    state = filled(model, values)
    after, back = unpacked(learner, state, point, label)
    assert learner.step(point, label)(state) == after
    closed: Any = learner.whole
    found = closed.put(pair(pair(pair(label, state), point), ()))
    assert (found.first.second, found.second) == (after, back)


@given(numbers, fractions, fractions, rates, st.integers(0, 6))
def test_a_power_is_its_steps(values: list[Any], point: Any, label: Any, rate: Any, count: int) -> None:
    state = filled(line, values)
    step = learner_of_lines(rate / 20).step(point, label)
    one = state
    for _ in range(count):
        one = step(one)
    assert iterate(step, state, StepCount(count)) == (step ** StepCount(count))(state) == one
    assert (step >> step)(state) == step(step(state))


@given(numbers, fractions, fractions, fractions)
def test_network_and_loss_are_one_arrow_and_its_derivative_is_theirs_in_a_row(
    values: list[Any], point: Any, label: Any, change: Any
) -> None:
    state = filled(line, values)
    closed: Any = line >> squared(NUMBERS)
    at = pair(pair(label, state), point)
    prediction = line.get(pair(state, point))
    of_loss = squared(NUMBERS).put(pair(pair(label, prediction), change))
    of_model = line.put(pair(pair(state, point), of_loss.second))
    assert closed.put(pair(at, change)) == pair(pair(of_loss.first, of_model.first), of_model.second)


@draws(40)
@given(st.integers(0, 2**32 - 1))
def test_a_network_with_a_hidden_layer_goes_down_the_slope_that_is_measured(seed: int) -> None:
    rng = np.random.default_rng(seed)
    model: Any = dense(vectors(2), vectors(3), layers.tanh) >> dense(vectors(3), scores(1), layers.sigmoid)
    flat: Any = model.reparametrise(flattened(model.parameters))
    start, rate = drawn(flat, rng), float(rng.uniform(0.01, 1))
    points, labels = rng.normal(size=(4, 2)), rng.integers(0, 2, (4, 1)).astype(float)
    learner: Any = supervised(flat, descent(flat.parameters), squared(scores(1)), constant_rate(rate))
    slope = numerical_gradient(learner.measure(points, labels), start)
    np.testing.assert_allclose(learner.step(points, labels)(start), start - rate * slope, atol=1e-8)


@given(numbers, fractions, fractions, rates)
def test_for_a_constant_cap_the_value_of_the_loss_is_never_used(
    values: list[Any], point: Any, label: Any, rate: Any
) -> None:
    def without_value(loss: Any) -> Any:
        return lens("any value", losses.LOSS, losses.LOSS, lambda _: loss, lambda _, change: change)

    state = filled(line, values)
    expected = learner_of_lines(rate).step(point, label)(state)
    for loss in (0, Fraction(7, 3), -1):
        blind: Any = squared(NUMBERS) >> without_value(loss)
        assert learner_of_lines(rate, blind).step(point, label)(state) == expected


def test_a_step_is_an_arrow_with_a_name_and_ends() -> None:
    dataset, start = seed()
    step = composite_step(dataset, start, 1.0)
    assert repr(step) == "step of (embed >> linear >> bias along record) : Parameters -> Parameters"
    assert repr(step.learner) == (
        "(embed >> linear >> bias along descent >> record) >> cross entropy >> rate 1.0 : "
        "a step of Parameters for each point and label"
    )
    measure = step.learner.measure(dataset.inputs, dataset.targets)
    assert repr(measure) == ("cross entropy of (embed >> linear >> bias along record) : Parameters -> LossValue")
    assert close(Loss(measure(start)), average_loss(start, dataset), 1e-12)
    mixed = step >> TrainStep(dataset, LearningRate(1.0)) >> step
    assert average_loss(mixed(start), dataset).value < average_loss(start, dataset).value


def test_what_is_frozen_learns_nothing() -> None:
    dataset, start = seed()
    model = tiny(5, 4)
    learner: Any = supervised(model, frozen(model.parameters, start), cross_entropy(5), constant_rate(1.0))
    assert learner.step(dataset.inputs, dataset.targets)(()) == ()


def test_a_state_is_left_as_it_was() -> None:
    dataset, start = seed()
    before = Parameters(start.embedding, start.lm_head, start.bias)
    composite_step(dataset, start, 1.0)(start)
    assert start == before
    state = pair(np.array([1.0, 2.0]), np.ones((2, 2)))
    model: Any = dense(vectors(2), vectors(2))
    learner: Any = supervised(model, descent(model.parameters), squared(vectors(2)), constant_rate(0.5))
    learner.step(np.ones((3, 2)), np.zeros((3, 2)))(state)
    assert state.first.tolist() == [1, 2]
    assert state.second.tolist() == [[1, 1], [1, 1]]


def test_boxes_that_do_not_fit_are_refused_when_the_learner_is_closed() -> None:
    model = tiny(5, 4)
    loss: Any = cross_entropy(5)
    cap: Any = constant_rate(1.0)
    update: Any = record_descent()
    same: Any = wires.identity(NUMBERS)
    same_loss: Any = wires.identity(losses.LOSS)
    wrong: dict[str, Any] = {
        "model": (cap, update, loss, cap),
        "update": (model, loss, loss, cap),
        "loss": (model, update, cap, cap),
        "cap": (model, update, loss, loss),
    }
    for box, boxes in wrong.items():
        kind = "a parametric lens" if box in {"model", "loss"} else "a lens"
        with pytest.raises(WrongType, match=f"^supervised, {box} needs {kind}; got"):
            supervised(*boxes)
    with pytest.raises(CompositionError, match=r"\(Scores\[5\], ScoresChange\[5\]\) is not \(Scores\[4\]"):
        supervised(model, update, cross_entropy(4), cap)
    with pytest.raises(CompositionError, match=r"^cannot compose\n    descent .*\n    parameters of .*Parameters"):
        supervised(model, descent(NUMBERS), loss, cap)
    with pytest.raises(CompositionError, match=r"identity .*LossChange\)\n    nothing  (?s:.*)is not \(Unit, Unit\)"):
        supervised(model, update, loss, same_loss)
    with pytest.raises(CompositionError, match=r"^cannot compose\n    identity .*\n    next step : Number -> Number\n"):
        supervised(times, same, squared(NUMBERS), cap)


@pytest.mark.parametrize(
    ("point", "label", "error", "message"),
    [
        (np.array([1, 9]), np.array([2, 3]), OutOfRange, r"^token in the point of .* index 9 out of range; limit"),
        (
            np.array([1, 2]),
            np.array([2, 7]),
            OutOfRange,
            r"^token in the label \(parameters of cross entropy\) index 7",
        ),
        (np.array([1.0]), np.array([2]), WrongType, "^the point of .* needs an array of whole numbers"),
        ([1, 2], np.array([2, 3]), WrongType, "^the point of .* needs an array of whole numbers"),
    ],
)
def test_points_and_labels_are_refused_when_a_step_is_made(
    point: Any, label: Any, error: type[Exception], message: str
) -> None:
    learner: Any = supervised(tiny(5, 4), record_descent(), cross_entropy(5), constant_rate(1.0))
    for made in (learner.step, learner.measure):
        with pytest.raises(error, match=message):
            made(point, label)


def test_a_label_for_other_points_and_a_state_of_another_model_are_refused_by_the_step() -> None:
    dataset, start = seed()
    learner: Any = supervised(tiny(5, 4), record_descent(), cross_entropy(5), constant_rate(1.0))
    with pytest.raises(ShapeMismatch, match=r"a row of scores for each of \(2,\) targets"):
        learner.step(np.array([1]), np.array([2, 3]))(start)
    with pytest.raises(WrongType, match=r"^the state of .* needs a Parameters; got int 3$"):
        learner.step(dataset.inputs, dataset.targets)(ANY or 3)
    model: Any = dense(vectors(2), vectors(3))
    other: Any = supervised(model, descent(model.parameters), squared(vectors(3)), constant_rate(0.1))
    step = other.step
    with pytest.raises(ShapeMismatch, match=r"the state of .*Weights\[2, 3\]: expected \(2, 3\), got \(3, 2\)"):
        step(np.ones(2), np.ones(3))(pair(np.ones(3), np.ones((3, 2))))
    with pytest.raises(
        InvalidScalar,
        match=r"Weights.* in parameters of linear, in the state of .*; entry \(0, 1\) is nan",
    ):
        step(np.ones(2), np.ones(3))(pair(np.ones(3), np.array([[0, np.nan, 0], [0, 0, 0]])))


def test_what_was_no_number_first_is_named_with_the_step() -> None:
    model: Any = linear(vectors(1), vectors(1)) >> linear(vectors(1), vectors(1))
    learner: Any = supervised(model, descent(model.parameters), squared(vectors(1)), constant_rate(1.0))
    state = pair(np.full((1, 1), 3.0), np.full((1, 1), 2.0))
    step = learner.step(np.ones(1), np.zeros(1))
    with pytest.raises(NumericalOverflow) as run:
        iterate(step, state, StepCount(500))
    assert run.value.step is not None
    assert run.value.quantity == "Vectors[1] in the result of linear"
    before = iterate(step, state, StepCount(run.value.step))
    with pytest.raises(NumericalOverflow, match=r"are no longer finite: try a smaller learning rate$"):
        step(before)
    grows: Any = supervised(
        times, moving("grow", NUMBERS, lambda own, _: own * 1e200), squared(NUMBERS), constant_rate(1)
    )
    with pytest.raises(NumericalOverflow, match=r"^the Number in the change that grow sends back .* after step 1:"):
        iterate(grows.step(0.0, 1.0), 1.0, StepCount(3))


def test_a_number_in_the_loss_alone_that_is_none_stops_nobody_who_does_not_read_it() -> None:
    learner: Any = supervised(line, descent(line.parameters), squared(NUMBERS), constant_rate(1e-200))
    far = Product(1e200, 0.0)
    moved = learner.step(1.0, 0.0)(far)
    assert moved.first == 1e200 - 1.0

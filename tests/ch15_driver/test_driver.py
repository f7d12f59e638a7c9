"""The driver: the rows of seed 002, one by one, and the composite of chapter 13."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from drawing import draws
from hypothesis import given
from hypothesis import strategies as st
from small_drivers import adamw_across, affine, batch, drawn_arrays, linear_model, saying
from small_optimisers import INPUTS, LINEAR, MODEL, OPTIMISERS, START, TARGETS, seeds

from tinyml import (
    BackwardOutput,
    CallbackFailed,
    EmptyInput,
    InvalidScalar,
    NumericalOverflow,
    Product,
    ShapeMismatch,
    StepCount,
    StepReport,
    TinyMLError,
    WrongType,
    across,
    adamw,
    arrays_in,
    closures,
    constant_rate,
    cross_entropy,
    deviation,
    initialise,
    iterate,
    mse_loss_backward,
    numerical_gradient,
    scheduled,
    squared,
    starting,
    supervised,
    train_step,
    tree_of,
    vectors,
)
from tinyml.ch12_para.trees import flat, flattened

SHAPES = [(2, 3), (3,), (), (1, 2, 2)]


@pytest.mark.parametrize("name", sorted(OPTIMISERS))
@draws(10)
@given(seeds, st.integers(1, 6))
def test_of_a_linear_model_a_step_is_that_of_the_composite(name: str, number: int, steps: int) -> None:
    model, loss = linear_model()
    inputs, target = batch(number)
    tree = initialise(model.parameters, np.random.default_rng(number))
    size = 8
    row = model.reparametrise(flattened(model.parameters))
    update = OPTIMISERS[name](size)
    own = supervised(row, update, loss, constant_rate(1.0))
    vector = np.concatenate([leaf.ravel() for leaf in arrays_in(tree)])
    expected = iterate(own.step(inputs, target), starting(update, vector), StepCount(steps))

    rule = across(lambda port: OPTIMISERS[name](port.points.size[0]), arithmetic="double")
    arrays, state = arrays_in(tree), None
    for _ in range(steps):
        read = rule.reading(arrays, state)
        forward, backward = closures(model, loss, tree_of(model.parameters, read))
        _, arrays, state = train_step((inputs,), target, "mse", arrays, forward, backward, rule, state)
    found = np.concatenate([leaf.ravel() for leaf in arrays])
    assert np.abs(found - expected.second).max() <= 1e-12 * max(1, np.abs(found).max())
    assert deviation(state, expected.first) <= 1e-12 * max(1, np.abs(found).max())


def test_of_the_language_model_eighty_steps_are_those_of_the_composite() -> None:
    loss: Any = cross_entropy(5)
    tree: Any = Product(START.bias, Product(START.lm_head, START.embedding))
    row: Any = MODEL.reparametrise(flattened(MODEL.parameters))
    own = supervised(row, scheduled(flat(45), 1.0), loss, constant_rate(1.0))
    vector: Any = np.concatenate([leaf.ravel() for leaf in arrays_in(tree)])
    begun: Any = Product(0, vector)
    expected: Any = iterate(own.step(INPUTS, TARGETS), begun, StepCount(80))
    rule: Any = across(lambda port: scheduled(port, 1.0), arithmetic="double")
    arrays, state, losses = arrays_in(tree), None, []
    tokens: Any = INPUTS
    for _ in range(80):
        forward, backward = closures(MODEL, loss, tree_of(MODEL.parameters, arrays))
        report, arrays, state = train_step((tokens,), TARGETS, "surprise", arrays, forward, backward, rule, state)
        losses.append(report.loss_before)
    found = np.concatenate([leaf.ravel() for leaf in arrays])
    assert np.abs(found - expected.second).max() <= 1e-12
    assert losses[0] == pytest.approx(own.measure(INPUTS, TARGETS)(begun), abs=1e-15)
    assert losses[0] > losses[-1] > own.measure(INPUTS, TARGETS)(expected)


@draws(30)
@given(seeds)
def test_the_loss_of_a_report_is_that_before_the_step_and_its_lengths_are_those_of_the_gradients(number: int) -> None:
    parameters = drawn_arrays(number, [(3, 2), (2,)])
    inputs, target = batch(number)
    forward, backward = affine(parameters)
    report, after, _ = train_step((inputs,), target, "mean of squares", parameters, forward, backward, adamw_across())
    before = np.square(inputs @ parameters[0] + parameters[1] - target).mean()
    assert report.loss_name == "mean of squares"
    assert report.loss_before == pytest.approx(before, rel=1e-12)
    assert report.loss_before != np.square(inputs @ after[0] + after[1] - target).mean()
    error = 2 * (inputs @ parameters[0] + parameters[1] - target) / target.size
    expected = (np.linalg.norm(inputs.T @ error), np.linalg.norm(error.sum(axis=0)))
    assert report.gradient_norms == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("size", [0.0, 1e-200, 1e200])
def test_a_length_is_right_for_numbers_of_any_size(size: float) -> None:
    forward, backward = saying([np.full(4, size)])
    rule: Any = across(lambda port: scheduled(port, 0.0), arithmetic="double")
    report = train_step((), None, "", [np.zeros(4)], forward, backward, rule).report
    assert report == StepReport("", 1.0, (2 * size,))


def test_the_name_of_the_loss_is_recorded_and_not_interpreted() -> None:
    forward, backward = saying([np.ones(1)])
    said = [train_step((), None, name, [np.ones(1)], forward, backward, adamw_across()) for name in ("mse", "no loss")]
    assert [step.report.loss_name for step in said] == ["mse", "no loss"]
    assert said[0].parameters == said[1].parameters


@draws(20)
@given(seeds)
def test_what_backward_sends_to_the_predictions_can_be_chained_further_back(number: int) -> None:
    inputs, target = batch(number)
    first, _ = linear_model(3, 3)
    second, loss = linear_model(3, 2)
    rng = np.random.default_rng(number)
    trees = [initialise(model.parameters, rng) for model in (first, second)]
    features, kept = first.forward(trees[0], inputs)
    forward, backward = closures(second, loss, trees[1])
    predictions = forward((features,))
    output = backward(predictions, target)
    chained = first.backward(kept, second.backward(second.forward(trees[1], features)[1], output.grad_output)[1])[0]
    whole = first >> second
    sides: Any = Product(trees[1], trees[0])
    made, needed = whole.forward(sides, inputs)
    expected = whole.backward(needed, loss.backward(loss.forward(target, made)[1], 1.0)[1])[0]
    assert deviation(chained, expected.second) <= 1e-12
    assert deviation(tree_of(second.parameters, output.param_grads), expected.first) <= 1e-12


@pytest.mark.parametrize("count", [0, 1, 3])
def test_gradients_are_one_for_each_parameter(count: int) -> None:
    forward, backward = saying([np.ones(1)] * count)
    with pytest.raises(ShapeMismatch, match=f"train_step: expected 2 gradients, one for each parameter, got {count}"):
        train_step((), None, "mse", [np.ones(1)] * 2, forward, backward, adamw_across())


@pytest.mark.parametrize("place", range(len(SHAPES)))
def test_each_gradient_has_the_shape_of_its_parameter(place: int) -> None:
    parameters = drawn_arrays(1, SHAPES)
    gradients = list(drawn_arrays(2, SHAPES))
    gradients[place] = np.ones((*SHAPES[place], 2))
    forward, backward = saying(gradients)
    with pytest.raises(ShapeMismatch, match=f"gradient {place}: expected the shape of its parameter"):
        train_step((), None, "mse", parameters, forward, backward, adamw_across())


def test_the_gradient_at_the_predictions_has_their_shape() -> None:
    with pytest.raises(ShapeMismatch, match=r"grad_output.* the predictions, \(2, 1\), got \(2,\)"):
        train_step(
            (),
            None,
            "mse",
            [np.ones(1)],
            lambda _: np.zeros((2, 1)),
            lambda _, __: BackwardOutput(0.0, np.zeros(2), (np.ones(1),)),
            adamw_across(),
        )


@pytest.mark.parametrize("place", range(len(SHAPES)))
@pytest.mark.parametrize("gradients", ["double", "half"])
def test_a_failure_at_any_parameter_leaves_everything_as_it_was(place: int, gradients: str) -> None:
    parameters = drawn_arrays(1, SHAPES, np.float16)
    rule = adamw_across(gradients)
    good, ends = saying(drawn_arrays(2, SHAPES))
    _, parameters, state = train_step((), None, "mse", parameters, good, ends, rule)
    held = [array.tobytes() for array in parameters], repr(state)
    large = list(drawn_arrays(3, SHAPES))
    large[place] = np.full(SHAPES[place], 1e300)
    forward, backward = saying(large)
    for shot in range(2):
        with pytest.raises(NumericalOverflow):
            train_step((), None, "mse", parameters, forward, backward, rule, state)
        assert ([array.tobytes() for array in parameters], repr(state)) == held, shot


def test_nothing_that_a_step_is_given_is_changed_and_nobody_can_change_what_it_returns() -> None:
    parameters = drawn_arrays(1, SHAPES)
    gradients = drawn_arrays(2, SHAPES)
    before = [array.tobytes() for array in (*parameters, *gradients)]
    forward, backward = saying(gradients)
    after = train_step((), None, "mse", parameters, forward, backward, adamw_across()).parameters
    assert [array.tobytes() for array in (*parameters, *gradients)] == before
    assert [array.flags.writeable for array in after] == [False] * len(SHAPES)
    assert [array.shape for array in after] == SHAPES


@pytest.mark.parametrize("error", [KeyError("bias"), ValueError("no"), ZeroDivisionError(), RuntimeError("out")])
@pytest.mark.parametrize("where", ["forward", "backward", "step of the optimiser", "start of the optimiser"])
def test_only_errors_of_the_package_leave_a_step(where: str, error: Exception) -> None:
    def fail(*_: Any) -> Any:
        raise error

    class Failing:
        start = fail if where == "start of the optimiser" else lambda *_: ()
        step = fail if where == "step of the optimiser" else lambda *_: ((), ())

    forward, backward = saying([np.ones(1)])
    ways: dict[str, Any] = {"forward": forward, "backward": backward} | {where: fail}
    with pytest.raises(CallbackFailed, match=f"{where} raised {type(error).__name__}") as raised:
        train_step((), None, "mse", [np.ones(1)], ways["forward"], ways["backward"], Failing())
    assert raised.value.__cause__ is error


def test_an_error_of_the_package_and_an_interruption_leave_a_step_as_they_are() -> None:
    def stop(_: Any) -> Any:
        raise KeyboardInterrupt

    def refuse(_: Any) -> Any:
        raise EmptyInput("here")

    for way, error in ((stop, KeyboardInterrupt), (refuse, EmptyInput)):
        with pytest.raises(error):
            train_step((), None, "mse", [np.ones(1)], way, saying([])[1], adamw_across())


@pytest.mark.parametrize(
    ("change", "error", "told"),
    [
        ({"parameters": []}, EmptyInput, "something that it can change"),
        ({"parameters": np.ones(2)}, WrongType, "a tuple of arrays"),
        ({"parameters": [np.ones(1, int)]}, WrongType, "an array of half, single, double"),
        ({"parameters": [np.array([math.inf])]}, InvalidScalar, "parameters of train_step, 0 must be finite"),
        ({"loss_name": 3}, WrongType, "loss_name"),
        ({"forward": None}, WrongType, "forward of train_step needs a function"),
        ({"backward": 1}, WrongType, "backward of train_step needs a function"),
        ({"forward": lambda _: 1.0}, WrongType, "predictions of forward"),
        ({"forward": lambda _: np.array([math.nan])}, InvalidScalar, "predictions of forward"),
        ({"backward": lambda _, __: 1.0}, WrongType, "a BackwardOutput"),
        ({"state": ()}, WrongType, "the state of the optimiser"),
        ({"optimiser": None}, CallbackFailed, "start of the optimiser"),
    ],
)
def test_a_step_refuses_what_does_not_fit(change: dict[str, Any], error: type[TinyMLError], told: str) -> None:
    forward, backward = saying([np.ones(1)])
    right: dict[str, Any] = {
        "inputs": (),
        "target": None,
        "loss_name": "mse",
        "parameters": [np.ones(1)],
        "forward": forward,
        "backward": backward,
        "optimiser": adamw_across(),
    }
    with pytest.raises(error, match=told):
        train_step(**(right | change))


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ((True, np.ones(1), ()), WrongType),
        (("1", np.ones(1), ()), WrongType),
        ((math.nan, np.ones(1), ()), InvalidScalar),
        ((1.0, 1.0, ()), WrongType),
        ((1.0, np.ones(1), np.ones(1)), WrongType),
        ((1.0, np.ones(1), (np.array([1.0, math.inf]),)), InvalidScalar),
        ((1.0, np.ones(1), (np.ones(1), [1.0])), WrongType),
    ],
)
def test_what_is_no_output_of_a_backward_is_refused(fields: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        BackwardOutput(*fields)


def test_an_output_may_have_the_numbers_of_numpy() -> None:
    output = BackwardOutput(np.float32(0.5), np.ones(1), [np.ones(2)])  # type: ignore[arg-type]
    assert (type(output.loss), type(output.param_grads)) == (float, tuple)


@draws(30)
@given(seeds, st.integers(1, 6), st.sampled_from([np.float32, np.float64]))
def test_the_mean_of_squares_has_the_gradient_that_differences_measure(number: int, size: int, kind: Any) -> None:
    predictions, target = drawn_arrays(number, [(size,), (size,)], kind)
    loss, gradient = mse_loss_backward(predictions, target)
    assert gradient.dtype == kind
    measured = numerical_gradient(lambda y: float(np.square(y - target).mean()), predictions.astype(np.float64))
    assert np.abs(gradient - measured).max() <= 1e-5
    assert loss == pytest.approx(float(np.square(predictions - target).mean()), rel=1e-6)


def test_four_numbers_are_called_a_mean_of_squares() -> None:
    factors = {}
    ours = mse_loss_backward(np.array([3.0, 5.0]), np.array([1.0, 1.0]))[1]
    for scale in ("half the sum", "the sum", "half the mean", "the mean"):
        loss: Any = squared(vectors(2), scale)
        back = loss.backward(loss.forward(np.array([1.0, 1.0]), np.array([3.0, 5.0]))[1], 1.0)[1]
        factors[scale] = Fraction(float(back[0] / ours[0]))
    assert factors == {"half the sum": 1, "the sum": 2, "half the mean": Fraction(1, 2), "the mean": 1}


def test_a_mean_of_squares_refuses_what_does_not_fit() -> None:
    with pytest.raises(ShapeMismatch, match="mse_loss_backward"):
        mse_loss_backward(np.ones(2), np.ones(3))
    with pytest.raises(ShapeMismatch):
        mse_loss_backward(np.ones((2, 1)), np.ones(2))
    with pytest.raises(EmptyInput):
        mse_loss_backward(np.ones(0), np.ones(0))
    with pytest.raises(WrongType):
        mse_loss_backward(np.ones(2, int), np.ones(2))  # pyright: ignore[reportArgumentType]


def test_closures_hold_the_parameters_of_one_step() -> None:
    model, loss = linear_model()
    inputs, target = batch(1)
    tree = initialise(model.parameters, np.random.default_rng(1))
    rule: Any = across(lambda port: scheduled(port, 0.1), arithmetic="double")
    forward, backward = closures(model, loss, tree)
    with pytest.raises(EmptyInput, match="what forward keeps"):
        backward(np.ones((4, 2)), target)
    first = train_step((inputs,), target, "mse", arrays_in(tree), forward, backward, rule)
    stale = train_step((inputs,), target, "mse", first.parameters, forward, backward, rule, first.state)
    assert stale.report == first.report
    fresh = closures(model, loss, tree_of(model.parameters, first.parameters))
    right = train_step((inputs,), target, "mse", first.parameters, *fresh, rule, first.state)
    assert right.report.loss_before < first.report.loss_before


def test_trees_and_arrays_are_each_others_way_back() -> None:
    model, _ = linear_model()
    tree = initialise(model.parameters, np.random.default_rng(1))
    assert deviation(tree_of(model.parameters, arrays_in(tree)), tree) == 0
    with pytest.raises(ShapeMismatch, match="2 arrays"):
        tree_of(model.parameters, arrays_in(tree)[:1])
    with pytest.raises(ShapeMismatch):
        tree_of(model.parameters, arrays_in(tree)[::-1])


@pytest.mark.parametrize("name", sorted(LINEAR))
def test_all_arrays_have_one_memory_with_one_counter(name: str) -> None:
    parameters = drawn_arrays(1, SHAPES)
    rule = across(lambda port: adamw(port, 0.1, eps=1e-8, decay=0.0))
    forward, backward = saying(drawn_arrays(2, SHAPES))
    state: Any = None
    for done in range(1, 4):
        _, parameters, state = train_step((), None, name, parameters, forward, backward, rule, state)
        assert state.second == done


def test_an_optimiser_refuses_what_is_none() -> None:
    with pytest.raises(WrongType, match="a function from a port to an update"):
        across(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    with pytest.raises(WrongType, match="arithmetic of across"):
        across(lambda port: scheduled(port, 0.1), arithmetic="quarter")

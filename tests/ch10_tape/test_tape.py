"""The tape: local adjointness becomes global, exactly; the gradient of a loss; and one step of descent."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest
from drawing import draws
from graphs import INPUTS, drawn, graph_of, numbers, recipes
from hypothesis import given
from hypothesis import strategies as st
from strategies import problems, seed

from tinyml import (
    FLOAT,
    GF2,
    RATIONAL,
    Context,
    EmptyInput,
    Gradient,
    Graph,
    InvalidWire,
    LearningRate,
    Node,
    OutOfRange,
    Parameters,
    Ring,
    ShapeMismatch,
    TrainingSet,
    TrainStep,
    WrongType,
    average_loss,
    close,
    descend,
    grad,
    gradient,
    loss_graph,
    numerical_gradient,
    seed_scalar_loss,
    sgd_step,
)
from tinyml.ch10_tape.nodes import add, exp, multiply, scale

FAN_OUT = Graph(("x",)).then("square", multiply, "x", "x").then("y", add, "square", "x")
EXAMPLE = (
    Graph(("x", "y"))
    .then("z", multiply, "x", "y")
    .then("square", multiply, "z", "z")
    .then("triple", scale(3), "x")
    .then("loss", add, "square", "triple")
)


def context_of(point: Parameters | Gradient) -> Context:
    return Context.of(FLOAT, point.embedding, point.lm_head, point.bias)


@draws(60)
@given(st.sampled_from([RATIONAL, GF2]), recipes(), numbers)
def test_local_adjointness_implies_global_exactly(ring: Ring, recipe: Any, number: int) -> None:
    graph = graph_of(recipe)
    inputs, change = drawn(ring, INPUTS, number), drawn(ring, INPUTS, number + 1)
    weights = drawn(ring, graph.eval(inputs).shapes, number + 2)
    assert graph.jvp(inputs, change).dot(weights) == change.dot(graph.vjp(inputs, weights))


@draws(60)
@given(recipes(exact=False), numbers)
def test_local_adjointness_implies_global_in_floats(recipe: Any, number: int) -> None:
    graph = graph_of(recipe)
    inputs = drawn(FLOAT, INPUTS, number).scale(0.5)
    change, weights = drawn(FLOAT, INPUTS, number + 1), drawn(FLOAT, graph.eval(inputs).shapes, number + 2)
    changes, back = graph.jvp(inputs, change), graph.vjp(inputs, weights)
    size = sum(float(np.abs(a * b).sum()) for a, b in zip(changes, weights, strict=True))
    size += sum(float(np.abs(a * b).sum()) for a, b in zip(change, back, strict=True))
    assert abs(changes.dot(weights) - change.dot(back)) <= 1e-12 * max(1.0, size)


def test_the_worked_example_in_fractions() -> None:
    x, change = (
        Context.of(RATIONAL, Fraction(1, 3), Fraction(-2, 5)),
        Context.of(RATIONAL, Fraction(7, 2), Fraction(1, 9)),
    )
    loss = seed_scalar_loss(EXAMPLE.eval(x))
    expected = Fraction(43997, 4050)
    assert EXAMPLE.jvp(x, change).dot(loss) == expected == change.dot(EXAMPLE.vjp(x, loss))
    assert grad(EXAMPLE, x) == Context.of(RATIONAL, Fraction(233, 75), Fraction(-4, 45))


@pytest.mark.uncounted
def test_over_bits_the_equation_is_tried_on_every_case_there_is() -> None:
    cases = 0
    for graph, inputs in ((FAN_OUT, 1), (EXAMPLE, 2)):
        wires = len(graph.wires)
        for bits in product((0, 1), repeat=2 * inputs + wires):
            x, change, weights = (
                Context.of(GF2, *part) for part in (bits[:inputs], bits[inputs : 2 * inputs], bits[2 * inputs :])
            )
            assert graph.jvp(x, change).dot(weights) == change.dot(graph.vjp(x, weights))
            cases += 1
    assert cases == 2**5 + 2**10


@given(st.builds(Fraction, st.integers(-50, 50), st.integers(1, 9)))
def test_a_wire_that_is_read_often_collects_from_all_its_readers(x: Fraction) -> None:
    inputs = Context.of(RATIONAL, x)
    assert FAN_OUT.eval(inputs).tensors[-1] == x * x + x
    assert grad(FAN_OUT, inputs) == Context.of(RATIONAL, 2 * x + 1)


@draws(60)
@given(st.sampled_from([RATIONAL, GF2]), recipes(), numbers)
def test_the_directional_derivative_of_a_loss_is_the_change_times_its_gradient(
    ring: Ring, recipe: Any, number: int
) -> None:
    graph = graph_of(recipe)
    inputs, change = drawn(ring, INPUTS, number), drawn(ring, INPUTS, number + 1)
    values = graph.eval(inputs)
    assert values.dot(seed_scalar_loss(values)) == values.tensors[-1]
    assert graph.jvp(inputs, change).tensors[-1] == change.dot(grad(graph, inputs))


@draws(40)
@given(st.sampled_from([FLOAT, RATIONAL, GF2]), recipes(), numbers)
def test_running_a_graph_changes_none_of_its_arguments(ring: Ring, recipe: Any, number: int) -> None:
    graph = graph_of(recipe)
    inputs = drawn(ring, INPUTS, number)
    copy, text = Context.of(ring, *inputs), repr(graph)
    values = graph.eval(inputs)
    graph.jvp(inputs, inputs)
    graph.vjp(inputs, values)
    assert inputs == copy
    assert graph.eval(inputs) == values
    assert repr(graph) == text
    assert not any(tensor.flags.writeable for tensor in values)


@draws(40)
@given(problems())
def test_the_language_model_as_a_graph_has_the_gradient_of_training(problem: tuple[TrainingSet, Parameters]) -> None:
    dataset, parameters = problem
    graph, inputs = loss_graph(dataset), context_of(parameters)
    assert float(graph.eval(inputs).tensors[-1]) == pytest.approx(average_loss(parameters, dataset).value, rel=1e-13)
    assert close(Gradient(*grad(graph, inputs)), gradient(parameters, dataset), 1e-14)


def test_the_language_model_of_the_book_agrees_to_the_last_bits() -> None:
    dataset, start = seed()
    found, expected = Gradient(*grad(loss_graph(dataset), context_of(start))), gradient(start, dataset)
    for part in ("embedding", "lm_head", "bias"):
        assert np.abs(getattr(found, part) - getattr(expected, part)).max() <= 1e-15


@draws(30)
@given(problems(), st.floats(0.01, 2))
def test_a_step_on_contexts_is_a_training_step(problem: tuple[TrainingSet, Parameters], rate: float) -> None:
    dataset, parameters = problem
    state = context_of(parameters)
    after = sgd_step(state, grad(loss_graph(dataset), state), LearningRate(rate))
    assert close(Parameters(*after), TrainStep(dataset, LearningRate(rate))(parameters), 1e-12)
    change = gradient(parameters, dataset)
    exact = sgd_step(state, context_of(change), LearningRate(rate))
    assert Parameters(*exact) == descend(parameters, change, LearningRate(rate))


@given(st.sampled_from([FLOAT, RATIONAL, GF2]), numbers, st.sampled_from([1.0, 3.0]))
def test_a_step_of_cons_is_a_step_of_the_head_and_a_step_of_the_tail(ring: Ring, number: int, rate: float) -> None:
    p, g = drawn(ring, ((2,), (), (2, 2)), number), drawn(ring, ((2,), (), (2, 2)), number + 1)
    (head, tail), (slope, slopes) = p.uncons(), g.uncons()
    step = sgd_step(p, g, LearningRate(rate))
    assert step == sgd_step(tail, slopes, LearningRate(rate)).cons(head - slope * int(rate))
    assert sgd_step(Context(ring), Context(ring), LearningRate(rate)) == Context(ring)


def test_rates_in_exact_systems() -> None:
    p, g = Context.of(RATIONAL, 1), Context.of(RATIONAL, 3)
    assert sgd_step(p, g, LearningRate(0.25)) == Context.of(RATIONAL, Fraction(1, 4))
    assert sgd_step(Context.of(GF2, 0, 1), Context.of(GF2, 1, 1), LearningRate(1.0)) == Context.of(GF2, 1, 0)
    with pytest.raises(WrongType, match="GF2 needs a Bit, or an int to take mod 2; got Fraction"):
        sgd_step(Context.of(GF2, 0), Context.of(GF2, 1), LearningRate(0.5))
    with pytest.raises(WrongType, match=r"sgd_step needs a LearningRate; got float 0\.1"):
        sgd_step(p, g, 0.1)  # type: ignore[arg-type]


def test_the_negative_control_has_its_sign() -> None:
    graph = Graph(("x",)).then("exponent", scale(-2), "x").then("y", exp, "exponent")
    [slope] = grad(graph, Context.of(FLOAT, 0.5))
    assert float(slope) == pytest.approx(-0.735759, abs=5e-7)
    by_hand = numerical_gradient(lambda x: float(np.exp(-2 * x[()])), np.array(0.5))
    assert float(by_hand) == pytest.approx(-0.735759, abs=5e-7)


def test_a_graph_prints_what_it_computes() -> None:
    assert repr(FAN_OUT) == "x; square = multiply(x, x); y = add(square, x)"
    assert FAN_OUT.wires == ("x", "square", "y")
    assert Graph(("x",)).then("square", multiply, "x", "x").then("y", add, "square", "x") == FAN_OUT


def test_what_is_no_graph_is_refused() -> None:
    with pytest.raises(InvalidWire, match="wire 'z': the graph has so far x, square, y"):
        FAN_OUT.then("w", scale(2), "z")
    with pytest.raises(InvalidWire, match="wire 'x': the graph has a wire of this name already"):
        FAN_OUT.then("x", scale(2), "y")
    with pytest.raises(ShapeMismatch, match="inputs of add: expected 2 wires, got 1"):
        FAN_OUT.then("w", add, "y")
    with pytest.raises(WrongType, match="wire w needs a Node"):
        FAN_OUT.then("w", max, "y")  # type: ignore[arg-type]
    with pytest.raises(ShapeMismatch, match=r"graph: expected 1 inputs \(x\), got 2"):
        FAN_OUT.eval(Context.of(FLOAT, 1, 2))
    with pytest.raises(WrongType, match="graph needs a Context; got int 3"):
        FAN_OUT.eval(3)  # type: ignore[arg-type]
    with pytest.raises(ShapeMismatch, match="Context dot"):
        FAN_OUT.vjp(Context.of(FLOAT, 1), Context.of(FLOAT, 1))
    with pytest.raises(WrongType, match="loss_graph needs a TrainingSet"):
        loss_graph([1, 2])  # type: ignore[arg-type]


def test_rules_of_the_wrong_shape_are_refused() -> None:
    x = Context.of(FLOAT, [1.0, 2.0])
    flat = Node("flat", lambda x: x, lambda x, dx: dx[0].sum(), lambda x, dy: (dy.sum(),))
    graph = Graph(("x",)).then("y", flat, "x")
    with pytest.raises(ShapeMismatch, match=r"jvp of flat: expected \(2,\), got \(\)"):
        graph.jvp(x, x)
    with pytest.raises(ShapeMismatch, match=r"vjp of flat: expected \(2,\), got \(\)"):
        graph.vjp(x, Context.of(FLOAT, [1, 2], [1, 2]))
    short = Node("short", lambda x, y: x + y, lambda x, dx: dx[0] + dx[1], lambda x, dy: (dy,))
    with pytest.raises(ShapeMismatch, match="vjp of short: expected 2 tensors, got 1"):
        Graph(("x",)).then("y", short, "x", "x").vjp(x, Context.of(FLOAT, [1, 2], [1, 2]))


def test_only_a_scalar_at_the_end_is_a_loss() -> None:
    with pytest.raises(ShapeMismatch, match=r"scalar loss: expected \(\), got \(2,\)"):
        grad(FAN_OUT, Context.of(FLOAT, [1, 2]))
    with pytest.raises(EmptyInput, match="a loss is the last value of a graph"):
        seed_scalar_loss(Context(FLOAT))
    dataset, start = seed()
    with pytest.raises(OutOfRange, match="row to gather index 4"):
        grad(loss_graph(dataset), Context.of(FLOAT, start.embedding[:3], start.lm_head, start.bias))

"""The two checks: each fault that they are for is caught, and each check misses what only the other can see."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from drawing import draws
from graphs import INPUTS, NODES, POLYNOMIAL, drawn, graph_of, numbers, recipes, sound_inputs
from hypothesis import given
from hypothesis import strategies as st
from strategies import seed

from tinyml import (
    FLOAT,
    GF2,
    RATIONAL,
    Context,
    EmptyInput,
    Graph,
    Node,
    Ring,
    WrongType,
    backprop_correct,
    check_adjoint,
    check_derivative,
    loss_graph,
    pairings,
)
from tinyml.ch10_tape.faulty import lying, wrong_sign
from tinyml.ch10_tape.nodes import add, exp, multiply, scale

RNG = np.random.default_rng


@draws(60)
@given(st.sampled_from([RATIONAL, GF2]), recipes(), numbers)
def test_every_stage_of_the_way_back_leaves_the_number_as_it_is(ring: Ring, recipe: Any, number: int) -> None:
    graph = graph_of(recipe)
    inputs, change = drawn(ring, INPUTS, number), drawn(ring, INPUTS, number + 1)
    weights = drawn(ring, graph.eval(inputs).shapes, number + 2)
    found = pairings(graph, inputs, change, weights)
    assert len(found) == len(graph.cells) + 1
    assert set(found) == {graph.jvp(inputs, change).dot(weights)}
    assert found[-1] == change.dot(graph.vjp(inputs, weights))
    assert backprop_correct(graph, inputs, change, weights)


@draws(40)
@given(recipes(), numbers, st.data())
def test_a_wrong_sign_is_caught_and_its_node_is_named(recipe: Any, number: int, data: Any) -> None:
    spot = data.draw(st.integers(0, len(recipe) - 1))
    graph = graph_of(recipe, planted=(spot, wrong_sign))
    inputs, rng = drawn(RATIONAL, INPUTS, number), RNG(number)
    shapes = graph.eval(inputs).shapes
    change, weights = Context.random(RATIONAL, INPUTS, rng), Context.random(RATIONAL, shapes, rng)
    found = pairings(graph, inputs, change, weights)
    steps = [k for k in range(len(graph.cells)) if found[k] != found[k + 1]]
    assert steps in ([], [len(graph.cells) - 1 - spot])  # no other step changes the number
    report = backprop_correct(graph, inputs, change, weights)
    assert bool(report) == (steps == [])
    if steps:
        assert str(report.counterexample).startswith(f"node w{spot}: ")


@draws(40)
@given(st.sampled_from([RATIONAL, GF2]), recipes(), numbers, st.data())
def test_zeros_pass_the_first_check(ring: Ring, recipe: Any, number: int, data: Any) -> None:
    spot = data.draw(st.integers(0, len(recipe) - 1))
    graph = graph_of(recipe, planted=(spot, lying))
    assert check_adjoint(graph, drawn(ring, INPUTS, number), RNG(number), cases=3)


@pytest.mark.parametrize("ring", [FLOAT, RATIONAL, GF2], ids=repr)
@pytest.mark.parametrize("name", POLYNOMIAL)
def test_zeros_fail_the_second_check(name: str, ring: Ring) -> None:
    node, inputs = lying(POLYNOMIAL[name][0]), sound_inputs(name, ring, 3)
    assert check_adjoint(node, inputs, RNG(0))
    report = check_derivative(node, inputs, RNG(0))
    assert not report
    assert report.counterexample == "node y"


@draws(40)
@given(st.sampled_from([FLOAT, RATIONAL]), numbers, st.integers(0, 2))
def test_the_second_check_names_the_node_with_the_zeros(ring: Ring, number: int, spot: int) -> None:
    recipe = [("multiply", (0, 1)), ("matmul", (2, 0)), ("subtract", (3, 1))]
    graph = graph_of(recipe, planted=(spot, lying))
    inputs = Context.of(ring, [[1, 2], [3, 4]], [[5, 6], [7, 8]])
    assert check_adjoint(graph, inputs, RNG(number))
    report = check_derivative(graph, inputs, RNG(number))
    assert not report
    assert report.counterexample == f"node w{spot}"


@pytest.mark.parametrize("check", [check_adjoint, check_derivative])
def test_one_case_is_enough_for_a_report(check: Any) -> None:
    inputs = Context.of(RATIONAL, 2, 3)
    report = check(multiply, inputs, RNG(0), cases=1)
    assert report
    assert (report.cases, report.tolerance) == (1, 0)
    assert report.law == check(multiply, inputs, RNG(0), cases=2).law
    assert not check_derivative(lying(multiply), inputs, RNG(0), cases=1)
    with pytest.raises(EmptyInput, match="a law that is tried on nothing is not checked"):
        check(multiply, inputs, RNG(0), cases=0)


def test_mod_2_the_square_has_the_derivative_zero() -> None:
    graph = Graph(("x",)).then("square", lying(multiply), "x", "x")
    for x in (0, 1):
        assert check_derivative(graph, Context.of(GF2, x), RNG(0))
    assert not check_derivative(graph, Context.of(RATIONAL, 1), RNG(0))


@pytest.mark.parametrize("ring", [FLOAT, RATIONAL, GF2], ids=repr)
@pytest.mark.parametrize("value", [1, [1, 3]], ids=["scalar", "row"])
def test_a_node_may_read_its_input_more_than_once(ring: Ring, value: Any) -> None:
    def forward(x: Any) -> Any:
        return x**2 * x - (x - x * x)

    def slope(x: Any) -> Any:
        return 3 * x**2 - 1 + 2 * x

    right = Node("cubic", forward, lambda x, dx: slope(x[0]) * dx[0], lambda x, dy: (slope(x[0]) * dy,))
    inputs = Context.of(ring, value)
    assert check_adjoint(right, inputs, RNG(0))
    assert check_derivative(right, inputs, RNG(0))
    wrong = Node("cubic", forward, lambda x, dx: (slope(x[0]) + 1) * dx[0], lambda x, dy: ((slope(x[0]) + 1) * dy,))
    assert check_adjoint(wrong, inputs, RNG(0))
    assert not check_derivative(wrong, inputs, RNG(0))


def test_mod_2_there_is_no_wrong_sign() -> None:
    for name, ring in (("multiply", GF2), ("multiply", RATIONAL), ("multiply", FLOAT)):
        report = check_adjoint(wrong_sign(NODES[name][0]), sound_inputs(name, ring, 1), RNG(1))
        assert bool(report) == (ring is GF2)


FAULTS: dict[str, Node] = {
    "wrong sign": wrong_sign(multiply),
    "wrong factor": Node("multiply", multiply.forward, multiply.jvp, lambda x, dy: (2 * dy * x[1], dy * x[0])),
    "inputs swapped": Node("multiply", multiply.forward, multiply.jvp, lambda x, dy: (dy * x[0], dy * x[1])),
    "one wire forgotten": Node("multiply", multiply.forward, multiply.jvp, lambda x, dy: (dy * x[1], 0 * dy)),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("ring", [FLOAT, RATIONAL], ids=repr)
def test_the_first_check_catches_a_vjp_that_does_not_fit(fault: str, ring: Ring) -> None:
    report = check_adjoint(FAULTS[fault], Context.of(ring, 3, 5), RNG(0))
    assert not report
    assert str(report.counterexample).startswith("node y: ")
    assert check_derivative(FAULTS[fault], Context.of(ring, 3, 5), RNG(0))  # jvp is right: only the first sees it


def test_a_wrong_derivative_that_fits_itself_is_seen_by_the_second_check_alone() -> None:
    wrong = Node("scale -2", lambda x: x * -2, lambda x, dx: dx[0] * 2, lambda x, dy: (dy * 2,))
    graph = Graph(("x",)).then("exponent", wrong, "x").then("y", exp, "exponent")
    point = Context.of(FLOAT, 0.5)
    assert check_adjoint(graph, point, RNG(0))
    report = check_derivative(graph, point, RNG(0))
    assert not report
    assert report.counterexample == "node exponent"


def test_a_report_shows_both_numbers() -> None:
    graph = Graph(("x", "y")).then("z", wrong_sign(multiply), "x", "y").then("w", add, "z", "x")
    report = backprop_correct(
        graph, Context.of(RATIONAL, Fraction(1, 3), 2), Context.of(RATIONAL, 1, 0), Context.of(RATIONAL, 0, 0, 0, 1)
    )
    assert str(report) == (
        "<jvp dx, seed> = <dx, vjp seed>: fails, for example at node z: 3 is not -1 (1 case, largest deviation inf)"
    )


def test_both_checks_accept_the_language_model() -> None:
    dataset, start = seed()
    graph, inputs = loss_graph(dataset), Context.of(FLOAT, start.embedding, start.lm_head, start.bias)
    assert check_adjoint(graph, inputs, RNG(0))
    assert check_derivative(graph, inputs, RNG(0))


def test_a_law_that_is_tried_on_nothing_is_not_checked() -> None:
    for check in (check_adjoint, check_derivative):
        with pytest.raises(EmptyInput, match="a law that is tried on nothing"):
            check(multiply, Context.of(FLOAT, 1, 2), RNG(0), cases=0)
        with pytest.raises(WrongType, match="check needs a Node or a Graph; got"):
            check(max, Context.of(FLOAT, 1, 2), RNG(0))  # type: ignore[arg-type]
    assert scale(2).arity == 1

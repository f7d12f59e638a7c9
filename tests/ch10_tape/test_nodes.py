"""Nodes: each passes both checks in every number system that it names, and refuses what it cannot mean."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from drawing import draws
from graphs import NODES, POLYNOMIAL, drawn, numbers, sound_inputs
from hypothesis import given
from hypothesis import strategies as st

from tinyml import (
    FLOAT,
    GF2,
    RATIONAL,
    Context,
    InvalidScalar,
    Node,
    OutOfRange,
    Ring,
    ShapeMismatch,
    WrongType,
    check_adjoint,
    check_derivative,
)
from tinyml.ch10_tape.adjointness import as_graph
from tinyml.ch10_tape.nodes import (
    add,
    exp,
    gather,
    log,
    log_softmax,
    matmul,
    multiply,
    pick,
    relu,
    scale,
    sigmoid,
    total,
)

PAIRS = [(name, ring) for name, (node, _) in NODES.items() for ring in node.rings]


@draws(200)
@given(st.sampled_from(PAIRS), numbers)
def test_the_rules_of_a_node_are_adjoint(pair: tuple[str, Ring], number: int) -> None:
    name, ring = pair
    report = check_adjoint(NODES[name][0], sound_inputs(name, ring, number), np.random.default_rng(number), cases=2)
    assert report, str(report)
    assert report.tolerance == (1e-12 if ring is FLOAT else 0)


@draws(200)
@given(st.sampled_from(PAIRS), numbers)
def test_jvp_is_the_derivative_of_forward(pair: tuple[str, Ring], number: int) -> None:
    name, ring = pair
    report = check_derivative(NODES[name][0], sound_inputs(name, ring, number), np.random.default_rng(number), cases=2)
    assert report, str(report)
    assert report.tolerance == (1e-7 if ring is FLOAT else 0)


def test_every_polynomial_node_is_exact_in_all_three_systems() -> None:
    assert {name for name, (node, _) in NODES.items() if node.rings == (FLOAT, RATIONAL, GF2)} == set(POLYNOMIAL)
    assert len(PAIRS) == 3 * len(POLYNOMIAL) + len(NODES) - len(POLYNOMIAL)


@given(st.sampled_from(PAIRS), numbers)
def test_rules_change_none_of_their_arguments(pair: tuple[str, Ring], number: int) -> None:
    name, ring = pair
    node, inputs = NODES[name][0], sound_inputs(name, ring, number)
    copy = Context.of(ring, *inputs)
    value = ring.tensor(node.forward(*inputs))  # the arrays are read-only: writing to one would raise
    change = drawn(ring, inputs.shapes, number)
    weight = ring.random(value.shape, np.random.default_rng(number))
    kept = ring.tensor(weight)
    node.jvp(inputs.tensors, change.tensors)
    node.vjp(inputs.tensors, weight)
    assert inputs == copy
    assert np.array_equal(weight, kept)


def test_a_scalar_is_differentiated_by_hand() -> None:
    x = Context.of(FLOAT, 0.5)
    graph = as_graph(exp)
    assert graph.jvp(x, Context.of(FLOAT, 2)).tensors[-1] == pytest.approx(2 * np.exp(0.5))
    assert float(sigmoid.forward(np.array(0.1))) == pytest.approx(0.524979, abs=1e-6)
    assert sigmoid.forward(np.array([-800.0, 800.0])).tolist() == [0.0, 1.0]
    assert relu.vjp((np.array([-1.0, 0.0, 2.0]),), np.ones(3))[0].tolist() == [0.0, 0.0, 1.0]
    assert log.vjp((np.array([4.0]),), np.ones(1))[0].tolist() == [0.25]
    assert np.exp(log_softmax.forward(np.zeros((1, 5)))).sum() == pytest.approx(1)


@pytest.mark.parametrize("shape", [(3,), (2, 3), (2, 3, 4)], ids=["rank 1", "rank 2", "rank 3"])
def test_log_softmax_goes_along_the_last_axis_both_ways(shape: tuple[int, ...]) -> None:
    inputs = Context.random(FLOAT, (shape,), np.random.default_rng(0))
    assert np.exp(log_softmax.forward(*inputs)).sum(axis=-1) == pytest.approx(np.ones(shape[:-1]))
    assert check_adjoint(log_softmax, inputs, np.random.default_rng(1))
    assert check_derivative(log_softmax, inputs, np.random.default_rng(2))


def test_rows_that_are_read_twice_add_up_on_the_way_back() -> None:
    table = RATIONAL.tensor([[1, 2], [3, 4], [5, 6]])
    [back] = gather([2, 2, 0]).vjp((table,), RATIONAL.tensor([[1, 0], [10, 0], [100, 7]]))
    assert back.tolist() == [[100, 7], [0, 0], [11, 0]]


@pytest.mark.parametrize(
    ("node", "inputs", "message"),
    [
        (add, Context.of(FLOAT, [1, 2], 3), r"shape mismatch in add: expected \(2,\), got \(\)"),
        (multiply, Context.of(FLOAT, [[1, 2]], [1, 2]), r"shape mismatch in multiply: expected \(1, 2\), got \(2,\)"),
        (matmul, Context.of(FLOAT, [[1, 2]], [[1, 2]]), r"matmul: expected \(m, k\) and \(k, n\)"),
        (matmul, Context.of(FLOAT, [1, 2], [1, 2]), "matmul: expected"),
        (NODES["add_row"][0], Context.of(FLOAT, [[1, 2]], [1, 2, 3]), r"add_row: expected a table \(n, 3\)"),
        (pick([0, 1]), Context.of(FLOAT, [[1, 2]]), r"pick: expected \(2, columns\), got \(1, 2\)"),
    ],
)
def test_shapes_that_do_not_fit_are_refused(node: Node, inputs: Context, message: str) -> None:
    with pytest.raises(ShapeMismatch, match=message):
        as_graph(node).eval(inputs)


def test_indices_outside_a_table_are_refused() -> None:
    with pytest.raises(OutOfRange, match="row to gather index 3 out of range; limit is 3"):
        as_graph(gather([0, 3])).eval(Context.of(FLOAT, [[1], [2], [3]]))
    with pytest.raises(OutOfRange, match="column to pick index 2 out of range; limit is 2"):
        as_graph(pick([0, 2])).eval(Context.of(FLOAT, [[1, 2], [3, 4]]))
    with pytest.raises(OutOfRange, match="indices start at 0"):
        gather([-1])


def test_a_node_refuses_numbers_in_which_it_has_no_meaning() -> None:
    with pytest.raises(WrongType, match="node exp needs numbers of FLOAT; got Ring RATIONAL"):
        as_graph(exp).eval(Context.of(RATIONAL, 1))
    with pytest.raises(WrongType, match=r"node scale 0\.5 needs numbers of FLOAT"):
        as_graph(scale(0.5)).eval(Context.of(GF2, 1))
    assert as_graph(scale(Fraction(1, 2))).eval(Context.of(RATIONAL, 3))[1] == Fraction(3, 2)
    with pytest.raises(WrongType, match="scale needs an int, a float or a Fraction; got bool True"):
        scale(True)


@pytest.mark.parametrize(("node", "value"), [(exp, 1000.0), (log, 0.0), (log, -1.0)])
def test_a_value_that_is_not_finite_names_its_node(node: Node, value: float) -> None:
    with pytest.raises(InvalidScalar, match=f"what node {node} makes must be finite"):
        as_graph(node).eval(Context.of(FLOAT, value))


def test_a_node_is_made_of_three_functions() -> None:
    rules: list[Any] = [multiply.forward, multiply.jvp, 3]
    with pytest.raises(WrongType, match="node cube needs three functions: forward, jvp and vjp; got int 3"):
        Node("cube", *rules)
    assert (multiply.arity, total.arity, repr(multiply)) == (2, 1, "multiply")

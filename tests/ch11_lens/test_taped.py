"""Taped: a graph as a composite of lenses has its values for a get, and its way back for a put."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from drawing import draws
from graphs import INPUTS, NODES, drawn, graph_of, numbers, recipes, sound_inputs
from hypothesis import given
from hypothesis import strategies as st
from small_lenses import pair
from strategies import problems, seed

from tinyml import (
    FLOAT,
    GF2,
    RATIONAL,
    Context,
    Graph,
    InvalidScalar,
    Node,
    Parameters,
    Ring,
    ShapeMismatch,
    TrainingSet,
    WrongType,
    bracketed,
    check_reverse,
    gradient,
    lens_of_graph,
    lens_of_node,
    loss_graph,
    seed_scalar_loss,
)
from tinyml.ch10_tape.nodes import add, exp, multiply, scale
from tinyml.ch11_lens.lenses import parts_of
from tinyml.ch11_lens.taped import ContextChange, context, of_cell, reading

SQUARED = Graph(("x", "y")).then("z", multiply, "x", "y").then("square", multiply, "z", "z")


def state_of(parameters: Parameters) -> Context:
    return Context.of(FLOAT, parameters.embedding, parameters.lm_head, parameters.bias)


@draws(40)
@given(st.sampled_from([RATIONAL, GF2]), recipes(most=4), numbers)
def test_the_put_of_a_graph_is_its_vjp_exactly(ring: Ring, recipe: Any, number: int) -> None:
    graph = graph_of(recipe)
    inputs = drawn(ring, INPUTS, number)
    values, own = graph.eval(inputs), lens_of_graph(graph)
    weights = drawn(ring, values.shapes, number + 1)
    assert own.get(inputs) == values
    assert own.put(pair(inputs, weights)) == graph.vjp(inputs, weights)


@draws(30)
@given(problems(), numbers)
def test_the_way_back_of_the_language_model_is_a_put_to_the_last_bit(
    problem: tuple[TrainingSet, Parameters], number: int
) -> None:
    dataset, parameters = problem
    graph, inputs = loss_graph(dataset), state_of(parameters)
    values, own = graph.eval(inputs), lens_of_graph(graph)
    for weights in (seed_scalar_loss(values), drawn(FLOAT, values.shapes, number)):
        assert own.put(pair(inputs, weights)) == graph.vjp(inputs, weights)


def test_the_gradient_of_the_book_is_a_put() -> None:
    dataset, start = seed()
    graph = loss_graph(dataset)
    own = lens_of_graph(graph)
    back = own.put(pair(state_of(start), seed_scalar_loss(graph.eval(state_of(start)))))
    for found, part in zip(back, ("embedding", "lm_head", "bias"), strict=True):
        assert np.abs(found - getattr(gradient(start, dataset), part)).max() <= 1e-15
    assert (str(own.source), str(own.target)) == ("(Context[3], ContextChange[3])", "(Context[10], ContextChange[10])")
    assert len(parts_of(own)) == 3 * len(graph.cells)


@draws(40)
@given(recipes(most=3), st.sampled_from(["left", "balanced", "right"]), numbers)
def test_a_graph_may_be_bracketed_as_one_likes(recipe: Any, bracket: Any, number: int) -> None:
    graph = graph_of(recipe)
    inputs = drawn(RATIONAL, INPUTS, number)
    weights = drawn(RATIONAL, graph.eval(inputs).shapes, number + 1)
    cells = [of_cell(cell, len(INPUTS) + place) for place, cell in enumerate(graph.cells)]
    assert bracketed(cells, bracket).put(pair(inputs, weights)) == graph.vjp(inputs, weights)


@draws(100)
@given(st.sampled_from(sorted(NODES)), numbers)
def test_every_node_as_a_lens_is_the_derivative_turned_around(name: str, number: int) -> None:
    inputs = sound_inputs(name, FLOAT, number)
    own = lens_of_node(NODES[name][0])
    seeds = ContextChange(drawn(FLOAT, own.get(inputs).shapes, number + 1))
    report = check_reverse(own, inputs, ContextChange(drawn(FLOAT, inputs.shapes, number + 2)), seeds)
    assert report, str(report)


def test_a_wire_that_is_read_twice_collects_twice() -> None:
    own, inputs = lens_of_graph(SQUARED), Context.of(RATIONAL, 3, 2)
    assert own.get(inputs) == Context.of(RATIONAL, 3, 2, 6, 36)
    assert own.put(pair(inputs, Context.of(RATIONAL, 0, 0, 0, 1))) == Context.of(RATIONAL, 24, 36)
    read = reading(2, (1, 1))
    assert read.put(pair(inputs, Context.of(RATIONAL, 5, 7))) == Context.of(RATIONAL, 0, 12)


def test_a_graph_without_nodes_is_an_identity() -> None:
    own, inputs = lens_of_graph(Graph(("x",))), Context.of(FLOAT, 5)
    assert own.get(inputs) == inputs
    assert own.put(pair(inputs, Context.of(FLOAT, 7))) == Context.of(FLOAT, 7)


def test_what_does_not_fit_a_graph_is_refused() -> None:
    own = lens_of_graph(SQUARED)
    with pytest.raises(ShapeMismatch, match=r"shape mismatch in get of .*, Context\[2\]: expected 2 tensors, got 1"):
        own.get(Context.of(FLOAT, 1))
    with pytest.raises(ShapeMismatch, match=r"put of .*, ContextChange\[4\]: expected 4 tensors, got 2"):
        own.put(pair(Context.of(FLOAT, 1, 2), Context.of(FLOAT, 1, 2)))
    with pytest.raises(WrongType, match=r"needs a Context for Context\[2\]; got int 3"):
        own.get(3)  # type: ignore[arg-type]
    with pytest.raises(WrongType, match="lens_of_graph needs a Graph; got Node multiply"):
        lens_of_graph(multiply)  # type: ignore[arg-type]
    with pytest.raises(InvalidScalar, match="what node exp makes must be finite"):
        lens_of_node(exp).get(Context.of(FLOAT, 1000))
    with pytest.raises(WrongType, match="node exp needs numbers of FLOAT; got Ring RATIONAL"):
        lens_of_node(exp).get(Context.of(RATIONAL, 1))
    short = Node("short", lambda x, y: x + y, lambda x, dx: dx[0] + dx[1], lambda x, dy: (dy,))
    with pytest.raises(ShapeMismatch, match="vjp of short: expected 2 tensors, got 1"):
        lens_of_node(short).put(pair(Context.of(FLOAT, 1, 2), Context.of(FLOAT, 1)))


def test_nodes_compose_by_themselves() -> None:
    chain = lens_of_node(scale(-2)) >> lens_of_node(exp)
    assert chain.source == context(1)
    assert float(chain.put(pair(Context.of(FLOAT, 0.5), Context.of(FLOAT, 1)))[0]) == pytest.approx(-0.735759, abs=5e-7)
    assert lens_of_node(add).source == context(2)

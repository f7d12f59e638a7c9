"""JAX as a judge of the tape: every node of floats, and random graphs with fan-out, in float64 on the processor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from drawing import draws
from graphs import COLUMNS, INPUTS, NODES, ROWS, drawn, graph_of, numbers, recipes, sound_inputs
from hypothesis import given
from strategies import problems

from tinyml import FLOAT, Context, Graph, Parameters, TrainingSet, grad, loss_graph
from tinyml.ch10_tape.adjointness import as_graph

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_platforms", "cpu")
pytestmark = pytest.mark.uncounted

SAME: dict[str, Callable[..., Any]] = {
    "add": lambda x, y: x + y,
    "subtract": lambda x, y: x - y,
    "multiply": lambda x, y: x * y,
    "matmul": jnp.matmul,
    "add_row": lambda table, row: table + row,
    "total": jnp.sum,
    "scale": lambda x: -3 * x,
    "gather": lambda table: table[jnp.array(ROWS)],
    "pick": lambda table: table[jnp.arange(3), jnp.array(COLUMNS)],
    "exp": jnp.exp,
    "log": jnp.log,
    "sigmoid": jax.nn.sigmoid,
    "relu": jax.nn.relu,
    "log_softmax": jax.nn.log_softmax,
    "scale by a float": lambda x: -0.25 * x,
}


def second_row_twice(table: Any) -> Any:
    return table[jnp.array([1, 1])]


def near(own: Any, its: Any, size: float = 1.0) -> None:
    np.testing.assert_allclose(own, np.asarray(its), rtol=1e-11, atol=1e-12 * max(1.0, size))


def compare(graph: Graph, function: Callable[..., Any], inputs: Context, number: int) -> None:
    """Compare value, jvp and vjp of the last wire with those of a function of JAX."""
    change = drawn(FLOAT, inputs.shapes, number + 1)
    values = graph.eval(inputs)
    weight = FLOAT.random(values.shapes[-1], np.random.default_rng(number))
    value, moved = jax.jvp(function, inputs.tensors, change.tensors)
    _, back = jax.vjp(function, *inputs.tensors)
    near(values.tensors[-1], value)
    near(graph.jvp(inputs, change).tensors[-1], moved)
    seed = Context.one_hot(FLOAT, values.shapes, len(values) - 1, weight)
    for own, its in zip(graph.vjp(inputs, seed), back(weight), strict=True):
        near(own, its, float(np.abs(its).max()))


def test_every_node_has_its_counterpart() -> None:
    assert set(SAME) == set(NODES)


@pytest.mark.parametrize("name", NODES)
@pytest.mark.parametrize("number", range(3))
def test_every_node_agrees_with_jax(name: str, number: int) -> None:
    compare(as_graph(NODES[name][0]), SAME[name], sound_inputs(name, FLOAT, number), number)


@draws(60)
@given(recipes(exact=False, most=6), numbers)
def test_random_graphs_with_fan_out_agree_with_jax(recipe: Any, number: int) -> None:
    def function(a: Any, b: Any) -> Any:
        wires = [a, b]
        for name, places in recipe:
            step = second_row_twice if name == "gather" else SAME[name]
            wires.append(step(*(wires[place] for place in places)))
        return wires[-1].sum()

    compare(graph_of(recipe), function, drawn(FLOAT, INPUTS, number).scale(0.5), number)


@draws(5)  # JAX compiles anew for each shape
@given(problems())
def test_the_loss_of_the_language_model_agrees_with_jax(problem: tuple[TrainingSet, Parameters]) -> None:
    dataset, start = problem
    inputs, targets = jnp.array(dataset.inputs), jnp.array(dataset.targets)

    def loss(embedding: Any, head: Any, bias: Any) -> Any:
        logs = jax.nn.log_softmax(embedding[inputs] @ head + bias)
        return -logs[jnp.arange(len(targets)), targets].mean()

    point = (start.embedding, start.lm_head, start.bias)
    for own, its in zip(
        grad(loss_graph(dataset), Context.of(FLOAT, *point)), jax.grad(loss, (0, 1, 2))(*point), strict=True
    ):
        near(own, its)

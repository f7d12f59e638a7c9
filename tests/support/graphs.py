"""What the tests of the tape draw: nodes with inputs that fit them, and random graphs with fan-out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st

from tinyml import Context, Graph, Node, Ring
from tinyml.ch10_tape.nodes import (
    add,
    add_row,
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
    subtract,
    total,
)

ROWS, COLUMNS = [2, 0, 2, 1], [1, 0, 1]
POLYNOMIAL: dict[str, tuple[Node, tuple[tuple[int, ...], ...]]] = {
    "add": (add, ((2, 3), (2, 3))),
    "subtract": (subtract, ((2, 3), (2, 3))),
    "multiply": (multiply, ((2, 3), (2, 3))),
    "matmul": (matmul, ((2, 3), (3, 4))),
    "add_row": (add_row, ((3, 2), (2,))),
    "total": (total, ((2, 3),)),
    "scale": (scale(-3), ((2, 3),)),
    "gather": (gather(ROWS), ((3, 2),)),
    "pick": (pick(COLUMNS), ((3, 2),)),
}
"""Nodes that have a meaning in every number system, with shapes of their inputs."""

SMOOTH: dict[str, tuple[Node, tuple[tuple[int, ...], ...]]] = {
    "exp": (exp, ((2, 3),)),
    "log": (log, ((2, 3),)),
    "sigmoid": (sigmoid, ((2, 3),)),
    "relu": (relu, ((2, 3),)),
    "log_softmax": (log_softmax, ((2, 3),)),
    "scale by a float": (scale(-0.25), ((2, 3),)),
}
"""Nodes of floats alone."""

NODES = POLYNOMIAL | SMOOTH

SIZE = 2
SQUARE = {
    name: node
    for name, (node, _) in NODES.items()
    if name in ("add", "subtract", "multiply", "matmul", "scale", "sigmoid", "log_softmax", "relu")
} | {"gather": gather([1, 1])}
"""Nodes from tables of shape (2, 2) to one of the same shape, out of which random graphs are made."""


def drawn(ring: Ring, shapes: tuple[tuple[int, ...], ...], number: int) -> Context:
    """Return a random context."""
    return Context.random(ring, shapes, np.random.default_rng(number))


def sound_inputs(name: str, ring: Ring, number: int) -> Context:
    """Return random inputs for a node: above 0 for a logarithm, away from the kink for relu."""
    found = drawn(ring, NODES[name][1], number)
    if name == "log":
        return Context.of(ring, *(0.1 + np.abs(tensor) for tensor in found))
    if name == "relu":
        return Context.of(ring, *(tensor + np.where(tensor >= 0, 0.1, -0.1) for tensor in found))
    return found


numbers = st.integers(0, 2**32 - 1)


@st.composite
def recipes(draw: st.DrawFn, *, exact: bool = True, most: int = 8) -> list[tuple[str, tuple[int, ...]]]:
    """Draw a random graph as a recipe: names of nodes and the places they read; some wire is read twice."""
    names = [name for name in SQUARE if name in POLYNOMIAL or not exact]
    recipe: list[tuple[str, tuple[int, ...]]] = []
    for number in range(draw(st.integers(1, most))):
        name = draw(st.sampled_from(names))
        places = st.integers(0, number + 1)
        recipe.append((name, tuple(draw(places) for _ in range(SQUARE[name].arity))))
    last = len(recipe) + 1
    return [*recipe, ("multiply", (last, draw(st.integers(0, last)))), ("add", (last, last + 1))]


def graph_of(recipe: Sequence[tuple[str, tuple[int, ...]]], **planted: Any) -> Graph:
    """Return the graph of a recipe with two inputs, and the sum of its last table as a loss.

    `planted=(k, make)` puts make(node) in the place of the node number k.
    """
    spot, make = planted.get("planted", (None, None))
    graph = Graph(("a", "b"))
    for number, (name, places) in enumerate(recipe):
        node = make(SQUARE[name]) if number == spot else SQUARE[name]
        graph = graph.then(f"w{number}", node, *(graph.wires[place] for place in places))
    return graph.then("loss", total, graph.wires[-1])


INPUTS = ((SIZE, SIZE), (SIZE, SIZE))

"""The tape: a graph of nodes, run forward, pushed forward (jvp) and pulled back (vjp).

    eval   inputs                ->  inputs ++ the value of every node
    jvp    inputs x a change     ->  the change of every value
    vjp    inputs x a seed       ->  what the seed on all values is worth on the inputs

    <jvp(x, dx), seed>  =  <dx, vjp(x, seed)>

The equation holds for a graph because it holds for each of its nodes: `tinyml.ch10_tape.adjointness` runs the proof.
The nodes stand in the order in which they are computed, and a wire may be read many times (fan-out).
Laws (tests/ch10_tape/test_tape.py): global adjointness, exactly in fractions and bits, for random graphs; a directional
derivative of a loss is <dx, grad>; an SGD step on contexts is `descend`, tensor by tensor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, final

import numpy as np

from tinyml.ch01_objects.domain import TrainingSet
from tinyml.ch01_objects.quantities import LearningRate
from tinyml.ch10_tape.context import Context
from tinyml.ch10_tape.nodes import Node, add_row, gather, log_softmax, matmul, pick, scale, total
from tinyml.ch10_tape.rings import Array
from tinyml.errors import EmptyInput, InvalidScalar, InvalidWire, ShapeMismatch, WrongType


@final
@dataclass(frozen=True, slots=True)
class Cell:
    """A node at its place in a graph: the wire that it makes, and the places of the wires that it reads."""

    wire: str
    node: Node
    reads: tuple[int, ...]

    def forward(self, values: Context) -> Context:
        """Return the values so far with that of this node at the end."""
        if values.ring not in self.node.rings:
            raise WrongType(f"node {self.node}", f"numbers of {' or '.join(map(repr, self.node.rings))}", values.ring)
        return self._made(values, self.node.forward(*self._read(values)))

    def jvp(self, values: Context, changes: Context) -> Context:
        """Return the changes of the values so far with that of this node at the end."""
        return self._made(changes, self.node.jvp(self._read(values), self._read(changes)))

    def vjp(self, values: Context, seed: Context, weight: Array) -> Context:
        """Return the seed on the values so far, with the share of `weight`, the seed on this node, added."""
        shares = tuple(self.node.vjp(self._read(values), weight))
        if len(shares) != len(self.reads):
            raise ShapeMismatch(f"vjp of {self.node}", f"{len(self.reads)} tensors", f"{len(shares)}")
        for place, share in zip(self.reads, shares, strict=True):
            if np.shape(share) != values[place].shape:
                raise ShapeMismatch(f"vjp of {self.node}", str(values[place].shape), str(np.shape(share)))
            seed = seed.adding(place, share)
        return seed

    def _read(self, context: Context) -> tuple[Array, ...]:
        return tuple(context[place] for place in self.reads)

    def _made(self, context: Context, tensor: Any) -> Context:
        """Return a context with what the node made at the end, refusing what is not finite."""
        try:
            return context.snoc(tensor)
        except InvalidScalar as error:
            raise InvalidScalar(f"what node {self.node} makes", error.value, error.position) from None


@final
@dataclass(frozen=True, slots=True, repr=False)
class Graph:
    """Inputs by name, then nodes in the order in which they are computed; `then` adds one.

    >>> from tinyml.ch10_tape.nodes import add, multiply
    >>> Graph(("x",)).then("square", multiply, "x", "x").then("y", add, "square", "x")
    x; square = multiply(x, x); y = add(square, x)
    """

    inputs: tuple[str, ...]
    cells: tuple[Cell, ...] = ()

    @property
    def wires(self) -> tuple[str, ...]:
        """The names of all values, inputs first, in the order of the context that `eval` returns."""
        return (*self.inputs, *(cell.wire for cell in self.cells))

    def then(self, wire: str, node: Node, *reads: str) -> Graph:
        """Return the graph with one more node, which reads the named wires; what exists is not changed."""
        if not isinstance(node, Node):
            raise WrongType(f"wire {wire}", "a Node", node)
        if wire in self.wires:
            raise InvalidWire(wire, "the graph has a wire of this name already")
        for read in reads:
            if read not in self.wires:
                raise InvalidWire(read, f"the graph has so far {', '.join(self.wires)}")
        if len(reads) != node.arity:
            raise ShapeMismatch(f"inputs of {node}", f"{node.arity} wires", f"{len(reads)}")
        return Graph(self.inputs, (*self.cells, Cell(wire, node, tuple(map(self.wires.index, reads)))))

    def eval(self, inputs: Context) -> Context:
        """Return the inputs followed by the value of every node."""
        self._refuse_inputs(inputs)
        values = inputs
        with np.errstate(all="ignore"):
            for cell in self.cells:
                values = cell.forward(values)
        return values

    def jvp(self, inputs: Context, change: Context) -> Context:
        """Return the change of every value when the inputs change by `change`, to first order."""
        values, changes = self.eval(inputs), change
        inputs.dot(change)  # refuses what does not fit
        with np.errstate(all="ignore"):
            for number, cell in enumerate(self.cells, start=len(self.inputs)):
                changes = cell.jvp(values.first(number), changes)
                if changes.shapes[-1] != values.shapes[number]:
                    raise ShapeMismatch(f"jvp of {cell.node}", str(values.shapes[number]), str(changes.shapes[-1]))
        return changes

    def vjp(self, inputs: Context, seed: Context) -> Context:
        """Return what a seed on all values is worth on the inputs.

        The last node passes its part of the seed on to the wires that it reads; what is left is the same task
        for a graph with one node less.
        """
        values = self.eval(inputs)
        values.dot(seed)  # refuses what does not fit
        with np.errstate(all="ignore"):
            for cell in reversed(self.cells):
                values, _ = values.unsnoc()
                seed, weight = seed.unsnoc()
                seed = cell.vjp(values, seed, weight)
        return seed

    def _refuse_inputs(self, inputs: Context) -> None:
        if not isinstance(inputs, Context):
            raise WrongType("graph", "a Context", inputs)
        if len(inputs) != len(self.inputs):
            raise ShapeMismatch("graph", f"{len(self.inputs)} inputs ({', '.join(self.inputs)})", f"{len(inputs)}")

    def __repr__(self) -> str:
        made = (f"{cell.wire} = {cell.node}({', '.join(self.wires[k] for k in cell.reads)})" for cell in self.cells)
        return "; ".join([", ".join(self.inputs), *made])


def seed_scalar_loss(values: Context) -> Context:
    """Return the seed of a loss: 1 on the last value, which must be a scalar, and 0 on all others.

    >>> from tinyml.ch10_tape.rings import FLOAT
    >>> seed_scalar_loss(Context.of(FLOAT, [3, 4], 7))
    Context(FLOAT: [0, 0], 1)
    """
    if len(values) == 0:
        raise EmptyInput("values of a graph", "a loss is the last value of a graph")
    if values.shapes[-1] != ():
        raise ShapeMismatch("scalar loss", "()", str(values.shapes[-1]))
    return Context.one_hot(values.ring, values.shapes, len(values) - 1, 1)


def grad(graph: Graph, inputs: Context) -> Context:
    """Return the gradient of the last value, a scalar, in the inputs.

    >>> from tinyml.ch10_tape.nodes import multiply
    >>> from tinyml.ch10_tape.rings import FLOAT
    >>> grad(Graph(("x", "y")).then("z", multiply, "x", "y"), Context.of(FLOAT, 2, 5))
    Context(FLOAT: 5, 2)
    """
    return graph.vjp(inputs, seed_scalar_loss(graph.eval(inputs)))


def sgd_step(parameters: Context, gradients: Context, learning_rate: LearningRate) -> Context:
    """Return parameters - learning_rate * gradients, tensor by tensor.

    The empty context stays; otherwise the first tensor p becomes p - rate * g, and the rest is the same step:

    >>> from tinyml.ch10_tape.rings import FLOAT
    >>> sgd_step(Context(FLOAT), Context(FLOAT), LearningRate(0.5))
    Context(FLOAT: nil)
    >>> rest, slopes, rate = Context.of(FLOAT, [3, 4]), Context.of(FLOAT, [1, 1]), LearningRate(0.5)
    >>> step = sgd_step(rest.cons(10), slopes.cons(2), rate)
    >>> step == sgd_step(rest, slopes, rate).cons(10 - 0.5 * 2)
    True
    """
    if not isinstance(learning_rate, LearningRate):
        raise WrongType("sgd_step", "a LearningRate", learning_rate)
    rate: float | Fraction = learning_rate.value
    if parameters.ring.exact:
        rate = Fraction(rate)  # a float is a fraction with a power of two below
    return parameters - gradients.scale(int(rate) if rate == int(rate) else rate)


def loss_graph(dataset: TrainingSet) -> Graph:
    """Return the average loss of the tiny language model as a graph of embedding, lm_head and bias."""
    if not isinstance(dataset, TrainingSet):
        raise WrongType("loss_graph", "a TrainingSet", dataset)
    return (
        Graph(("embedding", "lm_head", "bias"))
        .then("vectors", gather(_listed(dataset.inputs)), "embedding")
        .then("scores", matmul, "vectors", "lm_head")
        .then("logits", add_row, "scores", "bias")
        .then("logs", log_softmax, "logits")
        .then("chosen", pick(_listed(dataset.targets)), "logs")
        .then("sum", total, "chosen")
        .then("loss", scale(-1.0 / len(dataset)), "sum")
    )


def _listed(indices: Any) -> Sequence[int]:
    found: list[int] = indices.tolist()
    return found

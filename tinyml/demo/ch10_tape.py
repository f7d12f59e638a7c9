"""The tape: can a gradient be checked?

A graph whose way forward and way back meet at the same fraction, and the two checks of a node.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from tinyml.ch01_objects.parameters import Gradient
from tinyml.ch02_arrows.laws import close
from tinyml.ch04_training.training import gradient
from tinyml.ch10_tape.adjointness import check_adjoint, check_derivative
from tinyml.ch10_tape.context import Context
from tinyml.ch10_tape.faulty import lying
from tinyml.ch10_tape.nodes import Node, add, multiply, scale
from tinyml.ch10_tape.rings import FLOAT, RATIONAL
from tinyml.ch10_tape.tape import Graph, grad, loss_graph, seed_scalar_loss
from tinyml.demo.telling import DATASET, START


def lines() -> Iterator[str]:
    graph = squared(multiply)
    x, dx = Context.of(RATIONAL, Fraction(1, 3), Fraction(-2, 5)), Context.of(RATIONAL, Fraction(7, 2), Fraction(1, 9))
    yield f"{graph}"
    seed = seed_scalar_loss(graph.eval(x))
    yield f"forward: {graph.jvp(x, dx).dot(seed)}"
    yield f"back   : {dx.dot(graph.vjp(x, seed))}"
    rng = np.random.default_rng(0)
    for what, node in (("multiply", multiply), ("a multiply whose rules return zeros", lying(multiply))):
        own = squared(node)
        yield f"square by {what}:"
        yield from (
            f"  {check.law}: {check.holds}" for check in (check_adjoint(own, x, rng), check_derivative(own, x, rng))
        )
    start = Context.of(FLOAT, START.embedding, START.lm_head, START.bias)
    by_tape = Gradient(*grad(loss_graph(DATASET), start))
    yield f"gradient of the model by tape is that by hand, to 1e-15: {close(by_tape, gradient(START, DATASET), 1e-15)}"


def squared(square: Node) -> Graph:
    """Return (xy)² + 3x as a graph in which this node makes the square."""
    graph = Graph(("x", "y")).then("z", multiply, "x", "y").then("square", square, "z", "z")
    return graph.then("triple", scale(3), "x").then("loss", add, "square", "triple")

"""Two checks of a derivative, and the proof that local checks are enough.

    check_adjoint       <jvp(x, dx), seed> = <dx, vjp(x, seed)>     forward and backward fit each other
    check_derivative    jvp(x, dx) is the derivative of forward     and they are about this function
    pairings            the number <changes, seed> at every stage of the way back

Neither check is enough alone.  In fractions and bits both are exact.  `pairings` is the proof by induction,
run: each node must leave the number as it is, so the first stage that changes it names the faulty node.
Laws (tests/ch10_tape/test_adjointness.py): the checks accept every node of the package and refuse a wrong sign, a wrong
factor, a forgotten wire and two zeros.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from tinyml.ch02_arrows.laws import LawReport, deviation
from tinyml.ch04_training.differences import central_difference
from tinyml.ch10_tape.context import Context
from tinyml.ch10_tape.nodes import Node
from tinyml.ch10_tape.rings import Array, Dual
from tinyml.ch10_tape.tape import Graph
from tinyml.errors import EmptyInput, WrongType, show

ADJOINT = "<jvp dx, seed> = <dx, vjp seed>"
DERIVATIVE = "jvp is the derivative of forward"
STEP, NEAR = 1e-5, 1e-7
"""Step of the central differences, and how near they must come."""


def as_graph(subject: Node | Graph) -> Graph:
    """Return a graph as it is, and a node as the graph that holds it alone."""
    if isinstance(subject, Graph):
        return subject
    if not isinstance(subject, Node):
        raise WrongType("check", "a Node or a Graph", subject)
    names = tuple(f"x{k}" for k in range(subject.arity))
    return Graph(names).then("y", subject, *names)


def pairings(graph: Graph, inputs: Context, change: Context, seed: Context) -> tuple[Any, ...]:
    """Return <changes, seed> before the way back and after each of its steps, from the last node to the first.

    The first number is <jvp dx, seed> and the last is <dx, vjp seed>.  At stage k the changes and the seed
    are those of the graph without its last k nodes.
    """
    values, changes = graph.eval(inputs), graph.jvp(inputs, change)
    found = [changes.dot(seed)]
    for cell in reversed(graph.cells):
        values, _ = values.unsnoc()
        changes, _ = changes.unsnoc()
        seed, weight = seed.unsnoc()
        seed = cell.vjp(values, seed, weight)
        found.append(changes.dot(seed))
    return tuple(found)


def backprop_correct(graph: Graph, inputs: Context, change: Context, seed: Context) -> LawReport:
    """Compare <jvp dx, seed> with <dx, vjp seed>; where they differ, name the node at which the number changed."""
    ring, numbers = inputs.ring, pairings(graph, inputs, change, seed)
    sizes = graph.jvp(inputs, change), graph.vjp(inputs, seed)
    size = 0.0 if ring.exact else _size(sizes[0], seed) + _size(change, sizes[1])
    worst = ring.deviation(numbers[0], numbers[-1], size)
    example = None
    if worst > ring.tolerance:
        jumps = [ring.deviation(left, right, size) for left, right in pairwise(numbers)]
        guilty = graph.cells[-1 - jumps.index(max(jumps))]
        example = f"node {guilty.wire}: {show(numbers[0])} is not {show(numbers[-1])}"
    return LawReport(ADJOINT, 1, worst, ring.tolerance, example)


def check_adjoint(subject: Node | Graph, inputs: Context, rng: np.random.Generator, cases: int = 10) -> LawReport:
    """Try `backprop_correct` on random changes and random seeds on all values.

    >>> from tinyml.ch10_tape.faulty import lying
    >>> from tinyml.ch10_tape.nodes import multiply
    >>> from tinyml.ch10_tape.rings import FLOAT
    >>> print(check_adjoint(lying(multiply), Context.of(FLOAT, 2, 5), np.random.default_rng(0)))
    <jvp dx, seed> = <dx, vjp seed>: holds (10 cases, largest deviation 0)
    """
    graph = as_graph(subject)
    shapes = graph.eval(inputs).shapes
    reports = [
        backprop_correct(
            graph, inputs, Context.random(inputs.ring, inputs.shapes, rng), Context.random(inputs.ring, shapes, rng)
        )
        for _ in range(_positive(cases))
    ]
    return _summary(reports)


def check_derivative(subject: Node | Graph, inputs: Context, rng: np.random.Generator, cases: int = 10) -> LawReport:
    """Compare jvp with the derivative of forward in random directions.

    The derivative comes from forward alone: in an exact system from dual numbers, with which the same code
    computes it without rounding, and in floats from central differences.

    >>> from tinyml.ch10_tape.faulty import lying
    >>> from tinyml.ch10_tape.nodes import multiply
    >>> from tinyml.ch10_tape.rings import RATIONAL
    >>> print(check_derivative(lying(multiply), Context.of(RATIONAL, 2, 5), np.random.default_rng(0)))
    jvp is the derivative of forward: fails, for example at node y (10 cases, largest deviation inf)
    """
    graph, ring = as_graph(subject), inputs.ring
    reports = list[LawReport]()
    for _ in range(_positive(cases)):
        change = Context.random(ring, inputs.shapes, rng)
        claimed = graph.jvp(inputs, change)
        found = _dual_changes(graph, inputs, change) if ring.exact else _central(graph, inputs, change)
        tolerance = 0.0 if ring.exact else NEAR
        far = [_apart(own, its, exact=ring.exact) for own, its in zip(claimed, found, strict=True)]
        wrong = [f"node {wire}" for wire, gap in zip(graph.wires, far, strict=True) if gap > tolerance]
        reports.append(LawReport(DERIVATIVE, 1, max(far), tolerance, wrong[0] if wrong else None))
    return _summary(reports)


def _dual_changes(graph: Graph, inputs: Context, change: Context) -> Context:
    """Run forward on dual numbers, which carry the change of every value along."""
    lift = np.frompyfunc(Dual, 2, 1)
    wires: list[Array] = [np.asarray(lift(x, dx), dtype=object) for x, dx in zip(inputs, change, strict=True)]
    for cell in graph.cells:
        wires.append(np.asarray(cell.node.forward(*(wires[place] for place in cell.reads)), dtype=object))
    read = np.frompyfunc(lambda entry: entry.change if isinstance(entry, Dual) else 0, 1, 1)
    return Context.of(inputs.ring, *(read(wire) for wire in wires))


def _central(graph: Graph, inputs: Context, change: Context) -> Context:
    return central_difference(lambda t: graph.eval(inputs + change.scale(t)), 0.0, STEP)


def _apart(own: Array, its: Array, *, exact: bool) -> float:
    if exact:
        return 0.0 if np.array_equal(own, its) else float("inf")
    return deviation(own, its)


def _size(left: Context, right: Context) -> float:
    return float(sum(np.abs(own * its).sum() for own, its in zip(left, right, strict=True)))


def _positive(cases: int) -> int:
    if cases < 1:
        raise EmptyInput("cases", "a law that is tried on nothing is not checked")
    return cases


def _summary(reports: list[LawReport]) -> LawReport:
    worst = max(report.worst for report in reports)
    example = next((report.counterexample for report in reports if not report), None)
    return LawReport(reports[0].law, len(reports), worst, reports[0].tolerance, example)

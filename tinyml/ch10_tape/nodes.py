"""Nodes: operations that bring their own local rules, forward and backward.

    forward(*x)     the value
    jvp(x, dx)      how the value moves when the inputs move by dx
    vjp(x, dy)      what a weight dy on the value is worth on each input

`x` and `dx` are tuples with one tensor for each input, and so is what vjp returns.  Whatever a node knows
besides its inputs (token ids, targets, a constant) is fixed when it is made: nothing is differentiated there.
Laws (tests/ch10_tape/test_nodes.py): <jvp(x, dx), dy> = <dx, vjp(x, dy)>, exactly in fractions and bits; and jvp is
the derivative of forward.  The first alone is not enough: two zeros fit each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from inspect import signature
from typing import Any, final

import numpy as np

from tinyml.ch03_prediction.prediction import log_softmax as rows_of_log_softmax
from tinyml.ch10_tape.rings import FLOAT, GF2, RATIONAL, Array, Ring
from tinyml.errors import OutOfRange, ShapeMismatch, WrongType
from tinyml.validation import index_array

Arrays = tuple[Array, ...]


@final
@dataclass(frozen=True, slots=True, repr=False)
class Node:
    """An operation with its two local rules; `rings` are the number systems in which it has a meaning.

    >>> cube = Node("cube", lambda x: x * x * x, lambda x, dx: 3 * x[0] * x[0] * dx[0],
    ...             lambda x, dy: (3 * x[0] * x[0] * dy,))
    >>> cube, cube.forward(2), cube.jvp((2,), (1,)), cube.vjp((2,), 1)
    (cube, 8, 12, (12,))
    """

    name: str
    forward: Callable[..., Any]
    jvp: Callable[[Any, Any], Any]
    vjp: Callable[[Any, Any], Sequence[Any]]
    rings: tuple[Ring, ...] = (FLOAT, RATIONAL, GF2)

    def __post_init__(self) -> None:
        for rule in (self.forward, self.jvp, self.vjp):
            if not callable(rule):
                raise WrongType(f"node {self.name}", "three functions: forward, jvp and vjp", rule)

    @property
    def arity(self) -> int:
        """The number of inputs, read from the signature of `forward`."""
        return len(signature(self.forward).parameters)

    def __repr__(self) -> str:
        return self.name


def _fits(name: str, x: Array, y: Array) -> None:
    """Refuse two shapes that numpy would stretch over each other: the way back would not know it."""
    if np.shape(x) != np.shape(y):
        raise ShapeMismatch(name, str(np.shape(x)), str(np.shape(y)))


def _added(x: Array, y: Array) -> Array:
    _fits("add", x, y)
    return x + y


def _subtracted(x: Array, y: Array) -> Array:
    _fits("subtract", x, y)
    return x - y


def _multiplied(x: Array, y: Array) -> Array:
    _fits("multiply", x, y)
    return x * y


def _row_added(table: Array, row: Array) -> Array:
    if np.ndim(row) != 1 or np.shape(table)[-1:] != np.shape(row):
        raise ShapeMismatch("add_row", f"a table (n, {np.size(row)}) and a row", f"{np.shape(table)}, {np.shape(row)}")
    return table + row


def _product(a: Array, b: Array) -> Array:
    if np.ndim(a) != 2 or np.ndim(b) != 2 or np.shape(a)[1] != np.shape(b)[0]:
        raise ShapeMismatch("matmul", "(m, k) and (k, n)", f"{np.shape(a)} and {np.shape(b)}")
    return a @ b


def _summed(x: Array) -> Any:
    return x.sum()


add = Node("add", _added, lambda x, dx: dx[0] + dx[1], lambda x, dy: (dy, dy))
subtract = Node("subtract", _subtracted, lambda x, dx: dx[0] - dx[1], lambda x, dy: (dy, -dy))
multiply = Node(
    "multiply", _multiplied, lambda x, dx: dx[0] * x[1] + x[0] * dx[1], lambda x, dy: (dy * x[1], x[0] * dy)
)
matmul = Node("matmul", _product, lambda x, dx: dx[0] @ x[1] + x[0] @ dx[1], lambda x, dy: (dy @ x[1].T, x[0].T @ dy))
add_row = Node("add_row", _row_added, lambda x, dx: dx[0] + dx[1], lambda x, dy: (dy, dy.sum(axis=0)))
total = Node("total", _summed, lambda x, dx: dx[0].sum(), lambda x, dy: (np.full(x[0].shape, dy),))


def scale(factor: int | float | Fraction) -> Node:
    """Return the node that multiplies by a constant: a whole number anywhere, a float or a fraction in its system."""
    ring = {float: (FLOAT,), Fraction: (RATIONAL,), int: (FLOAT, RATIONAL, GF2)}.get(type(factor))
    if ring is None:
        raise WrongType("scale", "an int, a float or a Fraction", factor)
    name = f"scale {factor:.6g}" if isinstance(factor, float) else f"scale {factor}"

    def forward(x: Array) -> Any:
        return x * factor

    return Node(name, forward, lambda x, dx: dx[0] * factor, lambda x, dy: (dy * factor,), ring)


def gather(rows: Sequence[int]) -> Node:
    """Return the node that reads these rows of a table, one for each index; on the way back, equal rows add up."""
    places = index_array("rows to gather", rows)

    def read(table: Array) -> Array:
        if places.max() >= len(table):
            raise OutOfRange("row to gather", int(places.max()), len(table))
        found: Array = table[places]
        return found

    def back(x: Arrays, dy: Array) -> Arrays:
        table = np.zeros_like(x[0])
        np.add.at(table, places, dy)
        return (table,)

    return Node("gather", read, lambda x, dx: dx[0][places], back)


def pick(columns: Sequence[int]) -> Node:
    """Return the node that reads one entry of each row of a table, in the given columns."""
    targets = index_array("columns to pick", columns)
    rows = np.arange(len(targets))

    def read(table: Array) -> Array:
        if np.ndim(table) != 2 or len(table) != len(targets):
            raise ShapeMismatch("pick", f"({len(targets)}, columns)", str(np.shape(table)))
        if targets.max() >= table.shape[1]:
            raise OutOfRange("column to pick", int(targets.max()), table.shape[1])
        found: Array = table[rows, targets]
        return found

    def back(x: Arrays, dy: Array) -> Arrays:
        table = np.zeros_like(x[0])
        table[rows, targets] = dy
        return (table,)

    return Node("pick", read, lambda x, dx: dx[0][rows, targets], back)


def _elementwise(name: str, function: Callable[[Any], Any], slope: Callable[[Any], Any]) -> Node:
    """Return the node of a function of one float that is applied to every entry; `slope` is its derivative."""

    def forward(x: Array) -> Any:
        return function(x)

    return Node(name, forward, lambda x, dx: slope(x[0]) * dx[0], lambda x, dy: (slope(x[0]) * dy,), (FLOAT,))


def _logistic(x: Array) -> Array:
    small: Array = np.exp(-np.abs(x))  # never overflows
    return np.where(x >= 0, 1.0, small) / (1.0 + small)


exp = _elementwise("exp", np.exp, np.exp)
log = _elementwise("log", np.log, lambda x: 1.0 / x)
sigmoid = _elementwise("sigmoid", _logistic, lambda x: _logistic(x) * _logistic(-x))
relu = _elementwise("relu", lambda x: np.maximum(x, 0.0), lambda x: np.where(x > 0, 1.0, 0.0))
"""The larger of x and 0; at the kink x = 0 the slope is taken to be 0."""


def _softmax(x: Array) -> Array:
    shares: Array = np.exp(rows_of_log_softmax(x))
    return shares


log_softmax = Node(
    "log_softmax",
    rows_of_log_softmax,
    lambda x, dx: dx[0] - (_softmax(x[0]) * dx[0]).sum(axis=-1, keepdims=True),
    lambda x, dy: (dy - _softmax(x[0]) * dy.sum(axis=-1, keepdims=True),),
    (FLOAT,),
)
"""Logits to log-probabilities, along the last axis."""

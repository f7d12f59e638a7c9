"""Layers: parametric lenses of rows of numbers, each with its way back.

    layer                  parameters       there            back, for a change y'
    embed(v, d)            Table[v, d]      row of a token   y', added to the row of its token
    linear(X, Y)           Weights[a, b]    x W              W' = x^T y',  x' = y' W^T
    bias(X)                Offsets[a]       x + p            p' = y', x' = y': adding copies on its way back
    relu, sigmoid, tanh    none             x > 0 ? x : 0    y' where x > 0;  y' s (1 - s);  y' (1 - t^2)

    dense(X, Y)            linear(X, Y) >> bias(Y) >> relu(Y)

Points may have any axes in front, for examples: `x` of shape (..., a).  What is shared by all examples adds up its
change over them.  ReLU has slope 0 at 0.  What goes there is kept, as in every optic, and what isn't needed is not.
Layers check nothing when they run; `get` and `put` of a model do.
Laws (tests/ch12_para/test_layers_back.py): every layer is the derivative that central differences measure; the model of
the book has the gradient of chapter 4; over fractions, a batch is the sum of its rows, exactly.  All values and changes
are those of JAX (tests/ch12_para/test_layers_oracle.py).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NewType, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from tinyml.ch01_objects.domain import Product
from tinyml.ch02_arrows.space import Space
from tinyml.ch11_lens.lenses import Lens, lens, optic
from tinyml.ch11_lens.ports import UNIT, Port, Unit, check_unit, port
from tinyml.ch12_para.parametric import Para, para
from tinyml.ch12_para.trees import array
from tinyml.errors import InvalidQuantity, OutOfRange, WrongType
from tinyml.type_variables import U, V, dU, dV
from tinyml.validation import FloatArray, IntArray, whole_number

Tokens = NewType("Tokens", IntArray)
Table = NewType("Table", FloatArray)
TableChange = NewType("TableChange", FloatArray)
Vectors = NewType("Vectors", FloatArray)
VectorsChange = NewType("VectorsChange", FloatArray)
Scores = NewType("Scores", FloatArray)
ScoresChange = NewType("ScoresChange", FloatArray)
Weights = NewType("Weights", FloatArray)
WeightsChange = NewType("WeightsChange", FloatArray)
Offsets = NewType("Offsets", FloatArray)
OffsetsChange = NewType("OffsetsChange", FloatArray)

Ends: TypeAlias = Lens[Port[U, dU], Port[U, dU]]
Shape: TypeAlias = tuple[tuple[int, ...], Any]
"""Shape and dtype of an array that is not itself kept."""


def tokens(size: int) -> Port[Tokens, Unit]:
    """Return the port of token numbers, 0 to size - 1: there are no small changes of a token."""
    return Port(Space("Tokens", (_size("vocabulary", size),)), UNIT.points, (check_tokens, check_unit))


def vectors(size: int) -> Port[Vectors, VectorsChange]:
    return port(Vectors, VectorsChange, _size("number of features", size))


def scores(size: int) -> Port[Scores, ScoresChange]:
    return port(Scores, ScoresChange, _size("number of scores", size))


def check_tokens(where: str, space: Space, value: Any) -> None:
    """Refuse what is no array of whole numbers, and tokens that the vocabulary does not hold."""
    rows: Any = value
    if not isinstance(value, np.ndarray) or rows.dtype.kind not in "iu":
        raise WrongType(where, f"an array of whole numbers for {space}", value)
    outside = rows[(rows < 0) | (rows >= space.size[0])]
    if outside.size:
        raise OutOfRange(f"token in {where}", int(outside[0]), space.size[0])


def embed(
    size: int, dimension: int
) -> Para[Port[Table, TableChange], Port[Tokens, Unit], Port[Vectors, VectorsChange]]:
    """Return the layer that looks up a row for each token; what comes back is added to that row."""
    ends = tokens(size), vectors(dimension)

    def forward(table: Table, which: Tokens) -> tuple[Vectors, tuple[Tokens, Shape]]:
        return Vectors(table[which]), (which, (table.shape, table.dtype))

    def backward(kept: tuple[Tokens, Shape], change: VectorsChange) -> tuple[TableChange, Unit]:
        which, (shape, kind) = kept
        total: NDArray[Any] = np.zeros(shape, kind)
        np.add.at(total, which, change)
        return TableChange(total), ()

    return para("embed", array(Table, TableChange, size, dimension), *ends, forward, backward)


def every_token(
    size: int, dimension: int
) -> Para[Port[Table, TableChange], Port[Unit, Unit], Port[Vectors, VectorsChange]]:
    """Return the layer that reads the whole table, every token once: what is computed for all tokens begins so."""
    side = array(Table, TableChange, _size("vocabulary", size), _size("number of features", dimension))

    def forward(table: Table, _: Unit) -> tuple[Vectors, Unit]:
        return Vectors(table), ()

    def backward(_: Unit, change: VectorsChange) -> tuple[TableChange, Unit]:
        return TableChange(change), ()

    return para("every token", side, UNIT, vectors(dimension), forward, backward)


def linear(source: Port[U, dU], target: Port[V, dV]) -> Para[Port[Weights, WeightsChange], Port[U, dU], Port[V, dV]]:
    """Return the layer x W, from rows of one port to rows of another.

    >>> print(linear(vectors(4), scores(5)).parameters)
    (Weights[4, 5], WeightsChange[4, 5])
    """
    size = (_width("linear", source), _width("linear", target))
    # The products are those of @; for small matrices a call of `dot` takes half as long.

    def forward(weights: Weights, x: U) -> tuple[V, tuple[Weights, U]]:
        return cast(V, x.dot(weights)), (weights, x)

    def backward(kept: tuple[Weights, U], change: dV) -> tuple[WeightsChange, dU]:
        weights, x = kept
        return WeightsChange(_rows(x).T.dot(_rows(change))), cast(dU, change.dot(weights.T))

    return para("linear", array(Weights, WeightsChange, *size), source, target, forward, backward)


def bias(ends: Port[U, dU]) -> Para[Port[Offsets, OffsetsChange], Port[U, dU], Port[U, dU]]:
    """Return the layer x + p: for one row it is `wires.add`, of which one summand is on the side."""

    def forward(offsets: Offsets, x: U) -> tuple[U, Unit]:
        return cast(U, x + offsets), ()

    def backward(_: Unit, change: dU) -> tuple[OffsetsChange, dU]:
        return OffsetsChange(np.add.reduce(_rows(change), axis=0)), change

    return para("bias", array(Offsets, OffsetsChange, _width("bias", ends)), ends, ends, forward, backward)


def relu(ends: Port[U, dU]) -> Ends[U, dU]:
    def there(x: U) -> U:
        return cast(U, np.maximum(x, 0.0))

    def back(x: U, change: dU) -> dU:
        return cast(dU, change * (x > 0))

    return lens("relu", ends, ends, there, back)


def sigmoid(ends: Port[U, dU]) -> Ends[U, dU]:
    def forward(x: U) -> tuple[U, tuple[U, U]]:
        small = np.exp(-np.abs(x))  # of a negative number, so that nothing overflows
        share = 1.0 / (1.0 + small)
        rest = small * share
        up = x >= 0
        return cast(U, np.where(up, share, rest)), cast(tuple[U, U], (share, rest))

    def backward(kept: tuple[U, U], change: dU) -> dU:
        return cast(dU, kept[0] * kept[1] * change)

    return optic("sigmoid", ends, ends, forward, backward)


def tanh(ends: Port[U, dU]) -> Ends[U, dU]:
    def forward(x: U) -> tuple[U, U]:
        y = cast(U, np.tanh(x))
        return y, y

    def backward(y: U, change: dU) -> dU:
        return cast(dU, (1.0 - y * y) * change)

    return optic("tanh", ends, ends, forward, backward)


def dense(
    source: Port[U, dU], target: Port[V, dV], activation: Callable[[Port[V, dV]], Ends[V, dV]] = relu
) -> Para[Port[Product[Offsets, Weights], Product[OffsetsChange, WeightsChange]], Port[U, dU], Port[V, dV]]:
    """Return linear, bias and an activation in a row.

    >>> dense(vectors(4), scores(3), sigmoid).name
    'linear >> bias >> sigmoid'
    """
    return linear(source, target) >> bias(target) >> activation(target)


def _rows(array: FloatArray) -> FloatArray:
    """Return an array (..., n) as a matrix of rows."""
    return array if array.ndim == 2 else array.reshape(-1, array.shape[-1])


def _size(what: str, size: int) -> int:
    number = whole_number(what, size)
    if number < 1:
        raise InvalidQuantity(what, number, "1 or more")
    return number


def _width(layer: str, end: Port[Any, Any]) -> int:
    """Return how long the rows of a port are; refuse one that has no rows of numbers."""
    if not isinstance(end, Port) or len(end.points.size) != 1 or end.changes == UNIT.points:
        raise WrongType(layer, "a port of rows of numbers, of which the length is known", end)
    return end.points.size[0]

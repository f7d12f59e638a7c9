"""Symmetries: what an update keeps, tried on a stream of changes.

    read_along(update, p, changes)      what the model reads at each step

    commutes_with(update, Q, ...)       Q p, pushed by Q c, is read as Q times what p is, pushed by c
    splits(make, m, n, ...)             make(m + n) is make(m) @ make(n): each half moves as if the other were not there
    conserves(update, w, ...)           where every change has <w, c> = 0, <w, p> stays what it is

               descent, momentum    values clipped, Adam    norm clipped
    Q          every rotation       permutations and signs  every rotation
    splits     yes                  yes                     no
    conserves  every w              only a w of one entry   every w

An update commutes with Q when Q is a map from it to itself, and splits when the model cannot tell an update of pairs
from a pair of updates.  Sums and scalings are all that momentum knows, so it keeps whatever they keep.
Laws (tests/ch14_optimisers/test_symmetries.py): each entry of the table, and a counterexample for each "no" in it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tinyml.ch01_objects.domain import Product
from tinyml.ch02_arrows.laws import LawReport, deviation, try_law
from tinyml.ch12_para.trees import Flat, FlatChange
from tinyml.ch14_optimisers.memories import Update, starting
from tinyml.errors import EmptyInput, ShapeMismatch
from tinyml.validation import FloatArray

AnyUpdate = Update[Any, Flat, FlatChange]


def read_along(update: AnyUpdate, start: Flat, changes: Sequence[FlatChange]) -> list[Flat]:
    """Return what the model reads at the start and after each change: one more than there are changes."""
    state = starting(update, start)
    read: list[Flat] = []
    for change in changes:
        update.target.admit_change(f"a change for {update.name}", change)
        place, kept = update.forward(state)
        read.append(place)
        state = update.backward(kept, change)
    return [*read, update.forward(state)[0]]


def commutes_with(
    update: AnyUpdate, matrix: FloatArray, start: Flat, changes: Sequence[FlatChange], tolerance: float = 1e-12
) -> LawReport:
    """Try whether an update on turned parameters, pushed by turned changes, goes the turned way."""
    size = len(start)
    if np.shape(matrix) != (size, size):
        raise ShapeMismatch("commutes_with", f"a matrix {(size, size)}", str(np.shape(matrix)))
    plain = read_along(update, start, changes)
    turned = read_along(update, Flat(matrix @ start), [FlatChange(matrix @ change) for change in changes])
    law = f"Q then {update.name} = {update.name} then Q"
    return _compared(law, [matrix @ place for place in plain], turned, tolerance)


def splits(
    make: Callable[[int], AnyUpdate], first: int, start: Flat, changes: Sequence[FlatChange], tolerance: float = 0.0
) -> LawReport:
    """Try whether an update of a vector is one of its first entries beside one of the others, bit for bit.

    `make` returns the update of vectors of a length.
    """
    size = len(start)
    if not 0 < first < size:
        raise ShapeMismatch("splits", f"a first part of 1 to {size - 1} entries", str(first))
    one, other = make(first), make(size - first)
    side_by_side = one @ other
    state: Any = Product(starting(one, Flat(start[:first])), starting(other, Flat(start[first:])))
    parts: list[FloatArray] = []
    for change in changes:
        place, kept = side_by_side.forward(state)
        parts.append(_joined(place))
        state = side_by_side.backward(kept, Product(FlatChange(change[:first]), FlatChange(change[first:])))
    parts.append(_joined(side_by_side.forward(state)[0]))
    law = f"{one.name}, of {size} numbers as of {first} and of {size - first}"
    return _compared(law, read_along(make(size), start, changes), parts, tolerance)


def conserves(
    update: AnyUpdate, weights: FloatArray, start: Flat, changes: Sequence[FlatChange], tolerance: float = 1e-12
) -> LawReport:
    """Try whether a weighted sum of the parameters stays what it is, when no change has a part along the weights.

    The part that the changes do have along them is taken out of them first.
    """
    if np.shape(weights) != np.shape(start):
        raise ShapeMismatch("conserves", f"weights {np.shape(start)}", str(np.shape(weights)))
    if not np.any(weights):
        raise EmptyInput("weights of conserves", "a sum needs a weight that is not 0")
    along = weights / np.sqrt(weights @ weights)
    level = [FlatChange(change - (along @ change) * along) for change in changes]
    found = [np.asarray(along @ place) for place in read_along(update, start, level)]
    return _compared(f"<w, p> is conserved by {update.name}", [found[0]] * len(found), found, tolerance)


def signed_permutation(order: Sequence[int], signs: Sequence[int]) -> FloatArray:
    """Return the matrix that puts entry `order[i]`, times `signs[i]`, at place i.

    >>> signed_permutation([1, 0], [1, -1]) @ np.array([3.0, 5.0])
    array([ 5., -3.])
    """
    if sorted(order) != list(range(len(order))) or len(signs) != len(order) or {abs(sign) for sign in signs} - {1}:
        raise ShapeMismatch("signed_permutation", "each place once, with a sign 1 or -1", f"{order}, {signs}")
    matrix: FloatArray = np.eye(len(order))[list(order)] * np.array(signs, dtype=np.float64)[:, None]
    return matrix


def feature_rotation(size: int, turn: FloatArray) -> FloatArray:
    """Return what a rotation of d features does to the model of the book, as a matrix on its flat parameters.

    They are the bias, the head (d, size) and the table (size, d), in this order: table T, head T^-1 of the other side.

    >>> feature_rotation(5, np.eye(4)).shape
    (45, 45)
    """
    if np.shape(turn) != (len(turn), len(turn)):
        raise ShapeMismatch("feature_rotation", "a square matrix", str(np.shape(turn)))
    features = len(turn)
    own = np.eye(size)
    matrix: FloatArray = np.zeros((size * (1 + 2 * features),) * 2)
    ends = np.cumsum([0, size, size * features, size * features])
    for start, end, block in zip(ends, ends[1:], (own, np.kron(turn.T, own), np.kron(own, turn.T)), strict=False):
        matrix[start:end, start:end] = block
    return matrix


def _joined(pair: Any) -> FloatArray:
    whole: FloatArray = np.concatenate([pair.first, pair.second])
    return whole


def _compared(law: str, expected: Sequence[FloatArray], found: Sequence[FloatArray], tolerance: float) -> LawReport:
    if len(expected) < 2:
        raise EmptyInput("changes for a law", "a law that is tried on nothing is not checked")
    pairs = list(zip(expected, found, strict=True))
    return try_law(law, lambda step: deviation(*pairs[step]), range(len(pairs)), tolerance)

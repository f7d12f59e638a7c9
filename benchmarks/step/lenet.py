"""A network like LeNet on images of 28 x 28: as a composite of lenses, by hand in numpy, and its products alone.

    6 kernels of 5 x 5, pool, ReLU, 16 kernels of 5 x 5, pool, ReLU, 120, 84, 10        44,426 numbers

All begin with the same numbers, take steps on one batch at one rate, and are timed for each image of a step.  The
images are drawn from a generator: what a step costs doesn't depend on what is on them.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from benchmarks.step.problems import Floats, Problem
from benchmarks.step.steps import Steps
from tinyml import (
    Product,
    StepCount,
    bias,
    constant_rate,
    correlate,
    cross_entropy,
    dense,
    descent,
    flatten,
    initialise,
    iterate,
    layers,
    linear,
    max_pool,
    pictures,
    scores,
    supervised,
    vectors,
)

BATCH, SIDE, WINDOW, RATE, STEPS = 64, 28, 5, 0.05, 5
KERNELS, HIDDEN, CLASSES = (6, 16), (120, 84), 10
POOLED = 16 * 4 * 4

Array = NDArray[Any]


class LeNet(Steps):
    """What all contenders share: a batch, and a start of ten arrays, weights and offsets of five layers in their order.

    A kernel has a column of a matrix, whose rows are the places of its window, row by row, and in each the channels.
    """

    def __init__(self, _: str, dtype: str) -> None:
        self.dtype = np.dtype(dtype)
        rng = np.random.default_rng(1)
        self.points: Array = rng.random((BATCH, SIDE, SIDE, 1)).astype(self.dtype)
        self.labels = rng.integers(0, CLASSES, BATCH)
        sizes = [(25, 6), (150, 16), (POOLED, 120), (120, 84), (84, CLASSES)]
        starts = [initialise(linear(vectors(a), vectors(b)).parameters, rng) for a, b in sizes]
        arrays = [array for own in starts for array in (own, np.zeros(own.shape[1]))]
        self.start = [np.asarray(array, dtype=self.dtype) for array in arrays]
        self.problem = cast(Problem, SimpleNamespace(start=self.start, rate=RATE, steps=STEPS))
        self.steps, self.calls = STEPS, 1

    def go(self) -> list[float]:
        return [seconds / BATCH for seconds in super().go()]


def model() -> Any:
    """Return the network as a composite."""
    read = correlate(pictures(SIDE, SIDE), KERNELS[0], WINDOW)
    pool = max_pool(read.target)
    again = correlate(pool.target, KERNELS[1], WINDOW)
    last = max_pool(again.target)
    row = flatten(last.target)
    first, second = map(vectors, HIDDEN)
    front = read >> pool >> layers.relu(pool.target) >> again >> last >> layers.relu(last.target) >> row
    return front >> dense(row.target, first) >> dense(first, second) >> linear(second, scores(10)) >> bias(scores(10))


class Composite(LeNet):
    """Layers, a loss, a cap and an update in a row: built once, run often."""

    whole = True

    def __init__(self, name: str, dtype: str) -> None:
        super().__init__(name, dtype)
        network = model()
        learner: Any = supervised(network, descent(network.parameters), cross_entropy(CLASSES), constant_rate(RATE))
        self.step = learner.step(self.points, self.labels)

    def advance(self, count: int) -> Sequence[Floats]:
        k, a, n, b, u, c, v, d, w, e = self.start
        state: Any = Product(
            e, Product(w, Product(Product(d, v), Product(Product(c, u), Product(Product(b, n), Product(a, k)))))
        )
        end = iterate(self.step, state, StepCount(count))
        heads = end.second.second
        pairs = [heads.second.second.second, heads.second.second.first, heads.second.first, heads.first]
        return [array for own in pairs for array in (own.second, own.first)] + [end.second.first, end.first]


class ByHand(LeNet):
    """The same network with its derivative worked out as a whole, and windows read by strides."""

    def begin(self) -> None:
        self.arrays = [array.copy() for array in self.start]

    def advance(self, count: int) -> Sequence[Floats]:
        k, a, n, b, u, c, v, d, w, e = self.arrays
        places = (np.arange(BATCH), self.labels)
        patches = in_windows(self.points)
        for _ in range(count):
            seen = (patches @ k + a).reshape(BATCH, 24, 24, 6)
            pooled, winners = pooled_by_hand(seen)
            inner = np.maximum(pooled, 0)
            inside = in_windows(inner)
            deep = (inside @ n + b).reshape(BATCH, 8, 8, 16)
            pooled_deep, winners_deep = pooled_by_hand(deep)
            flat = np.maximum(pooled_deep, 0).reshape(BATCH, -1)
            one = np.maximum(flat @ u + c, 0)
            two = np.maximum(one @ v + d, 0)
            logits = two @ w + e
            signal = np.exp(logits - logits.max(axis=1, keepdims=True))
            signal /= signal.sum(axis=1, keepdims=True)
            signal[places] -= 1
            signal *= RATE / BATCH
            back_two = (signal @ w.T) * (two > 0)
            back_one = (back_two @ v.T) * (one > 0)
            back_flat = (back_one @ u.T) * (flat > 0)
            w -= two.T @ signal
            e -= signal.sum(axis=0)
            v -= one.T @ back_two
            d -= back_two.sum(axis=0)
            u -= flat.T @ back_one
            c -= back_one.sum(axis=0)
            back_deep = unpooled(back_flat.reshape(pooled_deep.shape), winners_deep).reshape(-1, 16)
            from_windows = (back_deep @ n.T).reshape(BATCH, 8, 8, 5, 5, 6)
            n -= inside.T @ back_deep
            b -= back_deep.sum(axis=0)
            back_inner = np.zeros_like(inner)
            for i in range(WINDOW):
                for j in range(WINDOW):
                    back_inner[:, i : i + 8, j : j + 8] += from_windows[:, :, :, i, j]
            back_inner *= inner > 0
            back_seen = unpooled(back_inner, winners).reshape(-1, 6)
            k -= patches.T @ back_seen
            a -= back_seen.sum(axis=0)
        return [k, a, n, b, u, c, v, d, w, e]


class Products(LeNet):
    """No more than the matrix products of a step, on matrices of its sizes: what any of them has to do."""

    def begin(self) -> None:
        rng = np.random.default_rng(1)
        shapes = [(BATCH * 576, 25, 6), (BATCH * 64, 150, 16), (BATCH, POOLED, 120), (BATCH, 120, 84), (BATCH, 84, 10)]
        self.layers = [
            tuple(rng.random(size).astype(self.dtype) for size in ((m, k), (k, n), (m, n))) for m, k, n in shapes
        ]

    def advance(self, count: int) -> Sequence[Floats]:
        for _ in range(count):
            for place, (x, w, y) in enumerate(self.layers):
                x @ w
                x.T @ y
                if place:
                    y @ w.T
        return self.start

    def check(self) -> None:
        """Nothing is computed that could be compared."""
        self.begin()
        self.settle()


def in_windows(x: Array) -> Array:
    """Return a row for each place of a window on a batch of images."""
    view = sliding_window_view(x, (WINDOW, WINDOW), axis=(1, 2))
    return view.transpose(0, 1, 2, 4, 5, 3).reshape(-1, WINDOW * WINDOW * x.shape[3])


def pooled_by_hand(x: Array) -> tuple[Array, Array]:
    """Return the largest of each square of 2 x 2, and which of the four it was."""
    number, rows, columns, channels = x.shape
    squares = x.reshape(number, rows // 2, 2, columns // 2, 2, channels).transpose(0, 1, 3, 5, 2, 4)
    four = squares.reshape(number, rows // 2, columns // 2, channels, 4)
    winners = four.argmax(axis=4)
    return np.take_along_axis(four, winners[..., None], axis=4)[..., 0], winners


def unpooled(change: Array, winners: Array) -> Array:
    """Return changes at the places that were the largest, and 0 elsewhere."""
    four = np.zeros((*change.shape, 4), change.dtype)
    np.put_along_axis(four, winners[..., None], change[..., None], axis=4)
    number, rows, columns, channels = change.shape
    return (
        four.reshape(number, rows, columns, channels, 2, 2)
        .transpose(0, 1, 4, 2, 5, 3)
        .reshape(number, 2 * rows, 2 * columns, channels)
    )

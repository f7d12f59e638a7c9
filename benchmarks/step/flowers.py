"""A small network on the 150 flowers of Iris: as a composite of lenses, and by hand in numpy.

All begin with the same numbers, take full-batch steps at one rate, and are timed for each example of a step.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

import numpy as np

from benchmarks.step.problems import Floats, Problem
from benchmarks.step.steps import Steps
from tinyml import (
    Product,
    StepCount,
    bias,
    constant_rate,
    cross_entropy,
    dense,
    descent,
    initialise,
    iris,
    iterate,
    layers,
    linear,
    scores,
    supervised,
    vectors,
)

HIDDEN, RATE, STEPS = 20, 0.5, 50


class Flowers(Steps):
    """What all contenders share: the flowers, and a start of four arrays, from the input to the scores."""

    def __init__(self, _: str, dtype: str) -> None:
        self.dtype = np.dtype(dtype)
        self.points, self.labels = iris().standardised.astype(self.dtype), iris().species
        rng = np.random.default_rng(1)
        first = initialise(linear(vectors(4), vectors(HIDDEN)).parameters, rng)
        last = initialise(linear(vectors(HIDDEN), scores(3)).parameters, rng)
        arrays = [first, np.zeros(HIDDEN), last, np.zeros(3)]
        self.start = [np.asarray(array, dtype=self.dtype) for array in arrays]
        self.problem = cast(Problem, SimpleNamespace(start=self.start, rate=RATE, steps=STEPS))
        self.steps, self.calls = STEPS, 1

    def go(self) -> list[float]:
        return [seconds / len(self.labels) for seconds in super().go()]


class Composite(Flowers):
    """Two layers, a loss, a cap and an update in a row: built once, run often."""

    whole = True

    def __init__(self, name: str, dtype: str) -> None:
        super().__init__(name, dtype)
        model: Any = (
            dense(vectors(4), vectors(HIDDEN), layers.tanh) >> linear(vectors(HIDDEN), scores(3)) >> bias(scores(3))
        )
        learner: Any = supervised(model, descent(model.parameters), cross_entropy(3), constant_rate(RATE))
        self.step = learner.step(self.points, self.labels)

    def advance(self, count: int) -> Sequence[Floats]:
        first, offsets, last, last_offsets = self.start
        state: Any = Product(last_offsets, Product(last, Product(offsets, first)))
        end = iterate(self.step, state, StepCount(count))
        return [end.second.second.second, end.second.second.first, end.second.first, end.first]


class ByHand(Flowers):
    """The same network with its derivative worked out as a whole."""

    def begin(self) -> None:
        self.arrays = [array.copy() for array in self.start]

    def advance(self, count: int) -> Sequence[Floats]:
        first, offsets, last, last_offsets = self.arrays
        points, places = self.points, (np.arange(len(self.labels)), self.labels)
        for _ in range(count):
            hidden = np.tanh(points @ first + offsets)
            logits = hidden @ last + last_offsets
            signal = np.exp(logits - logits.max(axis=1, keepdims=True))
            signal /= signal.sum(axis=1, keepdims=True)
            signal[places] -= 1
            signal *= RATE / len(points)
            back = (signal @ last.T) * (1 - hidden * hidden)
            last -= hidden.T @ signal
            last_offsets -= signal.sum(axis=0)
            first -= points.T @ back
            offsets -= back.sum(axis=0)
        return [first, offsets, last, last_offsets]

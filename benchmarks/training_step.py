"""Contenders of the training step: counts, examples, and the bare products and exp as the bound."""

from __future__ import annotations

import sys
import time
from abc import abstractmethod
from typing import Any

import numpy as np

from benchmarks.contender import Contender, serve
from tinyml import (
    DatasetWindowing,
    LearningRate,
    ModelDimension,
    Parameters,
    StepCount,
    TokenSequence,
    TrainingSet,
    TrainStep,
    VocabSize,
    iterate,
)
from tinyml.training import descend, gradient_by_example

RATE = LearningRate(0.5)
CHECKED = 3  # steps after which the parameters must agree
SHORTEST = 2e-3  # seconds that a sample takes at least


def problem(name: str) -> tuple[TrainingSet, Parameters]:
    rng = np.random.default_rng(0)
    if name == "small":
        tokens, size, dimension = [1, 2, 3, 4, 1, 2, 3, 4], VocabSize(5), ModelDimension(4)
    else:
        tokens, size, dimension = rng.integers(0, 48, 501).tolist(), VocabSize(48), ModelDimension(16)
    return DatasetWindowing()(TokenSequence.from_indices(tokens)), Parameters.random(size, dimension, rng)


class Steps(Contender):
    """Training steps: a subclass says how some are made."""

    def __init__(self, name: str) -> None:
        self.dataset, self.start = problem(name)
        self.count = 1

    @abstractmethod
    def run(self, count: int) -> list[Any]:
        """Make steps from the start and return the three arrays at their end."""

    def check(self) -> list[Any]:
        result = [np.ravel(array).tolist() for array in self.run(CHECKED)]
        while (took := self.clock()) < SHORTEST:
            self.count = max(self.count + 1, int(self.count * 1.2 * SHORTEST / took))
        return result

    def clock(self) -> float:
        started = time.perf_counter()
        self.run(self.count)
        return time.perf_counter() - started

    def go(self) -> list[float]:
        return [self.clock() / self.count]


class Counts(Steps):
    def run(self, count: int) -> list[Any]:
        end = iterate(TrainStep(self.dataset, RATE), self.start, StepCount(count))
        return [end.embedding, end.lm_head, end.bias]


class Examples(Steps):
    def run(self, count: int) -> list[Any]:
        end = self.start
        for _ in range(count):
            end = descend(end, gradient_by_example(end, self.dataset), RATE)
        return [end.embedding, end.lm_head, end.bias]


class Bare(Steps):
    """What a step cannot do without: three matrix products, one exp and the sums, on arrays without names."""

    def run(self, count: int) -> list[Any]:
        E, W, b = self.start.embedding, self.start.lm_head, self.start.bias
        C = self.dataset.counts(self.start.vocab_size)
        rows, rate = C.sum(axis=1, keepdims=True), RATE.value / C.sum()
        for _ in range(count):
            P = E @ W + b
            P -= P.max(axis=1, keepdims=True)
            np.exp(P, out=P)
            P *= rows / P.sum(axis=1, keepdims=True)
            P -= C
            E, W, b = E - rate * (P @ W.T), W - rate * (E.T @ P), b - rate * P.sum(axis=0)
        return [E, W, b]


if __name__ == "__main__":
    kinds: dict[str, type[Steps]] = {"counts": Counts, "examples": Examples, "bare": Bare}
    serve(kinds[sys.argv[1]](sys.argv[2]))

"""micrograd, in an environment of its own: every number is an object that knows where it came from.

It computes in Python's floats, which are float64.  It has no exponential and no logarithm, so these are added here in
the form that its own operations have.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np
from micrograd.engine import Value

from benchmarks.step.problems import Floats
from benchmarks.step.steps import Steps


def exp(value: Any) -> Any:
    out = Value(math.exp(value.data), (value,), "exp")

    def backward() -> None:
        value.grad += out.data * out.grad

    out._backward = backward
    return out


def log(value: Any) -> Any:
    out = Value(math.log(value.data), (value,), "log")

    def backward() -> None:
        value.grad += out.grad / value.data

    out._backward = backward
    return out


class Scalars(Steps):
    def begin(self) -> None:
        embedding, head, bias = self.problem.started(float)
        self.embedding = [[Value(x) for x in row] for row in embedding.tolist()]
        self.columns = [[Value(x) for x in column] for column in head.T.tolist()]
        self.bias = [Value(x) for x in bias.tolist()]
        self.values = [*chain(*self.embedding, *self.columns), *self.bias]
        self.pairs = list(zip(self.problem.inputs.tolist(), self.problem.targets.tolist(), strict=True))

    def loss(self) -> Any:
        total = Value(0.0)
        for first, second in self.pairs:
            row = self.embedding[first]
            logits = [
                sum((x * w for x, w in zip(row, column, strict=True)), offset)
                for column, offset in zip(self.columns, self.bias, strict=True)
            ]
            total += log(sum((exp(logit) for logit in logits), Value(0.0))) - logits[second]
        return total * (1 / len(self.pairs))

    def advance(self, count: int) -> Sequence[Floats]:
        for _ in range(count):
            for value in self.values:
                value.grad = 0.0
            self.loss().backward()
            for value in self.values:
                value.data -= self.problem.rate * value.grad
        table = [np.array([[value.data for value in row] for row in rows]) for rows in (self.embedding, self.columns)]
        return [table[0], table[1].T, np.array([value.data for value in self.bias])]

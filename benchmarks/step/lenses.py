"""The training step as a composite of lenses, as the chapter on learners closes it, and what it is compared with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks.step.ours import Ours
from benchmarks.step.problems import Floats
from tinyml import (
    StepCount,
    bias,
    constant_rate,
    descent,
    every_token,
    flattened,
    iterate,
    linear,
    losses,
    scores,
    supervised,
    vectors,
)


class Composite(Ours):
    """Model, loss, cap and update in a row, on the counts and on one vector of parameters: built once, run often."""

    def __init__(self, name: str, dtype: str) -> None:
        super().__init__(name, dtype)
        tokens, dimension = self.start.embedding.shape
        tree: Any = every_token(tokens, dimension) >> linear(vectors(dimension), scores(tokens)) >> bias(scores(tokens))
        self.flat = flattened(tree.parameters)
        model = tree.reparametrise(self.flat)
        rate = constant_rate(self.problem.rate)
        learner: Any = supervised(model, descent(model.parameters), losses.counted(tokens), rate)
        self.composite = learner.step((), self.dataset.counts(self.start.vocab_size).astype(self.dtype))
        embedding, head, offsets = self.problem.started(self.dtype)
        self.vector = np.concatenate([array.ravel() for array in (offsets, head, embedding)])

    def advance(self, count: int) -> Sequence[Floats]:
        end: Any = self.flat.get(iterate(self.composite, self.vector, StepCount(count)))
        return [end.second.second, end.second.first, end.first]


class OneByOne(Ours):
    """A call of `TrainStep` for each step, as a loop writes it."""

    whole = False

    def advance(self, count: int) -> Sequence[Floats]:
        end = self.start
        for _ in range(count):
            end = self.step(end)
        return [end.embedding, end.lm_head, end.bias]

"""tinyml through its public functions: `iterate` on the counts, and the readable sum over the examples."""

from __future__ import annotations

import tracemalloc
from collections.abc import Sequence

from benchmarks.step.problems import Floats
from benchmarks.step.steps import Steps
from tinyml import LearningRate, Parameters, StepCount, TrainingSet, TrainStep, iterate
from tinyml.ch04_training.training import descend, gradient_by_example


class Ours(Steps):
    """All steps of a call by `iterate`, which runs them fused."""

    whole = True

    def __init__(self, name: str, dtype: str) -> None:
        super().__init__(name, dtype)
        self.dataset = TrainingSet.from_indices(self.problem.inputs, self.problem.targets)
        self.start = Parameters(*self.problem.start)
        self.step = TrainStep(self.dataset, LearningRate(self.problem.rate), self.dtype.type)

    def advance(self, count: int) -> Sequence[Floats]:
        end = iterate(self.step, self.start, StepCount(count))
        return [end.embedding, end.lm_head, end.bias]

    def working(self) -> int:
        """Return what numpy and Python allocate in a call beyond the parameters that come out of it."""
        tracemalloc.start()
        end = self.advance(1)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most - sum(array.nbytes for array in end)


class Examples(Ours):
    """The sum over the examples, one by one, as the chapter on training explains it."""

    whole = False

    def advance(self, count: int) -> Sequence[Floats]:
        end = self.start
        for _ in range(count):
            end = descend(end, gradient_by_example(end, self.dataset), self.step.learning_rate)
        return [end.embedding, end.lm_head, end.bias]

"""Many learning rates from one start: at once, one by one, by JAX, and the bare exponentials as the bound.

The time is that of one step of one run.  Of the runs that are made one by one, all are compared and a few are timed, so
that a sample stays short.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks.step.problems import Floats
from benchmarks.step.steps import CHECKED, Steps
from benchmarks.step.xla import ready, trained
from tinyml import LearningRate, Parameters, StepCount, TrainingSet, TrainStep, iterate, trajectory

RATES = np.geomspace(0.05, 2.0, 256).astype(np.float32).astype(float).tolist()
FEW = 16


class Runs(Steps):
    """All runs: a subclass says how they are made, and how their parameters are laid out in three arrays."""

    whole = True
    rates: Any = RATES

    def check(self) -> Any:
        self.begin()
        result = [np.ravel(array).tolist() for array in self.flat(self.advance(CHECKED))]
        self.settle()
        return result

    def flat(self, runs: Any) -> Sequence[Floats]:
        """Return all embeddings, all heads and all biases; not timed."""
        return [np.asarray(array) for array in runs]

    def go(self) -> list[float]:
        return [each / len(self.rates) for each in super().go()]


class Ours(Runs):
    def __init__(self, name: str, dtype: str) -> None:
        super().__init__(name, dtype)
        self.dataset = TrainingSet.from_indices(self.problem.inputs, self.problem.targets)
        self.start = Parameters(*self.problem.start)
        self.rates = [LearningRate(rate) for rate in RATES]

    def flat(self, runs: Sequence[Parameters]) -> Sequence[Floats]:
        return [np.array([getattr(run, name) for run in runs]) for name in ("embedding", "lm_head", "bias")]


class AtOnce(Ours):
    """`trajectory`, which keeps the losses too."""

    def advance(self, count: int) -> Sequence[Parameters]:
        return trajectory(self.dataset, self.start, self.rates, StepCount(count), self.dtype.type).final


class OneByOne(Ours):
    """`iterate` for each rate, which keeps no losses."""

    def settle(self) -> None:
        self.rates = self.rates[:FEW]
        super().settle()

    def advance(self, count: int) -> Sequence[Parameters]:
        steps = [TrainStep(self.dataset, rate, self.dtype.type) for rate in self.rates]
        return [iterate(step, self.start, StepCount(count)) for step in steps]


class LossesOneByOne(OneByOne):
    """`trajectory` for each rate: what it does at once."""

    def advance(self, count: int) -> Sequence[Parameters]:
        runs = [trajectory(self.dataset, self.start, [rate], StepCount(count), self.dtype.type) for rate in self.rates]
        return [run.final[0] for run in runs]


class Mapped(Runs):
    """JAX: the compiled function of one run, mapped over the rates; it keeps no losses."""

    def check(self) -> Any:
        jax = ready()
        self.block = jax.block_until_ready
        self.train = jax.jit(jax.vmap(trained(jax), in_axes=(None, None, 0, None)))
        self.start = tuple(jax.device_put(array) for array in self.problem.started(self.dtype))
        self.shares = jax.device_put(self.problem.shares(self.dtype))
        self.rates = jax.device_put(np.array(RATES, self.dtype))
        return super().check()

    def advance(self, count: int) -> Any:
        return self.block(self.train(self.start, self.shares, self.rates, count))


class Bound(Runs):
    """The exponentials of all tables, and no product: no step can do without them."""

    def begin(self) -> None:
        self.table = np.zeros((self.problem.tokens**2, len(RATES)), self.dtype)
        self.result = np.empty_like(self.table)

    def check(self) -> None:
        self.settle()

    def advance(self, count: int) -> Any:
        for _ in range(count):
            np.exp(self.table, out=self.result)

"""JAX on one thread: one compiled function for any number of steps, given the same counts as ours.

Compiling is over when steps are timed; the row on whole processes has it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from benchmarks.contender import MissingRivalError
from benchmarks.step.problems import Floats
from benchmarks.step.steps import Steps

ONE_THREAD = {"XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false", "NPROC": "1", "PJRT_NPROC": "1"}


def ready() -> Any:
    """Return JAX, set to one thread of the processor."""
    os.environ.update(ONE_THREAD)
    try:
        import jax  # noqa: PLC0415  # reads the settings when it is imported
    except ImportError:
        raise MissingRivalError("JAX is not installed; `make bench` installs it with what the tests need") from None
    jax.config.update("jax_enable_x64", True)
    jax.config.update("jax_platforms", "cpu")
    return jax


def trained(jax: Any) -> Any:
    """Return a function of parameters, shares, a rate and a number of steps."""

    def loss(parameters: Any, shares: Any) -> Any:
        embedding, head, bias = parameters
        return -(shares * jax.nn.log_softmax(embedding @ head + bias)).sum()

    def train(parameters: Any, shares: Any, rate: Any, count: Any) -> Any:
        def step(_: Any, old: Any) -> Any:
            changes = jax.grad(loss)(old, shares)
            return jax.tree.map(lambda value, change: value - rate * change, old, changes)

        return jax.lax.fori_loop(0, count, step, parameters)

    return train


class Compiled(Steps):
    def check(self) -> list[list[float]] | None:
        jax = ready()
        self.block = jax.block_until_ready
        self.train = jax.jit(trained(jax))
        self.start = tuple(jax.device_put(array) for array in self.problem.started(self.dtype))
        self.shares = jax.device_put(self.problem.shares(self.dtype))
        self.rate = self.dtype.type(self.problem.rate)
        return super().check()

    def advance(self, count: int) -> Sequence[Floats]:
        end: Sequence[Floats] = self.block(self.train(self.start, self.shares, self.rate, count))
        return end

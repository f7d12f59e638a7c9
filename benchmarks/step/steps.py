"""What contenders of the training step share: what is compared, and how their steps are timed.

Compared is how the parameters changed in three steps, because the parameters themselves hardly differ from the start:
the length of the change, and its direction at 1,000 places of each array.
"""

from __future__ import annotations

import math
import time
from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.contender import Contender
from benchmarks.step.problems import Problem, problem

CHECKED = 3  # steps after which the changes must agree
PLACES = 1000
TOLERANCE = {"float64": 1e-9, "float32": 2e-3}  # of each number, which are about 1
SHORTEST, LONGEST = 2e-3, 0.01  # seconds that a sample should take


def moved(given: Problem, end: Sequence[npt.ArrayLike]) -> list[list[float]]:
    """Return the logarithm of the length of each array's change, and the change over its mean size at some places."""
    found = []
    for before, after in zip(given.start, end, strict=True):
        change = (np.asarray(after, dtype=float) - before).ravel()
        size = math.sqrt(np.mean(change**2))
        rng = np.random.default_rng(1)
        places = np.arange(change.size) if change.size <= PLACES else rng.integers(0, change.size, PLACES)
        found.append([math.log(size), *(change[places] / size).tolist()])
    return found


class Steps(Contender):
    """Training steps: a subclass says how one gets ready and how some are made."""

    whole = False  # whether a call always makes as many steps as the problem says

    def __init__(self, name: str, dtype: str) -> None:
        self.problem = problem(name)
        self.dtype = np.dtype(dtype)
        self.steps, self.calls = self.problem.steps, 1

    def begin(self) -> None:
        """Go back to the start; not timed."""

    @abstractmethod
    def advance(self, count: int) -> Any:
        """Make steps from the start, all of them done when this returns; return the three arrays at their end."""

    def check(self) -> list[list[float]] | None:
        self.begin()
        result = moved(self.problem, self.advance(CHECKED))
        self.settle()
        return result

    def settle(self) -> None:
        """Choose how many steps a call makes and how many calls a sample has."""
        if not self.whole:
            wanted, self.steps = self.steps, 1
            self.steps = max(1, min(wanted, round(LONGEST / self.clock())))
        while (took := self.clock()) * self.calls < SHORTEST:
            self.calls = max(self.calls + 1, math.ceil(1.2 * SHORTEST / took))

    def clock(self) -> float:
        self.begin()
        started = time.perf_counter()
        self.advance(self.steps)
        return time.perf_counter() - started

    def go(self) -> list[float]:
        return [sum(self.clock() for _ in range(self.calls)) / (self.calls * self.steps)]

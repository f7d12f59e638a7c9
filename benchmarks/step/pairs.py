"""What the number of pairs costs: in a step, where it should be nothing, and in counting them once.

Contenders of such a row have different pairs, so each checks itself against the formulas and answers whether it agrees.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.contender import Contender, MissingRivalError
from benchmarks.race import agree
from benchmarks.step.ours import Ours
from benchmarks.step.problems import by_hand, problem
from benchmarks.step.steps import CHECKED, SHORTEST, TOLERANCE, moved
from tinyml import TrainingSet


class StepOfPairs(Ours):
    """`iterate` on so many pairs of 1,000 tokens."""

    def check(self) -> Any:  # a truth instead of what moved
        wanted = moved(self.problem, by_hand(self.problem, CHECKED))
        return agree(super().check(), wanted, TOLERANCE[self.dtype.name])


TOKENS = problem("middle:1").tokens
Table = tuple[Any, Any, Any]  # first tokens, second tokens, how often


def ours(inputs: Any, targets: Any) -> Table:
    found = TrainingSet.from_indices(inputs, targets)
    return found.pairs[:, 0], found.pairs[:, 1], found.multiplicities


def plain(inputs: Any, targets: Any) -> Table:
    """Count what one writes without thinking of speed."""
    found = Counter(zip(inputs.tolist(), targets.tolist(), strict=True))
    first, second = zip(*found, strict=True)
    return first, second, list(found.values())


def unique(inputs: Any, targets: Any) -> Table:
    codes, often = np.unique(inputs * TOKENS + targets, return_counts=True)
    return codes // TOKENS, codes % TOKENS, often


def sparse(inputs: Any, targets: Any) -> Table:
    try:
        from scipy.sparse import coo_array  # noqa: PLC0415  # comes with JAX
    except ImportError:
        raise MissingRivalError("scipy is not installed; `make bench` installs it with JAX") from None
    table = coo_array((np.ones(len(inputs), np.int64), (inputs, targets)), shape=(TOKENS, TOKENS)).tocsr().tocoo()
    return table.row, table.col, table.data


def read(inputs: Any, targets: Any) -> Table:
    """Read both columns once, as the bound."""
    return inputs.max(), targets.max(), None


WAYS: dict[str, Callable[[Any, Any], Table]] = {
    "ours": ours,
    "plain": plain,
    "unique": unique,
    "sparse": sparse,
    "read": read,
}


class Counting(Contender):
    """Count so many pairs in one of these ways; the time is that of one pair."""

    def __init__(self, way: str, name: str) -> None:
        given = problem(name)
        self.count, self.inputs, self.targets, self.calls = WAYS[way], given.inputs, given.targets, 1

    def check(self) -> bool | None:
        first, second, often = self.count(self.inputs, self.targets)
        while (took := self.clock()) * self.calls < SHORTEST:
            self.calls = max(self.calls + 1, math.ceil(1.2 * SHORTEST / took))
        if often is None:
            return None
        found = np.zeros((TOKENS, TOKENS))
        found[np.asarray(first), np.asarray(second)] = often
        codes = self.inputs * TOKENS + self.targets
        return bool((found.ravel() == np.bincount(codes, minlength=TOKENS**2)).all())

    def clock(self) -> float:
        started = time.perf_counter()
        self.count(self.inputs, self.targets)
        return time.perf_counter() - started

    def go(self) -> list[float]:
        return [sum(self.clock() for _ in range(self.calls)) / (self.calls * len(self.inputs))]

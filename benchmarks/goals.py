"""What is wanted of a row, and whether a run has kept it.

    ratio("ours", "bound", most=1.1)      ours takes at most 1.1 times as long as the bound
    faster("ours", "rival", least=20)     the rival takes at least 20 times as long as ours
    later("ours", "bound", most=0.015)    ours takes at most 15 ms more
    each("ours", most=3e-9)               one unit of ours takes at most 3 ns
    working("ours", most=64e6)            the work of ours takes at most 64 MB

Ratios and differences are medians over the rounds in which both are clean; where these are too few, the goal was not
measured.  Checked by tests/benchmarks/test_benchmarks.py.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.statistics import Sample, median, paired_difference, paired_ratio
from benchmarks.units import megabytes, seconds


@dataclass(frozen=True, slots=True)
class Measured:
    """What goals are judged by: the samples and the working memory of each contender that ran."""

    samples: Mapping[str, Sequence[Sample]]
    working: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Goal:
    """What is wanted in words, the number that it is about, and the smallest and largest that keep it."""

    wanted: str
    value: Callable[[Measured], float | None]
    least: float = 0.0
    most: float = math.inf
    write: Callable[[float], str] = "{:.3g} times".format

    def verdict(self, measured: Measured) -> str:
        value = self.value(measured)
        if value is None:
            return f"Wanted: {self.wanted}. Not measured in this run."
        kept = "Kept." if self.least <= value <= self.most else "**Not kept in this run.**"
        return f"Wanted: {self.wanted}. Measured: {self.write(value)}. {kept}"


def _of_pairs(
    compare: Callable[[Sequence[Sample], Sequence[Sample]], float | None], one: str, other: str
) -> Callable[[Measured], float | None]:
    def value(measured: Measured) -> float | None:
        if one not in measured.samples or other not in measured.samples:
            return None
        return compare(measured.samples[one], measured.samples[other])

    return value


def _middle(samples: Sequence[Sample], bases: Sequence[Sample]) -> float | None:
    quartiles = paired_ratio(samples, bases).quartiles
    return quartiles and quartiles[1]


def ratio(of: str, against: str, *, most: float, least: float = 0.0) -> Goal:
    span = f"{least:g} to {most:g}" if least else f"at most {most:g}"
    return Goal(f"{of} takes {span} times as long as {against}", _of_pairs(_middle, of, against), least, most)


def faster(of: str, against: str, *, least: float) -> Goal:
    wanted = f"{of} is at least {least:g} times as fast as {against}"
    return Goal(wanted, _of_pairs(_middle, against, of), least)


def later(of: str, against: str, *, most: float) -> Goal:
    def write(value: float) -> str:
        return f"{seconds(value)} more"

    wanted = f"{of} takes at most {seconds(most)} more than {against}"
    return Goal(wanted, _of_pairs(paired_difference, of, against), -math.inf, most, write)


def each(of: str, *, most: float) -> Goal:
    def value(measured: Measured) -> float | None:
        return median(measured.samples[of]) if of in measured.samples else None

    return Goal(f"{of} takes at most {seconds(most)}", value, 0.0, most, seconds)


def working(of: str, *, most: float) -> Goal:
    wanted = f"{of} works in at most {megabytes(most)} beyond what goes in and comes out"
    return Goal(wanted, lambda measured: measured.working.get(of), 0.0, most, megabytes)

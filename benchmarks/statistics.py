"""Medians of paired ratios: contenders that ran in the same round met the same weather.

A round counts for a pair when both are clean: a process waited for the processor for at most 3 % of its time, or
nothing else ran beside several processes for more than 5 % of the time of all processors.  With fewer than five such
rounds there is no number.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

MOST_WAITING = 0.03
MOST_BESIDE = 0.05  # when nothing is amiss, the system and the browsers that rest take 1 to 3 % of two processors
FEWEST_PAIRS = 5


@dataclass(frozen=True, slots=True)
class Sample:
    """What one contender answered in one round."""

    seconds: tuple[float, ...]
    waited: float
    beside: float = 0.0

    @property
    def clean(self) -> bool:
        return self.waited <= MOST_WAITING and self.beside <= MOST_BESIDE

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


@dataclass(frozen=True, slots=True)
class Ratio:
    """The quartiles of the paired ratios of two contenders, or none when too few pairs are clean."""

    quartiles: tuple[float, float, float] | None
    clean: int
    rounds: int

    def __str__(self) -> str:
        counted = f"{self.clean}/{self.rounds} clean"
        if self.quartiles is None:
            return f"not measurable ({counted})"
        low, middle, high = (f"{each:.3g}" if each < 1000 else f"{each:,.0f}" for each in self.quartiles)
        return f"{middle} ({low} to {high}; {counted})"


def clean_pairs(samples: Sequence[Sample], bases: Sequence[Sample]) -> list[tuple[float, float]]:
    """Return the times of two contenders in the rounds in which both are clean."""
    both = zip(samples, bases, strict=True)
    return [(one.median, base.median) for one, base in both if one.clean and base.clean]


def paired_ratio(samples: Sequence[Sample], bases: Sequence[Sample]) -> Ratio:
    """Return the ratio of a contender to another one, over the rounds in which both are clean.

    >>> same = [Sample((2.0,), 0.0)] * 5
    >>> str(paired_ratio(same, [Sample((1.0,), 0.0)] * 5))
    '2 (2 to 2; 5/5 clean)'
    """
    ratios = [one / base for one, base in clean_pairs(samples, bases)]
    if len(ratios) < FEWEST_PAIRS:
        return Ratio(None, len(ratios), len(samples))
    low, middle, high = statistics.quantiles(ratios, n=4, method="inclusive")
    return Ratio((low, middle, high), len(ratios), len(samples))


def paired_difference(samples: Sequence[Sample], bases: Sequence[Sample]) -> float | None:
    """Return the median of what one contender takes longer than another one, in seconds.

    >>> paired_difference([Sample((2.5,), 0.0)] * 5, [Sample((1.0,), 0.0)] * 5)
    1.5
    """
    differences = [one - base for one, base in clean_pairs(samples, bases)]
    return statistics.median(differences) if len(differences) >= FEWEST_PAIRS else None


def median(samples: Sequence[Sample]) -> float | None:
    """Return the median of the clean samples of one contender."""
    clean = [sample.median for sample in samples if sample.clean]
    return statistics.median(clean) if len(clean) >= FEWEST_PAIRS else None


def spread(samples: Sequence[Sample]) -> tuple[float, float, int]:
    """Return the median and the 95th percentile of all single times, and how many there are."""
    times = sorted(each for sample in samples for each in sample.seconds)
    return statistics.median(times), times[min(len(times) - 1, int(0.95 * len(times)))], len(times)

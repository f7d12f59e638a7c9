"""Rows of one family, such as one for each chapter, summed up: for each contender the median of the rows' medians.

Each row counts once, however many samples it has; one without a number is left out.
Checked by tests/benchmarks/test_benchmarks.py.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence

from benchmarks.race import Result
from benchmarks.statistics import paired_ratio, spread
from benchmarks.units import seconds


def summary(results: Sequence[Result]) -> Iterator[str]:
    """Return the lines of a family: its contenders, in the order in which they come first."""
    rows = [result for result in results if not result.failed]
    if not rows:
        return
    row = rows[0].row
    yield f"\n## {row.family}: the median over its rows\n"
    yield f"| contender | {row.unit}: median of the rows' medians | lowest to highest | times ours | rows |"
    yield "|---|---|---|---|---|"
    for name in dict.fromkeys(name for result in rows for name in result.samples):
        having = [result for result in rows if name in result.samples]
        middles = [spread(result.samples[name])[0] for result in having]
        times = f"{seconds(statistics.median(middles))} | {seconds(min(middles))} to {seconds(max(middles))}"
        yield f"| {name} | {times} | {times_ours(name, having)} | {len(having)} |"


def times_ours(name: str, results: Sequence[Result]) -> str:
    """Return the median of the rows' ratios of a contender to ours, with the lowest and the highest."""
    ratios = [each for result in results if (each := ratio_in(name, result)) is not None]
    if not ratios:
        return "-"
    return f"{statistics.median(ratios):.3g} ({min(ratios):.3g} to {max(ratios):.3g})"


def ratio_in(name: str, result: Result) -> float | None:
    ours = next(iter(result.row.contenders))
    if name == ours or ours not in result.samples:
        return None
    quartiles = paired_ratio(result.samples[name], result.samples[ours]).quartiles
    return quartiles and quartiles[1]

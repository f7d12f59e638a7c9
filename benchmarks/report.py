"""Write what was measured: report.md for reading, raw.csv with every sample."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from benchmarks.race import Result
from benchmarks.statistics import paired_ratio, spread
from benchmarks.summary import summary
from benchmarks.units import megabytes, seconds

HEAD = """# Measured

Written by `python -m benchmarks`, never by hand. Every contender runs in a process of its own, on one BLAS thread, and
times itself; all were seen to compute the same result before anything was timed. Those of the training step begin anew
after each third of the rounds, because one process in many is slower than its like for as long as it lives. Ratios are
medians of the ratios of single rounds, with quartiles, over the rounds in which both are clean: a process waited for
the processor for at most 3 % of its time. The processes of a browser with a kernel, and those of a grader, also wait
for each other, which is part of their time; they are clean when all that is not theirs ran for at most 5 % of the time
of all processors. A page that is slowed down keeps a processor busy even when it has nothing to do, so it is slow only
while it is measured. A row with fewer than 5 rounds in which all are clean is asked on, up to twice as often; with
fewer than 5 clean rounds even then there is no number. A "bound" does no more than is physically needed. The times of
single samples are those of all rounds. Peak memory is that of the whole process; "the work alone" is what the work
takes beyond what goes in and comes out, measured in a run apart.
"""


def table(result: Result) -> Iterable[str]:
    row = result.row
    ours = next(iter(row.contenders))
    yield f"\n## {row.name}\n"
    if result.failed:
        yield f"**Failed: {result.failed}.**"
        return
    yield f"| contender | {row.unit}: median | 95th percentile | times the bound | times ours | peak memory |"
    yield "|---|---|---|---|---|---|"
    for name, samples in result.samples.items():
        middle, high, count = spread(samples)
        against = [
            str(paired_ratio(samples, result.samples[base])) if base in result.samples and base != name else "-"
            for base in (row.bound, ours)
        ]
        times = f"{seconds(middle)} (of {count}) | {seconds(high)}"
        memory = f"{result.peaks[name] / 1e6:.0f} MB"
        if name in result.working:
            memory += f", the work alone {megabytes(result.working[name])}"
        yield f"| {name} | {times} | {against[0]} | {against[1]} | {memory} |"
    for name, why in result.missing.items():
        yield f"| **{name}: SKIPPED** | {why} | | | | |"
    for name, what in row.elsewhere.items():
        yield f"| {name} | {what} | | | | |"
    for goal in row.goals:
        yield f"\n{goal.verdict(result.measured)}"
    if row.limits and ours in result.samples:
        middle, high, _ = spread(result.samples[ours])
        kept = middle <= row.limits[0] and high <= row.limits[1]
        wanted = f"at most {seconds(row.limits[0])} (median) and {seconds(row.limits[1])} (95th percentile)"
        yield f"\nWanted of ours: {wanted}. {'Kept.' if kept else '**Not kept in this run.**'}"


def report(results: Iterable[Result], machine: dict[str, str], seed: int) -> str:
    """Return the report: what was raced, then the machine."""
    lines = [HEAD]
    for family, of_one in groupby(results, lambda result: result.row.family):
        group = list(of_one)
        lines += [line for result in group for line in table(result)]
        lines += summary(group) if family else ()
    lines += measured_on(machine, seed)
    return "\n".join(lines) + "\n"


def measured_on(machine: dict[str, str], seed: int | None = None) -> Iterable[str]:
    """Return the last section of a report."""
    yield "\n## Measured on\n"
    if seed is not None:
        yield f"- seed of the order: {seed}"
    yield from (f"- {name}: {value}" for name, value in machine.items())


def write(results: list[Result], machine: dict[str, str], seed: int, folder: Path) -> Path:
    path = folder / "report.md"
    path.write_text(report(results, machine, seed), encoding="utf-8")
    with (folder / "raw.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["row", "contender", "round", "waited", "beside", "clean", "seconds"])
        for result in results:
            for name, samples in result.samples.items():
                for number, sample in enumerate(samples, 1):
                    known = [result.row.name, name, number, f"{sample.waited:.4f}", f"{sample.beside:.4f}"]
                    rows.writerows([*known, int(sample.clean), f"{each:.12f}"] for each in sample.seconds)
    return path

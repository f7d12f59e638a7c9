"""Race contenders: see that they agree, then ask all of them once a round, in random order.

A row of which contenders disagree, or one ends, has failed; the rows after it are raced all the same.
Checked by tests/benchmarks/test_benchmarks.py.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.goals import Goal, Measured
from benchmarks.statistics import FEWEST_PAIRS, Sample

ROOT = Path(__file__).resolve().parent.parent
PAUSE = 0.1  # seconds before each sample, in which the threads of BLAS stop spinning
PATIENCE = 10  # seconds in which a contender may end what it has started
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


class RowError(Exception):
    """A row cannot be measured; the first line says why."""


class DisagreementError(RowError):
    """Contenders that compute different things are not raced."""


class ContenderError(RowError):
    """A contender ended, or does not answer as one."""


def command(module: str, *arguments: str) -> list[str]:
    """Return what starts a contender of this package."""
    return [sys.executable, "-m", f"benchmarks.{module}", *arguments]


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that is measured: contenders by name, each the command that starts it; the first is ours.

    `bound` names the contender that does no more than is physically needed.  `starts` says how often contenders begin
    anew in the course of the rounds: where a process has its memory is decided when it begins, and one in many is
    slower for as long as it lives.  `elsewhere` says of rivals that do not run here what is known of them, or why not.
    Rows of one `family` measure the same on several things, and are summed up behind the last of them.
    """

    name: str
    unit: str
    contenders: dict[str, list[str]]
    bound: str
    rounds: int = 15
    starts: int = 1
    pause: float = PAUSE
    tolerance: float = 1e-9
    limits: tuple[float, float] | None = None  # seconds that median and 95th percentile of ours may have
    goals: tuple[Goal, ...] = ()
    elsewhere: dict[str, str] = field(default_factory=dict)
    family: str = ""


@dataclass(slots=True)
class Result:
    """What came of a row; `failed` says why nothing came of it."""

    row: Row
    samples: dict[str, list[Sample]]
    missing: dict[str, str] = field(default_factory=dict)
    peaks: dict[str, int] = field(default_factory=dict)
    working: dict[str, int] = field(default_factory=dict)
    failed: str = ""

    @property
    def measured(self) -> Measured:
        return Measured(self.samples, self.working)


class Process:
    """A contender as the race sees it: questions and answers."""

    def __init__(self, name: str, command: Sequence[str]) -> None:
        self.name = name
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=os.environ | ONE_THREAD | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": ""},
            start_new_session=True,  # an interruption ends the race, which ends its contenders
        )

    def ask(self, question: str) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        line = ""
        with contextlib.suppress(BrokenPipeError):
            print(question, file=self.process.stdin, flush=True)
            line = self.process.stdout.readline()
        if not line:
            self.end()
            status = self.process.returncode
            raise ContenderError(f"{self.name} ended with status {status} when it was asked to {question}")
        try:
            found: dict[str, Any] = json.loads(line)
        except json.JSONDecodeError:
            said = line.strip()[:80]
            raise ContenderError(f"{self.name} answered {said!r} when it was asked to {question}") from None
        return found

    def quit(self) -> tuple[int, int | None]:
        """Ask the contender to end; return its peak memory, and what its work takes if it measures that."""
        found = self.ask("quit")
        return found["peak"], found.get("working")

    def end(self) -> None:
        """End the contender and what it has started; one that waits for a question does so itself."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        end_group(self.process, PATIENCE)
        self.process.stdout.close()


def end_group(process: subprocess.Popen[str], patience: float = 0) -> None:
    """Wait so many seconds for a process that leads a session, then kill it and all that still runs in its group."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(patience)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def agree(one: Any, other: Any, tolerance: float) -> bool:
    """Whether two results are the same, numbers within a relative tolerance."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(agree(a, b, tolerance) for a, b in zip(one, other, strict=True))
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return abs(one - other) <= tolerance * max(1.0, abs(one), abs(other))
    return bool(one == other)


def check_all(row: Row, processes: list[Process]) -> dict[str, str]:
    """Let every contender compute the result; return those that cannot run, and refuse different results."""
    results: dict[str, Any] = {}
    missing: dict[str, str] = {}
    for process in processes:
        found = process.ask("check")
        if "missing" in found:
            missing[process.name] = str(found["missing"])
            print(f"!!! {row.name}: {process.name} is SKIPPED: {found['missing']}", flush=True)
        elif found["result"] is not None:
            results[process.name] = found["result"]
    for name, result in results.items():
        first = next(iter(results))
        if not agree(results[first], result, row.tolerance):
            raise DisagreementError(
                f"{name} does not compute what {first} computes, so nothing is timed\n"
                f"    {first}: {str(results[first])[:200]}\n    {name}: {str(result)[:200]}"
            )
    return missing


def race(row: Row, rng: random.Random) -> Result:
    """Start the contenders of a row as often as it says, and ask all of them once in each round.

    A row with too few clean rounds goes on after its last one.
    """
    result = Result(row, {})
    for start in range(row.starts):
        race_once(result, rng, range(row.rounds * start // row.starts, row.rounds * (start + 1) // row.starts))
    print(file=sys.stderr)
    return result


def race_once(result: Result, rng: random.Random, rounds: range) -> None:
    """Add some rounds to a result: start the contenders, see that they agree, ask them and end them."""
    row, processes = result.row, list[Process]()
    try:
        for name, words in row.contenders.items():
            processes.append(Process(name, words))
        result.missing |= check_all(row, processes)
        running = [process for process in processes if process.name not in result.missing]
        result.samples = {process.name: [] for process in running} | result.samples
        number = rounds.start
        while number < rounds.stop or _goes_on(result, number):
            number += 1
            for process in rng.sample(running, len(running)):
                time.sleep(row.pause)
                found = process.ask("go")
                shares = found.get("waited", 0.0), found.get("beside", 0.0)
                result.samples[process.name].append(Sample(tuple(found["seconds"]), *shares))
            print(f"\r{row.name}: round {number} of {row.rounds}", end="", file=sys.stderr, flush=True)
        for process in running:
            peak, working = process.quit()
            result.peaks[process.name] = max(peak, result.peaks.get(process.name, 0))
            if working is not None:
                result.working[process.name] = max(working, result.working.get(process.name, 0))
    finally:
        for process in processes:
            process.end()


def _goes_on(result: Result, asked: int) -> bool:
    """Whether a row is asked once more when all its rounds are over: too few were clean for any pair to have a ratio.

    It ends with twice its rounds: on a machine that is never idle no number would come of more.
    """
    rounds = result.row.rounds
    clean = sum(all(sample.clean for sample in together) for together in zip(*result.samples.values(), strict=True))
    return rounds <= asked < 2 * rounds and clean < min(FEWEST_PAIRS, rounds)


def raced(rows: Iterable[Row], rng: random.Random) -> Iterator[Result]:
    """Race row after row; one that fails is told, and so is what came of it."""
    for row in rows:
        try:
            result = race(row, rng)
        except RowError as error:
            print(f"\n!!! {row.name}: FAILED: {error}", flush=True)
            result = Result(row, {}, failed=str(error).splitlines()[0])
        yield result

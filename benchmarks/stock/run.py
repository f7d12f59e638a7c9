"""All graders on the same files of the corpus, in one run: `python -m benchmarks.grading corpus`.

    ours            the files as one class, by the real command, on this machine: it has a sandbox
    stock graders   each file in a container of its own, between two honest neighbours

Before that each grader is timed on the honest files as one class, with nothing of the bench beside it.
Checked by tests/benchmarks/test_benchmarks_stock.py.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks import machine
from benchmarks.contender import MissingRivalError
from benchmarks.stock import container, graders, table
from benchmarks.stock.counting import BOUND, GRADERS, OURS, Comparison, Outcome
from grading.corpus import ENTRIES, paper
from grading.corpus.entry import FILE, Entry
from grading.corpus.run import grade, listening
from grading.gradebook.table import harmless

ROOT = Path(__file__).parents[2]

__all__ = ["ENTRIES", "Entry", "chosen", "compared", "main", "ours", "outcome", "paper", "parsed"]

KINDS = tuple(dict.fromkeys(entry.category for entry in ENTRIES))
SOLUTIONS = next(entry for entry in ENTRIES if entry.name == "solutions")
"""The right answers, which the neighbours hand in."""
WITHIN = 900.0
"""Seconds until the run of a whole class counts as hung."""
FULL = {question: float(paper.POINTS[question]) for question in paper.CODE}
STRAY = (FILE, f"{FILE}-too", "outside.ipynb")


def due(entry: Entry) -> dict[str, float]:
    return {question: entry.points[question] for question in paper.CODE}


def chosen(kinds: Sequence[str], some: int | None = None) -> list[Entry]:
    """Return the entries of these kinds, at most `some` of each; without zips of a class."""
    found: list[Entry] = []
    for kind in kinds:
        fitting = [entry for entry in ENTRIES if entry.category == kind and not graders.is_zip(entry.files[0])]
        found += fitting[:some]
    return found


def written(entries: Sequence[Entry], folder: Path, grader: graders.Grader) -> None:
    """Write files of the corpus, and the right answers beside them, as this grader's students would hand them in."""
    folder.mkdir(parents=True)
    for entry in [SOLUTIONS, *(entry for entry in entries if entry is not SOLUTIONS)]:
        entry.write(folder, container.PORT)
    for here, _, names in os.walk(folder):  # follows no links
        for path in (Path(here, name) for name in names if name.endswith(".ipynb")):
            if path.is_file() and not path.is_symlink():
                path.write_bytes(grader.made_ready(path.read_bytes()))


def ours(entries: Sequence[Entry]) -> list[Outcome]:
    """Grade all files as one class; what is left belongs to the whole run, and is told with the first file."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name, listening() as (port, met):
        folder = Path(name)
        (folder / "class").mkdir()
        for entry in entries:
            entry.write(folder / "class", port)
        finished = grade(folder, WITHIN, jobs=2)
        places = [folder, folder / "class", ROOT, Path.home(), *map(Path, ("/", "/tmp", "/var/tmp", "/dev/shm"))]
        stray = [str(place / each) for place in places for each in STRAY if (place / each).exists()]
    found = []
    for entry in entries:
        got = finished.points.get(harmless(entry.files[0]))
        found.append(Outcome(OURS, entry.category, entry.name, due(entry), got, hung=got is None))
    lost = sum(one.lost for one in found if one.kind == "honest")
    whole = replace(found[0], neighbours_lost=lost, files=stray, processes=finished.left, connections=len(met))
    return [whole, *found[1:]]


def outcome(grader: graders.Grader, entry: Entry, bound: float) -> Outcome:
    """Grade one file in a container of its own, between its neighbours."""
    who = graders.student(entry.files[0])
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        written([entry], Path(name, "class"), grader)
        plan = grader.plan(Path(name), {who: entry.files[0], graders.LAST: "solutions.ipynb"}, bound)
        return from_seen(grader.name, entry, who, container.run(plan))


def from_seen(name: str, entry: Entry, who: str, seen: dict[str, Any]) -> Outcome:
    """Return the outcome that the words of a container tell."""
    marks, steps = seen["marks"], seen["steps"]
    neighbours = [marks.get(each, {}) for each in (graders.FIRST, graders.LAST)]
    return Outcome(
        grader=name,
        kind=entry.category,
        name=entry.name,
        due=due(entry),
        got=marks.get(who),
        seconds=steps[0]["seconds"],
        hung=steps[0]["status"] is None,
        neighbours_lost=sum(any(got.get(question) != most for question, most in FULL.items()) for got in neighbours),
        files=seen["files"],
        harmed=seen["harmed"],
        processes=[process for step in steps for process in step["left"]],
        connections=len(seen["met"]),
        told=seen["told"],
    )


def honest_seconds(grader: graders.Grader | None) -> float:
    """Return the seconds for an honest file, when all honest files are one class; start-up is part of it."""
    entries = [entry for entry in ENTRIES if entry.category == "honest"]
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        if grader is None:
            (folder / "class").mkdir()
            for entry in entries:
                entry.write(folder / "class", container.PORT)
            return float(grade(folder, WITHIN, jobs=1).seconds) / len(entries)
        written(entries, folder / "class", grader)
        files = {graders.student(entry.files[0]): entry.files[0] for entry in entries}
        seen = container.run(grader.plan(folder, files, WITHIN, again=False))
        return float(seen["steps"][0]["seconds"]) / len(entries)


def compared(asked: argparse.Namespace) -> Comparison:
    entries = chosen(asked.kinds, asked.some)
    found = Comparison(asked.kinds, asked.some, asked.bound, len(ENTRIES) - len(chosen(KINDS)))
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        if OURS in asked.graders:
            found.seconds[OURS] = honest_seconds(None)
            found.outcomes += ours(entries)
        for each, make in graders.stock(Path(name)).items():
            if each not in asked.graders:
                continue
            try:
                grader = make()
                graders.set_up(grader, paper.written(paper.master()), SOLUTIONS.notebook, Path(name))
                found.seconds[each] = honest_seconds(grader)
            except MissingRivalError as error:
                print(f"!!! {table.NAME}: {each} is SKIPPED: {error}", flush=True)
                found.missing[each] = str(error)
                continue
            for entry, one in zip(entries, each_alone(grader, entries, asked.bound, asked.jobs), strict=True):
                if isinstance(one, Outcome):
                    found.outcomes.append(one)
                else:
                    found.unseen.append(f"{each}: {entry.category}/{entry.name} ({one})")
    return found


def each_alone(grader: graders.Grader, entries: Sequence[Entry], bound: float, jobs: int) -> list[Outcome | str]:
    """Grade files in containers, so many at a time; a container that says nothing is an outcome that nobody saw."""

    def seen(entry: Entry) -> Outcome | str:
        try:
            return outcome(grader, entry, bound)
        except container.ContainerError as error:
            return str(error)

    found = []
    with ThreadPoolExecutor(jobs) as pool:
        for one in pool.map(seen, entries):
            found.append(one)
            print(f"\r{grader.name}: {len(found)} of {len(entries)} files", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return found


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.grading corpus", description=__doc__)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS), help="only files of these kinds")
    parser.add_argument("--some", type=int, help="at most so many files of each kind")
    parser.add_argument("--graders", nargs="+", choices=GRADERS, default=list(GRADERS), help="only these graders")
    parser.add_argument("--bound", type=float, default=BOUND, help="seconds until a stock grader is ended")
    parser.add_argument("--jobs", type=int, choices=(1, 2), default=2, help="containers at a time")
    parser.add_argument("--folder", type=Path, help="where corpus.md and corpus.csv go; otherwise only printed")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str]) -> int:
    asked = parsed(arguments)
    found = compared(asked)
    if asked.folder is not None:
        asked.folder.mkdir(parents=True, exist_ok=True)
        table.write(found, machine.described(), asked.folder)
    print("\n".join(table.section(found)))
    return 0

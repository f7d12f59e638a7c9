"""Lint: whether the masters of a course mark as they should, tried with the real engine.

    the solutions get all points       the untouched notebook gets none, and says why
    a wrong answer gets none           at least three for each question stand in exercises/wrong/

Checked by tests/grading/test_lint.py.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, final

from grading.intake.master import master_of
from grading.marking.record import Verdict
from grading.marking.run import Typed
from grading.marking.worker import Job, Pool, Worker

FEWEST = 3


@final
@dataclass(frozen=True, slots=True)
class Case:
    """One notebook to grade: what it is, what it should come to, and for which questions."""

    what: str
    job: Job
    right: bool

    def complaints(self, verdicts: tuple[Verdict, ...]) -> Iterator[str]:
        for verdict in verdicts:
            if verdict.status in ("stopped", "unreadable"):
                yield f"{self.what}: {verdict.question} is {verdict.status}: {verdict.reason}"
            elif self.right and verdict.points != verdict.worth:
                yield f"{self.what}: {verdict.question} gets {verdict.points:g} of {verdict.worth:g}: {verdict.reason}"
            elif not self.right and verdict.points:
                yield f"{self.what}: {verdict.question} gets {verdict.points:g} points"
            elif not self.right and not verdict.reason:
                yield f"{self.what}: {verdict.question} gets no points and says no reason"


def with_answers(content: bytes, answers: dict[str, str]) -> bytes:
    """Return a notebook with other texts in some of its answer cells."""
    notebook = json.loads(content)
    for cell in notebook["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if name in answers:
            cell["source"] = answers[name]
    return json.dumps(notebook).encode()


def wrong_answers(path: Path) -> list[dict[str, Any]]:
    return list(tomllib.loads(path.read_text(encoding="utf-8"))["wrong"]) if path.is_file() else []


def cases_of(course: Path, name: str) -> tuple[list[Case], list[str]]:
    """Return what is to be tried of one master, and what is missing before anything is tried."""
    content = (course / "source" / name / f"{name}.ipynb").read_bytes()
    master = master_of(content)
    checks = frozenset(cell.question for cell in master.cells if cell.role == "check")
    answers = [cell for cell in master.cells if cell.role == "answer"]
    untouched = with_answers(content, {cell.name: cell.released for cell in answers})
    wrong = wrong_answers(course / "wrong" / f"{name}.toml")
    counts = {question: sum(entry["question"] == question for entry in wrong) for question in checks}
    complaints = [
        f"{name}: {question} has {count} wrong answers; {FEWEST} are needed"
        for question, count in sorted(counts.items())
        if count < FEWEST
    ]
    complaints += [
        f"{name}: there is no question {entry['question']}" for entry in wrong if entry["question"] not in checks
    ]
    cases = [
        Case(f"{name}, solutions", Job(content, content, only=checks), right=True),
        Case(f"{name}, untouched", Job(untouched, content, only=checks), right=False),
    ]
    for entry in wrong:
        given = with_answers(content, {entry["question"]: entry["source"]})
        job = Job(given, content, only=frozenset({entry["question"]}))
        cases.append(Case(f"{name}, {entry['question']}, {entry['why']}", job, right=False))
    return cases, complaints


def lint(course: Path, names: list[str], jobs: int, progress: Callable[[int], object]) -> list[str]:
    """Return the complaints about the masters of a course; none when they mark as they should."""
    cases: list[Case] = []
    complaints: list[str] = []
    for name in names:
        found, missing = cases_of(course, name)
        cases += found
        complaints += missing
    with Pool(jobs) as pool:
        reading = [pool.submit(lambda worker, case: worker.programs(case.job), case) for case in cases]
        typed = Typed({str(number): one.result() for number, one in enumerate(reading)})

        def grade(worker: Worker, number: int) -> list[str]:
            verdicts = worker.grade(typed.job(str(number), cases[number].job))
            progress(1)
            return list(cases[number].complaints(verdicts))

        grading = [pool.submit(grade, number) for number in range(len(cases))]
        return [*complaints, *(words for one in grading for words in one.result())]


def masters(course: Path) -> list[str]:
    """Return the names of the masters of a course."""
    return sorted(path.parent.name for path in (course / "source").glob("*/*.ipynb") if path.stem == path.parent.name)

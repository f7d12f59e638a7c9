"""Lint: whether the masters of a course mark as they should, tried with the real engine.

    the solutions get all points       the untouched notebook gets none, and says why
    a wrong answer gets none           at least three for each question stand in exercises/wrong/

Wrong answers to several questions share a notebook where no other cell uses a name that they bind, since a notebook
needs a box, and a box costs more than what runs in it.
Checked by tests/grading/test_lint.py.
"""

from __future__ import annotations

import json
import symtable
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, final

from grading.intake.master import Master, MasterCell, master_of
from grading.intake.rebuild import defined
from grading.marking.file import Job
from grading.marking.record import Verdict
from grading.marking.run import Typed
from grading.marking.session import python_of
from grading.marking.worker import Pool, Worker
from tinyml.check.typecheck import program

FEWEST = 3


@final
@dataclass(frozen=True, slots=True)
class Case:
    """One notebook to grade: what it is, in all and for each question, and whether it should get points."""

    what: str
    job: Job
    right: bool
    whys: Mapping[str, str] = field(default_factory=dict)

    def complaints(self, verdicts: tuple[Verdict, ...]) -> Iterator[str]:
        for verdict in verdicts:
            what = f"{self.what}{self.whys.get(verdict.question, '')}: {verdict.question}"
            if verdict.status in ("stopped", "unreadable"):
                yield f"{what} is {verdict.status}: {verdict.reason}"
            elif self.right and verdict.points != verdict.worth:
                yield f"{what} gets {verdict.points:g} of {verdict.worth:g}: {verdict.reason}"
            elif not self.right and verdict.points:
                yield f"{what} gets {verdict.points:g} points"
            elif not self.right and not verdict.reason:
                yield f"{what} gets no points and says no reason"


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


def stands_alone(master: Master, question: str, source: str) -> bool:
    """Whether no cell of another question uses a name that an answer binds, be it right or this one."""
    own = [cell for cell in master.cells if cell.question == question]
    answers = [source, *(cell.source for cell in own if cell.role == "answer")]
    bound = frozenset[str]().union(*(defined(answer) for answer in answers if not program(answer)[0]))
    return not any(bound & used(cell) for cell in master.cells if cell not in own and cell.role != "by hand")


def used(cell: MasterCell) -> frozenset[str]:
    """Return the names that a cell looks up in the notebook; those that a function has for itself are its own."""
    if program(cell.source)[0]:
        return frozenset()
    return cell.wanted.union(looked_up(symtable.symtable(python_of(cell.source), cell.name, "exec")))


def looked_up(table: symtable.SymbolTable) -> Iterator[str]:
    outermost = table.get_type() == "module"
    yield from (one.get_name() for one in table.get_symbols() if one.is_global() or (outermost and one.is_referenced()))
    for inner in table.get_children():
        yield from looked_up(inner)


def together(master: Master, wrong: list[dict[str, Any]]) -> list[dict[str, dict[str, Any]]]:
    """Put wrong answers into as few notebooks as may be, each by its question: those that stand alone share them."""
    shared: list[dict[str, dict[str, Any]]] = []
    single: list[dict[str, dict[str, Any]]] = []
    for entry in wrong:
        question = entry["question"]
        if not stands_alone(master, question, entry["source"]):
            single.append({question: entry})
        elif room := [notebook for notebook in shared if question not in notebook]:
            room[0][question] = entry
        else:
            shared.append({question: entry})
    return shared + single


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
    for entries in together(master, wrong):
        given = with_answers(content, {question: entry["source"] for question, entry in entries.items()})
        whys = {question: f"{question}, {entry['why']}" for question, entry in entries.items()}
        cases.append(Case(f"{name}, ", Job(given, content, only=frozenset(entries)), right=False, whys=whys))
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

"""Contenders of grading honest files: ours, two stock graders, and the bare cells and checks as the bound.

    python -m benchmarks.grading KIND CHAPTER [JOBS]      class, types, nbgrader, otter, bare
    python -m benchmarks.grading corpus                   see benchmarks/stock/run.py

All grade the files of `benchmarks/honest.py`, new ones in each round.  Ours is a whole class as the command grades it,
so that starting its processes and the type checker, which reads the programs of all files at once, are shared by the
files.  The stock graders have started before, and what is timed is one more file.  otter-grader's contender is in
`benchmarks/stock/one_file.py`, in an environment of its own.
Checked by tests/benchmarks/test_benchmarks_grading.py.
"""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import count, islice
from pathlib import Path
from typing import Any

from benchmarks import honest
from benchmarks.contender import Contender, serve
from benchmarks.environments import at_home
from grading.intake.master import MasterCell
from grading.intake.submissions import submissions
from grading.marking import programs
from grading.marking.file import Job, programs_in
from grading.marking.run import Run, grade
from tinyml import check
from tinyml.check import typecheck
from tinyml.check.reading import CELLS

FILES = 6
"""In a class of ours, and at once in the bound."""


class Class(Contender):
    """Ours: the programs of a class are type-checked in a box, then each file is graded, so many at a time."""

    several = True

    def __init__(self, chapter: str, jobs: str) -> None:
        self.chapter, self.jobs = chapter, int(jobs)
        self.master = honest.master(chapter)
        self.folder = Path(tempfile.mkdtemp(prefix="class-"))
        self.students = count()

    def prepare(self) -> None:
        """Hand in files that nobody has graded."""
        shutil.rmtree(self.folder)
        (self.folder / "class").mkdir(parents=True)
        for number in islice(self.students, FILES):
            path = self.folder / "class" / f"student{number}.ipynb"
            path.write_bytes(honest.honest(self.chapter, number))

    def grade(self) -> list[list[float]]:
        """Grade the class, and return the points of its files."""
        run = Run(self.master, self.folder / "records")
        records = grade(run, submissions(self.folder / "class"), self.jobs, lambda _: None)
        verdicts = ({one.question: one.points for one in record.verdicts} for record in records)
        return [honest.in_order(points, self.chapter) for points in verdicts]

    def check(self) -> Any:
        """Return the points of each file where they differ, and those of one where all have the same."""
        self.prepare()
        found = self.grade()
        return found[0] if found == FILES * found[:1] else found

    def go(self) -> list[float]:
        started = time.perf_counter()
        self.grade()
        return [(time.perf_counter() - started) / FILES]

    def close(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


class TypeChecker(Contender):
    """The part of ours in which the programs of a class are type-checked; it gives no points."""

    several = True

    def __init__(self, chapter: str) -> None:
        self.chapter, self.master = chapter, honest.master(chapter)
        self.students = count()
        self.texts: list[str] = []

    def prepare(self) -> None:
        files = [honest.honest(self.chapter, number) for number in islice(self.students, FILES)]
        self.texts = [text for content in files for text in programs_in(Job(content, self.master)).values()]

    def check(self) -> Any:
        self.prepare()
        self.go()

    def go(self) -> list[float]:
        started = time.perf_counter()
        programs.findings(self.texts)
        return [(time.perf_counter() - started) / FILES]


class Stock(Contender):
    """nbgrader as it comes: a kernel for each file, the checks in the kernel."""

    several = True

    def __init__(self, chapter: str) -> None:
        from nbgrader.apps import NbGraderAPI  # noqa: PLC0415  seconds to import
        from traitlets.config import Config  # noqa: PLC0415

        os.environ["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"  # it calls alembic by name
        self.chapter, self.students, self.student = chapter, count(), ""
        self.folder = Path(tempfile.mkdtemp(prefix="stock-"))
        self.write("source", honest.master(chapter))
        settings = Config()
        settings.CourseDirectory.root = str(self.folder)
        self.api = NbGraderAPI(config=settings)

    def write(self, step: str, content: bytes) -> None:
        """Put a notebook where nbgrader looks for it, into the folder of this step of its course."""
        path = self.folder / step / self.chapter / f"{self.chapter}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(content)

    def quietly(self, result: dict[str, Any]) -> None:
        if not result["success"]:
            raise RuntimeError(result.get("error") or result["log"])

    def prepare(self) -> None:
        number = next(self.students)
        self.student = f"student{number}"
        self.write(f"submitted/{self.student}", honest.honest(self.chapter, number))

    def check(self) -> Any:
        self.quietly(self.api.generate_assignment(self.chapter))
        self.prepare()
        self.go()
        with self.api.gradebook as book:
            grades = book.find_submission_notebook(self.chapter, self.chapter, self.student).grades
            points = {grade.name.removesuffix("-check"): grade.auto_score for grade in grades}
        return honest.in_order(points, self.chapter)

    def go(self) -> list[float]:
        started = time.perf_counter()
        self.quietly(self.api.autograde(self.chapter, self.student, force=True, create=True))
        return [time.perf_counter() - started]

    def close(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


class Bare(Contender):
    """The cells and their checks in one process, with no protection and nothing read or written.

    What is to be type-checked needs mypy's process, which reads the programs of so many files at once.
    """

    def __init__(self, chapter: str) -> None:
        self.chapter, self.students = chapter, count()
        self.files = [honest.cells(chapter, number) for number in islice(self.students, FILES)]
        self.several = honest.has_programs(chapter)

    def prepare(self) -> None:
        self.files = [honest.cells(self.chapter, number) for number in islice(self.students, FILES)]

    def grade(self) -> list[dict[str, float]]:
        texts = [typecheck.program(cell.source) for cells in self.files for cell in cells]
        found = typecheck.findings_of({text: text for name, text in texts if name})
        with contextlib.redirect_stdout(io.StringIO()):
            return [self.grade_one(cells, found) for cells in self.files]

    def grade_one(self, cells: list[MasterCell], found: dict[str, list[typecheck.Finding]]) -> dict[str, float]:
        run = [cell.source for cell in cells if cell.role in ("given", "answer")]
        names: dict[str, Any] = {"__name__": "__main__", CELLS: run}
        points = {}
        for cell in cells:
            name, text = typecheck.program(cell.source)
            if name:
                typecheck.record(name, found[text])
            elif cell.role != "by hand":
                exec(compile(cell.source, cell.name, "exec"), names)
            if cell.role == "check":
                points[cell.question] = float(names["ask"].points)
        check.RESULTS.clear()
        return points

    def check(self) -> Any:
        return honest.in_order(self.grade()[0], self.chapter)

    def go(self) -> list[float]:
        started = time.perf_counter()
        self.grade()
        return [(time.perf_counter() - started) / FILES]


def otter(chapter: str) -> Contender:
    return at_home("otter", "benchmarks.stock.one_file", chapter)


CONTENDERS: dict[str, Callable[..., Contender]] = {
    "class": Class,
    "types": TypeChecker,
    "nbgrader": Stock,
    "otter": otter,
    "bare": Bare,
}

if __name__ == "__main__":
    kind, *arguments = sys.argv[1:]
    if kind == "corpus":
        from benchmarks.stock.run import main

        sys.exit(main(arguments))
    serve(CONTENDERS[kind](*arguments))

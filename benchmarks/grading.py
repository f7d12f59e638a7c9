"""Contenders of grading one honest file: our box, two stock graders, and the bare cells and checks as the bound.

All grade the solved exercises of chapter 4, which has no question for the type checker; all have started before, so
that what is timed is one more file.  otter-grader's is in `benchmarks/stock/one_file.py`, in an environment of its own.
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
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.contender import Contender, serve
from benchmarks.environments import at_home
from grading.intake.master import master_of
from grading.marking.file import Job
from grading.marking.worker import Worker
from tinyml import check

NAME = "04_training"
ROOT = Path(__file__).parents[1]
PATH = ROOT / "exercises" / "source" / NAME / f"{NAME}.ipynb"
MASTER = PATH.read_bytes()
CHECKED = frozenset(cell.question for cell in master_of(MASTER).cells if cell.role == "check")
FILES = 4


def in_order(points: dict[str, float]) -> list[float]:
    """Return the points of the questions, in the order of their names."""
    return [points[name] for name in sorted(points)]


class InTheBox(Contender):
    """Ours: the cells in the sandbox, the checks outside it."""

    def __init__(self) -> None:
        self.worker = Worker()

    def grade(self) -> dict[str, float]:
        verdicts = self.worker.grade(Job(MASTER, MASTER, only=CHECKED))
        return {verdict.question: verdict.points for verdict in verdicts}

    def check(self) -> Any:
        return in_order(self.grade())

    def go(self) -> list[float]:
        return [self.clock() for _ in range(FILES)]

    def clock(self) -> float:
        started = time.perf_counter()
        self.grade()
        return time.perf_counter() - started

    def close(self) -> None:
        self.worker.stop()


class Stock(Contender):
    """nbgrader as it comes: a kernel for each file, the checks in the kernel."""

    def __init__(self) -> None:
        from nbgrader.apps import NbGraderAPI  # noqa: PLC0415  seconds to import
        from traitlets.config import Config  # noqa: PLC0415

        os.environ["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"  # it calls alembic by name
        self.folder = Path(tempfile.mkdtemp(prefix="stock-"))
        path = self.folder / "source" / NAME / f"{NAME}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(MASTER)
        settings = Config()
        settings.CourseDirectory.root = str(self.folder)
        self.api = NbGraderAPI(config=settings)

    def quietly(self, result: dict[str, Any]) -> None:
        if not result["success"]:
            raise RuntimeError(result.get("error") or result["log"])

    def check(self) -> Any:
        self.quietly(self.api.generate_assignment(NAME))
        for number in range(FILES):
            path = self.folder / "submitted" / f"student{number}" / NAME / f"{NAME}.ipynb"
            path.parent.mkdir(parents=True)
            path.write_bytes(MASTER)
        self.go()
        with self.api.gradebook as book:
            grades = book.find_submission_notebook(NAME, NAME, "student0").grades
            points = {grade.name.removesuffix("-check"): grade.auto_score for grade in grades}
        return in_order({name: mark for name, mark in points.items() if name in CHECKED})

    def go(self) -> list[float]:
        seconds = []
        for number in range(FILES):
            started = time.perf_counter()
            self.quietly(self.api.autograde(NAME, f"student{number}", force=True, create=True))
            seconds.append(time.perf_counter() - started)
        return seconds

    def close(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


class Bare(Contender):
    """The cells and their checks in one process, with no protection and nothing read or written."""

    def grade(self) -> dict[str, float]:
        names: dict[str, Any] = {"__name__": "__main__"}
        points = {}
        with contextlib.redirect_stdout(io.StringIO()):
            for cell in master_of(MASTER).cells:
                if cell.role != "by hand":
                    exec(compile(cell.source, cell.name, "exec"), names)
                if cell.role == "check":
                    points[cell.question] = float(names["ask"].points)
        check.RESULTS.clear()
        return points

    def check(self) -> Any:
        return in_order(self.grade())

    def go(self) -> list[float]:
        started = time.perf_counter()
        for _ in range(FILES):
            self.grade()
        return [(time.perf_counter() - started) / FILES]


CONTENDERS: dict[str, Callable[[], Contender]] = {
    "box": InTheBox,
    "nbgrader": Stock,
    "otter": partial(at_home, "otter", "benchmarks.stock.one_file", str(PATH)),
    "bare": Bare,
}

if __name__ == "__main__":
    if sys.argv[1] == "corpus":
        from benchmarks.stock.run import main

        sys.exit(main(sys.argv[2:]))
    serve(CONTENDERS[sys.argv[1]]())

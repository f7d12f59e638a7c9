"""The contender of one honest file, graded by otter-grader: its own call for one submission, in its own environment.

    python -m benchmarks.stock.one_file CHAPTER

It has started before, as nbgrader has, and has read its tests; what is timed is one more file.  Needs what otter
needs, and none of our pins.
Checked by tests/benchmarks/test_benchmarks_otter.py.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from itertools import count
from pathlib import Path
from typing import Any

from benchmarks import honest
from benchmarks.contender import Contender, serve
from benchmarks.stock import otter
from grading.intake.master import master_of


class Otter(Contender):
    """otter-grader as it comes: a kernel for each file, the checks in the kernel."""

    several = True

    def __init__(self, chapter: str) -> None:
        self.chapter, self.students = chapter, count()
        self.folder = Path(tempfile.mkdtemp(prefix="otter-"))
        self.submission = self.folder / f"{chapter}.ipynb"
        self.archive = self.folder / "autograder.zip"
        os.environ["XDG_CACHE_HOME"] = str(self.folder / "cache")  # mypy would read numpy again for that of ours

    def set_up(self) -> None:
        """Write the tests of the master, and pack them as otter wants them."""
        (self.folder / "tests").mkdir()
        for name, text in otter.files(master_of(honest.master(self.chapter))).items():
            (self.folder / "tests" / name).write_text(text, encoding="utf-8")
        make = ["--tests-dir", "tests", "--output-path", str(self.archive), "--no-requirements", "--no-environment"]
        command = [sys.executable, "-m", "otter", "generate", *make]
        subprocess.run(command, cwd=self.folder, check=True, stdout=subprocess.DEVNULL)

    def prepare(self) -> None:
        """Hand in a file that nobody has graded."""
        self.submission.write_bytes(otter.marked(honest.honest(self.chapter, next(self.students))))

    def grade(self) -> dict[str, float]:
        from otter.api import grade_submission  # noqa: PLC0415  not in our environment

        results = grade_submission(str(self.submission), str(self.archive), quiet=True)
        return {name: float(result.score) for name, result in results.results.items()}

    def check(self) -> Any:
        self.set_up()
        self.prepare()
        return honest.in_order(self.grade(), self.chapter)

    def go(self) -> list[float]:
        started = time.perf_counter()
        self.grade()
        return [time.perf_counter() - started]

    def close(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


if __name__ == "__main__":
    serve(Otter(sys.argv[1]))

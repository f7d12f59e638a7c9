"""The contender of one honest file, graded by otter-grader: its own call for one submission, in its own environment.

    python -m benchmarks.stock.one_file

It has started before, as ours and nbgrader have, and has read its tests; what is timed is one more file.  Needs what
otter needs, and none of our pins.
Checked by tests/benchmarks/test_benchmarks_otter.py.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.contender import Contender, serve
from benchmarks.stock import otter
from grading.intake.master import master_of

FILES = 4


class Otter(Contender):
    """otter-grader as it comes: a kernel for each file, the checks in the kernel."""

    def __init__(self, path: Path) -> None:
        self.content = path.read_bytes()
        self.folder = Path(tempfile.mkdtemp(prefix="otter-"))
        self.submission = self.folder / path.name
        self.archive = self.folder / "autograder.zip"

    def set_up(self) -> None:
        """Write the tests of the master, and the file that is graded: the solved master itself."""
        (self.folder / "tests").mkdir()
        for name, text in otter.files(master_of(self.content)).items():
            (self.folder / "tests" / name).write_text(text, encoding="utf-8")
        self.submission.write_bytes(otter.marked(self.content))
        make = ["--tests-dir", "tests", "--output-path", str(self.archive), "--no-requirements", "--no-environment"]
        command = [sys.executable, "-m", "otter", "generate", *make]
        subprocess.run(command, cwd=self.folder, check=True, stdout=subprocess.DEVNULL)

    def grade(self) -> dict[str, float]:
        from otter.api import grade_submission  # noqa: PLC0415  not in our environment

        results = grade_submission(str(self.submission), str(self.archive), quiet=True)
        return {name: float(result.score) for name, result in results.results.items()}

    def check(self) -> Any:
        """Return the points of the questions, in the order of their names."""
        self.set_up()
        points = self.grade()
        return [points[name] for name in sorted(points)]

    def go(self) -> list[float]:
        return [self.clock() for _ in range(FILES)]

    def clock(self) -> float:
        started = time.perf_counter()
        self.grade()
        return time.perf_counter() - started

    def close(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


if __name__ == "__main__":
    serve(Otter(Path(sys.argv[1])))

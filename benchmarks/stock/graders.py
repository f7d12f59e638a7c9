"""The two stock graders, as their users set them up and call them: no setting is changed, no preprocessor added.

    nbgrader    a course with the master; `nbgrader autograde paper`, one command for the class
    otter       tests in `autograder.zip`; `otter run FILE` for each file of the class, in a loop

Each class has three students: the first has been graded already, then comes the file in question, then a last one.
Checked by tests/benchmarks/test_benchmarks_stock.py.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import tinyml
from benchmarks.stock import otter
from benchmarks.stock.container import Plan, Step
from grading.intake.master import master_of

TEMPLATE = Path("/template")
GIVEN = Path("/given")
FIRST, LAST = "a-first", "z-last"
LOOP = (
    "for file in {files}; do "
    'otter run "$file" --no-logo --autograder autograder.zip --output-dir "results/$(basename "$file" .ipynb)"; '
    "done"
)


def student(file: str) -> str:
    """Return the student of a file; between the first and the last, whatever the name of the file.

    >>> student("zeros.ipynb"), student("ada/paper/paper.ipynb"), student("linked-folder")
    ('m-zeros', 'm-paper', 'm-linked-folder')
    """
    return f"m-{PurePosixPath(file).stem}"


@dataclass(frozen=True, slots=True)
class Grader(ABC):
    """A stock grader: where its programs are, and the course that it was given."""

    name: str
    prefix: Path
    course: Path

    @abstractmethod
    def place(self, file: str, who: str) -> PurePosixPath:
        """Return where the grader expects a file of the class, in its course."""

    @abstractmethod
    def command(self, students: Sequence[str] = ()) -> list[str]:
        """Return the command that grades the class, or these students of it."""

    @abstractmethod
    def prepared(self, master: bytes) -> list[list[str]]:
        """Write what the grader needs beside the master, and return the commands that make the rest of it."""

    def made_ready(self, content: bytes) -> bytes:
        """Return a notebook as this grader's students would have been given it."""
        return content

    def plan(self, given: Path, files: Mapping[str, str], seconds: float, *, again: bool = True) -> Plan:
        """Return what happens in a container: the class is graded, and when it hangs, the last student once more.

        `files` leads from students to the names of the files that they handed in.
        """
        course = given / "course"
        places = {who: course / self.place(file, who) for who, file in files.items()}
        steps = [Step(self.command(), course, seconds), Step(self.command([LAST]), course, seconds)]
        copies = [(TEMPLATE, course), (GIVEN, given / "class")]
        copies += [(given / "class" / file, places[who]) for who, file in files.items()]
        kept = [places[who] for who in (LAST,) if who in places]
        return Plan(
            folder=given,
            copies=copies,
            steps=steps if again else steps[:1],
            marks=self.name,
            shown={
                self.course: TEMPLATE,
                given / "class": GIVEN,
                self.prefix: self.prefix,
                Path(tinyml.__file__).parent: Path("/package/tinyml"),
            },
            path=[self.prefix / "bin"],
            canaries=[*kept, course / "source/paper/paper.ipynb", given / "class" / "solutions.ipynb"],
        )


class Nbgrader(Grader):
    """nbgrader: checks in the learner's kernel, marks in a gradebook."""

    def place(self, file: str, who: str) -> PurePosixPath:
        path = PurePosixPath(file)
        if not path.suffix:
            return PurePosixPath("submitted", who)
        return PurePosixPath("submitted", who, "paper", "paper.ipynb" if path.suffix == ".ipynb" else path.name)

    def command(self, students: Sequence[str] = ()) -> list[str]:
        return ["nbgrader", "autograde", "paper", "--create", *(f"--student={each}" for each in students)]

    def prepared(self, master: bytes) -> list[list[str]]:
        return [["nbgrader", "generate_assignment", "paper"]]


class Otter(Grader):
    """otter-grader: checks in the learner's kernel, marks in a file of JSON for each student."""

    def place(self, file: str, who: str) -> PurePosixPath:
        suffix = PurePosixPath(file).suffix
        return PurePosixPath("submitted", f"{who}{suffix}")

    def command(self, students: Sequence[str] = ()) -> list[str]:
        files = " ".join(f"submitted/{each}.ipynb" for each in students) or "submitted/*.ipynb"
        made = 'mkdir -p results; for f in submitted/*; do mkdir -p "results/$(basename "$f" .ipynb)"; done; '
        return ["sh", "-c", made + LOOP.format(files=files)]

    def prepared(self, master: bytes) -> list[list[str]]:
        (self.course / "tests").mkdir()
        for name, text in otter.files(master_of(master)).items():
            (self.course / "tests" / name).write_text(text, encoding="utf-8")
        files = ["--tests-dir", "tests", "--output-path", "autograder.zip"]
        return [["otter", "generate", *files, "--no-requirements", "--no-environment"]]

    def made_ready(self, content: bytes) -> bytes:
        return otter.marked(content)


def run(command: Sequence[str], cwd: Path, prefix: Path, home: Path) -> None:
    """Run a command of a grader on what we wrote ourselves."""
    package = str(Path(tinyml.__file__).parents[1])
    path = f"{prefix / 'bin'}:{os.environ['PATH']}"
    settings = os.environ | {"PATH": path, "HOME": str(home), "PYTHONPATH": package}
    done = subprocess.run(command, cwd=cwd, env=settings, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {done.stdout[-500:]}{done.stderr[-1000:]}")


def set_up(grader: Grader, master: bytes, solutions: bytes, home: Path) -> None:
    """Make the course of a grader, in which the first student has been graded; all of it is honest."""
    source = grader.course / "source" / "paper" / "paper.ipynb"
    first = grader.course / grader.place("solutions.ipynb", FIRST)
    for path, content in ((source, master), (first, grader.made_ready(solutions))):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    for command in (*grader.prepared(master), grader.command()):
        run(command, grader.course, grader.prefix, home)
    if isinstance(grader, Otter):
        first.unlink()  # its loop takes every file that it finds


def stock(folder: Path) -> dict[str, Callable[[], Grader]]:
    """Return what makes each stock grader, by name; `MissingRivalError` says what cannot be had."""
    return {
        "nbgrader": lambda: Nbgrader("nbgrader", Path(sys.prefix), folder / "nbgrader"),
        "otter": lambda: Otter("otter", otter.environment(), folder / "otter"),
    }


def is_zip(file: str) -> bool:
    """Whether a file is a zip of a class, which neither stock grader reads."""
    return re.search(r"\.zip(/|$)", file) is not None

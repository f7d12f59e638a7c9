"""A small master and its submissions, for the tests of the grader."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import v4

from grading.intake.master import Master, master_of
from grading.intake.read import read
from grading.intake.rebuild import Rebuilt, rebuild

SET_UP = """import numpy as np
from tinyml import Function, Morphism, StepCount, TokenId, Vector, arrow, check

@arrow(float, float)
def doubled(x: float) -> float:
    return 2 * x
"""

SQUARE = """def square(x):
    ### BEGIN SOLUTION
    return x * x
    ### END SOLUTION
"""

SQUARE_CHECK = """with check.question("square", points=2, reread="section 1") as ask:
    ask.call("square", 3).gives(9)
    ### BEGIN HIDDEN TESTS
    ask.hide()
    for number in ask.random.integers(10, 1000, size=5):
        ask.call("square", int(number)).gives(int(number) ** 2)
    ### END HIDDEN TESTS
ask.points
"""

SHIFT = """### BEGIN SOLUTION
@arrow(float, float)
def shift(x: float) -> float:
    return x + 1
### END SOLUTION
"""

SHIFT_CHECK = """with check.question("shift", points=3, reread="section 2") as ask:
    shift = ask.value("shift").result()
    ask.that(isinstance(shift, Morphism), "shift should be an arrow")
    ask.that((shift >> doubled)(3.0) == 8.0, "shift >> doubled takes 3 to 8")
    ask.that((doubled >> shift)(3.0) == 7.0, "doubled >> shift takes 3 to 7")
    ask.that((shift ** StepCount(4))(0.0) == 4.0, "shift ** 4 takes 0 to 4")
ask.points
"""

GUESS = """### BEGIN SOLUTION
guess = 42
### END SOLUTION
"""

GUESS_CHECK = """with check.question("guess", points=1, reread="section 3") as ask:
    ask.value("guess").gives(42, shown=False)
ask.points
"""

QUESTIONS = {"square": 2.0, "shift": 3.0, "guess": 1.0, "guess-why": 4.0}
RIGHT = {
    "square": "def square(x):\n    return x ** 2",
    "shift": "@arrow(float, float)\ndef shift(x: float) -> float:\n    return x + 1",
    "guess": "guess = 40 + 2",
}
FULL = {"square": 2.0, "shift": 3.0, "guess": 1.0, "guess-why": 0.0}


def cell(source: str, name: str, kind: str = "code", **grader: object) -> Any:
    """Return a notebook cell with nbgrader's metadata."""
    made = v4.new_code_cell(source) if kind == "code" else v4.new_markdown_cell(source)
    made["id"] = name
    if grader:
        settings = {"grade": False, "locked": False, "solution": False, "schema_version": 3, "task": False, **grader}
        made["metadata"]["nbgrader"] = {"grade_id": name, **settings}
    return made


def master_cells() -> list[Any]:
    return [
        cell("# Small exercises", "title", "markdown"),
        cell(SET_UP, "set-up", locked=True),
        cell("Write `square`.", "square-task", "markdown"),
        cell(SQUARE, "square", solution=True),
        cell(SQUARE_CHECK, "square-check", grade=True, locked=True, points=2),
        cell("Write `shift`.", "shift-task", "markdown"),
        cell(SHIFT, "shift", solution=True),
        cell(SHIFT_CHECK, "shift-check", grade=True, locked=True, points=3),
        cell("Guess.", "guess-task", "markdown"),
        cell(GUESS, "guess", solution=True),
        cell(GUESS_CHECK, "guess-check", grade=True, locked=True, points=1),
        cell("Because it is.", "guess-why", "markdown", grade=True, solution=True, points=4),
        cell("check.summary({'square': 2, 'shift': 3, 'guess': 1})", "points", locked=True),
    ]


def notebook(cells: list[Any]) -> Any:
    return v4.new_notebook(cells=cells)


def handed_in(master: Master, answers: Mapping[str, str] | None = None) -> Any:
    """Return the student version as a notebook, with these answers in it."""
    given = answers or {}
    texts = {one.name: one.released for one in master.cells} | dict(given)
    cells = master_cells()
    for one in cells:
        one["source"] = texts.get(one["id"], one["source"])
    return notebook(cells)


def content_of(made: Any) -> bytes:
    return json.dumps(made).encode()


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an nbgrader course with one assignment, `small`."""
    folder = tmp_path_factory.mktemp("course")
    place = folder / "source" / "small"
    place.mkdir(parents=True)
    nbformat.write(notebook(master_cells()), place / "small.ipynb")
    return folder


@pytest.fixture(scope="session")
def master_path(course: Path) -> Path:
    return course / "source" / "small" / "small.ipynb"


@pytest.fixture(scope="session")
def master(master_path: Path) -> Master:
    return master_of(master_path.read_bytes())


@pytest.fixture(scope="session")
def hand_in(master: Master) -> Callable[..., bytes]:
    """Return hand_in(square="…", …): the bytes of a file with these answers, the right ones for the others."""

    def build(**answers: str) -> bytes:
        named = {name.replace("_", "-"): text for name, text in answers.items()}
        return content_of(handed_in(master, RIGHT | named))

    return build


@pytest.fixture(scope="session")
def rebuilt(master: Master, hand_in: Callable[..., bytes]) -> Callable[..., Rebuilt]:
    """Return rebuilt(square="…", …): the master with these answers, the right ones for the others."""
    return lambda **answers: rebuild(master, read(hand_in(**answers)))


@pytest.fixture(scope="session")
def bubblewrap() -> str:
    """Return bubblewrap's path; a missing one fails the test, it never skips it."""
    if (found := shutil.which("bwrap")) is None:
        pytest.fail("bubblewrap is missing: install it with `apt install bubblewrap`")
    return found

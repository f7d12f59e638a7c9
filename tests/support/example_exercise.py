"""A small exercise in nbgrader's form, on which the tests try the release command and their own rules."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import nbformat
import notebooks
from exercise_rules import mark

import exercises

NAME = "99_example"

TITLE = "# Exercises for chapter 99: an example"
SET_UP = "import numpy as np\n\nfrom tinyml import check\n\nRATE = 0.5"
TASK = """## Doubling

**Run.** Read `RATE`. **Explain.** Say what it is for. **Transfer.** Write `double`.

<details><summary>Hint 1</summary>

Add.
</details>

<details><summary>Hint 2</summary>

`x + x`.
</details>"""
ANSWER = '''def double(x):
    """Return twice x, and say it with “é”."""
    ### BEGIN SOLUTION
    twice_as_much_as_before = x + x
    return twice_as_much_as_before
    ### END SOLUTION'''
CHECK = """with check.question("double", points=2, reread="chapter 99, “Doubling é”") as ask:
    ask.call("double", 2).gives(4)
    ### BEGIN HIDDEN TESTS
    ask.hide()
    for number in ask.random.integers(2, 60, size=4):
        ask.call("double", int(number)).gives(2 * int(number))
    ### END HIDDEN TESTS
ask.points"""
GUESS_TASK = TASK.replace("Doubling", "Guessing").replace("`double`", "`guess`")
GUESS = "### BEGIN SOLUTION\nguess = 1.549409\n### END SOLUTION"
GUESS_CHECK = """with check.question(
    "guess",
    points=1,
    reread="chapter 99",
) as ask:
    ask.value("guess").gives(1.549409, within=1e-6, shown=False)
ask.points"""
HALVE_TASK = TASK.replace("Doubling", "Halving").replace("`double`", "`halve`")
HALVE = "### BEGIN SOLUTION\nhalve = RATE.__mul__\n### END SOLUTION"
HALVE_CHECK = """### BEGIN HIDDEN TESTS
def half_by_reference(number):
    return np.float64(number) / 2


### END HIDDEN TESTS
with check.question("halve", points=1, reread="chapter 99") as ask:
    ask.call("halve", 3.0).gives(1.5)
    ### BEGIN HIDDEN TESTS
    ask.hide()
    ask.call("halve", 7.0).gives(half_by_reference(7.0))
    ### END HIDDEN TESTS
ask.points
### BEGIN HIDDEN TESTS
# Nothing is left behind this line.
### END HIDDEN TESTS"""
GIVEN = "def third(number):\n    return number / 3"
WHY = "Why?\n\n### BEGIN SOLUTION\nBecause twice a number is the number added to itself.\n### END SOLUTION"
HALVE_WHY = "Because multiplying by a half is dividing by two."
POINTS = 'check.summary({"double": 2, "guess": 1, "halve": 1})'


def graded(name: str, **wanted: Any) -> dict[str, Any]:
    """Return nbgrader's metadata of a cell."""
    plain = {"grade": False, "grade_id": name, "locked": False, "schema_version": 3, "solution": False, "task": False}
    return {"nbgrader": plain | wanted}


def code(name: str, source: str, **wanted: Any) -> Any:
    return nbformat.v4.new_code_cell(source, id=name, metadata=graded(name, **wanted))


def text(name: str, source: str, **wanted: Any) -> Any:
    return nbformat.v4.new_markdown_cell(source, id=name, metadata=graded(name, **wanted) if wanted else {})


def example() -> Any:
    """Return the master of the example, in normal form."""
    cells = [
        text("title", exercises.with_limits(TITLE)),
        code("set-up", SET_UP, locked=True),
        text("double-task", TASK),
        code("double", ANSWER, solution=True),
        code("double-check", CHECK, grade=True, locked=True, points=2),
        text("double-why", WHY, grade=True, solution=True, points=1),
        text("guess-task", GUESS_TASK),
        code("guess", GUESS, solution=True),
        code("guess-check", GUESS_CHECK, grade=True, locked=True, points=1),
        text("halve-task", HALVE_TASK),
        code("given-third", GIVEN, locked=True),
        code("halve", HALVE, solution=True),
        code("halve-check", HALVE_CHECK, grade=True, locked=True, points=1),
        text("halve-why", HALVE_WHY, grade=True, solution=True, points=2),
        code("points", POINTS, locked=True),
    ]
    return notebooks.normalised(nbformat.v4.new_notebook(cells=cells))


def changed(**texts: str) -> Any:
    """Return the example with other texts in some cells; `guess_check` is the cell `guess-check`."""
    notebook = example()
    for cell in notebook.cells:
        cell.source = texts.get(cell.id.replace("-", "_"), cell.source)
    return notebook


def write_course(folder: Path, notebook: Any = None) -> Path:
    """Make a course in a folder with the example, or another notebook, as its one master; return the folder."""
    path = exercises.notebook_of(folder / "source", NAME)
    path.parent.mkdir(parents=True)
    path.write_text(notebooks.text_of(notebook or example()), encoding="utf-8")
    for part in exercises.COURSE.glob("*.py"):
        shutil.copy(part, folder)
    return folder


def released(course: Path) -> Any:
    return notebooks.read(exercises.notebook_of(course / "release", NAME))


def filled_in(notebook: Any) -> Any:
    """Return a release with the answers of the master, as a learner hands it in."""
    for cell, right in zip(notebook.cells, example().cells, strict=True):
        if mark(right).get("solution"):
            cell.source = right.source
    return notebook

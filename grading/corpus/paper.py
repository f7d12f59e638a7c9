"""The paper: a small notebook of exercises, made for the corpus alone, in the form that all masters have.

    mean-of    1   a function that is given a function of ours      (numbers)
    shares     2   a function of an array                           (arrays)
    next-loss  3   a function of parameters, a training set, a rate (values of tinyml)
    cooled     4   an arrow that has to compose with ours
    predicted  5   a number, found by running and written down
    reason     6   free text, which waits for a person

The points are all different, so that a mark says which questions were lost.
Checked by tests/grading/test_corpus.py, which grades the solutions too.
"""

from __future__ import annotations

import copy
import json
from functools import cache
from pathlib import Path
from typing import Any

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from grading.intake.master import MasterCell

NAME = "paper"
POINTS = {"mean-of": 1, "shares": 2, "next-loss": 3, "cooled": 4, "predicted": 5, "reason": 6}
CODE = [question for question in POINTS if question != "reason"]

SET_UP = """\
import numpy as np

from tinyml import AverageLoss, LearningRate, LinearToLogits, Logits, Loss
from tinyml import ModelDimension, Parameters, Softmax, StepCount, TrainStep
from tinyml import TrainingSet, Vector, VocabSize, arrow, check

start = Parameters.init(VocabSize(5), ModelDimension(4))
pairs = TrainingSet.from_indices([1, 2, 3, 1], [2, 3, 4, 2])"""

RIGHT = {
    "mean-of": """\
def mean_of(function, numbers):
    return sum(function(number) for number in numbers) / len(numbers)""",
    "shares": """\
def shares(table):
    return table / table.sum(axis=1, keepdims=True)""",
    "next-loss": """\
def next_loss(parameters, dataset, rate):
    return AverageLoss(dataset)(TrainStep(dataset, rate)(parameters))""",
    "cooled": """\
@arrow(Logits, Logits)
def cooled(logits):
    return Logits(logits.values / 2)""",
    "predicted": "predicted = 11",
}

TEXT = "The loss falls because each step goes against the gradient."

CHECKS = {
    "mean-of": """\
    ask.call("mean_of", lambda number: 2 * number, [1.0, 2.0, 6.0]).gives(6.0)
    ### BEGIN HIDDEN TESTS
    ask.hide()
    for size in ask.random.integers(1, 6, size=3):
        numbers = [float(number) for number in ask.random.normal(size=size)]
        ask.call("mean_of", np.tanh, numbers).gives(float(np.tanh(numbers).mean()))
    ### END HIDDEN TESTS""",
    "shares": """\
    ask.call("shares", np.array([[1.0, 3.0], [2.0, 2.0]])).gives(np.array([[0.25, 0.75], [0.5, 0.5]]))
    ### BEGIN HIDDEN TESTS
    ask.hide()
    for rows, columns in ask.random.integers(2, 9, size=(3, 2)):
        table = ask.random.uniform(0.5, 2, size=(rows, columns))
        ask.call("shares", table).gives(table / table.sum(axis=1, keepdims=True))
    ### END HIDDEN TESTS""",
    "next-loss": """\
    ask.call("next_loss", start, pairs, LearningRate(0.5)).gives(Loss(1.525305), within=1e-6, shown=False)
    ### BEGIN HIDDEN TESTS
    ask.hide()
    for seed in range(3):
        random = np.random.default_rng(seed)
        state = Parameters.random(VocabSize(6), ModelDimension(3), random)
        seen = TrainingSet.from_indices(*random.integers(0, 6, size=(2, 10)))
        expected = AverageLoss(seen)(TrainStep(seen, LearningRate(0.7))(state))
        ask.call("next_loss", state, seen, LearningRate(0.7)).gives(expected)
    ### END HIDDEN TESTS""",
    "cooled": """\
    chain = LinearToLogits(start) >> ask.value("cooled").result() >> Softmax(VocabSize(5))
    middle = LinearToLogits(start)(Vector([1, 2, 3, 4])).values
    weights = np.exp(middle / 2)
    ask.that(np.allclose(chain(Vector([1, 2, 3, 4])).values, weights / weights.sum()), "Logits are to be halved.")
    ### BEGIN HIDDEN TESTS
    ask.hide()
    for values in ask.random.normal(size=(3, 4)):
        weights = np.exp(LinearToLogits(start)(Vector(values)).values / 2)
        ask.that(np.allclose(chain(Vector(values)).values, weights / weights.sum(), rtol=0, atol=1e-12), "another")
    ### END HIDDEN TESTS""",
    "predicted": """\
    found = ask.value("predicted")
    ask.that(isinstance(found.result(), int | np.integer), "predicted should be a whole number.")
    ### BEGIN HIDDEN TESTS
    ask.hide()
    found.gives(11, shown=False)
    ### END HIDDEN TESTS""",
}


def master() -> Any:
    """Return the master as its author would have written it."""
    cells = [text("title", "# A paper"), code("set-up", SET_UP, locked=True)]
    for question in CODE:
        head, _, body = RIGHT[question].partition("\n")
        answer = f"{head}\n{solved(body, '    ')}" if head.startswith("def") else solved(RIGHT[question], "")
        opening = f'with check.question("{question}", points={POINTS[question]}, reread="the chapter") as ask:\n'
        cells += [
            text(f"{question}-task", f"## {question}\n\nWrite it."),
            code(question, answer, solution=True),
            code(f"{question}-check", f"{opening}{CHECKS[question]}\nask.points", grade=True, locked=True),
        ]
    reason = new_markdown_cell(TEXT, id="reason", metadata=nbgrader("reason", grade=True, solution=True))
    return notebook([*cells, text("reason-task", "## reason\n\nWhy?"), reason, code("points", SUMMARY, locked=True)])


SUMMARY = f"check.summary({ {question: POINTS[question] for question in CODE} })"


def solved(lines: str, indent: str) -> str:
    return f"{indent}### BEGIN SOLUTION\n{lines}\n{indent}### END SOLUTION"


def nbgrader(name: str, *, grade: bool = False, solution: bool = False, locked: bool = False) -> dict[str, Any]:
    """Return the metadata that nbgrader 0.9.6 writes."""
    kinds = {"grade": grade, "solution": solution, "locked": locked, "task": False}
    worth = {"points": POINTS[name.removesuffix("-check")]} if grade else {}
    return {"nbgrader": {"grade_id": name, "schema_version": 3, **kinds, **worth}}


def text(name: str, source: str) -> Any:
    return new_markdown_cell(source, id=name)


def code(name: str, source: str, **kinds: bool) -> Any:
    return new_code_cell(source, id=name, metadata=nbgrader(name, **kinds))


def notebook(cells: list[Any]) -> Any:
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return new_notebook(cells=cells, metadata=kernel)


def release() -> Any:
    """Return what a student is given, in a copy to write in."""
    return copy.deepcopy(released())


@cache
def released() -> Any:
    given = master()
    for cell in given.cells:
        kind = cell.metadata.get("nbgrader", {})
        role = "by hand" if kind.get("grade") and kind.get("solution") else "code"
        if role == "by hand" or cell.cell_type == "code":
            cell.source = MasterCell(role, cell.id, cell.source).released
    return given


def written(made: Any) -> bytes:
    """Return a notebook as a file, whatever is wrong with it."""
    return json.dumps(made, indent=1, ensure_ascii=False).encode()


def course(folder: Path) -> Path:
    """Write the course, with this one master in it, and return its folder."""
    place = folder / "source" / NAME / f"{NAME}.ipynb"
    place.parent.mkdir(parents=True)
    place.write_bytes(written(master()))
    return folder

"""grading.intake.rebuild: the cells of an answer may be split, copied, moved and merged, and it is the same answer.

JupyterLab copies nbgrader's name with a cell.  Every notebook of the course is rearranged, with its solutions in it:
as text many times, and once by the real grader.
"""

from __future__ import annotations

import ast
import copy
import json
import os
from collections.abc import Callable, Iterable
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
from drawing import draws
from hypothesis import given
from hypothesis import strategies as st

import exercises
from grading.box.box import Box
from grading.box.process import Cell as Ahead
from grading.intake.master import BEGIN_SOLUTION, END_SOLUTION, Master, master_of
from grading.intake.merged import MAGIC, names_in
from grading.intake.read import Cell, read
from grading.intake.rebuild import rebuild
from grading.intake.submissions import submissions
from grading.marking.checker import verdicts
from grading.marking.run import Run, grade
from grading.marking.session import MOST_LOSSES

NAMES = exercises.names_in(exercises.COURSE / "source")
FULL = {"square": 2.0, "shift": 3.0, "guess": 1.0, "guess-why": 0.0}
FILES = int(os.environ.get("VARIANTS_FILES", "40")) // 40
"""Notebooks of each chapter for the real grader; `make test-long` makes ten."""


@cache
def source(name: str) -> bytes:
    return exercises.notebook_of(exercises.COURSE / "source", name).read_bytes()


def solved(name: str) -> list[Any]:
    """Return the cells of the notebook that learners get, with the solutions in it; `stub` is what was there before."""
    cells = [cell for cell in master_of(source(name)).cells if cell.role == "answer"]
    answers = {cell.name: (cell.source, cell.released) for cell in cells}
    raw: list[Any] = json.loads(exercises.notebook_of(exercises.COURSE / "release", name).read_bytes())["cells"]
    for cell in raw:
        if cell["id"] in answers:
            solution, cell["stub"] = answers[cell["id"]]
            lines = solution.split("\n")
            cell["source"] = "\n".join(one for one in lines if one.strip() not in (BEGIN_SOLUTION, END_SOLUTION))
        else:
            cell["source"] = "".join(cell["source"])
    return raw


def answers_in(raw: list[Any]) -> list[Any]:
    return [
        cell for cell in raw if cell["metadata"].get("nbgrader", {}).get("solution") and cell["cell_type"] == "code"
    ]


def statements(text: str) -> list[ast.stmt]:
    return ast.parse(MAGIC.sub(r"\1pass", text)).body


def put(raw: list[Any], cell: Any, place: int) -> None:
    """Add a cell, which has an id of its own, as JupyterLab gives it one."""
    raw.insert(place, {**cell, "id": f"{cell['id']}-{len(raw)}"})


def split(random: Random, raw: list[Any]) -> None:
    """Cut answers in two between statements; a program for the type checker is one text and stays so."""
    for cell in answers_in(raw):
        body = statements(cell["source"])
        if len(body) > 1 and not cell["source"].startswith("%%typecheck") and random.random() < 0.8:
            first = random.choice(body[1:])
            line = min([first.lineno, *(mark.lineno for mark in getattr(first, "decorator_list", []))]) - 1
            lines = cell["source"].split("\n")
            cell["source"] = "\n".join(lines[:line])
            put(raw, {**copy.deepcopy(cell), "source": "\n".join(lines[line:])}, raw.index(cell) + 1)


def copied(random: Random, raw: list[Any]) -> None:
    for cell in answers_in(raw):
        if random.random() < 0.5:
            put(raw, copy.deepcopy(cell), random.randint(raw.index(cell) + 1, len(raw)))


def moved(random: Random, raw: list[Any]) -> None:
    cells = answers_in(raw)
    alone = [cell for cell in cells if sum(one["metadata"] == cell["metadata"] for one in cells) == 1]
    if alone:  # none is left where all were merged with the cells above them
        cell = random.choice(alone)
        raw.remove(cell)
        raw.insert(random.randrange(len(raw) + 1), cell)


def merged_upwards(random: Random, raw: list[Any]) -> None:
    """Merge answers with the code above them; the whole has the name of the upper cell."""
    for one, two in [*pairwise(raw)]:
        texts = one["source"] + two["source"]
        code = one["cell_type"] == "code" and two in answers_in(raw)
        if code and "%%typecheck" not in texts and "check.question" not in texts and random.random() < 0.5:
            two.update(source=f"{one['source']}\n\n{two['source']}", metadata=one["metadata"], id=one["id"])
            raw[:] = [cell for cell in raw if cell is not one]


def merged_into_checks(random: Random, raw: list[Any]) -> None:
    """Merge answers with the checks below them; the whole has the name of the check, as JupyterLab merges upwards."""
    for one, two in [*pairwise(raw)]:
        merges = one in answers_in(raw) and "check.question" in two["source"] and "%%typecheck" not in one["source"]
        if merges and random.random() < 0.5:
            two["source"] = f"{one['source']}\n\n{two['source']}"
            raw[:] = [cell for cell in raw if cell is not one]


def begun_again(random: Random, raw: list[Any]) -> None:
    """Copy cells as they were given out, or the last part of them, to places below the answers."""
    for cell in answers_in(raw):
        if random.random() < 0.5:
            stub = cell["stub"]
            part = stub if random.random() < 0.5 else "\n\n\n".join(stub.split("\n\n\n")[1:]) or stub
            put(raw, {**copy.deepcopy(cell), "source": part}, random.randint(raw.index(cell) + 1, len(raw)))


Change = Callable[[Random, list[Any]], None]
CHANGES: list[Change] = [copied, split, merged_upwards, moved, begun_again, merged_into_checks]


def rearranged(random: Random, name: str, changes: list[Change]) -> bytes:
    raw = solved(name)
    for change in changes:
        change(random, raw)
    for cell in raw:
        cell.pop("stub", None)
    return json.dumps({"cells": raw, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def seen_by_checks(name: str, content: bytes) -> dict[str, dict[str, str]]:
    """Return, for each check, what the names that it asks for were last bound to by the code above it."""
    master = master_of(source(name))
    rebuilt = rebuild(master, read(content))
    found: dict[str, dict[str, str]] = {}
    bound: dict[str, ast.stmt] = {}
    for number in range(len(rebuilt.pieces) + 1):
        for check in (cell for cell in master.cells if cell.role == "check" and rebuilt.before[cell.name] == number):
            found[check.name] = {name: ast.unparse(bound[name]) for name in check.wanted if name in bound}
        for statement in statements(rebuilt.pieces[number].source) if number < len(rebuilt.pieces) else []:
            bound |= dict.fromkeys(names_in([statement]), statement)
    return found


@cache
def expected(name: str) -> dict[str, dict[str, str]]:
    return seen_by_checks(name, rearranged(Random(), name, []))


@pytest.mark.parametrize("name", NAMES)
@draws(10)
@given(st.integers(0, 2**32), st.sets(st.sampled_from(range(len(CHANGES)))))
def test_a_check_sees_the_same_answer_however_its_cells_are_arranged(name: str, seed: int, chosen: set[int]) -> None:
    content = rearranged(Random(seed), name, [CHANGES[number] for number in sorted(chosen)])
    assert seen_by_checks(name, content) == expected(name)


@pytest.mark.parametrize("name", NAMES)
def test_rearranged_answers_have_all_points(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "class"
    folder.mkdir()
    for number in range(FILES):
        (folder / f"{number}.ipynb").write_bytes(rearranged(Random(number), name, CHANGES))
    records = grade(Run(source(name), tmp_path / "records"), submissions(folder), 1, lambda _: None)
    lost = [
        verdict
        for record in records
        for verdict in record.verdicts
        if verdict.points != verdict.worth and not verdict.question.endswith("-why")
    ]
    assert len(records) == FILES
    assert not lost


def with_cells(hand_in: Callable[..., bytes], *below: tuple[str, str]) -> list[Cell]:
    """Return right answers, and below everything cells of these names."""
    return [*read(hand_in()), *(Cell("code", text, name) for name, text in below)]


def points(master: Master, cells: list[Cell], seconds: float = 3.0) -> dict[str, float]:
    return {one.question: one.points for one in verdicts(master, rebuild(master, cells), seconds=seconds)}


@pytest.mark.usefixtures("bubblewrap")
def test_a_try_below_a_check_costs_nothing_that_it_had_accepted(master: Master, hand_in: Callable[..., bytes]) -> None:
    tries = [("square", "def square(x): return x"), ("shift", "shift = None"), ("guess", "import os; os._exit(0)")]
    assert points(master, with_cells(hand_in, *tries)) == FULL


@pytest.mark.usefixtures("bubblewrap")
def test_hidden_tests_are_not_asked_about_two_answers(master: Master, hand_in: Callable[..., bytes]) -> None:
    guess = "def square(x): return 9"
    assert points(master, with_cells(hand_in, ("square", guess))) == {**FULL, "square": 0}


@pytest.mark.usefixtures("bubblewrap")
def test_the_parts_of_an_answer_have_a_limit_together(
    master: Master, hand_in: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Box] = []
    start = Box.start

    def counted(box: Box, spare: Iterable[Ahead] | None = None) -> None:
        started.append(box)
        start(box, spare)

    monkeypatch.setattr(Box, "start", counted)
    found = points(master, with_cells(hand_in, *[("guess", "while True: pass")] * 40), seconds=0.3)
    assert found == FULL
    assert len(started) <= 2 * MOST_LOSSES

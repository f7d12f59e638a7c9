"""grading.lint: a master that marks as it should has no complaint, and each way in which it does not has its own."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from grading.intake.master import Master, MasterCell
from grading.lint import lint, masters, stands_alone, together

pytestmark = pytest.mark.usefixtures("bubblewrap")
WRONG = {"square": "def square(x): return {}", "shift": "shift = {}", "guess": "guess = {}"}


def write_wrong(course: Path, entries: list[tuple[str, str]]) -> None:
    place = course / "wrong" / "small.toml"
    place.parent.mkdir(exist_ok=True)
    keys = ("question", "why", "source")
    blocks = [
        "\n".join(["[[wrong]]", *(f"{key} = {json.dumps(text)}" for key, text in zip(keys, values, strict=True))])
        for values in ((name, f"case {number}", source) for number, (name, source) in enumerate(entries))
    ]
    place.write_text("\n\n".join(blocks), encoding="utf-8")


@pytest.fixture
def a_course(course: Path, tmp_path: Path) -> Path:
    """Return a course whose master marks as it should, with three wrong answers for each question."""
    copy = shutil.copytree(course, tmp_path / "course")
    write_wrong(copy, [(name, text.format(number)) for name, text in WRONG.items() for number in (1, 2, 3)])
    return copy


def complaints(course: Path) -> list[str]:
    done: list[int] = []
    found = lint(course, masters(course), 2, done.append)
    assert sum(done) >= 2
    return found


def test_a_master_that_marks_as_it_should_has_no_complaint(a_course: Path) -> None:
    assert masters(a_course) == ["small"]
    assert complaints(a_course) == []


def test_a_wrong_answer_that_gets_points_too_few_and_one_for_nothing_are_told(a_course: Path) -> None:
    sources = [(name, text.format(number)) for name, text in WRONG.items() for number in (1, 2, 3)][1:]
    write_wrong(a_course, [*sources, ("guess", "guess = 42"), ("nothing", "x = 1")])
    told = complaints(a_course)
    assert "small: square has 2 wrong answers; 3 are needed" in told
    assert "small: there is no question nothing" in told
    assert "small, guess, case 8: guess gets 1 points" in told
    assert len(told) == 3


def test_a_solution_without_all_points_is_told(a_course: Path) -> None:
    path = a_course / "source" / "small" / "small.ipynb"
    path.write_text(path.read_text("utf-8").replace("return x * x", "return x + x"), encoding="utf-8")
    (told,) = complaints(a_course)
    assert told.startswith("small, solutions: square gets 0 of 2:")


def a_master(*cells: tuple[str, str, str]) -> Master:
    return Master(tuple(MasterCell(*cell) for cell in cells))


NEIGHBOURS = a_master(
    ("given", "set-up", "import numpy as np"),
    ("answer", "one", "def one(): return 1"),
    ("check", "one-check", 'ask.call("one").gives(1)'),
    ("answer", "two", "two = one() + 1"),
    ("check", "two-check", 'ask.value("two").gives(2)'),
    ("answer", "three", "three = 3"),
    ("check", "three-check", 'ask.value("three").gives(3)'),
    ("by hand", "three-why", "three, because one and two are taken"),
    ("answer", "four", "def four(number): return [number + k for k in range(np.int64(4))]"),
    ("check", "four-check", 'ask.call("four", 1).gives([1, 2, 3, 4])'),
)


@pytest.mark.parametrize(
    ("question", "source", "alone"),
    [
        ("one", "def one(): return 2", False),
        ("one", "x = 5", False),  # the name that the right one binds is missed
        ("two", "two = 5", True),
        ("three", "three = 4", True),
        ("three", "one = three = 4", False),
        ("three", "three = number = k = 4", True),  # which the function has for itself
        ("three", "import numpy.linalg as np\nthree = 4", False),
    ],
)
def test_an_answer_stands_alone_when_no_other_cell_uses_what_it_binds(question: str, source: str, alone: bool) -> None:
    assert stands_alone(NEIGHBOURS, question, source) == alone


def test_each_wrong_answer_is_tried_once_and_one_that_others_need_by_itself() -> None:
    wrong = [
        {"question": name, "source": f"{name} = {number}"} for name in ("one", "two", "three") for number in (7, 8)
    ]
    notebooks = together(NEIGHBOURS, wrong)
    tried = [entry for notebook in notebooks for entry in notebook.values()]
    assert sorted(tried, key=str) == sorted(wrong, key=str)
    assert all(entry["question"] == question for notebook in notebooks for question, entry in notebook.items())
    assert sorted(map(sorted, notebooks)) == [["one"], ["one"], ["three", "two"], ["three", "two"]]

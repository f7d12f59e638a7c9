"""What the sources have, the book has: every place that tests/book/coverage.toml names is there."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path
from typing import Any

import notebooks
import pytest

ROOT = Path(__file__).parent.parent.parent
COVERAGE: dict[str, dict[str, dict[str, Any]]] = tomllib.loads(
    (ROOT / "tests" / "book" / "coverage.toml").read_text("utf-8")
)
ROWS = [(f"{source} {row}", entry) for source, rows in COVERAGE.items() for row, entry in rows.items()]
LAST_CHAPTER = max(int(path.name[:2]) for path in (ROOT / "book").glob("[0-9][0-9]_*.ipynb"))
"""The last chapter that is written; items of later chapters need no place yet."""


def exists(place: str) -> bool:
    """Whether a place is there: `notebook#cell-id`, `page.md#Heading` or `module.py::name`."""
    path, _, name = re.split(r"(#|::)", f"{place}#", maxsplit=1)
    name = name.removesuffix("#")
    file = ROOT / path
    if not file.is_file() or not name:
        return False
    if file.suffix == ".ipynb":
        return name in {cell.id for cell in notebooks.read(file).cells}
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".md":
        return name in re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return defined(name, ast.parse(text).body)


def defined(name: str, body: list[ast.stmt]) -> bool:
    """Whether a function or class of this dotted name is defined in a module."""
    first, _, rest = name.partition(".")
    for statement in body:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef) and statement.name == first:
            return not rest or defined(rest, statement.body)
    return False


def is_asked(question: str) -> bool:
    """Whether a master has this question, `04_training#ownership`, and gives points for it."""
    name, _, cell = question.partition("#")
    master = ROOT / "exercises" / "source" / name / f"{name}.ipynb"
    cells = (
        {own.id: own.metadata.get("nbgrader", {}) for own in notebooks.read(master).cells} if master.is_file() else {}
    )
    return any(cells.get(own, {}).get("points") for own in (cell, f"{cell}-check"))


def complaints(entry: dict[str, Any]) -> list[str]:
    """Return what is wrong with an entry."""
    owner, where = entry.get("chapter"), entry.get("where", [])
    later = owner is not None and owner > LAST_CHAPTER
    found = [place for place in where if not exists(place)]
    if not where and not later:
        found.append("no place")
    found += [f"no question {question}" for question in entry.get("exercise", []) if not is_asked(question)]
    if owner is not None and not later and not any(place.startswith("book/") for place in where):
        found.append(f"chapter {owner} is written, but no page is named")
    if set(entry) - {"title", "chapter", "exercise", "where"} or not entry["title"]:
        found.append("unknown or missing fields")
    return found


@pytest.mark.parametrize(("row", "entry"), ROWS, ids=[row for row, _ in ROWS])
def test_every_item_is_where_the_table_says(row: str, entry: dict[str, Any]) -> None:
    assert complaints(entry) == []


def test_no_item_is_missing() -> None:
    assert list(COVERAGE["slides"]) == [str(row) for row in range(1, 53)]
    assert list(COVERAGE["driver"]) == [*map(str, range(1, 8)), "7b", *map(str, range(8, 17))]
    assert list(COVERAGE["training"]) == [str(row) for row in range(1, 87)]
    assert list(COVERAGE["algebra"]) == [str(row) for row in range(1, 20)]
    assert list(COVERAGE["workshop"]) == [*map(str, range(1, 5)), "4b", *map(str, range(5, 15))]


@pytest.mark.parametrize(
    "entry",
    [
        {"title": "x"},
        {"title": "x", "where": []},
        {"title": "x", "where": ["book/00_whole.ipynb#no-such-cell"]},
        {"title": "x", "where": ["book/preface.md#No such heading"]},
        {"title": "x", "where": ["tests/book/test_coverage.py::test_nothing"]},
        {"title": "x", "where": ["tinyml/ch04_training/training.py::TrainStep.nothing"]},
        {"title": "x", "where": ["tinyml/nowhere.py::TrainStep"]},
        {"title": "x", "where": ["tinyml/ch04_training/training.py"]},
        {"title": "x", "exercise": ["04_training#nothing"], "where": ["tinyml/ch04_training/training.py::TrainStep"]},
        {"title": "x", "exercise": ["04_training#set-up"], "where": ["tinyml/ch04_training/training.py::TrainStep"]},
        {"title": "x", "exercise": ["nowhere#ownership"], "where": ["tinyml/ch04_training/training.py::TrainStep"]},
        {"title": "x", "unknown": True, "where": ["tinyml/ch04_training/training.py::TrainStep"]},
        {"title": "x", "chapter": 5, "where": ["tinyml/ch04_training/training.py::TrainStep"]},
        {"title": "x", "chapter": LAST_CHAPTER, "where": ["tinyml/ch04_training/training.py::TrainStep"]},
    ],
)
def test_a_place_that_is_not_there_is_noticed(entry: dict[str, Any]) -> None:
    assert complaints(entry) != []


def test_an_item_of_a_later_chapter_needs_no_place_yet() -> None:
    assert complaints({"title": "x", "chapter": LAST_CHAPTER + 1}) == []
    assert complaints({"title": "x", "chapter": LAST_CHAPTER}) != []

"""grading.told: learners and instructors are told the limits that bind."""

from __future__ import annotations

import resource
from pathlib import Path
from types import ModuleType

import notebooks
import pytest

import exercises
from grading import told
from grading.box import inside, memory, walls
from grading.intake import archives, limits, read, submissions
from grading.marking import checker, file, session
from tinyml.check import typechecker

ROOT = Path(__file__).parents[2]
LEARNERS: list[tuple[ModuleType, str]] = [
    *((checker, "SECONDS"), (session, "ADDED"), (file, "LEAST_WHOLE"), (walls, "SCRATCH"), (read, "LARGEST_CELL")),
]
INSTRUCTORS: list[tuple[ModuleType, str]] = [
    *((session, "MOST_LOSSES"), (file, "WHOLE"), (memory, "MOST"), (typechecker, "SECONDS"), (typechecker, "MEMORY")),
    *((read, "LARGEST_FILE"), (read, "MOST_CELLS"), (limits, "MOST_FILES"), (limits, "MOST_BYTES")),
    *((limits, "MOST_OF_CLASS"), (submissions, "MOST_ZIPS"), (archives, "MOST_IN_ZIP")),
]


@pytest.mark.parametrize(
    ("module", "name"), [*LEARNERS, *INSTRUCTORS], ids=lambda part: getattr(part, "__name__", part)
)
def test_another_limit_is_told_otherwise(monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str) -> None:
    before = told.for_learners(), told.table()
    monkeypatch.setattr(module, name, 2 * getattr(module, name))
    assert told.table() != before[1]
    if (module, name) in LEARNERS:
        assert told.for_learners() != before[0]


@pytest.mark.parametrize("kind", [resource.RLIMIT_AS, resource.RLIMIT_NPROC])
def test_another_limit_of_a_process_is_told_otherwise(monkeypatch: pytest.MonkeyPatch, kind: int) -> None:
    before = told.table()
    monkeypatch.setitem(inside.LIMITS, kind, 2 * inside.LIMITS[kind])
    assert told.table() != before


@pytest.mark.parametrize("kind", ["source", "release"])
@pytest.mark.parametrize("name", exercises.names_in(exercises.COURSE / "source"))
def test_each_notebook_of_exercises_tells_the_limits_of_today(kind: str, name: str) -> None:
    opening = notebooks.read(exercises.notebook_of(exercises.COURSE / kind, name)).cells[0].source
    assert opening.split("\n\n")[-1] == told.for_learners(), "`make release` renews them"
    assert opening.count(told.BEGINS) == 1


def test_the_instructors_page_has_the_limits_of_today() -> None:
    page = (ROOT / "book" / "instructors.md").read_text(encoding="utf-8")
    assert told.table() in page, f"the table of its section on limits is now\n{told.table()}"


@pytest.mark.parametrize("opening", ["# Exercises", f"# Exercises\n\n{told.BEGINS}, and is slow."])
def test_an_opening_has_the_limits_once(opening: str) -> None:
    once = exercises.with_limits(opening)
    assert once.endswith(told.for_learners())
    assert (exercises.with_limits(once), once.count(told.BEGINS)) == (once, 1)

"""Honest files of a chapter: the notebook as it is given out, with the answers of the master, and no two alike.

    chapters() = ["00_whole", "01_objects", ...]
    honest("01_objects", 7) = the file that student 7 hands in

Each answer ends with a remark of its student.  Nothing else differs, so that all files have the same points; but all
texts do, as in a class that does its own work, and a grader that checks equal programs once gains nothing by it.
Needs no package but the standard library's, since other graders read it in environments of their own.
Checked by tests/benchmarks/test_benchmarks_grading.py.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from grading.intake.master import MasterCell, master_of

EXERCISES = Path(__file__).parents[1] / "exercises"
REMARK = "This is the answer of student"


def chapters() -> list[str]:
    """Return the names of all chapters that have exercises, in their order."""
    return sorted(path.parent.name for path in EXERCISES.glob("source/*/*.ipynb"))


def master(chapter: str) -> bytes:
    return EXERCISES.joinpath("source", chapter, f"{chapter}.ipynb").read_bytes()


@cache
def released(chapter: str) -> str:
    return EXERCISES.joinpath("release", chapter, f"{chapter}.ipynb").read_text(encoding="utf-8")


def cells(chapter: str, number: int) -> list[MasterCell]:
    """Return the cells of a master, with a student's remark below each answer."""
    return [replace(cell, source=signed(cell, number)) for cell in master_of(master(chapter)).cells]


def signed(cell: MasterCell, number: int) -> str:
    """Return the text of a cell; that of an answer with a remark of its student."""
    marks = {"answer": "# ", "by hand": ""}
    return f"{cell.source}\n\n{marks[cell.role]}{REMARK} {number}." if cell.role in marks else cell.source


def honest(chapter: str, number: int) -> bytes:
    """Return the file of a student: what was given out, with an answer in each cell that asks for one."""
    answers = {one.name: one.source for one in cells(chapter, number) if one.role in ("answer", "by hand")}
    notebook: dict[str, Any] = json.loads(released(chapter))
    for cell in notebook["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if name in answers:
            cell["source"] = answers[name]
    return json.dumps(notebook).encode()


def has_programs(chapter: str) -> bool:
    """Whether a chapter asks for a program that is type-checked and not run."""
    return any(cell.role == "answer" and cell.source.startswith("%%typecheck") for cell in cells(chapter, 0))


def checked(chapter: str) -> list[str]:
    """Return the questions that a program checks, in the order of their names."""
    return sorted(cell.question for cell in master_of(master(chapter)).cells if cell.role == "check")


def in_order(points: dict[str, float], chapter: str) -> list[float]:
    """Return the points of the questions that a program checks, in the order of their names."""
    return [float(points[question]) for question in checked(chapter)]

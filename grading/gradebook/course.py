"""The course: what each student has in all chapters that were graded, and what is still open.

    students.csv of each chapter   ->   course.csv, and course.html for reading

A cell is empty where something waits for a person or cannot be read, and so is the total; the last column says what.
Who handed in nothing has an empty cell too, which adds nothing to the total.
Laws (tests/grading/test_course.py): a total is the sum of its row, or empty; the order of the chapters changes the
columns alone; no letter of a table is markup on the page.
"""

from __future__ import annotations

import csv
import html
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import final

from grading.gradebook.results import replaced
from grading.gradebook.table import as_csv, cell, harmless

NOTHING = "handed in nothing"


class NoResults(ValueError):
    """A folder from which no total can be taken; the message says why."""


@final
@dataclass(frozen=True, slots=True)
class Chapter:
    """The totals of one chapter: of each student the points, if they are known, and what is open."""

    name: str
    worth: float
    totals: dict[str, float | None]
    waits: dict[str, str]

    def open(self, student: str) -> str:
        """Return what is open for a student; nothing where the points are final."""
        words = self.waits.get(student, "") if student in self.totals else NOTHING
        return f"{self.name}: {words}" if words else ""


def chapter(folder: Path) -> Chapter:
    """Read the totals in a folder of results."""
    path = folder / "students.csv"
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        totals = {row["student"]: float(row["total"]) if row["total"] else None for row in rows}
        worth = max(float(row["worth"]) for row in rows)
        return Chapter(rows[0]["assignment"], worth, totals, {row["student"]: row["waits"] for row in rows})
    except (OSError, KeyError, TypeError, ValueError, csv.Error):
        raise NoResults(f"{path} has no totals: grade the chapter with --out {folder} first") from None


def table(chapters: list[Chapter], students: Iterable[str]) -> list[list[str]]:
    """Return the course as rows, the first of which names the columns."""
    names = [one.name for one in chapters]
    if twice := [name for name in set(names) if names.count(name) > 1]:
        raise NoResults(f"two of the folders are of {twice[0]}")
    worth = f"{sum(one.worth for one in chapters):g}"
    rows = []
    for student in students:
        found = [one.totals.get(student) for one in chapters]
        pending = any(student in one.totals and one.totals[student] is None for one in chapters)
        total = None if pending else sum(points or 0.0 for points in found)
        still = "; ".join(filter(None, (one.open(student) for one in chapters)))
        rows.append([student, *map(cell, found), cell(total), worth, still])
    return [["student", *names, "total", "worth", "open"], *rows]


def written(out: Path, folders: Iterable[Path], roster: Iterable[str]) -> list[Path]:
    """Write course.csv and course.html, for the students of the roster and whoever else handed in something."""
    chapters = [chapter(folder) for folder in folders]
    known = [harmless(name) for name in roster]
    others = sorted({student for one in chapters for student in one.totals} - set(known))
    rows = table(chapters, [*known, *others])
    out.mkdir(parents=True, exist_ok=True)
    contents = {"course.csv": as_csv(rows), "course.html": page(rows)}
    return [replaced(out / name, text.encode("utf-8", "replace")) for name, text in contents.items()]


def page(rows: list[list[str]]) -> str:
    """Return the table as a page that loads nothing."""
    head, *body = [[html.escape(text) for text in row] for row in rows]
    lines = ["".join(f"<td>{text}" for text in row) for row in body]
    return PAGE.format(head="".join(f"<th>{text}" for text in head), body="\n".join(f"<tr>{line}" for line in lines))


PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>The course</title>
<style>
:root {{ color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }}
body {{ margin: 2rem auto; padding: 0 1rem; max-width: 80rem; }} h1 {{ font-size: 1.6rem; }}
div {{ overflow-x: auto; }} table {{ border-collapse: collapse; }}
td, th {{ text-align: left; padding: .2rem 1rem .2rem 0; vertical-align: top; }}
</style>
<h1>The course</h1>
<p>An empty cell is no zero: the last column says what is open.</p>
<div tabindex="0"><table><thead><tr>{head}</thead>
<tbody>
{body}
</tbody></table></div>
</html>
"""

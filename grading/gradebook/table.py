"""Tables: the marks of a class as CSV, for people, for Canvas and for Moodle.

    marks.csv     one row for each file and question
    canvas.csv    one row for each student of the roster, as Canvas imports it
    moodle.csv    the same, as Moodle imports it

The same records give the same bytes.  A cell that a spreadsheet would take for a formula is made harmless.
Checked by tests/grading/test_table.py.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path

from grading.marking.record import Record

COLUMNS = ("file", "student", "question", "points", "worth", "status", "reason")

FORMULAS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")  # noqa: RUF001  some spreadsheets take the wide ones too


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula, on one line.

    >>> harmless("=1+1"), harmless("ada")
    ("'=1+1", 'ada')
    """
    line = " / ".join(part.strip() for part in text.splitlines() if part.strip())
    printable = "".join(letter if letter.isprintable() else "?" for letter in line)
    return f"'{printable}" if printable.startswith(FORMULAS) else printable


def as_csv(rows: Iterable[Iterable[object]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def marks(records: Iterable[Record]) -> str:
    """Return one row for each file and question, sorted by file."""
    rows = [
        (
            *map(harmless, (record.file, record.student, verdict.question)),
            f"{verdict.points:g}",
            f"{verdict.worth:g}",
            verdict.status,
            harmless(verdict.reason),
        )
        for record in sorted(records, key=lambda record: record.file)
        for verdict in record.verdicts
    ]
    return as_csv([COLUMNS, *rows])


def best(records: Iterable[Record]) -> dict[str, Record]:
    """Return one record for each student: of several files the one with the most points, then the first by name."""
    chosen: dict[str, Record] = {}
    for record in sorted(records, key=lambda record: record.file):
        known = chosen.get(record.student)
        if known is None or record.points > known.points:
            chosen[record.student] = record
    return chosen


def roster(path: Path) -> list[dict[str, str]]:
    """Read a roster: a CSV with a column `student` and whatever Canvas or Moodle need (ID, Student, Email address)."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    if not rows or "student" not in rows[0]:
        raise ValueError(f"{path} is no roster: it needs a column named student, and at least one row")
    return rows


def canvas(records: Iterable[Record], students: Iterable[Mapping[str, str]], assignment: str) -> str:
    """Return the gradebook import of Canvas; a student without a file has an empty cell."""
    chosen = best(records)
    rows = [
        (
            student.get("Student", student["student"]),
            student.get("ID", ""),
            student.get("SIS User ID", ""),
            student.get("SIS Login ID", student["student"]),
            student.get("Section", ""),
            _total(chosen.get(student["student"])),
        )
        for student in students
    ]
    return as_csv([("Student", "ID", "SIS User ID", "SIS Login ID", "Section", assignment), *rows])


def moodle(records: Iterable[Record], students: Iterable[Mapping[str, str]], assignment: str) -> str:
    """Return the grade import of Moodle, keyed by ID number and email address."""
    chosen = best(records)
    rows = [
        (student.get("ID number", ""), student.get("Email address", ""), _total(chosen.get(student["student"])))
        for student in students
    ]
    return as_csv([("ID number", "Email address", assignment), *rows])


def _total(record: Record | None) -> str:
    return "" if record is None else f"{record.points:g}"

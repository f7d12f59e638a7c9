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
import re
from collections.abc import Iterable, Mapping

from grading.marking.record import Record

COLUMNS = ("file", "student", "question", "points", "worth", "status", "reason")

FORMULAS = "=+\\-@＝＋－＠"  # noqa: RUF001  some spreadsheets take the wide ones too
FORMULA = re.compile(rf'(\A|;)(?=[\s"]*[{FORMULAS}])')
"""Where a cell would begin that a spreadsheet computes: where lists are separated by semicolons, behind one too."""


Totals = Mapping[str, float | None]
"""The points of each student; None while some of them wait for a person, or the file cannot be read."""


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula, on one line, with no sign that a terminal obeys.

    Blanks are kept: names differ by them.

    >>> harmless("=1+1"), harmless("so;=1+1"), harmless("ada ")
    ("'=1+1", "so;'=1+1", 'ada ')
    """
    line = " / ".join(text.splitlines())
    printable = "".join(letter if letter.isprintable() else "?" for letter in line)
    return FORMULA.sub(r"\1'", printable)


def in_a_line(text: str) -> str:
    """Return lines for people as one line."""
    return harmless("\n".join(part.strip() for part in text.splitlines() if part.strip()))


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
            in_a_line(verdict.reason),
        )
        for record in sorted(records, key=lambda record: record.file)
        for verdict in record.verdicts
    ]
    return as_csv([COLUMNS, *rows])


def canvas(totals: Totals, students: Iterable[Mapping[str, str]], assignment: str) -> str:
    """Return the gradebook import of Canvas; a student without a file, or who waits for a person, has an empty cell."""
    rows = [
        (
            *map(
                harmless,
                (
                    student.get("Student", student["student"]),
                    student.get("ID", ""),
                    student.get("SIS User ID", ""),
                    student.get("SIS Login ID", student["student"]),
                    student.get("Section", ""),
                ),
            ),
            cell(totals.get(student["student"])),
        )
        for student in students
    ]
    return as_csv([("Student", "ID", "SIS User ID", "SIS Login ID", "Section", assignment), *rows])


def moodle(totals: Totals, students: Iterable[Mapping[str, str]], assignment: str) -> str:
    """Return the grade import of Moodle, keyed by ID number and email address."""
    rows = [
        (
            harmless(student.get("ID number", "")),
            harmless(student.get("Email address", "")),
            cell(totals.get(student["student"])),
        )
        for student in students
    ]
    return as_csv([("ID number", "Email address", assignment), *rows])


def cell(points: float | None) -> str:
    """Return points as a cell, which is empty where there are none yet."""
    return "" if points is None else f"{points:g}"

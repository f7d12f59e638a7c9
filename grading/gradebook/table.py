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
from collections import Counter
from collections.abc import Iterable, Mapping

from grading.marking.record import Record

COLUMNS = ("file", "student", "question", "points", "worth", "status", "reason")

FORMULAS = "=+\\-@＝＋－＠"  # noqa: RUF001  some spreadsheets take the wide ones too
FORMULA = re.compile(rf'(\A|;)(?=[\s"]*[{FORMULAS}])')
"""Where a cell would begin that a spreadsheet computes: where lists are separated by semicolons, behind one too."""


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


def best(records: Iterable[Record]) -> dict[str, Record]:
    """Return one record for each student, of several files the one that counts.

    It has the most points, then the most that a person may still give, and then it is the first by name; a file that
    cannot be read never counts before one that can.
    """
    chosen: dict[str, Record] = {}
    for record in sorted(records, key=lambda record: record.file):
        known = chosen.get(record.student)
        if known is None or rank(record) > rank(known):
            chosen[record.student] = record
    return chosen


def rank(record: Record) -> tuple[bool, float, float]:
    waiting = sum(verdict.worth for verdict in record.verdicts if verdict.status == "needs review")
    return record.status != "unreadable", record.points, waiting


def several(records: Iterable[Record]) -> list[str]:
    """Return a line for each student with several files, which says which of them counts."""
    found = sorted(records, key=lambda record: record.file)
    chosen = best(found)
    files = Counter(record.student for record in found)
    return [
        f"several files: {harmless(student)} has {files[student]}, and {harmless(chosen[student].file)} counts"
        for student in sorted(files)
        if files[student] > 1
    ]


def canvas(records: Iterable[Record], students: Iterable[Mapping[str, str]], assignment: str) -> str:
    """Return the gradebook import of Canvas; a student without a file, or who waits for a person, has an empty cell."""
    chosen = best(records)
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
            _total(chosen.get(student["student"])),
        )
        for student in students
    ]
    return as_csv([("Student", "ID", "SIS User ID", "SIS Login ID", "Section", assignment), *rows])


def moodle(records: Iterable[Record], students: Iterable[Mapping[str, str]], assignment: str) -> str:
    """Return the grade import of Moodle, keyed by ID number and email address."""
    chosen = best(records)
    rows = [
        (
            harmless(student.get("ID number", "")),
            harmless(student.get("Email address", "")),
            _total(chosen.get(student["student"])),
        )
        for student in students
    ]
    return as_csv([("ID number", "Email address", assignment), *rows])


def _total(record: Record | None) -> str:
    """Return the points of a student; nothing while some of them wait for a person, or the file cannot be read."""
    return "" if record is None or record.status in ("needs review", "unreadable") else f"{record.points:g}"

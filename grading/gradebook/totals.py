"""Totals: what each student has in a chapter, with the file that counts and why.

    students.csv    one row for each student of a chapter

Checked by tests/grading/test_totals.py.
"""

from __future__ import annotations

from collections.abc import Mapping

from grading.gradebook.policy import Counted
from grading.gradebook.table import as_csv, cell, harmless
from grading.marking.record import Record

COLUMNS = ("assignment", "student", "total", "worth", "points", "off", "waits", "file", "why")


def students(assignment: str, counted: Mapping[str, Counted]) -> str:
    """Return the totals of a chapter: without a number while something waits or cannot be read."""
    rows = [
        (
            assignment,
            harmless(student),
            cell(one.total),
            f"{one.record.worth:g}",
            f"{one.record.points:g}",
            f"{one.off:g}",
            waits(one.record),
            harmless(one.record.file),
            one.why,
        )
        for student, one in sorted(counted.items())
    ]
    return as_csv([COLUMNS, *rows])


def waits(record: Record) -> str:
    """Return what keeps a total open: the questions that a person has to look at, or that the file is unreadable."""
    if record.status == "unreadable":
        return "unreadable"
    return ", ".join(harmless(verdict.question) for verdict in record.verdicts if verdict.status == "needs review")

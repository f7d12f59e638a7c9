"""Marks by hand: what a person gave in formgrader, in the place of what the grader left to a person.

    with_marks(records, given(course, assignment))    no longer waits where somebody has looked
    comments(course, assignment)                      what was written there, for feedback

The table of a learning platform has a number for a student only when nothing of the student's waits any more, so this
is the way by which marks of texts reach it: mark them in formgrader, and give the same command again.
Checked by tests/grading/test_by_hand.py.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from nbgrader.api import MissingEntry

from grading.gradebook.gradebook import Course
from grading.marking.record import Record

BY_HAND = "marked by hand"

Given = Mapping[str, Mapping[str, float]]


def given(root: Path, assignment: str) -> Given:
    """Return the points that a person gave, by student and question; what waits for another look is not among them."""
    found: dict[str, dict[str, float]] = {}
    with Course.at(root).gradebook() as gradebook:
        for student, notebook in notebooks(gradebook, assignment):
            for grade in notebook.grades:
                if grade.manual_score is not None and not grade.needs_manual_grade:
                    points = float(grade.manual_score + (grade.extra_credit or 0.0))
                    found.setdefault(student, {})[grade.name.removesuffix("-check")] = points
    return found


def comments(root: Path, assignment: str) -> dict[str, dict[str, str]]:
    """Return what a person wrote about answers, by student and question."""
    with Course.at(root).gradebook() as gradebook:
        return {
            student: {one.name: one.manual_comment for one in notebook.comments if one.manual_comment}
            for student, notebook in notebooks(gradebook, assignment)
        }


def notebooks(gradebook: Any, assignment: str) -> Iterator[tuple[str, Any]]:
    """Yield the notebooks of an assignment in a gradebook, each with its student."""
    with contextlib.suppress(MissingEntry):
        for submission in gradebook.find_assignment(assignment).submissions:
            yield from ((submission.student.id, notebook) for notebook in submission.notebooks)


def with_marks(records: Iterable[Record], marks: Given) -> list[Record]:
    """Return the records with marks by hand, one for each student: that of the file that counts."""
    return [marked(record, marks.get(record.student, {})) for record in records]


def marked(record: Record, marks: Mapping[str, float]) -> Record:
    new = [
        replace(verdict, points=marks[verdict.question], status="graded", reason=BY_HAND)
        for verdict in record.verdicts
        if verdict.question in marks
    ]
    return record.replacing(new)

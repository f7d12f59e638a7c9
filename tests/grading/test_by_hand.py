"""grading.gradebook.by_hand: what a person gave in formgrader reaches the tables, and what waits does not."""

from __future__ import annotations

import shutil
from pathlib import Path

import notebooks
import pytest
from example_exercise import NAME, write_course
from planted_class import master, opened

from grading.gradebook import gradebook, table
from grading.gradebook.by_hand import BY_HAND, comments, given, with_marks
from grading.gradebook.policy import Policy, counting
from grading.intake.submissions import Submission
from grading.marking.record import Record, Verdict

CODE = Verdict("double", 2.0, 2.0, "graded", "")
TEXT = Verdict("double-why", 0.0, 1.0, "needs review", "to be marked by hand")


@pytest.fixture(scope="module")
def entered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a course in which ada and bob wait for a person; ada has two files."""
    folder = write_course(tmp_path_factory.mktemp("course"), master())
    files = [Submission(folder / f"{name}.ipynb", f"{name}.ipynb", name[:3]) for name in ("ada", "ada-2", "bob")]
    for one in files:
        one.path.write_bytes(b"no notebook")
    gradebook.enter(folder, NAME, notebooks.text_of(master()).encode(), files, those_that_count())
    return folder


@pytest.fixture
def course(entered: Path, tmp_path: Path) -> Path:
    """Return a copy of it: nbgrader takes seconds to make a gradebook."""
    return shutil.copytree(entered, tmp_path / "course")


def records() -> list[Record]:
    low = Record("ada-2.ipynb", "ada", "", (Verdict("double", 0.0, 2.0, "graded", "no"), TEXT))
    return [Record("ada.ipynb", "ada", "", (CODE, TEXT)), low, Record("bob.ipynb", "bob", "", (CODE, TEXT))]


def those_that_count() -> list[Record]:
    return [one.record for one in counting(records(), {}, Policy()).values()]


def marked_in_formgrader(course: Path, student: str, points: float, *, again: bool = False) -> None:
    with opened(course) as book:
        grade = book.find_grade("double-why", NAME, NAME, student)
        grade.manual_score, grade.needs_manual_grade = points, again
        book.db.commit()


def test_a_mark_by_hand_reaches_the_table_and_who_waits_has_an_empty_cell(course: Path) -> None:
    marked_in_formgrader(course, "ada", 0.5)
    counted = counting(records(), {}, Policy())
    found = with_marks(those_that_count(), given(course, NAME))
    assert [(record.file, record.points) for record in found] == [("ada.ipynb", 2.5), ("bob.ipynb", 2.0)]
    assert found[0].verdicts[1] == Verdict("double-why", 0.5, 1.0, "graded", BY_HAND)
    students = [{"student": "ada", "Student": "Ada"}, {"student": "bob", "Student": "Bob"}]
    totals = {record.student: counted[record.student].marked(record).total for record in found}
    assert table.canvas(totals, students, NAME).splitlines()[1:] == ["Ada,,,ada,,2.5", "Bob,,,bob,,"]


def test_a_mark_for_an_answer_that_has_changed_since_waits_for_another_look(course: Path) -> None:
    marked_in_formgrader(course, "bob", 1.0, again=True)
    assert given(course, NAME) == {}
    assert with_marks(those_that_count(), given(course, NAME)) == those_that_count()


def test_what_a_person_wrote_is_found_by_student_and_question(course: Path) -> None:
    assert comments(course, NAME) == {"ada": {}, "bob": {}}
    with opened(course) as book:
        book.find_comment("double-why", NAME, NAME, "bob").manual_comment = "Nearly."
        book.find_comment("double", NAME, NAME, "ada").manual_comment = "Neat."
        book.db.commit()
    assert comments(course, NAME) == {"ada": {"double": "Neat."}, "bob": {"double-why": "Nearly."}}


def test_an_assignment_that_is_not_in_the_gradebook_has_no_marks(course: Path) -> None:
    assert given(course, "something-else") == {}
    assert comments(course, "something-else") == {}

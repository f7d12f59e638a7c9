"""The gradebook: the marks of a class where nbgrader and formgrader look for them, written by one writer.

    students, submissions, marks           ->  the course's gradebook
    one marked notebook for each student   ->  the course's `autograded` folder

Texts wait there for a person.  A mark that a person gave is kept; when what it was given for has changed since,
formgrader asks for another look.  The gradebook's questions and points are made those of the master first.
Checked by tests/grading/test_gradebook.py and tests/grading/test_nbgrader.py.
"""

from __future__ import annotations

import os
import sys
import unicodedata
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, final

import nbformat
from nbformat import NotebookNode
from nbgrader import preprocessors as stock
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import compute_checksum, is_solution
from sqlalchemy.exc import DatabaseError, SAWarning
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from grading.gradebook.marked import by_cell, marked
from grading.gradebook.when import stamp
from grading.intake.master import Master, master_of
from grading.intake.submissions import Submission
from grading.marking.file import Job
from grading.marking.record import Record, Verdict
from grading.marking.worker import Worker

MOST_LETTERS = 128
SIGNS = "_.@ ',\u2019-\u200c\u200d"
"""Beside letters, their marks and digits: what may be in the name of a folder and stand in formgrader's pages.

The last two join and part letters in the scripts of India and Iran.
"""


class NotEntered(Exception):
    """The gradebook cannot take the marks, or not all of them; the message says why."""


class Opened(Gradebook):  # type: ignore[misc]  # nbgrader has no types
    """A gradebook that leaves no connection open when it cannot be opened."""

    def __init__(self, *names: str) -> None:
        try:
            super().__init__(*names)
        except DatabaseError:
            self.close()
            raise


@final
@dataclass(frozen=True, slots=True)
class Course:
    """A folder of nbgrader, with the settings that stand in it."""

    config: Config
    folders: Any

    @classmethod
    def at(cls, root: Path) -> Course:
        settings = root / "nbgrader_config.py"
        config = PyFileConfigLoader(settings.name, path=str(root)).load_config() if settings.is_file() else Config()
        return cls(config, CourseDirectory(config=config, root=str(root.resolve())))

    def gradebook(self) -> Any:
        """Return the gradebook, which is made when there is none: nbgrader runs alembic by its name for that."""
        beside = str(Path(sys.executable).parent)
        if beside not in os.environ.get("PATH", "").split(os.pathsep):
            os.environ["PATH"] = os.pathsep.join([beside, os.environ.get("PATH", os.defpath)])
        return Opened(self.folders.db_url, self.folders.course_id)

    def autograded(self, student: str, assignment: str) -> Path:
        folder = self.folders.format_path(self.folders.autograded_directory, student, assignment)
        return Path(folder, f"{assignment}.ipynb")


def enter(
    root: Path,
    assignment: str,
    master: bytes,
    files: Iterable[Submission],
    records: Iterable[Record],
    progress: Callable[[int], object] = lambda _: None,
) -> list[str]:
    """Write the marks of a class, one record for each student; return a line for each file that was left out."""
    course = Course.at(root)
    try:
        enter_questions(course, assignment, master)
        return enter_marks(course, assignment, master, files, records, progress)
    except DatabaseError as error:
        raise NotEntered(
            f"The gradebook could not be written to its end: {error.orig}. When another program has let go of it, or"
            " `nbgrader db upgrade` has made it new, the same command goes on."
        ) from None


def enter_marks(
    course: Course,
    assignment: str,
    master: bytes,
    files: Iterable[Submission],
    records: Iterable[Record],
    progress: Callable[[int], object],
) -> list[str]:
    by_file = {submission.file: submission for submission in files}
    left_out = []
    worker = Worker()
    try:
        with course.gradebook() as gradebook, warnings.catch_warnings():
            warnings.simplefilter("ignore", SAWarning)  # nbgrader adds submissions in a way that SQLAlchemy remarks on
            for record in sorted(records, key=lambda record: record.student):
                if is_name(student := record.student):
                    submission = by_file[record.file]
                    content, reason = submission.content_or_reason()
                    rebuilt, trouble = worker.rebuilt(Job(content, master, reason))
                    notebook = marked(master, rebuilt, trouble, record.verdicts)
                    Entry(course, gradebook, assignment, student).write(submission, record, master_of(master), notebook)
                else:
                    left_out.append(f"{record.file}: {student!r} cannot be the name of a student in nbgrader")
                progress(1)
    finally:
        worker.stop()
    return left_out


def is_name(student: str) -> bool:
    """Whether nbgrader can have a student of this name, in any script.

    >>> [is_name(name) for name in ("Lovelace, Ada", "\u0e40\u0e01\u0e48\u0e07", "../ada", "<b>", "")]
    [True, True, False, False, False]
    """
    kinds = [unicodedata.category(letter)[0] for letter in student]
    letters = all(kind in "LMN" or letter in SIGNS for kind, letter in zip(kinds, student, strict=True))
    return letters and len(student) <= MOST_LETTERS and (kinds[0] in "LN" or student[0] == "_" if kinds else False)


def enter_questions(course: Course, assignment: str, master: bytes) -> None:
    """Make the questions of the gradebook those of the master, as `nbgrader generate_assignment` does."""
    with course.gradebook() as gradebook:
        gradebook.update_or_create_assignment(assignment)
    notebook = nbformat.reads(master.decode(), as_version=4)
    names = {"notebook": assignment, "assignment": assignment, "student": ".", "db_url": course.folders.db_url}
    try:
        for step in (stock.ClearSolutions, stock.ComputeChecksums, stock.SaveCells):
            notebook, _ = step(config=course.config).preprocess(notebook, {"nbgrader": names})
    except RuntimeError as error:
        raise NotEntered(
            f"{error}. Nothing was written: the gradebook has marks for other questions than the master asks. Put the"
            " old master back, or remove the assignment with `nbgrader db assignment remove`."
        ) from None


@final
@dataclass(frozen=True, slots=True)
class Entry:
    """The place of one student's notebook in the gradebook and among the autograded ones."""

    course: Course
    gradebook: Any
    assignment: str
    student: str

    def write(self, submission: Submission, record: Record, master: Master, notebook: NotebookNode) -> None:
        """Write marks, then the notebook: when it is interrupted between the two, it asks again for a look."""
        path = self.course.autograded(self.student, self.assignment)
        before, now = answers(notebook_at(path)), answers(notebook)
        self.gradebook.update_or_create_student(self.student)
        self.gradebook.update_or_create_submission(self.assignment, self.student, timestamp=stamp(submission))
        found = self.gradebook.find_submission_notebook(self.assignment, self.assignment, self.student)
        grades = {grade.name: grade for grade in found.grades}
        by_hand = {cell.name for cell in master.marked if cell.role == "by hand"}
        for name, verdict in by_cell(record.verdicts, master).items():
            mark(grades[name], verdict, by_hand=name in by_hand, changed=before.get(name) != now.get(name))
        comment(found, notebook)
        self.gradebook.db.commit()
        replace(path, nbformat.writes(notebook), 0o664 if self.course.folders.groupshared else 0o444)
        self.penalise(notebook)

    def penalise(self, notebook: NotebookNode) -> None:
        """Let nbgrader take off what the course takes off for late submissions."""
        names = {"notebook": self.assignment, "assignment": self.assignment, "student": self.student}
        resources = {"nbgrader": names | {"db_url": self.course.folders.db_url}}
        stock.AssignLatePenalties(config=self.course.config).preprocess(notebook, resources)


def mark(grade: Any, verdict: Verdict, *, by_hand: bool, changed: bool) -> None:
    """Write one verdict; a mark that a person gave stays, and waits for another look when the answer has changed."""
    waits = verdict.status == "needs review"
    grade.auto_score = None if waits and by_hand else verdict.points
    grade.needs_manual_grade = waits if grade.manual_score is None else grade.needs_manual_grade or changed


def comment(found: Any, notebook: NotebookNode) -> None:
    """Say of each answer that was left as it was that there is none; what a person wrote stays."""
    cells = {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells if is_solution(cell)}
    for one in found.comments:
        cell = cells.get(one.name)
        untouched = cell is not None and cell.metadata.nbgrader.get("checksum") == compute_checksum(cell)
        one.auto_comment = "No response." if untouched else None


def answers(notebook: NotebookNode) -> dict[str, list[str]]:
    """Return the texts on which each mark rests: of the answers up to the cell that is marked."""
    found: dict[str, list[str]] = {}
    since: list[str] = []
    for cell in notebook.cells:
        grader = cell.metadata.get("nbgrader", {})
        if grader.get("solution"):
            since.append(cell.source)
        if grader.get("grade"):
            found[grader.get("grade_id", "")], since = since, []
    return found


def notebook_at(path: Path) -> NotebookNode:
    """Return a notebook that we wrote earlier, or an empty one."""
    try:
        notebook: NotebookNode = nbformat.read(path, as_version=4)
    except (OSError, ValueError, nbformat.ValidationError):
        notebook = nbformat.v4.new_notebook()
    return notebook


def replace(path: Path, text: str, rights: int) -> None:
    """Write a file in one move."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".part")
    beside.unlink(missing_ok=True)
    beside.write_text(text, encoding="utf-8")
    beside.chmod(rights)
    beside.replace(path)

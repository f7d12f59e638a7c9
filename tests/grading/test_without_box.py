"""A course without the grader's box: nbgrader by itself grades it, and its feedback shows no hidden test."""

from __future__ import annotations

from pathlib import Path

import notebooks
from example_exercise import NAME, filled_in, released, write_course
from nbgrader.api import Gradebook
from planted_class import nbgrader

import exercises


def test_nbgrader_by_itself_grades_the_course_and_its_feedback_shows_no_hidden_test(tmp_path: Path) -> None:
    course = write_course(tmp_path)
    with (course / "nbgrader_config.py").open("a", encoding="utf-8") as settings:
        settings.write("\ndel c.Autograde\n")
    nbgrader(course, "generate_assignment", NAME)
    made = released(course)
    for student, notebook in (("blank", released(course)), ("right", filled_in(made))):
        path = exercises.notebook_of(course / "submitted" / student, NAME)
        path.parent.mkdir(parents=True)
        path.write_text(notebooks.text_of(notebook), encoding="utf-8")
    nbgrader(course, "autograde", NAME)
    nbgrader(course, "generate_feedback", NAME)
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        marks = {
            (student, grade.name): (grade.score, grade.needs_manual_grade)
            for student in ("blank", "right")
            for grade in book.find_submission_notebook(NAME, NAME, student).grades
        }
    points = {"double-check": 2.0, "guess-check": 1.0, "halve-check": 1.0}
    whys = ("double-why", "halve-why")
    right = {("right", name): (worth, False) for name, worth in points.items()}
    blank = {("blank", name): (0.0, False) for name in [*points, *whys]}
    waiting = {("right", name): (0.0, True) for name in whys}
    assert marks == right | blank | waiting
    for student in ("blank", "right"):
        page = (course / "feedback" / student / NAME / f"{NAME}.html").read_text("utf-8")
        assert "double" in page
        assert [word for word in ("integers", "half_by_reference", "HIDDEN") if word in page] == []

"""nbgrader and the grader: one class from release to feedback and export, by two ways, with marks by hand."""

from __future__ import annotations

import csv
import html
import json
import re
import shutil
import sys
from pathlib import Path

import pytest
from example_exercise import NAME, write_course
from nbconvert import HTMLExporter
from nbgrader import utils
from nbgrader.server_extensions.formgrader import handlers
from planted_class import CHECKS, STUDENTS, TEXTS, Formgrader, command, hand_in, master, nbgrader, notebook_of, opened
from traitlets.config import Config

import exercises
from grading.marking import record
from grading.marking.record import Record, Verdict


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a course in which the exercise was released and the class has handed in."""
    course = write_course(tmp_path_factory.mktemp("class"), master())
    nbgrader(course, "generate_assignment", NAME)
    hand_in(course)
    return course


@pytest.fixture(scope="module")
def by_nbgrader(handed_in: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the course after `nbgrader autograde`."""
    course = shutil.copytree(handed_in, tmp_path_factory.mktemp("by-nbgrader") / "course")
    nbgrader(course, "autograde", NAME)
    return course


@pytest.fixture(scope="module")
def by_grader(handed_in: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the course after `python -m grading grade … --gradebook`."""
    course = shutil.copytree(handed_in, tmp_path_factory.mktemp("by-grader") / "course")
    words = ("submitted", "--assignment", NAME, "--out", "results", "--course", ".", "--gradebook")
    command(course, sys.executable, "-m", "grading", "grade", *words)
    return course


def marks_in(course: Path) -> dict[tuple[str, str], tuple[float | None, bool]]:
    """Return the automatic mark of each cell, and whether it waits for a person."""
    with opened(course) as book:
        return {
            (student, grade.name): (grade.auto_score, grade.needs_manual_grade)
            for student in STUDENTS
            for grade in book.find_submission_notebook(NAME, NAME, student).grades
        }


def test_nbgrader_and_the_grader_give_every_student_the_same_and_right_marks(
    by_nbgrader: Path, by_grader: Path
) -> None:
    points = {
        "honest": (2, 1, 1, None, None),
        "wrong": (0, 1, 0, 0, None),
        "hostile": (0, 0, 1, None, None),
        "o'twice": (2, 1, 1, None, None),
        "broken": (0, 0, 0, 0, 0),
    }
    right = {
        (student, name): (mark, mark is None)
        for student, marks in points.items()
        for name, mark in zip((*CHECKS, *TEXTS), marks, strict=True)
    }
    assert marks_in(by_grader) == right
    assert marks_in(by_nbgrader) == right
    with (by_grader / "results" / "marks.csv").open(encoding="utf-8", newline="") as stream:
        rows = {(row["student"], row["question"]): float(row["points"]) for row in csv.DictReader(stream)}
    assert rows == {(student, name.removesuffix("-check")): mark or 0.0 for (student, name), (mark, _) in right.items()}


def test_marked_notebooks_are_the_same_both_ways_and_have_the_cells_of_the_master(
    by_nbgrader: Path, by_grader: Path
) -> None:
    for student in STUDENTS:
        one, other = notebook_of(by_nbgrader, student), notebook_of(by_grader, student)
        assert [(cell.id, cell.source, cell.get("outputs")) for cell in one.cells] == [
            (cell.id, cell.source, cell.get("outputs")) for cell in other.cells
        ]
        names = [cell.id for cell in master().cells]
        assert [cell.id for cell in other.cells] == ["unreadable"] * (student == "broken") + names
        for cell in other.cells:
            if cell.id in CHECKS:
                assert utils.determine_grade(cell)[0] == marks_in(by_grader)[student, cell.id][0]
    assert "The file" not in notebook_of(by_grader, "honest").cells[0].source
    assert "**This file could not be read:** the file is not JSON" in notebook_of(by_grader, "broken").cells[0].source


def hidden_lines() -> list[str]:
    """Return the lines of all hidden tests."""
    inside, found = False, []
    for line in "\n".join(cell.source for cell in master().cells).split("\n"):
        if "BEGIN HIDDEN" in line or "END HIDDEN" in line:
            inside = "BEGIN" in line
        elif inside and line.strip():
            found.append(line.strip())
    return found


def seen(page: str) -> str:
    """Return the text of a page, as somebody reads it."""
    return html.unescape(re.sub(r"<[^>]+>", "", page))


def test_feedback_shows_no_hidden_test_and_needs_no_network(by_nbgrader: Path) -> None:
    nbgrader(by_nbgrader, "generate_feedback", NAME)
    secrets = [*hidden_lines(), "70717", "141434"]
    assert len(secrets) == 11
    for student in STUDENTS:
        path = exercises.notebook_of(by_nbgrader / "feedback" / student, NAME).with_suffix(".html")
        page = path.read_text(encoding="utf-8")
        assert [line for line in secrets if line in seen(page)] == []
        whole = "\n".join(cell.source for cell in notebook_of(by_nbgrader, student).cells)
        assert [line for line in secrets if line not in whole] == []
        assert 'ask.call("double", 2).gives(4)' in seen(page)
        loads = r"<(script|link|iframe|img|object|embed)\b|@import|url\(\s*['\"]?(https?:)?//|<[a-z][^>]*\bsrc="
        assert re.findall(loads, page) == []


def test_formgrader_shows_texts_without_letting_them_do_anything(by_grader: Path) -> None:
    """Its pages come from the instructor's Jupyter server, where a script could do whatever the instructor can."""
    settings = Config()
    settings.HTMLExporter.template_name = "formgrade"
    settings.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    for student in ("honest", "hostile"):
        path = exercises.notebook_of(by_grader / "autograded" / student, NAME)
        resources = {"base_url": "", "submission_id": "1", "notebook_path": "", "index": 0, "total": 1}
        page, _ = HTMLExporter(config=settings).from_filename(str(path), resources=resources)  # type: ignore[no-untyped-call]
        assert "alert(" in seen(page)
        assert re.findall(r"<script>alert|<img src=x|href=.javascript|<img[^>]*tracker", page) == []


def test_formgrader_lists_the_class_shows_what_was_written_and_takes_a_mark(by_grader: Path, tmp_path: Path) -> None:
    course = shutil.copytree(by_grader, tmp_path / "course")
    formgrader = Formgrader(course, tmp_path / "jupyter")
    try:
        submissions = {one["student"]: one for one in json.loads(formgrader.ask(f"api/submissions/{NAME}"))}
        assert {student: one["score"] for student, one in submissions.items()} == {
            "broken": 0.0,
            "honest": 4.0,
            "hostile": 1.0,
            "o'twice": 4.0,
            "wrong": 1.0,
        }
        listed = {one["student"]: one for one in json.loads(formgrader.ask(f"api/submitted_notebooks/{NAME}/{NAME}"))}
        waiting = {student for student, one in listed.items() if one["needs_manual_grade"]}
        assert waiting == {"honest", "hostile", "o'twice", "wrong"}

        assert 'var student_id = "o\'twice";' in formgrader.ask("manage_students/o'twice")
        assert json.loads(formgrader.ask("api/student_submissions/o'twice"))[0]["score"] == 4.0

        one = listed["wrong"]["id"]
        page = formgrader.ask(f"submissions/{one}/?index=0")
        assert "Because multiplying by a half is dividing by two." in page
        grades = {grade["name"]: grade for grade in json.loads(formgrader.ask(f"api/grades?submission_id={one}"))}
        formgrader.ask(f"api/grade/{grades['halve-why']['id']}", {"manual_score": 1.5, "extra_credit": None})
        (again,) = [one for one in json.loads(formgrader.ask(f"api/submissions/{NAME}")) if one["student"] == "wrong"]
        assert (again["score"], again["needs_manual_grade"]) == (2.5, False)
    finally:
        formgrader.close()


def test_a_mark_by_hand_stays_and_is_asked_for_again_only_when_its_text_changes(
    by_grader: Path, tmp_path: Path
) -> None:
    course = shutil.copytree(by_grader, tmp_path / "course")
    nbgrader(course, "generate_feedback", NAME, "--student", "honest")
    with opened(course) as book:  # what formgrader does when the instructor types a mark and a comment
        for student in ("honest", "o'twice"):
            grade = book.find_grade("double-why", NAME, NAME, student)
            grade.manual_score, grade.needs_manual_grade = 0.5, False
            book.find_comment("double-why", NAME, NAME, student).manual_comment = "Say of which number."
        book.db.commit()
    path = exercises.notebook_of(course / "submitted" / "o'twice", NAME)
    path.write_text(path.read_text("utf-8").replace("Because twice a number", "Since twice a number"), "utf-8")

    words = ("submitted", "--assignment", NAME, "--out", "results", "--course", ".", "--gradebook")
    command(course, sys.executable, "-m", "grading", "grade", *words)

    with opened(course) as book:
        for student, again in (("honest", False), ("o'twice", True)):
            grade = book.find_grade("double-why", NAME, NAME, student)
            assert (grade.manual_score, grade.score, grade.needs_manual_grade) == (0.5, 0.5, again)
            assert book.find_comment("double-why", NAME, NAME, student).comment == "Say of which number."
            assert book.find_grade("halve-why", NAME, NAME, student).needs_manual_grade
        assert book.find_comment("double-why", NAME, NAME, "wrong").comment == "No response."
        assert book.find_comment("halve-why", NAME, NAME, "wrong").comment is None
    assert "Since twice" in "".join(cell.source for cell in notebook_of(course, "o'twice").cells)

    nbgrader(course, "generate_feedback", NAME, "--student", "honest")
    page = exercises.notebook_of(course / "feedback" / "honest", NAME).with_suffix(".html").read_text("utf-8")
    assert f"{NAME} (Score: 4.5 / 7.0)" in page
    assert "Say of which number." in page
    nbgrader(course, "export")
    with (course / "grades.csv").open(encoding="utf-8", newline="") as stream:
        scores = {row["student_id"]: (float(row["score"]), float(row["max_score"])) for row in csv.DictReader(stream)}
    totals = {"honest": 4.5, "o'twice": 4.5, "wrong": 1.0, "hostile": 1.0, "broken": 0.0}
    assert scores == {student: (total, 7.0) for student, total in totals.items()}


def test_nbgrader_takes_a_stored_record_that_is_still_true_and_asks_for_a_person_where_it_does(
    handed_in: Path, tmp_path: Path
) -> None:
    course = shutil.copytree(handed_in, tmp_path / "course")
    raw = exercises.notebook_of(course / "source", NAME).read_bytes()
    for student in ("honest", "o'twice"):
        file = f"{student}/{NAME}/{NAME}.ipynb"
        content = (course / "submitted" / file).read_bytes() if student == "honest" else b"another file"
        verdicts = (
            Verdict("double", 0.0, 2.0, "needs review", "the check itself failed: half_by_reference(7.0)"),
            Verdict("guess", 0.0, 1.0, "graded", "stored"),
        )
        record.write(tmp_path, Record(file, student, record.fingerprint(content, b"", raw), verdicts))
    settings = (f"--BoxedExecute.records={tmp_path}", "--CourseDirectory.student_id_exclude=broken,hostile,wrong")
    nbgrader(course, "autograde", NAME, *settings)
    with opened(course) as book:
        marks = {
            (student, name): (grade.auto_score, grade.needs_manual_grade)
            for student in ("honest", "o'twice")
            for name in ("double-check", "guess-check")
            for grade in [book.find_grade(name, NAME, NAME, student)]
        }
    stored, new = {"double-check": (0, True), "guess-check": (0, False)}, {"double-check": (2, False)}
    assert {name: marks["honest", name] for name in stored} == stored
    assert {name: marks["o'twice", name] for name in new} == new
    outputs = "".join(str(cell.get("outputs")) for cell in notebook_of(course, "honest").cells)
    assert "a person will look at this answer" in outputs
    assert "half_by_reference" not in outputs

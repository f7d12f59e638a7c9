"""nbgrader and the grader: one class from release to feedback, with a mark by hand, twice over two ways."""

from __future__ import annotations

import csv
import html
import json
import os
import re
import shutil
import subprocess
import sys
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import nbformat
import notebooks
import pytest
from example_exercise import NAME, example, write_course
from hypothesis import example as example_of
from hypothesis import given
from hypothesis import strategies as st
from nbconvert import HTMLExporter
from nbconvert.filters import markdown2html
from nbgrader import utils
from nbgrader.api import Gradebook
from nbgrader.server_extensions.formgrader import handlers
from traitlets.config import Config

import exercises
from grading import gradebook, marked, record
from grading.master import master_of
from grading.read import read
from grading.rebuild import rebuild
from grading.record import Record, Verdict
from grading.submissions import Submission
from grading.worker import LOST, Worker

HIDDEN = 'ask.call("double", 70717).gives(141434)\n    '
"""A hidden test whose numbers stand nowhere else."""
CHECKS, TEXTS = ("double-check", "guess-check", "halve-check"), ("double-why", "halve-why")
STUDENTS = ("broken", "hostile", "honest", "twice", "wrong")
EVIL = "<img src=x onerror=alert(1)> ![](https://tracker.example/p.png) [x](javascript:alert(2)) and 1<2"
BEGIN = "### BEGIN HIDDEN TESTS"
HOSTILE = """
import sys
import numpy as np
np.allclose = lambda *_, **__: True
print("2.0", file=sys.stderr)
class Equal(float):
    def __eq__(self, other): return True
    __hash__ = None
def double(x):
    raise ValueError("<script>alert(3)</script>")
"""


def master() -> Any:
    """Return the example with one more hidden test."""
    notebook = example()
    end = "### END HIDDEN TESTS"
    cell = next(cell for cell in notebook.cells if cell.id == "double-check")
    cell.source = cell.source.replace(end, HIDDEN + end)
    return notebook


def answered(released: Any, **sources: str) -> Any:
    """Return a release with answers, those of the master unless they are given."""
    for cell, right in zip(released.cells, master().cells, strict=True):
        if utils.is_solution(right):
            cell.source = sources.get(cell.id.replace("-", "_"), right.source)
    return released


def nbgrader(course: Path, *words: str) -> str:
    """Run a command of nbgrader in a course, as its instructor does."""
    return command(course, sys.executable, "-m", "nbgrader", *words)


def command(folder: Path, *words: str) -> str:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    settings = {"PATH": path, "JUPYTER_CONFIG_DIR": str(folder / "none")}
    environment = os.environ | notebooks.ENVIRONMENT | settings
    run = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout + run.stderr


def hand_in(course: Path) -> None:
    """Plant the class."""
    path = exercises.notebook_of(course / "release", NAME)
    twice = answered(notebooks.read(path))
    for place in (4, 3):
        twice.cells.insert(place, twice.cells[place].copy())
    del twice.cells[-3]
    kinds = {
        "honest": answered(notebooks.read(path), double_why=f"It is added to itself. {EVIL}"),
        "wrong": answered(notebooks.read(path), double="double = {2: 4}.get", halve="", double_why=""),
        "hostile": answered(
            notebooks.read(path), double=HOSTILE, guess="guess = Equal(0)", halve_why="### BEGIN HIDDEN TESTS"
        ),
        "twice": twice,
    }
    kinds["hostile"].cells[4].source = "2.0"
    for student in STUDENTS:
        file = exercises.notebook_of(course / "submitted" / student, NAME)
        file.parent.mkdir(parents=True)
        text = json.dumps(kinds[student]) if student in kinds else '{"cells": [{"cell_type'
        file.write_text(text, encoding="utf-8")


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
    """Return the course after `python -m grading grade`, and after the pages of feedback and one mark by hand."""
    course = shutil.copytree(handed_in, tmp_path_factory.mktemp("by-grader") / "course")
    words = ("submitted", "--assignment", NAME, "--out", "results", "--course", ".", "--gradebook")
    command(course, sys.executable, "-m", "grading", "grade", *words)
    return course


def opened(course: Path) -> Gradebook:
    return Gradebook(f"sqlite:///{course / 'gradebook.db'}", "tinyml")


def marks_in(course: Path) -> dict[tuple[str, str], tuple[float | None, bool]]:
    """Return the automatic mark of each cell, and whether it waits for a person."""
    with opened(course) as book:
        return {
            (student, grade.name): (grade.auto_score, grade.needs_manual_grade)
            for student in STUDENTS
            for grade in book.find_submission_notebook(NAME, NAME, student).grades
        }


def notebook_of(course: Path, student: str) -> Any:
    return notebooks.read(exercises.notebook_of(course / "autograded" / student, NAME))


def test_nbgrader_and_the_grader_give_every_student_the_same_and_right_marks(
    by_nbgrader: Path, by_grader: Path
) -> None:
    points = {
        "honest": (2, 1, 1, None, None),
        "wrong": (0, 1, 0, 0, None),
        "hostile": (0, 0, 1, None, None),
        "twice": (2, 1, 1, None, None),
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


class Tags(HTMLParser):
    """Collects what in a page could do something."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "img", "iframe", "object", "embed", "svg", "form", "style", "link", "base", "meta", "b"):
            self.found.append(tag)
        for name, value in attributes:
            if name.startswith("on") or name == "src" or (name == "href" and not re.match("https?:|#", value or "")):
                self.found.append(f"{name}={value}")


PIECES = ["<", ">", "b", "/", "!", "[", "]", "(", ")", ":", "javascript:1", "&#106;", "attachment:p.png", "`", "\\"]
PIECES += ["\n", " ", "\t", "$", "$$", "|", "-", "http://a.b", "onclick=1", "src=x", "'", '"', "*", "&lt;", "#", "\x00"]


@given(st.lists(st.sampled_from(PIECES), max_size=16).map("".join))
@example_of("![a](attachment:p.png)")
@example_of("[x]: javascript:1\n\n[x]")
@example_of("<b onclick=1>")
def test_no_text_can_do_anything_in_a_page(text: str) -> None:
    assert Tags(markdown2html(marked.harmless(text))).found == []


def test_a_mark_by_hand_stays_and_is_asked_for_again_only_when_its_text_changes(
    by_grader: Path, tmp_path: Path
) -> None:
    course = shutil.copytree(by_grader, tmp_path / "course")
    with opened(course) as book:  # as formgrader does when the instructor types a mark and a comment
        for student in ("honest", "twice"):
            grade = book.find_grade("double-why", NAME, NAME, student)
            grade.manual_score, grade.needs_manual_grade = 0.5, False
            book.find_comment("double-why", NAME, NAME, student).manual_comment = "Say of which number."
        book.db.commit()
    path = exercises.notebook_of(course / "submitted" / "twice", NAME)
    path.write_text(path.read_text("utf-8").replace("Because twice a number", "Since twice a number"), "utf-8")

    words = ("submitted", "--assignment", NAME, "--out", "results", "--course", ".", "--gradebook")
    command(course, sys.executable, "-m", "grading", "grade", *words)

    with opened(course) as book:
        for student, again in (("honest", False), ("twice", True)):
            grade = book.find_grade("double-why", NAME, NAME, student)
            assert (grade.manual_score, grade.score, grade.needs_manual_grade) == (0.5, 0.5, again)
            assert book.find_comment("double-why", NAME, NAME, student).comment == "Say of which number."
            assert book.find_grade("halve-why", NAME, NAME, student).needs_manual_grade
        assert book.find_comment("double-why", NAME, NAME, "wrong").comment == "No response."
        assert book.find_comment("halve-why", NAME, NAME, "wrong").comment is None
    assert "Since twice" in "".join(cell.source for cell in notebook_of(course, "twice").cells)

    nbgrader(course, "generate_feedback", NAME, "--student", "honest")
    page = exercises.notebook_of(course / "feedback" / "honest", NAME).with_suffix(".html").read_text("utf-8")
    assert f"{NAME} (Score: 4.5 / 7.0)" in page
    assert "Say of which number." in page
    nbgrader(course, "export")
    with (course / "grades.csv").open(encoding="utf-8", newline="") as stream:
        scores = {row["student_id"]: (float(row["score"]), float(row["max_score"])) for row in csv.DictReader(stream)}
    totals = {"honest": 4.5, "twice": 4.5, "wrong": 1.0, "hostile": 1.0, "broken": 0.0}
    assert scores == {student: (total, 7.0) for student, total in totals.items()}


def test_nbgrader_takes_a_stored_record_that_is_still_true_and_asks_for_a_person_where_it_does(
    handed_in: Path, tmp_path: Path
) -> None:
    course = shutil.copytree(handed_in, tmp_path / "course")
    raw = exercises.notebook_of(course / "source", NAME).read_bytes()
    for student in ("honest", "twice"):
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
            for student in ("honest", "twice")
            for name in ("double-check", "guess-check")
            for grade in [book.find_grade(name, NAME, NAME, student)]
        }
    stored, new = {"double-check": (0, True), "guess-check": (0, False)}, {"double-check": (2, False)}
    assert {name: marks["honest", name] for name in stored} == stored
    assert {name: marks["twice", name] for name in new} == new
    outputs = "".join(str(cell.get("outputs")) for cell in notebook_of(course, "honest").cells)
    assert "a person will look at this answer" in outputs
    assert "half_by_reference" not in outputs


def entered(course: Path, *students: str, notebook: Any = None, content: bytes = b"no notebook") -> list[str]:
    """Write a class of one verdict each into the gradebook of a course, without grading it."""
    folder = course / "downloads"
    folder.mkdir(exist_ok=True)
    raw = notebooks.text_of(notebook or master()).encode()
    files = [
        Submission(folder / f"{student.replace('/', '_')}.ipynb", f"{student}.ipynb", student) for student in students
    ]
    for one in files:
        one.path.write_bytes(content)
    verdicts = (Verdict("double", 2.0, 2.0, "graded", ""),)
    return gradebook.enter(course, NAME, raw, files, [Record(one.file, one.student, "", verdicts) for one in files])


def test_a_course_without_a_gradebook_gets_one_and_a_name_that_leads_elsewhere_is_left_out(tmp_path: Path) -> None:
    course = write_course(tmp_path / "course", master())
    bad = ["..", ".", "", "a/b", "<b>", "*", "a" * 200, ".hidden", "x\n", "{student_id}"]
    left_out = entered(course, "ada.l-1@uni.example", "Grace H", *bad)
    assert [line.partition(": ")[0] for line in left_out] == [f"{student}.ipynb" for student in sorted(bad)]
    with opened(course) as book:
        assert [student.id for student in book.students] == ["Grace H", "ada.l-1@uni.example"]
        assert book.find_grade("double-check", NAME, NAME, "Grace H").auto_score == 2
    assert sorted(path.name for path in (course / "autograded").iterdir()) == ["Grace H", "ada.l-1@uni.example"]
    assert {path.name for path in tmp_path.iterdir()} == {"course"}


def test_other_questions_than_those_of_the_gradebook_are_refused_and_new_points_are_taken(tmp_path: Path) -> None:
    course = write_course(tmp_path / "course", master())
    entered(course, "ada")
    changed = master()
    changed.cells[4].metadata.nbgrader.points = 3
    entered(course, "ada", notebook=changed)
    with opened(course) as book:
        assert book.find_grade("double-check", NAME, NAME, "ada").max_score == 3
    del changed.cells[6:9]
    with pytest.raises(gradebook.NotEntered, match="marks for other questions"):
        entered(course, "ada", notebook=changed)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-02-03 04:05:06 UTC", datetime(2026, 2, 3, 4, 5, 6)),
        ("yesterday, I think", None),
        ("9" * 1000, None),
        ("", None),
    ],
)
def test_the_time_of_a_submission_is_read_with_care(tmp_path: Path, text: str, time: datetime | None) -> None:
    (tmp_path / "timestamp.txt").write_text(text, encoding="utf-8")
    assert gradebook.time_of(Submission(tmp_path / "a.ipynb", "a.ipynb", "a")) == time
    assert gradebook.time_of(Submission(tmp_path / "a.zip", "a.ipynb", "a", "a.ipynb")) is None


def test_a_file_that_ends_the_process_that_reads_it_costs_only_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = write_course(tmp_path / "course", master())
    ask = Worker.rebuilt
    monkeypatch.setattr(Worker, "rebuilt", lambda worker, job: LOST if job.content == b"1" else ask(worker, job))
    entered(course, "ada", content=b"1")
    entered(course, "bob", content=notebooks.text_of(master()).encode())
    assert "reading it was ended" in notebook_of(course, "ada").cells[0].source
    assert "x + x" in "".join(cell.source for cell in notebook_of(course, "bob").cells)


def test_code_that_was_added_is_shown_where_it_stood(handed_in: Path) -> None:
    released = notebooks.read(exercises.notebook_of(handed_in / "release", NAME))
    for place, text in ((5, "after = 3"), (4, "between = 2"), (0, "first = 1")):
        released.cells.insert(place, nbformat.v4.new_code_cell(text))
    raw = notebooks.text_of(master()).encode()
    made = marked.marked(raw, rebuild(master_of(raw), read(json.dumps(released).encode())))
    sources = [cell.source for cell in made.cells]
    names = [cell.id for cell in made.cells]
    assert sources[0] == "first = 1"
    assert sources[names.index("double") + 1 :][:2] == ["between = 2", "after = 3"]
    assert "twice_as_much_as_before" not in "".join(sources)

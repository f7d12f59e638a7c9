"""The page for instructors: each of its commands, in their order, on a class of thirty over two chapters."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
import zipfile
from itertools import product
from pathlib import Path

import class_of_thirty
import pytest
from class_of_thirty import FIRST, ROOT, SECOND, SIZE, VISITOR, login
from nbgrader.api import Gradebook
from processes import PATIENCE

PAGE = ROOT / "book" / "instructors.md"
PARTS = ("tinyml", "grading", "tools")
COMMENT = "Nearly: which <gap> do you mean?"
RIGHT, TEXTS, A_DAY = 12.0, 2.0, 2.0
"""Points of chapter 5 for all code, what a person gives below for the texts, and what a day costs on the page."""
FULL = RIGHT + TEXTS
EXPECTED: dict[int, float | None] = {number: FULL if number < 17 else TEXTS for number in range(1, 21)}
EXPECTED |= {21: 0.0, 22: FULL - 2, 23: None, 24: 0.0, 25: FULL - A_DAY, 26: FULL, 27: FULL - A_DAY, 28: FULL}
EXPECTED |= {29: None, 30: RIGHT}


def commands() -> list[str]:
    """Return the commands of the page, in order."""
    blocks = re.findall(r"```console\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    return [line.removeprefix("$ ") for line in lines]


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder like a clone, in which all commands of the page were given and ended well."""
    folder = tmp_path_factory.mktemp("clone")
    for part in PARTS:
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    for stem, kind in product((FIRST, SECOND), ("source", "release", "wrong")):
        for path in (ROOT / "exercises" / kind).rglob(f"{stem}.*"):
            target = folder / path.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    for path in (ROOT / "exercises").glob("*.py"):
        shutil.copy(path, folder / "exercises")
    class_of_thirty.hand_in(folder)
    here = folder
    for command in commands():
        if command.startswith("cd "):
            here = (here / command.removeprefix("cd ")).resolve()
        else:
            give(command, here, folder)
        if "--gradebook" in command and "--feedback" not in command and "--question" not in command:
            mark_texts(folder)
    return folder


def give(command: str, here: Path, clone: Path) -> None:
    """Give a command of the page in a folder of the clone, and see it end well."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST", "IPYTHONDIR"))}
    environment |= {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "PYTHONPATH": str(clone)}
    run = subprocess.run(
        command, shell=True, cwd=here, env=environment, capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    assert run.returncode == 0, f"{command}\n{run.stdout}{run.stderr}"


def opened(clone: Path) -> Gradebook:
    return Gradebook(f"sqlite:///{clone / 'exercises' / 'gradebook.db'}")


def mark_texts(clone: Path) -> None:
    """Give half of the point for each text that waits, and a comment, as a person does in formgrader."""
    with opened(clone) as book:
        for student in book.students:
            notebook = book.find_submission_notebook(FIRST, FIRST, student.id)
            for grade in notebook.grades:
                if grade.needs_manual_grade:
                    grade.manual_score, grade.needs_manual_grade = 0.5, False
                    book.find_comment(grade.name, FIRST, FIRST, student.id).manual_comment = COMMENT
        book.db.commit()


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_page_has_commands_of_all_steps() -> None:
    words = " ".join(commands())
    steps = ("doctor", "release", "lint", "--roster", "--counts", "--late", "--question", "--gradebook", "--feedback")
    assert [step for step in (*steps, "generate_feedback", "export", "grading course") if step not in words] == []


def test_each_student_has_the_marks_that_an_honest_marker_would_give(clone: Path) -> None:
    found = {row["SIS Login ID"]: row[FIRST] for row in rows(clone / "results" / FIRST / "canvas.csv")}
    assert found == {login(n): "" if total is None else f"{total:g}" for n, total in EXPECTED.items()}


def test_each_row_says_which_file_counts_and_why(clone: Path) -> None:
    found = {row["student"]: row for row in rows(clone / "results" / FIRST / "students.csv")}
    assert len(found) == SIZE  # the visitor in the place of who handed in nothing
    late = "late, and Canvas says no more: taken as one day"
    assert found[login(1)]["why"] == "the only file"
    assert found[login(25)]["why"] == f"the only file; {late}"
    assert found[login(26)]["why"] == "the last of 2 files"
    assert found[login(27)]["why"] == f"the last of 2 files; {late}"
    assert found[login(26)]["file"] == class_of_thirty.name(26, 5126, f"{FIRST}-1.ipynb")
    assert found[login(23)]["waits"] == "unreadable"
    visitor = class_of_thirty.name(VISITOR, 5099, FIRST)
    assert {student for student, row in found.items() if row["waits"]} == {login(23)}
    assert found[visitor]["total"] == f"{FULL:g}"


def test_what_does_not_end_and_what_ends_python_cost_their_own_question(clone: Path) -> None:
    stopped = {
        (row["student"], row["question"])
        for row in rows(clone / "results" / FIRST / "marks.csv")
        if row["status"] == "stopped"
    }
    assert (login(22), class_of_thirty.QUESTION) in stopped
    assert {student for student, _ in stopped} <= {login(21), login(22)}


def test_feedback_is_under_the_names_of_canvas_and_says_what_a_person_wrote(clone: Path) -> None:
    with zipfile.ZipFile(clone / "results" / FIRST / "feedback.zip") as archive:
        found = {name: archive.read(name) for name in archive.namelist()}
    uploads = dict(class_of_thirty.first())
    earlier = {class_of_thirty.name(number, 5000 + number, f"{FIRST}.ipynb") for number in (26, 27)}
    assert set(found) == set(uploads) - earlier
    assert all(b"HIDDEN" not in content for content in found.values())
    one = found[class_of_thirty.name(1, 5001, f"{FIRST}.ipynb")].decode()
    assert f"{FIRST}: {FULL:g} of 16 points" in one
    assert "Nearly: which &lt;gap&gt; do you mean?" in one
    assert "2 points were taken off" in found[class_of_thirty.name(25, 5025, f"{FIRST}.ipynb", late=True)].decode()


def test_the_course_adds_up_both_chapters_over_one_roster(clone: Path) -> None:
    found = {row["student"]: row for row in rows(clone / "results" / "course.csv")}
    assert found[login(5)] == {
        "student": login(5), FIRST: "14", SECOND: "8", "total": "22", "worth": "25", "open": "",
    }  # fmt: skip
    assert (found[login(1)]["total"], found[login(1)]["open"]) == ("", f"{SECOND}: two-ahead-why")
    assert (found[login(2)][SECOND], found[login(3)][SECOND]) == ("0", "6")
    assert (found[login(23)]["total"], found[login(23)]["open"]) == ("", f"{FIRST}: unreadable")
    assert (found[login(29)]["total"], found[login(29)]["open"]) == ("8", f"{FIRST}: handed in nothing")
    assert (found[login(30)]["total"], found[login(30)]["open"]) == ("12", f"{SECOND}: handed in nothing")
    assert login(1) in (clone / "results" / "course.html").read_text(encoding="utf-8")


def test_texts_were_in_the_gradebook_and_nbgrader_s_page_has_no_hidden_test(clone: Path) -> None:
    with opened(clone) as book:
        assert book.find_grade("parts-gap-why", FIRST, FIRST, login(1)).manual_score == 0.5
        assert book.find_grade("parts-gap-check", FIRST, FIRST, login(1)).auto_score == 2
        assert len(book.students) == SIZE
    (page,) = sorted((clone / "exercises" / "feedback").glob(f"*/{FIRST}/*.html"))
    assert page.parts[-3] == login(1)
    assert "BEGIN HIDDEN" not in page.read_text(encoding="utf-8")
    assert (clone / "exercises" / "grades.csv").is_file()

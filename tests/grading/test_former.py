"""grading.gradebook.former: what a class has of a chapter that was renamed or cut keeps its former name and marks."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory

from grading.__main__ import main
from grading.gradebook import former
from grading.gradebook.preprocessor import HandedIn
from grading.intake.master import master_of
from grading.marking import record
from grading.marking.record import Record, Verdict
from grading.marking.worker import Worker

STRUCTURE = ("functor-laws", "merge", "two-ahead", "natural", "shards", "summary")
PARTS = {
    "06_functors": ("functor-laws", "merge", "two-ahead"),
    "07_naturality": ("natural", "renaming"),  # the second is new
    "08_monoids": ("folds", "shards", "summary"),  # and so is the first of these
}
CALCULUS = ("chain", "nudge")
NOW = "06_structure is now 06_functors, 07_naturality, 08_monoids"


def cell(name: str, source: str, kind: str = "code", **grader: object) -> dict[str, Any]:
    settings = {"grade": False, "locked": False, "solution": False, "schema_version": 3, "task": False, **grader}
    metadata = {"nbgrader": {"grade_id": name, **settings}} if grader else {}
    code: dict[str, object] = {"outputs": [], "execution_count": None} if kind == "code" else {}
    return {"cell_type": kind, "id": name, "source": source, "metadata": metadata, **code}


def notebook(title: str, questions: Iterable[str], right: bool = True) -> bytes:
    """Return a master with these questions, each of two points, and a text of three points behind `natural`."""
    cells = [cell("title", f"# {title}", "markdown")]
    cells.append(cell("set-up", f"from tinyml import check\n\nfrom_{len(title)} = '{title}'", locked=True))
    for question in questions:
        name = question.replace("-", "_")
        answer = f"{name} = {len(question) if right else 0}"
        check = f'with check.question("{question}", points=2, reread="{title}") as ask:\n'
        cells += [
            cell(f"{question}-task", f"Guess {question}.", "markdown"),
            cell(f"given-{question}", f"{name}_is = {len(question)}", locked=True),
            cell(question, f"### BEGIN SOLUTION\n{answer}\n### END SOLUTION", solution=True),
            cell(f"{question}-check", f'{check}    ask.value("{name}").gives({name}_is)\nask.points', grade=True,
                 locked=True, points=2),
        ]  # fmt: skip
        if question == "natural":
            cells.append(cell("natural-why", "Because.", "markdown", grade=True, solution=True, points=3))
    cells.append(cell("points", f"check.summary({dict.fromkeys(questions, 2)})", locked=True))
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}).encode()


def put(root: Path, name: str, content: bytes) -> Path:
    path = root / name / f"{name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


OLD = {"06_structure": notebook("Six", STRUCTURE), "07_calculus": notebook("Seven", CALCULUS)}
NEW = {name: notebook(name, questions) for name, questions in PARTS.items()} | {
    "09_calculus": notebook("Nine", CALCULUS)
}


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Return a course whose masters have today's names."""
    for name, content in NEW.items():
        put(tmp_path / "course" / "source", name, content)
    return tmp_path / "course"


@pytest.fixture
def old_course(tmp_path: Path) -> Path:
    """Return a course of before, which `renamed` makes one of today."""
    for name, content in OLD.items():
        put(tmp_path / "course" / "source", name, content)
    return tmp_path / "course"


def renamed(course: Path) -> None:
    for name in OLD:
        (course / "source" / name / f"{name}.ipynb").unlink()
    for name, content in NEW.items():
        put(course / "source", name, content)


@pytest.fixture
def handed_in(tmp_path: Path) -> Path:
    """Return a class: ada has the former release of both chapters, bob today's of both, eve a wrong one."""
    folder = tmp_path / "class"
    for name, content in OLD.items():
        put(folder / "ada", name, content)
    put(folder / "bob", "06_functors", NEW["06_functors"])
    put(folder / "bob", "09_calculus", NEW["09_calculus"])
    put(folder / "eve", "06_structure", notebook("Six", STRUCTURE, right=False))
    return folder


Graded = Callable[..., dict[str, dict[str, tuple[float, str]]]]


@pytest.fixture
def graded(handed_in: Path, tmp_path: Path, bubblewrap: str) -> Graded:
    """Return graded(assignment): points and reason by file and question, as marks.csv has them."""

    def run(assignment: str, *options: str) -> dict[str, dict[str, tuple[float, str]]]:
        out = tmp_path / "results"
        arguments = [
            str(handed_in),
            "--assignment",
            assignment,
            "--out",
            str(out),
            "--course",
            str(tmp_path / "course"),
        ]
        assert main(["grade", *arguments, *options]) == 0
        found: dict[str, dict[str, tuple[float, str]]] = {}
        with (out / "marks.csv").open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream):
                found.setdefault(row["file"], {})[row["question"]] = float(row["points"]), row["reason"]
        return found

    return run


def place(student: str, name: str) -> str:
    return f"{student}/{name}/{name}.ipynb"


def at(course: Path) -> Callable[[str], Path]:
    return lambda name: course / "source" / name / f"{name}.ipynb"


def test_a_master_of_today_is_its_own_and_a_renamed_one_is_the_same_file(course: Path) -> None:
    assert former.master("06_functors", at(course)) == NEW["06_functors"]
    assert former.master("07_calculus", at(course)) == NEW["09_calculus"]
    assert former.master("08_tape", at(course)) is None
    assert former.master("99_nothing", at(course)) is None


def test_where_a_course_has_such_a_master_the_name_is_no_former_one(old_course: Path) -> None:
    assert former.master("06_structure", at(old_course)) == OLD["06_structure"]
    one = Record("ada.ipynb", "ada", "", (Verdict("chain", 2, 2, "graded", ""),))
    assert former.noted(one, "07_calculus", OLD) == one
    assert former.elsewhere("07_calculus", OLD) == {"06_structure", "08_tape"}


def test_a_chapter_that_was_cut_has_the_cells_that_it_had(course: Path) -> None:
    content = former.master("06_structure", at(course))
    assert content is not None
    made, old = json.loads(content), json.loads(OLD["06_structure"])
    assert [cell["id"] for cell in made["cells"]] == [cell["id"] for cell in old["cells"]]
    assert [cell.question for cell in master_of(content).marked] == [*STRUCTURE[:4], "natural-why", *STRUCTURE[4:]]
    set_up = made["cells"][1]["source"]
    assert all(f"'{name}'" in set_up for name in PARTS)
    nbformat.validate(nbformat.reads(content.decode(), as_version=4))


def test_a_question_that_is_in_no_master_any_more_is_not_made_up(course: Path, graded: Graded, tmp_path: Path) -> None:
    put(course / "source", "07_naturality", notebook("other", ["renaming"]))
    assert former.master("06_structure", at(course)) is None
    with pytest.raises(SystemExit, match="were in 06_functors, 07_naturality, 08_monoids, and no longer all are"):
        graded("06_structure")
    with pytest.raises(SystemExit, match=r"no master \S*99_nothing.ipynb\.$"):
        graded("99_nothing")
    assert not (tmp_path / "results").exists()


@pytest.mark.usefixtures("course")
def test_files_of_a_former_name_are_graded_by_the_masters_of_today_and_the_row_says_so(graded: Graded) -> None:
    found = graded("09_calculus")
    assert found == {
        place("ada", "07_calculus"): dict.fromkeys(CALCULUS, (2.0, "07_calculus is now 09_calculus")),
        place("bob", "09_calculus"): dict.fromkeys(CALCULUS, (2.0, "")),
    }
    assert graded("07_calculus") == {place("ada", "07_calculus"): found[place("ada", "07_calculus")]}


@pytest.mark.usefixtures("course")
def test_a_chapter_that_was_cut_is_graded_question_by_question(graded: Graded) -> None:
    found = graded("06_structure")
    assert found.keys() == {place("ada", "06_structure"), place("eve", "06_structure")}
    assert found[place("ada", "06_structure")] == {
        **dict.fromkeys(STRUCTURE, (2.0, NOW)),
        "natural-why": (0.0, f"{NOW} / to be marked by hand"),
    }
    wrong = found[place("eve", "06_structure")]
    assert [points for points, _ in wrong.values()] == [0.0] * 7
    assert all(reason.startswith(f"{NOW} / ") for _, reason in wrong.values())


@pytest.mark.usefixtures("course")
def test_files_of_a_former_name_are_not_counted_elsewhere(graded: Graded) -> None:
    assert graded("06_functors").keys() == {place("bob", "06_functors")}
    with pytest.raises(SystemExit, match="There are no files"):
        graded("08_monoids")


def test_records_of_before_are_read_under_their_name(
    old_course: Path, graded: Graded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = place("ada", "07_calculus")
    before = graded("07_calculus")[file]
    records = {path: path.read_bytes() for path in (tmp_path / "results" / "records").iterdir()}
    renamed(old_course)
    put(old_course / "source", "09_calculus", OLD["07_calculus"])  # renamed, and nothing else
    monkeypatch.setattr(Worker, "grade", lambda *_: pytest.fail("it is graded already"))
    after = graded("07_calculus")
    assert {path: path.read_bytes() for path in (tmp_path / "results" / "records").iterdir()} == records
    assert before == dict.fromkeys(CALCULUS, (2.0, ""))
    assert after == {file: dict.fromkeys(CALCULUS, (2.0, "07_calculus is now 09_calculus"))}
    stored = record.read(tmp_path / "results" / "records", file)
    assert stored is not None
    assert {verdict.reason for verdict in stored.verdicts} == {""}  # the words are of the table alone


def test_a_gradebook_of_before_keeps_its_assignment_and_the_marks_by_hand(old_course: Path, graded: Graded) -> None:
    graded("06_structure", "--gradebook")
    with Gradebook(f"sqlite:///{old_course}/gradebook.db") as book:
        grade = book.find_grade("natural-why", "06_structure", "06_structure", "ada")
        grade.manual_score, grade.needs_manual_grade = 3, False
        book.db.commit()
    renamed(old_course)
    graded("06_structure", "--gradebook")
    graded("06_functors", "--gradebook")
    with Gradebook(f"sqlite:///{old_course}/gradebook.db") as book:
        assert {one.name for one in book.assignments} == {"06_structure", "06_functors"}
        assert book.find_submission("06_structure", "ada").score == 2 * len(STRUCTURE) + 3
        assert book.find_submission("06_structure", "eve").score == 0
        assert book.find_submission("06_functors", "bob").score == 6


@pytest.mark.parametrize(
    "file",
    ["07_calculus.ipynb", "ada/07_calculus.ipynb", "07_calculus/ada.ipynb", "ada_12_34_07_calculus.ipynb",
     "ada_12_07_calculus-1.ipynb", "ada.zip/07_calculus/07_calculus.ipynb", "07_calculus.zip/ada.ipynb"],
)  # fmt: skip
def test_a_former_name_is_found_wherever_platforms_put_it(file: str) -> None:
    assert former.is_in("07_calculus", file)
    for other in ("107_calculus.ipynb", "07_calculus_2/ada.ipynb", "ada/07_calculuses.ipynb", "7_calculus.ipynb"):
        assert not former.is_in("07_calculus", other)


def test_nbgrader_is_given_the_master_of_a_former_name(course: Path) -> None:
    folders = CourseDirectory(root=str(course))

    def given(name: str) -> bytes:
        return HandedIn(folders, {"student": "ada", "assignment": name, "notebook": name}).master

    assert given("07_calculus") == given("09_calculus") == NEW["09_calculus"]
    assert given("06_structure") == former.master("06_structure", at(course))
    with pytest.raises(FileNotFoundError, match=r"no master .*08_tape\.ipynb"):
        given("08_tape")

"""The page for instructors: each of its commands, in their order, on a class of five."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from processes import PATIENCE

from grading.lint import with_answers

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "book" / "instructors.md"
NAME = "05_endomorphism"
PARTS = ("tinyml", "grading", "tools")
HOSTILE = "import os, numpy\nnumpy.allclose = lambda *_, **__: True\nos._exit(0)"


def commands() -> list[str]:
    """Return the commands of the page, in order."""
    blocks = re.findall(r"```console\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    return [line.removeprefix("$ ") for line in lines]


def hand_in(folder: Path) -> None:
    """Write class.zip with five submissions, and a roster."""
    master, blank = (ROOT / "exercises" / kind / NAME / f"{NAME}.ipynb" for kind in ("source", "release"))
    wrong = tomllib.loads((ROOT / "exercises" / "wrong" / f"{NAME}.toml").read_text(encoding="utf-8"))["wrong"]
    answers = {entry["question"]: entry["source"] for entry in wrong}
    submissions = {
        "right/05_endomorphism/05_endomorphism.ipynb": master.read_bytes(),
        "wrong.ipynb": with_answers(master.read_bytes(), answers),
        "hostile.ipynb": with_answers(blank.read_bytes(), {"parts-gap": HOSTILE}),
        "broken.ipynb": master.read_bytes()[:5000],
        "blank.ipynb": blank.read_bytes(),
    }
    with zipfile.ZipFile(folder / "class.zip", "w") as archive:
        for name, content in submissions.items():
            archive.writestr(name, content)
    with (folder / "roster.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("student", "Student", "ID"), ("right", "Ada", "1"), ("away", "Zoe", "2")])


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder like a clone, in which all commands of the page were given and ended well."""
    folder = tmp_path_factory.mktemp("clone")
    for part in PARTS:
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    for kind in ("source", "release", "wrong"):
        for path in (ROOT / "exercises" / kind).rglob(f"{NAME}.*"):
            target = folder / path.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    for path in (ROOT / "exercises").glob("*.py"):
        shutil.copy(path, folder / "exercises")
    hand_in(folder)
    here = folder
    for command in commands():
        if command.startswith("cd "):
            here = here / command.removeprefix("cd ")
        else:
            give(command, here, folder)
    return folder


def give(command: str, here: Path, clone: Path) -> None:
    """Give a command of the page in a folder of the clone, and see it end well."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST", "IPYTHONDIR"))}
    environment |= {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "PYTHONPATH": str(clone)}
    run = subprocess.run(
        command, shell=True, cwd=here, env=environment, capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    assert run.returncode == 0, f"{command}\n{run.stdout}{run.stderr}"


def test_the_page_has_commands_of_all_steps() -> None:
    words = " ".join(commands())
    steps = ("doctor", "release", "lint", "--roster", "--question", "--gradebook", "generate_feedback", "export")
    assert [step for step in steps if step not in words] == []


def test_each_student_has_the_marks_that_an_honest_marker_would_give(clone: Path) -> None:
    with (clone / "results" / "marks.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    points = dict.fromkeys(("right", "wrong", "hostile", "broken", "blank"), 0.0)
    for row in rows:
        points[row["student"]] += float(row["points"])
    assert points == {"right": 12.0, "wrong": 0.0, "hostile": 0.0, "broken": 0.0, "blank": 0.0}
    assert {row["status"] for row in rows if row["student"] == "broken"} == {"unreadable"}
    waiting = {(row["student"], row["question"]) for row in rows if row["status"] == "needs review"}
    assert ("right", "parts-gap-why") in waiting
    assert ("blank", "parts-gap-why") not in waiting


def test_the_learning_platform_gets_the_students_of_the_roster(clone: Path) -> None:
    text = (clone / "results" / "canvas.csv").read_text(encoding="utf-8")
    assert text.splitlines()[1:] == ["Ada,1,,right,,", "Zoe,2,,away,,"]


def test_texts_wait_in_the_gradebook_and_feedback_has_no_hidden_test(clone: Path) -> None:
    with Gradebook(f"sqlite:///{clone / 'exercises' / 'gradebook.db'}") as book:
        assert book.find_grade("parts-gap-why", NAME, NAME, "right").needs_manual_grade
        assert book.find_grade("parts-gap-check", NAME, NAME, "right").auto_score == 2
    pages = sorted((clone / "exercises" / "feedback").glob(f"*/{NAME}/*.html"))
    assert len(pages) == 5
    for page in pages:
        assert "BEGIN HIDDEN" not in page.read_text(encoding="utf-8")
    assert (clone / "exercises" / "grades.csv").is_file()


def test_marks_by_hand_reach_the_learning_platform_when_the_same_command_is_given_again(clone: Path) -> None:
    with Gradebook(f"sqlite:///{clone / 'exercises' / 'gradebook.db'}") as book:
        texts = [
            grade for grade in book.find_submission_notebook(NAME, NAME, "right").grades if grade.needs_manual_grade
        ]
        for grade in texts:
            grade.manual_score, grade.needs_manual_grade = 0.5, False
        book.db.commit()
        points = 12 + 0.5 * len(texts)
    give(next(command for command in commands() if "--gradebook" in command), clone, clone)
    text = (clone / "results" / "canvas.csv").read_text(encoding="utf-8")
    assert text.splitlines()[1:] == [f"Ada,1,,right,,{points:g}", "Zoe,2,,away,,"]

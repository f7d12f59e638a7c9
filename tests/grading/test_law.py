"""The law above all: a check that the learner sees says the same in the notebook and outside the box.

Hundreds of answers are made by a machine from the solutions and the wrong answers of every question, their values in
classes of all kinds, some of which lie.  Each is tried in an IPython shell, as in the learner's notebook, and by the
checker, with the tests that the release shows.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from made_answers import FILES, NAMES, SEED, Handed, content, notebooks_of
from processes import PATIENCE
from shell import running_shell

import exercises
from grading.intake.master import master_of
from grading.intake.read import read
from grading.intake.rebuild import rebuild
from grading.lint import wrong_answers
from grading.marking.checker import verdicts
from tinyml import check
from tinyml.check import typecheck

pytestmark = pytest.mark.usefixtures("bubblewrap")


def in_the_notebook(given: Handed) -> dict[str, str]:
    """Return what the checks that are shown say in a notebook without mypy."""
    found: dict[str, str] = {}
    check.RESULTS.clear()
    with running_shell() as shell:
        shell.register_magic_function(lambda line, cell: typecheck.record(line.strip(), None), "cell", "typecheck")
        for cell in given.master.cells:
            if cell.role == "check":
                shell.run_cell(cell.visible, store_history=True)
                found[cell.question] = verdict_of(check.RESULTS.get(cell.question))
            elif cell.role in ("given", "answer") and cell.name != "points":
                shell.run_cell(given.answers.get(cell.name, cell.source), store_history=True)
    return found


def verdict_of(points: check.Points | None) -> str:
    return "no verdict" if points is None else "pending" if points.pending else f"{float(points):g}"


def outside_the_box(given: Handed) -> dict[str, str]:
    """Return what the same checks say to the instructor."""
    checks = {cell.question for cell in given.master.cells if cell.role == "check"}
    found = verdicts(given.master, rebuild(given.master, read(given.file)), visible=True, seconds=PATIENCE)
    told = {one.question: "pending" if one.status == "needs review" else f"{one.points:g}" for one in found}
    return {question: told[question] for question in checks}


@pytest.mark.parametrize("name", NAMES)
def test_a_check_says_the_same_in_the_notebook_and_outside_the_box(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(typecheck, "enable", lambda: None)  # which the notebook has to have mypy for
    differs = []
    for number, given in enumerate(notebooks_of(name)):
        here, there = in_the_notebook(given), outside_the_box(given)
        for question in here:
            if here[question] != there[question]:
                words = f"{here[question]} in the notebook, {there[question]} outside"
                differs.append(f"{name} {number}, {question}, {given.whys.get(question)}: {words}")
    assert not differs, f"VARIANTS_SEED={SEED}\n" + "\n".join(differs)


def test_an_answer_may_ask_which_given_function_it_is_handed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It writes down what the page shows, by the names of the given functions; hidden tests hand it others."""
    monkeypatch.chdir(tmp_path)
    master = master_of(content("07_naturality"))
    (written_down,) = [
        one["source"]
        for one in wrong_answers(exercises.COURSE / "wrong" / "07_naturality.toml")
        if one["question"] == "renaming" and "train in (faded, padded)" in one["source"]
    ]
    answers = {cell.name: cell.source for cell in master.cells if cell.role == "answer"}
    given = Handed("07_naturality", {**answers, "renaming": written_down}, {})
    assert in_the_notebook(given)["renaming"] == outside_the_box(given)["renaming"] == "3"


def test_there_are_enough_and_of_every_kind() -> None:
    made = [one for name in NAMES for one in notebooks_of(name)]
    assert sum(len(one.answers) for one in made) >= 4 * FILES * len(NAMES)
    whys = " ".join(why for one in made for why in one.whys.values())
    assert {"dressed", "lying", "solution"} <= {*whys.replace(",", "").split()}
    assert all(json.dumps(one.answers) for one in made)

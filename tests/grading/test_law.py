"""The law above all: a check that the learner sees says the same in the notebook and outside the box.

Hundreds of answers are made by a machine from the solutions and the wrong answers of every question, their values in
classes of all kinds, some of which lie.  Each is tried in an IPython shell, as in the learner's notebook, and by the
checker, with the tests that the release shows.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

import pytest
from distributed import LocalCluster
from processes import PATIENCE
from shell import running_shell

import exercises
from grading.corpus.dressing import dressed
from grading.gradebook import table
from grading.intake.master import Master, master_of
from grading.intake.read import read
from grading.intake.rebuild import rebuild
from grading.intake.submissions import submissions
from grading.lint import with_answers, wrong_answers
from grading.marking.checker import verdicts
from grading.marking.cluster import grade_over_dask
from grading.marking.run import Run, grade
from tinyml import check
from tinyml.check import typecheck

SEED = int(os.environ.get("VARIANTS_SEED", "20261130"))
FEW = 5
FILES = int(os.environ.get("VARIANTS_FILES", "40")) * FEW // 40
"""Notebooks of each chapter; `make test-long` makes ten times as many: 2,350 answers."""
NAMES = exercises.names_in(exercises.COURSE / "source")

pytestmark = pytest.mark.usefixtures("bubblewrap")


@cache
def content(name: str) -> bytes:
    return exercises.notebook_of(exercises.COURSE / "source", name).read_bytes()


@dataclass(frozen=True)
class Handed:
    """One notebook: its answers by question, and what was done to each."""

    name: str
    answers: dict[str, str]
    whys: dict[str, str]

    @property
    def master(self) -> Master:
        return master_of(content(self.name))


def handed_in(name: str, random: Random) -> Handed:
    """Return a notebook of a chapter in which every question has an answer that a machine has made."""
    master = master_of(content(name))
    wrong = wrong_answers(exercises.COURSE / "wrong" / f"{name}.toml")
    answers, whys = {}, {}
    for cell in master.cells:
        if cell.role == "answer" and not cell.source.startswith("%%typecheck"):
            bases = [("solution", cell.source)] * 2
            bases += [(one["why"], one["source"]) for one in wrong if one["question"] == cell.name]
            honest = random.random() < 0.7
            way, source = random.choice(bases[:2] if random.random() < (0.6 if honest else 0.2) else bases)
            below = dressed(random, sorted(master.wanted_by(cell.name)), honest=honest) if random.random() < 0.9 else ""
            answers[cell.name] = f"{source}\n{below}"
            whys[cell.name] = f"{way}, {'dressed' if honest else 'lying'}" if below else way
    return Handed(name, answers, whys)


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
    file = with_answers(content(given.name), given.answers)
    checks = {cell.question for cell in given.master.cells if cell.role == "check"}
    found = verdicts(given.master, rebuild(given.master, read(file)), visible=True, seconds=PATIENCE)
    told = {one.question: "pending" if one.status == "needs review" else f"{one.points:g}" for one in found}
    return {question: told[question] for question in checks}


def notebooks_of(name: str) -> Iterator[Handed]:
    for number in range(FILES):
        yield handed_in(name, Random(f"{SEED}-{name}-{number}"))


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


def test_a_class_over_dask_has_the_marks_of_one_machine(tmp_path: Path) -> None:
    for name in NAMES if FILES > FEW else ["06_functors"]:
        folder = tmp_path / name
        folder.mkdir()
        for number, given in enumerate(notebooks_of(name)):
            (folder / f"{number:02}.ipynb").write_bytes(with_answers(content(name), given.answers))
        files, master = submissions(folder), content(name)
        alone = grade(Run(master, tmp_path / f"{name}-alone", seconds=PATIENCE), files, 1, lambda _: None)
        with LocalCluster(  # type: ignore[no-untyped-call]
            n_workers=1, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0", silence_logs=50
        ) as cluster:
            run = Run(master, tmp_path / f"{name}-dask", seconds=PATIENCE)
            over_dask = grade_over_dask(run, files, cluster.scheduler_address, lambda _: None)
        assert table.marks(over_dask) == table.marks(alone)
        assert len(alone) == len(files) == FILES


def test_there_are_enough_and_of_every_kind() -> None:
    made = [one for name in NAMES for one in notebooks_of(name)]
    assert sum(len(one.answers) for one in made) >= 4 * FILES * len(NAMES)
    whys = " ".join(why for one in made for why in one.whys.values())
    assert {"dressed", "lying", "solution"} <= {*whys.replace(",", "").split()}
    assert all(json.dumps(one.answers) for one in made)

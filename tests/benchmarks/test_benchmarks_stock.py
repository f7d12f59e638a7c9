"""Stock graders beside ours: what is counted, called and read.  Nothing hostile runs here, and no grader."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks import machine
from benchmarks.__main__ import main as bench
from benchmarks.contender import MissingRivalError
from benchmarks.stock import container, graders, inside, run, table
from benchmarks.stock.counting import BOUND, Comparison, Outcome, counted

DUE = {"one": 1.0, "two": 2.0}
RIGHT = Outcome("otter", "honest", "name", DUE, {"one": 1.0, "two": 2.0})


@pytest.mark.parametrize(
    ("got", "right", "gained", "lost"),
    [
        ({"one": 1.0, "two": 2.0}, True, False, False),
        ({"one": 1.0, "two": 2.0, "reason": 6.0}, True, False, False),
        ({"one": 1.0}, False, False, True),
        ({"one": 2.0, "two": 0.0}, False, True, True),
        ({"one": 1.5, "two": 2.0}, False, True, False),
        ({"one": float("nan"), "two": 2.0}, False, False, True),
        (None, False, False, True),
    ],
)
def test_points_are_right_or_gained_or_lost(got: Any, right: bool, gained: bool, lost: bool) -> None:
    one = replace(RIGHT, got=got)
    assert (one.right, one.gained, one.lost) == (right, gained, lost)


def test_no_mark_is_right_where_no_points_are_due() -> None:
    one = replace(RIGHT, kind="files", due=dict.fromkeys(DUE, 0.0), got=None)
    assert one.right
    assert counted([one]).unmarked == 1


def test_innocent_is_work_and_an_odd_file_that_is_worth_points() -> None:
    kinds = ("honest", "broken", "files", "tampering", "exit")
    assert [replace(RIGHT, kind=kind).innocent for kind in kinds] == [True, True, True, False, False]
    assert not replace(RIGHT, kind="files", due={"one": 0.0}).innocent


def test_each_figure_counts_its_own_files() -> None:
    outcomes = [
        RIGHT,
        replace(RIGHT, got={"one": 0.0, "two": 2.0}, neighbours_lost=2),
        replace(RIGHT, kind="tampering", got={"one": 9.0, "two": 2.0}, files=["a", "b"], connections=3),
        replace(RIGHT, kind="exit", got=None, hung=True, neighbours_lost=1),
        replace(RIGHT, kind="isolation", processes=["p", "q"], harmed=["master"]),
        replace(RIGHT, got={"one": 1.0, "two": 3.0}),  # an innocent file with more than its due did not cheat
        replace(RIGHT, kind="exit", got={"one": 2.0, "two": 2.0}),  # nor did one that only ended
    ]
    found = counted(outcomes)
    assert (found.files, found.right) == (7, 2)
    assert (found.cheats, found.cheated, found.others_gained) == (2, 1, 2)
    assert (found.innocent, found.innocent_lost, found.others_lost) == (3, 1, 1)
    assert (found.unmarked, found.hung, found.neighbours_lost) == (1, 1, 3)
    assert (found.left_files, found.harmed, found.left_processes, found.connected) == (1, 1, 1, 1)
    assert found.by_kind == {"honest": (1, 3), "tampering": (0, 1), "exit": (0, 2), "isolation": (1, 1)}


def compared(*outcomes: Outcome) -> Comparison:
    kinds = list(dict.fromkeys(one.kind for one in outcomes))
    return Comparison(kinds, None, BOUND, left_out=5, outcomes=list(outcomes), seconds={"otter": 2.5})


def test_the_table_and_the_rows_stand_beside_each_other(tmp_path: Path) -> None:
    found = compared(replace(RIGHT, grader="grading"), replace(RIGHT, got=None, hung=True, files=["/tmp/x"]))
    found.missing["nbgrader"] = "it is not there"
    text = table.write(found, {"processor": "one"}, tmp_path).read_text(encoding="utf-8")
    assert text.startswith("# Grading the corpus")
    assert text.endswith("## Measured on\n\n- processor: one\n")
    assert "| | grading | otter run |" in text
    assert "| files that got an honest marker's points | 1 of 1 | 0 of 1 |" in text
    assert "| files that hung | 0 | 1 |" in text
    assert "| right, honest | 1 of 1 | 0 of 1 |" in text
    assert "as one class | - | 2.50 s |" in text
    assert "| **nbgrader autograde: SKIPPED** | it is not there |" in text
    assert "not done after 60 s" in " ".join(text.split())
    assert "Ours was wrong" not in text
    rows = list(csv.DictReader((tmp_path / "corpus.csv").read_text(encoding="utf-8").splitlines()))
    assert [row["got"] for row in rows] == ["1 2", ""]
    assert [row["right"] for row in rows] == ["1", "0"]
    assert rows[1]["left"] == "/tmp/x"


def test_the_bench_writes_the_rows_and_refuses_a_word_that_no_row_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def remembered(what: Any) -> Comparison:
        asked.append(what)
        return compared(RIGHT)

    monkeypatch.setattr(run, "compared", remembered)
    monkeypatch.setattr(machine, "described", lambda _: {"processor": "one"})
    for nothing in (["no such row"], ["the corpus", "--races"]):
        with pytest.raises(SystemExit):
            bench([*nothing, "--folder", str(tmp_path / "new")])
    assert not (tmp_path / "new").exists()
    assert bench(["the corpus", "--folder", str(tmp_path)]) == 0
    assert "- processor: one" in (tmp_path / "corpus.md").read_text(encoding="utf-8")
    assert "otter,honest,name" in (tmp_path / "corpus.csv").read_text(encoding="utf-8")
    assert [(what.kinds, what.some) for what in asked] == [(list(run.KINDS), None)]


def test_the_section_says_where_ours_was_wrong_and_what_nobody_saw() -> None:
    found = compared(replace(RIGHT, grader="grading", got=None))
    found.unseen.append("otter: exit/odd (no words)")
    text = "\n".join(table.section(found))
    assert "**Ours was wrong on: honest/name.**" in text
    assert "**Containers that told nothing, left out above: otter: exit/odd (no words).**" in text


# The graders, as their users call them.
MAKERS: list[Callable[[], graders.Grader]] = [
    lambda: graders.Nbgrader("nbgrader", Path("/env"), Path("/kept")),
    lambda: graders.Otter("otter", Path("/env"), Path("/kept")),
]


@pytest.mark.parametrize("make", MAKERS)
def test_every_file_comes_between_its_neighbours(make: Callable[[], graders.Grader]) -> None:
    grader = make()
    first = grader.place("solutions.ipynb", graders.FIRST)
    last = grader.place("solutions.ipynb", graders.LAST)
    for entry in run.ENTRIES:
        place = grader.place(entry.files[0], graders.student(entry.files[0]))
        assert str(first) < str(place) < str(last)
        assert ".." not in place.parts


@pytest.mark.parametrize("make", MAKERS)
def test_a_plan_hands_in_two_files_and_has_a_step_for_the_neighbour(make: Callable[[], graders.Grader]) -> None:
    grader = make()
    given = Path("/given-here")
    plan = grader.plan(given, {"m-x": "x.ipynb", graders.LAST: "solutions.ipynb"}, 60)
    handed_in = [grader.place("x.ipynb", "m-x"), grader.place("solutions.ipynb", graders.LAST)]
    targets = [target.relative_to(given) for _, target in plan.copies]
    assert targets == [Path("course"), Path("class"), *(Path("course") / place for place in handed_in)]
    assert [source for source, _ in plan.copies[2:]] == [
        given / "class" / name for name in ("x.ipynb", "solutions.ipynb")
    ]
    assert len(plan.steps) == 2
    assert "z-last" in " ".join(plan.steps[1].command)
    assert "z-last" not in " ".join(plan.steps[0].command)
    assert [step.seconds for step in plan.steps] == [60, 60]
    assert given / "course/source/paper/paper.ipynb" in plan.canaries
    assert len(grader.plan(given, {"m-x": "x.ipynb"}, 60, again=False).steps) == 1


def test_subsets_are_chosen_by_kind_and_zips_are_left_out() -> None:
    whole = run.chosen(run.KINDS)
    assert len(whole) == sum(".zip" not in entry.files[0] for entry in run.ENTRIES) > 200
    assert not [entry for entry in whole if ".zip" in entry.files[0]]
    some = run.chosen(["exit", "honest"], 3)
    assert [entry.category for entry in some] == ["exit"] * 3 + ["honest"] * 3
    asked = run.parsed(["--kinds", "honest", "--some", "2"])
    assert (asked.kinds, asked.some, asked.jobs, asked.bound) == (["honest"], 2, 2, BOUND)
    assert run.parsed([]).kinds == list(run.KINDS)
    with pytest.raises(SystemExit), contextlib.redirect_stderr(io.StringIO()):
        run.parsed(["--kinds", "odd"])


def test_what_a_container_says_becomes_an_outcome() -> None:
    entry = next(entry for entry in run.ENTRIES if entry.name == "loop")
    full = dict(run.FULL)
    seen = {
        "steps": [{"status": None, "seconds": 60.0, "left": []}, {"status": 0, "seconds": 2.0, "left": ["sleep"]}],
        "marks": {"a-first": full, "m-loop": full | {"shares": 0.0}, "z-last": full | {"shares": 1.0}},
        "files": ["/tmp/x"],
        "harmed": [],
        "met": ["AF_INET"] * 2,
        "told": "",
    }
    found = run.from_seen("otter", entry, "m-loop", seen)
    assert found.right
    assert (found.hung, found.neighbours_lost, found.connections) == (True, 1, 2)
    assert (found.seconds, found.processes, found.files) == (60.0, ["sleep"], ["/tmp/x"])
    without = run.from_seen("otter", entry, "m-other", seen | {"marks": {}})
    assert (without.got, without.neighbours_lost) == (None, 2)


def test_a_container_that_says_nothing_does_not_end_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def outcome_of(grader: graders.Grader, entry: run.Entry, bound: float) -> Outcome:
        if entry.name == "untouched":
            raise container.ContainerError("no words")
        return replace(RIGHT, grader=grader.name, name=entry.name)

    monkeypatch.setattr(run, "outcome", outcome_of)
    monkeypatch.setattr(run, "honest_seconds", lambda _: 2.0)
    monkeypatch.setattr(graders, "stock", lambda _: {"nbgrader": MAKERS[0], "otter": missing})
    monkeypatch.setattr(graders, "set_up", lambda *_: None)
    found = run.compared(run.parsed(["--kinds", "honest", "--some", "3", "--graders", "nbgrader", "otter"]))
    assert [one.name for one in found.of("nbgrader")] == ["solutions", "half-done"]
    assert found.unseen == ["nbgrader: honest/untouched (no words)"]
    assert found.missing == {"otter": "it cannot be had"}
    assert found.seconds == {"nbgrader": 2.0}


def missing() -> graders.Grader:
    raise MissingRivalError("it cannot be had")


def test_the_command_writes_table_and_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "compared", lambda _: compared(RIGHT))
    assert run.main(["--folder", str(tmp_path)]) == 0
    assert "| right, honest | 1 of 1 |" in capsys.readouterr().out
    assert "| right, honest | 1 of 1 |" in (tmp_path / "corpus.md").read_text(encoding="utf-8")
    assert "otter,honest,name" in (tmp_path / "corpus.csv").read_text(encoding="utf-8")


# What process 1 of a container reads.
def test_whatever_is_handed_in_is_copied_as_it_is(tmp_path: Path) -> None:
    given = tmp_path / "given"
    (given / "folder").mkdir(parents=True)
    (given / "folder" / "file").write_bytes(b"x")
    (given / "link").symlink_to("/nowhere")
    os.mkfifo(given / "pipe")
    inside.copied(given, tmp_path / "new" / "course")
    made = tmp_path / "new" / "course"
    assert (made / "folder" / "file").read_bytes() == b"x"
    assert (made / "link").readlink() == Path("/nowhere")
    assert (made / "pipe").is_fifo()


def test_of_many_names_the_first_are_told() -> None:
    many = [f"/tmp/{number}" for number in range(100)]
    assert inside.shortened(many) == [*many[:8], "92 more"]
    assert inside.shortened(many[:8]) == many[:8]


def test_a_canary_changes_when_its_file_does(tmp_path: Path) -> None:
    path = tmp_path / "file"
    assert inside.fingerprint(path) == "gone"
    path.write_bytes(b"one")
    before = inside.fingerprint(path)
    path.write_bytes(b"two")
    assert inside.fingerprint(path) not in (before, "gone")
    path.unlink()
    path.symlink_to("/dev/zero")
    assert inside.fingerprint(path) == "no file"


def test_marks_of_nbgrader_are_those_of_its_gradebook(tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / "gradebook.db")) as book:
        book.executescript("""
            CREATE TABLE submitted_assignment (id, student_id); CREATE TABLE submitted_notebook (id, assignment_id);
            CREATE TABLE base_cell (id, name); CREATE TABLE grade (notebook_id, cell_id, auto_score);
            INSERT INTO submitted_assignment VALUES (1, 'ada'), (2, 'bea');
            INSERT INTO submitted_notebook VALUES (11, 1), (12, 2);
            INSERT INTO base_cell VALUES (21, 'shares-check'), (22, 'reason');
            INSERT INTO grade VALUES (11, 21, 2), (11, 22, NULL), (12, 21, NULL);
        """)
    assert inside.nbgrader_marks(tmp_path) == {"ada": {"shares": 2.0}}
    plan = {"marks": "nbgrader", "folder": str(tmp_path / "elsewhere")}
    assert inside.marks(plan) == {}


def test_marks_of_otter_are_those_of_its_results(tmp_path: Path) -> None:
    tests = [{"name": "Public Tests", "output": ""}, {"name": "shares", "score": 2.0, "max_score": 2.0}]
    texts = {
        "ada": json.dumps({"tests": tests}),
        "bea": "{",
        "carl": json.dumps({"score": 0, "tests": tests[:1]}),
        "dan": json.dumps([]),
    }
    for name, text in texts.items():
        (tmp_path / "results" / name).mkdir(parents=True)
        (tmp_path / "results" / name / "results.json").write_text(text)
    (tmp_path / "results" / "eve").mkdir()
    assert inside.otter_marks(tmp_path) == {"ada": {"shares": 2.0}}


def test_without_bubblewrap_nothing_hostile_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    plan = MAKERS[0]().plan(Path("/given-here"), {"m-x": "x.ipynb"}, 60)
    with pytest.raises(MissingRivalError, match="hostile files are not run without walls"):
        container.run(plan)

"""grading.marking.run and `python -m grading`: a class is graded once, whatever interrupts it."""

from __future__ import annotations

import csv
import json
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from processes import alive, children, waited_for

from grading.__main__ import main
from grading.gradebook import table
from grading.intake.submissions import Submission, submissions
from grading.marking import programs, record
from grading.marking import run as run_module
from grading.marking.file import SPENT, Job
from grading.marking.record import Verdict
from grading.marking.run import Held, Run, grade
from grading.marking.worker import Worker

ROOT = Path(__file__).parents[2]
HandIn = Callable[..., bytes]
pytestmark = pytest.mark.usefixtures("bubblewrap")


@pytest.fixture
def handed_in(tmp_path: Path, hand_in: HandIn) -> Path:
    """Return the folder of a small class: honest, wrong, endless, broken and empty files."""
    folder = tmp_path / "class"
    folder.mkdir()
    files = {
        "ada": hand_in(),
        "bob": hand_in(guess="guess = 1", guess_why="=Because."),
        "eve": hand_in(square="import os\ndef square(x): os.kill(os.getppid(), 9); os._exit(0)"),
        "zoe": b"{",
    }
    for name, content in files.items():
        (folder / f"{name}.ipynb").write_bytes(content)
    return folder


POINTS = {"ada": 6.0, "bob": 5.0, "eve": 4.0, "zoe": 0.0}


def graded(folder: Path, run: Run, jobs: int = 2) -> dict[str, float]:
    done: list[int] = []
    records = grade(run, submissions(folder), jobs, done.append)
    assert sum(done) == len(records)
    return {one.student: one.points for one in records}


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """Return the jobs that workers are given from here on."""
    given: list[Job] = []
    original = Worker.grade

    def noted(self: Worker, job: Job) -> tuple[Verdict, ...]:
        given.append(job)
        return original(self, job)

    monkeypatch.setattr(Worker, "grade", noted)
    return given


def test_a_class_is_graded_and_then_known(
    handed_in: Path, master_path: Path, tmp_path: Path, hand_in: HandIn, calls: list[Job]
) -> None:
    run = Run(master_path.read_bytes(), tmp_path / "records")
    assert graded(handed_in, run) == POINTS
    assert len(calls) == 4
    marks = table.marks(run.stored(submissions(handed_in)))
    assert graded(handed_in, run) == POINTS
    assert len(calls) == 4  # nothing has changed
    (handed_in / "bob.ipynb").write_bytes(hand_in())
    assert graded(handed_in, run) == {**POINTS, "bob": 6.0}
    assert len(calls) == 5  # one file has
    again = Run(run.master, tmp_path / "again")
    assert graded(handed_in, again, jobs=1) == {**POINTS, "bob": 6.0}
    assert table.marks(again.stored(submissions(handed_in))) != marks
    assert table.marks(again.stored(submissions(handed_in))) == table.marks(run.stored(submissions(handed_in)))
    graded(handed_in, Run(run.master + b" ", run.folder))
    assert len(calls) == 13  # another master: all of them


def test_a_class_is_graded_again_when_it_is_given_other_seconds(
    tmp_path: Path, master_path: Path, hand_in: HandIn
) -> None:
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "ada.ipynb").write_bytes(
        hand_in(square="import time\ntime.sleep(0.7)\nsquare = lambda x: x * x")
    )
    run = Run(master_path.read_bytes(), tmp_path / "records", seconds=0.5)
    assert graded(tmp_path / "class", run) == {"ada": 4.0}
    assert graded(tmp_path / "class", replace(run, seconds=None)) == {"ada": 6.0}


def test_a_mended_grader_grades_all_again_even_when_one_question_is_asked(
    handed_in: Path, master_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, calls: list[Job]
) -> None:
    run = Run(master_path.read_bytes(), tmp_path / "records")
    graded(handed_in, run)
    for asked in (run, replace(run, question="guess")):
        calls.clear()
        monkeypatch.setattr(record, "edition", lambda asked=asked: f"mended for {asked.question}")
        assert graded(handed_in, asked) == POINTS
        assert [job.only for job in calls] == [None] * len(POINTS)
        assert graded(handed_in, run) == POINTS
        assert len(calls) == len(POINTS)


def test_a_record_of_a_grader_that_knew_no_editions_is_read_and_made_again(
    handed_in: Path, master_path: Path, tmp_path: Path, calls: list[Job]
) -> None:
    run = Run(master_path.read_bytes(), tmp_path / "records")
    graded(handed_in, run)
    known = record.read(run.folder, "ada.ipynb")
    assert known is not None
    record.write(run.folder, replace(known, fingerprint="file-master"))
    assert graded(handed_in, run) == POINTS
    assert len(calls) == 5


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "inf", "soon", "", "1e999"])
def test_the_command_takes_a_positive_number_of_seconds(seconds: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["grade", "class", "--assignment", "small", "--out", "out", f"--seconds={seconds}"])
    assert ended.value.code == 2
    assert "--seconds: invalid seconds value" in capsys.readouterr().err


TYPED = "%%typecheck whole\nx: int = {}"
TYPED_CHECK = """with check.question("typed", points=1, reread="section 4") as ask:
    ask.typecheck("whole").accepted()
ask.points
"""


def typed(answer: str) -> bytes:
    """Return a notebook with a question that the type checker answers."""
    cells: list[tuple[str, str, dict[str, object]]] = [
        (
            "set-up",
            "from tinyml import check\nfrom tinyml.check import typecheck\ntypecheck.enable()",
            {"locked": True},
        ),
        ("typed", TYPED.format(answer), {"solution": True}),
        ("typed-check", TYPED_CHECK, {"grade": True, "locked": True, "points": 1}),
    ]
    raw = [
        {"cell_type": "code", "id": name, "source": source, "metadata": {"nbgrader": {"grade_id": name, **grader}}}
        for name, source, grader in cells
    ]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": raw}).encode()


BOMBS = {
    "power": ("from typing import Final\nX: Final = 9 ** 9 ** 9", "the type checker came to no end in 3 seconds"),
    "shift": (
        "from typing import Final\nX: Final = 1 << 10 ** 10",
        "the type checker came to no end in 1 GB of memory",
    ),
    "nest": (f"x = {'(lambda y: y)(' * 25}1{')' * 25}", "the type checker came to no end in 3 seconds"),
}


def test_a_program_that_the_type_checker_comes_to_no_end_with_costs_itself_and_is_taken_up_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, calls: list[Job]
) -> None:
    monkeypatch.setattr(
        programs, "IN_THE_BOX", programs.IN_THE_BOX + "from tinyml.check import typechecker\ntypechecker.SECONDS = 3\n"
    )
    (tmp_path / "class").mkdir()
    for number in range(9):
        (tmp_path / "class" / f"honest{number}.ipynb").write_bytes(typed(f"{number}"))
    for name, (text, _) in BOMBS.items():
        (tmp_path / "class" / f"{name}.ipynb").write_bytes(typed(f"1\n{text}"))
    run = Run(typed("2"), tmp_path / "records")
    expected = {f"honest{number}": 1.0 for number in range(9)} | dict.fromkeys(BOMBS, 0.0)
    assert graded(tmp_path / "class", run) == expected
    rows = {one.student: one.verdicts[0] for one in run.stored(submissions(tmp_path / "class"))}
    assert {name: (rows[name].status, rows[name].reason) for name in BOMBS} == {
        name: ("needs review", reason) for name, (_, reason) in BOMBS.items()
    }
    calls.clear()
    (tmp_path / "class" / "power.ipynb").unlink()
    monkeypatch.setattr(programs, "findings", lambda texts, **_: dict.fromkeys(texts, ()))  # as if there were time
    assert graded(tmp_path / "class", run) == {name: 1.0 for name in expected if name != "power"}
    assert len(calls) == 2
    assert graded(tmp_path / "class", run) == {name: 1.0 for name in expected if name != "power"}
    assert len(calls) == 2


@pytest.mark.parametrize("trusted", [False, True])
def test_with_trust_programs_are_checked_without_a_box(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trusted: bool
) -> None:
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "ada.ipynb").write_bytes(typed("1"))
    asked: list[bool] = []

    def findings(texts: Iterable[str], *, trusted: bool) -> programs.Found:
        asked.append(trusted)
        return dict.fromkeys(texts, ())

    monkeypatch.setattr(programs, "findings", findings)
    run = Run(typed("2"), tmp_path / "records", trusted=trusted)
    assert graded(tmp_path / "class", run) == {"ada": 1.0}
    assert asked == [trusted]


def test_a_program_that_could_not_be_checked_is_taken_up_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "ada.ipynb").write_bytes(typed("1"))
    run = Run(typed("2"), tmp_path / "records")
    monkeypatch.setattr(programs, "findings", lambda texts, **_: {})
    assert graded(tmp_path / "class", run) == {"ada": 0.0}
    (known,) = run.stored(submissions(tmp_path / "class"))
    assert (known.status, known.verdicts[0].reason) == ("needs review", record.NOT_CHECKED)
    monkeypatch.undo()
    assert graded(tmp_path / "class", run) == {"ada": 1.0}


def test_one_student_costs_a_class_the_time_of_one_file(
    tmp_path: Path, master_path: Path, hand_in: HandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for student, file in (("eve", "1"), ("eve", "2"), ("eve", "3"), ("zoe", "1")):
        (tmp_path / "class" / student).mkdir(parents=True, exist_ok=True)
        (tmp_path / "class" / student / f"{file}.ipynb").write_bytes(hand_in(guess=f"guess = 42\n# {student} {file}"))
    tried: list[str] = []
    original = Worker.grade

    def slow(self: Worker, job: Job) -> tuple[Verdict, ...]:
        tried.append(next(name for name in ("eve 1", "eve 2", "eve 3", "zoe 1") if name.encode() in job.content))
        found = original(self, job)
        return tuple(replace(one, reason=f"{SPENT}it sleeps") for one in found) if tried[-1] == "eve 1" else found

    monkeypatch.setattr(Worker, "grade", slow)
    run = Run(master_path.read_bytes(), tmp_path / "records")
    grade(run, submissions(tmp_path / "class"), 1, lambda _: None)
    assert tried == ["eve 1", "zoe 1"]
    stored = {one.file: one for one in run.stored(submissions(tmp_path / "class"))}
    assert {(one.status, one.reason) for one in stored["eve/2.ipynb"].verdicts} == {("needs review", record.NOT_RUN)}
    tried.clear()
    grade(run, submissions(tmp_path / "class"), 1, lambda _: None)
    assert tried == ["eve 2", "eve 3"]
    assert [one.points for one in run.stored(submissions(tmp_path / "class"))] == [6.0] * 4


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count how often each file is read from here on."""
    found: Counter[str] = Counter()
    original = Submission.content

    def noted(one: Submission) -> bytes:
        found[one.student] += 1
        return original(one)

    monkeypatch.setattr(Submission, "content", noted)
    return found


def test_a_file_with_questions_of_types_is_read_once_while_there_is_room(
    tmp_path: Path, reads: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "class").mkdir()
    for student, answer in {"ada": "1", "bob": "'one'"}.items():
        (tmp_path / "class" / f"{student}.ipynb").write_bytes(typed(answer))
    master, records = typed("2"), {}
    for name, room, times in (("held", run_module.MOST_HELD, 1), ("again", 0, 2)):
        monkeypatch.setattr(run_module, "MOST_HELD", room)
        reads.clear()
        run = Run(master, tmp_path / name)
        assert graded(tmp_path / "class", run) == {"ada": 1.0, "bob": 0.0}
        assert reads == {"ada": times, "bob": times}
        records[name] = {path.name: path.read_bytes() for path in run.folder.iterdir()}
    assert records["held"] == records["again"]
    assert len(records["held"]) == 2
    reads.clear()
    monkeypatch.undo()
    assert Held(Run(master, tmp_path / "held")).take(submissions(tmp_path / "class")[0]) is None


def test_what_is_held_is_let_go_when_it_is_taken_and_is_no_more_than_there_is_room_for(
    handed_in: Path, master_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = submissions(handed_in)
    sizes = {one.file: len(one.content()) for one in files}
    monkeypatch.setattr(run_module, "MOST_HELD", sizes["ada.ipynb"] + sizes["zoe.ipynb"])
    held = Held(Run(master_path.read_bytes(), tmp_path / "records"))
    read = [held.read(one) for one in files]
    assert set(held.tasks) == {"ada.ipynb", "zoe.ipynb"}
    assert [held.take(one) for one in files] == read
    assert held.tasks == {}


def test_a_record_that_was_cut_short_is_made_again(
    handed_in: Path, master_path: Path, tmp_path: Path, calls: list[Job]
) -> None:
    run = Run(master_path.read_bytes(), tmp_path / "records")
    graded(handed_in, run)
    path = record.place(run.folder, "ada.ipynb")
    path.write_bytes(path.read_bytes()[:100])
    path.with_suffix(".part").write_bytes(b"half")
    assert graded(handed_in, run) == POINTS
    assert len(calls) == 5


def test_a_file_whose_worker_was_ended_is_graded_again(
    handed_in: Path, master_path: Path, tmp_path: Path, calls: list[Job]
) -> None:
    run = Run(master_path.read_bytes(), tmp_path / "records")
    graded(handed_in, run)
    known = record.read(run.folder, "ada.ipynb")
    assert known is not None
    lost = (replace(verdict, points=0.0, reason=record.ENDED_TWICE) for verdict in known.verdicts[1:])
    record.write(run.folder, known.replacing(lost))
    assert graded(handed_in, run) == POINTS
    assert len(calls) == 5


def test_one_question_is_graded_again_and_no_other(
    handed_in: Path, master_path: Path, tmp_path: Path, calls: list[Job]
) -> None:
    run = Run(master_path.read_bytes(), tmp_path / "records")
    graded(handed_in, run)
    known = record.read(run.folder, "ada.ipynb")
    assert known is not None
    worth = {verdict.question: verdict.worth for verdict in known.verdicts}
    odd = known.replacing(Verdict(name, 0.25, worth[name], "graded", "by another hand") for name in ("square", "guess"))
    record.write(run.folder, odd)
    record.place(run.folder, "bob.ipynb").unlink()  # of this file nothing is known: all is asked
    mended = run.master.replace(b"gives(42, shown=False)", b"gives(42.0, shown=False)")
    assert mended != run.master
    again = Run(mended, run.folder, question="guess")
    assert graded(handed_in, again) == {**POINTS, "ada": 4.25}
    assert {job.only for job in calls[4:]} == {frozenset({"guess"}), None}
    assert [job.only for job in calls[4:]].count(None) == 1
    calls.clear()
    assert graded(handed_in, Run(mended, run.folder)) == {**POINTS, "ada": 4.25}  # the record is of the mended master
    assert calls == []


def test_a_question_that_is_asked_again_does_not_hide_that_the_others_have_changed(
    handed_in: Path, master_path: Path, tmp_path: Path, calls: list[Job]
) -> None:
    run = Run(master_path.read_bytes(), tmp_path / "records")
    graded(handed_in, run)
    calls.clear()
    dearer = run.master.replace(b'"points": 3', b'"points": 5')
    assert dearer != run.master
    graded(handed_in, Run(dearer, run.folder, question="guess"))
    assert [job.only for job in calls] == [None] * len(POINTS)


def test_an_interrupted_run_goes_on_where_it_was(
    handed_in: Path, master_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, calls: list[Job]
) -> None:
    run = Run(master_path.read_bytes(), tmp_path / "records")

    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        grade(run, submissions(handed_in), 1, interrupt)
    done = len(calls)
    assert 1 <= done < 4
    assert graded(handed_in, run) == POINTS
    assert len(calls) == 4


def test_a_killed_run_leaves_no_process_and_goes_on(handed_in: Path, course: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = [sys.executable, "-m", "grading", "grade", str(handed_in), "--assignment", "small", "--out", str(out)]
    command += ["--course", str(course), "--jobs", "1"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        assert waited_for(lambda: any((out / "records").glob("*.json")))
        started = children(process.pid)
        process.send_signal(signal.SIGKILL)
    assert waited_for(lambda: not any(map(alive, started)))
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stderr
    assert points_in(out / "marks.csv") == POINTS


def points_in(path: Path) -> dict[str, float]:
    found: dict[str, float] = {}
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            found[row["student"]] = found.get(row["student"], 0) + float(row["points"])
    return found


def test_the_command_writes_tables_for_a_roster(
    handed_in: Path, course: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    roster, out = tmp_path / "roster.csv", tmp_path / "out"
    roster.write_text("student,ID,ID number,Email address\nada,7,a7,ada@example.org\nzoe,8,z8,zoe@example.org\n")
    arguments = [str(handed_in), "--assignment", "small", "--out", str(out), "--course", str(course)]
    assert main(["grade", *arguments, "--roster", str(roster)]) == 0
    assert points_in(out / "marks.csv") == POINTS
    assert {row["student"]: row["small"] for row in rows_of(out / "canvas.csv", "SIS Login ID")} == {
        "ada": "6", "zoe": "",
    }  # fmt: skip
    assert (out / "moodle.csv").read_text().splitlines()[1:] == ["a7,ada@example.org,6", "z8,zoe@example.org,"]
    before = {path: path.read_bytes() for path in out.glob("*.csv")}
    assert main(["grade", *arguments, "--roster", str(roster), "--question", "guess"]) == 0
    assert {path: path.read_bytes() for path in out.glob("*.csv")} == before
    assert not list(out.rglob("*.part"))


def test_the_command_says_whom_a_roster_leaves_out_and_which_table_is_old(
    handed_in: Path, course: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    roster, out = tmp_path / "roster.csv", tmp_path / "out"
    arguments = ["grade", str(handed_in), "--assignment", "small", "--out", str(out), "--course", str(course)]
    roster.write_text("student,ID\nada,7\n")
    assert main([*arguments, "--roster", str(roster)]) == 0
    assert {line for line in capsys.readouterr().err.splitlines() if line.startswith("not on")} == {
        f"not on the roster: {name}" for name in POINTS if name != "ada"
    }
    assert sorted(path.name for path in out.glob("*.csv")) == [
        "canvas.csv",
        "marks.csv",
        "questions.csv",
        "students.csv",
    ]  # no column for Moodle
    assert main(arguments) == 0
    assert f"{out / 'canvas.csv'} is of an earlier run: --roster makes it anew" in capsys.readouterr().err


@pytest.mark.parametrize(("text", "words"), [(None, "No such file"), ("name\nada\n", "a column named student")])
def test_a_roster_that_cannot_be_read_is_refused_before_anything_is_graded(
    handed_in: Path, course: Path, tmp_path: Path, text: str | None, words: str
) -> None:
    roster, out = tmp_path / "roster.csv", tmp_path / "out"
    if text is not None:
        roster.write_text(text)
    arguments = ["grade", str(handed_in), "--assignment", "small", "--out", str(out), "--course", str(course)]
    with pytest.raises(SystemExit, match=words):
        main([*arguments, "--roster", str(roster)])
    assert not out.exists()


def test_other_assignments_of_the_course_are_left_alone(handed_in: Path, course: Path, tmp_path: Path) -> None:
    whole, place = shutil.copytree(course, tmp_path / "course"), tmp_path / "submitted"
    shutil.copytree(whole / "source" / "small", whole / "source" / "large")
    (whole / "source" / "large" / "small.ipynb").rename(whole / "source" / "large" / "large.ipynb")
    for name in ("small", "large"):
        (place / "ada" / name).mkdir(parents=True)
        shutil.copy(handed_in / "ada.ipynb", place / "ada" / name / f"{name}.ipynb")
    out = tmp_path / "out"
    assert main(["grade", str(place), "--assignment", "small", "--out", str(out), "--course", str(whole)]) == 0
    with (out / "marks.csv").open(encoding="utf-8", newline="") as stream:
        assert {row["file"] for row in csv.DictReader(stream)} == {"ada/small/small.ipynb"}


def rows_of(path: Path, key: str) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return [{**row, "student": row[key]} for row in csv.DictReader(stream)]


def test_the_command_says_what_is_wrong(
    handed_in: Path, course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    good = {"--assignment": "small", "--out": str(tmp_path / "out"), "--course": str(course)}

    def refused(place: Path, **changes: str) -> str:
        options = [
            part for pair in (good | {f"--{name}": value for name, value in changes.items()}).items() for part in pair
        ]
        with pytest.raises(SystemExit) as found:
            main(["grade", str(place), *options])
        return str(found.value)

    (tmp_path / "empty").mkdir()
    assert "There is no master" in refused(handed_in, assignment="other")
    assert "has no question tea; it has guess, guess-why" in refused(handed_in, question="tea")
    assert "There is nothing at" in refused(tmp_path / "nowhere")
    assert "There are no files in" in refused(tmp_path / "empty")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "No sandbox: bubblewrap is not installed: `apt install bubblewrap`" in refused(handed_in)
    monkeypatch.undo()
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "ada.ipynb").write_bytes((handed_in / "ada.ipynb").read_bytes())
    assert main(["grade", str(tmp_path / "one"), *(part for pair in good.items() for part in pair), "--trusted"]) == 0
    assert "WITHOUT a sandbox" in capsys.readouterr().err
    assert points_in(tmp_path / "out" / "marks.csv") == {"ada": 6.0}

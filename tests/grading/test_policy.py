"""grading.gradebook.policy: which file counts is a function of the class and the policy, and is said."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.__main__ import main
from grading.gradebook.policy import POLICIES, Policy, counting, doubts, several
from grading.gradebook.when import When
from grading.marking.record import STATUSES, Record, Verdict

DUE = datetime(2026, 12, 1, 22, 59, tzinfo=UTC)


def a_record(file: str, student: str, *marks: float, status: str = "graded") -> Record:
    return Record(file, student, "", tuple(Verdict(f"q{n}", mark, 2, status, "") for n, mark in enumerate(marks)))


def best(found: list[Record]) -> dict[str, Record]:
    return {student: one.record for student, one in counting(found, {}, Policy()).items()}


def at(hours: int, file: str = "") -> When:
    return When("the time of the file", DUE + timedelta(hours=hours), order=(0, 0, file))


verdicts = st.builds(
    Verdict, st.just("q"), st.sampled_from([0.0, 1.0, 2.0]), st.just(2.0), st.sampled_from(STATUSES), st.just("")
)
records = st.lists(
    st.builds(Record, st.text(max_size=3), st.sampled_from(["ada", "bob"]), st.just(""), st.tuples(verdicts, verdicts)),
    unique_by=lambda record: record.file,
)
hours = st.integers(-60, 60)
policies = st.builds(
    Policy, st.sampled_from(sorted(POLICIES)), st.just(DUE), st.none() | st.sampled_from([0.0, 0.5, 3.0])
)


@given(records, policies, st.data(), st.randoms())
def test_the_order_of_the_records_does_not_matter(
    found: list[Record], policy: Policy, data: st.DataObject, shuffle: random.Random
) -> None:
    times = {one.file: at(data.draw(hours), one.file) for one in found}
    shuffled = list(found)
    shuffle.shuffle(shuffled)
    assert counting(found, times, policy) == counting(shuffled, times, policy)


@given(records, policies, st.data())
def test_being_late_never_gives_points(found: list[Record], policy: Policy, data: st.DataObject) -> None:
    times = {one.file: at(data.draw(hours), one.file) for one in found}
    for one in counting(found, times, policy).values():
        assert 0 <= one.off <= one.record.points
        assert one.total is None or 0 <= one.total <= one.record.points
        assert (one.off == 0) or times[one.record.file].days_after(DUE) > 0


@given(records, st.data())
def test_of_files_in_time_the_last_is_the_last_in_time(found: list[Record], data: st.DataObject) -> None:
    times = {one.file: at(data.draw(st.integers(-60, 0)), one.file) for one in found}
    last, in_time = (
        {student: one.record for student, one in counting(found, times, Policy(name, DUE)).items()}
        for name in ("last", "in-time")
    )
    assert last == in_time


TRIES = [a_record("1", "ada", 2, 2), a_record("2", "ada", 2, 1), a_record("3", "ada", 0, 0), a_record("4", "ada", 2, 2)]
TIMES = {"1": at(-30), "2": at(-1), "3": at(1), "4": at(30)}
CASES = {
    "best": (Policy("best", DUE, 1.0), "1", 4.0, "the best of 4 files"),
    "last": (Policy("last", DUE, 1.0), "4", 2.0, "the last of 4 files; late, 2 days begun, by the time of the file"),
    "last, refused": (
        Policy("last", DUE, None),
        "4",
        0.0,
        "the last of 4 files; late, 2 days begun, by the time of the file",
    ),
    "in time": (Policy("in-time", DUE, 1.0), "2", 3.0, "the last of 4 files that were in time"),
}


@pytest.mark.parametrize(("policy", "file", "total", "why"), CASES.values(), ids=CASES)
def test_the_file_that_counts_and_why(policy: Policy, file: str, total: float, why: str) -> None:
    one = counting(TRIES, TIMES, policy)["ada"]
    assert (one.record.file, one.total, one.why) == (file, total, why)


def test_where_nothing_was_in_time_the_last_late_one_counts() -> None:
    one = counting(TRIES[2:], TIMES, Policy("in-time", DUE, 1.0))["ada"]
    assert (one.record.file, one.total) == ("4", 2.0)
    assert one.why == "the last of 2 files, none of them in time; late, 2 days begun, by the time of the file"


def test_the_best_file_is_the_best_after_what_being_late_costs() -> None:
    found = [a_record("late", "ada", 2, 2), a_record("early", "ada", 1, 1)]
    times = {"late": at(50), "early": at(-1)}
    assert counting(found, times, Policy("best", DUE, 1.0))["ada"].record.file == "early"
    assert counting(found, times, Policy("best", DUE, 0.5))["ada"].record.file == "late"


def test_canvas_s_mark_is_one_day_with_and_without_a_due_date_here() -> None:
    found, times = [a_record("x", "ada", 2, 2)], {"x": When("Canvas", late=True)}
    for policy in (Policy(off=1.0), Policy(due=DUE, off=1.0)):
        one = counting(found, times, policy)["ada"]
        assert (one.total, one.why) == (3.0, "the only file; late, and Canvas says no more: taken as one day")


def test_a_file_without_a_time_is_taken_as_in_time_and_that_is_said() -> None:
    counted = counting([a_record("x", "ada", 2)], {}, Policy(due=DUE, off=None))
    assert (counted["ada"].total, counted["ada"].why) == (2.0, "the only file; no time is known: taken as in time")
    assert doubts(counted, {}, Policy(due=DUE)) == ["no time is known of the files of 1: taken as in time"]
    assert doubts(counted, {}, Policy()) == []
    assert doubts(counted, {"x": at(0)}, Policy(due=DUE)) == []


@pytest.mark.parametrize("policy", [Policy(off=1.0), Policy(off=None), Policy("in-time")])
def test_a_policy_on_late_work_without_anything_that_tells_what_is_late_is_doubted(policy: Policy) -> None:
    counted = counting([a_record("x", "ada", 2)], {"x": at(50)}, policy)
    assert counted["ada"].total == 2.0
    (line,) = doubts(counted, {"x": at(50)}, policy)
    assert line.endswith("give --due")
    assert doubts(counted, {"x": at(50)}, replace(policy, due=DUE)) == []
    assert doubts(counted, {"x": When("Canvas")}, policy) == []


def test_marks_that_a_person_gives_later_change_the_points_and_not_the_file() -> None:
    one = counting([a_record("x", "ada", 0, status="needs review")], {"x": at(1)}, Policy(due=DUE, off=1.0))["ada"]
    assert one.total is None
    marked = one.marked(replace(one.record, verdicts=a_record("x", "ada", 2).verdicts))
    assert (marked.total, marked.off) == (1.0, 1.0)


def test_the_best_file_of_a_student_counts_and_then_the_first() -> None:
    found = [
        a_record("b", "ada", 2, 1),
        a_record("d", "ada", 2, 2),
        a_record("a", "ada", 0, 1),
        a_record("c", "ada", 2, 2),
    ]
    assert best(found) == {"ada": found[3]}


def test_a_file_that_cannot_be_read_never_counts_before_one_that_can() -> None:
    found = [a_record("._05", "ada", 0, status="unreadable"), a_record("05", "ada", 0, 0)]
    assert best(found) == {"ada": found[1]}


def test_of_files_with_like_points_the_one_counts_in_which_a_person_has_something_to_read() -> None:
    found = [a_record("a", "ada", 0, 0), a_record("b", "ada", 0, 0, status="needs review")]
    assert best(found) == {"ada": found[1]}


def test_who_has_several_files_and_which_of_them_counts_is_said_in_a_line() -> None:
    found = [a_record("a\n\x1b[31m", "ada\x07", 1), a_record("b", "ada\x07", 0), a_record("c", "eve", 0)]
    assert several(counting(found, {}, Policy())) == ["several files: ada? has 2, and a / ?[31m counts"]


@pytest.mark.usefixtures("bubblewrap")
def test_the_command_takes_points_off_and_writes_why(
    course: Path, hand_in: Callable[..., bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, out, roster = tmp_path / "class", tmp_path / "out", tmp_path / "roster.csv"
    folder.mkdir()
    why = {"guess_why": ""}
    (folder / "ada_101_5001_small.ipynb").write_bytes(hand_in(guess="guess = 1", **why))
    (folder / "ada_LATE_101_5002_small-1.ipynb").write_bytes(hand_in(**why))
    roster.write_text("student,ID\nada,101\n", encoding="utf-8")
    arguments = ["grade", str(folder), "--assignment", "small", "--out", str(out), "--course", str(course)]
    for options, total in ((["--late", "2"], "5"), (["--counts", "last", "--late", "2"], "4"), ([], "6")):
        assert main([*arguments, "--roster", str(roster), *options]) == 0
        assert (out / "canvas.csv").read_text(encoding="utf-8").splitlines()[1:] == [f"ada,101,,ada,,{total}"]
    (row,) = csv.DictReader((out / "students.csv").read_text(encoding="utf-8").splitlines())
    late = "the best of 2 files; late, and Canvas says no more: taken as one day"
    assert row == {
        "assignment": "small", "student": "ada", "total": "6", "worth": "10", "points": "6", "off": "0", "waits": "",
        "file": "ada_LATE_101_5002_small-1.ipynb", "why": late,
    }  # fmt: skip
    for wrong in (["--due", "2026-12-01T23:59"], ["--due", "soon"], ["--late", "-1"], ["--counts", "first"]):
        with pytest.raises(SystemExit):
            main([*arguments, *wrong])
    assert "needs its zone, e.g. 2026-12-01T23:59+01:00" in capsys.readouterr().err

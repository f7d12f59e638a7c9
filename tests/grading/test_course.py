"""grading.gradebook.course: totals are sums of what is known, and what is open is said and never a zero."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.__main__ import main
from grading.gradebook import totals
from grading.gradebook.course import Chapter, NoResults, chapter, page, table, written
from grading.gradebook.policy import Policy, counting
from grading.marking.record import Record, Verdict

points = st.none() | st.integers(0, 40).map(lambda quarters: quarters / 4)
students = ("ada", "bob", "eve")


@st.composite
def chapters(draw: st.DrawFn, name: str) -> Chapter:
    found = draw(st.dictionaries(st.sampled_from(students), points))
    waits = {student: "q-why" if total is None else "" for student, total in found.items()}
    return Chapter(name, 10.0, found, waits)


courses = st.tuples(chapters("05"), chapters("06"), chapters("07")).map(list)


@given(courses)
def test_a_total_is_the_sum_of_its_row_or_empty_where_something_is_pending(course: list[Chapter]) -> None:
    head, *rows = table(course, students)
    assert head == ["student", "05", "06", "07", "total", "worth", "open"]
    for student, *cells, total, worth, still in rows:
        pending = [one.name for one in course if student in one.totals and one.totals[student] is None]
        missing = [one.name for one in course if student not in one.totals]
        assert (total == "") == bool(pending)
        if total:
            assert float(total) == sum(float(text) for text in cells if text)
        assert worth == "30"
        said = {part.partition(":")[0]: part for part in still.split("; ") if part}
        assert set(said) == {*pending, *missing}
        assert all("handed in nothing" in said[name] for name in missing)


@given(courses, st.permutations(range(3)))
def test_the_order_of_the_chapters_changes_the_columns_alone(course: list[Chapter], order: list[int]) -> None:
    one, other = table(course, students), table([course[place] for place in order], students)
    for left, right in zip(one[1:], other[1:], strict=True):
        assert [left[0], *left[4:6]] == [right[0], *right[4:6]]
        assert [left[1 + place] for place in order] == right[1:4]


def a_class(*verdicts: Verdict) -> str:
    return totals.students("05", counting([Record("ada.ipynb", "ada", "", verdicts)], {}, Policy()))


def results(folder: Path, text: str) -> Path:
    folder.mkdir()
    (folder / "students.csv").write_text(text, encoding="utf-8")
    return folder


def test_a_chapter_is_read_as_it_was_written(tmp_path: Path) -> None:
    right, waits = Verdict("q", 2.0, 2.0, "graded", ""), Verdict("q-why", 0.0, 1.0, "needs review", "")
    assert chapter(results(tmp_path / "a", a_class(right))) == Chapter("05", 2.0, {"ada": 2.0}, {"ada": ""})
    assert chapter(results(tmp_path / "b", a_class(right, waits))).open("ada") == "05: q-why"
    broken = Verdict("q", 0.0, 2.0, "unreadable", "the file is empty")
    assert chapter(results(tmp_path / "c", a_class(broken))).open("ada") == "05: unreadable"


@pytest.mark.parametrize(
    "text", ["", "student,total\nada,2\n", "assignment,student,total,worth,waits\n05,ada,two,2,\n"]
)
def test_a_folder_without_totals_is_named(tmp_path: Path, text: str) -> None:
    with pytest.raises(NoResults, match="grade the chapter with --out"):
        chapter(results(tmp_path / "out", text))
    with pytest.raises(NoResults, match="nowhere"):
        chapter(tmp_path / "nowhere")


def test_one_chapter_cannot_count_twice(tmp_path: Path) -> None:
    folder = results(tmp_path / "a", a_class(Verdict("q", 2.0, 2.0, "graded", "")))
    with pytest.raises(NoResults, match="two of the folders are of 05"):
        written(tmp_path / "out", [folder, folder], [])
    assert not (tmp_path / "out").exists()


def test_a_name_that_a_spreadsheet_would_compute_is_one_student_in_roster_and_results(tmp_path: Path) -> None:
    record = Record("x.ipynb", "=ada", "", (Verdict("q", 2.0, 2.0, "graded", ""),))
    folder = results(tmp_path / "a", totals.students("05", counting([record], {}, Policy())))
    written(tmp_path, [folder], ["=ada"])
    assert (tmp_path / "course.csv").read_text(encoding="utf-8").splitlines()[1:] == ["'=ada,2,2,2,"]


class Tags(HTMLParser):
    """Collects the names of all tags."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)


@given(st.text())
def test_no_letter_of_a_table_is_markup(name: str) -> None:
    reader = Tags()
    reader.feed(page([[f"<a>{name}", "x"], [f"<img>{name}", f"<script>{name}"]]))
    assert not {"a", "img", "script"} & reader.names


@pytest.mark.usefixtures("bubblewrap")
def test_the_command_adds_up_two_chapters_over_one_roster(
    course: Path, hand_in: Callable[..., bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    roster, text = tmp_path / "roster.csv", (course / "source" / "small" / "small.ipynb").read_bytes()
    other = tmp_path / "course" / "source"
    for name in ("small", "second"):
        (other / name).mkdir(parents=True)
        (other / name / f"{name}.ipynb").write_bytes(text)
    roster.write_text("student,ID\nada,101\nbob,102\nzoe,103\n", encoding="utf-8")
    classes = {
        "small": {"ada_101_1_small.ipynb": {}, "bob_102_2_small.ipynb": {"guess_why": "Because."}},
        "second": {"ada_LATE_101_9_second.ipynb": {"guess": "guess = 1"}, "bob_102_8_second.ipynb": {}},
    }
    for name, files in classes.items():
        (tmp_path / name).mkdir()
        for file, answers in files.items():
            (tmp_path / name / file).write_bytes(hand_in(**answers))
        arguments = ["--assignment", name, "--out", str(tmp_path / f"out-{name}"), "--course", str(other.parent)]
        assert main(["grade", str(tmp_path / name), *arguments, "--roster", str(roster), "--late", "0.5"]) == 0
    folders = [str(tmp_path / f"out-{name}") for name in classes]
    assert main(["course", *folders, "--roster", str(roster), "--out", str(tmp_path / "all")]) == 0
    assert str(tmp_path / "all" / "course.csv") in capsys.readouterr().out
    rows = list(csv.reader(io.StringIO((tmp_path / "all" / "course.csv").read_text(encoding="utf-8"))))
    assert rows == [
        ["student", "small", "second", "total", "worth", "open"],
        ["ada", "6", "4.5", "10.5", "20", ""],
        ["bob", "", "6", "", "20", "small: guess-why"],
        ["zoe", "", "", "0", "20", "small: handed in nothing; second: handed in nothing"],
    ]
    with pytest.raises(SystemExit, match="has no totals"):
        main(["course", str(tmp_path), "--out", str(tmp_path / "all")])

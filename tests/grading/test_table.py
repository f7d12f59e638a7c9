"""grading.gradebook.table: the same records give the same bytes, and no cell is a formula."""

from __future__ import annotations

import csv
import io

from hypothesis import example, given
from hypothesis import strategies as st

from grading.gradebook import table
from grading.gradebook.policy import Policy, counting
from grading.marking.record import STATUSES, Record, Verdict

texts = st.text()
points = st.integers(0, 40).map(lambda quarters: quarters / 4)
verdicts = st.builds(Verdict, texts, points, points, st.sampled_from(STATUSES), texts)
records = st.lists(
    st.builds(Record, texts, st.sampled_from(["ada", "bob", "eve"]) | texts, texts, st.lists(verdicts).map(tuple)),
    unique_by=lambda record: record.file,
)
STUDENTS = [
    {"student": "ada", "Student": "Lovelace, Ada", "ID": "7", "ID number": "a7", "Email address": "ada@example.org"},
    {"student": "bob"},
]


def a_record(file: str, student: str, *marks: float, status: str = "graded") -> Record:
    return Record(file, student, "", tuple(Verdict(f"q{n}", mark, 2, status, "") for n, mark in enumerate(marks)))


def totals(found: list[Record]) -> dict[str, float | None]:
    return {student: one.total for student, one in counting(found, {}, Policy()).items()}


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


@given(records, st.randoms())
def test_the_order_of_the_records_changes_no_byte(found: list[Record], random: st.random.Random) -> None:  # type: ignore[name-defined]
    shuffled = list(found)
    random.shuffle(shuffled)
    assert table.marks(found) == table.marks(shuffled)
    assert table.canvas(totals(found), STUDENTS, "05") == table.canvas(totals(shuffled), STUDENTS, "05")
    assert table.moodle(totals(found), STUDENTS, "05") == table.moodle(totals(shuffled), STUDENTS, "05")


@given(texts)
@example("=HYPERLINK(1)")
@example(" \t=1")
@example("\n+1")
@example("\ufeff=1")
@example("\u200b@x")
@example("\u2212x\u2028-1")
@example("＝1")
@example("a;=1")
@example(';;\t"@x')
@example("a\x00\x1b[31m\udcff")
def test_no_text_is_a_formula_or_more_than_a_line(text: str) -> None:
    for shown in (table.harmless(text), table.in_a_line(text)):
        for cell in shown.split(";"):
            assert cell.strip().strip('" ')[:1] not in set("=+-@\t\r＝＋－＠")
        assert shown.isprintable()
        assert len(shown.splitlines()) <= 1
        shown.encode()


def test_names_keep_their_blanks() -> None:
    found = [a_record(" ada  .ipynb", " ada ", 2)]
    assert rows(table.marks(found))[1][:2] == [" ada  .ipynb", " ada "]


def test_no_cell_of_a_roster_becomes_a_formula() -> None:
    formula = "x;=HYPERLINK(1)"
    names = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section", "ID number", "Email address")
    student = {"student": "ada", **dict.fromkeys(names, formula)}
    for text in (table.canvas({}, [student], "05"), table.moodle({}, [student], "05")):
        assert set(rows(text)[1]) == {"x;'=HYPERLINK(1)", ""}


@given(records)
def test_there_is_a_row_for_each_file_and_question(found: list[Record]) -> None:
    header, *body = rows(table.marks(found))
    assert tuple(header) == table.COLUMNS
    assert len(body) == sum(len(record.verdicts) for record in found)
    assert {len(row) for row in body} <= {7}


def test_a_row_says_what_a_question_came_to() -> None:
    verdict = Verdict("loss", 1.5, 2, "stopped", "it takes\ntoo long, or\n\n=so")
    text = table.marks([Record("ada/05.ipynb", "ada", "", (verdict,))])
    assert rows(text)[1] == ["ada/05.ipynb", "ada", "loss", "1.5", "2", "stopped", "it takes / too long, or / =so"]


def test_canvas_and_moodle_get_a_row_for_each_student() -> None:
    found = [a_record("ada.ipynb", "ada", 2, 1.5), a_record("eve.ipynb", "eve", 2)]
    assert rows(table.canvas(totals(found), STUDENTS, "05")) == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "05"],
        ["Lovelace, Ada", "7", "", "ada", "", "3.5"],
        ["bob", "", "", "bob", "", ""],
    ]
    assert rows(table.moodle(totals(found), STUDENTS, "05")) == [
        ["ID number", "Email address", "05"],
        ["a7", "ada@example.org", "3.5"],
        ["", "", ""],
    ]

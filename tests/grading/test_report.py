"""grading.gradebook.report: every file is counted once, and what is nearly equal is found whatever is around it."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.__main__ import main
from grading.gradebook.report import STATES, Alike, alike, page, questions, runs, table
from grading.marking.record import STATUSES, Record, Verdict

OWN = """\
def merged(left, right):
    counts = dict(left)
    for word, number in right.items():
        counts[word] = counts.get(word, 0) + number
    return {word: counts[word] for word in sorted(counts)}
"""
OTHERS = {
    "cleo": "def merged(a, b):\n    return dict(sorted((Counter(a) + Counter(b)).items()))\n",
    "dora": "def merged(a, b):\n    return {k: a.get(k, 0) + b.get(k, 0) for k in sorted(set(a) | set(b))}\n",
}
SAME = {
    "as it is": OWN,
    "with comments and other spaces": OWN.replace("    ", "        ").replace(":\n", ":  # mine\n\n", 1),
    "with a line more": OWN + "\nprint(merged({}, {}))\n",
}


def verdicts() -> st.SearchStrategy[Verdict]:
    points = st.sampled_from([0.0, 1.0, 2.0])
    texts = st.sampled_from(["", "called f(1)\ncame 2", "<b>bold</b>", "its cell was stopped: it takes too long"])
    return st.builds(Verdict, st.sampled_from(["one", "two"]), points, st.just(2.0), st.sampled_from(STATUSES), texts)


records = st.lists(
    st.builds(Record, st.text(max_size=4), st.text(max_size=4), st.just(""), st.tuples(verdicts(), verdicts()))
)


@given(records)
def test_every_verdict_is_counted_once(found: list[Record]) -> None:
    report = questions(found)
    assert sum(one.files for one in report) == sum(len(record.verdicts) for record in found)
    assert all(0 <= one.mean <= one.worth for one in report if not one.states.get("waits for a person"))
    rows = list(csv.DictReader(io.StringIO(table(report))))
    assert [(row["question"], sum(int(row[name]) for name in STATES)) for row in rows] == [
        (one.question, one.files) for one in report
    ]


def test_what_a_check_said_most_often_comes_first() -> None:
    one = Verdict("q", 0.0, 2.0, "graded", "called f(1)\ncame 3")
    others = [replace(one, reason="called f(2)\ncame 4")] * 2
    right, waits = replace(one, points=2.0, reason=""), replace(one, status="needs review", reason="by hand")
    (found,) = questions([Record(f"{k}", f"{k}", "", (own,)) for k, own in enumerate([one, *others, right, waits])])
    assert found.reasons == (("called f(2)", 2), ("called f(1)", 1))
    assert found.states == {"no points": 3, "all points": 1, "waits for a person": 1}
    assert found.mean == 2.0 / 4


@pytest.mark.parametrize("copy", SAME.values(), ids=SAME)
def test_a_copied_answer_is_found_whatever_surrounds_it(copy: str) -> None:
    answers = {"ada": {"merge": OWN}, "bob": {"merge": copy}, **{who: {"merge": text} for who, text in OTHERS.items()}}
    (found,) = alike(answers, ["def merged(a, b):\n    ..."])
    assert found == Alike("merge", "ada", "bob", 1.0)
    names = list(answers)
    random.Random(5).shuffle(names)
    assert alike({name: answers[name] for name in names}, []) == alike(answers, [])


def test_what_was_given_and_what_many_have_is_nobodys_own() -> None:
    both = {"ada": {"merge": OWN}, "bob": {"merge": OWN}}
    assert len(alike(both, [])) == 1
    assert alike(both, [f"x = 1\n{OWN}"]) == []
    assert alike({f"student {k}": {"merge": OWN} for k in range(6)}, []) == []  # who would copy from whom?


def test_short_answers_are_not_compared() -> None:
    assert alike({"ada": {"q": "x = 1 + 2"}, "bob": {"q": "x = 1 + 2"}}, []) == []


@given(st.text())
def test_every_text_has_runs(text: str) -> None:
    assert all(len(run) == 8 for run in runs(text))


class Tags(HTMLParser):
    """Collects the names of all tags."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)


@given(st.text(), st.text())
def test_no_letter_of_a_learner_is_markup(name: str, reason: str) -> None:
    wrong = Verdict(f"<script>{name}", 0.0, 1.0, "graded", f"<img src=x>{reason}")
    reader = Tags()
    reader.feed(page(f"<iframe>{name}", questions([Record("f", "s", "", (wrong,))]), [Alike(name, "<a>", reason, 0.9)]))
    assert not {"script", "img", "iframe", "a"} & reader.names


def test_the_command_writes_a_report_and_says_in_a_line_what_came_of_the_class(
    tmp_path: Path, course: Path, hand_in: Callable[..., bytes], capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "class").mkdir()
    own = f"{OWN}\n\ndef square(x):\n    return merged({{}}, {{x: x * x}})[x]"
    for student, answer in {"ada": own, "bob": f"# mine\n{own}", "eve": "def square(x): return x"}.items():
        (tmp_path / "class" / f"{student}.ipynb").write_bytes(hand_in(square=answer))
    (tmp_path / "roster.csv").write_text("student\nada\nbob\nzoe\n", encoding="utf-8")
    options = ["--assignment", "small", "--course", str(course), "--roster", str(tmp_path / "roster.csv")]
    assert main(["grade", str(tmp_path / "class"), *options, "--out", str(tmp_path / "out")]) == 0
    said = capsys.readouterr()
    assert "3 students; answers: 8 with all points, 4 with none" in said.out
    assert "handed in nothing: zoe" in said.err
    shown = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "<td>square<td>ada<td>bob<td>100%" in shown
    (square, *_) = csv.DictReader(io.StringIO((tmp_path / "out" / "questions.csv").read_text(encoding="utf-8")))
    assert (square["question"], square["all points"], square["mean"]) == ("square", "2", "1.33")


def test_a_page_of_nothing_says_so() -> None:
    assert "Nothing has been graded." in page("05", [], [])

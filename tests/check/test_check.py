"""Checks: all points or none, in at most ten lines, whatever the answer is; and what nbgrader makes of them."""

from __future__ import annotations

import copy
import linecache
import pickle
import re
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
from drawing import draws
from hostile import LIARS, hostile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from processes import PATIENCE
from shell import running_shell

from tinyml import Identity, Loss, OutOfRange, Space, TokenId, check
from tinyml.ch02_arrows.laws import dot_test
from tinyml.check import questions
from tinyml.check.agreement import MOST_LETTERS, described
from tinyml.check.outcomes import NotPassed, copied, outcome
from tinyml.check.questions import Points, Question, seal_of, source_of

SECRET = 1.549409
REREAD = "chapter 5, 'Predict, then run'"


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    check.RESULTS.clear()
    yield
    check.RESULTS.clear()


def a_question(answers: dict[str, Any]) -> Question:
    return Question("loss-after", 2, REREAD, "", answers)


def short(printed: str) -> bool:
    """Whether a report keeps to its limits: ten lines, none endless, all to be printed anywhere."""
    lines = printed.splitlines()
    return len(lines) <= 10 and all(len(line) <= questions.MOST_LETTERS and line.isprintable() for line in lines)


# ---------------------------------------------------------------- all points or none, and ten lines

ASKS: list[Callable[[Question], Any]] = [
    lambda ask: ask.value("answer").gives(SECRET),
    lambda ask: ask.value("answer").gives([SECRET], shown=False),
    lambda ask: ask.value("answer").gives(np.array([SECRET])),
    lambda ask: ask.value("answer").gives(TokenId(3)),
    lambda ask: ask.value("answer").gives({"a": SECRET}),
    lambda ask: ask.call("answer", 1, "two").gives(SECRET),
    lambda ask: ask.call("answer", [1]).raises(OutOfRange),
    lambda ask: ask.call("gives").gives(SECRET),
    lambda ask: ask.call("raises").gives(SECRET),
    lambda ask: ask.call("raises").raises(OutOfRange, ZeroDivisionError),
    lambda ask: ask.that(ask.value("answer").result() is SECRET, "It is another."),
    lambda ask: ask.that(len(ask.value("answer").result()) > 10**6, "It is too short."),
    lambda ask: ask.value("answer").result()(SECRET).gives(1),
]


@settings(draws(400), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(hostile, st.sampled_from(range(len(ASKS))), st.booleans(), st.booleans())
def test_no_answer_makes_a_check_raise_or_gains_points(
    capsys: pytest.CaptureFixture[str], answer: Any, number: int, hidden: bool, thrown: bool
) -> None:
    def gives() -> Any:
        return answer

    def raises() -> Any:
        raise answer if thrown else type("Unheard\n", (Exception,), {"__str__": lambda self: answer})()

    ask = a_question({"answer": answer, "gives": gives, "raises": raises})
    with ask:
        if hidden:
            ask.hide()
        ASKS[number](ask)
    printed = capsys.readouterr()
    points, said_short = float(ask.points), short(printed.out)
    assert points == 0
    assert said_short
    assert printed.err == ""
    assert str(SECRET) not in printed.out or not (hidden or number == 1)


@pytest.mark.parametrize("make", LIARS, ids=lambda make: make.__name__)
def test_no_class_states_what_a_check_asks(make: Callable[[], Any], capsys: pytest.CaptureFixture[str]) -> None:
    with a_question({}) as ask:
        ask.that(make(), "It does not hold.")
    assert float(ask.points) == 0
    assert short(capsys.readouterr().out)


@given(st.lists(st.booleans(), max_size=6), st.floats(0.5, 10))
def test_all_points_or_none(holds: list[bool], worth: float) -> None:
    ask = Question("q", worth, REREAD, "", {})
    with ask:
        for one in holds:
            ask.that(one, "It does not hold.")
    assert float(ask.points) == (worth if all(holds) else 0)
    assert check.RESULTS["q"] == ask.points


@pytest.mark.parametrize(
    ("holds", "passes"),
    [
        (True, True),
        (np.True_, True),
        ("text", True),
        ([1], True),
        (re.match("a", "a"), True),
        (dot_test(lambda x: x, lambda y: y, np.ones(2), np.ones(2)), True),
        (dot_test(lambda x: x, lambda y: -y, np.ones(2), np.ones(2)), False),
        (False, False),
        (None, False),
        ("", False),
    ],
)
def test_a_statement_holds_when_python_says_so(holds: Any, passes: bool, capsys: pytest.CaptureFixture[str]) -> None:
    with a_question({}) as ask:
        ask.that(holds, "It does not hold.")
    assert float(ask.points) == 2 * passes
    assert ("It does not hold." in capsys.readouterr().out) != passes


def test_the_report_is_short_and_ends_with_what_to_reread(capsys: pytest.CaptureFixture[str]) -> None:
    with a_question({}):
        raise NotPassed(*["a line\nof two" * 100] * 30)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 10
    assert lines[0] == "loss-after: not yet."
    assert lines[-1] == f"reread    {REREAD}"
    assert max(map(len, lines)) == questions.MOST_LETTERS


# ---------------------------------------------------------------- what is said


def endless(n: int) -> int:
    return endless(n + 1)


def report(capsys: pytest.CaptureFixture[str], answers: dict[str, Any], asked: Callable[[Question], Any]) -> list[str]:
    """Return the lines that a check prints between the first and the last."""
    with a_question(answers) as ask:
        asked(ask)
    return capsys.readouterr().out.splitlines()[1:-1]


def test_a_wrong_value_is_said_with_what_was_expected(capsys: pytest.CaptureFixture[str]) -> None:
    said = report(capsys, {"f": lambda n: n + 0.5}, lambda ask: ask.call("f", 1).gives(SECRET, within=1e-6))
    assert said == [
        "called    f(1)",
        "came      1.5",
        "expected  1.549409, within 1e-06",
        "so        it is too far away",
    ]


def test_what_is_kept_back_is_not_said(capsys: pytest.CaptureFixture[str]) -> None:
    said = report(capsys, {"f": lambda n: n + 0.5}, lambda ask: ask.call("f", 1).gives(SECRET, shown=False))
    assert said == ["called    f(1)", "came      1.5", "so        it is too far away"]


def test_what_was_not_called_was_looked_at(capsys: pytest.CaptureFixture[str]) -> None:
    said = report(capsys, {"guess": 3}, lambda ask: ask.value("guess").gives(4))
    assert said == ["looked at guess", "came      3", "expected  4", "so        it is another number"]
    said = report(capsys, {}, lambda ask: check.Outcome("the guess (the second)'s size", 3).gives(4))
    assert said[0] == "looked at the guess (the second)'s size"


@pytest.mark.parametrize(
    ("expected", "distance"),
    [
        (TokenId(4), ""),
        ((1, "x"), ""),
        (np.array([1, 2]), ""),
        ([1, 2.5], ", within 0.5"),
        ({"a": 1.5}, ", within 0.5"),
        (np.array([0.25]), ", within 0.5"),
        (Loss(4.0), ", within 0.5"),
    ],
)
def test_a_distance_is_named_where_one_is_allowed(
    capsys: pytest.CaptureFixture[str], expected: Any, distance: str
) -> None:
    said = report(capsys, {"guess": "?"}, lambda ask: ask.value("guess").gives(expected, within=0.5))
    assert said[2] == f"expected  {described(expected)}{distance}"


def test_the_message_of_a_join_is_read_to_its_end(capsys: pytest.CaptureFixture[str]) -> None:
    one, other = (Identity[Any](Space(name)) for name in ("Parameters", "Loss"))
    said = report(capsys, {"f": lambda: one >> other}, lambda ask: ask.call("f").result())
    assert said[1].startswith(
        "raised    CompositionError: cannot compose; identity : Parameters -> Parameters; identity : Loss -> Loss; "
        "Parameters is not Loss: an arrow Parameters -> Loss is missing"
    )


@pytest.mark.parametrize(
    "asked",
    [
        lambda ask: ask.call("f", 27).gives(SECRET),
        lambda ask: ask.call("g", 27).gives(SECRET),
        lambda ask: ask.call("f", 27).raises(ValueError),
        lambda ask: ask.that(False, f"It should be {SECRET}."),
        lambda ask: 1 / 0,
    ],
)
def test_hidden_tests_say_nothing_of_what_they_tried(
    capsys: pytest.CaptureFixture[str], asked: Callable[[Question], Any]
) -> None:
    def all_of_it(ask: Question) -> None:
        ask.call("f", 1).gives(1.5)
        ask.hide()
        asked(ask)

    said = report(capsys, {"f": lambda n: n + 0.5 if n == 1 else print(n, SECRET)}, all_of_it)
    assert said == [check.HIDDEN]


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({}, ["There is no f yet. Write it in the cell above, and run that cell."]),
        ({"f": ...}, ["f is still `...`: write the answer in its place, and run that cell."]),
        ({"f": 3}, ["f should be something that can be called; it is 3."]),
        ({"f": lambda n: None}, ["called    f(1)", "came      nothing: is it answered?"]),
        ({"f": lambda: 1}, ["called    f(1)", "raised    TypeError: "]),
        ({"f": lambda n: 1 / 0}, ["called    f(1)", "raised    ZeroDivisionError: division by zero"]),
        ({"f": lambda n: sys.exit(3)}, ["called    f(1)", "raised    SystemExit: 3"]),
        ({"f": endless}, ["called    f(1)", "raised    RecursionError: "]),
    ],
)
def test_what_went_wrong_is_said(capsys: pytest.CaptureFixture[str], answers: dict[str, Any], said: list[str]) -> None:
    told = report(capsys, answers, lambda ask: ask.call("f", 1).gives(1.5))
    assert [line[: len(start)] for line, start in zip(told, said, strict=False)] == said


def test_a_stub_that_is_not_implemented_is_not_answered_yet(capsys: pytest.CaptureFixture[str]) -> None:
    def stub(n: int) -> int:
        raise NotImplementedError

    said = report(capsys, {"f": stub}, lambda ask: ask.call("f", 1).gives(1))
    assert said == ["called    f(1)", "came      nothing: it is not answered yet"]


def test_an_error_that_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    answers = {"f": lambda n: TokenId(-n)}
    assert report(capsys, answers, lambda ask: ask.call("f", 1).raises(OutOfRange)) == []
    said = report(capsys, answers, lambda ask: ask.call("f", 0).raises(OutOfRange))
    assert said == ["called    f(0)", "came      TokenId(index=0)", "expected  to raise OutOfRange"]
    said = report(capsys, answers, lambda ask: ask.call("f", 1).raises(KeyError, OSError))
    assert said[2] == "expected  to raise KeyError or OSError"


# ---------------------------------------------------------------- what the reader's code may do


def test_what_a_function_prints_or_warns_of_is_dropped(capsys: pytest.CaptureFixture[str]) -> None:
    def loud(n: int) -> int:
        for _ in range(1000):
            print(n)
        print("to the other stream", file=sys.stderr)
        warnings.warn("careful", stacklevel=1)
        return int(np.float64(1e308) * 10 > n)

    before = sys.stdout, sys.stderr
    with a_question({"f": loud}) as ask:
        ask.call("f", 1).gives(1)
    assert (sys.stdout, sys.stderr) == before
    assert float(ask.points) == 2
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "")


def test_an_interruption_by_hand_stops_the_cell_and_gives_no_points() -> None:
    def waits() -> None:
        raise KeyboardInterrupt

    check.RESULTS["loss-after"] = Points(2, "of an earlier run")
    with pytest.raises(KeyboardInterrupt), a_question({"f": waits}) as ask:
        ask.call("f")
    assert float(ask.points) == 0
    assert "loss-after" not in check.RESULTS
    with pytest.raises(KeyboardInterrupt):
        outcome("f()", waits)


def test_a_function_that_changes_its_arguments_changes_nothing_here() -> None:
    def zeroes(array: Any, row: list[Any], table: dict[str, Any]) -> float:
        array[:] = 0
        row[0][0] = 0
        table["a"].clear()
        return 0.0

    array, row, table = np.ones(2), [[1], (np.ones(1),)], {"a": [1]}
    with a_question({"f": zeroes}) as ask:
        ask.call("f", array, row, table).gives(float(array.sum() + row[0][0] + len(table["a"])))
    assert float(ask.points) == 0
    assert array.tolist() == [1, 1]
    assert row[0] == table["a"] == [1]


@given(st.recursive(st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_a_copied_argument_is_the_same(value: Any) -> None:
    assert copied(value) == value


def test_a_notebook_has_no_other_machine() -> None:
    value = [np.arange(3)]
    assert Question("one", 1, "here", "", {}).elsewhere(value, most=1) is value


def test_hidden_inputs_are_the_same_in_every_run() -> None:
    one, two = a_question({}), Question("other", 1, REREAD, "", {})
    assert one.random.integers(10**9) == a_question({}).random.integers(10**9) != two.random.integers(10**9)


# ---------------------------------------------------------------- points


@pytest.mark.parametrize(
    ("worth", "shown"), [(2, "2"), (0.5, "0.5"), (1 / 3, "0.333333333333"), (12345678, "12345678")]
)
def test_points_are_a_number_for_nbgrader_and_words_for_the_reader(worth: float, shown: str) -> None:
    points = Points(worth, f"loss <after>: {worth:g} points")
    assert repr(points) == shown
    assert points._repr_html_() == f"<p>loss &lt;after&gt;: {worth:g} points</p>"
    for again in (copy.deepcopy(points), pickle.loads(pickle.dumps(points))):
        assert (float(again), again.words, again.pending) == (worth, points.words, False)


def test_the_summary_counts_what_was_checked_last(capsys: pytest.CaptureFixture[str]) -> None:
    for holds in (False, True):
        with Question("one", 2, REREAD, "", {}) as ask:
            ask.that(holds, "no")
    with Question("two", 3, REREAD, "", {}) as ask:
        ask.that(False, "no")
    capsys.readouterr()
    check.summary({"one": 2, "two": 3, "three": 1})
    said = [line.split(maxsplit=1)[1].strip() for line in capsys.readouterr().out.splitlines()]
    assert said == ["2 of 2", "0 of 3", "not checked yet, 1", "far                         2 of 6"]


# ---------------------------------------------------------------- the seal, in a real shell

UNSEALED = """with check.question("q", points=2, reread="chapter 5") as ask:
    # a word — on what follows

    ask.value("x").gives(1)
    ask.that(True, "text")
ask.points
"""
SEALED = UNSEALED.replace('"chapter 5"', f'"chapter 5", seal="{seal_of(UNSEALED)}"')


@pytest.fixture
def shell() -> Iterator[Any]:
    with running_shell() as shell:
        shell.run_cell("from tinyml import check\nx = 1")
        yield shell


@pytest.mark.parametrize(
    "cell",
    [
        SEALED,
        UNSEALED,
        SEALED.replace("\n", "\r\n"),
        SEALED.replace("\n", "  \n"),
        f"\n\n{SEALED}\n\n",
        SEALED.rstrip(),
        "".join(f"    {line}\n" for line in SEALED.splitlines()),
        SEALED.replace("    ", "  "),
        SEALED.replace("    ", "\t"),
        SEALED.replace("follows\n\n", "follows\n"),
    ],
)
def test_a_check_cell_as_it_was_given_out_counts(shell: Any, capsys: pytest.CaptureFixture[str], cell: str) -> None:
    ran = shell.run_cell(cell)
    assert ran.success
    assert float(ran.result) == 2
    assert "not as it was given out" not in capsys.readouterr().out


def test_a_cell_is_told_from_a_file_in_an_older_ipython_too(monkeypatch: pytest.MonkeyPatch) -> None:
    cell, file = "<ipython-input-1-abc>", "module.py"
    entries = {name: (1, 1700000000.0, ["x = 1\n"], name) for name in (cell, file)}  # both with a time of change
    monkeypatch.setattr(linecache, "cache", entries)
    monkeypatch.setattr(linecache, "_ipython_cache", {cell: entries[cell]}, raising=False)  # as IPython 7 has it
    assert [source_of(name) for name in (cell, file, "missing.py")] == ["x = 1\n", "", ""]


@pytest.mark.parametrize(
    "cell",
    [
        SEALED.replace("gives(1)", "gives(x)"),
        SEALED.replace("points=2", "points=20"),
        SEALED.replace('    ask.that(True, "text")\n', ""),
        SEALED.replace('    ask.value("x")', '    # ask.value("x")'),
        SEALED.replace("ask.points", "2"),
    ],
)
def test_a_changed_check_cell_gives_no_points_and_says_how_to_get_it_back(
    shell: Any, capsys: pytest.CaptureFixture[str], cell: str
) -> None:
    assert shell.run_cell(cell).success
    printed = capsys.readouterr().out
    assert "This check cell is not as it was given out, so it gives no points." in printed
    assert "Download the notebook again and copy this one cell back" in printed
    assert float(check.RESULTS["q"]) == 0
    assert shell.run_cell(SEALED).success
    assert float(check.RESULTS["q"]) == 2, "the cell copied back counts again"


def test_a_notebook_made_a_script_is_not_taken_for_a_changed_cell(tmp_path: Path) -> None:
    script = tmp_path / "notebook.py"
    script.write_text(f"from tinyml import check\nx = 1\n{SEALED}", encoding="utf-8")
    names: dict[str, Any] = {}
    exec(compile(script.read_text(encoding="utf-8"), str(script), "exec"), names)
    assert float(check.RESULTS["q"]) == 2


def test_an_answer_in_a_shell_that_is_missing_or_still_to_be_written(
    shell: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    for code, said in (("del x", "There is no x yet."), ("x = ...", "x is still `...`")):
        shell.run_cell(code)
        ran = shell.run_cell(SEALED)
        printed = capsys.readouterr()
        assert ran.success
        assert float(ran.result) == 0
        assert said in printed.out
        assert "Traceback" not in printed.out + printed.err


# ---------------------------------------------------------------- nbgrader

NBGRADER = {"grade": True, "locked": True, "points": 2, "schema_version": 3, "solution": False, "task": False}
ANSWERS = {
    "right": "def f(n):\n    return n + 0.5",
    "wrong": "def f(n):\n    return n",
    "missing": "pass",
    "to be written": "f = ...",
    "a stub": "def f(n):\n    ...",
    "ends": "def f(n):\n    raise SystemExit",
    "right and loud": (
        "import sys, warnings\ndef f(n):\n    print(n, file=sys.stderr)\n    print(n)\n"
        "    warnings.warn('careful')\n    return n + 0.5"
    ),
}
CHECK = """with check.question("q", points=2, reread="chapter 5") as ask:
    ask.call("f", 1).gives(1.5)
ask.points
"""


def test_nbgrader_reads_full_points_or_none_from_a_notebook_that_was_run() -> None:
    with warnings.catch_warnings(action="ignore"):  # of Jupyter's own packages
        from nbclient import NotebookClient  # noqa: PLC0415
        from nbgrader.utils import determine_grade  # noqa: PLC0415

        cells = [nbformat.v4.new_code_cell("from tinyml import check")]
        for answer in ANSWERS.values():
            cells.append(nbformat.v4.new_code_cell(f"f = None; del f\n{answer}"))
            cells.append(nbformat.v4.new_code_cell(CHECK, metadata={"nbgrader": NBGRADER | {"grade_id": "q"}}))
        notebook = nbformat.v4.new_notebook(cells=cells)
        NotebookClient(notebook, timeout=PATIENCE, kernel_name="python3").execute()
        grades = [determine_grade(cell) for cell in notebook.cells[2::2]]
    assert dict(zip(ANSWERS, grades, strict=True)) == {
        name: (2 if name.startswith("right") else 0, 2) for name in ANSWERS
    }
    shown = notebook.cells[2].outputs
    assert [output.output_type for output in shown] == ["execute_result"]
    assert shown[0].data == {"text/html": "<p>q: 2 of 2 points</p>", "text/plain": "2"}
    for cell in notebook.cells[4::2]:
        streams = [output for output in cell.outputs if output.output_type == "stream"]
        assert all(output.name == "stdout" and short(output.text) for output in streams)


def test_a_description_fits_a_line_of_a_report() -> None:
    assert MOST_LETTERS + len("expected  ") + len(", within 1e-300") < questions.MOST_LETTERS

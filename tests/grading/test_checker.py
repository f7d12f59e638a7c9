"""grading.marking.checker: the points that an honest marker would give, whatever an answer does."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from IPython.core.inputtransformer2 import TransformerManager
from processes import PATIENCE

from grading.box.box import Box
from grading.intake.master import Master, MasterCell
from grading.intake.read import Cell
from grading.intake.rebuild import Piece, Rebuilt, rebuild
from grading.marking import checker, session
from grading.marking.checker import WITHHELD, verdicts
from grading.marking.file import stopped
from grading.marking.record import Verdict

FULL = {"square": 2.0, "shift": 3.0, "guess": 1.0, "guess-why": 0.0}
pytestmark = pytest.mark.usefixtures("bubblewrap")


@pytest.fixture
def marked(master: Master, rebuilt: Callable[..., Rebuilt]) -> Callable[..., dict[str, Verdict]]:
    """Return marked(square="…"): the verdicts on the right answers with these in their place."""

    def mark(*, visible: bool = False, **answers: str) -> dict[str, Verdict]:
        return {verdict.question: verdict for verdict in verdicts(master, rebuilt(**answers), visible=visible)}

    return mark


def points(found: dict[str, Verdict]) -> dict[str, float]:
    return {question: verdict.points for question, verdict in found.items()}


def test_right_answers_get_all_points(marked: Callable[..., dict[str, Verdict]]) -> None:
    found = marked()
    assert points(found) == FULL
    assert {verdict.reason for verdict in found.values()} == {"", "no answer"}
    assert {verdict.status for verdict in found.values()} == {"graded"}


def test_the_untouched_notebook_gets_none_and_is_told_why(master: Master) -> None:
    found = {verdict.question: verdict for verdict in verdicts(master, rebuild(master, []))}
    assert set(points(found).values()) == {0}
    assert {verdict.status for verdict in found.values()} <= {"graded", "needs review"}
    assert "is it answered?" in found["square"].reason
    assert "There is no shift yet" in found["shift"].reason


def each(answers: dict[str, list[str]]) -> list[Any]:
    return [
        pytest.param(question, text, id=f"{question}-{number}")
        for question, texts in answers.items()
        for number, text in enumerate(texts)
    ]


WRONG = {
    "square": ["def square(x): return 2 * x", "def square(x): return 9", "square = 9", "def square(): return 9"],
    "shift": [
        "def shift(x): return x + 1",
        "shift = doubled",
        "shift = arrow(float, str)(lambda x: str(x + 1))",
        "class Shift(Morphism): pass\nshift = Shift",
    ],
    "guess": ["guess = '42'", "guess = True", "guess = ...", "", "guess = (42", "guess = [42]", "guess = lambda: 42"],
}


@pytest.mark.parametrize(("question", "answer"), each(WRONG))
def test_a_wrong_answer_costs_its_own_question(
    marked: Callable[..., dict[str, Verdict]], question: str, answer: str
) -> None:
    found = marked(**{question: answer})
    assert points(found) == {**FULL, question: 0}
    assert found[question].status == "graded"
    seen = marked(visible=True, **{question: answer})[question]
    assert seen.reason or seen.points  # what fails hidden tests alone


def test_a_reason_is_withheld_once_hidden_tests_have_begun(marked: Callable[..., dict[str, Verdict]]) -> None:
    at_once = "def square(x):\n    return 8"
    late = "def square(x):\n    return 9"
    found = marked(square=at_once, guess="guess = 41")
    assert found["square"].reason.startswith("called    square(3)")
    assert found["guess"].reason != WITHHELD  # no hidden test has begun: that of the first question never came to it
    for square in (late, "def square(x):\n    return x * x"):
        found = marked(square=square, guess="guess = 41")
        assert found["guess"].points == 0
        assert found["guess"].reason == WITHHELD


def test_a_hidden_test_that_does_not_say_so_is_taken_to_have_begun(
    master: Master, rebuilt: Callable[..., Rebuilt]
) -> None:
    source = next(cell.source for cell in master.marked if cell.question == "square").replace("    ask.hide()\n", "")
    found = [*verdicts(with_check(master, source), rebuilt(square="def square(x): return 8"))]
    assert (found[0].points, found[0].reason) == (0, WITHHELD)


def test_a_check_reads_the_cells_that_ran_above_it(master: Master, rebuilt: Callable[..., Rebuilt]) -> None:
    source = next(cell.source for cell in master.marked if cell.question == "square").replace(
        "    ask.hide()\n", "    ask.that('close' not in ask.uses('square'), 'No comparison.')\n    ask.hide()\n"
    )
    changed = with_check(master, source)
    answer = "import tinyml\ndef square(x):\n    {}\n    return x * x\ntinyml.close(1, 1, 0)"
    for line, worth in (("tinyml.close(x, 2, 0)", 0), ("%time\n    tinyml.close(x, 2, 0)", 0), ("print(x)", 2)):
        (found, *_) = verdicts(changed, rebuilt(square=answer.format(line)))
        assert found.points == worth


RIGHT = {
    "square": [
        "import sys, warnings\nwarnings.warn('careful')\nprint('here', file=sys.stderr)\ndef square(x): return x * x",
        "import numpy as np\ndef square(x): return np.int64(x) ** 2",
        "import functools\n@functools.lru_cache\ndef square(x): return helper(x)\n\ndef helper(x): return x * x",
        "class Square:\n    def __call__(self, x): return x * x\nsquare = Square()",
        "%matplotlib inline\n!ls\nsquare = lambda x: x * x\nsquare?",
        "async def wait(): return 2\npower = await wait()\ndef square(x): return x ** power",
    ],
    "shift": [
        "class Shift(Morphism):\n    name = 'shift'\n    signature = (float, float)\n"
        "    def apply(self, x): return x + 1\nshift = Shift()",
        "from tinyml import Identity, Space\nshift = Identity(Space('float')) >> arrow(float, float)(lambda x: x + 1)",
    ],
    "guess": [
        "half = %time 21\nguess = 2 * half",
        "from IPython import get_ipython\nget_ipython().run_line_magic('matplotlib', 'inline')\nguess = 42",
        "%%time\nguess = 42",
        "%time guess = 42",
        "%%capture\nguess = 42",
        "guess = np.int8(42)",
    ],
}


@pytest.mark.parametrize(("question", "answer"), each(RIGHT))
def test_a_right_answer_written_otherwise_gets_its_points(
    marked: Callable[..., dict[str, Verdict]], question: str, answer: str
) -> None:
    assert points(marked(**{question: answer})) == FULL


LACKING = {
    "in its cell": "import a_library\ndef square(x): return a_library.square(x)",
    "when it is called": "def square(x):\n    from a_library.deep import square\n    return square(x)",
    "in a hidden test": "def square(x):\n    if x == 3:\n        return 9\n    import a_library",
    "behind another": "def square(x): return 0\nimport a_library\ndef square(x): return x * x",
    "by name": "from typing import a_name_of_a_later_python\ndef square(x): return x * x",
    "of a later Python": "shown = t'{1}'\ndef square(x): return x * x",
}


@pytest.mark.parametrize("name", LACKING)
def test_what_is_lacking_here_waits_for_a_person(marked: Callable[..., dict[str, Verdict]], name: str) -> None:
    found = marked(square=LACKING[name], guess="import a_library\nguess = 41")
    assert points(found) == {**FULL, "square": 0, "guess": 0}
    waits = {question: verdict.status == "needs review" for question, verdict in found.items()}
    assert waits == {"square": True, "shift": False, "guess": True, "guess-why": False}
    if name == "in a hidden test":
        assert found["square"].reason == found["guess"].reason == WITHHELD  # a module's name could tell what it saw
    else:
        seen = marked(square=LACKING[name], visible=True)["square"]
        assert seen.status == "needs review"
        assert seen.reason.endswith("a person decides")


def test_a_cell_that_lacks_something_holds_up_the_answers_that_miss_its_names(master: Master) -> None:
    def statuses(square: str) -> tuple[str, float]:
        cells = [
            Cell("code", "import a_library as lib\ndef helper(x): return x * x"),
            Cell("code", square, "square", "square"),
        ]
        found = {verdict.question: verdict for verdict in verdicts(master, rebuild(master, cells))}
        assert {found[question].status for question in ("shift", "guess")} == {"graded"}
        return found["square"].status, found["square"].points

    assert statuses("def square(x): return helper(x)") == ("needs review", 0)
    assert statuses("square = lib.square") == ("needs review", 0)
    assert statuses("def square(x): return 2 * x") == ("graded", 0)
    assert statuses("def square(x): return x * x") == ("graded", 2)


LOSING = {
    "a loop in the cell": "while True: pass",
    "a loop in the answer": "def square(x):\n    while True: pass",
    "exit in the cell": "import os\nos._exit(0)",
    "exit in the answer": "import os\ndef square(x): os._exit(0)",
    "a crash": "import ctypes\ndef square(x): return ctypes.string_at(0)",
    "closed pipes": "import os\ndef square(x): os.closerange(3, 20)",
    "a stopped process": "import os, signal\ndef square(x): os.kill(os.getpid(), signal.SIGSTOP)",
}


@pytest.mark.parametrize("name", LOSING)
def test_an_answer_that_loses_the_box_costs_its_own_question(
    marked: Callable[..., dict[str, Verdict]], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(checker, "SECONDS", 2)
    found = marked(square=LOSING[name])
    assert points(found) == {**FULL, "square": 0}
    assert found["square"].status == "stopped"
    assert "takes too long" in found["square"].reason or "ended Python" in found["square"].reason


def test_a_delayed_end_costs_nothing_that_was_right(
    marked: Callable[..., dict[str, Verdict]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer to one question ends the box when the question is over; the next one builds it again."""
    code = "import os, signal\nsignal.signal(signal.SIGUSR1, lambda *_: os._exit(0))\ndef square(x): return x * x"
    original, ended = checker.verdict, []

    def late(*arguments: Any) -> Verdict:
        found = original(*arguments)
        box: Box = arguments[2].box
        if found.question == "square" and box.process is not None:
            os.kill(box.python, signal.SIGUSR1)
            ended.append(box.process.wait(PATIENCE))
        return found

    monkeypatch.setattr(checker, "verdict", late)
    assert points(marked(square=code)) == FULL
    assert ended == [0]


def test_slow_cells_run_again_after_another_answer_lost_the_box(
    marked: Callable[..., dict[str, Verdict]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Running the cells again takes longer than the checks may, and costs nothing."""
    monkeypatch.setattr(checker, "SECONDS", 2.5)
    monkeypatch.setattr(checker, "GRACE", 0)
    slow = "import time\ntime.sleep(1.4)\n"
    shift = f"{slow}@arrow(float, float)\ndef shift(x): return x + 1"
    found = marked(square=LOSING["exit in the answer"], shift=shift, guess=f"{slow}guess = 42")
    assert points(found) == {**FULL, "square": 0}


@pytest.mark.parametrize(("value", "name"), [("lambda x: x", "function"), ("set('a')", "set"), ("shift", "Morphism")])
def test_a_value_that_stays_in_the_box_is_called_what_it_is_there(
    marked: Callable[..., dict[str, Verdict]], value: str, name: str
) -> None:
    found = marked(square=f"def square(x): return {value}")
    assert f"a value of type int is expected, and a value of type {name} came" in found["square"].reason


ELSEWHERE = """from collections import Counter
called = []
class Total(Counter): pass
def square(x):
    called.append(x)
    return Total(seen=len(called), x=x * x) if x > 0 else (y for y in [x])
"""


@pytest.fixture
def elsewhere(master: Master, rebuilt: Callable[..., Rebuilt]) -> Callable[..., Verdict]:
    """Return elsewhere(check): the verdict on an answer that counts its calls, by a check that sends what came."""

    def mark(check: str, most: int = 1000) -> Verdict:
        opened = 'with check.question("square", points=2, reread="section 1") as ask:'
        lines = f"    there = ask.elsewhere(ask.call('square', 3).result(), most={most})\n    {check}\n"
        cells = [
            replace(cell, source=f"{opened}\n{lines}") if cell.name == "square-check" else cell for cell in master.cells
        ]
        only = frozenset({"square"})
        (found,) = verdicts(replace(master, cells=tuple(cells)), rebuilt(square=ELSEWHERE), only=only)
        return found

    return mark


@pytest.mark.parametrize(
    "check",
    [
        "ask.that(there == {'seen': 1, 'x': 9} and there.total() == 10, 'it is of its own class')",
        "ask.that(ask.call('square', 2).result()['seen'] == 1, 'nothing was called there')",
        "ask.that(ask.value('Total').result()(a=1) == {'a': 1}, 'the cells have run there')",
        "ask.that(ask.elsewhere(there, 1000)['x'] == 9, 'and again')",
    ],
)
def test_a_value_goes_to_a_box_where_the_cells_have_run_and_nothing_was_called(
    elsewhere: Callable[..., Verdict], check: str
) -> None:
    assert elsewhere(check).points == 2


def test_a_value_that_is_too_large_or_cannot_be_sent_does_not_go(elsewhere: Callable[..., Verdict]) -> None:
    found = elsewhere("pass", most=10)
    assert (found.points, found.status) == (0, "graded")
    assert "more than 10 bytes" in found.reason
    found = elsewhere("ask.elsewhere(ask.call('square', -1).result(), 1000)")
    assert (found.points, found.status) == (0, "needs review")
    assert "it cannot be sent to another machine" in found.reason


def test_cells_that_a_reader_added_share_a_limit(master: Master, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nine cells, of which the third takes all the time that they have together, and then a right answer."""
    monkeypatch.setattr(session, "ADDED", 1.3 / checker.SECONDS)
    count = "ran = globals().get('ran', 0) + 1"
    slow = [Cell("code", f"import time\n{count}\ntime.sleep(1.5 * (ran == 3))") for _ in range(9)]
    tells = Cell("code", "def square(x):\n    return x * x if ran == 3 else ran", "square", "square")
    found = {verdict.question: verdict for verdict in verdicts(master, rebuild(master, [*slow, tells]))}
    assert found["square"].points == 2, found["square"].reason


def of_own_cells(master: Master, own: list[str], answer: str) -> Verdict:
    cells = [Cell("code", text) for text in own]
    rebuilt = rebuild(master, [*cells, Cell("code", answer, "square", "square")])
    return next(verdict for verdict in verdicts(master, rebuilt) if verdict.question == "square")


SLOW = "import time\ntime.sleep(0.4)"
HELPED = "def square(x):\n    return helper(x)"


@pytest.mark.parametrize(("helper", "answer"), [("helper = lambda x: x * x", HELPED), ("a = helper = max", HELPED)])
def test_a_row_says_when_a_cell_that_it_needs_was_no_longer_run(
    master: Master, monkeypatch: pytest.MonkeyPatch, helper: str, answer: str
) -> None:
    monkeypatch.setattr(session, "ADDED", 0.3 / checker.SECONDS)
    found = of_own_cells(master, [SLOW, helper], answer)
    assert (found.points, found.status) == (0, "stopped")
    limit = "a cell of it was no longer run: the cells beside the answers have 0.3 seconds together"
    assert limit in found.reason.splitlines()
    assert stopped(found.reason) == limit
    monkeypatch.setattr(checker, "SECONDS", 1)
    found = of_own_cells(master, [f"loop = {number}\nwhile True: pass" for number in range(3)] + [helper], answer)
    assert "a cell of it was no longer run: 3 of the cells beside the answers were stopped" in found.reason


def test_a_cell_that_only_defines_runs_whatever_was_before_it(master: Master, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "ADDED", 0.3 / checker.SECONDS)
    helper = '"""Helps."""\nimport math\nclass Kept:\n    times = 1\ndef helper(x):\n    return x * x * Kept.times'
    assert of_own_cells(master, [SLOW, helper], HELPED).points == 2


def test_a_wrong_answer_that_needs_no_other_cell_is_not_called_stopped(
    master: Master, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "ADDED", 0.3 / checker.SECONDS)
    found = of_own_cells(master, [SLOW, "other = 1"], "def square(x):\n    return x + 1")
    assert (found.points, found.status) == (0, "graded")


@pytest.mark.parametrize(
    "source",
    [
        "x = 1\n",
        "def f(x):\n    return x % 2 != 1\n",
        "%time x\n",
        "x = !ls\n",
        "  indented = 1\n",
        ">>> x\n",
        "f?\n",
        "In [1]: x\n",
    ],
)
def test_a_cell_becomes_python_as_ipython_would_have_it(source: str) -> None:
    expected: str = TransformerManager().transform_cell(source)  # type: ignore[no-untyped-call]
    assert session.python_of(source) == expected


def test_a_box_that_is_lost_in_a_given_cell_is_built_again(
    marked: Callable[..., dict[str, Verdict]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def lossy(self: Box, code: str, name: str) -> None:
        if name == "<cell 1>" and not lost and self.process is not None:
            lost.append(name)
            self.process.kill()
            self.process.wait()
        original(self, code, name)

    lost: list[str] = []
    original = Box.run
    monkeypatch.setattr(Box, "run", lossy)
    assert points(marked()) == FULL
    assert lost


def test_cells_may_have_been_run_in_any_order(master: Master, rebuilt: Callable[..., Rebuilt]) -> None:
    whole = rebuilt(square="one = third()\ndef square(x): return one * x * x")
    backwards = [
        "second_one = second()\ndef third(): return second_one",
        "first_one = first()\ndef second(): return first_one",
        "def first(): return 1",
    ]
    pieces = (*whole.pieces, *map(Piece, backwards))
    found = {verdict.question: verdict for verdict in verdicts(master, replace(whole, pieces=pieces))}
    assert points(found) == FULL


CHEATS = {
    "replacing the comparison": "import numpy as np\nnp.allclose = lambda *_, **__: True\ndef square(x): return 0",
    "replacing the checks": "from tinyml import check\ncheck.Outcome.gives = lambda *_, **__: None\n"
    "check.Question.__exit__ = lambda *_: True\ncheck.RESULTS['square'] = 2\ndef square(x): return 0",
    "equal to everything": "class Same(int):\n    def __eq__(self, other): return True\n"
    "    def __sub__(self, other): return 0\ndef square(x): return Same(0)",
    "reading the caller": "import sys\ndef square(x):\n    frame = sys._getframe(1)\n    while frame:\n"
    "        for value in frame.f_locals.values():\n"
    "            if type(value) is int and value == x * x: return value\n        frame = frame.f_back\n    return 0",
}


@pytest.mark.parametrize("name", CHEATS)
def test_cheating_gains_nothing(marked: Callable[..., dict[str, Verdict]], name: str) -> None:
    assert points(marked(square=CHEATS[name])) == {**FULL, "square": 0}


def with_check(master: Master, source: str) -> Master:
    """Return a master whose first check is this one."""
    changed = [replace(cell, source=source) if cell.name == "square-check" else cell for cell in master.cells]
    return Master(tuple(changed))


def test_checks_have_a_limit_of_their_own(
    master: Master, rebuilt: Callable[..., Rebuilt], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checker, "SECONDS", 2)
    endless = "with check.question('square', points=2, reread='') as ask:\n    while True:\n        pass\nask.points"
    found = {verdict.question: verdict for verdict in verdicts(with_check(master, endless), rebuilt())}
    assert points(found) == {**FULL, "square": 0}
    assert found["square"].status == "stopped"


@pytest.mark.parametrize("source", ["1 / 0", "ask_me = 1", "with check.question('square', points=2) as ask: pass"])
def test_a_fault_of_the_master_is_for_a_person_to_look_at(
    master: Master, rebuilt: Callable[..., Rebuilt], source: str
) -> None:
    found = {verdict.question: verdict for verdict in verdicts(with_check(master, source), rebuilt())}
    assert points(found) == {**FULL, "square": 0}
    assert found["square"].status == "needs review"


def test_some_questions_can_be_asked_alone(master: Master, rebuilt: Callable[..., Rebuilt]) -> None:
    found = list(verdicts(master, rebuilt(), only=frozenset({"shift"})))
    assert [(verdict.question, verdict.points) for verdict in found] == [("shift", 3.0)]


@pytest.mark.parametrize(
    ("text", "status"),
    [("Write your answer here.", "graded"), (" \n", "graded"), ("Because.", "needs review")],
)
def test_a_text_waits_for_a_person_unless_nothing_was_written(text: str, status: str) -> None:
    cell = MasterCell("by hand", "why", "Because it is.", 4)
    assert checker.by_hand(cell, {"why": text}).status == status


def test_a_text_whose_cell_is_missing_waits_for_a_person(master: Master) -> None:
    whole = rebuild(master, [Cell("text", "Because I say so.")])  # without any name, as some editors leave it
    found = {verdict.question: verdict for verdict in verdicts(master, whole, only=frozenset({"guess-why"}))}
    assert found["guess-why"].status == "needs review"

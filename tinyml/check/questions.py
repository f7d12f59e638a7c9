"""Checks: what a notebook of exercises says to the reader who has nothing but numpy and tinyml.

    with check.question("loss-after", points=2, reread="chapter 5, 'Predict, then run'") as ask:
        ask.call("loss_after", 1).gives(1.549409, within=1e-6)
    ask.points

The first check that fails ends its question; the report has at most ten lines and never a value that
hidden tests expect.  The last line of a check cell is a number, which nbgrader reads as partial credit.
Laws (tests/check/test_check.py): all points or none; no answer, of whatever type, makes a check raise or gains points;
what is printed has at most ten lines.  A cell that is interrupted by hand is interrupted, and gives no points.
"""

from __future__ import annotations

import hashlib
import html
import inspect
import linecache
import re
import zlib
from collections.abc import Iterable, Mapping
from types import FrameType, TracebackType
from typing import Any, final

import numpy as np

from tinyml.ch02_arrows.laws import LawReport
from tinyml.check import reading
from tinyml.check.agreement import FAILURES, clipped, described, is_one_of, shortened
from tinyml.check.concealing import concealed
from tinyml.check.outcomes import NotChecked, NotPassed, Outcome, copied, in_one_line, outcome
from tinyml.check.program import Program, program_of
from tinyml.check.typecheck import Verdict, verdict

__all__ = [
    "RESULTS",
    "NotChecked",
    "NotPassed",
    "Outcome",
    "Points",
    "Question",
    "in_one_line",
    "question",
    "seal_of",
    "summary",
]

MOST_LINES, MOST_LETTERS = 10, 200
HIDDEN = "It passes the checks that you see, and fails hidden ones: which case of the task do the visible ones not try?"
"""All that is said of hidden tests."""
ANSWERS = "__answers__"
"""Where a notebook's answers are when they are not its own names: an instructor's grader keeps them in a box."""
PENDING = "not checked here, its mark is pending"
SEAL = re.compile(r""",\s*seal="[0-9a-f]*\"""")
SOUND = (bool, np.bool_, int, float, str, list, tuple, dict, set, re.Match, LawReport, type(None))
"""The classes of what a check may state: those whose truth nobody else can have written."""


class Points(float):
    """Points as a cell shows them: words for the reader, and a bare number for nbgrader."""

    def __new__(cls, value: float, words: str = "", pending: bool = False) -> Points:
        points = super().__new__(cls, value)
        points.words, points.pending = words, pending
        return points

    words: str
    pending: bool

    def __repr__(self) -> str:
        return f"{float(self):.12g}"

    def _repr_html_(self) -> str:
        return f"<p>{html.escape(self.words)}</p>"


@final
class Question:
    """One question of a notebook, and the points for it: all, or none.

    `name` is the question's name in the notebook, `points` what it is worth, `reread` the place that helps,
    `seal` the fingerprint of the check cell as it was given out (the release command writes it).  It is `hidden`
    as soon as its hidden tests have begun.
    """

    def __init__(self, name: str, points: float, reread: str, seal: str, namespace: Mapping[str, Any]) -> None:
        self.name, self.worth, self.reread = name, points, reread
        self._seal, self._namespace = seal, namespace
        self.hidden = self._passed = self._broken = self.pending = False
        self.lines: tuple[str, ...] = ()
        self._concealed = ""

    @property
    def random(self) -> np.random.Generator:
        """A new generator, the same in every run, for inputs that nobody wrote down."""
        return np.random.default_rng(zlib.crc32(self.name.encode()))

    def value(self, name: str) -> Outcome:
        """Return what the reader called `name`."""
        try:
            value = self._namespace[name]
        except KeyError:
            raise NotPassed(f"There is no {name} yet. Write it in the cell above, and run that cell.") from None
        if value is ...:
            raise NotPassed(f"{name} is still `...`: write the answer in its place, and run that cell.")
        return Outcome(name, value)

    def call(self, name: str, *arguments: object) -> Outcome:
        """Call what the reader called `name`, with copies; an error that it raises is part of the outcome."""
        function = self.value(name).value
        words = name if self.hidden else called(name, arguments)
        if not callable(function):
            raise NotPassed(f"{name} should be something that can be called; it is {described(function)}.")
        return outcome(words, lambda: function(*map(copied, arguments)))

    def typecheck(self, name: str) -> Verdict:
        """Return what the type checker found in the cell that begins with `%%typecheck` and this name."""
        return verdict(name)

    def program(self, name: str) -> Program:
        """Return the text of that cell, for a check that asks about more than types."""
        return program_of(self._cells(), name)

    def uses(self, name: str) -> frozenset[str]:
        """Return the names of tinyml that what the reader called `name` uses, for a check that forbids a way.

        Where the cells do not say it, and all else holds, the mark is pending.
        """
        cells = self._cells()
        self._concealed = self._concealed or concealed(cells, name)
        return reading.uses(cells, name)

    def elsewhere(self, value: Any, most: int) -> Any:
        """Return a value as another machine has it, where the notebook's cells have run and nothing was called since.

        To send it takes at most so many bytes.  A notebook has no other machine, and keeps the value as it is.
        """
        sent = getattr(self._namespace, "elsewhere", None)
        return value if sent is None else sent(value, most)

    def _cells(self) -> list[str]:
        """Return the texts of the cells that ran; none where nobody keeps them."""
        try:
            cells = self._namespace[reading.CELLS]
        except KeyError:
            return []
        return cells if type(cells) is list else []

    def that(self, holds: object, words: str) -> None:
        """Check a statement about what the reader wrote, a bool or the like; `words` say what does not hold."""
        if not is_one_of(type(holds), SOUND) or not holds:
            raise NotPassed(words)

    def hide(self) -> None:
        """From here on say nothing about what was tried: these are the hidden tests."""
        self.hidden = True

    @property
    def points(self) -> Points:
        if self.pending:
            return Points(0, f"{self.name}: {PENDING}", pending=True)
        got = self.worth if self._passed else 0
        return Points(got, f"{self.name}: {got:g} of {self.worth:g} points")

    def __enter__(self) -> Question:
        RESULTS.pop(self.name, None)
        frame = caller()
        text = source_of(frame.f_code.co_filename) if frame else ""
        self._broken = bool(self._seal and text and seal_of(text) != self._seal)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> bool:
        if error is not None and not issubclass(type(error), FAILURES):
            return False
        if self._broken:
            self.lines = (
                "This check cell is not as it was given out, so it gives no points.",
                "Download the notebook again and copy this one cell back; your answers can stay as they are.",
            )
        elif type(error) is NotChecked:
            self.pending, self.lines = True, tuple(clipped(why, MOST_LETTERS) for why in error.args)
        elif self.hidden and error is not None:
            self.lines = (HIDDEN,)
        elif type(error) is NotPassed:
            lines = [line for line in error.lines if type(line) is str]
            self.lines = tuple(clipped(line, MOST_LETTERS) for line in lines[: MOST_LINES - 2])
        elif error is None and self._concealed:
            self.pending, self.lines = True, (clipped(f"{self._concealed}: a person looks at the way.", MOST_LETTERS),)
        elif error is not None:
            self.lines = ("Your answer is of a kind that cannot be checked.", f"raised    {in_one_line(error)}")
        self._passed = error is None and not self.lines
        if self.pending:
            print("\n".join([f"{self.name}: {PENDING}", *self.lines]))
        elif not self._passed:
            print("\n".join([f"{self.name}: not yet.", *self.lines, f"reread    {self.reread}"]))
        RESULTS[self.name] = self.points
        return True


def called(name: str, arguments: Iterable[object]) -> str:
    """Return a call in one line."""
    return shortened(f"{name}({', '.join(map(described, arguments))})")


RESULTS: dict[str, Points] = {}
"""The points of this session, by question."""


def question(name: str, points: float, reread: str, seal: str = "") -> Question:
    """Open a question whose answers are the names of the calling notebook."""
    frame = caller()
    names = frame.f_globals if frame else {}
    return Question(name, points, reread, seal, names.get(ANSWERS, names))


def summary(worth: Mapping[str, float]) -> None:
    """Print the points so far: of each question, with what it is worth, and in all."""
    for name, most in worth.items():
        points = RESULTS.get(name)
        state = "not checked yet" if points is None else "pending" if points.pending else ""
        print(f"{name:30} {f'{state}, {most:g}' if state else f'{points!r} of {most:g}'}")
    print(f"{'so far':30} {sum(RESULTS.get(name, 0.0) for name in worth):g} of {sum(worth.values()):g}")


def caller() -> FrameType | None:
    """Return the frame of the notebook that called a function here."""
    frame = inspect.currentframe()
    while frame is not None and frame.f_globals is globals():
        frame = frame.f_back
    return frame


def source_of(filename: str) -> str:
    """Return the text of the cell that was compiled under this name, as notebooks keep it; nothing outside one."""
    entry: Any = linecache.cache.get(filename, ())
    older: Any = getattr(linecache, "_ipython_cache", {})  # of IPython 7, which Colab has, and whose cells have a time
    cell = len(entry) == 4 and (entry[1] is None or filename in older)  # a file has a time of change
    return "".join(entry[2]) if cell else ""


def seal_of(text: str) -> str:
    """Return the fingerprint of a check cell: its lines without its seal, their ends, their indents and empty lines."""
    lines = [line.strip() for line in SEAL.sub("", text).splitlines()]
    return hashlib.sha256("\n".join(line for line in lines if line).encode("utf-8", "replace")).hexdigest()[:12]

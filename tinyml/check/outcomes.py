"""Outcomes: what calling something of a reader's came to, a value or an error, and what a check asks of it.

    outcome(words, compute).gives(expected)   returns the value, or raises NotPassed with the lines that say why

What the reader's code prints on the way, and its warnings, are dropped: a check says at most ten lines, and
nbgrader takes a line on stderr for a failure.  Whoever wants to see them calls the function in a cell.
Laws (tests/check/test_check.py): whatever error the reader's code raises is an outcome, SystemExit too; an
interruption by hand (KeyboardInterrupt) is none and stops the cell, and so does a BaseException of one's own.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, final

import numpy as np

from tinyml.check.agreement import FAILURES, described, difference, has_fractions, kind, shortened
from tinyml.check.overruling import overruled

MOST_LETTERS = 180
"""Of an error: the message of a join that does not fit is read to its end."""


@final
class NotPassed(Exception):
    """A check that did not pass, with the lines that say why; `Question` catches it."""

    def __init__(self, *lines: str) -> None:
        super().__init__(*lines)
        self.lines = lines


@final
class NotChecked(Exception):
    """A check that cannot be made here; `Question` catches it, says why if it is told, and its mark is pending."""


@final
@dataclass(frozen=True)
class Outcome:
    """What an answer came to: a value, or the error that was raised on the way."""

    words: str
    value: Any = None
    error: BaseException | None = None

    @property
    def attempt(self) -> str:
        """The line that says what was called, or looked at."""
        return f"{'called' if self.words.endswith((')', '...')) else 'looked at':9} {self.words}"

    def gives(self, expected: object, within: float = 1e-9, *, shown: bool = True) -> Any:
        """Check that the value is the expected one, and return it; `shown=False` keeps the expected value back."""
        value = self._came()
        found = difference(value, expected, within)
        if found:
            size = f", within {within:g}" if has_fractions(expected) else ""
            lines = [f"expected  {described(expected)}{size}"] if shown else []
            came = "nothing: is it answered?" if value is None else described(value)
            raise NotPassed(self.attempt, f"came      {came}", *lines, f"so        {found}")
        return value

    def raises(self, *errors: type[Exception]) -> None:
        """Check that one of these errors was raised."""
        expected = f"expected  to raise {' or '.join(error.__name__ for error in errors)}"
        if self.error is None:
            raise NotPassed(self.attempt, f"came      {described(self.value)}", expected)
        if not issubclass(type(self.error), errors):
            raise NotPassed(self.attempt, f"raised    {in_one_line(self.error)}", expected)

    def result(self) -> Any:
        """Return the value, for a check that has more to ask of it than a value of the reader's may answer itself."""
        value = self._came()
        if words := overruled(value):
            raise NotPassed(
                self.attempt, f"came      {described(value)}", f"so        {words}, and a check asks nobody but Python"
            )
        return value

    def _came(self) -> Any:
        if self.error is None:
            return self.value
        if issubclass(type(self.error), NotImplementedError):
            raise NotPassed(self.attempt, "came      nothing: it is not answered yet")
        raise NotPassed(self.attempt, f"raised    {in_one_line(self.error)}")


class Nowhere(io.TextIOBase):
    """Where the prints of a reader's function go while it is checked."""

    def write(self, text: str, /) -> int:
        return len(text)


def outcome(words: str, compute: Callable[[], Any]) -> Outcome:
    """Compute something of the reader's and return what it came to."""
    nowhere = Nowhere()
    try:
        silence = contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere)
        with warnings.catch_warnings(action="ignore"), silence[0], silence[1]:
            return Outcome(words, compute())
    except FAILURES as error:
        return Outcome(words, error=error)


def in_one_line(error: BaseException) -> str:
    """Return an error in one line; the lines that its message has are set apart by a semicolon."""
    try:
        start = str.__getitem__(str(error), slice(10 * MOST_LETTERS))
        message = "; ".join(line.strip() for line in str.splitlines(start) if line.strip())
        return shortened(f"{kind(error)}: {message}", MOST_LETTERS).rstrip(": ")
    except FAILURES:  # an error of the reader's own may do anything
        return kind(error)


def copied(value: Any) -> Any:
    """Return an argument that a reader's function may change without changing what it is checked against."""
    own = type(value)
    if own is np.ndarray:
        return value.copy()
    if own in (list, tuple):
        return own(map(copied, value))
    return {key: copied(item) for key, item in value.items()} if own is dict else value

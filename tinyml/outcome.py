"""Outcomes: what calling something of a reader's came to, a value or an error, and what a check asks of it.

    outcome(words, compute).gives(expected)   returns the value, or raises NotPassed with the lines that say why

Laws (tests/test_check.py): whatever the reader's code raises is an outcome, but for an interruption by hand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, is_dataclass
from typing import Any, final

import numpy as np

from tinyml.agreement import described, difference, shortened


class NotPassed(Exception):
    """A check that did not pass, with the lines that say why; `Question` catches it."""

    def __init__(self, *lines: str) -> None:
        super().__init__(*lines)
        self.lines = lines


@final
class NotChecked(Exception):
    """A check that cannot be made here; `Question` catches it, and its mark is pending."""


@final
@dataclass(frozen=True)
class Outcome:
    """What an answer came to: a value, or the error that was raised on the way."""

    words: str
    value: Any = None
    error: Exception | None = None

    def gives(self, expected: object, within: float = 1e-9, *, shown: bool = True) -> Any:
        """Check that the value is the expected one, and return it; `shown=False` keeps the expected value back."""
        value = self.result()
        found = difference(value, expected, within)
        if found:
            size = f", within {within:g}" if isinstance(expected, float | np.ndarray) or is_dataclass(expected) else ""
            lines = [f"expected  {described(expected)}{size}"] if shown else []
            came = "nothing: is it answered?" if value is None else described(value)
            raise NotPassed(f"called    {self.words}", f"came      {came}", *lines, f"so        {found}")
        return value

    def raises(self, *errors: type[Exception]) -> None:
        """Check that one of these errors was raised."""
        expected = f"expected  to raise {' or '.join(error.__name__ for error in errors)}"
        if self.error is None:
            raise NotPassed(f"called    {self.words}", f"came      {described(self.value)}", expected)
        if not isinstance(self.error, errors):
            raise NotPassed(f"called    {self.words}", f"raised    {told(self.error)}", expected)

    def result(self) -> Any:
        """Return the value, for a check that has more to ask of it."""
        if isinstance(self.error, NotImplementedError):
            raise NotPassed(f"called    {self.words}", "came      nothing: it is not answered yet")
        if self.error is not None:
            raise NotPassed(f"called    {self.words}", f"raised    {told(self.error)}")
        return self.value


def outcome(words: str, compute: Callable[[], Any]) -> Outcome:
    """Compute something of the reader's and return what it came to."""
    try:
        return Outcome(words, compute())
    except Exception as error:
        return Outcome(words, error=error)


def told(error: BaseException) -> str:
    """Return an error in one line."""
    try:
        return shortened(f"{type(error).__name__}: {error}").rstrip(": ")
    except Exception:  # an error of the reader's own may do anything
        return type(error).__name__

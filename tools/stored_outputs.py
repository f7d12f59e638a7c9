"""Whether what a run gives agrees with what is stored: as numbers where they are numbers, and exactly elsewhere.

    0.995495228693      ~ 0.995495228694        apart by at most 1e-9 of their size, or by 1e-12
    0.009720            ~ 0.009721              apart by one unit in the last of as many decimals
    0.001942 (± 0.5 %)  ~ 0.001949 (± 0.5 %)    apart by at most the tolerance that `tinyml.about` prints with both

Processors round the last bits differently, so digits cannot be compared as text.  A number without point or exponent is
a count and agrees digit for digit, and so does a fraction such as 3/7; 1 is not 1.0, and nan is a word.  A picture in
SVG is compared as such wherever it is, also where HTML carries it in base64.  Digits inside a word are text: those of
W2, of the colour #1e5f00, of version 2.4.6.

nbval (book/conftest.py), `make notebooks` and tests/book/test_step_cost.py compare by these rules.
Tests (tests/tools/test_stored_outputs.py): what agrees, and what must not.
"""

from __future__ import annotations

import re
from base64 import b64decode
from dataclasses import dataclass
from decimal import Decimal
from itertools import cycle, zip_longest
from typing import Any

from tinyml.rounding import LARGEST_TOLERANCE

RELATIVE = Decimal("1e-9")
ABSOLUTE = Decimal("1e-12")

DIGITS = r"[-+]?[0-9]+(?:\.[0-9]+)?(?:\.?[eE][-+]?[0-9]{1,3})?"  # numpy writes 1.e-05
TOLERANCE = re.compile(rf" \(± ({DIGITS}) %\)")
NUMBER = re.compile(rf"((?<![\w.#]){DIGITS}(?![\w.]*[0-9])(?: \(± {DIGITS} %\))?)")

PICTURE = re.compile(r"(?<=data:image/svg\+xml;base64,)[A-Za-z0-9+/]+=*")
PATH = re.compile(r'(?<=\sd=")[^"]*')
COMMAND = re.compile(r"[A-DF-Za-df-z]")  # in a path; e is an exponent

AROUND = 40  # characters on each side of what differs


@dataclass(frozen=True, slots=True)
class Difference:
    """The first place where a fresh text does not agree with the stored one; lines count from 1."""

    line: int
    reason: str
    stored: str
    fresh: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}\n  stored: {self.stored}\n  fresh:  {self.fresh}"


def difference(stored: str, fresh: str) -> Difference | None:
    """Return the first difference between two texts, or None when they agree.

    >>> difference("loss 0.009720 after 80 steps", "loss 0.009721 after 80 steps")
    >>> print(difference("loss 0.009720 after 80 steps", "loss 0.009720 after 81 steps"))
    line 1: 80 and 81: a number without point or exponent agrees digit for digit
      stored: loss 0.009720 after 80 steps
      fresh:  loss 0.009720 after 81 steps
    """
    if stored == fresh:
        return None
    for line, (old, new) in enumerate(zip_longest(unfolded(stored), unfolded(fresh)), start=1):
        if old is None or new is None:
            reason = "the fresh text has a line more" if old is None else "the fresh text ends before this line"
            return Difference(line, reason, (old or "")[: 2 * AROUND], (new or "")[: 2 * AROUND])
        if found := _first_difference(old, new):
            reason, old_place, new_place = found
            return Difference(line, reason, _around(old, old_place), _around(new, new_place))
    return None


def keep(stored: Any, fresh: Any) -> Any:
    """Return fresh outputs (texts in lists and dicts, as in a notebook), with each text that agrees as it is stored.

    So what two machines print differently in the last bits stays as the first one printed it.

    >>> keep([{"name": "stdout", "text": "0.30000000000000004"}], [{"name": "stdout", "text": "0.3"}])
    [{'name': 'stdout', 'text': '0.30000000000000004'}]
    """
    if isinstance(stored, str) and isinstance(fresh, str):
        return fresh if difference(stored, fresh) else stored
    if isinstance(stored, dict) and isinstance(fresh, dict):
        return {key: keep(stored.get(key), value) for key, value in fresh.items()}
    if isinstance(stored, list) and isinstance(fresh, list) and len(stored) == len(fresh):
        return [keep(old, new) for old, new in zip(stored, fresh, strict=True)]
    return fresh


def unfolded(text: str) -> list[str]:
    """Return the lines of a text, with pictures decoded, and spaces around the letters of their paths."""
    readable = PICTURE.sub(lambda picture: _decoded(picture[0]), text)
    return PATH.sub(lambda path: COMMAND.sub(r" \g<0> ", path[0]), readable).split("\n")


def _decoded(base64: str) -> str:
    try:
        return b64decode(base64, validate=True).decode()
    except ValueError:  # no picture that could be read: its letters are compared
        return base64


def _first_difference(stored: str, fresh: str) -> tuple[str, int, int] | None:
    """Return why two lines do not agree, and where in each."""
    old_place = new_place = 0
    pieces = zip_longest(NUMBER.split(stored), NUMBER.split(fresh), fillvalue="")
    for are_numbers, (old, new) in zip(cycle((False, True)), pieces, strict=False):
        if are_numbers and old and new:
            reason, same = why_apart(old, new), 0
        else:
            reason, same = "the text differs" if old != new else "", _length_of_beginning(old, new)
        if reason:
            return reason, old_place + same, new_place + same
        old_place, new_place = old_place + len(old), new_place + len(new)
    return None


def _length_of_beginning(old: str, new: str) -> int:
    """Return how many characters two texts begin with alike."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((place for place, (one, other) in pairs if one != other), min(len(old), len(new)))


def _around(line: str, place: int) -> str:
    """Return what is at a place of a line, and enough on both sides to find it."""
    start, end = max(0, place - AROUND), place + AROUND
    return f"{'…' if start else ''}{line[start:end]}{'…' if end < len(line) else ''}"


def why_apart(stored: str, fresh: str) -> str:
    """Return why two numbers, each with its tolerance if it has one, do not agree; nothing when they do."""
    if stored == fresh:
        return ""
    (old, old_share), (new, new_share) = (_taken_apart(token) for token in (stored, fresh))
    if old_share != new_share:
        return f"{stored} and {fresh}: the tolerances differ"
    if not (_is_rounded(old) and _is_rounded(new)):
        return f"{stored} and {fresh}: a number without point or exponent agrees digit for digit"
    left, right = Decimal(old), Decimal(new)
    gap, size = abs(left - right), max(abs(left), abs(right))
    if gap <= max(ABSOLUTE, size * max(RELATIVE, _allowed(old_share))):
        return ""
    if _decimals(old) == _decimals(new) and gap <= min(_unit(left), _unit(right)):
        return ""
    return f"{stored} and {fresh} are apart by {float(gap / size):.2g} of their size"


def _taken_apart(token: str) -> tuple[str, str]:
    """Return the number of a token, and its tolerance in per cent, as they are written."""
    number, *share = TOLERANCE.split(token)
    return number, share[0] if share else ""


def _is_rounded(number: str) -> bool:
    return any(mark in number for mark in ".eE")


def _allowed(share: str) -> Decimal:
    """Return a printed tolerance as a share; what is wider than any that `tinyml.about` prints allows nothing."""
    tolerance = Decimal(share or 0) / 100
    return tolerance if tolerance <= Decimal(str(LARGEST_TOLERANCE)) else Decimal(0)


def _decimals(number: str) -> int:
    return len(re.split("[eE]", number)[0].partition(".")[2])


def _unit(number: Decimal) -> Decimal:
    """Return one unit in the last place printed."""
    return Decimal(1).scaleb(int(number.as_tuple().exponent))

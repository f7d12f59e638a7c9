"""Seams: a text that was cut, with an arc for each pair of neighbours.

    seams([[1, 2], [3, 4]])    the arc of 2 3 is broken: it leads across the seam, and no part has it

Checked by tests/draw/test_seams.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from tinyml.draw.drawing import Drawing, drawing
from tinyml.draw.svg import BOX, box, text, wide
from tinyml.errors import EmptyInput

SPACE, SEAM = 6.0, 40.0
"""Between two tokens of a part, and between two parts, in pixels."""

TOP, BOTTOM = 46.0, 46.0 + BOX
"""Where the boxes of the tokens begin and end."""


class Spot(NamedTuple):
    """Where a token is: the number of its part, its left edge and its width."""

    token: str
    part: int
    left: float
    width: float

    @property
    def middle(self) -> float:
        return self.left + self.width / 2


def seams(parts: Sequence[Iterable[int]]) -> Drawing:
    """Draw a text in its parts; an arc is whole inside a part, and broken, with its pair above it, across a seam.

    Raises `EmptyInput` when there is no part, or one without a token.

    >>> seams([[1, 2, 3], [1]])
    A text in its parts. 1 2 3 | 1: inside the parts 2 pairs and 0 pairs, on a seam 3 1.
    """
    tokens = [[str(int(token)) for token in part] for part in parts]
    if not tokens or not all(tokens):
        raise EmptyInput("parts of a text", "each needs at least one token to be drawn")
    spots = list(_spots(tokens))
    marks = [box(spot.left, TOP, spot.width, spot.token) for spot in spots]
    for start, end in pairwise(spots):
        marks += [_arc(start, end)] if start.part == end.part else _seam(start, end)
    for number, part in enumerate(tokens):
        ends = [spot.middle for spot in spots if spot.part == number]
        marks.append(text((ends[0] + ends[-1]) / 2, BOTTOM + 18, _pairs(part)))
    right = max(spots[-1].left + spots[-1].width, spots[-1].middle + wide(_pairs(tokens[-1])) / 2)
    title, told = "A text in its parts", _told(tokens)
    return drawing(right, BOTTOM + 28, marks, title, told)


def _told(tokens: Sequence[Sequence[str]]) -> str:
    lost = [f"{left[-1]} {right[0]}" for left, right in pairwise(tokens)]
    inside = f"{' | '.join(map(' '.join, tokens))}: inside the parts {' and '.join(map(_pairs, tokens))}"
    return f"{inside}, on a seam {' and '.join(lost)}." if lost else f"{inside}."


def _pairs(part: Sequence[str]) -> str:
    return "1 pair" if len(part) == 2 else f"{len(part) - 1} pairs"


def _spots(tokens: Sequence[Sequence[str]]) -> Iterator[Spot]:
    """Give each token its place; a part is at least as wide as the words below it."""
    left = 0.0
    for number, part in enumerate(tokens):
        widths = [max(wide(token) + 16, 28.0) for token in part]
        own = sum(widths) + SPACE * (len(part) - 1)
        room = max(own, wide(_pairs(part)))
        x = left + (room - own) / 2
        for token, width in zip(part, widths, strict=True):
            yield Spot(token, number, x, width)
            x += width + SPACE
        left += room + SEAM


def _arc(start: Spot, end: Spot, dash: str = "") -> str:
    middle = (start.middle + end.middle) / 2
    bend = f"M{start.middle:.4g} {TOP - 3:g}Q{middle:.4g} {TOP - 43:g} {end.middle:.4g} {TOP - 3:g}"
    return f'<path d="{bend}" fill="none" stroke="currentColor" stroke-width="1.5" {dash}/>'


def _seam(start: Spot, end: Spot) -> list[str]:
    """Draw the seam between two tokens: a broken arc, the pair above it, and a broken line where the cut was."""
    middle, dash = (start.left + start.width + end.left) / 2, 'stroke-dasharray="5 4"'
    cut = f'<path d="M{middle:.4g} {TOP - 8:g}L{middle:.4g} {BOTTOM + 26:g}" stroke="currentColor" {dash}/>'
    return [_arc(start, end, dash), cut, text((start.middle + end.middle) / 2, 8, f"{start.token} {end.token}")]

"""A strip: along a line of numbers, where something is so and where it is not.

    strip({5.8: True, 5.9: False, ...}, across, title, yes="came back", no="lost")

Each number stands for what is nearer to it than to its neighbours; what is so is dark.
Checked by tests/draw/test_strip.py.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import groupby, pairwise

from tinyml.draw.drawing import Drawing, drawing
from tinyml.draw.svg import path, text, wide
from tinyml.errors import EmptyInput

LEFT, WIDTH, TALL = 14.0, 300.0, 44.0
"""Where the strip begins, how long it is, and how tall, in pixels."""

LEAST = 2.5
"""How wide a piece is at least, in pixels: a single number among hundreds is seen."""

NEAR = 1e-9
"""What rounding may take from a round number at the end of a strip."""


def strip(values: Mapping[float, bool], across: str, title: str, *, yes: str, no: str) -> Drawing:
    """Draw two or more numbers, with the word `yes` for those that are so and `no` for the others.

    The description says how many there are of each, and in how many pieces those that are so lie.
    """
    if len(values) < 2:
        raise EmptyInput("numbers of a strip", "at least two are needed")
    numbers = sorted(values)
    low, high = numbers[0], numbers[-1]

    def place(number: float) -> float:
        return LEFT + WIDTH * (number - low) / (high - low)

    pieces = _pieces(numbers, values)
    widths = [max(LEAST, place(end) - place(start)) for start, end in pieces]
    middles = [place((start + end) / 2) for start, end in pieces]
    marks = [_bar(x - width / 2, 0, width, filled=True) for x, width in zip(middles, widths, strict=True)]
    marks += [_bar(LEFT, 0, WIDTH, filled=False), text(LEFT + WIDTH / 2, TALL + 40, across)]
    size = _spacing(high - low)
    for k in range(math.ceil(low / size - NEAR), math.floor(high / size + NEAR) + 1):
        x = place(k * size)
        marks += [path(x, TALL, x, TALL + 5), text(x, TALL + 18, f"{k * size:g}")]
    for x, word, filled in ((LEFT, yes, True), (LEFT + 42 + wide(yes), no, False)):
        marks += [_bar(x, TALL + 56, 16, 16, filled=filled), text(x + 24, TALL + 64, word, "start")]
    found = sum(map(bool, values.values()))
    told = f"{found} of {len(numbers)} {yes}, in {len(pieces)} pieces; {len(numbers) - found} {no}."
    width = max(LEFT + WIDTH + 14, LEFT + 66 + wide(yes) + wide(no))
    return drawing(width, TALL + 76, marks, title, told)


def _pieces(numbers: Sequence[float], values: Mapping[float, bool]) -> list[tuple[float, float]]:
    """Return where what is so begins and ends, halfway to the neighbours that are not."""
    edges = [numbers[0], *((a + b) / 2 for a, b in pairwise(numbers)), numbers[-1]]
    groups = groupby(range(len(numbers)), key=lambda k: bool(values[numbers[k]]))
    members = [list(group) for so, group in groups if so]
    return [(edges[own[0]], edges[own[-1] + 1]) for own in members]


def _spacing(span: float) -> float:
    """Return a round number of which the span holds five or fewer."""
    unit = 10.0 ** math.floor(math.log10(span))
    return next(unit * share for share in (0.2, 0.5, 1.0, 2.0) if span <= 5 * unit * share)


def _bar(x: float, y: float, width: float, height: float = TALL, *, filled: bool) -> str:
    paint = 'fill="currentColor" fill-opacity="0.75"' if filled else 'fill="none" stroke="currentColor"'
    return f'<rect x="{x:.4g}" y="{y:.4g}" width="{width:.4g}" height="{height:.4g}" {paint}/>'

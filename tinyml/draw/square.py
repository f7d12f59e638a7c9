"""A square: two ways from one space to another, with a value in the corners if wanted.

    source --top--> .
      |             |
     left         right
      v             v
      . --bottom--> target

Checked by tests/draw/test_draw.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from tinyml.ch02_arrows.category import Morphism
from tinyml.ch02_arrows.laws import square_commutes
from tinyml.draw.drawing import Drawing, drawing
from tinyml.draw.svg import LINE, head, lines, text, wide, wrapped
from tinyml.errors import EmptyInput, ShapeMismatch


def square(
    top: Morphism[Any, Any],
    right: Morphism[Any, Any],
    left: Morphism[Any, Any],
    bottom: Morphism[Any, Any],
    values: Iterable[Any] = (),
    tolerance: float = 0.0,
    corners: Callable[[Any], str] | None = None,
) -> Drawing:
    """Draw top >> right against left >> bottom; with `values`, also try both ways on them and note the outcome.

    With `corners`, which writes a value, the first of the values goes around and each corner carries what arrives
    there, a long text in several lines; where the two ways bring different words to the last one, it carries both,
    with ≠ between them.
    Raises `CompositionError` when a way does not compose, `ShapeMismatch` when the two ways have different ends, and
    `EmptyInput` for corners without a value.
    """
    over, under = top >> right, left >> bottom
    if not (over.source.meets(under.source) and over.target.meets(under.target)):
        raise ShapeMismatch("square (its two ways must have the same ends)", str(over), str(under))
    cases = list(values)
    carried = _carried((top, right, left, bottom), cases, corners) if corners else []
    above, below, beside, across = (re.split(r" (?=>>|\*\*)", f.name) for f in (top, bottom, left, right))
    ends = [str(top.source), str(top.target), str(bottom.source), str(bottom.target)]
    held = [wrapped(own) for own in carried] or [[]] * 4
    rise, fall = (max(map(len, row)) * LINE for row in (held[:2], held[2:]))
    a, b, c, d = (max(map(wide, [end, *own])) for end, own in zip(ends, held, strict=True))
    x1, gap = max(a, c) / 2, 34.0
    x2 = x1 + max(
        (a + b) / 2 + max(map(wide, above)) + gap,
        (c + d) / 2 + max(map(wide, below)) + gap,
        max(map(wide, beside)) + max(map(wide, across)) + gap,
    )
    y1 = max(LINE + rise, 14.0 * len(above) + 6)
    y2 = y1 + max(84.0, 14.0 * max(len(beside), len(across)) + 50)
    places = ((x1, y1), (x2, y1), (x1, y2), (x2, y2))
    marks = [text(x, y, label) for (x, y), label in zip(places, ends, strict=True)]
    for (x, y), own in zip(places, held, strict=True):
        marks += [text(x, y + LINE * n, row) for n, row in enumerate(own, start=-len(own) if y == y1 else 1)]
    marks += [head(x1 + a / 2 + 6, y1, x2 - b / 2 - 6, y1), head(x1 + c / 2 + 6, y2, x2 - d / 2 - 6, y2)]
    marks += [head(x, y1 + 14, x, y2 - 12) for x in (x1, x2)]
    marks += lines((x1 + a / 2 + x2 - b / 2) / 2, y1 - 10 - 14 * (len(above) - 1), above)
    marks += lines((x1 + c / 2 + x2 - d / 2) / 2, y2 + 14, below)
    marks += lines(x1 + 8, (y1 + y2) / 2 - 7 * (len(beside) - 1), beside, "start")
    marks += lines(x2 - 8, (y1 + y2) / 2 - 7 * (len(across) - 1), across, "end")
    note = str(square_commutes(top, right, left, bottom, cases, tolerance)) if cases else ""
    told = f"From {over.source} to {over.target} in two ways: {over.name}, and {under.name}."
    if carried:
        start, one, other, end = carried
        told += f" The corners carry {start}; by {top.name} {one}; by {left.name} {other}; and at the end {end}."
    height = y2 + max(14.0 * len(below), fall) + 10
    return drawing(x2 + max(b, d) / 2, height, marks, f"Square of {over.name} and {under.name}", told, note)


def _carried(ways: Sequence[Morphism[Any, Any]], cases: Sequence[Any], write: Callable[[Any], str]) -> list[str]:
    """Return what the corners of a square carry when the first case goes around: two above, and two below."""
    if not cases:
        raise EmptyInput("corners of a square", "the first of its values goes around, and there is none")
    top, right, left, bottom = ways
    start, one, other = cases[0], top(cases[0]), left(cases[0])
    ends = dict.fromkeys([write(right(one)), write(bottom(other))])
    return [write(start), write(one), write(other), " ≠ ".join(ends)]

"""Tables of numbers as heat maps, drawn from the arrays that a page computed.

    heat_maps([HeatMap("came", counts, "input", "next"), HeatMap("predicted", table, sign="+")], title)

Every number is written into its cell; the stronger the shade of a cell, the larger the size of its number, on one
scale for all maps of a picture, and a number that is written with a minus has an edge around it.  A row, a column or
one entry may be framed, and a sign before a map says how it comes from the map before it.  Each map is an SVG of its
own: they stand in a row where there is room, and below each other on a phone.
Checked by tests/draw/test_heat_map.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import ArrayLike

from tinyml.draw.drawing import Drawing
from tinyml.draw.svg import document, text, wide
from tinyml.errors import EmptyInput, OutOfRange
from tinyml.validation import FloatArray, float_array

TALL, NARROW, LETTER = 24.0, 26.0, 6.7
"""Height and least width of a cell, and the width of a letter in it, in pixels."""

SIGN, NAME, AXES, INDICES = 22.0, 8.0, 28.0, 46.0
"""The room of a sign, and where a map's name, the names of its axes and its columns' numbers stand, in pixels."""

MINUS = "\u2212"

STRONGEST = 0.32
"""How strong the shade of the largest number's cell is: letters in the colour of the text keep their contrast on it."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class HeatMap:
    """A table of shape (rows, columns), what its rows and its columns stand for, and what is framed in it.

    With `row` that row is framed, with `column` that column, and with both the entry in which they cross.
    A table whose rows and columns stand for nothing is drawn without their numbers.
    """

    name: str
    values: ArrayLike
    rows: str = ""
    columns: str = ""
    row: int | None = None
    column: int | None = None
    sign: str = ""


def heat_maps(maps: Sequence[HeatMap], title: str, form: str = ".2f") -> Drawing:
    """Draw tables beside each other, their numbers written as the format `form` says.

    Raises `EmptyInput` without a map, `OutOfRange` for a row or a column to be framed that is not there, and what
    `float_array` raises for what is no table of finite numbers.
    """
    if not maps:
        raise EmptyInput("heat maps", "at least one is needed")
    tables = [_table(own) for own in maps]
    most = max(float(np.abs(table).max()) for table in tables)
    written = [[[_written(number, form) for number in row] for row in table.tolist()] for table in tables]
    told = [_told(own, rows) for own, rows in zip(maps, written, strict=True)]
    drawn = [_drawn(own, table / (most or 1.0), rows) for own, table, rows in zip(maps, tables, written, strict=True)]
    svgs = [
        document(width, height, marks, f"{title}: {own.name}", words)
        for own, (width, height, marks), words in zip(maps, drawn, told, strict=True)
    ]
    labels = [label for rows in written for row in rows for label in row]
    edges = " A number below 0 has an edge." if any(map(_is_below, labels)) else ""
    return Drawing("\n".join(svgs), title, " ".join(told), f"The stronger the shade, the larger in size.{edges}")


def _table(own: HeatMap) -> FloatArray:
    table = float_array(f"heat map {own.name!r}", own.values, ndim=2)
    for kind, place, limit in (("row", own.row, table.shape[0]), ("column", own.column, table.shape[1])):
        if place is not None and not 0 <= place < limit:
            raise OutOfRange(f"{kind} of the heat map {own.name!r}", place, limit)
    return table


def _written(number: float, form: str) -> str:
    """Write a number with a minus of full width, and what is written as 0 without one."""
    return f"{number:z{form}}".replace("-", MINUS)


def _is_below(written: str) -> bool:
    return written.startswith(MINUS)


def _told(own: HeatMap, written: Sequence[Sequence[str]]) -> str:
    """Say a table in words: its axes, what is framed, and all of its numbers."""
    axes = f" ({own.rows} by {own.columns})" if own.rows or own.columns else ""
    places = [f"{kind} {place}" for kind, place in (("row", own.row), ("column", own.column)) if place is not None]
    framed = f"; {' and '.join(places)} framed" if places else ""
    rows = "; ".join(map(" ".join, written))
    return f"{own.name}{axes}{framed}: {rows}."


def _drawn(own: HeatMap, sizes: FloatArray, written: Sequence[Sequence[str]]) -> tuple[float, float, list[str]]:
    """Return width, height and marks of a map; `sizes` are its numbers, of which the largest of the picture is 1."""
    named, (rows, columns) = bool(own.rows or own.columns), sizes.shape
    width = max(NARROW, 10 + LETTER * max(len(label) for row in written for label in row))
    left = (SIGN if own.sign else 0.0) + (18.0 if named else 2.0)
    top = INDICES + 12 if named else AXES
    marks = [text(left, NAME, own.name, "start")]
    if own.sign:
        marks.append(text(SIGN / 2 - 4, top + TALL * rows / 2, own.sign))
    if named:
        marks.append(_small(text(left, AXES, f"{own.rows} \u2193  {own.columns} \u2192", "start")))
        marks += [_small(text(left + width * (k + 0.5), INDICES, str(k))) for k in range(columns)]
        marks += [_small(text(left - 6, top + TALL * (k + 0.5), str(k), "end")) for k in range(rows)]
    for i, row in enumerate(written):
        for j, label in enumerate(row):
            x, y, size = left + width * j, top + TALL * i, float(sizes[i, j])
            marks.append(_cell(x, y, width, abs(size), below=_is_below(label)))
            marks.append(_small(text(x + width / 2, y + TALL / 2, label)))
    if own.row is not None or own.column is not None:
        marks.append(_frame(own, left, top, width, rows, columns))
    return max(left + width * columns, left + wide(own.name)) + 4, top + TALL * rows + 6, marks


def _small(mark: str) -> str:
    return f'<g font-size="11">{mark}</g>'


def _cell(x: float, y: float, width: float, size: float, *, below: bool) -> str:
    edge = ' stroke="currentColor" stroke-opacity="0.75"' if below else ""
    return (
        f'<rect x="{x + 1.5:.4g}" y="{y + 1.5:.4g}" width="{width - 3:.4g}" height="{TALL - 3:.4g}" rx="2" '
        f'fill="currentColor" fill-opacity="{STRONGEST * size:.3f}"{edge}/>'
    )


def _frame(own: HeatMap, left: float, top: float, width: float, rows: int, columns: int) -> str:
    """Draw a line around a row, a column or an entry."""
    x, across = (left, width * columns) if own.column is None else (left + width * own.column, width)
    y, down = (top, TALL * rows) if own.row is None else (top + TALL * own.row, TALL)
    return (
        f'<rect x="{x - 1:.4g}" y="{y - 1:.4g}" width="{across + 2:.4g}" height="{down + 2:.4g}" rx="4" '
        'fill="none" stroke="currentColor" stroke-width="2.5"/>'
    )

"""Grey images, pixel by pixel, drawn from the arrays that a page computed.

    pixels([("a three", image), ("a kernel", kernel)], title)

The more ink a pixel has, the fuller its square; all images of a picture have one scale, and a number below 0 is a
square that is hollow.  Each image is an SVG of its own: they stand in a row where there is room, and wrap on a phone.
Checked by tests/draw/test_pixels.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from tinyml.draw.drawing import Drawing
from tinyml.draw.svg import document, text, wide
from tinyml.errors import EmptyInput
from tinyml.validation import FloatArray, float_array

DOT, TOP = 11.0, 22.0
"""The side of a pixel, and the room for an image's name above it."""

LEVELS = 32
"""How many shades are told apart; pixels of one shade are one path."""


def pixels(images: Sequence[tuple[str, ArrayLike]], title: str) -> Drawing:
    """Draw images of shape (rows, columns), or (rows, columns, 1), each under its name.

    Raises `EmptyInput` without an image, and what `float_array` raises for what is no table of finite numbers.
    """
    if not images:
        raise EmptyInput("images of a picture", "at least one is needed")
    tables = [(name, _table(name, values)) for name, values in images]
    most = max(float(np.abs(table).max()) for _, table in tables) or 1.0
    svgs = [_drawn(name, table, most, title) for name, table in tables]
    below = any((table < 0).any() for _, table in tables)
    note = "Hollow squares are below 0." if below else ""
    return Drawing("\n".join(svgs), title, " ".join(_told(name, table) for name, table in tables), note)


def _table(name: str, values: ArrayLike) -> FloatArray:
    array = np.asarray(values)
    flat = array[..., 0] if array.ndim == 3 and array.shape[-1] == 1 else array
    return float_array(f"image {name!r}", flat, ndim=2)


def _told(name: str, table: FloatArray) -> str:
    """Say what can be said of an image in words: its size, and how much of it has ink."""
    rows, columns = table.shape
    return f"{name}: {rows} by {columns} pixels, {int((table > 0).sum())} of them above 0."


def _drawn(name: str, table: FloatArray, most: float, title: str) -> str:
    rows, columns = table.shape
    width = max(DOT * columns, wide(name))
    left = (width - DOT * columns) / 2
    shades: dict[int, list[str]] = defaultdict(list)
    for (i, j), value in np.ndenumerate(table):
        level = round(LEVELS * float(value) / most)
        shades[level].append(_square(left + DOT * j, TOP + DOT * i, hollow=level < 0))
    marks = [text(width / 2, 8, name)]
    marks += [
        f'<rect x="{left - 1:.4g}" y="{TOP - 1:.4g}" width="{DOT * columns + 2:.4g}" height="{DOT * rows + 2:.4g}" '
        'fill="none" stroke="currentColor" stroke-opacity="0.35"/>'
    ]
    marks += [_shade(level, squares) for level, squares in sorted(shades.items()) if level]
    return document(width, TOP + DOT * rows + 4, marks, f"{title}: {name}", _told(name, table))


def _square(x: float, y: float, *, hollow: bool) -> str:
    """Return the outline of a pixel; that of a hollow one is drawn as a line, and so is a little smaller."""
    inset = 2.0 if hollow else 0.0
    side = DOT - 2 * inset
    return f"M{x + inset:.5g} {y + inset:.5g}h{side:g}v{side:g}h-{side:g}z"


def _shade(level: int, squares: Sequence[str]) -> str:
    strength = f"{abs(level) / LEVELS:.3g}"
    paint = (
        f'fill="none" stroke="currentColor" stroke-width="2" stroke-opacity="{strength}"'
        if level < 0
        else f'fill="currentColor" fill-opacity="{strength}"'
    )
    return f'<path d="{"".join(squares)}" {paint}/>'

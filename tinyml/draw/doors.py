"""Doors: one value in front of several types, each with a constructor as its door.

    doors(80, [StepCount, Loss, Distribution])     open where the constructor accepts 80, shut where it refuses

Each constructor is called while the picture is drawn, so that no door is open in the picture alone.
Checked by tests/draw/test_doors.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tinyml.draw.drawing import Drawing, drawing
from tinyml.draw.svg import head, path, text, wide
from tinyml.errors import EmptyInput, TinyMLError

ROW, TALL, BROAD = 50.0, 38.0, 24.0
"""How far doors are apart, and how high and broad one is, in pixels."""

FAN, BEHIND = 64.0, 34.0
"""How far the doors stand from the value in front of them, and from what is behind them, in pixels."""


def doors(value: object, constructors: Sequence[Callable[[Any], object]]) -> Drawing:
    """Draw a value with a way to each door: behind an open one is what was made, at a shut one the way ends.

    The description has what a constructor made of the value, or the words of its refusal.  Raises `EmptyInput`
    without a constructor; an error that is no `TinyMLError` is a mistake and not a refusal, and is passed on.
    """
    if not constructors:
        raise EmptyInput("doors", "a value needs at least one constructor in front of it")
    outcomes = [_outcome(value, constructor) for constructor in constructors]
    shown, many = repr(value), len(constructors)
    start, middle = wide(shown) + 6, ROW * many / 2
    door, marks, told = start + FAN, [text(wide(shown) / 2, middle, shown)], list[str]()
    words = list[str]()
    for number, (name, made, refusal) in enumerate(outcomes):
        y = ROW * number + ROW / 2
        marks += [path(start, middle, door, y), _frame(door, y, shut=bool(refusal))]
        words.append(f"{name}: refused" if refusal else made)
        if not refusal:
            marks.append(head(door, y, door + BROAD + BEHIND - 8, y))
        marks.append(text(door + BROAD + BEHIND, y, words[-1], "start"))
        told.append(f"{name} stays shut: {refusal}." if refusal else f"{name} opens: {made}.")
    width = door + BROAD + BEHIND + max(map(wide, words))
    title, description = f"{shown} at {many} door{'s' * (many != 1)}", " ".join(told)
    return drawing(width, ROW * many, marks, title, description)


def _outcome(value: object, constructor: Callable[[Any], object]) -> tuple[str, str, str]:
    """Return the name of a constructor, what it made, and why it made nothing; one of the two is empty."""
    name = getattr(constructor, "__name__", repr(constructor))
    try:
        return name, repr(constructor(value)), ""
    except TinyMLError as refusal:
        return name, "", str(refusal)


def _frame(x: float, y: float, *, shut: bool) -> str:
    """Draw a door whose left side is at x and whose middle is at height y: closed, with a knob, or ajar."""
    top, bottom = y - TALL / 2, y + TALL / 2
    opacity = "0.25" if shut else "0"
    frame = (
        f'<rect x="{x:.4g}" y="{top:.4g}" width="{BROAD:g}" height="{TALL:g}" '
        f'fill="currentColor" fill-opacity="{opacity}" stroke="currentColor"/>'
    )
    if shut:
        return f'{frame}<circle cx="{x + BROAD - 5:.4g}" cy="{y:.4g}" r="2.5" fill="currentColor"/>'
    leaf = f"M{x:.4g} {top:.4g}L{x + 9:.4g} {top + 5:.4g}L{x + 9:.4g} {bottom - 5:.4g}L{x:.4g} {bottom:.4g}Z"
    return f'{frame}<path d="{leaf}" fill="currentColor" fill-opacity="0.12" stroke="currentColor"/>'

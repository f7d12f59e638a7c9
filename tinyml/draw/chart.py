"""Charts over powers of ten, drawn from the numbers that a page computed or reads.

    powers({"name": [(x, y), ...]}, across, up, title)     curves; both axes go by powers of ten
    dots({"name": x, ...}, across, title)                  a line for each number; a step to the right is a factor

A point of a curve that is 0 or not finite has no power of ten and leaves a gap; the description says how many of
them there are.
Checked by tests/draw/test_chart.py.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from tinyml.draw.drawing import Drawing, drawing
from tinyml.draw.scale import has_a_power, powers_around
from tinyml.draw.svg import path, text, wide
from tinyml.errors import EmptyInput

LEFT, TOP, WIDTH, HEIGHT = 62.0, 34.0, 270.0, 210.0
"""Where the chart stands in its picture, in pixels."""

DASHES = ("none", "6 4", "2 3")

INDENT, LANE = 24.0, 40.0
"""How far the axis of `dots` stands from the left, and the height of a name with its line, in pixels."""


def powers(curves: Mapping[str, Sequence[tuple[float, float]]], across: str, up: str, title: str) -> Drawing:
    """Draw up to three curves of points (x, y); the names of the axes are `across` and `up`.

    The description says of each curve where it is lowest.
    """
    if not 0 < len(curves) <= len(DASHES):
        raise EmptyInput("curves of a chart", "one to three are needed")
    seen = {name: [(x, y) for x, y in points if has_a_power(x) and has_a_power(y)] for name, points in curves.items()}
    for name, points in seen.items():
        if not points:
            raise EmptyInput(f"curve {name!r}", "at least one point above 0 is needed")
    everything = [point for points in seen.values() for point in points]
    (x0, x1), (y0, y1) = (powers_around([point[axis] for point in everything]) for axis in (0, 1))

    def place(x: float, y: float) -> tuple[float, float]:
        right = LEFT + WIDTH * (math.log10(x) - x0) / (x1 - x0)
        return right, TOP + HEIGHT * (y1 - math.log10(y)) / (y1 - y0)

    marks = [*_axes(x0, x1, y0, y1), text(LEFT + WIDTH / 2, TOP + HEIGHT + 42, across), text(0, 8, up, "start")]
    for number, (name, points) in enumerate(seen.items()):
        spots = [place(x, y) for x, y in sorted(points)]
        line = "L".join(f"{x:.1f} {y:.1f}" for x, y in spots)
        dash = f'stroke-dasharray="{DASHES[number]}" '
        marks.append(f'<path d="M{line}" fill="none" stroke="currentColor" stroke-width="2" {dash}/>')
        marks += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.6" fill="currentColor"/>' for x, y in spots]
        height = TOP + HEIGHT + 66 + 20 * number
        marks.append(f'<g stroke-width="2" {dash}>{path(LEFT, height, LEFT + 44, height)}</g>')
        marks.append(text(LEFT + 54, height, name, "start"))
    told = " ".join(_described(name, points, len(curves[name])) for name, points in seen.items())
    width = max(LEFT + WIDTH + 14, *(LEFT + 54 + wide(name) for name in seen))
    return drawing(width, TOP + HEIGHT + 60 + 20 * len(seen), marks, title, told)


def dots(
    values: Mapping[str, float],
    across: str,
    title: str,
    *,
    base: str = "",
    ours: str = "",
    write: Callable[[float], str] = "{:.3g}".format,
    note: str = "",
) -> Drawing:
    """Draw one positive number a line, in the order given, with its name above and itself, as `write` says, beside.

    Equal distances are equal ratios.  An upright mark in each line stands at the value called `base`, so that the
    bar from it to the dot shows a factor; the dot called `ours` is filled.  The description says each number.
    Raises `EmptyInput` without numbers, for one that has no power of ten, and for a name that is not there.
    """
    if not values:
        raise EmptyInput("dots of a chart", "at least one number is needed")
    for name in values:
        if not has_a_power(values[name]):
            raise EmptyInput(f"dot {name!r}", "a finite number above 0 is needed")
    if missing := {base, ours} - {"", *values}:
        raise EmptyInput(f"dot {min(missing)!r}", f"the numbers are those of {', '.join(values)}")
    low, high = powers_around(list(values.values()))

    def place(x: float) -> float:
        return INDENT + WIDTH * (math.log10(x) - low) / (high - low)

    bottom, right = LANE * len(values) + 6, INDENT + WIDTH
    marks = [path(INDENT, bottom, right, bottom), text(INDENT + WIDTH / 2, bottom + 42, across)]
    for power in range(low, high + 1, max(1, math.ceil((high - low) / 5))):
        x = place(10.0**power)
        marks += [path(x, bottom, x, bottom + 5), text(x, bottom + 18, write(10.0**power))]
    for number, (name, value) in enumerate(values.items()):
        marks += _lane(LANE * number, name, place(value), place(values[base]) if base else None, filled=name == ours)
        marks.append(text(right + 14, LANE * number + 26, write(value), "start"))
    told = "; ".join(f"{name}: {write(value)}" for name, value in values.items()) + "."
    width = max(right + 14 + max(wide(write(value)) for value in values.values()), *map(wide, values))
    return drawing(width, bottom + 52, marks, title, told, note)


def _lane(top: float, name: str, x: float, base: float | None, *, filled: bool) -> list[str]:
    """Draw one line of `dots`: its name, the dot, and the bar from the base to it."""
    y, radius = top + 26, 5.0
    label = text(0, top + 8, name, "start")
    marks = [f'<g font-weight="700">{label}</g>' if filled else label]
    marks.append(f'<g stroke-opacity="0.25">{path(INDENT, y, INDENT + WIDTH, y)}</g>')
    if base is not None:
        edge = x - math.copysign(min(radius, abs(x - base)), x - base)  # the bar ends where the dot begins
        marks.append(f'<g stroke-width="2">{path(base, y, edge, y)}{path(base, y - 8, base, y + 8)}</g>')
    ring = 'fill="currentColor"' if filled else 'fill="none"'
    marks.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" {ring} stroke="currentColor" stroke-width="1.5"/>')
    return marks


def _axes(x0: int, x1: int, y0: int, y1: int) -> list[str]:
    bottom, right = TOP + HEIGHT, LEFT + WIDTH
    marks = [path(LEFT, bottom, right, bottom), path(LEFT, TOP, LEFT, bottom)]
    for power in range(x0, x1 + 1, max(1, math.ceil((x1 - x0) / 5))):
        x = LEFT + WIDTH * (power - x0) / (x1 - x0)
        marks += [path(x, bottom, x, bottom + 5), text(x, bottom + 18, f"1e{power}")]
    for power in range(y0, y1 + 1, max(1, math.ceil((y1 - y0) / 7))):
        y = bottom - HEIGHT * (power - y0) / (y1 - y0)
        marks += [path(LEFT - 5, y, LEFT, y), text(LEFT - 9, y, f"1e{power}", "end")]
    return marks


def _described(name: str, points: Sequence[tuple[float, float]], all_points: int) -> str:
    x, y = min(points, key=lambda point: point[1])
    gaps = f"; {all_points - len(points)} of its points have no power of ten" if all_points > len(points) else ""
    return f"{name}: {len(points)} points, lowest {y:.1e} at {x:.1e}{gaps}."

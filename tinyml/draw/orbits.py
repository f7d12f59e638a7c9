"""Orbits: where an endomorphism of a finite set leads from each of its points, with each cycle drawn as a cycle.

    orbits({0: 1, 1: 2, 2: 1}, title)        0 leads into the cycle of 1 and 2

From every point there is one arrow, so following them ends in a cycle, and each cycle has trees of points that lead
into it.  A cycle of one point is a point that stays.  Checked by tests/draw/test_orbits.py.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from math import cos, hypot, pi, sin
from typing import TypeVar

from tinyml.draw.drawing import Drawing, drawing
from tinyml.draw.svg import LINE, head, point, text, wide
from tinyml.errors import EmptyInput, OutOfRange

Point = TypeVar("Point", bound=Hashable)
Place = tuple[float, float]

APART, LOOP, ASIDE = 28.0, 24.0, 5.0
"""Pixels between labels that follow each other, below a point that stays, and between two arrows there and back."""


def orbits(leads: Mapping[Point, Point], title: str, name: Callable[[Point], str] = str) -> Drawing:
    """Draw each point with an arrow to the one that it leads to: cycles in the middle, what leads into them outside.

    The largest component is on the left.  Raises `EmptyInput` without points, and `OutOfRange` when one leads to what
    is not among them.
    """
    if not leads:
        raise EmptyInput("points of orbits", "at least one is needed")
    for end in leads.values():
        if end not in leads:
            raise OutOfRange(f"point {end!r} of orbits", len(leads), len(leads))
    rings = sorted(cycles(leads), key=len, reverse=True)
    widest = max(wide(name(own)) for own in leads)
    parts = [_placed(leads, ring, widest + APART) for ring in rings]
    tall = max(high - low for low, high in (_extent(part, 1) for part in parts)) + 2 * LINE + LOOP
    marks, x = list[str](), 0.0
    for part in parts:
        (left, right), (top, bottom) = _extent(part, 0), _extent(part, 1)
        dx, dy = x + widest / 2 - left, (tall - top - bottom) / 2
        places = {own: (dx + u, dy + v) for own, (u, v) in part.items()}
        for own, place in places.items():
            marks.append(text(*place, name(own)))
            marks.append(_arrow(place, places[leads[own]], wide(name(own)), both=leads[leads[own]] == own))
        x += right - left + widest + APART
    return drawing(x - APART, tall, marks, title, told(leads, rings, name))


def cycles(leads: Mapping[Point, Point]) -> list[list[Point]]:
    """Return the cycles, each from the first of its points in the mapping's order."""
    found, seen = list[list[Point]](), set[Point]()
    for begin in leads:
        way = list[Point]()
        own = begin
        while own not in seen:
            seen.add(own)
            way.append(own)
            own = leads[own]
        if own in way:
            ring = way[way.index(own) :]
            first = min(range(len(ring)), key=lambda k: list(leads).index(ring[k]))
            found.append(ring[first:] + ring[:first])
    return found


def told(leads: Mapping[Point, Point], rings: list[list[Point]], name: Callable[[Point], str]) -> str:
    """Say each cycle, and how many points lead into it."""
    sentences = list[str]()
    for ring in rings:
        names = [name(own) for own in ring]
        into = sum(_end(leads, own) in ring for own in leads) - len(ring)
        begin = f"{names[0]} stays" if len(ring) == 1 else f"{', '.join(names)} and {names[0]} again"
        other = f"; {into} more {'leads' if into == 1 else 'lead'} there" if into else ""
        sentences.append(f"{begin}{other}.")
    return " ".join(sentences)


def _end(leads: Mapping[Point, Point], own: Point) -> Point:
    for _ in leads:
        own = leads[own]
    return own


def _placed(leads: Mapping[Point, Point], ring: list[Point], step: float) -> dict[Point, Place]:
    """Return where the points of a component lie around the middle of its cycle, at rings that are a step apart."""
    before: dict[Point, list[Point]] = {own: [] for own in leads}
    for own, end in leads.items():
        if own not in ring:
            before[end].append(own)
    around = 1.5 * pi if len(ring) == 1 else 2 * pi  # below a point that stays is its loop
    radius = 0.0 if len(ring) == 1 else max(step / 2, step * len(ring) / around)
    places: dict[Point, Place] = {}
    each = around / len(ring)
    row = [(own, (k - 0.5) * each, (k + 0.5) * each) for k, own in enumerate(ring)]
    while row:
        behind = list[tuple[Point, float, float]]()
        for own, low, high in row:
            places[own] = (radius * sin((low + high) / 2), -radius * cos((low + high) / 2))
            share = (high - low) / max(len(before[own]), 1)
            behind += [(other, low + k * share, low + (k + 1) * share) for k, other in enumerate(before[own])]
        row, radius = behind, max(radius + step, step / min((high - low for _, low, high in behind), default=1.0))
    return places


def _extent(part: Mapping[Point, Place], axis: int) -> tuple[float, float]:
    values = [place[axis] for place in part.values()]
    return min(values), max(values)


def _arrow(start: Place, end: Place, width: float, *, both: bool) -> str:
    (x1, y1), (x2, y2) = start, end
    if start == end:
        y = y1 + LINE / 2
        loop = f"M{x1 - 6:.4g} {y:.4g}C{x1 - 22:.4g} {y + 26:.4g} {x1 + 22:.4g} {y + 26:.4g} {x1 + 6:.4g} {y + 3:.4g}"
        return f'<path d="{loop}" fill="none" stroke="currentColor"/>{point(x1 + 5, y, -0.5, -0.85)}'
    length = hypot(x2 - x1, y2 - y1)
    dx, dy = (x2 - x1) / length, (y2 - y1) / length
    free = min(width / 2 / max(abs(dx), 1e-9), LINE / 2 / max(abs(dy), 1e-9)) + 3
    aside = ASIDE if both else 0.0
    x1, y1, x2, y2 = x1 - aside * dy, y1 + aside * dx, x2 - aside * dy, y2 + aside * dx
    return head(x1 + free * dx, y1 + free * dy, x2 - free * dx, y2 - free * dy)

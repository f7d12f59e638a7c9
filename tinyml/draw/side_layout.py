"""Where the boxes and wires of a parametric lens are: a column of layers, and the side, which grows outwards from it.

The boxes of the layers are of one width and end at x = 0.  Of the wires of a pair the left one of the bracket is the
lower one: later layers are further down, and their parameters come first.
Checked by tests/draw/test_side_diagram.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, final

from tinyml.ch02_arrows.space import Space
from tinyml.ch11_lens.lenses import AnyLens, LensTensor, parts_of
from tinyml.ch11_lens.ports import UNIT, halves
from tinyml.ch12_para.trees import leaves
from tinyml.draw.lens_diagram import traced
from tinyml.draw.side_stages import Over, Side, Stage, Wire, wires_of
from tinyml.draw.svg import BOX, wide

APIECE, GAP, INDENT, EDGE = 46.0, 52.0, 20.0, 24.0
"""In pixels: the height of a box for each wire at its side; the way between two boxes of the column; from the left edge
of a box to the wire below it; and what is free around a name."""


class Fall(NamedTuple):
    """A wire of the column, between two heights."""

    wire: Wire
    x: float
    above: float
    below: float


class Joint(NamedTuple):
    """A wire of the side, between two places of one height."""

    wire: Wire
    left: float
    right: float
    y: float


class Box(NamedTuple):
    """A box; that of a 2-cell has wires inside, towards the column, and outside."""

    name: str
    left: float
    top: float
    width: float
    height: float
    inside: Sequence[Wire] = ()
    outside: Sequence[Wire] = ()


class End(NamedTuple):
    """Where a wire of the side ends so far."""

    wire: Wire
    x: float
    y: float


@final
@dataclass(slots=True)
class Layout:
    """The wires of the column and of the side, the boxes of the layers and those of the 2-cells."""

    falls: list[Fall]
    layers: list[Box]
    joints: list[Joint] = field(default_factory=list[Joint])
    cells: list[Box] = field(default_factory=list[Box])


def laid_out(first: Wire, stages: Sequence[Stage], side: Side) -> Layout:
    """Lay out the stages with the wire above the first of them, and the side."""
    wires = [first, *(stage.below for stage in stages)]
    spaces = [space for wire in wires for space in (wire.points, wire.changes)]
    width = max(*(wide(stage.name) + EDGE for stage in stages), *(wide(str(own)) + 2 * INDENT for own in spaces))
    layout, top = Layout([], []), GAP
    for stage in stages:
        layout.layers.append(Box(stage.name, -width, top, width, _height(stage.sides)))
        top += _height(stage.sides) + GAP
    tops = [*(box.top for box in layout.layers), top]
    for wire, below, box in zip(wires, tops, [Box("", 0, 0, 0, 0), *layout.layers], strict=True):
        layout.falls.append(Fall(wire, INDENT - width, box.top + box.height, below))
    middles = {id(stage): box.top + box.height / 2 for stage, box in zip(stages, layout.layers, strict=True)}
    _join(layout, _ends_of(layout, side, middles))
    return layout


def _ends_of(layout: Layout, side: Side, middles: dict[int, float]) -> list[End]:
    """Lay out a side; return where its wires end, from left to right of their bracket."""
    if isinstance(side, Stage):
        return _spread(side.sides, 0.0, middles[id(side)])
    if isinstance(side, Over):
        return _stacked(layout, side.by, _ends_of(layout, side.side, middles), (side.given, side.change))
    return [end for own in side for end in _ends_of(layout, own, middles)]


def _stacked(layout: Layout, by: AnyLens, ends: list[End], seen: tuple[Any, Any]) -> list[End]:
    """Put a 2-cell on some wires, given what comes to it from outside and from inside; return where it leaves them."""
    parts = parts_of(by)
    if len(parts) > 1:
        between = traced(by, *seen)
        for place, part in reversed(list(enumerate(parts))):
            ends = _stacked(layout, part, ends, (between[place][0], between[place + 1][1]))
        return ends
    if isinstance(by, LensTensor):
        (one, other), (back, other_back) = ((None, None) if own is None else halves(own) for own in seen)
        cut = len(leaves(by.first.target.points))
        first = _stacked(layout, by.first, ends[:cut], (one, back))
        return first + _stacked(layout, by.second, ends[cut:], (other, other_back))
    if by.name == "identity" and by.source == by.target:
        return ends
    return _boxed(layout, by.name, ends, wires_of(by.source, (seen[0], traced(by, *seen)[0][1])))


def _boxed(layout: Layout, name: str, ends: Sequence[End], outside: Sequence[Wire]) -> list[End]:
    left = _join(layout, ends)
    top, bottom = min(end.y for end in ends), max(end.y for end in ends)
    middle, height = (top + bottom) / 2, max(bottom - top + BOX, _height(outside))
    box = Box(name, left, middle - height / 2, wide(name) + EDGE, height, [end.wire for end in ends], outside)
    layout.cells.append(box)
    return _spread(outside, left + box.width, middle)


def _join(layout: Layout, ends: Sequence[End]) -> float:
    """Draw wires out to one place, with room for the names of all of them; return it."""
    shown = [end for end in ends if is_shown(end.wire.points)]
    place = max((end.x + _room(end.wire) for end in shown), default=0.0)
    layout.joints += [Joint(end.wire, end.x, place, end.y) for end in shown]
    return place


def _spread(wires: Sequence[Wire], x: float, middle: float) -> list[End]:
    return [End(wire, x, middle + ((len(wires) - 1) / 2 - place) * APIECE) for place, wire in enumerate(wires)]


def _height(wires: Sequence[Wire]) -> float:
    return max(BOX, APIECE * len(wires) - 6)


def _room(wire: Wire) -> float:
    return max(wide(str(space)) for space in (wire.points, wire.changes)) + EDGE


def is_shown(space: Space) -> bool:
    """Say whether something goes where a space is on a wire: nothing does where it is the unit."""
    return space != UNIT.points

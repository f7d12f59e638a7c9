"""Parametric lenses as diagrams: values go down, and parameters come in from the side.

    from_the_side(model)                    the layers below each other, a wire for each array of their parameters
    from_the_side(model, p, a, change)      with what the model makes of them, said of each wire that is pointed at

The plain wire of a port is what goes there, the broken one what comes back.  A 2-cell is a box on the wires on which it
acts; of several, the one further out acts first.  An identity is wire, and nothing is drawn where nothing goes.
All that can be pointed at is in the description too.  Checked by tests/draw/test_side_diagram.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from tinyml.ch02_arrows.space import Space
from tinyml.ch12_para.parametric import AnyPara
from tinyml.draw.drawing import Drawing
from tinyml.draw.lens_diagram import Write, written
from tinyml.draw.side_layout import Box, Fall, Joint, Layout, is_shown, laid_out
from tinyml.draw.side_stages import Stage, Wire, run, staged, whole_wire
from tinyml.draw.svg import LINE, document, path, point, text, wide

APART = 6.0
"""From the middle of a port to each of its two wires, in pixels."""
HOW = "Point at a wire, or step to it with the Tab key: the last two lines say what goes there and what comes back."
STYLE = "<style>.side-said{visibility:hidden}g:hover+.side-said,g:focus+.side-said{visibility:visible}</style>"


def from_the_side(
    own: AnyPara, parameters: Any = None, at: Any = None, change: Any = None, write: Write = written
) -> Drawing:
    """Draw a parametric lens; given parameters, a value and a change, with what it makes of them.

    >>> from tinyml.ch12_para.layers import bias, scores
    >>> print(from_the_side(bias(scores(5))).description)
    There: Scores[5] by bias to Scores[5]. Back: ScoresChange[5] by bias to ScoresChange[5]. From the side: Offsets[5] \
to bias, and OffsetsChange[5] back.
    """
    stages, side = staged(own, parameters, at, change)
    first = whole_wire(own.source, (at, run(own, parameters, at, change)[2]))
    layout = laid_out(first, stages, side)
    told = _told(first, stages, layout, write)
    live = parameters is not None
    svg = _sheet(layout, repr(own), told, write if live else None)
    return Drawing(svg, repr(own), told, HOW if live else "")


def _told(first: Wire, stages: Sequence[Stage], layout: Layout, write: Write) -> str:
    """Say what goes there, what comes back, what comes in from the side, and what each 2-cell makes of it."""
    wires = [first, *(stage.below for stage in stages)]
    there, back = ([says(wire, write)[way] for wire in wires] for way in (0, 1))
    names = [stage.name for stage in stages]
    down = "".join(f" by {name} to {own}" for name, own in zip(names, there[1:], strict=True))
    up = "".join(f" by {name} to {own}" for name, own in zip(names[::-1], back[-2::-1], strict=True))
    sides = list[str]()
    for stage in stages:
        comes, goes = _together(stage.sides, write)
        if any(is_shown(wire.points) for wire in stage.sides):
            sides.append(f"{comes} to {stage.name}, and {goes} back")
    told = f"There: {there[0]}{down}. Back: {back[-1]}{up}." + (f" From the side: {'; '.join(sides)}." if sides else "")
    for box in layout.cells:
        (inside, from_inside), (outside, to_outside) = _together(box.inside, write), _together(box.outside, write)
        told += f" {box.name} makes {inside} of {outside}, and {to_outside} of {from_inside}."
    return told


def _together(wires: Sequence[Wire], write: Write) -> tuple[str, str]:
    """Return what goes there on some wires, and what comes back."""
    said = [says(wire, write) for wire in wires]
    return " and ".join(there for there, _ in said), " and ".join(back for _, back in said)


def says(wire: Wire, write: Write) -> tuple[str, str]:
    """Return what goes there on a wire and what comes back, in words, with the values where they were seen."""
    return _named(wire.points, wire.seen[0], write), _named(wire.changes, wire.seen[1], write)


def _named(space: Space, value: Any, write: Write) -> str:
    if not is_shown(space):
        return "nothing"
    return str(space) if value is None else f"{space} = {write(value)}"


def _sheet(layout: Layout, title: str, told: str, write: Write | None) -> str:
    """Put boxes and wires on one sheet; with a way to write values, each wire says its own when it is pointed at."""
    boxes = [*layout.layers, *layout.cells]
    ports = [*((fall.wire, _down(fall)) for fall in layout.falls), *((own.wire, _across(own)) for own in layout.joints)]
    ports = [(wire, marks) for wire, marks in ports if is_shown(wire.points)]
    left, top = layout.layers[0].left, min(0.0, *(box.top for box in boxes))
    right = max(0.0, *(box.left + box.width for box in boxes), *(joint.right for joint in layout.joints))
    bottom = max(layout.falls[-1].below, *(box.top + box.height for box in boxes))
    marks = [mark for box in boxes for mark in _box(box)]
    if write is None:
        marks += [mark for _, own in ports for mark in own]
        return document(right - left, bottom - top, [_moved(marks, -left, -top)], title, told)
    said = [says(wire, write) for wire, _ in ports]
    right = max(right, *(left + wide(line) for lines in said for line in lines))
    for (_, own), lines in zip(ports, said, strict=True):
        marks.append(_pointed_at(own, lines, left, bottom + LINE))
    whole = document(right - left, bottom - top + 3 * LINE, [STYLE, _moved(marks, -left, -top)], title, told)
    return whole.replace('role="img"', 'role="group"', 1)


def _pointed_at(marks: Sequence[str], lines: tuple[str, str], x: float, y: float) -> str:
    """Return a wire that can be pointed at and stepped to; its two lines are at the bottom of the sheet then."""
    shown = "".join(text(x, y + LINE * place, line, "start") for place, line in enumerate(lines))
    name = escape(f"there {lines[0]}, back {lines[1]}")
    return f'<g tabindex="0" role="img" aria-label="{name}">{"".join(marks)}</g><g class="side-said">{shown}</g>'


def _moved(marks: Sequence[str], x: float, y: float) -> str:
    return f'<g transform="translate({x:g} {y:g})">{"".join(marks)}</g>'


def _box(box: Box) -> list[str]:
    shape = f'<rect x="{box.left:.5g}" y="{box.top:.5g}" width="{box.width:.5g}" height="{box.height:.5g}" rx="5" '
    paint = 'fill="currentColor" fill-opacity="0.07" stroke="currentColor"/>'
    return [shape + paint, text(box.left + box.width / 2, box.top + box.height / 2, box.name)]


def _down(fall: Fall) -> list[str]:
    """Draw what goes down and what comes up on a wire of the column, with the names of both at its right."""
    wire, x, above, below = fall
    middle = (above + below) / 2
    marks = [_area(x - 2 * APART, above, 4 * APART, below - above)]
    marks += [path(x - APART, above, x - APART, below), point(x - APART, below, 0.0, 1.0)]
    marks.append(text(x + 2 * APART, middle - LINE / 2, str(wire.points), "start"))
    if is_shown(wire.changes):
        marks += [_broken(x + APART, above, x + APART, below), point(x + APART, above, 0.0, -1.0)]
        marks.append(text(x + 2 * APART, middle + LINE / 2, str(wire.changes), "start"))
    return marks


def _across(joint: Joint) -> list[str]:
    """Draw what comes in and what goes out on a wire of the side, with the names of both above and below it."""
    wire, left, right, y = joint
    marks = [_area(left, y - 2 * APART, right - left, 4 * APART)]
    marks += [path(left, y - APART, right, y - APART), point(left, y - APART, -1.0, 0.0)]
    marks.append(text((left + right) / 2, y - APART - 9, str(wire.points)))
    if is_shown(wire.changes):
        marks += [_broken(left, y + APART, right, y + APART), point(right, y + APART, 1.0, 0.0)]
        marks.append(text((left + right) / 2, y + APART + 9, str(wire.changes)))
    return marks


def _area(x: float, y: float, width: float, height: float) -> str:
    """Return what cannot be seen and can be pointed at: a wire by itself is too thin."""
    return f'<rect x="{x:.5g}" y="{y:.5g}" width="{width:.5g}" height="{height:.5g}" fill-opacity="0"/>'


def _broken(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<g stroke-dasharray="3 3">{path(x1, y1, x2, y2)}</g>'

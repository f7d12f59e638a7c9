"""Lenses as diagrams: a value goes down the plain wire of each port, a change comes up the broken one.

    there_and_back(f >> g)          the parts below each other, with the spaces of each port
    there_and_back(f >> g, a, c)    with the value and the change at each port, computed by the lens that is drawn

Checked by tests/draw/test_lens_diagram.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np

from tinyml.ch01_objects.domain import Product
from tinyml.ch02_arrows.space import Space
from tinyml.ch11_lens.lenses import AnyLens, LensTensor, parts_of
from tinyml.ch11_lens.ports import Port, halves
from tinyml.draw.drawing import Drawing, drawing
from tinyml.draw.string_diagram import Block, row_width, spread
from tinyml.draw.svg import BOX, LINE, box, curve, point, text, wide
from tinyml.errors import show

APART, REACH = 6.0, 24.0
"""From the middle of a port to each of its two wires, and the length of a wire between a label and a box, in pixels."""

Write: TypeAlias = Callable[[Any], str]
Seen: TypeAlias = tuple[Any, Any]
"""A value and the change that comes back; None where no lens was run."""


def written(value: Any) -> str:
    """Return a number with at most six digits, and the shape of an array.

    >>> written(1 / 3), written(np.zeros((2, 5)))
    ('0.333333', '(2, 5)')
    """
    if isinstance(value, np.ndarray):
        return str(np.shape(value))
    return f"{value:.6g}" if isinstance(value, float) else show(value)


def there_and_back(own: AnyLens, at: Any = None, change: Any = None, write: Write = written) -> Drawing:
    """Draw a lens downwards; given a value for its source and a change for its target, with what it makes of them.

    `write` makes the label of a value and of a change.

    >>> from tinyml.ch11_lens.ports import NUMBERS
    >>> from tinyml.ch11_lens.wires import copy
    >>> there_and_back(copy(NUMBERS), 3, Product(5, 1)).description
    'There: 3 by copy to 3 and 3. Back: 5 and 1 by copy to 6.'
    """
    stages = traced(own, at, change)
    body = layout(own, at, change, write)
    first, last = labels(own.source, stages[0], write), labels(own.target, stages[-1], write)
    width = max(body.width, row_width(first), row_width(last))
    left, top = (width - body.width) / 2, LINE + REACH
    bottom = top + body.height
    marks = [body.placed(left, top)]
    for label, x, goal in zip(first, _middles(first, width), body.inputs, strict=True):
        marks += [text(x, LINE / 2, label), *_wires(x, LINE, left + goal, top)]
    for label, x, start in zip(last, _middles(last, width), body.outputs, strict=True):
        marks += [*_wires(left + start, bottom, x, bottom + REACH), text(x, bottom + REACH + LINE / 2, label)]
    told = _told(own, stages, write)
    return drawing(width, bottom + top, marks, repr(own), told)


def traced(own: AnyLens, at: Any, change: Any) -> list[Seen]:
    """Return what goes through the ports around the parts of a lens, from its source to its target."""
    parts, points, kept = parts_of(own), [at], list[Any]()
    if at is None:
        return [(None, None)] * (len(parts) + 1)
    for part in parts:
        result, needed = part.forward(points[-1])
        points.append(result)
        kept.append(needed)
    changes = [change]
    for part, needed in zip(reversed(parts), reversed(kept), strict=True):
        changes.append(part.backward(needed, changes[-1]))
    return list(zip(points, reversed(changes), strict=True))


def layout(own: AnyLens, at: Any, change: Any, write: Write) -> Block:
    """Lay out a lens without the labels at its two ends."""
    parts = parts_of(own)
    if len(parts) > 1:
        stages = traced(own, at, change)
        blocks = [layout(part, stages[n][0], stages[n + 1][1], write) for n, part in enumerate(parts)]
        return _below(blocks, [labels(part.target, stages[n + 1], write) for n, part in enumerate(parts[:-1])])
    if isinstance(own, LensTensor):
        (one, other), (back, other_back) = _halves(at), _halves(change)
        return _beside(layout(own.first, one, back, write), layout(own.second, other, other_back, write))
    ends = [labels(end, (None, None), write) for end in (own.source, own.target)]
    width = wide(own.name) + 24
    inputs, outputs = ([width * (2 * n + 1) / (2 * len(row)) for n in range(len(row))] for row in ends)
    return Block(width, BOX, inputs, outputs, [box(0, 0, width, own.name)])


def labels(end: Port[Any, Any], seen: Seen, write: Write) -> list[str]:
    """Return a label for each port that this one consists of: what goes down, and what comes up."""
    down, up = leaves(end.points, seen[0], write), leaves(end.changes, seen[1], write)
    return [f"{value} ↓ ↑ {change}" for value, change in zip(down, up, strict=True)]


def leaves(space: Space, value: Any, write: Write) -> list[str]:
    """Return what is written of a value, half by half where it is a pair; of no value, the names of its spaces."""
    if not space.is_pair:
        return [str(space) if value is None else write(value)]
    return [own for part, half in zip(space.factors, _halves(value), strict=True) for own in leaves(part, half, write)]


def _halves(value: Any) -> tuple[Any, Any]:
    return halves(value) if isinstance(value, Product) else (None, None)


def _told(own: AnyLens, stages: Sequence[Seen], write: Write) -> str:
    """Say what goes there and what comes back, stage by stage."""
    parts = parts_of(own)
    ends = [own.source, *(part.target for part in parts)]
    down, up = (
        [" and ".join(leaves(space, seen[way], write)) for space, seen in zip(spaces, stages, strict=True)]
        for way, spaces in enumerate(([end.points for end in ends], [end.changes for end in ends]))
    )
    there = "".join(f" by {part.name} to {value}" for part, value in zip(parts, down[1:], strict=True))
    back = "".join(f" by {part.name} to {change}" for part, change in zip(parts[::-1], up[-2::-1], strict=True))
    return f"There: {down[0]}{there}. Back: {up[-1]}{back}."


def _below(blocks: Sequence[Block], between: Sequence[list[str]]) -> Block:
    """Put blocks under each other, with the labels of the ports between them."""
    width = max([block.width for block in blocks] + [row_width(row) for row in between])
    lefts = [(width - block.width) / 2 for block in blocks]
    marks, y = [blocks[0].placed(lefts[0], 0)], blocks[0].height
    for n, row in enumerate(between):
        joints = zip(row, _middles(row, width), blocks[n].outputs, blocks[n + 1].inputs, strict=True)
        for label, middle, start, end in joints:
            marks += _wires(lefts[n] + start, y, middle, y + REACH)
            marks += [text(middle, y + REACH + LINE / 2, label)]
            marks += _wires(middle, y + REACH + LINE, lefts[n + 1] + end, y + 2 * REACH + LINE)
        y += 2 * REACH + LINE
        marks.append(blocks[n + 1].placed(lefts[n + 1], y))
        y += blocks[n + 1].height
    outputs = [lefts[-1] + x for x in blocks[-1].outputs]
    return Block(width, y, [lefts[0] + x for x in blocks[0].inputs], outputs, marks)


def _beside(first: Block, second: Block) -> Block:
    """Put two blocks side by side, the wires of the shorter one drawn out to the height of the other."""
    shift, tall = first.width + 24, max(first.height, second.height)
    inputs = [*first.inputs, *(x + shift for x in second.inputs)]
    outputs = [*first.outputs, *(x + shift for x in second.outputs)]
    marks = list[str]()
    for block, left in ((first, 0.0), (second, shift)):
        top = (tall - block.height) / 2
        marks.append(block.placed(left, top))
        if top:
            marks += [mark for x in block.inputs for mark in _wires(left + x, 0, left + x, top)]
            marks += [mark for x in block.outputs for mark in _wires(left + x, top + block.height, left + x, tall)]
    return Block(shift + second.width, tall, inputs, outputs, marks)


def _middles(row: Sequence[str], width: float) -> list[float]:
    """Return where the labels of a row stand, as near to each other as they can, in the middle of a width."""
    return [(width - row_width(row)) / 2 + x for x in spread(row, row_width(row), 16)]


def _wires(x1: float, y1: float, x2: float, y2: float) -> list[str]:
    """Draw the two wires of a port between two heights: down to the second, and broken up to the first."""
    back = curve(x1 + APART, y1, x2 + APART, y2)
    return [
        curve(x1 - APART, y1, x2 - APART, y2, tip=True),
        f'<g stroke-dasharray="3 3">{back}</g>{point(x1 + APART, y1, 0.0, -1.0)}',
    ]

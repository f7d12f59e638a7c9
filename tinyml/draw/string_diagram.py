"""String diagrams: where the parts of an arrow stand when composition goes down and f @ g stands side by side.

    layout(f >> g)    the block of f above the block of g, the spaces between them on the wires
    layout(f @ g)     two blocks beside each other
    layout(f ** n)    the block of f in a frame that says how often
    layout(identity)  wires alone

Checked by tests/draw/test_draw.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import fsum
from typing import Any

from tinyml.ch02_arrows.category import Composite, Identity, Morphism, Power, Tensor
from tinyml.ch02_arrows.space import Space
from tinyml.draw.svg import BOX, LINE, WIRE, box, curve, path, text, wide


@dataclass(slots=True)
class Block:
    """A part of a string diagram: its size, its marks, and where wires enter at the top and leave at the bottom."""

    width: float
    height: float
    inputs: list[float]
    outputs: list[float]
    marks: list[str] = field(default_factory=list[str])

    def placed(self, x: float, y: float) -> str:
        return f'<g transform="translate({x:g} {y:g})">{"".join(self.marks)}</g>' if self.marks else ""


def spread(labels: Sequence[str], width: float, padding: float = 24) -> list[float]:
    """Return the middles of labels that share a row evenly."""
    spare = (width - fsum(wide(label) + padding for label in labels)) / max(len(labels), 1)
    middles, x = list[float](), 0.0
    for label in labels:
        room = wide(label) + padding + spare
        middles.append(x + room / 2)
        x += room
    return middles


def layout(arrow: Morphism[Any, Any]) -> Block:
    """Lay out an arrow without the labels at its two ends."""
    if isinstance(arrow, Composite):
        return _below([layout(part) for part in arrow.parts], [wires_of(part.target) for part in arrow.parts[:-1]])
    if isinstance(arrow, Tensor):
        first, second = map(layout, _sides(arrow))
        return _beside(_stretched(first, second.height), _stretched(second, first.height))
    if isinstance(arrow, Power):
        return _framed(layout(arrow.base), f"{arrow.count.value} times")
    wires = wires_of(arrow.source), wires_of(arrow.target)
    width = max(wide(arrow.name) + 24, *map(row_width, wires))
    inputs, outputs = (spread(row, width, 16) for row in wires)
    if isinstance(arrow, Identity):
        return Block(width, BOX, inputs, outputs, [path(x, 0, x, BOX) for x in inputs])
    return Block(width, BOX, inputs, outputs, [box(0, 0, width, arrow.name)])


def _sides(arrow: Tensor[Any, Any, Any, Any]) -> tuple[Morphism[Any, Any], Morphism[Any, Any]]:
    return arrow.first, arrow.second


def _below(blocks: Sequence[Block], labels: Sequence[list[str]]) -> Block:
    """Put blocks under each other, with the labels of the spaces on the wires between them."""
    width = max([block.width for block in blocks] + [row_width(row) for row in labels])
    marks, y, lefts = list[str](), 0.0, [(width - block.width) / 2 for block in blocks]
    for number, block in enumerate(blocks):
        marks.append(block.placed(lefts[number], y))
        y += block.height
        if number + 1 < len(blocks):
            row, under = labels[number], blocks[number + 1]
            starts, ends = through(block.outputs, row), through(under.inputs, row)
            for label, start, end in zip(row, starts, ends, strict=True):
                x, goal = lefts[number] + start, lefts[number + 1] + end
                marks += [path(x, y, x, y + WIRE), text(x, y + WIRE + LINE / 2, label)]
                marks += [curve(x, y + WIRE + LINE, goal, y + 2 * WIRE + LINE, tip=True)]
            y += 2 * WIRE + LINE
    inputs = [lefts[0] + x for x in blocks[0].inputs]
    return Block(width, y, inputs, [lefts[-1] + x for x in blocks[-1].outputs], marks)


def _beside(first: Block, second: Block) -> Block:
    shift = first.width + 24
    inputs = first.inputs + [x + shift for x in second.inputs]
    outputs = first.outputs + [x + shift for x in second.outputs]
    marks = [first.placed(0, 0), second.placed(shift, 0)]
    return Block(shift + second.width, first.height, inputs, outputs, marks)


def _stretched(block: Block, height: float) -> Block:
    """Lengthen the wires of a block until it is as tall as its neighbour."""
    if height <= block.height:
        return block
    extra = (height - block.height) / 2
    marks = [path(x, 0, x, extra) for x in block.inputs] + [block.placed(0, extra)]
    marks += [path(x, extra + block.height, x, height) for x in block.outputs]
    return Block(block.width, height, block.inputs, block.outputs, marks)


def _framed(block: Block, label: str) -> Block:
    edge, top = 10.0, LINE + 6
    width, height = max(block.width, wide(label)) + 2 * edge, block.height + top + WIRE
    left = (width - block.width) / 2
    frame = (
        f'<rect x="0.75" y="0" width="{width - 1.5:g}" height="{height:g}" rx="8" fill="none" '
        f'stroke="currentColor" stroke-dasharray="5 4"/>'
    )
    inputs, outputs = [left + x for x in block.inputs], [left + x for x in block.outputs]
    marks = [frame, text(edge, LINE / 2 + 3, label, "start"), block.placed(left, top)]
    marks += [path(x, 0, x, top) for x in inputs] + [path(x, top + block.height, x, height) for x in outputs]
    return Block(width, height, inputs, outputs, marks)


def wires_of(space: Space) -> list[str]:
    return [label for part in space.factors for label in wires_of(part)] if space.is_pair else [str(space)]


def through(places: Sequence[float], labels: Sequence[str]) -> list[float]:
    """Return a place for each label; one wire that stands for a whole product serves all of its labels."""
    if len(places) == len(labels):
        return list(places)
    middle = fsum(places) / len(places)
    return [middle + x - row_width(labels) / 2 for x in spread(labels, row_width(labels), 16)]


def row_width(labels: Sequence[str]) -> float:
    return fsum(wide(label) + 16 for label in labels)

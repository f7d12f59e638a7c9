"""Diagrams: pictures drawn from the arrows that they show.

    pipeline(f)                        the parts of f as boxes, the spaces on the wires between them, read downwards
    square(top, right, left, bottom)   two ways from one space to another, with a value in the corners if wanted
    graph(nodes, edges)                named boxes between named objects, for what is not one composite
    tape(graph, values)                the nodes of a graph as boxes, its wires with their values between them

Every label is read from an arrow (`name`, `source`, `target`), so a picture cannot say what the code does not.
A drawing is an inline SVG in the colour of the text around it.  Checked by tests/draw/test_draw.py.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import fsum
from typing import Any, final

from tinyml.ch02_arrows.category import Composite, Morphism
from tinyml.ch02_arrows.laws import square_commutes
from tinyml.ch10_tape.context import Context
from tinyml.ch10_tape.tape import Graph
from tinyml.draw.string_diagram import layout, row_width, spread, through, wires_of
from tinyml.draw.svg import BOX, LINE, WIRE, box, curve, document, head, lines, path, text, wide, wrapped
from tinyml.errors import EmptyInput, OutOfRange, ShapeMismatch, show


@final
@dataclass(frozen=True, slots=True, repr=False)
class Drawing:
    """A picture: its SVG, or several side by side; a title, a description in words, and a note below it.

    The note has the outcome of a check, or how the picture is read.
    """

    svg: str
    title: str
    description: str
    note: str = ""

    def _repr_html_(self) -> str:
        note = f"<figcaption>{escape(self.note, quote=False)}</figcaption>" if self.note else ""
        return f'<figure class="tinyml-diagram">{self.svg}{note}</figure>'

    def __repr__(self) -> str:
        return f"{self.title}. {self.description}" + (f" {self.note}" if self.note else "")


def pipeline(arrow: Morphism[Any, Any]) -> Drawing:
    """Draw an arrow as a string diagram: composition goes down, f @ g stands side by side, f ** n in a frame.

    >>> from tinyml import Embedding, ModelDimension, Parameters, VocabSize
    >>> pipeline(Embedding(Parameters.init(VocabSize(5), ModelDimension(4))))
    embedding : TokenId[5] -> Vector[4]. From TokenId[5] by embedding to Vector[4].
    """
    body, first, last = layout(arrow), wires_of(arrow.source), wires_of(arrow.target)
    width = max(body.width, row_width(first), row_width(last))
    left, reach = (width - body.width) / 2, LINE + WIRE
    marks = [body.placed(left, reach)]
    for label, x in zip(first, through(body.inputs, first), strict=True):
        marks += [text(left + x, LINE / 2, label), head(left + x, LINE, left + x, reach)]
    for label, x in zip(last, through(body.outputs, last), strict=True):
        bottom = reach + body.height
        marks += [head(left + x, bottom, left + x, bottom + WIRE), text(left + x, bottom + WIRE + LINE / 2, label)]
    parts = arrow.parts if isinstance(arrow, Composite) else (arrow,)
    told = f"From {arrow.source}" + "".join(f" by {part.name} to {part.target}" for part in parts) + "."
    return _drawing(width, body.height + 2 * reach, marks, repr(arrow), told)


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
    return _drawing(x2 + max(b, d) / 2, height, marks, f"Square of {over.name} and {under.name}", told, note)


def _carried(ways: Sequence[Morphism[Any, Any]], cases: Sequence[Any], write: Callable[[Any], str]) -> list[str]:
    """Return what the corners of a square carry when the first case goes around: two above, and two below."""
    if not cases:
        raise EmptyInput("corners of a square", "the first of its values goes around, and there is none")
    top, right, left, bottom = ways
    start, one, other = cases[0], top(cases[0]), left(cases[0])
    ends = dict.fromkeys([write(right(one)), write(bottom(other))])
    return [write(start), write(one), write(other), " ≠ ".join(ends)]


def graph(
    nodes: Mapping[str, str],
    edges: Sequence[tuple[str | tuple[str, ...], str, str]],
    title: str = "",
    crossed: tuple[str, str] | None = None,
) -> Drawing:
    """Draw objects and the arrows between them, downwards; an arrow out of several objects is one box.

    `nodes` gives a label for each key, `edges` the triples (key or keys of the sources, key of the target, name), and
    `crossed` two keys of one row between which no arrow leads: it is drawn with dashes, and crossed out.
    Raises `EmptyInput` without nodes, `OutOfRange` for a key that is not among them or an arrow that leads back, and
    `ShapeMismatch` when what is crossed out would not lie in one row.
    """
    if not nodes:
        raise EmptyInput("nodes of a graph", "a drawing needs at least one object")
    keys = list(nodes)
    joins = [((start,) if isinstance(start, str) else tuple(start), end, name) for start, end, name in edges]
    for key in [*(key for starts, end, _ in joins for key in (*starts, end)), *(crossed or ())]:
        if key not in nodes:
            raise OutOfRange(f"node {key!r} of a graph", len(keys), len(keys))
    rows, wires = _rows(nodes, joins)
    apart = 44 if crossed else 28
    width = max(fsum(wide(label) + apart for label in row.values()) for row in rows)
    heights = [BOX if number % 2 else LINE for number in range(len(rows))]
    tops = [sum(heights[:number]) + number * (WIRE + 8) for number in range(len(rows))]
    x, marks = dict[str, float](), list[str]()
    for number, row in enumerate(rows):
        from_above = {key: [x[start] for start, end in wires if end == key] for key in row}
        order = sorted(row, key=lambda key: fsum(from_above[key]) / max(len(from_above[key]), 1))
        x |= dict(zip(order, spread([row[key] for key in order], width, apart), strict=True))
        for key, label in row.items():
            if number % 2 and label:
                marks.append(box(x[key] - wide(label) / 2 - 10, tops[number], wide(label) + 20, label))
            elif label:
                marks.append(text(x[key], tops[number] + LINE / 2, label))
            else:  # a wire on its way to a lower row
                marks.append(path(x[key], tops[number], x[key], tops[number] + heights[number]))
        seen = Counter[tuple[str, str]]()
        for start, end in wires:
            if end in row:
                above = tops[number - 1] + heights[number - 1]
                several = wires.count((start, end))  # a box that reads one wire twice shows two
                aside = 14.0 * (seen[start, end] - (several - 1) / 2)
                seen[start, end] += 1
                tip = bool(row[end]) and number % 2 == 0
                marks.append(curve(x[start], above, x[end] + aside, tops[number], tip=tip))
    told = " ".join(f"{name}: {' x '.join(nodes[s] for s in starts)} -> {nodes[end]}." for starts, end, name in joins)
    if crossed:
        marks.append(_crossed_out(crossed, nodes, rows, x, tops))
        told += f" Crossed out: an arrow from {nodes[crossed[0]]} to {nodes[crossed[1]]}."
    return _drawing(width, tops[-1] + heights[-1], marks, title or "Objects and arrows", told)


def tape(drawn: Graph, values: Context | None = None) -> Drawing:
    """Draw a graph of nodes, each wire with its value when values are given: those of `eval`, of `jvp` or a seed.

    A tensor that is no scalar shows its shape.  Raises `ShapeMismatch` when the values are not one for each wire.
    """
    if values is not None and len(values) != len(drawn.wires):
        raise ShapeMismatch("drawing of a graph", f"{len(drawn.wires)} values", str(len(values)))
    labels = dict(zip(drawn.wires, drawn.wires, strict=True))
    for wire, tensor in zip(drawn.wires, values or (), strict=False):
        labels[wire] += f" {tensor.shape}" if tensor.shape else f" = {show(tensor.item())}"
    cells = [(tuple(drawn.wires[place] for place in cell.reads), cell.wire, cell.node.name) for cell in drawn.cells]
    return graph(labels, cells, title=f"Graph {drawn!r}")


def _crossed_out(
    crossed: tuple[str, str],
    nodes: Mapping[str, str],
    rows: Sequence[Mapping[str, str]],
    x: Mapping[str, float],
    tops: Sequence[float],
) -> str:
    """Draw an arrow of dashes between two objects of one row, with a cross over its middle."""
    start, end = crossed
    [number] = [number for number, row in enumerate(rows) if start in row]
    if end not in rows[number]:
        raise ShapeMismatch("an arrow to be crossed out", f"an object beside {nodes[start]}", nodes[end])
    side, y = 1 if x[start] < x[end] else -1, tops[number] + LINE / 2
    x1, x2 = x[start] + side * (wide(nodes[start]) / 2 + 5), x[end] - side * (wide(nodes[end]) / 2 + 5)
    middle = (x1 + x2) / 2
    cross = "".join(path(middle - 7, y - s * 7, middle + 7, y + s * 7) for s in (1, -1))
    return f'<g stroke-dasharray="4 3">{head(x1, y, x2, y)}</g><g stroke-width="2.5">{cross}</g>'


def _rows(
    nodes: Mapping[str, str], joins: Sequence[tuple[tuple[str, ...], str, str]]
) -> tuple[list[dict[str, str]], list[tuple[str, str]]]:
    """Put nodes in even rows and arrows in odd ones, and cut every wire into pieces between neighbouring rows."""
    level = _levels(list(nodes), joins)
    rows: list[dict[str, str]] = [{} for _ in range(2 * max(level.values()) + 1)]
    wires = list[tuple[str, str]]()
    for key, label in nodes.items():
        rows[2 * level[key]][key] = label
    for number, (starts, end, name) in enumerate(joins):
        arrow = f"arrow {number}"
        rows[2 * level[end] - 1][arrow] = name
        wires.append((arrow, end))
        for start in starts:
            before = start
            for row in range(2 * level[start] + 1, 2 * level[end] - 1):
                passing = f"{start} to {arrow} in row {row}"
                rows[row][passing] = ""
                wires.append((before, passing))
                before = passing
            wires.append((before, arrow))
    return rows, wires


def _levels(keys: Sequence[str], joins: Sequence[tuple[tuple[str, ...], str, str]]) -> dict[str, int]:
    """Give each node a row below all that lead to it."""
    level = dict.fromkeys(keys, 0)
    for _ in keys:
        for starts, end, _name in joins:
            level[end] = max([level[end], *(level[key] + 1 for key in starts)])
    if any(level[end] <= level[key] for starts, end, _ in joins for key in starts):
        raise OutOfRange("an arrow that leads back to where it started: row", max(level.values()), len(keys))
    return level


def _drawing(width: float, height: float, marks: Sequence[str], title: str, told: str, note: str = "") -> Drawing:
    return Drawing(document(width, height, marks, title, told), title, told, note)

"""A graph: named boxes between named objects, for what is not one composite.

    graph(nodes, edges)    objects in even rows, arrows in odd ones, each object below all that lead to it
    tape(graph, values)    the nodes of a tape as boxes, its wires with their values between them

Checked by tests/draw/test_draw.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import fsum

from tinyml.ch10_tape.context import Context
from tinyml.ch10_tape.tape import Graph
from tinyml.draw.drawing import Drawing, drawing
from tinyml.draw.string_diagram import spread
from tinyml.draw.svg import BOX, LINE, WIRE, box, curve, head, path, text, wide
from tinyml.errors import EmptyInput, OutOfRange, ShapeMismatch, show


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
    return drawing(width, tops[-1] + heights[-1], marks, title or "Objects and arrows", told)


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

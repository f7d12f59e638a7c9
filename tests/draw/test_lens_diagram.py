"""Lenses as diagrams: what is written at each port is what the lens makes there, on both of its ways."""

from __future__ import annotations

import re
from itertools import combinations
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_lenses import OnNumbers, lenses, pair, sine, square

from tinyml import FLOAT, NUMBERS, Context, Graph, lens_of_graph, nodes
from tinyml.ch11_lens.lenses import parts_of
from tinyml.ch11_lens.wires import add, copy, identity, swap
from tinyml.draw import Drawing, there_and_back
from tinyml.draw.lens_diagram import written

SVG = "{http://www.w3.org/2000/svg}"
TWICE = Graph(("x", "y")).then("z", nodes.multiply, "x", "y").then("s", nodes.multiply, "z", "z")
DRAWINGS = [
    there_and_back(square),
    there_and_back(square >> sine >> square, 1.5, 1.0),
    there_and_back(copy(NUMBERS) >> ((square >> sine) @ square) >> add(NUMBERS), 3, 1),
    there_and_back(copy(NUMBERS) >> swap(NUMBERS, NUMBERS), 3, pair(5, 1)),
    there_and_back((square @ square) @ (sine >> square)),
    there_and_back(lens_of_graph(TWICE)),
    there_and_back(identity(NUMBERS), 1.0, 1.0),
]


def labels(drawing: Drawing) -> list[str]:
    return [node.text or "" for node in ElementTree.fromstring(drawing.svg).iter(f"{SVG}text")]


def places(node: ElementTree.Element, left: float = 0.0, top: float = 0.0) -> list[tuple[float, float, float]]:
    """Return (left edge, right edge, baseline) of every text, from the width of a letter."""
    found = list[tuple[float, float, float]]()
    for child in node:
        if child.tag == f"{SVG}g":
            moved = re.findall(r"[-\d.]+", child.attrib.get("transform", "0 0"))
            found += places(child, left + float(moved[0]), top + float(moved[1]))
        elif child.tag == f"{SVG}text":
            x, half = left + float(child.attrib["x"]), 7.9 * len(child.text or "") / 2
            found.append((x - half, x + half, top + float(child.attrib["y"])))
    return found


def test_the_ports_of_a_lens_are_named() -> None:
    drawn = there_and_back(square >> sine)
    port = "Number ↓ ↑ NumberChange"
    assert sorted(labels(drawn)) == sorted([port, "square", port, "sine", port])
    assert drawn.title == repr(square >> sine)
    assert drawn.description == (
        "There: Number by square to Number by sine to Number. "
        "Back: NumberChange by sine to NumberChange by square to NumberChange."
    )


def test_the_figures_of_the_chapter_go_down_and_come_up() -> None:
    drawn = there_and_back(copy(NUMBERS) >> (square @ identity(NUMBERS)) >> add(NUMBERS), 3, 1)
    assert set(labels(drawn)) == {
        "3 ↓ ↑ 7",
        "3 ↓ ↑ 6",
        "3 ↓ ↑ 1",
        "9 ↓ ↑ 1",
        "12 ↓ ↑ 1",
        "copy",
        "square",
        "identity",
        "add",
    }
    assert drawn.description == (
        "There: 3 by copy to 3 and 3 by (square @ identity) to 9 and 3 by add to 12. "
        "Back: 1 by add to 1 and 1 by (square @ identity) to 6 and 1 by copy to 7."
    )


def test_both_halves_of_a_pair_are_drawn_with_what_goes_through_them() -> None:
    drawn = there_and_back((square >> square) @ (square >> square), pair(2, 3), pair(1, 10))
    assert sorted(labels(drawn)) == sorted(
        [*["square"] * 4, "2 ↓ ↑ 32", "4 ↓ ↑ 8", "16 ↓ ↑ 1", "3 ↓ ↑ 1080", "9 ↓ ↑ 180", "81 ↓ ↑ 10"]
    )


@given(st.lists(lenses, min_size=1, max_size=2), st.integers(-3, 3), st.integers(-3, 3))
def test_every_port_carries_what_the_lens_makes_there(row: list[OnNumbers], at: int, change: int) -> None:
    whole = row[0]
    for own in row[1:]:
        whole = whole >> own
    parts = parts_of(whole)
    shown = [own for own in labels(there_and_back(whole, at, change)) if " ↓ ↑ " in own]
    expected = list[str]()
    for place in range(len(parts) + 1):
        value, weight = at, change
        for part in parts[:place]:
            value = part.get(value)
        rest = parts[place:]
        for number in range(len(rest) - 1, -1, -1):
            before = value
            for part in rest[:number]:
                before = part.get(before)
            weight = rest[number].put(pair(before, weight))
        expected.append(f"{value} ↓ ↑ {weight}")
    assert sorted(shown) == sorted(expected)


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda drawing: drawing.title[:20])
def test_every_label_lies_within_its_picture_and_on_no_other(drawing: Drawing) -> None:
    root = ElementTree.fromstring(drawing.svg)
    x0, y0, width, height = map(float, root.attrib["viewBox"].split())
    found = places(root)
    assert len(found) == len(labels(drawing))
    for left, right, y in found:
        assert x0 <= left + 1
        assert right <= x0 + width + 1
        assert y0 + 9 <= y <= y0 + height
    for one, other in combinations(found, 2):
        assert abs(one[2] - other[2]) >= 12 or one[1] <= other[0] or other[1] <= one[0]


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda drawing: drawing.title[:20])
def test_there_is_a_broken_wire_for_each_plain_one_and_no_colour(drawing: Drawing) -> None:
    root = ElementTree.fromstring(drawing.svg)
    assert root.attrib["aria-label"] == f"{drawing.title}. {drawing.description}"
    plain, broken = drawing.svg.count("<path"), drawing.svg.count("stroke-dasharray")
    assert plain == 4 * broken
    paints = {node.attrib[key] for node in root.iter() for key in ("fill", "stroke") if key in node.attrib}
    assert paints <= {"none", "currentColor"}


def test_a_graph_shows_what_is_written_of_its_contexts() -> None:
    own, inputs = lens_of_graph(TWICE), Context.of(FLOAT, 2, 3)
    drawn = there_and_back(own, inputs, Context.of(FLOAT, 0, 0, 0, 1), lambda value: str(len(value)))
    assert labels(drawn).count("2 ↓ ↑ 2") == 6
    assert "1 ↓ ↑ 1" in labels(drawn)
    assert (written(np.zeros((3, 4))), written(2.5), written(7)) == ("(3, 4)", "2.5", "7")

"""Parametric lenses as diagrams: what is said of each wire is what the model makes there, on both of its ways."""

from __future__ import annotations

import re
from itertools import combinations
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_lenses import pair, square
from small_paras import filled, fractions, paras, plus, stretched, times

from tinyml import (
    bias,
    descent,
    embed,
    every_token,
    flattened,
    frozen,
    initialise,
    layers,
    lift,
    linear,
    low_rank,
    scores,
    transposed,
    vectors,
    wires,
)
from tinyml.ch12_para.trees import picked
from tinyml.draw import Drawing, from_the_side
from tinyml.draw.side_stages import staged

SVG = "{http://www.w3.org/2000/svg}"
TABLE, HEAD, OFFSETS = embed(5, 4), linear(vectors(4), scores(5)), bias(scores(5))
MODEL = TABLE >> HEAD >> OFFSETS
START: Any = initialise(MODEL.parameters, np.random.default_rng(1))
TEXT, CHANGE = np.array([1, 2, 3]), np.ones((3, 5))
TIE = wires.copy(TABLE.parameters) >> (transposed(TABLE.parameters, HEAD.parameters) @ wires.identity(TABLE.parameters))
TIED = MODEL.reparametrise(wires.identity(OFFSETS.parameters) @ TIE)
FLAT = MODEL.reparametrise(flattened(MODEL.parameters))
LEARNING = FLAT.reparametrise(descent(FLAT.parameters))
THIN = HEAD.reparametrise(low_rank(HEAD.parameters, START.second.first, 2))
FIXED = OFFSETS.reparametrise(frozen(OFFSETS.parameters, START.first))
DRAWINGS = [
    from_the_side(MODEL),
    from_the_side(MODEL, START, TEXT, CHANGE),
    from_the_side(TIED, pair(START.first, START.second.second), TEXT, CHANGE),
    from_the_side(LEARNING, np.ones(45), TEXT, CHANGE),
    from_the_side(TABLE >> THIN >> layers.relu(scores(5)) >> FIXED),
    from_the_side(every_token(5, 4) >> (HEAD >> OFFSETS)),
    from_the_side(stretched >> square >> times, pair(2, pair(3, 1)), 2, 1),
]
every_drawing = pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda drawing: drawing.title[:20])


def placed(node: ElementTree.Element, left: float = 0.0, top: float = 0.0) -> list[tuple[float, float, float, str]]:
    """Return (left edge, right edge, baseline, text) of every text that is always seen."""
    found = list[tuple[float, float, float, str]]()
    for child in node:
        if child.tag == f"{SVG}g" and child.attrib.get("class") != "side-said":
            moved = re.findall(r"[-\d.]+", child.attrib.get("transform", "0 0"))
            found += placed(child, left + float(moved[0]), top + float(moved[1]))
        elif child.tag == f"{SVG}text":
            x, width = left + float(child.attrib["x"]), 7.9 * len(child.text or "")
            x -= {"middle": width / 2, "start": 0.0}[child.attrib["text-anchor"]]
            found.append((x, x + width, top + float(child.attrib["y"]), child.text or ""))
    return found


def labels(drawing: Drawing) -> list[str]:
    return sorted(own[3] for own in placed(ElementTree.fromstring(drawing.svg)))


def test_layers_are_named_with_what_goes_through_them_and_what_comes_in() -> None:
    drawn = from_the_side(MODEL)
    assert labels(drawn) == sorted(
        ["embed", "linear", "bias", "Tokens[5]", "Vectors[4]", "VectorsChange[4]"]
        + 2 * ["Scores[5]", "ScoresChange[5]"]
        + ["Table[5, 4]", "TableChange[5, 4]", "Weights[4, 5]", "WeightsChange[4, 5]", "Offsets[5]", "OffsetsChange[5]"]
    )
    assert drawn.title == repr(MODEL)
    assert drawn.description == (
        "There: Tokens[5] by embed to Vectors[4] by linear to Scores[5] by bias to Scores[5]. "
        "Back: ScoresChange[5] by bias to ScoresChange[5] by linear to VectorsChange[4] by embed to nothing. "
        "From the side: Table[5, 4] to embed, and TableChange[5, 4] back; "
        "Weights[4, 5] to linear, and WeightsChange[4, 5] back; Offsets[5] to bias, and OffsetsChange[5] back."
    )
    assert "tabindex" not in drawn.svg


def test_two_cells_are_boxes_on_the_wires_on_which_they_act() -> None:
    drawn = from_the_side(TIED)
    boxes = {own[3]: own for own in placed(ElementTree.fromstring(drawn.svg))}
    assert boxes["linear"][1] < boxes["transposed"][0] < boxes["copy"][0]
    assert boxes["transposed"][2] == boxes["linear"][2]
    assert boxes["embed"][2] < boxes["copy"][2] < boxes["linear"][2]
    assert "identity" not in boxes
    assert drawn.description.endswith(
        "transposed makes Weights[4, 5] of Table[5, 4], and TableChange[5, 4] of WeightsChange[4, 5]. "
        "copy makes Table[5, 4] and Table[5, 4] of Table[5, 4], "
        "and TableChange[5, 4] of TableChange[5, 4] and TableChange[5, 4]."
    )
    assert labels(from_the_side(LEARNING)).count("Flat[45]") == 3
    nothing = from_the_side(FIXED)
    assert "frozen makes Offsets[5] of nothing, and nothing of OffsetsChange[5]." in nothing.description
    assert labels(nothing).count("Offsets[5]") == 1


def test_the_figures_of_the_chapter() -> None:
    drawn = from_the_side(times.reparametrise(square) >> plus, pair(1, 3), 2, 1)
    assert drawn.description == (
        "There: Number = 2 by times to Number = 18 by plus to Number = 19. "
        "Back: NumberChange = 1 by plus to NumberChange = 1 by times to NumberChange = 9. "
        "From the side: Number = 9 to times, and NumberChange = 2 back; Number = 1 to plus, and NumberChange = 1 back. "
        "square makes Number = 9 of Number = 3, and NumberChange = 12 of NumberChange = 2."
    )


@given(paras, st.lists(fractions, min_size=4, max_size=8), fractions, fractions)
def test_what_is_seen_is_what_the_model_makes(own: Any, values: list[Any], at: Any, change: Any) -> None:
    parameters = filled(own, values)
    stages, _ = staged(own, parameters, at, change)
    assert stages[-1].below.seen == (own.get(pair(parameters, at)), change)
    back = own.put(pair(pair(parameters, at), change))
    drawn = from_the_side(own, parameters, at, change, str)
    assert drawn.description.split(". ")[1].removesuffix(".").endswith(f"NumberChange = {back.second}")
    if "along" not in own.name:
        sides = [wire.seen for stage in reversed(stages) for wire in stage.sides]
        assert sides == list(zip(picked(parameters), picked(back.first), strict=True))


@every_drawing
def test_every_label_lies_within_its_picture_and_on_no_other(drawing: Drawing) -> None:
    root = ElementTree.fromstring(drawing.svg)
    x0, y0, width, height = map(float, root.attrib["viewBox"].split())
    found = placed(root)
    for left, right, y, _ in found:
        assert x0 <= left + 1
        assert right <= x0 + width + 1
        assert y0 + 9 <= y <= y0 + height
    for one, other in combinations(found, 2):
        assert abs(one[2] - other[2]) >= 12 or one[1] <= other[0] + 1 or other[1] <= one[0] + 1, (one, other)


@every_drawing
def test_who_does_not_see_it_is_told_all_of_it(drawing: Drawing) -> None:
    root = ElementTree.fromstring(drawing.svg)
    assert root.attrib["aria-label"] == f"{drawing.title}. {drawing.description}"
    for said in root.iter(f"{SVG}g"):
        if said.attrib.get("class") == "side-said":
            for line in said.iter(f"{SVG}text"):
                assert (line.text or "") in drawing.description
    pointed_at = [node for node in root.iter(f"{SVG}g") if "tabindex" in node.attrib]
    assert root.attrib["role"] == ("group" if pointed_at else "img")
    assert bool(drawing.note) == bool(pointed_at)
    for node in pointed_at:
        assert node.attrib["role"] == "img"
        assert node.attrib["aria-label"].startswith("there ")
    paints = {node.attrib[key] for node in root.iter() for key in ("fill", "stroke") if key in node.attrib}
    assert paints <= {"none", "currentColor"}


def test_what_has_no_parameters_has_no_side() -> None:
    drawn = from_the_side(lift(square))
    assert "From the side" not in drawn.description
    assert labels(drawn) == sorted(["square", *(2 * ["Number", "NumberChange"])])

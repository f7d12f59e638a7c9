"""Heat maps write every number, shade the largest most, mark what is below 0, and frame what they are told to."""

from __future__ import annotations

import math
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinyml import EmptyInput, InvalidScalar, OutOfRange, ShapeMismatch
from tinyml.draw.heat_map import LETTER, STRONGEST, HeatMap, heat_maps

SVG = "{http://www.w3.org/2000/svg}"
COUNTS = HeatMap("came", [[0, 2, 0], [0, 0, 1]], "input", "next")


def drawn(*maps: HeatMap, form: str = ".2f") -> list[ElementTree.Element]:
    """Return the pictures of some maps."""
    return [ElementTree.fromstring(svg) for svg in heat_maps(maps, "Some maps", form).svg.split("\n")]


def labels(picture: ElementTree.Element) -> list[str]:
    return [own.text or "" for own in picture.iter(f"{SVG}text")]


def cells(picture: ElementTree.Element) -> list[dict[str, str]]:
    """Return the cells of a picture, row by row."""
    return [own.attrib for own in picture.iter(f"{SVG}rect") if own.attrib["fill"] != "none"]


def frames(picture: ElementTree.Element) -> list[tuple[float, ...]]:
    """Return left, top, right and bottom of what is framed."""
    found = [own.attrib for own in picture.iter(f"{SVG}rect") if own.attrib["fill"] == "none"]
    sides = [[float(own[side]) for side in ("x", "y", "width", "height")] for own in found]
    return [(x, y, x + width, y + height) for x, y, width, height in sides]


def test_a_map_has_its_name_its_axes_and_every_number() -> None:
    [picture] = drawn(COUNTS, form=".0f")
    assert labels(picture) == ["came", "input \u2193  next \u2192", *"012", *"01", *"020001"]
    assert picture.attrib["aria-label"] == "Some maps: came. came (input by next): 0 2 0; 0 0 1."


def test_a_table_of_nothing_in_particular_has_no_numbers_at_its_sides() -> None:
    [picture] = drawn(HeatMap("logit", [[0.25]], sign="="))
    assert labels(picture) == ["logit", "=", "0.25"]


@given(st.lists(st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=3), min_size=1, max_size=4))
def test_the_stronger_the_shade_the_larger_the_number_and_an_edge_is_below_zero(table: list[list[float]]) -> None:
    found = cells(drawn(HeatMap("any", table))[0])
    numbers = [number for row in table for number in row]
    assert [("stroke" in cell) for cell in found] == [round(number, 2) < 0 for number in numbers]
    most = max(map(abs, numbers)) or 1
    for cell, number in zip(found, numbers, strict=True):
        assert float(cell["fill-opacity"]) == pytest.approx(STRONGEST * abs(number) / most, abs=6e-4)


def test_all_maps_of_a_picture_have_one_scale() -> None:
    first, second = drawn(HeatMap("small", [[1.0]]), HeatMap("large", [[-4.0]], sign="+"))
    assert [cells(own)[0]["fill-opacity"] for own in (first, second)] == [f"{STRONGEST / 4:.3f}", f"{STRONGEST:.3f}"]
    assert labels(second) == ["large", "+", "\u22124.00"]


def test_zero_has_no_sign_and_a_table_of_zeros_is_pale() -> None:
    drawing = heat_maps([HeatMap("none", [[-0.0, -0.001]])], "Nothing")
    picture = ElementTree.fromstring(drawing.svg)
    assert labels(picture)[1:] == ["0.00", "0.00"]
    assert not any("stroke" in cell for cell in cells(picture))
    assert drawing.note == "The stronger the shade, the larger in size."
    below = heat_maps([COUNTS, HeatMap("less", [[-1.0]])], "Counts")
    assert below.note == "The stronger the shade, the larger in size. A number below 0 has an edge."
    assert {cell["fill-opacity"] for cell in cells(drawn(HeatMap("none", [[0.0, 0.0]]))[0])} == {"0.000"}


@pytest.mark.parametrize(
    ("row", "column", "inside", "words"),
    [
        (1, None, [3, 4, 5], "row 1 framed"),
        (None, 2, [2, 5], "column 2 framed"),
        (1, 2, [5], "row 1 and column 2 framed"),
        (None, None, [], "came (input by next): 0"),
    ],
)
def test_a_frame_is_around_what_it_is_told(row: int | None, column: int | None, inside: list[int], words: str) -> None:
    framed = HeatMap("came", COUNTS.values, "input", "next", row, column)
    [picture] = drawn(framed, form=".0f")
    found = frames(picture)
    assert len(found) == bool(inside)
    middles = [
        (float(own["x"]) + float(own["width"]) / 2, float(own["y"]) + float(own["height"]) / 2)
        for own in cells(picture)
    ]
    for left, top, right, bottom in found:
        held = [k for k, (x, y) in enumerate(middles) if left < x < right and top < y < bottom]
        assert held == inside
    assert words in picture.attrib["aria-label"]


@given(st.lists(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=5), min_size=1, max_size=1))
def test_every_label_lies_within_its_picture_and_numbers_within_their_cells(table: list[list[float]]) -> None:
    [picture] = drawn(HeatMap("a name", table, "token", "feature", sign="\u2212"))
    x0, y0, width, height = map(float, picture.attrib["viewBox"].split())
    for own in picture.iter(f"{SVG}text"):
        x, y = float(own.attrib["x"]), float(own.attrib["y"])
        assert x0 <= x <= x0 + width
        assert y0 + 8 <= y <= y0 + height
    longest = max(len(label) for label in labels(picture)[-len(table[0]) :])
    assert all(float(cell["width"]) >= LETTER * longest for cell in cells(picture))


@pytest.mark.parametrize(
    ("maps", "error", "says"),
    [
        ([], EmptyInput, "empty input in heat maps: at least one is needed"),
        ([HeatMap("none", [[]])], EmptyInput, "heat map 'none'"),
        ([HeatMap("a row", [1.0, 2.0])], ShapeMismatch, "heat map 'a row': expected (rows, columns), got (2,)"),
        ([HeatMap("broken", [[math.nan]])], InvalidScalar, "heat map 'broken' must be finite"),
        ([HeatMap("came", [[1.0]], row=1)], OutOfRange, "row of the heat map 'came' index 1 out of range"),
        ([HeatMap("came", [[1.0]], column=-1)], OutOfRange, "column of the heat map 'came' index -1 out of range"),
    ],
)
def test_what_cannot_be_drawn_is_refused(maps: list[HeatMap], error: Any, says: str) -> None:
    with pytest.raises(error) as refused:
        heat_maps(maps, "Nothing")
    assert says in str(refused.value)


def test_a_map_has_no_colour_of_its_own() -> None:
    [picture] = drawn(HeatMap("came", [[1.0, -2.0]], "a", "b", row=0))
    paints = {own.attrib[key] for own in picture.iter() for key in ("fill", "stroke") if key in own.attrib}
    assert paints == {"none", "currentColor"}
    assert [own.tag for own in list(picture)[:2]] == [f"{SVG}title", f"{SVG}desc"]

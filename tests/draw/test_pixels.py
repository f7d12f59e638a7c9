"""Images are drawn pixel by pixel: the more ink the fuller, hollow below 0, on one scale."""

from __future__ import annotations

import math
import re
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinyml import EmptyInput, InvalidScalar, ShapeMismatch
from tinyml.draw import pixels
from tinyml.draw.pixels import DOT, LEVELS, TOP

SVG = "{http://www.w3.org/2000/svg}"
shades = st.lists(st.lists(st.integers(-LEVELS, LEVELS), min_size=3, max_size=3), min_size=1, max_size=4)


def drawn(*images: tuple[str, Any]) -> list[ElementTree.Element]:
    return [ElementTree.fromstring(svg) for svg in pixels(images, "Some images").svg.split("\n")]


def inked(picture: ElementTree.Element) -> dict[tuple[int, int], float]:
    """Return how full each pixel is that is not empty; a hollow one is below 0.  The image begins at the left edge."""
    found: dict[tuple[int, int], float] = {}
    for path in picture.iter(f"{SVG}path"):
        hollow = path.attrib["fill"] == "none"
        strength = float(path.attrib["stroke-opacity" if hollow else "fill-opacity"])
        for x, y in re.findall(r"M(\S+) ([^h]+)h", path.attrib["d"]):
            place = math.floor((float(y) - TOP) / DOT), math.floor(float(x) / DOT)
            assert place not in found
            found[place] = -strength if hollow else strength
    return found


@given(shades)
def test_each_pixel_is_as_full_as_its_number_and_hollow_below_0(rows: list[list[int]]) -> None:
    table = np.array([*rows, [LEVELS, 0, 0]]) / 4
    [picture] = drawn(("", table))
    found = inked(picture)
    for place, value in np.ndenumerate(table):
        assert found.get(place, 0.0) == pytest.approx(4 * value / LEVELS, rel=0.01), place
    assert len(found) == np.count_nonzero(table)


def test_all_images_of_a_picture_have_one_scale_and_their_names() -> None:
    pale, dark = drawn(("a", [[1.0]]), ("b", np.full((1, 2, 1), 4.0)))
    assert inked(pale) == {(0, 0): 0.25}
    assert inked(dark) == {(0, 0): 1.0, (0, 1): 1.0}
    assert [own.findtext(f"{SVG}text") for own in (pale, dark)] == ["a", "b"]


def test_it_says_how_large_an_image_is_and_how_much_of_it_has_ink() -> None:
    drawing = pixels([("a", [[0, 1], [2, -1]])], "Some images")
    assert drawing.description == "a: 2 by 2 pixels, 2 of them above 0."
    assert drawing.note == "Hollow squares are below 0."
    assert pixels([("a", [[0, 0]])], "Some images").note == ""


@pytest.mark.parametrize("name", ["", "a name that is wider than its image"])
def test_every_pixel_is_on_the_sheet_and_so_is_the_name(name: str) -> None:
    [picture] = drawn((name, np.ones((5, 3))))
    left, top, width, height = map(float, picture.attrib["viewBox"].split())
    for path in picture.iter(f"{SVG}path"):
        for x, y in re.findall(r"M(\S+) ([^h]+)h", path.attrib["d"]):
            assert left <= float(x)
            assert float(x) + DOT <= left + width
            assert top <= float(y)
            assert float(y) + DOT <= top + height
    assert 7.9 * len(name) <= width


@pytest.mark.parametrize(
    ("images", "error"),
    [
        ([], EmptyInput),
        ([("a", [[math.nan]])], InvalidScalar),
        ([("a", [1.0, 2.0])], ShapeMismatch),
        ([("a", np.ones((2, 2, 3)))], ShapeMismatch),
        ([("a", [[]])], EmptyInput),
    ],
)
def test_what_is_no_image_is_refused(images: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        pixels(images, "Some images")

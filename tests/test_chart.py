"""Charts hold their points, say in words what they show, and refuse what cannot be drawn."""

from __future__ import annotations

import math
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinyml import EmptyInput
from tinyml.chart import HEIGHT, LEFT, TOP, WIDTH, powers

SVG = "{http://www.w3.org/2000/svg}"
above_zero = st.floats(1e-300, 1e300)
points = st.lists(st.tuples(above_zero, above_zero), min_size=1, max_size=20)


def spots(svg: str) -> list[tuple[float, float]]:
    circles = ElementTree.fromstring(svg).iter(f"{SVG}circle")
    return [(float(own.attrib["cx"]), float(own.attrib["cy"])) for own in circles]


@given(st.dictionaries(st.sampled_from(["one side", "both sides", "a third"]), points, min_size=1))
def test_every_point_stands_inside_the_chart(curves: dict[str, list[tuple[float, float]]]) -> None:
    found = spots(powers(curves, "h", "error", "Errors").svg)
    assert len(found) == sum(map(len, curves.values()))
    assert all(LEFT - 0.1 <= x <= LEFT + WIDTH + 0.1 and TOP - 0.1 <= y <= TOP + HEIGHT + 0.1 for x, y in found)


def test_powers_of_ten_are_evenly_spaced() -> None:
    drawing = powers({"a line": [(10.0**-k, 10.0**-k) for k in range(5)]}, "h", "error", "A line")
    found = spots(drawing.svg)
    steps = {(round(b[0] - a[0], 6), round(a[1] - b[1], 6)) for a, b in pairwise(found)}
    assert steps == {(WIDTH / 4, HEIGHT / 4)}
    labels = [own.text for own in ElementTree.fromstring(drawing.svg).iter(f"{SVG}text")]
    assert labels[:10] == ["1e-4", "1e-3", "1e-2", "1e-1", "1e0"] * 2
    assert labels[10:] == ["h", "error", "a line"]


def test_the_description_says_where_a_curve_is_lowest_and_what_is_left_out() -> None:
    curve = [(0.1, 3.0), (0.01, 0.5), (0.001, 0.0), (0.0001, math.nan)]
    drawing = powers({"both sides": curve}, "h", "error", "Errors of a difference")
    assert repr(drawing) == (
        "Errors of a difference. both sides: 2 points, lowest 5.0e-01 at 1.0e-02; 2 of its points have no power of ten."
    )
    assert len(spots(drawing.svg)) == 2


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(EmptyInput, match="one to three are needed"):
        powers({}, "h", "error", "Nothing")
    with pytest.raises(EmptyInput, match="empty input in curve 'flat': at least one point above 0 is needed"):
        powers({"flat": [(1.0, 0.0)]}, "h", "error", "Nothing")

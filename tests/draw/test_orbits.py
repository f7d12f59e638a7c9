"""Orbits: every arrow is drawn, cycles are found as cycles, and labels keep apart."""

from __future__ import annotations

from itertools import combinations
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinyml import EmptyInput, OutOfRange
from tinyml.draw.drawing import Drawing
from tinyml.draw.orbits import cycles, orbits
from tinyml.draw.svg import LINE, wide

SVG = "{http://www.w3.org/2000/svg}"
functions = st.integers(1, 16).flatmap(lambda n: st.lists(st.integers(0, n - 1), min_size=n, max_size=n))


def labels(own: Drawing) -> dict[str, tuple[float, float]]:
    texts = ElementTree.fromstring(own.svg).iter(f"{SVG}text")
    return {text.text or "": (float(text.attrib["x"]), float(text.attrib["y"])) for text in texts}


@given(functions)
def test_a_cycle_is_what_comes_back_to_itself(values: list[int]) -> None:
    leads = dict(enumerate(values))
    found = cycles(leads)
    for ring in found:
        assert [leads[own] for own in ring] == [*ring[1:], ring[0]]
    late = list(leads)
    for _ in leads:
        late = [leads[own] for own in late]
    assert set(late) == {own for ring in found for own in ring}
    assert sum(map(len, found)) == len({own for ring in found for own in ring})


@given(functions)
def test_every_point_is_on_the_sheet_with_one_arrow_and_room_for_its_label(values: list[int]) -> None:
    own = orbits(dict(enumerate(values)), "Random", name=lambda point: f"{point:02}")
    places = labels(own)
    assert sorted(places) == [f"{point:02}" for point in range(len(values))]
    tree = ElementTree.fromstring(own.svg)
    tips = [path for path in tree.iter(f"{SVG}path") if path.attrib.get("fill") == "currentColor"]
    assert len(tips) == len(values)
    width, height = (float(size) for size in tree.attrib["viewBox"].split()[2:])
    for x, y in places.values():
        assert wide("00") / 2 <= x <= width - wide("00") / 2
        assert LINE / 2 <= y <= height
    for (x, y), (u, v) in combinations(places.values(), 2):
        assert abs(x - u) > wide("00") or abs(y - v) > 10


def test_what_is_said_of_a_tail_a_cycle_and_a_point_that_stays() -> None:
    own = orbits({0: 1, 1: 2, 2: 1, 3: 0, 4: 4}, "Small")
    assert repr(own) == "Small. 1, 2 and 1 again; 2 more lead there. 4 stays."
    assert repr(orbits({"a": "a", "b": "a"}, "Two")) == "Two. a stays; 1 more leads there."


def test_the_first_point_of_a_cycle_is_on_top_and_the_rest_follow_clockwise() -> None:
    places = labels(orbits({0: 1, 1: 2, 2: 3, 3: 0}, "Four"))
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = (places[str(k)] for k in range(4))
    assert y0 < y1 < y2
    assert x3 < x0 < x1
    assert (x0, y1) == pytest.approx((x2, y3), abs=0.5)


def test_orbits_need_points_that_lead_to_points() -> None:
    with pytest.raises(EmptyInput, match="points of orbits"):
        orbits({}, "Nothing")
    with pytest.raises(OutOfRange, match="point 1"):
        orbits({0: 1}, "Out")

"""Charts hold their points, say in words what they show, and refuse what cannot be drawn."""

from __future__ import annotations

import math
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinyml import EmptyInput
from tinyml.draw.chart import HEIGHT, INDENT, LEFT, TOP, WIDTH, dots, powers

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


@given(st.dictionaries(st.sampled_from(["ours", "a rival", "another", "the bound"]), above_zero, min_size=1))
def test_every_dot_stands_in_its_line_at_its_power(values: dict[str, float]) -> None:
    found = spots(dots(values, "seconds", "Times", base=min(values), ours=max(values)).svg)
    assert len(found) == len(values)
    assert all(INDENT - 0.1 <= x <= INDENT + WIDTH + 0.1 for x, _ in found)
    assert len({round(below[1] - above[1], 6) for above, below in pairwise(found)}) <= 1
    across = sorted((math.log10(value), x) for value, (x, _) in zip(values.values(), found, strict=True))
    per_power = WIDTH / max(1, math.ceil(across[-1][0]) - math.floor(across[0][0]))
    for (log, x), (next_log, next_x) in pairwise(across):
        assert next_x - x == pytest.approx((next_log - log) * per_power, abs=0.11)


def test_a_dot_has_its_name_and_its_number_beside_it_and_a_bar_from_the_base() -> None:
    drawing = dots(
        {"the bound": 1e-6, "ours": 1e-5, "a rival": 1e-3},
        "time of one step",
        "Times of a step",
        base="the bound",
        ours="ours",
        write=lambda seconds: f"{seconds * 1e6:,.0f} us",
        note="One machine.",
    )
    assert repr(drawing) == "Times of a step. the bound: 1 us; ours: 10 us; a rival: 1,000 us. One machine."
    page = ElementTree.fromstring(drawing.svg)
    labels = [own.text for own in page.iter(f"{SVG}text")]
    assert labels[:5] == ["time of one step", "1 us", "10 us", "100 us", "1,000 us"]
    assert labels[5:] == ["the bound", "1 us", "ours", "10 us", "a rival", "1,000 us"]
    assert [own.attrib["fill"] for own in page.iter(f"{SVG}circle")] == ["none", "currentColor", "none"]
    bars = [own for own in page.iter(f"{SVG}g") if own.attrib.get("stroke-width") == "2"]
    starts = [bar[0].attrib["d"].split()[0] for bar in bars]
    assert starts == [f"M{INDENT:.4g}"] * 3
    first, second, third = (x for x, _ in spots(drawing.svg))
    assert third - second == pytest.approx(2 * (second - first))


def test_dots_that_cannot_be_drawn_are_refused() -> None:
    with pytest.raises(EmptyInput, match="dots of a chart: at least one number is needed"):
        dots({}, "seconds", "Nothing")
    for value in (0.0, -1.0, math.nan, math.inf):
        with pytest.raises(EmptyInput, match="dot 'ours': a finite number above 0 is needed"):
            dots({"ours": value}, "seconds", "Nothing")
    for base, ours in (("a bound", ""), ("", "a bound")):
        with pytest.raises(EmptyInput, match="dot 'a bound': the numbers are those of ours, a rival"):
            dots({"ours": 1.0, "a rival": 2.0}, "seconds", "Nothing", base=base, ours=ours)

"""A strip is dark where something is so, says how much that is, and needs a line to lie on."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinyml import EmptyInput
from tinyml.draw.drawing import Drawing
from tinyml.draw.strip import LEAST, LEFT, TALL, WIDTH, strip

SVG = "{http://www.w3.org/2000/svg}"


def dark(drawing: Drawing) -> list[tuple[float, float]]:
    """Return where the dark pieces of a strip begin and end."""
    bars = [own.attrib for own in ElementTree.fromstring(drawing.svg).iter(f"{SVG}rect")]
    found = [bar for bar in bars if bar["fill"] != "none" and float(bar["height"]) == TALL]
    return [(float(bar["x"]), float(bar["x"]) + float(bar["width"])) for bar in found]


def labels(drawing: Drawing) -> list[str]:
    return [own.text or "" for own in ElementTree.fromstring(drawing.svg).iter(f"{SVG}text")]


@given(st.lists(st.booleans(), min_size=2, max_size=40))
def test_a_number_is_in_the_dark_exactly_where_it_is_so(so: list[bool]) -> None:
    pieces = dark(strip(dict(enumerate(so)), "rate", "Islands", yes="back", no="lost"))
    for k, own in enumerate(so):
        x = LEFT + WIDTH * k / (len(so) - 1)
        assert any(start - 0.1 <= x <= end + 0.1 for start, end in pieces) == own
    assert all(LEFT - 0.1 <= start < end <= LEFT + WIDTH + 0.1 for start, end in pieces)


def test_neighbours_make_one_piece_and_the_words_count_them() -> None:
    values = dict(zip((5.8, 6.0, 6.2, 6.4, 6.6), (True, False, True, True, False), strict=True))
    drawing = strip(values, "rate", "Islands of rates", yes="came back", no="lost")
    assert dark(drawing) == [(LEFT, LEFT + WIDTH / 8), (LEFT + 3 * WIDTH / 8, LEFT + 7 * WIDTH / 8)]
    assert repr(drawing) == "Islands of rates. 3 of 5 came back, in 2 pieces; 2 lost."
    assert labels(drawing) == ["rate", "5.8", "6", "6.2", "6.4", "6.6", "came back", "lost"]


def test_a_single_number_among_many_is_seen() -> None:
    [(start, end)] = dark(strip({k: k == 500 for k in range(1001)}, "rate", "One", yes="back", no="lost"))
    assert end - start == pytest.approx(LEAST, abs=0.01)
    assert (start + end) / 2 == pytest.approx(LEFT + WIDTH / 2, abs=0.06)


@pytest.mark.parametrize(("high", "shown"), [(7.5, "6 6.5 7 7.5"), (5.95, "5.8 5.85 5.9 5.95"), (90.0, "20 40 60 80")])
def test_the_line_has_round_numbers(high: float, shown: str) -> None:
    drawing = strip({5.8: False, high: True}, "rate", "Islands", yes="back", no="lost")
    assert labels(drawing)[1:-2] == shown.split()


def test_a_strip_needs_two_numbers_and_has_no_colour_of_its_own() -> None:
    with pytest.raises(EmptyInput, match="numbers of a strip: at least two are needed"):
        strip({1.0: True}, "rate", "Nothing", yes="back", no="lost")
    root = ElementTree.fromstring(strip({1.0: True, 2.0: False}, "rate", "Two", yes="back", no="lost").svg)
    paints = {own.attrib[key] for own in root.iter() for key in ("fill", "stroke") if key in own.attrib}
    assert paints == {"none", "currentColor"}

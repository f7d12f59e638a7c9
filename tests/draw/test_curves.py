"""Curves go through their values, end with their names, and carry flags where they are told to."""

from __future__ import annotations

import math
import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinyml import EmptyInput, OutOfRange
from tinyml.draw.curves import HEIGHT, LEFT, TOP, WIDTH, curves
from tinyml.draw.drawing import Drawing
from tinyml.draw.svg import LINE

SVG = "{http://www.w3.org/2000/svg}"
above_zero = st.floats(1e-300, 1e300)
rows = st.lists(above_zero, min_size=1, max_size=30)
FALLS = {"slow": [1.0, 0.5, 0.1], "fast": [1.0, 0.01, 0.001]}


def lines(drawing: Drawing) -> list[ElementTree.Element]:
    paths = ElementTree.fromstring(drawing.svg).iter(f"{SVG}path")
    return [own for own in paths if "stroke-dasharray" in own.attrib]


def spots(line: ElementTree.Element) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"[ML](\S+) ([^ML]+)", line.attrib["d"])]


def texts(drawing: Drawing) -> dict[str, tuple[float, float]]:
    """Return where the texts of a drawing are; one that comes twice, where it comes last."""
    found = ElementTree.fromstring(drawing.svg).iter(f"{SVG}text")
    return {own.text or "": (float(own.attrib["x"]), float(own.attrib["y"])) for own in found}


@given(st.dictionaries(st.sampled_from(["one", "two", "three", "four", "five"]), rows, min_size=1))
def test_every_value_is_inside_the_picture_at_its_step(values: dict[str, list[float]]) -> None:
    found = lines(curves(values, "step", "loss", "Losses"))
    last = max(map(len, values.values())) - 1
    assert len(found) == len(values)
    for line, row in zip(found, values.values(), strict=True):
        assert len(spots(line)) == len(row)
        for step, (x, y) in enumerate(spots(line)):
            assert x == pytest.approx(LEFT + WIDTH * step / max(last, 1), abs=0.06)
            assert TOP - 0.1 <= y <= TOP + HEIGHT + 0.1


def test_equal_distances_up_are_equal_ratios_and_a_larger_value_is_higher() -> None:
    [line] = lines(curves({"tenth": [1.0, 0.1, 0.01, 0.001]}, "step", "loss", "Tenths"))
    assert {round(b[1] - a[1], 6) for a, b in pairwise(spots(line))} == {HEIGHT / 3}


def test_the_lines_differ_and_each_ends_with_its_name() -> None:
    drawing = curves(FALLS, "step", "loss", "Two runs")
    assert len({line.attrib["stroke-dasharray"] for line in lines(drawing)}) == 2
    for name, line in zip(FALLS, lines(drawing), strict=True):
        x, y = texts(drawing)[name]
        assert x > spots(line)[-1][0]
        assert y - 4.5 == pytest.approx(spots(line)[-1][1], abs=0.1)
    assert repr(drawing) == "Two runs. slow: 1 at step 0, 0.1 at step 2. fast: 1 at step 0, 0.001 at step 2."


def test_names_of_lines_that_end_together_are_below_each_other() -> None:
    found = texts(curves({name: [1.0, 0.1] for name in ("one", "two", "three")}, "step", "loss", "Runs"))
    heights = sorted(found[name][1] for name in ("one", "two", "three"))
    assert all(below - above >= 14 for above, below in pairwise(heights))


def test_what_has_no_power_of_ten_leaves_a_gap() -> None:
    drawing = curves({"run": [1.0, 0.1, 0.0, 1e-3, 1e-4, math.nan, math.inf]}, "step", "loss", "A run")
    assert re.sub(r"[^ML]", "", lines(drawing)[0].attrib["d"]) == "MLML"
    assert drawing.description == "run: 1 at step 0, 0.0001 at step 4."


def test_of_what_is_far_from_one_the_power_of_ten_is_told() -> None:
    drawing = curves({"run": [2.0, 3e61]}, "step", "loss", "A run")
    assert drawing.description == "run: 2 at step 0, about 1e61 at step 1."


def test_a_flag_is_above_its_step_and_has_a_line_of_its_own() -> None:
    run = [10.0**n for n in range(101)]
    drawing = curves({"rate 7": run}, "step", "loss", "A run", flags={"diverged": 10, "overflowed": 90})
    found, line = texts(drawing), lines(drawing)[0]
    (early, high), (late, low) = found["diverged at 10"], found["overflowed at 90"]
    assert spots(line)[10][0] < early < late < spots(line)[90][0]
    assert low - high == LINE
    assert max(high, low) < TOP + 2 * LINE <= min(y for _, y in spots(line)) + 0.1
    assert drawing.description.endswith(" Flags on rate 7: diverged at 10, overflowed at 90.")
    poles = [own for own in ElementTree.fromstring(drawing.svg).iter(f"{SVG}g") if "stroke-opacity" in own.attrib]
    feet = [float(re.findall(r"M(\S+) ", pole[0].attrib["d"])[0]) for pole in poles]
    assert feet == pytest.approx([spots(line)[10][0], spots(line)[90][0]], abs=0.1)


@pytest.mark.parametrize(("last", "shown"), [(3, "0 1 2 3"), (80, "0 20 40 60 80"), (200, "0 50 100 150 200")])
def test_steps_are_counted_in_round_numbers(last: int, shown: str) -> None:
    drawing = curves({"run": [1.0] * (last + 1)}, "step", "loss", "A run")
    labels = [own.text or "" for own in ElementTree.fromstring(drawing.svg).iter(f"{SVG}text")]
    assert [label for label in labels if label.isdigit()] == shown.split()


def test_powers_are_counted_in_round_numbers() -> None:
    drawing = curves({"run": [0.5, 1e307]}, "step", "loss", "A run")
    labels = [own.text or "" for own in ElementTree.fromstring(drawing.svg).iter(f"{SVG}text")]
    assert [label for label in labels if label.startswith("1e")] == ["1e0", "1e100", "1e200", "1e300"]


def test_the_name_of_a_line_that_ends_early_is_where_it_ends() -> None:
    drawing = curves({"short": [1.0, 2.0, math.nan, math.nan, math.nan]}, "step", "loss", "A run")
    assert texts(drawing)["short"][0] == pytest.approx(spots(lines(drawing)[0])[-1][0] + 8, abs=0.1)


def test_what_cannot_be_drawn_is_refused() -> None:
    for values in ({}, {str(k): [1.0] for k in range(6)}):
        with pytest.raises(EmptyInput, match="curves of a picture: one to five are needed"):
            curves(values, "step", "loss", "Nothing")
    with pytest.raises(EmptyInput, match="curve 'flat': at least one value above 0 is needed"):
        curves({"flat": [0.0, math.nan]}, "step", "loss", "Nothing")
    for step in (-1, 2):
        with pytest.raises(OutOfRange, match=f"step of the flag 'late' index {step} out of range"):
            curves({"run": [1.0, 2.0], "long": [1.0] * 9}, "step", "loss", "Nothing", flags={"late": step})


def test_curves_have_no_colour_of_their_own() -> None:
    root = ElementTree.fromstring(curves(FALLS, "step", "loss", "Two runs", flags={"there": 1}).svg)
    paints = {own.attrib[key] for own in root.iter() for key in ("fill", "stroke") if key in own.attrib}
    assert paints == {"none", "currentColor"}

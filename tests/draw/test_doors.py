"""Doors are open in the picture exactly where the constructor accepts the value."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from tinyml import Distribution, EmptyInput, Loss, StepCount, TokenId, Vector, VocabSize
from tinyml.draw import Drawing, doors

SVG = "{http://www.w3.org/2000/svg}"
SIX = (StepCount, VocabSize, TokenId, Loss, Vector, Distribution)


def shut(drawing: Drawing) -> list[bool]:
    """Return of each door, downwards, whether it is shut: filled, with a knob."""
    root = ElementTree.fromstring(drawing.svg)
    frames = [node.attrib for node in root.iter(f"{SVG}rect")]
    knobs = {node.attrib["cy"] for node in root.iter(f"{SVG}circle")}
    middles = [f"{float(own['y']) + float(own['height']) / 2:.4g}" for own in frames]
    assert [own["fill-opacity"] != "0" for own in frames] == [middle in knobs for middle in middles]
    return [middle in knobs for middle in middles]


def behind(drawing: Drawing) -> list[str]:
    """Return the value and what is written behind each door, downwards."""
    return [node.text or "" for node in ElementTree.fromstring(drawing.svg).iter(f"{SVG}text")]


def ways_through(drawing: Drawing) -> int:
    """Return how many ways go on behind a door, each with the point of an arrow."""
    paths = [node.attrib for node in ElementTree.fromstring(drawing.svg).iter(f"{SVG}path")]
    return sum(own["d"].endswith("Z") and "fill-opacity" not in own for own in paths)


def test_a_door_is_open_where_the_constructor_accepts_the_value() -> None:
    drawn = doors(80, SIX)
    assert shut(drawn) == [False, False, False, False, True, True]
    assert ways_through(drawn) == 4
    assert behind(drawn) == [
        "80",
        "StepCount(value=80)",
        "VocabSize(value=80)",
        "TokenId(index=80)",
        "Loss(value=80.0)",
        "Vector: refused",
        "Distribution: refused",
    ]
    assert shut(doors(0.8, SIX)) == [True, True, True, False, True, True]
    assert shut(doors([0.8, 0.2], SIX)) == [True, True, True, True, False, False]


def test_the_words_of_a_refusal_are_in_the_description() -> None:
    drawn = doors(-1, (Loss, TokenId))
    refusal = "token index -1 out of range; indices start at 0"
    assert drawn.title == "-1 at 2 doors"
    assert drawn.description.endswith(f" TokenId stays shut: {refusal}.")
    assert doors(0, (Loss,)).description == "Loss opens: Loss(value=0.0)."
    root = ElementTree.fromstring(drawn.svg)
    assert root.attrib["aria-label"] == f"{drawn.title}. {drawn.description}"


def test_every_door_and_label_lies_within_the_picture() -> None:
    root = ElementTree.fromstring(doors("a text that is rather long", SIX).svg)
    x0, y0, width, height = map(float, root.attrib["viewBox"].split())
    for node in root.iter(f"{SVG}text"):
        before = {"start": 0.0, "middle": 0.5}[node.attrib["text-anchor"]] * 7.9 * len(node.text or "")
        left = float(node.attrib["x"]) - before
        assert x0 <= left
        assert left + 7.9 * len(node.text or "") <= x0 + width + 1
        assert y0 + 9 <= float(node.attrib["y"]) <= y0 + height
    numbers = re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", "".join(own.attrib["d"] for own in root.iter(f"{SVG}path")))
    assert all(x0 <= float(x) <= x0 + width and y0 <= float(y) <= y0 + height for x, y in numbers)


def test_what_is_no_refusal_is_passed_on_and_nothing_is_no_picture() -> None:
    def broken(_: object) -> object:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        doors(80, (StepCount, broken))
    with pytest.raises(EmptyInput, match="doors: a value needs at least one constructor"):
        doors(80, ())

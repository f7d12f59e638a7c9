"""LensCorridor: what the page shows is what a meter measures on the package's own lenses, event by event."""

from __future__ import annotations

from itertools import product
from typing import Any, get_args

import pytest
import traitlets
from snippets import ran

from tinyml.ch11_lens.remembering import Bracket
from tinyml.widgets import LensCorridor
from tinyml.widgets.lens_corridor import BRACKETS, WAYS, run_of

MODULE = "lens_corridor/lens_corridor.js"
EVERY = [
    *product(["pairs"], BRACKETS, range(1, 33), [4]),
    *product(["notes"], ["left"], range(1, 33), [4]),
    *product(["segments"], ["left"], (1, 2, 5, 8, 13, 32), range(1, 33)),
]


def test_every_run_is_walked_alike(ask_javascript: Any) -> None:
    for given, told in zip(EVERY, ask_javascript(MODULE, "runTold", EVERY), strict=True):
        assert told == run_of(*given).told(), given
    for given, own in zip(EVERY, ask_javascript(MODULE, "runOf", EVERY), strict=True):
        run = run_of(*given)
        assert (own["forwards"], own["most"]) == (run.forwards, run.most), given
        assert own["arrives"] == pytest.approx(run.arrives, rel=1e-12)


def test_a_corridor_of_lenses_does_not_see_its_brackets() -> None:
    for way, length in product(("notes", "segments"), (3, 8)):
        assert len({run_of(way, own, length, 3) for own in BRACKETS}) == 1
    assert get_args(Bracket) == BRACKETS


@pytest.mark.parametrize(
    ("way", "bracket", "segment", "forwards", "most"),
    [
        ("pairs", "left", 4, 496, 0),
        ("pairs", "balanced", 4, 80, 0),
        ("pairs", "right", 4, 31, 0),
        ("notes", "left", 4, 32, 32),
        ("segments", "left", 4, 64, 12),
        ("segments", "left", 32, 64, 33),
    ],
)
def test_the_figures_of_the_chapter(way: str, bracket: str, segment: int, forwards: int, most: int) -> None:
    run = run_of(way, bracket, 32, segment)
    assert (run.forwards, run.most) == (forwards, most)
    assert len(run.events) == forwards + 32
    assert LensCorridor(way=way, bracket=bracket, length=32, segment=segment).shown()["forwards"] == forwards


def test_what_there_was_to_find() -> None:
    def sines(**given: Any) -> list[int]:
        run = LensCorridor(**given).run()
        return [sum(own.there and own.room == room for own in run.events) for room in range(1, 9)]

    assert sines() == [7, 6, 5, 4, 3, 2, 1, 0]
    assert sines(bracket="balanced") == [3, 2, 2, 1, 2, 1, 1, 0]
    assert sines(way="segments", length=32) == [2] * 8
    assert [run_of("pairs", "left", own, 4).forwards for own in (2, 3, 4)] == [1, 3, 6]


@pytest.mark.parametrize("given", [("pairs", "right", 6, 4), ("notes", "left", 8, 4), ("segments", "balanced", 10, 3)])
def test_the_copied_code_prints_what_is_shown(given: tuple[Any, ...], ask_javascript: Any) -> None:
    [run] = ran(ask_javascript(MODULE, "runCode", [given]))
    [words] = ask_javascript(MODULE, "runWords", [(100, *given)])
    assert run.stderr == ""
    assert len(run.stdout.splitlines()) == 2
    assert all(line in words for line in run.stdout.splitlines())


def test_the_picture_without_javascript_says_where_the_run_is() -> None:
    opened = LensCorridor()
    assert opened.caption.startswith(
        "After 0 of 36 events: 0 forwards. In the whole run: 28 forwards, at most 0 numbers"
    )
    later = LensCorridor(walked=50, way="notes")
    assert later.caption.startswith("After 8 of 16 events: 8 forwards. In the whole run: 8 forwards, at most 8 numbers")
    assert later.fallback_svg().count("<rect") == 9
    assert later.alt == "8 rooms in a row, each with the number of times that its sine was taken."


@pytest.mark.parametrize(
    ("setting", "value"), [("way", "hope"), ("bracket", "up"), ("length", 0), ("length", 33), ("walked", 101)]
)
def test_a_corridor_that_cannot_be_is_refused(setting: str, value: object) -> None:
    with pytest.raises(traitlets.TraitError, match=setting):
        LensCorridor(**{setting: value})
    assert WAYS[0] == LensCorridor().way


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("left: count - 1, balanced", "left: 1, balanced"),
        (
            "put(from + half, to);\n      put(from, from + half - 1);",
            "put(from, from + half - 1);\n      put(from + half, to);",
        ),
        ("walk(from, to, (place) => pieces + place);", "walk(from, to, (place) => place);"),
        ("Math.cos(values[room - 1]) * changes[room]", "Math.cos(values[room]) * changes[room]"),
    ],
)
def test_one_changed_rule_is_seen(old: str, new: str, with_one_change: Any) -> None:
    assert not with_one_change(LensCorridor(), MODULE, old, new)["agrees"]

"""LawLab: every law of the page, searched and shrunk by Python and by the page, word for word."""

from __future__ import annotations

from itertools import islice
from typing import Any

import pytest
import traitlets
from snippets import ran

from tinyml import naturality
from tinyml.widgets import LawLab
from tinyml.widgets.law_lab import (
    ANY,
    FUNCTIONS,
    TRANSFORMATIONS,
    TRIES,
    cases,
    container_of,
    corners_of,
    random_numbers,
    search_of,
    shown_case,
    smaller,
    told_of,
)

MODULE = "law_lab/law_lab.js"
NATURAL = {"first_or_none", "reversed_list", "size", "frequencies", "as_list"}
SEEDS = (1, 4, 9, 14, 20)  # of the twenty that the page offers
LAWS = [(function, own, seed) for own in TRANSFORMATIONS for function in (*FUNCTIONS, ANY) for seed in SEEDS]


@pytest.mark.uncounted
def test_every_law_of_the_page_is_searched_alike(ask_javascript: Any) -> None:
    expected = [told_of(*law) for law in LAWS]
    assert sum(text.startswith("broken") for text in expected) > 75
    for law, own, text in zip(LAWS, ask_javascript(MODULE, "toldOf", LAWS), expected, strict=True):
        assert own == text, law


def test_the_corners_hold_what_python_has_in_them(ask_javascript: Any) -> None:
    """With room for one line a corner; where the two ways part, the last one has two."""
    found = ask_javascript(MODULE, "searchOf", LAWS)
    asked = [[own, search["shown"]] for (_, own, _), search in zip(LAWS, found, strict=True)]
    squares = ask_javascript(MODULE, "squareOf", asked)
    lines = ask_javascript(MODULE, "cornerLines", [[square, 999] for square in squares])
    for law, drawn in zip(LAWS, lines, strict=True):
        corners = corners_of(law[1], shown_case(*law))
        ends = [str(corners.over)] if corners.meet else [f"↓ {corners.over}", f"→ {corners.under}"]
        expected = [[str(corners.start)], [str(corners.mapped)], [str(corners.transformed)], ends]
        assert [[line["text"] for line in corner] for corner in drawn] == expected, law


def test_the_sentence_says_what_the_corners_hold(ask_javascript: Any) -> None:
    found = ask_javascript(MODULE, "searchOf", LAWS)
    asked = [[law[0], law[1], search] for law, search in zip(LAWS, found, strict=True)]
    for law, words in zip(LAWS, ask_javascript(MODULE, "wordsOf", asked), strict=True):
        own = corners_of(law[1], shown_case(*law))
        ways = (
            f"{own.start} goes by {own.mapped} and by {own.transformed} to {own.over}, so the two ways meet."
            if own.meet
            else f"{own.start} goes by {own.mapped} to {own.over} if it is mapped first, "
            f"and by {own.transformed} to {own.under} if it is transformed first."
        )
        assert ways in words, law
        verdict = "is not refuted by 200 cases; " if own.meet else "is not natural: case "
        assert words.startswith(f"{law[1]} {verdict}"), law


def test_random_numbers_are_the_same_and_spread_out(ask_javascript: Any) -> None:
    for seed in (1, 2, 20):
        numbers = list(islice(random_numbers(seed), 2000))
        assert len(set(numbers)) > 1900
        assert all(150 < sum(number % 8 == rest for number in numbers) < 350 for rest in range(8))
    assert len({next(random_numbers(seed)) for seed in range(1, 21)}) == 20


@pytest.mark.parametrize("transformation", list(TRANSFORMATIONS))
def test_natural_transformations_survive_and_the_others_are_refuted(transformation: str) -> None:
    broken = [search_of(ANY, transformation, seed).broken for seed in range(1, 21)]
    assert any(broken) is (transformation not in NATURAL)
    if transformation not in NATURAL:
        assert sum(broken) >= 19  # one search in twenty may have bad luck


def test_a_counterexample_breaks_the_law_and_no_simpler_case_does() -> None:
    for law in LAWS:
        found = search_of(*law)
        for name, container in found.shrinking:
            own = container_of(law[1], container)
            assert not naturality(TRANSFORMATIONS[law[1]], FUNCTIONS[name], [own])
        if found.broken:
            assert all(corners_of(law[1], case).meet for case in smaller(law[1], found.shrinking[-1]))
        else:
            assert found.tried == TRIES


def test_counterexamples_are_small() -> None:
    for seed in range(1, 21):
        assert sorted(search_of("-n", "largest_or_none", seed).shrinking[-1][1]) == [0, 1]
        assert sorted(search_of("n * n", "distinct", seed).shrinking[-1][1]) == [-1, 1]
        assert search_of("n + 1", "or_zero", seed).shrinking[-1][1] is None


def test_cases_are_of_every_size() -> None:
    lists = [case for _, case in cases("-n", "first_or_none", 1)]
    assert {len(case) for case in lists} == set(range(7))
    assert {item for case in lists for item in case} == set(range(-9, 10))
    assert {case is None for _, case in cases("-n", "as_list", 1)} == {True, False}
    assert {len(case) for _, case in cases("-n", "likeliest", 1)} >= {1, 2, 3, 4, 5}


def test_the_copied_code_goes_both_ways_round_the_square(ask_javascript: Any) -> None:
    laws = [(function, own, 3) for function in ("n * n", ANY) for own in TRANSFORMATIONS]
    for law, run in zip(laws, ran(ask_javascript(MODULE, "labSnippet", laws)), strict=True):
        assert run.stderr == "", law
        told = told_of(*law).splitlines()
        both = [line for line in told if line.startswith(("map, then", "transform, then"))]
        assert run.stdout.splitlines() == both, law


def test_the_caption_tells_the_counterexample() -> None:
    widget = LawLab()
    assert widget.caption.startswith("largest_or_none : list => maybe with f(n) = -n: broken after ")
    assert "map, then transform: 0" in widget.caption
    assert "not broken after 200 cases" in LawLab(transformation="first_or_none").caption


def test_the_picture_without_a_script_shows_and_says_the_corners() -> None:
    widget = LawLab()
    start, mapped, transformed, last = widget.corners().written()
    assert last == "0 ≠ -1"
    for value in (start, mapped, transformed, last):
        assert f">{value}<" in widget.fallback_svg()
        assert value in widget.alt


@pytest.mark.parametrize(
    ("setting", "value"),
    [("function", "n - 1"), ("transformation", "certain"), ("seed", 0), ("seed", 21), ("seed", True)],
)
def test_a_law_that_cannot_be_stated_is_refused(setting: str, value: object) -> None:
    with pytest.raises(traitlets.TraitError, match=setting):
        LawLab(**{setting: value})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("1664525", "1664527"),
        ("(kept.get(outcome) ?? 0) + weight", "weight"),
        ("Math.max(...items)", "Math.max(...items.map(Math.abs))"),
    ],
)
def test_one_changed_rule_is_seen(old: str, new: str, with_one_change: Any) -> None:
    assert not with_one_change(LawLab(), MODULE, old, new)["agrees"]

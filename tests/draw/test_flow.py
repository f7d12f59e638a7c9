"""Flows are as wide as what they carry: bars are probabilities, and ribbons add up to the bars at both their ends."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from math import fsum
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinyml import Dist, EmptyInput, TokenId, WrongType
from tinyml.draw import Drawing, merging, paths
from tinyml.draw.flow import BAR, FULL, flow_of

SVG = "{http://www.w3.org/2000/svg}"
RIBBON = re.compile(r"M([\d.]+) ([\d.]+)C[\d. ]+ ([\d.]+) ([\d.]+)v([\d.]+)C")
whole = st.integers(0, 4)
tables = st.lists(whole, min_size=5, max_size=5).map(lambda table: table.__getitem__)


def shares(counts: dict[int, int]) -> Dist[int]:
    return Dist({outcome: Fraction(count, sum(counts.values())) for outcome, count in counts.items()})


dists = st.dictionaries(whole, st.integers(1, 9), min_size=1).map(shares)
kernels = st.lists(dists, min_size=5, max_size=5).map(lambda rows: rows.__getitem__)


def bars(drawing: Drawing) -> dict[float, list[float]]:
    """Return the heights of the bars of each column, by where it is."""
    found: dict[float, list[float]] = {}
    for own in ElementTree.fromstring(drawing.svg).iter(f"{SVG}rect"):
        found.setdefault(float(own.attrib["x"]), []).append(float(own.attrib["height"]))
    return found


def ribbons(drawing: Drawing) -> list[tuple[float, ...]]:
    """Return of each ribbon where it leaves, where it arrives, and how wide it is."""
    drawn = [own.attrib["d"] for own in ElementTree.fromstring(drawing.svg).iter(f"{SVG}path")]
    matches = [RIBBON.match(own) for own in drawn]
    return [tuple(map(float, own.groups())) for own in matches if own is not None]


def labels(drawing: Drawing) -> list[str]:
    return [own.text or "" for own in ElementTree.fromstring(drawing.svg).iter(f"{SVG}text")]


@given(dists, kernels, kernels)
def test_each_column_is_as_tall_as_certainty_and_each_bar_as_its_probability(
    d: Dist[int], k: Callable[[int], Dist[int]], m: Callable[[int], Dist[int]]
) -> None:
    found = list(bars(paths(d, k, m)).values())
    for heights, column in zip(found, (d, d.bind(k), d.bind(k).bind(m)), strict=True):
        assert heights == pytest.approx([float(weight) * FULL for weight in column.weights.values()], abs=0.006)
        assert fsum(heights) == pytest.approx(FULL, abs=0.05)


@given(dists, kernels)
def test_ribbons_fill_the_bars_at_both_of_their_ends(d: Dist[int], k: Callable[[int], Dist[int]]) -> None:
    flow = flow_of(d, k)
    [carried] = flow.ribbons
    for end, column in enumerate(flow.columns):
        for outcome, weight in column.weights.items():
            touching = fsum(share for pair, share in carried.items() if pair[end] == outcome)
            assert touching == pytest.approx(float(weight), abs=1e-12)
    drawn = ribbons(paths(d, k))
    assert [own[-1] for own in drawn] == pytest.approx([share * FULL for share in carried.values()], abs=0.006)


@given(dists, kernels)
def test_ribbons_leave_and_arrive_side_by_side(d: Dist[int], k: Callable[[int], Dist[int]]) -> None:
    drawn = ribbons(paths(d, k))
    left, right = list(bars(paths(d, k)))
    assert {(own[0], own[2]) for own in drawn} == {(left + BAR, right)}
    for side in (1, 3):
        spans = sorted((own[side], own[side] + own[4]) for own in drawn)
        assert all(lower[0] >= upper[1] - 0.02 for upper, lower in pairwise(spans))


@given(dists, tables)
def test_what_becomes_equal_is_one_bar(d: Dist[int], f: Callable[[int], int]) -> None:
    drawing = merging(d, f)
    *_, after = bars(drawing).values()
    assert len(after) == len(d.map(f).weights)
    assert len(ribbons(drawing)) == len(d.weights)


def test_a_label_is_in_the_middle_of_its_bar_and_above_one_that_is_too_thin() -> None:
    drawing = merging(Dist({"often": Fraction(99, 100), "seldom": Fraction(1, 100)}), str.upper)
    tree = ElementTree.fromstring(drawing.svg)
    middles = [float(own.attrib["y"]) + float(own.attrib["height"]) / 2 for own in tree.iter(f"{SVG}rect")]
    words = [float(own.attrib["y"]) - 4.5 for own in tree.iter(f"{SVG}text")]
    apart = [middle - word for middle, word in zip(middles, words, strict=True)]
    assert apart == pytest.approx([0, 8.9, 0, 8.9], abs=0.1)


def test_a_token_is_called_by_its_number_and_a_word_by_itself() -> None:
    d = Dist({TokenId(2): 0.75, TokenId(3): 0.25})
    drawing = merging(d, {TokenId(2): "cat", TokenId(3): "cat"}.__getitem__)
    assert labels(drawing) == ["2 0.75", "3 0.25", "cat 1"]
    assert repr(drawing) == "A pushforward. 2 0.75, 3 0.25. Then cat 1. To cat most comes from 2, 0.75."
    assert labels(merging(Dist.certain((1, 2)), sum, "A sum")) == ["(1, 2) 1", "3 1"]


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(EmptyInput, match="ways to follow an outcome: a flow has at least two columns"):
        paths(Dist.certain(1))
    wrong: Any = lambda n: n  # noqa: E731
    with pytest.raises(WrongType, match="a function that returns a Dist"):
        paths(Dist.certain(1), wrong)

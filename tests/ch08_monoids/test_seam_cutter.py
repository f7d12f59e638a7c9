"""SeamCutter: every way to cut every text, counted by Python and by the page, line for line."""

from __future__ import annotations

from itertools import pairwise, product
from typing import Any

import pytest
import traitlets
from snippets import ran

from tinyml.widgets import SeamCutter
from tinyml.widgets.seam_cutter import LENGTH, TEXTS, CutText

MODULE = "seam_cutter/seam_cutter.js"
PLACES = range(LENGTH + 1)
EVERY = list(product(TEXTS, PLACES, PLACES, (False, True)))
"""All that the page can be asked."""


def test_every_cut_is_counted_alike(ask_javascript: Any) -> None:
    for given, own in zip(EVERY, ask_javascript(MODULE, "toldOfCut", EVERY), strict=True):
        assert own == CutText(*given).told(), given


@pytest.mark.parametrize("text", TEXTS)
def test_bare_counts_lose_a_pair_at_each_seam_and_with_the_ends_nothing_is_lost(text: str) -> None:
    pairs = list(pairwise(TEXTS[text]))
    for cut, second in product(PLACES, PLACES):
        own = CutText(text, cut, second, ends=False)
        seams = max(sum(bool(part) for part in own.parts) - 1, 0)
        assert own.verdict() == f"{len(pairs) - seams} of {len(pairs)} pairs"
        for pair, (*apart, across, added, whole) in own.rows.items():
            assert added == sum(apart) == whole - across
            assert whole == pairs.count(pair)
        mended = CutText(text, cut, second, ends=True)
        assert all(added == whole for *_, added, whole in mended.rows.values())


def test_a_part_of_one_token_counts_no_pair_and_is_missed_all_the_same() -> None:
    own = CutText("tune", 4, 5, ends=True)
    assert own.sent()[1] == "part 2, 1: 0 pairs, first 1, last 1"
    assert [pair for pair, row in own.rows.items() if row[3]] == [(1, 2), (4, 1)]


@pytest.mark.parametrize("given", [EVERY[0], ("tune", 4, 5, True), ("mirror", 6, 2, False), ("drone", 4, 4, True)])
def test_the_copied_code_prints_what_is_shown(given: tuple[Any, ...], ask_javascript: Any) -> None:
    [run] = ran(ask_javascript(MODULE, "cutSnippet", [given]))
    assert run.stderr == ""
    assert run.stdout.splitlines() == CutText(*given).told().splitlines()[3:]


def test_the_picture_without_javascript_has_the_counts_of_the_chapter() -> None:
    widget = SeamCutter(cut=4)
    assert widget.caption == (
        "part 1, 1 2 3 4: 3 pairs; part 2, 1 2 3 4: 3 pairs; part 3, empty: 0 pairs. "
        "The bare counts of the parts add up to 6 of 7 pairs."
    )
    assert "The counts and ends of the parts add up to 7 of 7 pairs." in SeamCutter(cut=4, ends=True).caption
    assert ">4 1<" in widget.fallback_svg()
    assert "6 of 7" not in SeamCutter().caption


@pytest.mark.parametrize(
    ("setting", "value"), [("text", "scale"), ("cut", 9), ("cut", -1), ("second_cut", True), ("ends", "yes")]
)
def test_a_cut_that_cannot_be_made_is_refused(setting: str, value: object) -> None:
    with pytest.raises(traitlets.TraitError, match=setting):
        SeamCutter(**{setting: value})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("`${left.ends[1]} ${right.ends[0]}`, 1", "`${left.ends[0]} ${right.ends[1]}`, 1"),
        ("return left.ends ? left : right", "return left.ends ? right : left"),
        ("ends ? together : bare", "together"),
    ],
)
def test_one_changed_rule_is_seen(old: str, new: str, with_one_change: Any) -> None:
    assert not with_one_change(SeamCutter(), MODULE, old, new)["agrees"]

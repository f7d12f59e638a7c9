"""Tune: notes drawn in Python and in the page agree, far from every border, and what is shown is what is printed."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
import traitlets
from snippets import ran

from tinyml import Seed, predictor, splitmix64
from tinyml.ch01_objects.quantities import TokenId
from tinyml.ch03_prediction.splitmix import share_of
from tinyml.widgets import Tune
from tinyml.widgets.tune import HEARD, MOST_STEPS, follows, logs_of, model_after

MODULE = "tune/tune.js"
FAR = 1e-9
"""Between a number that a note is drawn with and the sums around it: processors differ in the 12th digit at most."""


def settings(seed: int, count: int) -> list[tuple[int, int, int]]:
    """Return step counts, first tokens and seeds."""
    chance = random.Random(seed)
    return [(chance.randrange(MOST_STEPS + 1), chance.randrange(5), chance.randrange(100)) for _ in range(count)]


@pytest.mark.uncounted
def test_two_hundred_tunes_agree(ask_javascript: Any) -> None:
    given = settings(seed := 5, 200)
    for (steps, first, start), own in zip(given, ask_javascript(MODULE, "goOn", given), strict=True):
        notes, where = Tune(step_count=steps, first_token=first, seed=start).notes(), (seed, steps, first, start)
        assert own["notes"] == notes.tolist(), where
        assert own["right"] == follows(first, notes), where
        assert own["logs"] == pytest.approx(logs_of(model_after(steps), first, notes).tolist(), rel=1e-9), where


@pytest.mark.parametrize("steps", [*HEARD, MOST_STEPS])
@pytest.mark.parametrize("first", [0, 4])
@pytest.mark.parametrize("start", [1, 6, 99])
def test_no_note_of_the_certificate_hangs_on_the_last_digits(steps: int, first: int, start: int) -> None:
    predict, seed, token = predictor(model_after(steps)), Seed(start), first
    for note in Tune(step_count=steps, first_token=first, seed=start).notes().tolist():
        bits, seed = splitmix64(seed)
        sums = np.cumsum(predict(TokenId(token)).values)
        assert np.abs(sums - share_of(bits)).min() > FAR
        token = note


def test_the_caption_spells_what_the_picture_shows() -> None:
    widget = Tune(step_count=200)
    assert widget.notes().tolist() == [1, 2, 3, 4, 1, 2, 3, 4]
    assert "After 200 steps of training the model goes on from token 4 with 1 2 3 4 1 2 3 4." in widget.caption
    assert "Of these 8 notes, 8 go where the tune goes" in widget.caption
    assert "After 1 step of training" in Tune(step_count=1).caption
    assert widget.fallback_svg().count("<circle") == 16
    assert Tune(first_token=0, step_count=200).fallback_svg().count("<circle") < 16


def test_the_numbers_are_those_of_the_notes() -> None:
    [(_, (notes, probabilities, surprises))] = Tune(step_count=12, seed=3).numbers().items()
    table = np.exp(logs_of(model_after(12), 4, notes.astype(int)))
    assert probabilities == pytest.approx(table)
    assert surprises == pytest.approx(-np.log(table))


def test_the_snippet_that_the_page_copies_prints_the_notes_shown(ask_javascript: Any) -> None:
    given = [{"step_count": steps, "first_token": first, "seed": seed} for steps, first, seed in settings(6, 4)]
    codes = ask_javascript(MODULE, "tuneSnippet", [[{**own, "volume": 0.3}] for own in given])
    for own, run in zip(given, ran(codes), strict=True):
        assert run.stderr == "", own
        assert [int(note) for note in run.stdout.split()] == Tune(**own).notes().tolist(), own


@pytest.mark.parametrize(
    ("setting", "value"), [("seed", -1), ("seed", 100), ("first_token", 5), ("volume", 1.1), ("volume", -0.1)]
)
def test_a_setting_beyond_its_limits_is_refused(setting: str, value: float) -> None:
    with pytest.raises(traitlets.TraitError, match=setting):
        Tune(**{setting: value})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("row(token).map(Math.exp), first, seed", "row(token).map(Math.exp), first, seed + 1"),
        ("row(token).map(Math.exp), first", "row(first).map(Math.exp), first"),
        ("row(before[k])[note]", "row(before[k + 1])[note]"),
        ("first.bits, splitmix64(first.left)", "first.bits, splitmix64(first.left + 1n)"),
    ],
)
def test_one_changed_draw_is_seen(old: str, new: str, with_one_change: Any) -> None:
    assert not with_one_change(Tune(), MODULE, old, new)["agrees"]

"""Valley: what the page shows is what the package's own updates do, in a valley and in the same one, turned."""

from __future__ import annotations

import math
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import traitlets
from broken_widgets import with_one_change
from snippets import ran

from tinyml import commutes_with, contraction, misprinted_momentum, momentum, nesterov
from tinyml.ch11_lens.ports import NUMBERS
from tinyml.ch12_para.trees import Flat, FlatChange
from tinyml.widgets import Valley
from tinyml.widgets.valley import (
    EDGE,
    MOST_STEPS,
    NEAR,
    OPTIMISERS,
    START,
    STEEPNESS,
    distance,
    run_of,
    turn_of,
    turned,
    update_of,
)

FOLDER = "valley"
ROLLING = ("descent", "momentum", "misprinted", "nesterov")
ADAPTIVE = ("adagrad", "adam")
RATES, SHARES, ANGLES = (0.005, 0.02, 0.04, 0.075, 0.1, 0.16, 0.5), (0.0, 0.3, 0.8, 0.95), (0, 1, 45, 82, 90)
EVERY = list(product(OPTIMISERS, RATES, SHARES, ANGLES, (0, 1, 7, MOST_STEPS)))


def words_of(ask_javascript: Any, **given: Any) -> tuple[str, str]:
    """Return what the page says and what it copies at these settings."""
    own = Valley(**given)
    choice = {
        "first": own.first,
        "second": own.second,
        "rate": own.learning_rate,
        "gamma": own.gamma,
        "angle": own.angle,
        "steps": own.step_count,
    }
    [words] = ask_javascript(f"{FOLDER}/telling.js", "valleyWords", [[choice]])
    [code] = ask_javascript(f"{FOLDER}/telling.js", "valleyCode", [[choice]])
    return words, code


def test_every_path_is_the_same_in_the_browser(ask_javascript: Any) -> None:
    def near(known: Any) -> Any:
        return pytest.approx(known, rel=1e-9, abs=1e-12)

    answers = ask_javascript(f"{FOLDER}/rolling.js", "runOf", [list(given) for given in EVERY])
    for given, own in zip(EVERY, answers, strict=True):
        run = run_of(*given)
        assert own["complete"] == run.complete, given
        for name in ("places", "level"):
            assert np.ravel(own[name]).tolist() == near(np.ravel(getattr(run, name)).tolist()), (given, name)
        for name in ("value", "straight", "distance", "deviation"):
            assert own[name] == near(getattr(run, name)), (given, name)
        assert (own["deviation"] <= NEAR) == (run.deviation <= NEAR), given


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_each_step_is_that_of_the_chapter_written_out(optimiser: str) -> None:
    rate, gamma = 0.05, 0.8
    place, velocity, squares = np.array(START), np.zeros(2), np.zeros(2)
    for step, known in enumerate(run_of(optimiser, rate, gamma, 0, 20).level, 1):
        read = place + gamma * velocity if optimiser == "nesterov" else place
        assert known == pytest.approx(read.tolist(), rel=1e-12, abs=1e-15)
        change = -rate * read * [1, STEEPNESS]
        if optimiser in ADAPTIVE:
            slope = read * [1, STEEPNESS]
            kept, share, lasting = (gamma, 1 - gamma, 0.999) if optimiser == "adam" else (0.0, 1.0, 0.0)
            velocity = kept * velocity - share * slope
            squares = lasting * squares + (1 - lasting) * slope**2 if lasting else squares + slope**2
            first, second = (1 - kept**step, 1 - lasting**step) if lasting else (1.0, 1.0)
            place = place + rate * (velocity / first) / (np.sqrt(squares / second) + 1e-8)
        else:
            sign = {"descent": 0, "misprinted": -1}.get(optimiser, 1)
            velocity = sign * gamma * velocity + change
            place = place + velocity


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_the_meter_is_the_law_of_rotations(optimiser: str) -> None:
    for angle in (30, 90):
        run = run_of(optimiser, 0.05, 0.3, angle, 30)
        update: Any = update_of(optimiser, 0.05, 0.3)[0]
        assert (run.deviation <= NEAR) == (optimiser in ROLLING or angle == 90)
        if optimiser != "descent":  # whose state is no pair
            turn = np.array([turned(axis, turn_of(angle)) for axis in ((1, 0), (0, 1))]).T
            slopes = [FlatChange(-np.array([x, STEEPNESS * y])) for x, y in run.level]
            report = commutes_with(update, turn, Flat(np.array(START)), slopes, tolerance=1e-9)
            assert report.holds == (run.deviation <= NEAR)


def test_what_adds_and_scales_keeps_every_turn() -> None:
    for optimiser, rate, gamma, angle in product(ROLLING, RATES, SHARES, ANGLES):
        assert run_of(optimiser, rate, gamma, angle, MOST_STEPS).deviation <= NEAR, (optimiser, rate, gamma, angle)
    for optimiser, rate, gamma in product(ADAPTIVE, RATES, SHARES):
        assert run_of(optimiser, rate, gamma, 90, MOST_STEPS).deviation <= NEAR
        assert run_of(optimiser, rate, gamma, 45, MOST_STEPS).deviation > 0.05


def test_a_run_is_thrown_out_where_the_chapter_says_that_it_is() -> None:
    updates = {"momentum": momentum, "misprinted": misprinted_momentum, "nesterov": nesterov}
    for (name, make), gamma in product(updates.items(), SHARES[1:]):
        for rate in (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3):
            factor = contraction(make(NUMBERS, gamma), STEEPNESS * rate)
            run = run_of(name, rate, gamma, 30, MOST_STEPS)
            if factor < 1:
                assert run.complete == MOST_STEPS, (name, gamma, rate)
            if factor > 1.05:
                assert run.complete < MOST_STEPS, (name, gamma, rate)


def test_a_run_ends_before_the_step_that_is_refused() -> None:
    run = run_of("misprinted", 0.1, 0.5, 60, 40)
    assert run.complete == 3
    assert max(math.hypot(*place) for place in run.places) <= EDGE
    assert run_of("misprinted", 0.1, 0.5, 60, 3) == run
    assert len(run.level) == len(run.places) == 4


def test_what_there_was_to_find() -> None:
    def near(known: float) -> Any:
        return pytest.approx(known, rel=5e-6)

    start = Valley().shown()
    assert [start["f_first"], start["f_second"]] == [near(0.000552357), near(0.762562)]
    assert start["deviation_first"] <= NEAR
    assert start["deviation_second"] == near(0.798345)
    assert Valley(angle=0).shown()["f_second"] == near(start["straight_second"]) == near(0.0959253)
    assert Valley(angle=90).shown()["deviation_second"] <= NEAR
    aslant, straight = (Valley(first="adagrad", learning_rate=0.5, angle=angle).shown()["f_first"] for angle in (30, 0))
    assert [aslant, straight] == [near(0.039831), near(2.26816e-06)]
    fast = Valley(first="descent", learning_rate=0.1, gamma=0.5, second="momentum").shown()
    assert [fast["complete_first"], fast["complete_second"]] == [6, 40]
    assert fast["f_second"] == near(4.27913e-12)
    ahead = Valley(second="nesterov").shown()
    assert [ahead["f_first"], ahead["f_second"]] == [near(0.000552357), near(3.41886e-06)]
    assert Valley(second="nesterov", learning_rate=0.1, gamma=0.5).shown()["complete_second"] == 2
    signs = Valley(first="descent", second="misprinted").shown()
    assert [signs["f_first"], signs["complete_second"]] == [near(0.0330307), 8]
    held = Valley(first="descent", second="misprinted", learning_rate=0.03, gamma=0.5).shown()
    assert [held["f_first"], held["f_second"]] == [near(0.174892), near(0.39623)]


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"angle": 0},
        {"step_count": 0},
        {"step_count": 1, "first": "adagrad", "angle": 90},
        {"first": "misprinted", "second": "nesterov", "learning_rate": 0.1, "gamma": 0.5, "angle": 60},
        {"first": "descent", "second": "descent", "learning_rate": 0.075},
        {"first": "adagrad", "second": "adam", "learning_rate": 0.5, "step_count": MOST_STEPS},
    ],
)
def test_the_copied_code_prints_what_is_shown(given: dict[str, Any], ask_javascript: Any) -> None:
    words, code = words_of(ask_javascript, **given)
    [run] = ran([code])
    shown = Valley(**given).shown()
    expected = [
        text
        for place in ("first", "second")
        for text in (f"{shown[f'f_{place}']:.6g}", distance(shown[f"deviation_{place}"]))
    ]
    assert run.stderr == ""
    assert run.stdout.splitlines() == expected
    assert all(line in words for line in expected)


def test_the_table_and_the_caption_have_the_numbers_of_both() -> None:
    [table] = Valley().numbers().values()
    shown = Valley().shown()
    names = ("complete", "f", "straight", "distance", "deviation")
    assert table.tolist() == [[shown[f"{name}_{place}"] for name in names] for place in ("first", "second")]
    caption = Valley(step_count=1, second="misprinted").caption
    assert caption.startswith(
        "Momentum is at f = 2.08625 after 1 step, and a turn by 30 degrees moves its path by at most"
    )
    assert "; misprinted momentum is at f = 2.08625" in caption
    assert Valley().fallback_svg().count("<polyline") == 4


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("first", "oracle"),
        ("second", "none"),
        ("learning_rate", 0.6),
        ("gamma", 1.0),
        ("angle", 91),
        ("step_count", -1),
    ],
)
def test_a_setting_that_cannot_be_is_refused(setting: str, value: object) -> None:
    with pytest.raises(traitlets.TraitError, match=setting):
        Valley(**{setting: value})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("misprinted: rolling((gamma) => -gamma", "misprinted: rolling((gamma) => gamma"),
        ("nesterov: rolling((gamma) => gamma, (gamma) => gamma)", "nesterov: rolling((gamma) => gamma, () => 0)"),
        ("squares[k] + slope[k] * slope[k]", "slope[k] * slope[k]"),
        ("1 - BETA2 ** (done + 1)", "1 - BETA2 ** done"),
        ("Math.sqrt(after[k] / two) + EPS", "Math.sqrt(after[k] / two + EPS)"),
        ("next(state, turned([x, STEEPNESS * y], turn), own)", "next(state, [x, STEEPNESS * y], own)"),
        ("EDGE) break", "2 * EDGE) break"),
    ],
)
def test_one_changed_rule_is_seen(old: str, new: str, tmp_path: Path, ask_javascript: Any) -> None:
    broken = with_one_change(tmp_path, f"{FOLDER}/rolling.js", old, new)
    [own] = ask_javascript(str(broken / FOLDER / "valley.js"), "recompute", [[]])
    [found] = ask_javascript("kit/certificate.js", "compare", [[Valley().certificate, own]])
    assert not found["agrees"]

"""PrecisionFloor: what the page shows is what the lenses of the chapter do, step by step, and where they end up."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import traitlets
from broken_widgets import with_one_change
from small_optimisers import START
from snippets import ran

from tinyml import StepCount, iterate, setting, stochastic
from tinyml.ch03_prediction.splitmix import Seed, share_of, splitmix64
from tinyml.widgets import PrecisionFloor
from tinyml.widgets.precision_floor import (
    COUNTS_TABLE,
    EDGES,
    MOST_STEPS,
    SHORT,
    STEPS_TABLE,
    PageDraws,
    Policy,
    floor_of,
    gaps_towards,
    loss_of,
    meter_of,
    policy_setting,
    run_of,
)

FOLDER = "precision_floor"
DITHERED = Policy("half", rounding="dithered")
POLICIES = [
    Policy(),
    Policy("half"),
    Policy("half", "half"),
    Policy("master"),
    Policy("master", "half", scale=4096.0, rate=0.5),
    Policy("double", "half", scale=2.0, rate=4.0),
    DITHERED,
    Policy("half", "half", "dithered", 64.0, 2.0),
    Policy("half", rate=4.0),
]
COUNTS = (0, 1, 2, 13, 50, 99, 100, 101, 777, 2000, MOST_STEPS)
HAND_STEPS = 300


def change(vector: Any) -> Any:
    """Return minus the gradient of the mean surprise, written out."""
    bias, head, table = vector[:5], vector[5:25].reshape(4, 5), vector[25:].reshape(5, 4)
    inputs, targets = np.array([1, 2, 3, 4, 1, 2, 3]), np.array([2, 3, 4, 1, 2, 3, 4])
    powers = np.exp(table[inputs] @ head + bias)
    signal = (np.eye(5)[targets] - powers / powers.sum(axis=1, keepdims=True)) / 7
    picked = np.eye(5)[inputs]
    return np.concatenate(
        [signal.sum(axis=0), (table[inputs].T @ signal).ravel(), (picked.T @ signal @ head.T).ravel()]
    )


def half(values: Any) -> Any:
    return values.astype(np.float16).astype(np.float64)


def single(values: Any) -> Any:
    return values.astype(np.float32).astype(np.float64)


BY_HAND: list[tuple[Policy, Callable[[Any, int], Any]]] = [
    (Policy(rate=2.0), lambda kept, _: kept + 2 * change(kept)),
    (Policy("half"), lambda kept, _: half(kept + change(half(kept)))),
    (Policy("half", "half", scale=64.0), lambda kept, _: half(kept + half(64 * change(half(kept))) / 64)),
    (Policy("master"), lambda kept, _: single(kept + change(half(kept)))),
    (Policy("master", "half", rate=0.5), lambda kept, _: single(kept + half(0.5 * change(half(kept))))),
    (Policy("double", "half", rate=4.0), lambda kept, _: kept + half(4 * change(kept))),
    (DITHERED, lambda kept, done: stochastic(kept + change(kept), "half", PageDraws(done))),
]


def words_of(ask_javascript: Any, **given: Any) -> tuple[str, str]:
    """Return what the page says and what it copies at these settings."""
    own = PrecisionFloor(**given)
    call = [own.policy._asdict(), own.step_count]
    [words] = ask_javascript(f"{FOLDER}/telling.js", "floorWords", [call])
    [code] = ask_javascript(f"{FOLDER}/telling.js", "floorCode", [call])
    return words, code


def test_every_run_is_the_same_in_the_browser(ask_javascript: Any) -> None:
    runs = ask_javascript(f"{FOLDER}/rounding.js", "runOf", [[policy._asdict()] for policy in POLICIES])
    calls = [(policy, steps) for policy in POLICIES for steps in COUNTS]
    meters = ask_javascript(f"{FOLDER}/rounding.js", "meterOf", [[policy._asdict(), steps] for policy, steps in calls])
    for policy, run in zip(POLICIES, runs, strict=True):
        still = run_of(policy).still
        assert run["still"] == (None if math.isnan(still) else still)
        for steps in COUNTS:
            assert run["losses"][steps] == pytest.approx(loss_of(policy, steps), rel=1e-9), (policy, steps)
    for (policy, steps), own in zip(calls, meters, strict=True):
        assert own == meter_of(policy, steps)._asdict(), (policy, steps)


@pytest.mark.parametrize(("policy", "step"), BY_HAND)
def test_a_policy_is_the_loop_that_is_written_by_hand(policy: Policy, step: Callable[[Any, int], Any]) -> None:
    kept = np.concatenate([START.bias, START.lm_head.ravel(), START.embedding.ravel()])
    apart = 0
    for done in range(HAND_STEPS):
        kept, own = step(kept, done), np.array(run_of(policy).after(done + 1).second)
        apart += int(np.abs(own - kept).max() > 1e-13)
        kept = own
    # a sum in another order may, once in a while, land on the other neighbour: from there both go on
    assert apart <= 2


def test_the_settings_of_the_chapter_end_where_the_widget_does() -> None:
    settings = {
        "double": (Policy(), 1e-9),
        "half weights": (Policy("half"), 1e-9),
        "half changes": (Policy("half", "half"), 0.01),  # its sums are in single
        "master copy": (Policy("master"), 0.01),
        "dithered": (DITHERED, 0.05),  # by other draws
    }
    for name, (policy, share) in settings.items():
        own = setting(name)
        found = own.loss(iterate(own.step(), own.start(), StepCount(MOST_STEPS)))
        assert loss_of(policy, MOST_STEPS) == pytest.approx(found, rel=share), name


def test_draws_depend_on_the_step_and_the_place_alone() -> None:
    first, second = PageDraws(0).random(45), PageDraws(1).random(45)
    assert second[3] == share_of(splitmix64(Seed(67))[0])
    assert len({*first, *second}) == 90
    assert PageDraws(1).random((5, 9)).ravel().tolist() == second.tolist()
    assert abs(np.mean([PageDraws(done).random(45).mean() for done in range(100)]) - 0.5) < 0.02


def test_bins_below_half_a_gap_have_what_half_loses() -> None:
    for policy in POLICIES:
        for steps in COUNTS:
            meter = meter_of(policy, steps)
            assert (sum(meter.bins), sum(meter.bins[:SHORT])) == (meter.moving, meter.lost), (policy, steps)
    assert (EDGES[SHORT - 1], len(meter_of(Policy(), 0).bins)) == (0.5, len(EDGES) + 1)


def test_a_gap_is_that_on_the_side_to_which_a_number_moves() -> None:
    values, ways = np.repeat([1.0, -1.0, 1.5, 2.0**-14, 0.0], 2), np.tile([1e-9, -1e-9], 5)
    expected = np.array([2, 1, 1, 2, 2, 2, 2.0**-13, 2.0**-13, 2.0**-13, 2.0**-13]) * 2.0**-11
    assert gaps_towards(values, ways).tolist() == expected.tolist()


def test_after_the_step_that_moves_nothing_every_state_is_that_one() -> None:
    policy = Policy("half", rate=4.0)
    still, states = run_of(policy).still, run_of(policy).states
    assert len(states) == still + 1
    own = policy_setting(policy)
    assert np.array_equal(own.step(4.0)(states[-1]).second, states[-1].second)
    assert not np.array_equal(states[-2].second, states[-1].second)
    assert loss_of(policy, MOST_STEPS) == loss_of(policy, int(still)) == floor_of(policy)


def test_what_there_was_to_find() -> None:
    def near(known: float) -> Any:
        return pytest.approx(known, rel=5e-6)

    start = PrecisionFloor().shown()
    assert [start["loss"], start["in_double"], start["floor"]] == [
        near(0.000989138),
        near(0.000276346),
        near(0.000989007),
    ]
    assert [start["still"], start["lost"], start["subnormal"], start["vanished"]] == [3889, 40, 7, 0]
    assert PrecisionFloor().meter.bins[SHORT - 1] == 32  # just too short
    ends = [PrecisionFloor(learning_rate=rate).shown()["floor"] for rate in (0.25, 0.5, 1, 2, 4)]
    assert ends == [near(0.00419837), near(0.00205432), near(0.000989007), near(0.000482142), near(0.000231978)]
    copy, dithers = PrecisionFloor(weights="master").shown(), PrecisionFloor(rounding="dithered").shown()
    assert [copy["end"], dithers["end"]] == [near(4.39332e-05), near(4.33654e-05)]
    assert math.isnan(copy["floor"])
    assert math.isnan(dithers["floor"])
    late = {"weights": "master", "changes": "half", "step_count": MOST_STEPS}
    plain, scaled = PrecisionFloor(**late).shown(), PrecisionFloor(**late, scale_exponent=10).shown()
    assert [plain["subnormal"], scaled["subnormal"]] == [41, 0]
    assert [plain["loss"], scaled["loss"]] == [near(4.39461e-05), near(4.39461e-05)]


def test_what_has_no_effect_is_no_part_of_a_policy() -> None:
    assert PrecisionFloor(weights="master", rounding="dithered", scale_exponent=5).policy == Policy("master")
    assert PrecisionFloor(changes="half", scale_exponent=5, learning_rate=2).policy == Policy(
        "half", "half", scale=32.0, rate=2.0
    )


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"weights": "double", "step_count": 0, "learning_rate": 4.0},
        {"weights": "master", "changes": "half", "scale_exponent": 10, "step_count": 2000, "learning_rate": 0.5},
        {"weights": "double", "changes": "half", "step_count": 1},
        {"changes": "half", "rounding": "dithered", "step_count": 300},
    ],
)
def test_the_copied_code_prints_what_is_shown(given: dict[str, Any], ask_javascript: Any) -> None:
    words, code = words_of(ask_javascript, **given)
    [run] = ran([code])
    shown = PrecisionFloor(**given).shown()
    assert run.stderr == ""
    expected = [f"{shown['loss']:.6g}", f"{shown['lost']}", f"{shown['subnormal']} {shown['vanished']}"]
    assert run.stdout.splitlines() == expected
    assert expected[0] in words


def test_the_tables_and_the_caption_have_the_numbers_of_the_next_step() -> None:
    widget = PrecisionFloor()
    tables, meter = widget.numbers(), widget.meter
    assert tables[STEPS_TABLE].tolist() == meter.bins
    assert tables[COUNTS_TABLE].tolist() == [meter.lost, meter.subnormal, meter.vanished]
    assert widget.caption == (
        "After 1000 steps the loss is 0.000989138, and in double 0.000276346. Of the 41 numbers that would move next, "
        "40 would do so by less than half a gap of half."
    )
    assert PrecisionFloor(step_count=1).caption.startswith("After 1 step the loss")
    pictures = [PrecisionFloor(**given).fallback_svg() for given in ({}, {"weights": "double", "step_count": 0})]
    assert ["floor 0.000989" in own for own in pictures] == ["<circle" in own for own in pictures] == [True, False]
    assert all(own.count("<polyline") == 2 for own in pictures)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("weights", "single"),
        ("changes", "quarter"),
        ("rounding", "up"),
        ("scale_exponent", 13),
        ("learning_rate", 3.0),
        ("step_count", -1),
        ("step_count", MOST_STEPS + 1),
    ],
)
def test_a_setting_that_cannot_be_is_refused(name: str, value: object) -> None:
    with pytest.raises(traitlets.TraitError, match=name):
        PrecisionFloor(**{name: value})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("const lift = gapAt(size) * 2 ** 52;", "const lift = gapAt(size) * 2 ** 51;"),
        (
            'weights === "double" || rounding === "dithered" ? kept',
            'weights !== "half" || rounding === "dithered" ? kept',
        ),
        ('if (weights === "master") return Math.fround(sum);', 'if (weights === "master") return sum;'),
        ("roundHalf(change[k] * scale) / scale", "roundHalf(change[k])"),
        ("BigInt(step * 64 + place)", "BigInt(step * 63 + place)"),
        ("inward ? gap / 2 : gap", "inward ? gap : gap"),
        ("roundHalf(near + move) === near", "roundHalf(near - move) === near"),
        ("heard > 0 && heard < NORMAL", "heard < NORMAL"),
    ],
)
def test_one_changed_rule_is_seen(old: str, new: str, tmp_path: Path, ask_javascript: Any) -> None:
    broken = with_one_change(tmp_path, f"{FOLDER}/rounding.js", old, new)
    [own] = ask_javascript(str(broken / FOLDER / "precision_floor.js"), "recompute", [[]])
    [found] = ask_javascript("kit/certificate.js", "compare", [[PrecisionFloor().certificate, own]])
    assert not found["agrees"]

"""Floors: each setting against a loop that is written by hand, and what a meter counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from small_optimisers import START
from strategies import seed

from tinyml import (
    SETTINGS,
    LearningRate,
    StepCount,
    StepMeter,
    TrainStep,
    WrongType,
    iterate,
    nearest,
    setting,
    stochastic,
)
from tinyml.ch15_driver.floors import SEED, tune_model

STEPS = 300
DATA, _ = seed()
INPUTS, TARGETS = np.array([1, 2, 3, 4, 1, 2, 3]), np.array([2, 3, 4, 1, 2, 3, 4])


def change(vector: Any) -> Any:
    """Return minus the gradient of the mean surprise, written out, in the format of the vector throughout."""
    bias, head, table = vector[:5], vector[5:25].reshape(4, 5), vector[25:].reshape(5, 4)
    features = table[INPUTS]
    logits = features @ head + bias
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    signal = powers / powers.sum(axis=1, keepdims=True)
    signal[np.arange(7), TARGETS] -= 1
    signal = signal * (-1 / 7)
    rows = np.zeros_like(table)
    np.add.at(rows, INPUTS, signal @ head.T)
    return np.concatenate([signal.sum(axis=0), (features.T @ signal).ravel(), rows.ravel()])


def half(values: Any) -> Any:
    return values.astype(np.float16).astype(values.dtype)


BY_HAND: dict[str, tuple[Any, Callable[[Any, int], Any]]] = {
    "double": (np.float64, lambda kept, _: kept + change(kept)),
    "half weights": (np.float64, lambda kept, _: half(kept + change(half(kept)))),
    "half changes": (np.float32, lambda kept, _: half(kept + half(change(half(kept))))),
    "half throughout": (np.float16, lambda kept, _: kept + change(kept)),
    "master copy": (np.float32, lambda kept, _: kept + change(half(kept))),
    "dithered": (
        np.float64,
        lambda kept, done: stochastic(kept + change(kept), "half", np.random.default_rng([SEED, done])),
    ),
}


def test_every_setting_has_a_loop_here() -> None:
    assert set(BY_HAND) == set(SETTINGS)


@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_is_the_loop_that_is_written_by_hand(name: str) -> None:
    kind, step = BY_HAND[name]
    own = setting(name)
    kept = np.concatenate([START.bias, START.lm_head.ravel(), START.embedding.ravel()]).astype(kind)
    unit = float(np.finfo(np.float16).eps if name not in ("double", "master copy") else np.finfo(kind).eps)
    state = own.start()
    for done in range(STEPS):
        before, kept = kept, step(kept, done)
        state = own.step()(state)
        assert state.second.dtype == kind
        assert name in ("double", "master copy") or np.array_equal(nearest(state.second, "half"), state.second)
        # sums in another order round differently, and then a number may land on the neighbour: from there both go on
        assert np.abs(state.second.astype(float) - kept.astype(float)).max() <= 8 * unit * np.abs(before).max(), done
        kept = state.second


def test_in_double_a_run_is_that_of_the_step_of_chapter_four() -> None:
    own = setting("double")
    found = iterate(own.step(), own.start(), StepCount(80)).second
    record = iterate(TrainStep(DATA, LearningRate(1.0)), START, StepCount(80))
    expected = np.concatenate([record.bias, record.lm_head.ravel(), record.embedding.ravel()])
    assert np.abs(found - expected).max() <= 1e-12


def test_a_loss_is_that_of_what_the_model_reads() -> None:
    own, plain = setting("master copy"), setting("double")
    state = iterate(own.step(), own.start(), StepCount(50))
    read = state.second.astype(np.float16).astype(np.float64)
    assert own.loss(state) == plain.loss(type(state)(0, read))
    assert own.loss(state) != plain.loss(type(state)(0, state.second.astype(np.float64)))


def test_settings_part_after_two_thousand_steps_and_only_short_weights_without_a_copy_stay_behind() -> None:
    ends = {
        name: setting(name).loss(iterate(setting(name).step(), setting(name).start(), StepCount(2000)))
        for name in SETTINGS
    }
    behind = {"half weights", "half changes", "half throughout"}
    assert {name for name, loss in ends.items() if loss > 3 * ends["double"]} == behind
    assert abs(ends["master copy"] / ends["double"] - 1) < 0.01


def test_a_meter_counts_what_half_would_do() -> None:
    own = setting("half weights")
    begin = own.meter(own.start())
    assert (begin.moving, begin.vanished) == (41, 0)
    late = own.meter(iterate(own.step(), own.start(), StepCount(3000)))
    assert late.moving == 41
    assert late.lost >= 40
    assert own.meter(own.start(), 1e-9) == StepMeter(moving=41, lost=41, subnormal=0, vanished=41)


def test_a_step_may_have_another_rate() -> None:
    own = setting("double")
    one, two = (own.step(rate)(own.start()).second - own.start().second for rate in (0.25, 0.5))
    assert np.abs(two - 2 * one).max() <= 1e-15


def test_all_settings_share_one_model() -> None:
    assert tune_model() is tune_model()
    assert str(tune_model().parameters) == "(Flat[45], FlatChange[45])"


def test_what_is_no_setting_is_refused() -> None:
    with pytest.raises(WrongType, match="setting needs one of double, half weights"):
        setting("quarter")

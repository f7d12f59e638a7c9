"""The driver in single and half: how far from double it is, and AdamW as the seed has it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from drawing import draws
from hypothesis import given
from small_drivers import DECAY, EPS, RATE, adamw_across, affine, batch, drawn_arrays, saying
from small_optimisers import seeds

from tinyml import InPlaceAdamW, InPlaceParameter, across, scheduled, train_step, ulps_apart

ULPS = 4
"""Of single, after one step from the same parameters: products and sums of 4 x 3 numbers, measured up to 2."""


@draws(60)
@given(seeds)
def test_a_step_in_single_is_the_one_in_double_within_a_few_ulps_of_the_largest_number(number: int) -> None:
    inputs, target = batch(number)
    ends = []
    for kind in (np.float32, np.float64):
        parameters = drawn_arrays(number, [(3, 2), (2,)], kind)
        rounded = tuple(own.astype(np.float32).astype(kind) for own in parameters)  # both begin at singles
        x, t = (array.astype(np.float32).astype(kind) for array in (inputs, target))
        forward, backward = affine(rounded)
        rule: Any = across(lambda port: scheduled(port, 0.1), arithmetic=kind)
        ends.append(train_step((x,), t, "mse", rounded, forward, backward, rule))
    unit = float(np.spacing(np.float32(max(np.abs(array).max() for array in ends[1].parameters))))
    for short, long in zip(ends[0].parameters, ends[1].parameters, strict=True):
        assert short.dtype == np.float32
        assert np.abs(short - long).max() <= ULPS * unit
    assert ends[0].report.loss_before == pytest.approx(ends[1].report.loss_before, rel=1e-6)


@draws(30)
@given(seeds)
def test_adamw_over_halves_keeps_its_moments_in_single_and_rounds_gradients_to_half(number: int) -> None:
    shapes = [(2, 3), (3,)]
    parameters = drawn_arrays(number, shapes, np.float16)
    state: Any = None
    own = [array.astype(np.float32) for array in parameters]
    mean, squares = ([np.zeros(shape, np.float32) for shape in shapes] for _ in range(2))
    for done in range(1, 5):
        gradients = drawn_arrays(number + done, shapes, np.float32)
        _, parameters, state = train_step((), None, "mse", parameters, *saying(gradients), adamw_across("half"), state)
        for place, gradient in enumerate(gradients):
            heard = gradient.astype(np.float16).astype(np.float32)
            mean[place] = np.float32(0.9) * mean[place] + np.float32(1 - 0.9) * heard
            squares[place] = np.float32(0.999) * squares[place] + np.float32(1 - 0.999) * heard * heard
            root = np.sqrt(squares[place] / np.float32(1 - 0.999**done)) + np.float32(EPS)
            step = np.float32(RATE) * (mean[place] / np.float32(1 - 0.9**done)) / root
            moved = own[place] * np.float32(1 - RATE * DECAY) - step
            own[place] = moved.astype(np.float16).astype(np.float32)
        assert [array.dtype for array in parameters] == [np.float16] * 2
        assert state.first.first.dtype == state.first.second.dtype == np.float32
        assert np.allclose(state.first.first, -np.concatenate([own.ravel() for own in mean]), rtol=1e-6, atol=1e-12)
        # one rounding in single may push a number over the edge between two halves
        assert max(ulps_apart(one, two.astype(np.float16)) for one, two in zip(parameters, own, strict=True)) <= 1


def test_the_counter_that_goes_on_at_each_call_shortens_the_first_step_of_later_arrays() -> None:
    moves = {}
    for counted in ("by weight", "by call"):
        rule = InPlaceAdamW(0.1, eps=0.0, decay=0.0, counted=counted)
        held = [InPlaceParameter.of(np.zeros(1)) for _ in range(10)]
        for one in held:
            rule.step(one, np.array([-0.5]))
        moves[counted] = [float(one.array[0]) / 0.1 for one in held]
    assert moves["by weight"] == pytest.approx([1.0] * 10, rel=1e-6)
    assert [round(moves["by call"][place], 4) for place in (0, 1, 2, 4, 9)] == [1.0, 0.7441, 0.6388, 0.5455, 0.4844]


def test_adamw_moves_a_row_that_has_no_gradient() -> None:
    forward, backward = saying([np.zeros(2)])
    after = train_step((), None, "mse", [np.ones(2)], forward, backward, adamw_across()).parameters[0]
    assert after == pytest.approx(np.full(2, 1 - RATE * DECAY), rel=1e-7)

"""Caps: the minus and the rate are in them, and a rate can slide from a constant one into the update."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from learners import line, rates
from small_lenses import pair
from small_paras import fractions

from tinyml import (
    NUMBERS,
    InvalidScalar,
    WrongType,
    constant_rate,
    descent,
    identity_rate,
    losses,
    proportional_rate,
    scaled_descent,
    squared,
    supervised,
    whole,
)
from tinyml.ch10_tape.rings import Bit


@given(rates, fractions, fractions)
def test_what_each_cap_sends_back(rate: Any, loss: Any, other: Any) -> None:
    constant, proportional = constant_rate(rate), proportional_rate(rate)
    same: Any = identity_rate(whole(float))
    assert constant.put(pair(loss, ())) == constant.put(pair(other, ())) == -rate
    assert proportional.put(pair(loss, ())) == -rate * loss
    assert same.put(pair(float(loss), ())) == float(loss)
    assert constant.get(loss) == proportional.get(loss) == same.get(float(loss)) == ()


@given(rates, fractions, fractions, fractions, fractions)
def test_a_rate_slides_from_the_cap_into_the_update(rate: Any, w: Any, b: Any, x: Any, label: Any) -> None:
    state = pair(w, b)
    in_cap: Any = supervised(line, descent(line.parameters), squared(NUMBERS), constant_rate(rate))
    in_update: Any = supervised(line, scaled_descent(line.parameters, rate), squared(NUMBERS), constant_rate(1))
    assert in_cap.step(x, label)(state) == in_update.step(x, label)(state)
    of_loss: Any = supervised(line, descent(line.parameters), squared(NUMBERS), proportional_rate(rate))
    of_loss_too: Any = supervised(line, scaled_descent(line.parameters, rate), squared(NUMBERS), proportional_rate(1))
    assert of_loss.step(x, label)(state) == of_loss_too.step(x, label)(state)


def test_a_bit_that_is_wrong_is_what_has_to_change() -> None:
    whole: Any = losses.differing() >> identity_rate(losses.BITS)
    for label in (Bit(0), Bit(1)):
        for prediction in (Bit(0), Bit(1)):
            back = whole.put(pair(pair(label, prediction), ())).second
            assert prediction + back == label


NOTHING: Any = None


@pytest.mark.parametrize("made", [constant_rate, proportional_rate])
def test_rates_that_are_no_numbers_are_refused(made: Any) -> None:
    for rate in ("0.1", None, True, np.zeros(2)):
        with pytest.raises(WrongType, match=f"^{made.__name__} needs a number; got"):
            made(rate)
    for number in (float("nan"), float("inf")):
        with pytest.raises(InvalidScalar, match=f"^the rate of {made.__name__} must be finite; got {number}$"):
            made(number)
    with pytest.raises(WrongType, match=r"^identity_rate needs a Port"):
        identity_rate(NOTHING)


def test_a_negative_rate_goes_up() -> None:
    def after(rate: float) -> Any:
        learner: Any = supervised(line, descent(line.parameters), squared(NUMBERS), constant_rate(rate))
        state: Any = pair(0.0, 0.0)
        for x in [-1.0, 0.0, 1.0, 2.0] * 5:
            state = learner.step(x, 3 * x - 1)(state)
        return state

    down, up = after(0.1), after(-0.1)
    assert (down.first, down.second) == (pytest.approx(2.724225667, abs=1e-8), pytest.approx(-0.534187275, abs=1e-8))
    assert (up.first, up.second) == (pytest.approx(-35.77790760, abs=1e-6), pytest.approx(-13.96531350, abs=1e-6))

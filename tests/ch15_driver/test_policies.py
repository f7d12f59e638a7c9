"""Policies: lenses on the wire of parameters, against loops that are written by hand."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from drawing import draws
from hypothesis import given
from hypothesis import strategies as st
from small_optimisers import INPUTS, MODEL, OPTIMISERS, TARGETS, VECTOR, learner, pushed, seeds, stream

from tinyml import (
    NUMBERS,
    InvalidQuantity,
    InvalidScalar,
    NumericalOverflow,
    Precision,
    Product,
    StepCount,
    WrongType,
    adamw,
    by_policy,
    constant_rate,
    cross_entropy,
    descent,
    deviation,
    dithered,
    heard_as,
    iterate,
    kept_as,
    momentum,
    nearest,
    noted,
    recalled,
    scheduled,
    starting,
    stochastic,
    supervised,
    unscaled,
)
from tinyml.ch12_para.trees import Flat, flat, flattened

ROW: Any = MODEL.reparametrise(flattened(MODEL.parameters))
LOSS: Any = cross_entropy(5)
formats = st.sampled_from(["half", "single", "double"])
scales = st.sampled_from([1.0, 8.0, 1024.0, 3.0])


def change_at(vector: Any, down: float) -> Any:
    """Return what comes back to the parameters from a cap that sends `down`."""
    prediction, kept = ROW.forward(vector, INPUTS)
    _, needed = LOSS.forward(TARGETS, prediction)
    return ROW.backward(kept, LOSS.backward(needed, down)[1])[0]


def short(values: Any, kind: Any) -> Any:
    return (
        np.asarray(values, np.float64).astype({"half": "f2", "single": "f4", "double": "f8"}[kind]).astype(np.float64)
    )


@draws(30)
@given(formats, formats, formats, st.booleans(), scales, st.integers(1, 6))
def test_a_policy_is_the_loop_that_is_written_by_hand(
    weights: str, gradients: str, moments: str, master: bool, scale: float, steps: int
) -> None:
    policy = Precision(weights, gradients, moments, master, scale)
    update = by_policy(momentum(flat(45), 0.5), policy)
    own = learner(update, rate=0.5 * scale)
    found = iterate(own.step(INPUTS, TARGETS), starting(update, VECTOR), StepCount(steps))

    kept, velocity = VECTOR, np.zeros(45)
    for _ in range(steps):
        heard = short(change_at(short(kept, weights), -0.5 * scale), gradients) * (1 / scale)
        velocity = 0.5 * velocity + heard
        kept = kept + velocity
        velocity = short(velocity, moments)
        kept = kept if master else short(kept, weights)
    assert deviation(found, Product(velocity, kept)) == 0


@pytest.mark.parametrize("name", sorted(OPTIMISERS))
@draws(10)
@given(seeds, st.integers(1, 4))
def test_a_policy_of_doubles_is_the_update_itself(name: str, number: int, size: int) -> None:
    update = OPTIMISERS[name](size)
    start, changes = stream(number, size)
    own = by_policy(update, Precision())
    assert own.name == update.name
    assert deviation(pushed(own, starting(own, start), changes), pushed(update, starting(update, start), changes)) == 0


@draws(20)
@given(st.integers(-10, 12), st.integers(1, 5))
def test_a_rate_that_is_a_power_of_two_slides_from_the_cap_to_the_update(exponent: int, steps: int) -> None:
    scale = 2.0**exponent
    plain = momentum(flat(45), 0.5)
    scaled_down = plain >> unscaled(flat(45), scale)
    states = [
        iterate(learner(update, rate).step(INPUTS, TARGETS), starting(update, VECTOR), StepCount(steps))
        for update, rate in ((plain, 1.0), (scaled_down, scale))
    ]
    assert deviation(*states) == 0


def test_a_scale_saves_changes_that_a_short_format_would_lose() -> None:
    tiny: Any = np.full(3, 2.0**-26)
    state = starting(momentum(flat(3), 0.0), Flat(np.zeros(3)))
    without = by_policy(momentum(flat(3), 0.0), Precision(gradients="half"))
    assert without.put(Product(state, tiny)).second.tolist() == [0.0] * 3
    scaled = by_policy(momentum(flat(3), 0.0), Precision(gradients="half", loss_scale=1024.0))
    assert scaled.put(Product(state, 1024 * tiny)).second.tolist() == tiny.tolist()


def test_a_master_copy_moves_by_steps_that_a_short_copy_loses() -> None:
    step: Any = np.full(1, 2.0**-13)
    ends = []
    for master in (False, True):
        update = by_policy(momentum(flat(1), 0.0), Precision(weights="half", master=master))
        state = starting(update, Flat(np.ones(1)))
        for _ in range(8):
            state = update.put(Product(state, step))
        ends.append((state.second[0], update.get(state)[0]))
    assert ends == [(1.0, 1.0), (1 + 2**-10, 1 + 2**-10)]


def test_adamw_keeps_means_in_a_shorter_format_than_weights() -> None:
    update = kept_as(adamw(flat(2), 0.1, eps=1e-8, decay=0.01), weights="single", moments="half")
    change: Any = np.array([0.3, 0.7])
    state: Any = update.put(Product(starting(update, Flat(np.array([1.0, -1.0]))), change))
    assert state.first.second == 1
    for values, kind in (
        (state.first.first.first, "half"),
        (state.first.first.second, "half"),
        (state.second, "single"),
    ):
        assert np.array_equal(nearest(values, kind), values)
    assert np.all(state.first.first.second > 0)


def test_dithered_descent_is_the_loop_that_is_written_by_hand() -> None:
    update = dithered(scheduled(flat(45), 1.0), "half", 7)
    own = learner(update)
    found = iterate(own.step(INPUTS, TARGETS), starting(update, VECTOR), StepCount(20))
    kept: Any = VECTOR
    for done in range(20):
        kept = stochastic(kept + change_at(kept, -1.0), "half", np.random.default_rng([7, done]))
    assert deviation(found, Product(Product(20, 20), kept)) == 0


def test_a_dithered_run_goes_on_as_if_it_had_not_been_cut() -> None:
    update = dithered(momentum(flat(45), 0.5), "half", 7)
    step = learner(update).step(INPUTS, TARGETS)
    half = iterate(step, starting(update, VECTOR), StepCount(30))
    resumed = recalled(update, json.loads(json.dumps(noted(half))))
    assert deviation(iterate(step, resumed, StepCount(20)), iterate(step, starting(update, VECTOR), StepCount(50))) == 0


def test_changes_are_rounded_as_a_whole_tree() -> None:
    parameters = MODEL.parameters
    drawn = np.random.default_rng(5)
    change: Any = Product(drawn.normal(size=5), Product(drawn.normal(size=(4, 5)), drawn.normal(size=(5, 4))))
    place: Any = Product(np.zeros(5), Product(np.zeros((4, 5)), np.zeros((5, 4))))
    found: Any = heard_as(parameters, "half").put(Product(place, change))
    assert np.array_equal(found.first, short(change.first, "half"))
    assert np.array_equal(found.second.second, short(change.second.second, "half"))


def test_numbers_are_rounded_too_and_counts_are_not() -> None:
    update: Any = kept_as(scheduled(NUMBERS, 0.1), weights="half")
    assert update.put(Product(Product(2049, 1.0), 0.5)) == Product(2050, float(np.float16(1.05)))


def test_changes_that_a_format_cannot_hold_stop_the_run() -> None:
    update = by_policy(momentum(flat(45), 0.0), Precision(gradients="half", loss_scale=2.0**40))
    own = learner(update, rate=2.0**40)
    with pytest.raises(NumericalOverflow):
        own.step(INPUTS, TARGETS)(starting(update, VECTOR))


def test_arrays_keep_their_type() -> None:
    update = by_policy(momentum(flat(2), 0.5), Precision("half", "half", "half"))
    state = starting(update, Flat(np.ones(2, np.float32)))
    change: Any = np.full(2, 0.1, np.float32)
    after: Any = update.put(Product(state, change))
    assert after.first.dtype == after.second.dtype == np.float32


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"weights": "quarter"}, WrongType),
        ({"gradients": int}, WrongType),
        ({"moments": None}, WrongType),
        ({"master": 1}, WrongType),
        ({"loss_scale": 0.0}, InvalidQuantity),
        ({"loss_scale": float("inf")}, InvalidScalar),
        ({"loss_scale": "2"}, WrongType),
    ],
)
def test_a_policy_refuses_what_is_none(fields: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        Precision(**fields)


def test_what_is_no_update_or_policy_is_refused() -> None:
    wrong: Any = None
    with pytest.raises(WrongType, match="a Precision"):
        by_policy(momentum(flat(2), 0.5), wrong)
    with pytest.raises(WrongType, match="a memory and parameters"):
        by_policy(descent(flat(2)), Precision())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    with pytest.raises(WrongType):
        heard_as(wrong, "half")
    with pytest.raises(WrongType):
        kept_as(wrong)
    with pytest.raises(InvalidQuantity, match="above 0"):
        unscaled(flat(2), -1.0)
    with pytest.raises(WrongType, match="seed"):
        dithered(momentum(flat(2), 0.5), "half", 1.5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_a_dithered_state_is_checked_where_a_person_enters_it() -> None:
    update: Any = dithered(momentum(flat(2), 0.5), "half", 1)
    right = starting(update, Flat(np.zeros(2)))
    update.source.admit_point("here", right)
    for wrong in (Product(np.zeros(2), np.zeros(2)), Product(Product(-1, np.zeros(2)), np.zeros(2)), ()):
        with pytest.raises((WrongType, InvalidQuantity)):
            update.source.admit_point("here", wrong)


def test_policies_compose_with_supervised() -> None:
    update = by_policy(adamw(flat(45), 0.1, eps=1e-8, decay=0.01), Precision("half", "half", "single", True, 1024.0))
    own = supervised(ROW, update, LOSS, constant_rate(1024.0))
    end: Any = iterate(own.step(INPUTS, TARGETS), starting(update, VECTOR), StepCount(80))
    assert own.measure(INPUTS, TARGETS)(end) < 0.01

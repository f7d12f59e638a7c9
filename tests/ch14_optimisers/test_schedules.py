"""Schedules: the number of steps that are done, where a rate may be, and what a run that was cut goes on with."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from drawing import draws
from hypothesis import given
from hypothesis import strategies as st
from small_optimisers import pushed, seeds, stream

from tinyml import (
    NUMBERS,
    Done,
    InvalidQuantity,
    InvalidScalar,
    Port,
    Product,
    WrongType,
    adam,
    constant,
    cosine,
    descent,
    deviation,
    momentum,
    nesterov,
    of_lens,
    paced,
    para,
    scheduled,
    starting,
    step_decay,
    warm_up,
)
from tinyml.ch12_para.trees import flat
from tinyml.ch13_learner.closing import scaled, scaled_descent
from tinyml.ch14_optimisers.memories import COUNT
from tinyml.ch14_optimisers.schedules import Schedule

SCHEDULES: dict[str, Schedule] = {
    "constant": constant(0.25),
    "cosine": cosine(1.0, 0.1, 7),
    "step decay": step_decay(0.5, 0.3, 3),
    "warm-up": warm_up(4, cosine(0.5, 0.0, 5)),
}
schedules = st.sampled_from(sorted(SCHEDULES))


@draws(50)
@given(seeds, st.integers(1, 4), st.sampled_from([0.1, 1, -0.5]))
def test_a_constant_schedule_is_a_rate(number: int, size: int, rate: float) -> None:
    start, changes = stream(number, size)
    plain, own = scaled_descent(flat(size), rate), scheduled(flat(size), constant(rate))
    state, parameters = starting(own, start), start
    for done, change in enumerate(changes):
        assert state.first == done
        state, parameters = own.put(Product(state, change)), plain.put(Product(parameters, change))
        assert np.array_equal(state.second, parameters)


@draws(50)
@given(schedules, seeds, st.integers(1, 4), st.integers(-20, 20))
def test_a_rate_slides_from_the_cap_into_the_schedule(name: str, number: int, size: int, power: int) -> None:
    schedule, factor = SCHEDULES[name], 2.0**power
    start, changes = stream(number, size)
    for inner in (momentum(flat(size), 0.5), nesterov(flat(size), 0.9)):
        in_cap, in_schedule = paced(inner, schedule), paced(inner, lambda done: factor * schedule(done))
        begin = starting(in_cap, start)
        end = pushed(in_cap, begin, [factor * change for change in changes])
        assert deviation(end, pushed(in_schedule, begin, changes)) == 0


@draws(50)
@given(schedules, seeds, st.integers(1, 4))
def test_pacing_is_a_row_of_parametric_lenses(name: str, number: int, size: int) -> None:
    """The memories come in from the side, that of the later one first, as parameters of layers do."""
    schedule, parameters = SCHEDULES[name], flat(size)
    start, changes = stream(number, size)
    inner: Any = momentum(parameters, 0.5)
    velocities: Any = Port(parameters.changes, parameters.changes)
    ends: Any = Port(parameters.points, parameters.points)
    pace: Any = para(
        "pace",
        COUNT,
        parameters,
        parameters,
        lambda done, point: (point, done),
        lambda done, change: (Done(done + 1), scaled(change, schedule(done))),
    )
    row: Any = (of_lens(velocities, ends, inner) >> pace).lens
    own = paced(inner, schedule)
    assert row.source.points == own.source.points
    begin: Any = starting(own, start)
    assert deviation(pushed(own, begin, changes), pushed(row, begin, changes)) == 0


@draws(50)
@given(schedules, seeds, st.integers(0, 12))
def test_a_run_that_was_cut_asks_for_what_comes_next(name: str, number: int, cut: int) -> None:
    start, changes = stream(number, 3)
    asked: list[int] = []

    def watched(done: int) -> float:
        asked.append(done)
        return SCHEDULES[name](done)

    update = scheduled(flat(3), watched)
    whole = pushed(update, starting(update, start), changes)
    del asked[:]
    half = pushed(update, starting(update, start), changes[:cut])
    assert deviation(pushed(update, half, changes[cut:]), whole) == 0
    assert asked == list(range(12))


def test_a_schedule_before_adam_does_nothing_and_inside_it_does() -> None:
    fading = step_decay(1.0, 0.5, 1)
    plain = adam(flat(45), 0.1, 0.0, 0.0, eps=0.0)
    start, changes = stream(1, 45)
    before, inside = paced(plain, fading), adam(flat(45), lambda done: 0.1 * fading(done), 0.0, 0.0, eps=0.0)
    ends = [pushed(own, starting(own, start), changes).second for own in (plain, before, inside)]
    assert np.array_equal(ends[0], ends[1])
    assert np.abs(ends[0] - ends[2]).max() > 0.5


def test_where_a_rate_falls_matters_to_a_velocity() -> None:
    """Before the velocity, it goes on with what it has; PyTorch's, after it, brakes what is rolling as well."""
    update: Any = paced(momentum(NUMBERS, 0.5), step_decay(1.0, 0.0, 1))
    assert pushed(update, starting(update, 0.0), [1.0, 1.0]).second == 1.5


def test_schedules_at_their_corners() -> None:
    assert [cosine(1.0, 0.5, 2)(done) for done in (0, 1, 2, 9)] == [1.0, 0.75, 0.5, 0.5]
    assert cosine(0.1, 0.02, 10)(5) == pytest.approx(0.06)
    assert [step_decay(8.0, 0.5, 3)(done) for done in (0, 2, 3, 8, 9)] == [8.0, 8.0, 4.0, 2.0, 1.0]
    rising = warm_up(4, cosine(1.0, 0.0, 2))
    assert [rising(done) for done in range(8)] == pytest.approx([0.25, 0.5, 0.75, 1.0, 1.0, 0.5, 0.0, 0.0])
    assert [warm_up(1, 3.0)(done) for done in range(3)] == [3.0, 3.0, 3.0]
    assert constant(Fraction(1, 3))(7) == Fraction(1, 3)  # type: ignore[arg-type]


def test_descent_counts_over_fractions_too() -> None:
    update: Any = scheduled(NUMBERS, lambda done: Fraction(1, done + 1))  # type: ignore[arg-type, return-value]
    end = pushed(update, starting(update, Fraction(1, 3)), [Fraction(1)] * 3)
    assert end == Product(3, Fraction(1, 3) + Fraction(11, 6))


def test_the_state_of_a_paced_update_is_checked() -> None:
    update: Any = paced(momentum(flat(2), 0.9), 1.0)
    zeros = np.zeros(2)
    for bad in (zeros, Product(zeros, zeros), Product(Product(zeros, 1), zeros)):
        with pytest.raises(WrongType):
            update.put(Product(bad, zeros))
    with pytest.raises(InvalidQuantity, match=r"Done in .* must be 0 or more; got -1"):
        update.put(Product(Product(Product(-1, zeros), zeros), zeros))
    assert update.put(Product(Product(Product(0, zeros), zeros), zeros)).first.first == 1


def test_what_is_no_schedule_is_refused() -> None:
    wrong: Any
    for made in (
        constant,
        lambda rate: cosine(rate, 0.0, 3),
        lambda rate: cosine(1.0, rate, 3),
        lambda rate: step_decay(rate, 0.5, 3),
        lambda rate: warm_up(3, rate),
        lambda rate: scheduled(flat(1), rate),
        lambda rate: paced(momentum(flat(1), 0.5), rate),
        lambda rate: scheduled(flat(1), lambda _: rate),
    ):
        for value in (math.nan, math.inf):
            with pytest.raises(InvalidScalar, match=r"^the rate of .* must be finite"):
                made(value)
        for wrong in ("1", None, True):
            with pytest.raises(WrongType, match="needs a number"):
                made(wrong)
    for bad in (-0.1, 1.1):
        with pytest.raises(InvalidQuantity, match="factor of step_decay must be from 0 to 1; got"):
            step_decay(1.0, bad, 3)
    length: Any
    for length in (lambda n: cosine(1.0, 0.0, n), lambda n: step_decay(1.0, 0.5, n), lambda n: warm_up(n, 1.0)):
        with pytest.raises(InvalidQuantity, match=r"^length of \w+ must be 1 or more; got 0$"):
            length(0)
        with pytest.raises(WrongType, match="needs an int"):
            length(2.5)
    with pytest.raises(WrongType, match="paced needs an update whose states are a memory and parameters"):
        paced(descent(flat(1)), 1.0)  # type: ignore[arg-type]

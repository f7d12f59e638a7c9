"""Powers that are powers: however training steps are written or cut, they end the same, to the last bit.

Two ways end the same when they give the same bits or both refuse, by the same quantity.  They are tried in both
precisions, in each form of `tinyml.ch04_training.fused_steps`, on starts and rates from which runs converge, diverge
and overflow.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple
from unittest import mock

import numpy as np
import pytest
from drawing import draws
from hypothesis import given
from hypothesis import strategies as st
from small_arrows import four_lines
from strategies import FORMS, large_problems, problems, seed

from tinyml import (
    LearningRate,
    Morphism,
    NumericalOverflow,
    Parameters,
    StepCount,
    TrainStep,
    close,
    descend,
    iterate,
    orbit,
    trace_step,
)
from tinyml.ch04_training import fused_steps

Step = Morphism[Parameters, Parameters]
CALM = st.floats(1e-3, 3.0)
OVERFLOWING = [
    (1.0, st.sampled_from([1e30, 1e200])),  # scores leave the range of floats, in one of the precisions or in both
    (1e35, st.just(1e30)),  # parameters leave that of float32 ...
    (1e300, st.just(1e30)),  # ... and of float64
]
STARTS_AND_RATES = [
    (1.0, CALM),
    (1.0, st.sampled_from([5.5, 7.0, 10.0, 1e3])),  # runs diverge
    (100.0, CALM),  # scores leave the range of exp
    (1e4, CALM),
    *OVERFLOWING,
]
"""How many times larger a start is than others, and the rates that go with it."""

DTYPES: st.SearchStrategy[Any] = st.sampled_from([np.float64, np.float32])
COUNTS = st.integers(0, 5)
AS_IT_COMES = {"LARGEST_WHOLE": fused_steps.LARGEST_WHOLE}
IN_EVERY_FORM, IN_EVERY_SIZE = draws(120), draws(400)


class Case(NamedTuple):
    """A step, another one of the same model, where to start, and the form in which the steps are taken."""

    step: TrainStep
    other: TrainStep
    start: Parameters
    form: dict[str, Any]

    def same(self, *ways: Callable[[], Parameters]) -> bool:
        """Say whether all ways end the same."""
        with mock.patch.multiple(fused_steps, **self.form):
            first, *others = map(end_of, ways)
        return all(end == first for end in others)


def end_of(way: Callable[[], Parameters]) -> tuple[bytes, ...] | str:
    """Return the bits of what a way gives, or what its refusal says is no longer finite."""
    try:
        end = way()
    except NumericalOverflow as error:
        return error.quantity
    return end.embedding.tobytes(), end.lm_head.tobytes(), end.bias.tobytes()


@st.composite
def cases(draw: st.DrawFn, starts_and_rates: list[tuple[float, st.SearchStrategy[float]]] = STARTS_AND_RATES) -> Case:
    form, dtype = draw(st.sampled_from([AS_IT_COMES, *FORMS.values()])), draw(DTYPES)
    dataset, start = draw(large_problems() if form is AS_IT_COMES else problems())
    factor, rates = draw(st.sampled_from(starts_and_rates))
    step, other = (TrainStep(dataset, LearningRate(draw(rates)), dtype) for _ in range(2))
    return Case(step, other, Parameters(start.embedding * factor, start.lm_head, start.bias * factor), form)


def called(step: Step, start: Parameters, count: int) -> Parameters:
    """Call a step again and again, between arrays that lie elsewhere each time."""
    between = []
    for number in range(count):
        between.append(np.ones(160 + 2 * number))
        start = step(start)
    return start


@IN_EVERY_FORM
@given(cases())
def test_the_first_power_is_the_step(case: Case) -> None:
    step, _, start, _ = case
    assert case.same(lambda: step(start), lambda: (step ** StepCount(1))(start))


@IN_EVERY_FORM
@given(cases())
def test_a_step_after_a_step_is_the_second_power(case: Case) -> None:
    step, _, start, _ = case
    assert case.same(lambda: (step >> step)(start), lambda: (step ** StepCount(2))(start))


@IN_EVERY_FORM
@given(cases(), COUNTS)
def test_a_step_before_or_after_a_power_is_the_next_power(case: Case, n: int) -> None:
    step, _, start, _ = case
    power, following = step ** StepCount(n), step ** StepCount(n + 1)
    assert case.same(lambda: following(start), lambda: (step >> power)(start), lambda: (power >> step)(start))


@IN_EVERY_SIZE
@given(cases(), COUNTS, COUNTS)
def test_powers_add(case: Case, m: int, n: int) -> None:
    step, _, start, _ = case
    assert case.same(
        lambda: (step ** StepCount(m + n))(start), lambda: (step ** StepCount(m) >> step ** StepCount(n))(start)
    )


@IN_EVERY_FORM
@given(cases(), COUNTS, COUNTS)
def test_powers_of_powers_multiply(case: Case, m: int, n: int) -> None:
    step, _, start, _ = case
    assert case.same(lambda: (step ** StepCount(m * n))(start), lambda: ((step ** StepCount(m)) ** StepCount(n))(start))


@IN_EVERY_FORM
@given(cases(), COUNTS)
def test_a_power_of_a_chain_is_the_chain_again_and_again(case: Case, n: int) -> None:
    step, other, start, _ = case
    chain = step >> other ** StepCount(2)

    def singly() -> Parameters:
        state = start
        for _ in range(n):
            state = other(other(step(state)))
        return state

    assert case.same(singly, lambda: (chain ** StepCount(n))(start), lambda: called(chain, start, n))


@IN_EVERY_SIZE
@given(cases(), st.integers(0, 8))
def test_a_loop_of_calls_and_an_orbit_end_where_a_run_does(case: Case, n: int) -> None:
    step, _, start, _ = case

    def orbiting() -> Parameters:
        *_, last = orbit(step, start, StepCount(n))
        return last

    assert case.same(lambda: iterate(step, start, StepCount(n)), lambda: called(step, start, n), orbiting)


@IN_EVERY_SIZE
@given(cases(OVERFLOWING), st.integers(2, 5))
def test_a_run_refuses_what_a_loop_of_calls_refuses(case: Case, n: int) -> None:
    step, _, start, _ = case
    assert case.same(lambda: iterate(step, start, StepCount(n)), lambda: called(step, start, n))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_one_step_and_then_seventy_nine_are_eighty(form: dict[str, Any], dtype: Any) -> None:
    dataset, start = seed()
    step = TrainStep(dataset, LearningRate(1.0), dtype)
    case = Case(step, step, start, form)
    assert case.same(
        lambda: (step ** StepCount(80))(start),
        lambda: (step >> step ** StepCount(79))(start),
        lambda: called(step, start, 80),
    )


def test_a_refusal_counts_the_steps_within_one_call() -> None:
    dataset, start = seed()
    step = TrainStep(dataset, LearningRate(10.0))
    ways: dict[Callable[[], Parameters], int | None] = {
        lambda: iterate(step, start, StepCount(400)): 258,
        lambda: (step ** StepCount(200) >> step ** StepCount(200))(start): 58,
        lambda: iterate(step >> step, start, StepCount(200)): 129,
        lambda: called(step, start, 400): None,
    }
    for way, named in ways.items():
        with pytest.raises(NumericalOverflow, match="the logits are no longer finite") as caught:
            way()
        assert caught.value.step == named


@pytest.mark.parametrize("form", FORMS)
@draws(60)
@given(problem=problems(), rate=st.floats(0.01, 2.0))
def test_a_step_is_its_four_readable_lines_and_where_its_trace_ends(form: str, problem: Any, rate: float) -> None:
    dataset, start = problem
    learning_rate = LearningRate(rate)
    with mock.patch.multiple(fused_steps, **FORMS[form]):
        after, trace = TrainStep(dataset, learning_rate)(start), trace_step(start, dataset, learning_rate)
    assert close(after, four_lines(dataset, learning_rate)(start), 1e-12)
    assert trace.after == after
    assert close(trace.after, descend(trace.before, trace.gradient, learning_rate), 1e-12)

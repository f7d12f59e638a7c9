"""The square: the closed row of lenses is the training step of chapter 4."""

from __future__ import annotations

import pytest
from drawing import draws
from hypothesis import given
from hypothesis import strategies as st
from learners import apart, composite_step
from strategies import problems, seed

from tinyml import (
    LearningRate,
    NumericalOverflow,
    Parameters,
    StepCount,
    TrainingSet,
    TrainStep,
    average_loss,
    iterate,
)

NEAR = 1e-12


@pytest.mark.parametrize("everything", [False, True], ids=["tokens", "counts"])
def test_80_steps_of_the_composite_are_80_of_chapter_4(everything: bool) -> None:
    dataset, start = seed()
    step, same = TrainStep(dataset, LearningRate(1.0)), composite_step(dataset, start, 1.0, everything)
    one = other = start
    for _ in range(80):
        one, other = step(one), same(other)
        assert apart(one, other) <= NEAR
    assert iterate(same, start, StepCount(80)) == other
    assert average_loss(other, dataset).value == pytest.approx(0.009720, abs=5e-7)


@draws(60)
@given(problems(), st.floats(1e-3, 2), st.integers(1, 80), st.booleans())
def test_at_every_state_of_a_run_both_steps_agree(
    problem: tuple[TrainingSet, Parameters], rate: float, count: int, everything: bool
) -> None:
    dataset, state = problem
    step, same = TrainStep(dataset, LearningRate(rate)), composite_step(dataset, state, rate, everything)
    for _ in range(count):
        after = step(state)
        assert apart(after, same(state)) <= NEAR
        state = after


@draws(40)
@given(problems(), st.floats(2, 1e6), st.booleans())
def test_one_step_at_any_rate_agrees_too(
    problem: tuple[TrainingSet, Parameters], rate: float, everything: bool
) -> None:
    dataset, state = problem
    after = TrainStep(dataset, LearningRate(rate))(state)
    assert apart(after, composite_step(dataset, state, rate, everything)(state)) <= NEAR


@pytest.mark.parametrize("everything", [False, True], ids=["tokens", "counts"])
def test_where_chapter_4_overflows_so_does_the_composite(everything: bool) -> None:
    dataset, start = seed()
    with pytest.raises(NumericalOverflow) as hers:
        iterate(TrainStep(dataset, LearningRate(1e200)), start, StepCount(50))
    with pytest.raises(NumericalOverflow) as own:
        iterate(composite_step(dataset, start, 1e200, everything), start, StepCount(50))
    assert own.value.step == hers.value.step

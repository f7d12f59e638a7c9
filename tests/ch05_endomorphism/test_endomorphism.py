"""Repetition: an action of the natural numbers, its symmetries, what it conserves, and how it ends badly."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from drawing import draws
from hypothesis import given
from hypothesis import strategies as st
from strategies import problems, seed

from tinyml import (
    AverageLoss,
    CompositionError,
    Embedding,
    EmptyInput,
    Gradient,
    LearningRate,
    ModelDimension,
    NumericalOverflow,
    Parameters,
    StepCount,
    TokenId,
    TrainingSet,
    TrainStep,
    VocabSize,
    WrongType,
    arrow,
    average_loss,
    close,
    descend,
    gradient,
    iterate,
    orbit,
    predictor,
    trajectory,
)

DATASET, START = seed()
STEP = TrainStep(DATASET, LearningRate(1.0))
PARTS = ("embedding", "lm_head", "bias")


def trained(steps: int, rate: float = 1.0) -> Parameters:
    return iterate(TrainStep(DATASET, LearningRate(rate)), START, StepCount(steps))


@draws(40)
@given(problems(), st.integers(0, 6), st.integers(0, 6))
def test_step_counts_act_on_parameters(problem: tuple[TrainingSet, Parameters], m: int, n: int) -> None:
    dataset, start = problem
    step = TrainStep(dataset, LearningRate(0.3))
    assert iterate(step, start, StepCount(0)) == start
    assert iterate(step, start, StepCount(m + n)) == iterate(step, iterate(step, start, StepCount(m)), StepCount(n))
    assert (step ** StepCount(m + n))(start) == (step ** StepCount(m) >> step ** StepCount(n))(start)


@draws(30)
@given(problems(), st.randoms(use_true_random=False))
def test_relabelling_the_vocabulary_commutes_with_training(
    problem: tuple[TrainingSet, Parameters], chance: Any
) -> None:
    dataset, start = problem
    size = start.vocab_size.value
    order = list(range(size))
    chance.shuffle(order)
    names = np.argsort(order)

    def relabel(p: Parameters) -> Parameters:
        return Parameters(p.embedding[order], p.lm_head[:, order], p.bias[order])

    renamed = TrainingSet.from_indices(names[dataset.inputs], names[dataset.targets])
    rate, count = LearningRate(0.5), StepCount(20)
    over = iterate(TrainStep(renamed, rate), relabel(start), count)
    assert close(over, relabel(iterate(TrainStep(dataset, rate), start, count)), 1e-9)


@draws(30)
@given(problems(), st.integers(0, 2**32 - 1))
def test_rotating_the_features_commutes_with_training(problem: tuple[TrainingSet, Parameters], number: int) -> None:
    dataset, start = problem
    size = start.model_dimension.value
    turn = np.linalg.qr(np.random.default_rng(number).normal(size=(size, size)))[0]

    def rotate(p: Parameters) -> Parameters:
        return Parameters(p.embedding @ turn, turn.T @ p.lm_head, p.bias)

    step, count = TrainStep(dataset, LearningRate(0.5)), StepCount(20)
    assert close(iterate(step, rotate(start), count), rotate(iterate(step, start, count)), 1e-9)


def test_both_symmetries_hold_over_eighty_steps_of_the_running_example() -> None:
    order = [3, 0, 4, 1, 2]
    names = np.argsort(order)
    renamed = TrainingSet.from_indices(names[DATASET.inputs], names[DATASET.targets])
    relabelled = Parameters(START.embedding[order], START.lm_head[:, order], START.bias[order])
    end = trained(80)
    over = iterate(TrainStep(renamed, LearningRate(1.0)), relabelled, StepCount(80))
    assert close(over, Parameters(end.embedding[order], end.lm_head[:, order], end.bias[order]), 1e-12)
    turn = np.linalg.qr(np.random.default_rng(1).normal(size=(4, 4)))[0]
    rotated = Parameters(START.embedding @ turn, turn.T @ START.lm_head, START.bias)
    expected = Parameters(end.embedding @ turn, turn.T @ end.lm_head, end.bias)
    assert close(iterate(STEP, rotated, StepCount(80)), expected, 1e-12)


def test_losses_by_step_count() -> None:
    expected = {
        0: 1.609389, 1: 1.549409, 2: 1.509118, 3: 1.480300, 4: 1.458134, 5: 1.439422, 10: 1.303029, 15: 0.892948,
        20: 0.627358, 30: 0.395509, 40: 0.147126, 50: 0.041853, 60: 0.020847, 79: 0.009999, 80: 0.009720, 81: 0.009455,
        100: 0.006173, 200: 0.002058, 500: 0.000631, 1000: 0.000276, 5000: 0.000044, 10000: 0.000020,
    }  # fmt: skip
    losses = trajectory(DATASET, START, [LearningRate(1.0)], StepCount(10_000)).losses[0]
    assert {n: float(losses[n]) for n in expected} == pytest.approx(expected, abs=1e-6)
    assert (np.diff(losses[:201]) < 0).all()
    assert 1000 * math.log(1000) * losses[1000] == pytest.approx(1.909, abs=5e-4)
    assert 5000 * math.log(5000) * losses[5000] == pytest.approx(1.871, abs=5e-4)
    assert 10_000 * math.log(10_000) * losses[10_000] == pytest.approx(1.863, abs=5e-4)


def test_losses_by_rate_and_step_count() -> None:
    table = {
        0.1: (1.602825, 1.553789, 1.358747, 0.592577), 0.5: (1.577850, 1.440635, 0.117990, 0.006144),
        1.0: (1.549409, 1.303029, 0.009720, 0.002058), 2.0: (1.501142, 0.671315, 0.002809, 0.000816),
        5.0: (1.412905, 0.153815, 0.000772, 0.000261),
    }  # fmt: skip
    run = trajectory(DATASET, START, [LearningRate(rate) for rate in table], StepCount(200))
    for row, expected in zip(run.losses, table.values(), strict=True):
        assert row[[1, 10, 80, 200]] == pytest.approx(list(expected), abs=1e-6)


def test_losses_of_a_sweep_of_rates_after_eighty_steps() -> None:
    sweep = {
        0.001: 1.604168, 0.01: 1.563656, 0.05: 1.462241, 0.1: 1.358747, 0.2: 0.761585, 0.3: 0.495663, 0.5: 0.117990,
        0.7: 0.025216, 1.0: 0.009720, 1.5: 0.004470, 2.0: 0.002809, 3.0: 0.001550, 4.0: 0.001042, 5.0: 0.000772,
    }  # fmt: skip
    run = trajectory(DATASET, START, [LearningRate(rate) for rate in sweep], StepCount(80))
    assert run.losses[:, 80] == pytest.approx(list(sweep.values()), abs=1e-6)


def test_the_loss_falls_at_every_step_up_to_rate_five_and_a_half() -> None:
    run = trajectory(DATASET, START, [LearningRate(rate) for rate in (1.0, 2.0, 4.0, 5.5)], StepCount(200))
    assert (np.diff(run.losses, axis=1) < 0).all()


def test_ten_times_the_rate_needs_about_a_tenth_of_the_steps() -> None:
    slow, fast = trajectory(DATASET, START, [LearningRate(0.1), LearningRate(1.0)], StepCount(2100)).losses
    for count in (10, 20, 40, 80, 200):
        needed = int(np.argmax(slow <= fast[count]))
        assert 9 * count <= needed <= 10.5 * count


def test_beyond_the_edge_some_runs_come_back() -> None:
    rates = [LearningRate(float(rate)) for rate in np.arange(5.8, 7.5, 0.005)]
    run = trajectory(DATASET, START, rates, StepCount(200))
    ends = [row[200] for row, diverged in zip(run.losses, run.diverged_at, strict=True) if diverged is not None]
    assert len(ends) == len(rates)
    assert 0 in ends  # at which rates depends on the last bit
    assert max(ends) > 1e100


def test_predictions_after_eighty_steps() -> None:
    predict = predictor(trained(80))
    assert predict(TokenId(1)).values == pytest.approx([7.07e-5, 3.95e-4, 0.9954965, 4.04e-3, 5.8e-8], rel=5e-3)
    for token, best, share in ((2, 3, 0.98817), (3, 4, 0.99436), (4, 1, 0.97638)):
        assert predict(TokenId(token)).values[best] == pytest.approx(share, abs=5e-6)
    unseen = [0.0155, 0.2572, 0.0841, 0.6088, 0.0344]
    assert predict(TokenId(0)).values == pytest.approx(unseen, abs=5e-5)


def test_what_eighty_steps_conserve() -> None:
    end = trained(80)
    assert abs(end.bias.sum()) < 1e-14
    assert end.lm_head.sum(axis=1) == pytest.approx([-0.224, -0.039, 0.146, 0.331], abs=1e-14)
    np.testing.assert_array_equal(end.embedding[0], START.embedding[0])


def test_the_features_stay_in_a_plane() -> None:
    singular = np.linalg.svd(trained(80).embedding, compute_uv=False)
    assert singular == pytest.approx([4.1059, 2.4550, 0, 0], abs=5e-5)  # rank 2 at a tolerance of 1e-4
    later = np.linalg.svd(trained(1000).embedding, compute_uv=False)
    assert later == pytest.approx([4.8349, 3.5467, 0, 0], abs=5e-5)


def sharpness(point: Parameters) -> float:
    """Return the largest eigenvalue of the second derivative of the loss, by central differences of the gradient."""

    def flat(parts: Parameters | Gradient) -> Any:
        return np.concatenate([getattr(parts, part).ravel() for part in PARTS])

    def gradient_at(numbers: Any) -> Any:
        embedding, head, bias = np.split(numbers, [20, 40])
        return flat(gradient(Parameters(embedding.reshape(5, 4), head.reshape(4, 5), bias), DATASET))

    here, h = flat(point), 1e-5
    columns = [(gradient_at(here + h * e) - gradient_at(here - h * e)) / (2 * h) for e in np.eye(45)]
    hessian = np.array(columns)
    return float(np.linalg.eigvalsh((hessian + hessian.T) / 2)[-1])


def test_the_landscape_is_steepest_at_step_nineteen() -> None:
    found = [sharpness(trained(steps)) for steps in (0, 10, 18, 19, 20, 40, 80)]
    assert max(found) == found[3] == pytest.approx(0.5589, abs=5e-5)
    assert 2 / found[3] == pytest.approx(3.58, abs=5e-3)


@pytest.mark.parametrize(
    ("rate", "steps", "drift"), [(1.0, 80, 0.00604), (0.5, 160, 0.00294), (0.25, 320, 0.00145), (0.125, 640, 0.000722)]
)
def test_balancedness_drifts_in_proportion_to_the_rate(rate: float, steps: int, drift: float) -> None:
    def balance(p: Parameters) -> Any:
        return p.embedding.T @ p.embedding - p.lm_head @ p.lm_head.T

    moved = np.abs(balance(trained(steps, rate)) - balance(START)).max()
    assert moved == pytest.approx(drift, rel=0.02)


def test_two_half_steps_are_not_one_step() -> None:
    twice, once = trained(2, 0.5), trained(1)
    apart = max(float(np.abs(getattr(twice, part) - getattr(once, part)).max()) for part in PARTS)
    assert apart == pytest.approx(9.7e-3, abs=5e-5)


def test_the_dimension_of_the_model_changes_how_far_eighty_steps_get() -> None:
    for dimension, loss in ((1, 0.132916), (2, 0.011890), (3, 0.010449), (8, 0.004666), (16, 0.004524)):
        start = Parameters.init(VocabSize(5), ModelDimension(dimension))
        assert average_loss(iterate(STEP, start, StepCount(80)), DATASET).value == pytest.approx(loss, abs=2e-6)


def ablated(moving: tuple[str, ...]) -> float:
    state = START
    for _ in range(80):
        full = gradient(state, DATASET)
        parts = [getattr(full, part) if part in moving else np.zeros_like(getattr(full, part)) for part in PARTS]
        state = descend(state, Gradient(*parts), LearningRate(1.0))
    return average_loss(state, DATASET).value


@pytest.mark.parametrize(
    ("moving", "loss"),
    [
        (("bias",), 1.361368), (("lm_head",), 1.542987), (("embedding",), 1.601955), (("lm_head", "bias"), 1.297831),
        (("embedding", "bias"), 1.357062), (("embedding", "lm_head"), 0.008209), (PARTS, 0.009720),
    ],
)  # fmt: skip
def test_ablations(moving: tuple[str, ...], loss: float) -> None:
    assert ablated(moving) == pytest.approx(loss, abs=1e-6)


def test_one_step_of_the_short_text() -> None:
    dataset = TrainingSet.from_indices([1, 2, 3], [2, 3, 4])
    after = TrainStep(dataset, LearningRate(0.1))(START)
    assert average_loss(START, dataset).value == pytest.approx(1.609136, abs=1e-6)
    assert average_loss(after, dataset).value == pytest.approx(1.595826, abs=1e-6)
    assert [getattr(after, part).shape for part in PARTS] == [(5, 4), (4, 5), (5,)]


@pytest.mark.parametrize(("rate", "overflow", "diverged"), [(7.0, 368, 10), (10.0, 258, 6)])
def test_a_run_diverges_long_before_it_overflows(rate: float, overflow: int, diverged: int) -> None:
    run = trajectory(DATASET, START, [LearningRate(rate)], StepCount(400))
    assert run.overflowed_at == (overflow,)
    assert run.diverged_at == (diverged,)
    assert np.isfinite(run.losses[0, :overflow]).all()
    assert np.isnan(run.losses[0, overflow:]).all()
    with pytest.raises(NumericalOverflow, match=f"after step {overflow}: try a smaller learning rate") as caught:
        trained(400, rate)
    assert caught.value.step == overflow


def test_a_repetition_of_a_repetition_counts_single_steps_until_it_overflows() -> None:
    step = TrainStep(DATASET, LearningRate(10.0))
    for bunch in (step ** StepCount(7), (step ** StepCount(5)) ** StepCount(2)):
        with pytest.raises(NumericalOverflow, match="after step 258") as caught:
            iterate(bunch, START, StepCount(100))
        assert caught.value.step == 258


def test_the_final_parameters_of_a_run_can_be_evaluated_even_when_it_overflowed() -> None:
    rates = [LearningRate(rate) for rate in (10.0, 1.0, 1e200, 7.0)]
    run = trajectory(DATASET, START, rates, StepCount(400))
    for losses, overflow, last in zip(run.losses, run.overflowed_at, run.final, strict=True):
        expected = losses[400 if overflow is None else overflow - 1]
        assert average_loss(last, DATASET).value == pytest.approx(expected, rel=1e-9)
    assert run.overflowed_at == (258, None, 1, 368)


def test_nothing_overflows_within_two_hundred_steps() -> None:
    run = trajectory(DATASET, START, [LearningRate(rate) for rate in (6.0, 10.0, 14.0)], StepCount(200))
    assert run.overflowed_at == (None, None, None)
    assert None not in run.diverged_at


def test_many_rates_and_their_refusals() -> None:
    with pytest.raises(EmptyInput, match="empty input in learning rates"):
        trajectory(DATASET, START, [], StepCount(3))
    with pytest.raises(WrongType, match=r"trajectory needs LearningRate values; got float 1\.0"):
        trajectory(DATASET, START, [1.0], StepCount(3))  # type: ignore[list-item]
    rates, count = [LearningRate(1.0)], StepCount(3)
    wrong: list[tuple[tuple[Any, ...], str]] = [
        ((START, START, rates, count), "a TrainingSet; got Parameters"),
        ((DATASET, DATASET, rates, count), "a Parameters; got TrainingSet"),
        ((DATASET, START, LearningRate(1.0), count), "a Sequence; got LearningRate"),
        ((DATASET, START, rates, 3), "a StepCount; got int 3"),
    ]
    for given_values, message in wrong:
        with pytest.raises(WrongType, match=f"^trajectory needs {message}"):
            trajectory(*given_values)
    run = trajectory(DATASET, START, [LearningRate(1.0)], StepCount(0))
    assert run.losses.shape == (1, 1)
    assert run.final == (START,)
    assert not run.losses.flags.writeable


def test_an_orbit_is_computed_when_it_is_asked_for() -> None:
    asked: list[int] = []

    @arrow(int, int)
    def add_one(n: int) -> int:
        asked.append(n)
        return n + 1

    values = orbit(add_one, 0, StepCount(10**9))
    assert [next(values) for _ in range(3)] == [0, 1, 2]
    assert asked == [0, 1]
    assert list(orbit(add_one, 0, StepCount(0))) == [0]


def test_only_endomorphisms_are_repeated() -> None:
    for wrong in (AverageLoss(DATASET), Embedding(START)):
        with pytest.raises(CompositionError, match="cannot compose"):
            iterate(wrong, START, StepCount(1))  # type: ignore[misc]
    with pytest.raises(WrongType, match="AverageLoss needs a TrainingSet"):
        AverageLoss(START)  # type: ignore[arg-type]
    with pytest.raises(WrongType, match="repetition needs an arrow"):
        iterate(3, START, StepCount(1))  # type: ignore[arg-type]
    for count in (80, -1, 1.0, True, None):
        with pytest.raises(WrongType, match="StepCount"):
            iterate(STEP, START, count)  # type: ignore[arg-type, unused-ignore]
        with pytest.raises(WrongType, match="orbit needs a StepCount"):
            next(orbit(STEP, START, count))  # type: ignore[arg-type, unused-ignore]


def test_a_long_repetition_needs_no_deep_stack() -> None:
    @arrow(int, int)
    def add_one(n: int) -> int:
        return n + 1

    assert iterate(add_one, 0, StepCount(100_000)) == 100_000

"""One step and many, against figures that another implementation computed and against central differences.

And why no arrow leads from a loss to a gradient: a model has twins, which it shares its loss with and not its gradient.
"""

import json
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_arrows import four_lines
from strategies import problems, seed

from tinyml import (
    AverageLoss,
    CompositionError,
    DatasetWindowing,
    Gradient,
    LearningRate,
    ModelDimension,
    Morphism,
    NumericalOverflow,
    OutOfRange,
    Parameters,
    StepCount,
    TokenSequence,
    TrainingSet,
    TrainStep,
    VocabSize,
    WrongType,
    average_loss,
    close,
    gradient,
    gradient_by_example,
    iterate,
    numerical_gradient,
    orbit,
    single_valued,
    trajectory,
)

REFERENCE = json.loads((Path(__file__).parent.parent / "reference" / "rust_training.json").read_text())
RUNS = [(case, run) for case in REFERENCE for run in case["runs"]]

Shaped = TypeVar("Shaped", Parameters, Gradient)
Way = Callable[[TrainingSet, LearningRate], Morphism[Parameters, Parameters]]
WAYS = pytest.mark.parametrize("way", [TrainStep, four_lines])
"""A step as the package takes it, and as chapter 4 writes it."""


@WAYS
@pytest.mark.parametrize(("case", "run"), RUNS, ids=[f"{c['name']}-{r['learning_rate']}" for c, r in RUNS])
def test_every_loss_and_the_final_parameters_match_the_rust_crate(
    case: dict[str, Any], run: dict[str, Any], way: Way
) -> None:
    dataset = DatasetWindowing()(TokenSequence.from_indices(case["tokens"]))
    start = Parameters.init(VocabSize(case["vocab_size"]), ModelDimension(case["model_dimension"]))
    step, losses = way(dataset, LearningRate(run["learning_rate"])), run["loss_by_step_count"]
    states = list(orbit(step, start, StepCount(len(losses) - 1)))
    assert [average_loss(state, dataset).value for state in states] == pytest.approx(losses, rel=0, abs=1e-6)
    for name in ("embedding", "lm_head", "bias"):
        np.testing.assert_allclose(getattr(states[-1], name), run[f"final_{name}"], rtol=0, atol=5e-5)


@given(problems())
def test_count_matrix_gradient_is_the_mean_over_the_examples(problem: tuple[TrainingSet, Parameters]) -> None:
    dataset, parameters = problem
    assert close(gradient(parameters, dataset), gradient_by_example(parameters, dataset))


@given(problems())
def test_repeating_the_data_changes_nothing(problem: tuple[TrainingSet, Parameters]) -> None:
    dataset, parameters = problem
    thrice = TrainingSet.from_indices(np.tile(dataset.inputs, 3), np.tile(dataset.targets, 3))
    assert close(gradient(parameters, thrice), gradient(parameters, dataset))


def reordered(arrays: Shaped, order: Sequence[int]) -> Shaped:
    """Return the same parameters, or the same gradient, with the features in another order."""
    features = list(order)
    return type(arrays)(arrays.embedding[:, features], arrays.lm_head[features], arrays.bias)


@given(problems(), st.data())
def test_features_in_another_order_have_the_loss_and_another_order_of_the_gradient(
    problem: tuple[TrainingSet, Parameters], data: st.DataObject
) -> None:
    dataset, parameters = problem
    order = data.draw(st.permutations(range(parameters.model_dimension.value)))
    twin = reordered(parameters, order)
    assert close(average_loss(twin, dataset).value, average_loss(parameters, dataset).value)
    assert close(gradient(twin, dataset), reordered(gradient(parameters, dataset), order))


@given(problems(), st.data())
def test_one_loss_has_two_gradients_on_the_same_data(
    problem: tuple[TrainingSet, Parameters], data: st.DataObject
) -> None:
    """Entries that are quarters make every sum exact, in any order of the features: the losses are one number."""
    dataset, drawn = problem
    quarters = (np.round(4 * array) / 4 for array in (drawn.embedding, drawn.lm_head, drawn.bias))
    parameters = Parameters(*quarters)
    order = data.draw(st.permutations(range(parameters.model_dimension.value)))
    twin = reordered(parameters, order)
    losses = [average_loss(each, dataset) for each in (parameters, twin)]
    gradients = [gradient(each, dataset) for each in (parameters, twin)]
    assert losses[0] == losses[1]
    assert bool(single_valued(zip(losses, gradients, strict=True))) == close(
        reordered(gradients[0], order), gradients[0]
    )


def test_the_twin_of_the_start_has_its_loss_and_another_gradient() -> None:
    dataset, start = seed()
    twin = reordered(start, [1, 0, 2, 3])
    assert twin != start
    assert average_loss(twin, dataset) == average_loss(start, dataset)
    entries = [gradient(each, dataset).lm_head[0, 2] for each in (start, twin)]
    assert entries == pytest.approx([0.011914, 0.011280], abs=5e-7)
    step = TrainStep(dataset, LearningRate(1.0))
    assert average_loss(step(twin), dataset).value == pytest.approx(1.549409, abs=5e-7)


@WAYS
@given(problem=problems())
def test_a_step_asked_twice_answers_the_same_and_leaves_its_argument(
    way: Way, problem: tuple[TrainingSet, Parameters]
) -> None:
    dataset, start = problem
    names = ("embedding", "lm_head", "bias")
    before = {name: getattr(start, name).copy() for name in names}
    step = way(dataset, LearningRate(0.5))
    once = step(start)
    step(once)  # another question in between
    assert step(start) == once
    for name in names:
        np.testing.assert_array_equal(getattr(start, name), before[name])
        assert getattr(once, name).shape == before[name].shape


@WAYS
@given(problem=problems())
def test_sum_of_the_bias_row_sums_of_the_head_and_unseen_rows_are_conserved(
    way: Way, problem: tuple[TrainingSet, Parameters]
) -> None:
    dataset, start = problem
    after = way(dataset, LearningRate(0.5))(start)
    assert close(after.bias.sum(), start.bias.sum())
    assert close(after.lm_head.sum(axis=1), start.lm_head.sum(axis=1))
    unseen = np.setdiff1d(np.arange(start.vocab_size.value), dataset.inputs)
    np.testing.assert_array_equal(after.embedding[unseen], start.embedding[unseen])


@pytest.mark.parametrize("steps", [0, 5, 20, 80])
def test_all_45_parameters_against_central_differences(steps: int) -> None:
    dataset, start = seed()
    point = iterate(TrainStep(dataset, LearningRate(1.0)), start, StepCount(steps))
    exact = gradient(point, dataset)
    for name in ("embedding", "lm_head", "bias"):

        def loss(array: Any, name: str = name) -> float:
            arrays = {n: getattr(point, n) for n in ("embedding", "lm_head", "bias")} | {name: array}
            return average_loss(Parameters(**arrays), dataset).value

        np.testing.assert_allclose(
            numerical_gradient(loss, getattr(point, name)), getattr(exact, name), rtol=0, atol=1e-9
        )


@given(st.integers(0, 12), st.integers(0, 12))
def test_powers_add_exactly(m: int, n: int) -> None:
    dataset, start = seed()
    step = TrainStep(dataset, LearningRate(1.0))
    assert (step ** StepCount(m) >> step ** StepCount(n))(start) == (step ** StepCount(m + n))(start)


def test_many_rates_at_once_equal_one_by_one() -> None:
    dataset, start = seed()
    rates = [LearningRate(rate) for rate in (0.1, 0.5, 1.0, 2.0)]
    together = trajectory(dataset, start, rates, StepCount(80))
    for row, rate, last in zip(together.losses, rates, together.final, strict=True):
        states = list(orbit(TrainStep(dataset, rate), start, StepCount(80)))
        assert close(row, [average_loss(state, dataset).value for state in states])
        assert close(last, states[-1])


def test_diverged_is_not_overflowed() -> None:
    dataset, start = seed()
    run = trajectory(dataset, start, [LearningRate(10.0), LearningRate(1.0)], StepCount(300))
    assert run.overflowed_at == (258, None)
    first = run.diverged_at[0]
    assert first is not None
    assert run.losses[0, first - 1] <= 10 * math.log(5) < run.losses[0, first]
    assert run.diverged_at[1] is None
    with pytest.raises(NumericalOverflow, match="the logits are no longer finite after step 258"):
        iterate(TrainStep(dataset, LearningRate(10.0)), start, StepCount(300))


@WAYS
def test_one_step_keeps_the_argument_and_its_shape(way: Way) -> None:
    dataset, start = seed()
    before = Parameters.init(VocabSize(5), ModelDimension(4))
    after = way(dataset, LearningRate(1.0))(start)
    assert type(after) is Parameters
    assert after != start
    assert start == before
    assert after.embedding.shape == (5, 4)
    assert not after.embedding.flags.writeable
    assert after.bias == pytest.approx([-0.2000125, -0.0571490, 0.0857144, 0.0857206, 0.0857265], abs=1e-7)
    change = gradient(start, dataset)
    squares = [float((array**2).sum()) for array in (change.embedding, change.lm_head, change.bias)]
    assert math.sqrt(sum(squares)) == pytest.approx(0.257464605, abs=1e-9)


def test_a_token_outside_the_vocabulary_is_refused_before_any_number_moves() -> None:
    step = TrainStep(TrainingSet.from_indices([0], [9]), LearningRate(0.1))
    with pytest.raises(OutOfRange, match="target token index 9 out of range; limit is 2") as caught:
        step(Parameters.init(VocabSize(2), ModelDimension(2)))
    assert (caught.value.kind, caught.value.index, caught.value.limit) == ("target token", 9, 2)


def test_a_measurement_cannot_be_repeated() -> None:
    dataset, start = seed()
    with pytest.raises(CompositionError, match="Loss is not Parameters"):
        iterate(AverageLoss(dataset), start, StepCount(2))  # type: ignore[misc]  # pyright: ignore[reportArgumentType]
    with pytest.raises(WrongType, match="StepCount; got int 80"):
        TrainStep(dataset, LearningRate(1.0)) ** 80  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]

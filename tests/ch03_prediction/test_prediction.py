"""Prediction: its laws as properties, its numbers against exact fractions and plain Python, its refusals."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import logits, problems, seed

from tinyml import (
    CompositionError,
    CrossEntropy,
    DatasetWindowing,
    DirectPredict,
    Distribution,
    Embedding,
    EmptyInput,
    InvalidLoss,
    LinearToLogits,
    Logits,
    NumericalOverflow,
    OutOfRange,
    Parameters,
    Product,
    Softmax,
    TokenId,
    TokenSequence,
    TrainingSet,
    Vector,
    VocabSize,
    WrongType,
    average_loss,
    entropy_floor,
    log_probabilities,
    log_softmax,
    loss_from_logits,
    predictor,
)


def softmax(values: Any) -> Any:
    return Softmax(VocabSize(len(values)))(Logits(values)).values


@given(logits, st.floats(-1e3, 1e3))
def test_softmax_does_not_see_a_shift(values: list[float], shift: float) -> None:
    np.testing.assert_allclose(softmax(np.array(values) + shift), softmax(values), rtol=1e-9, atol=1e-12)


@given(logits)
def test_softmax_gives_a_distribution_and_keeps_the_order(values: list[float]) -> None:
    shares = softmax(values)
    assert math.isclose(math.fsum(shares), 1, abs_tol=1e-12)
    order = np.argsort(values, kind="stable")
    assert (np.diff(shares[order]) >= -1e-15).all()


@given(logits)
def test_softmax_is_the_quotient_of_exponentials(values: list[float]) -> None:
    """The oracle divides exact fractions, made from exponentials that cannot overflow."""
    top = max(values)
    powers = [Fraction(math.exp(value - top)) for value in values]
    expected = [float(power / sum(powers)) for power in powers]
    np.testing.assert_allclose(softmax(values), expected, rtol=1e-12, atol=1e-300)


@given(problems())
def test_the_composed_prediction_equals_the_direct_one(problem: tuple[TrainingSet, Parameters]) -> None:
    parameters = problem[1]
    for index in range(parameters.vocab_size.value):
        composed = predictor(parameters)(TokenId(index)).values
        np.testing.assert_allclose(composed, DirectPredict(parameters)(TokenId(index)).values, rtol=0, atol=1e-15)


@given(problems())
def test_a_batch_is_the_map_of_single_predictions(problem: tuple[TrainingSet, Parameters]) -> None:
    parameters = problem[1]
    single = [predictor(parameters)(TokenId(index)).values for index in range(parameters.vocab_size.value)]
    np.testing.assert_allclose(np.exp(log_probabilities(parameters)), single, rtol=1e-12, atol=1e-15)


@given(problems())
def test_nothing_here_changes_its_arguments(problem: tuple[TrainingSet, Parameters]) -> None:
    dataset, parameters = problem
    before = [array.copy() for array in (parameters.embedding, parameters.lm_head, parameters.bias, dataset.inputs)]
    average_loss(parameters, dataset)
    predictor(parameters)(TokenId(0))
    raw = np.array([3.0, 1.0])
    log_softmax(raw)
    assert raw.tolist() == [3.0, 1.0]
    after = (parameters.embedding, parameters.lm_head, parameters.bias, dataset.inputs)
    assert all((a == b).all() for a, b in zip(before, after, strict=True))


def test_the_numbers_of_the_untrained_model() -> None:
    dataset, start = seed()
    to_logits = Embedding(start) >> LinearToLogits(start)
    expected = [0.00201024, 0.00085288, -0.00030448, -0.00146184, -0.00261920]
    assert to_logits(TokenId(1)).values == pytest.approx(expected, abs=5e-9)
    shares = [0.20046322, 0.20023134, 0.19999973, 0.19976840, 0.19953732]
    assert predictor(start)(TokenId(1)).values == pytest.approx(shares, abs=2e-8)
    losses = {(1, 2): 1.6094393, (2, 3): 1.6097193, (3, 4): 1.6082484, (4, 1): 1.6109111}
    for (first, second), loss in losses.items():
        assert loss_from_logits(to_logits(TokenId(first)), TokenId(second)).value == pytest.approx(loss, abs=2e-7)
    mean = average_loss(start, dataset).value
    assert mean == pytest.approx(1.6093893, abs=5e-8)
    assert math.exp(mean) == pytest.approx(4.99976, abs=5e-6)
    assert entropy_floor(dataset).value == 0.0


def test_the_small_numbers_of_the_chapter() -> None:
    belief = Distribution([0.9, 0.1])
    assert CrossEntropy()(Product(belief, TokenId(0))).value == pytest.approx(0.105361, abs=5e-7)
    assert CrossEntropy()(Product(belief, TokenId(1))).value == pytest.approx(2.302585, abs=5e-7)
    assert loss_from_logits(Logits([0, 2]), TokenId(1)).value == pytest.approx(0.126928, abs=5e-7)
    windows = DatasetWindowing()(TokenSequence.from_indices([4, 8, 15, 16]))
    assert [(x.first.index, x.second.index) for x in windows.examples] == [(4, 8), (8, 15), (15, 16)]


@pytest.mark.parametrize("size", [1, 50_257, 1_000_000])
def test_softmax_over_a_large_vocabulary_is_accepted(size: int) -> None:
    rng = np.random.default_rng(0)
    for values in (np.zeros(size), rng.normal(size=size) * 5):
        assert len(Softmax(VocabSize(size))(Logits(values))) == size


@pytest.mark.parametrize("values", [[1e308, -1e308], [-1e308, 1e308, 0.0], [1.7e308] * 3, [5e-324, 0.0]])
def test_softmax_survives_every_finite_logit(values: list[float]) -> None:
    assert math.fsum(softmax(values)) == pytest.approx(1, abs=1e-12)


def test_refusals() -> None:
    dataset, start = seed()
    with pytest.raises(EmptyInput, match="dataset windowing: at least 2 tokens are needed"):
        DatasetWindowing()(TokenSequence.from_indices([1]))
    with pytest.raises(OutOfRange, match="token index 5 out of range; limit is 5"):
        Embedding(start)(TokenId(5))
    with pytest.raises(OutOfRange, match="token index 5 out of range; limit is 5"):
        DirectPredict(start)(TokenId(5))
    with pytest.raises(WrongType, match=r"linear_to_logits needs a Vector\[4\]"):
        LinearToLogits(start)(Vector([1.0, 2.0]))
    with pytest.raises(WrongType, match=r"softmax needs Logits\[5\]"):
        Softmax(VocabSize(5))(Logits([1.0]))
    with pytest.raises(OutOfRange, match="target index 2 out of range; limit is 2"):
        CrossEntropy()(Product(Distribution([0.5, 0.5]), TokenId(2)))
    with pytest.raises(OutOfRange, match="target index 2 out of range; limit is 2"):
        loss_from_logits(Logits([0.5, 0.5]), TokenId(2))
    with pytest.raises(InvalidLoss, match="the target has probability 0"):
        CrossEntropy()(Product(Distribution([1.0, 0.0]), TokenId(1)))
    with pytest.raises(WrongType, match="Distribution x TokenId"):
        CrossEntropy()(Product(Logits([1.0]), TokenId(0)))  # type: ignore[arg-type]
    with pytest.raises(OutOfRange, match="input token index 5 out of range; limit is 5"):
        average_loss(start, TrainingSet.from_indices([5], [0]))
    with pytest.raises(CompositionError, match=r"an arrow Vector\[4\] -> Logits\[5\] is missing \(linear_to_logits"):
        Embedding(start) >> Softmax(VocabSize(5))  # type: ignore[operator]
    calls: list[tuple[Any, Any]] = []
    calls += [(Embedding(start), 1), (predictor(start), True), (DatasetWindowing(), [1, 2]), (CrossEntropy(), 1.0)]
    for call, wrong in calls:
        with pytest.raises(WrongType, match="needs a"):
            call(wrong)
    assert len(dataset) == 7


def test_logits_that_leave_float64_are_a_typed_error() -> None:
    huge = Parameters(np.full((2, 1), 1e200), np.full((1, 2), 1e200), np.zeros(2))
    for attempt in (predictor(huge), DirectPredict(huge)):
        with pytest.raises(NumericalOverflow, match="the logits are no longer finite"):
            attempt(TokenId(0))
    with pytest.raises(NumericalOverflow, match="the logits are no longer finite"):
        average_loss(huge, TrainingSet.from_indices([0], [1]))

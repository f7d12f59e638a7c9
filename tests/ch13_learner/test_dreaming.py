"""Dreaming: the input learns, and the parameters stay."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from drawing import draws
from hypothesis import given
from hypothesis import strategies as st
from small_lenses import pair
from small_paras import filled, fractions, paras
from strategies import seed

from tinyml import (
    LearningRate,
    StepCount,
    TrainStep,
    WrongType,
    bias,
    constant_rate,
    descent,
    iterate,
    linear,
    losses,
    scores,
    supervised,
    turned,
    vectors,
)

numbers = st.lists(fractions, min_size=4, max_size=8)
TOP: Any = linear(vectors(4), scores(5)) >> bias(scores(5))
AT_3 = np.eye(5)[3]


def dreamt(loss: Any, rate: float, own: Any, start: Any, label: Any = AT_3, count: int = 10) -> Any:
    """Return what is dreamt from a start: the input of a linear layer and a bias, moved down a loss."""
    learner: Any = supervised(turned(TOP), descent(vectors(4)), loss, constant_rate(rate))
    return iterate(learner.step(own, label), start, StepCount(count))


def share(own: Any, point: Any) -> float:
    logits = TOP.get(pair(own, point))
    powers = np.exp(logits - logits.max())
    return float(powers[3] / powers.sum())


@pytest.fixture(scope="module")
def trained() -> Any:
    dataset, start = seed()
    after = iterate(TrainStep(dataset, LearningRate(1.0)), start, StepCount(80))
    return pair(after.bias, after.lm_head)


@given(paras, numbers, fractions, fractions)
def test_turned_twice_is_the_model(model: Any, values: list[Any], point: Any, change: Any) -> None:
    own = filled(model, values)
    once, twice = turned(model), turned(turned(model))
    assert (once.parameters, once.source, once.target) == (model.source, model.parameters, model.target)
    assert once.get(pair(point, own)) == model.get(pair(own, point)) == twice.get(pair(own, point))
    found, back = model.put(pair(pair(own, point), change)), once.put(pair(pair(point, own), change))
    assert (back.first, back.second) == (found.second, found.first)
    assert twice.put(pair(pair(own, point), change)) == found


def test_a_dream_by_the_dot_product_is_a_column_of_the_head(trained: Any) -> None:
    start = np.zeros(4)
    dream = dreamt(losses.dot(scores(5)), -0.1, trained, start)
    np.testing.assert_allclose(dream, trained.second[:, 3], atol=1e-14)
    np.testing.assert_allclose(dream, [-1.403604, -0.589294, 0.225017, 1.039327], atol=5e-7)
    assert share(trained, dream) == pytest.approx(0.990823, abs=5e-7)


def test_a_dream_by_cross_entropy_slows_down_as_it_is_believed(trained: Any) -> None:
    start = np.zeros(4)
    dream = dreamt(losses.shared(5), 0.1, trained, start)
    np.testing.assert_allclose(dream, [-0.46532584, -0.19462734, 0.07607117, 0.34676967], atol=5e-9)
    assert share(trained, dream) == pytest.approx(0.883885, abs=5e-7)


def test_a_dream_stays_in_the_plane_of_a_head_of_rank_2(trained: Any) -> None:
    assert np.linalg.matrix_rank(trained.second, tol=1e-9) == 2
    dream = dreamt(losses.shared(5), 0.1, trained, np.zeros(4), count=50)
    basis = np.linalg.svd(trained.second)[0][:, :2]
    np.testing.assert_allclose(basis @ (basis.T @ dream), dream, atol=1e-12)


@draws(50)
@given(st.integers(0, 2**32 - 1))
def test_with_the_dot_product_the_change_does_not_depend_on_the_prediction(number: int) -> None:
    rng = np.random.default_rng(number)
    own, label = pair(rng.normal(size=5), rng.normal(size=(4, 5))), rng.normal(size=5)
    one, other = rng.normal(size=(2, 4))
    moved = [dreamt(losses.dot(scores(5)), -1.0, own, start, label, 1) - start for start in (one, other)]
    np.testing.assert_allclose(moved[0], moved[1], atol=1e-12)
    np.testing.assert_allclose(moved[0], own.second @ label, atol=1e-12)


def test_parameters_stay_as_they_were(trained: Any) -> None:
    before = trained.first.copy(), trained.second.copy()
    dreamt(losses.shared(5), 0.1, trained, np.zeros(4))
    np.testing.assert_array_equal(trained.first, before[0])
    np.testing.assert_array_equal(trained.second, before[1])


def test_what_is_no_model_cannot_be_turned() -> None:
    other: Any = descent(vectors(4))
    with pytest.raises(WrongType, match=r"^turned needs a parametric lens; got FunctionLens"):
        turned(other)

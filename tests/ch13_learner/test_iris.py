"""Iris: the numbers are those of scikit-learn, and a small network tells the species apart."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from small_lenses import pair

from tinyml import (
    StepCount,
    constant_rate,
    cross_entropy,
    dense,
    descent,
    initialise,
    iris,
    iterate,
    layers,
    linear,
    scores,
    supervised,
    vectors,
)
from tinyml.ch13_learner.flowers import MEASURED, SPECIES


def test_there_are_50_flowers_of_each_species() -> None:
    flowers = iris()
    assert flowers.measurements.shape == (150, 4)
    assert np.bincount(flowers.species).tolist() == [50, 50, 50]
    assert (len(SPECIES), len(MEASURED)) == (3, 4)
    assert (flowers.measurements > 0).all()
    np.testing.assert_allclose(flowers.measurements.mean(axis=0), [5.843333, 3.057333, 3.758, 1.199333], atol=5e-7)


def test_nobody_can_change_them() -> None:
    flowers = iris()
    for array in (flowers.measurements, flowers.species):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
    assert iris() is flowers


def test_the_numbers_are_those_of_scikit_learn() -> None:
    theirs = pytest.importorskip("sklearn.datasets").load_iris()
    np.testing.assert_array_equal(iris().measurements, theirs.data)
    np.testing.assert_array_equal(iris().species, theirs.target)


def test_standardised_columns_have_mean_0_and_deviation_1() -> None:
    columns = iris().standardised
    np.testing.assert_allclose(columns.mean(axis=0), 0, atol=1e-14)
    np.testing.assert_allclose(columns.std(axis=0), 1, atol=1e-14)


def test_a_small_network_tells_them_apart() -> None:
    flowers = iris()
    model: Any = dense(vectors(4), vectors(20), layers.tanh) >> linear(vectors(20), scores(3))
    learner: Any = supervised(model, descent(model.parameters), cross_entropy(3), constant_rate(0.5))
    start = initialise(model.parameters, np.random.default_rng(1))
    after = iterate(learner.step(flowers.standardised, flowers.species), start, StepCount(200))
    guessed = model.get(pair(after, flowers.standardised)).argmax(axis=1)
    assert (guessed == flowers.species).sum() >= 145

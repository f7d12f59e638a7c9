"""Parameters and gradients: the rule of the start, the monoid of gradients, and what does not fit."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import problems

from tinyml import (
    EmptyInput,
    Gradient,
    InvalidQuantity,
    InvalidScalar,
    ModelDimension,
    Parameters,
    ShapeMismatch,
    TinyMLError,
    TrainingSet,
    VocabSize,
    WrongType,
    close,
    gradient,
)

START = Parameters.init(VocabSize(5), ModelDimension(4))


@given(st.integers(1, 30), st.integers(1, 12))
def test_the_start_follows_its_rule_to_the_last_bit(size: int, dimension: int) -> None:
    start = Parameters.init(VocabSize(size), ModelDimension(dimension))
    for array, columns, seed in ((start.embedding, dimension, 1), (start.lm_head, size, 2)):
        for (i, j), entry in np.ndenumerate(array):
            assert entry == (((i * columns + j) * 37 + seed * 101) % 1000 / 1000 - 0.5) * 0.2
    assert not start.bias.any()


def test_the_numbers_of_the_start() -> None:
    assert START.embedding[0] == pytest.approx([-0.0798, -0.0724, -0.0650, -0.0576], abs=1e-15)
    assert START.embedding[4] == pytest.approx([0.0386, 0.0460, 0.0534, 0.0608], abs=1e-15)
    assert START.lm_head[0] == pytest.approx([-0.0596, -0.0522, -0.0448, -0.0374, -0.0300], abs=1e-15)
    assert START.lm_head[3] == pytest.approx([0.0514, 0.0588, 0.0662, 0.0736, 0.0810], abs=1e-15)


def test_four_features_are_really_two() -> None:
    for matrix, first, second in ((START.embedding, 0.192148, 0.036049), (START.lm_head, 0.191469, 0.045221)):
        singular = np.linalg.svd(matrix, compute_uv=False)
        assert singular == pytest.approx([first, second, 0, 0], abs=1e-6)


def test_random_parameters_come_from_their_generator_alone() -> None:
    made = [Parameters.random(VocabSize(5), ModelDimension(4), np.random.default_rng(7)) for _ in range(2)]
    assert made[0] == made[1]
    assert made[0] != Parameters.random(VocabSize(5), ModelDimension(4), np.random.default_rng(8))


def test_random_parameters_are_centred_at_0_with_deviation_0_1() -> None:
    made = Parameters.random(VocabSize(200), ModelDimension(100), np.random.default_rng(0))
    for array in (made.embedding, made.lm_head):
        assert array.mean() == pytest.approx(0, abs=0.003)  # four standard errors of 20,000 entries
        assert array.std() == pytest.approx(0.1, abs=0.003)
    assert not made.bias.any()


@given(problems())
def test_gradients_are_a_commutative_monoid(problem: tuple[TrainingSet, Parameters]) -> None:
    dataset, point = problem
    zero, a = Gradient.zeros_like(point), gradient(point, dataset)
    b = Gradient(a.embedding * 2 - 1, a.lm_head + 0.5, a.bias * a.bias)
    assert a + zero == a == zero + a
    assert a + b == b + a
    assert close((a + b) + a, a + (b + a))


def test_a_change_is_not_a_point() -> None:
    change = Gradient.zeros_like(START)
    assert change != Parameters(change.embedding, change.lm_head, change.bias)
    with pytest.raises(TypeError, match="unsupported operand"):
        START + START  # type: ignore[operator]
    with pytest.raises(WrongType, match="needs a Gradient; got Parameters"):
        change + START  # type: ignore[operator]


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (
            lambda: Parameters([[1.0]], [[1.0, 2.0]], [0.0]),
            ShapeMismatch,
            r"lm_head: expected \(1, 1\) to fit",
        ),
        (lambda: Parameters([[1.0]], [[1.0]], [0.0, 1.0]), ShapeMismatch, r"bias: expected \(1,\) to fit"),
        (
            lambda: Parameters([1.0], [[1.0]], [0.0]),
            ShapeMismatch,
            r"embedding: expected \(rows, columns\), got",
        ),
        (lambda: Parameters([[]], [[]], []), EmptyInput, "embedding"),
        (lambda: Parameters([[np.nan]], [[1.0]], [0.0]), InvalidScalar, "nan"),
        (lambda: Parameters([[True]], [[1.0]], [0.0]), WrongType, "real numbers"),
        (lambda: Parameters([["a"]], [[1.0]], [0.0]), WrongType, "real numbers"),
        (lambda: Parameters.init(5, ModelDimension(4)), WrongType, "a VocabSize; got int 5"),  # type: ignore[arg-type]
        (lambda: Parameters.init(VocabSize(5), 4), WrongType, "a ModelDimension; got int 4"),  # type: ignore[arg-type]
        (lambda: Parameters.init(VocabSize(2**40), ModelDimension(2**40)), InvalidQuantity, "at most 268435456"),
    ],
)
def test_what_does_not_fit_is_refused(make: Any, error: type[TinyMLError], message: str) -> None:
    with pytest.raises(error, match=message):
        make()


def test_parameters_are_read_only_through_pickling_and_copying() -> None:
    again = pickle.loads(pickle.dumps(START))
    assert again == START
    assert hash(again) == hash(START)
    for array in (again.embedding, again.lm_head, again.bias, START.bias):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0

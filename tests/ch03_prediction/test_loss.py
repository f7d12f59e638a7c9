"""The average loss is read from the count matrix, and no model gets below the entropy floor."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import problems

from tinyml import (
    DatasetWindowing,
    Embedding,
    LinearToLogits,
    Logits,
    Parameters,
    TokenId,
    TokenSequence,
    TrainingSet,
    average_loss,
    entropy_floor,
    log_probabilities,
    loss_from_logits,
)


@given(problems())
def test_average_loss_is_read_from_the_count_matrix(problem: tuple[TrainingSet, Parameters]) -> None:
    dataset, parameters = problem
    table = log_probabilities(parameters)
    counts = dataset.counts(parameters.vocab_size)
    assert average_loss(parameters, dataset).value == pytest.approx(-(counts * table).sum() / len(dataset), rel=1e-12)
    predict = Embedding(parameters) >> LinearToLogits(parameters)
    losses = [loss_from_logits(predict(x.first), x.second).value for x in dataset.examples]
    assert average_loss(parameters, dataset).value == pytest.approx(math.fsum(losses) / len(losses), rel=1e-12)


@given(problems())
def test_no_model_gets_below_the_entropy_floor(problem: tuple[TrainingSet, Parameters]) -> None:
    dataset, parameters = problem
    assert entropy_floor(dataset).value <= average_loss(parameters, dataset).value + 1e-12


@given(st.lists(st.integers(0, 4), min_size=2, max_size=30))
def test_the_entropy_floor_is_that_of_the_frequencies(tokens: list[int]) -> None:
    pairs = list(itertools.pairwise(tokens))
    expected = math.fsum(
        -math.log(pairs.count(pair) / sum(other[0] == pair[0] for other in pairs)) for pair in pairs
    ) / len(pairs)
    floor = entropy_floor(DatasetWindowing()(TokenSequence.from_indices(tokens))).value
    assert floor == pytest.approx(expected, abs=1e-12)


def test_a_loss_is_not_clamped() -> None:
    assert loss_from_logits(Logits([30, 0, 0]), TokenId(1)).value == pytest.approx(30, abs=1e-9)
    assert loss_from_logits(Logits([0, 1000]), TokenId(0)).value == 1000.0

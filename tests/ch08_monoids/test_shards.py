"""What adds up over shards: counts exactly and wherever a text is cut, gradients and metrics up to rounding."""

from __future__ import annotations

import operator
import pickle
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import problems, seed

from tinyml import (
    METRICS,
    DatasetWindowing,
    EmptyInput,
    Gradient,
    InvalidQuantity,
    OutOfRange,
    PairCounts,
    Parameters,
    Product,
    ShapeMismatch,
    TokenSequence,
    TrainingSet,
    VocabSize,
    WrongType,
    average_loss,
    close,
    deviation,
    gradient,
    gradient_by_example,
    gradient_from_counts,
    gradient_monoid,
    gradient_sum,
    gradient_sum_monoid,
    mean_gradient,
    metrics_of,
    pair_counts,
    predictor,
    split_into_shards,
)

FOUR = VocabSize(4)
texts = st.lists(st.integers(0, 3), max_size=9)


def counted(tokens: list[int]) -> PairCounts:
    return PairCounts.of(TokenSequence.from_indices(tokens), FOUR) if tokens else PairCounts.empty(FOUR)


def by_hand(tokens: list[int]) -> list[list[float]]:
    pairs = list(pairwise(tokens))
    return [[float(pairs.count((i, j))) for j in range(4)] for i in range(4)]


@given(texts, texts)
def test_counting_takes_texts_to_counts(text: list[int], more: list[int]) -> None:
    assert counted(text) + counted(more) == counted(text + more)
    assert counted(text).counts.tolist() == by_hand(text)


@given(texts, texts, texts)
def test_pair_counts_are_a_monoid(a: list[int], b: list[int], c: list[int]) -> None:
    x, y, z = map(counted, (a, b, c))
    assert (x + y) + z == x + (y + z)
    assert PairCounts.empty(FOUR) + x == x == x + PairCounts.empty(FOUR)


@given(texts, st.lists(st.integers(0, 9), max_size=4))
def test_a_text_may_be_cut_anywhere(text: list[int], places: list[int]) -> None:
    edges = [0, *sorted(min(place, len(text)) for place in places), len(text)]
    parts = [text[a:b] for a, b in pairwise(edges)]
    assert pair_counts(FOUR).fold(map(counted, parts)) == counted(text)


@given(st.lists(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1), min_size=1), st.randoms())
def test_shards_in_any_order_have_the_same_counts(shards: list[list[tuple[int, int]]], chance: Any) -> None:
    sets = [TrainingSet.from_indices(*np.array(shard).T) for shard in shards]
    whole = TrainingSet.from_indices(*np.array([pair for shard in shards for pair in shard]).T).counts(FOUR)
    chance.shuffle(sets)
    assert np.array_equal(sum(part.counts(FOUR) for part in sets), whole)


@given(problems(), st.lists(st.integers(1, 11)))
def test_the_gradient_is_the_fold_over_the_shards(problem: tuple[TrainingSet, Parameters], places: list[int]) -> None:
    dataset, parameters = problem
    shards = split_into_shards(dataset, [place for place in places if place < len(dataset)])
    total = gradient_sum_monoid(parameters).fold(gradient_sum(parameters, shard) for shard in shards)
    assert total.second == len(dataset)
    assert close(mean_gradient(total), gradient(parameters, dataset))
    assert close(mean_gradient(total), gradient_by_example(parameters, dataset))


@given(problems(), st.integers(0, 2**32 - 1))
def test_gradients_add_up_in_any_brackets(problem: tuple[TrainingSet, Parameters], number: int) -> None:
    dataset, parameters = problem
    parts = [gradient_sum(parameters, shard) for shard in split_into_shards(dataset, range(1, len(dataset)))]
    monoid, chance = gradient_sum_monoid(parameters), np.random.default_rng(number)
    folded = monoid.fold(parts)
    while len(parts) > 1:
        place = int(chance.integers(len(parts) - 1))
        parts[place : place + 2] = [monoid.combine(parts[place], parts[place + 1])]
    assert close(parts[0], folded)
    assert monoid.combine(monoid.empty, folded) == folded
    assert gradient_monoid(parameters).empty == Gradient.zeros_like(parameters)


@given(problems(), st.lists(st.integers(1, 11)))
def test_metrics_are_the_fold_over_the_shards(problem: tuple[TrainingSet, Parameters], places: list[int]) -> None:
    dataset, parameters = problem
    shards = split_into_shards(dataset, [place for place in places if place < len(dataset)])
    whole = METRICS.fold(metrics_of(parameters, shard) for shard in shards)
    assert close(whole.mean_loss, average_loss(parameters, dataset))
    assert whole.examples == len(dataset)
    predict = predictor(parameters)
    hits = [int(predict(pair.first).values.argmax()) == pair.second.index for pair in dataset.examples]
    assert whole.hits == sum(hits)


@given(st.lists(st.integers(0, 3), min_size=2, max_size=30), st.integers(0, 2**32 - 1))
def test_counts_are_all_that_a_gradient_needs(tokens: list[int], number: int) -> None:
    text, rng = TokenSequence.from_indices(tokens), np.random.default_rng(number)
    parameters = Parameters(rng.normal(size=(4, 3)), rng.normal(size=(3, 4)), rng.normal(size=4))
    expected = gradient(parameters, DatasetWindowing()(text))
    assert gradient_from_counts(parameters, PairCounts.of(text, FOUR)) == expected


def test_the_running_example_in_two_shards() -> None:
    dataset, start = seed()
    monoid = gradient_sum_monoid(start)
    total = monoid.fold(gradient_sum(start, shard) for shard in split_into_shards(dataset, [3]))
    assert deviation(mean_gradient(total), gradient(start, dataset)) < 1e-16
    text = TokenSequence.from_indices([1, 2, 3, 4, 1, 2, 3, 4])
    assert np.array_equal(PairCounts.of(text, VocabSize(5)).counts, dataset.counts(VocabSize(5)))


def test_the_mean_of_means_is_another_gradient() -> None:
    dataset, start = seed()
    parts = [gradient(start, shard) for shard in split_into_shards(dataset, [2])]
    halves = mean_gradient(Product(gradient_monoid(start).fold(parts), 2))
    assert deviation(halves, gradient(start, dataset)) > 1e-3


def test_what_pair_counts_show_and_keep() -> None:
    whole = counted([0, 1, 2, 0])
    assert repr(whole) == "PairCounts(3 pairs of 4 tokens, from 0 to 0)"
    assert repr(PairCounts.empty(FOUR)) == "PairCounts(0 pairs of 4 tokens, no text)"
    assert counted([2]).pairs == 0
    assert not whole.counts.flags.writeable
    assert pickle.loads(pickle.dumps(whole)) == whole
    assert hash(whole) == hash(counted([0, 1, 2, 0]))
    assert counted([0, 1, 2, 0]) != counted([1, 2, 0, 1])


def test_refusals() -> None:
    dataset, start = seed()
    with pytest.raises(WrongType, match=r"PairCounts.of needs a TokenSequence; got list \[1\]"):
        PairCounts.of([1], FOUR)  # type: ignore[arg-type]
    with pytest.raises(OutOfRange, match="token index 4 out of range; limit is 4"):
        counted([4])
    with pytest.raises(WrongType, match="PairCounts needs a VocabSize"):
        PairCounts.empty(4)  # type: ignore[arg-type]
    with pytest.raises(InvalidQuantity, match="at most 32768"):
        PairCounts.empty(VocabSize(32769))
    with pytest.raises(WrongType, match=r"PairCounts \+ needs PairCounts; got int 0"):
        operator.add(counted([1]), 0)
    with pytest.raises(ShapeMismatch, match=r"expected \(4, 4\), got \(5, 5\)"):
        operator.add(PairCounts.empty(FOUR), PairCounts.empty(VocabSize(5)))
    with pytest.raises(EmptyInput, match="at least one pair is needed"):
        gradient_from_counts(start, PairCounts.empty(VocabSize(5)))
    with pytest.raises(ShapeMismatch, match="expected 5 tokens, got 4"):
        gradient_from_counts(start, counted([0, 1]))
    with pytest.raises(EmptyInput, match="a mean needs at least one example"):
        mean_gradient(gradient_sum_monoid(start).empty)
    for place in (0, 7, 9):
        with pytest.raises(InvalidQuantity, match=f"place of a cut must be 1 to 6; got {place}"):
            split_into_shards(dataset, [place])

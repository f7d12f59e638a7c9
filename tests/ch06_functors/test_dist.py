"""Distributions over anything: the pushforward merges, bind follows paths, and both keep their laws exactly."""

from __future__ import annotations

import math
import pickle
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import problems

from tinyml import (
    DIST,
    Dist,
    Distribution,
    EmptyInput,
    InvalidProbability,
    Parameters,
    TokenId,
    TrainingSet,
    VocabSize,
    WrongType,
    log_probabilities,
    predictor,
)
from tinyml.ch06_functors.functors import functor_laws

HALF, THIRD = Fraction(1, 2), Fraction(1, 3)
whole = st.integers(0, 4)
tables = st.lists(whole, min_size=5, max_size=5).map(lambda table: table.__getitem__)


def shares(counts: dict[int, int]) -> Dist[int]:
    return Dist({outcome: Fraction(count, sum(counts.values())) for outcome, count in counts.items()})


exact = st.dictionaries(whole, st.integers(1, 9), min_size=1).map(shares)
kernels = st.lists(exact, min_size=5, max_size=5).map(lambda rows: rows.__getitem__)


def table_of(kernel: Callable[[int], Dist[int]]) -> list[list[Fraction]]:
    """Return a kernel as a matrix of fractions, read without the package's arithmetic."""
    return [[Fraction(dict(kernel(i).weights).get(j, 0)) for j in range(5)] for i in range(5)]


@given(exact, tables, tables)
def test_the_pushforward_is_a_functor(d: Dist[int], f: Callable[[int], int], g: Callable[[int], int]) -> None:
    assert d.map(lambda x: x) == d
    assert d.map(f).map(g) == d.map(lambda x: g(f(x)))
    assert functor_laws(DIST, f, g, [d])


@given(exact, tables)
def test_the_pushforward_adds_what_it_merges(d: Dist[int], f: Callable[[int], int]) -> None:
    pushed = d.map(f)
    for y in range(5):
        assert pushed.probability(y) == sum(p for x, p in d.weights.items() if f(x) == y)
    assert sum(pushed.weights.values()) == 1


@given(exact, kernels, kernels)
def test_bind_is_associative_and_certain_is_neutral(
    d: Dist[int], k: Callable[[int], Dist[int]], m: Callable[[int], Dist[int]]
) -> None:
    assert d.bind(k).bind(m) == d.bind(lambda x: k(x).bind(m))
    assert d.bind(Dist.certain) == d
    for x in range(5):
        assert Dist.certain(x).bind(k) == k(x)


@given(exact, tables)
def test_map_is_bind_to_what_is_certain(d: Dist[int], f: Callable[[int], int]) -> None:
    assert d.map(f) == d.bind(lambda x: Dist.certain(f(x)))


@given(kernels, kernels)
def test_bind_is_the_matrix_product(k: Callable[[int], Dist[int]], m: Callable[[int], Dist[int]]) -> None:
    first, second = table_of(k), table_of(m)
    product = [[sum(first[i][j] * second[j][n] for j in range(5)) for n in range(5)] for i in range(5)]
    assert table_of(lambda x: k(x).bind(m)) == product


@given(problems())
def test_two_tokens_ahead_is_the_square_of_the_table(problem: tuple[TrainingSet, Parameters]) -> None:
    _, parameters = problem
    size, predict = parameters.vocab_size, predictor(parameters)
    table = np.exp(log_probabilities(parameters))

    def ahead(token: TokenId) -> Dist[TokenId]:
        return Dist.of_tokens(predict(token))

    for index in range(size.value):
        two = ahead(TokenId(index)).bind(ahead).as_distribution(size)
        assert two.values == pytest.approx((table @ table)[index], abs=1e-14)


@given(st.lists(st.floats(0.01, 1.0), min_size=1, max_size=30), st.integers(1, 5))
def test_floats_stay_distributions_however_often_they_are_merged(weights: list[float], size: int) -> None:
    total = math.fsum(weights)
    d = Dist({number: weight / total for number, weight in enumerate(weights)})
    merged = d.map(lambda n: n % size).map(lambda n: n % 2).map(lambda n: 0)
    assert merged.distance(Dist.certain(0)) < 1e-12
    assert pickle.loads(pickle.dumps(merged)) == merged


def test_a_pair_of_tokens_can_become_words() -> None:
    words = {2: "Rust", 3: "."}
    assert Dist({2: 0.7, 3: 0.3}).map(words.__getitem__) == Dist({"Rust": 0.7, ".": 0.3})


def test_equal_outcomes_are_one_and_impossible_ones_none() -> None:
    assert Dist([("a", HALF), ("b", Fraction(1, 4)), ("a", Fraction(1, 4))]) == Dist(
        {"a": Fraction(3, 4), "b": Fraction(1, 4)}
    )
    d = Dist({1: HALF, 2: HALF, 3: Fraction(0)})
    assert d == Dist({2: HALF, 1: HALF})
    assert hash(d) == hash(Dist({2: HALF, 1: HALF}))
    assert d.probability(3) == 0
    assert repr(d) == "Dist({1: 1/2, 2: 1/2})"
    assert d != {1: HALF, 2: HALF}


def test_entropy_is_that_of_the_merged_outcomes() -> None:
    assert Dist({1: 0.5, 2: 0.25, 3: 0.25}).entropy() == pytest.approx(1.5 * math.log(2))
    assert Dist({1: 0.5, 2: 0.25, 3: 0.25}).map(lambda n: n == 1).entropy() == pytest.approx(math.log(2))
    assert str(Dist.certain(3).entropy()) == "0.0"


def test_a_dist_never_changes() -> None:
    d = Dist({1: 1.0})
    with pytest.raises(AttributeError, match="never changes"):
        d.weights = {}
    with pytest.raises(TypeError, match="does not support item assignment"):
        d.weights[2] = 1.0  # type: ignore[index]


@pytest.mark.parametrize(
    ("weights", "kind", "message"),
    [
        ({}, EmptyInput, "empty input in Dist: something must be possible"),
        ({1: 0.5}, InvalidProbability, r"probabilities must sum to 1; this 1 sums to 0\.5"),
        ({1: HALF, 2: THIRD}, InvalidProbability, "these 2 sum to 5/6"),
        ({1: 1.5, 2: -0.5}, InvalidProbability, r"must lie between 0 and 1; that of 1 is 1\.5"),
        ({1: float("nan")}, InvalidProbability, "that of 1 is nan"),
        ({1: True}, WrongType, "Dist needs a real number; got bool True"),
        ({1: "1"}, WrongType, "Dist needs a real number; got str '1'"),
        ([([1], 1.0)], WrongType, r"Dist needs outcomes that can be keys of a dict; got list \[1\]"),
        ([(([1],), 1.0)], WrongType, "outcomes that can be keys"),
        ([1, 2], WrongType, "Dist needs pairs of an outcome and its probability; got int 1"),
        ([(1, 2, 3)], WrongType, "Dist needs pairs of an outcome and its probability; got tuple"),
        (3, WrongType, "Dist needs a mapping from outcomes to probabilities; got int 3"),
    ],
)
def test_what_is_no_distribution_is_refused(weights: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        Dist(weights)


def test_other_refusals() -> None:
    with pytest.raises(WrongType, match="bind needs a function that returns a Dist; got int 1"):
        Dist.certain(1).bind(lambda n: n)  # type: ignore[arg-type, return-value]
    with pytest.raises(WrongType, match=r"of_tokens needs a Distribution; got list \[1\.0\]"):
        Dist.of_tokens([1.0])  # type: ignore[arg-type]
    with pytest.raises(WrongType, match="as_distribution needs outcomes that are tokens below 2; got TokenId"):
        Dist.certain(TokenId(2)).as_distribution(VocabSize(2))
    with pytest.raises(WrongType, match="as_distribution needs a VocabSize"):
        Dist.certain(TokenId(2)).as_distribution(3)  # type: ignore[arg-type]
    assert Dist.of_tokens(Distribution([0.25, 0.75])).as_distribution(VocabSize(2)) == Distribution([0.25, 0.75])

"""Monoids: brackets do not matter, and what is folded in shards is folded whole."""

from __future__ import annotations

import operator
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_arrows import double, increment
from strategies import seed

from tinyml import (
    METRICS,
    SUM,
    TRACES,
    EmptyInput,
    Identity,
    InvalidLoss,
    InvalidQuantity,
    Loss,
    Metrics,
    Monoid,
    PipelineTrace,
    Product,
    Space,
    StepCount,
    TraceStep,
    WrongType,
    homomorphism,
    monoid_laws,
    predictor,
)
from tinyml.ch08_monoids.monoid import LISTS, pair_of

steps = st.builds(TraceStep, st.sampled_from("fgh"), st.sampled_from("AB"), st.sampled_from("AB"))
metrics = st.tuples(st.integers(0, 2**20), st.integers(0, 9), st.integers(0, 9)).map(
    lambda numbers: Metrics(numbers[0] / 1024, min(numbers[1:]), max(numbers[1:]))
)
"""Metrics whose sums are exact: the losses are multiples of 1/1024."""
MONOIDS: list[tuple[Monoid[Any], st.SearchStrategy[Any]]] = [
    (SUM, st.integers()),
    (LISTS, st.lists(st.integers())),
    (TRACES, st.lists(steps).map(lambda own: PipelineTrace(tuple(own)))),
    (METRICS, metrics),
    (pair_of(SUM, LISTS), st.builds(Product[int, list[int]], st.integers(), st.lists(st.integers()))),
]


@given(st.sampled_from(MONOIDS).flatmap(lambda own: st.tuples(st.just(own[0]), own[1], own[1], own[1])))
def test_brackets_do_not_matter_and_empty_changes_nothing(drawn: tuple[Monoid[Any], Any, Any, Any]) -> None:
    monoid, a, b, c = drawn
    add = monoid.combine
    assert add(add(a, b), c) == add(a, add(b, c))
    assert add(monoid.empty, a) == a == add(a, monoid.empty)
    assert monoid_laws(monoid, [a, b])


@given(
    st.sampled_from(MONOIDS).flatmap(lambda own: st.tuples(st.just(own[0]), st.lists(own[1], max_size=8))),
    st.integers(0, 8),
    st.integers(0, 8),
)
def test_the_fold_of_shards_is_the_fold_of_everything(drawn: tuple[Monoid[Any], list[Any]], p: int, q: int) -> None:
    monoid, values = drawn
    p, q = sorted((p, q))
    shards = [values[:p], values[p:q], values[q:]]
    assert monoid.fold(map(monoid.fold, shards)) == monoid.fold(values)


STAY: Identity[int] = Identity(Space("int"))
arrows = st.lists(st.sampled_from([double, increment, STAY]), min_size=1, max_size=4)


@given(arrows, arrows)
def test_the_trace_of_a_composite_is_the_sum_of_the_traces(first: list[Any], second: list[Any]) -> None:
    f, g = first[0], second[0]
    for part in first[1:]:
        f = f >> part
    for part in second[1:]:
        g = g >> part
    assert PipelineTrace.of(f >> g) == PipelineTrace.of(f) + PipelineTrace.of(g)


@given(st.lists(st.lists(st.integers())))
def test_the_length_of_a_list_is_a_homomorphism(lists: list[list[int]]) -> None:
    values = [*lists[:3], [1, 2]]
    assert homomorphism(len, LISTS, SUM, values)
    assert sum(map(len, lists)) == len(LISTS.fold(lists))


def test_a_mean_is_no_monoid() -> None:
    mean = Monoid("mean", 0.0, lambda a, b: (a + b) / 2)
    assert not monoid_laws(mean, [0.0, 1.0])
    mended: Monoid[Any] = Monoid(
        "mean or nothing", None, lambda a, b: b if a is None else a if b is None else (a + b) / 2
    )
    report = monoid_laws(mended, [0.0, 1.0])
    assert report.counterexample == (0.0, 0.0, 1.0)  # nothing changes nothing, but brackets matter
    assert Fraction(1, 3) != (0 + 1) / 2


def test_what_is_no_homomorphism_is_noticed() -> None:
    report = homomorphism(lambda items: len(set(items)), LISTS, SUM, [[1], [2], [1, 2]])
    assert report.counterexample == ([1], [1])
    assert not homomorphism(lambda n: n + 1, SUM, SUM, [0])
    with pytest.raises(EmptyInput, match="tried on nothing"):
        homomorphism(len, LISTS, SUM, [])


def test_the_trace_of_a_prediction() -> None:
    trace = PipelineTrace.of(predictor(seed()[1]))
    assert str(trace).splitlines() == [
        "embedding : TokenId[5] -> Vector[4]",
        "linear_to_logits : Vector[4] -> Logits[5]",
        "softmax : Logits[5] -> Distribution[5]",
    ]
    assert PipelineTrace.of(double ** StepCount(3)).steps == (TraceStep("double ** 3", "int", "int"),)


def test_metrics_take_their_mean_at_the_end() -> None:
    parts = [Metrics(3.0, 1, 2), Metrics(1.0, 1, 6)]
    whole = METRICS.fold(parts)
    assert whole.mean_loss == Loss(0.5)
    assert whole.accuracy == 0.25
    means = [part.mean_loss.value for part in parts]
    assert sum(means) / 2 != whole.mean_loss.value


def test_refusals() -> None:
    with pytest.raises(EmptyInput, match="a mean needs at least one example"):
        _ = Metrics().mean_loss
    with pytest.raises(InvalidQuantity, match="hits must be from 0 to 1, the number of examples; got 2"):
        Metrics(0.0, 2, 1)
    with pytest.raises(InvalidLoss, match="got -1"):
        Metrics(-1.0, 0, 1)
    with pytest.raises(InvalidLoss, match="got nan"):
        Metrics(float("nan"), 0, 1)
    with pytest.raises(WrongType, match="Metrics needs an int; got bool True"):
        Metrics(0.0, 0, True)
    with pytest.raises(WrongType, match=r"Metrics \+ needs Metrics; got int 1"):
        operator.add(Metrics(), 1)
    with pytest.raises(WrongType, match=r"PipelineTrace \+ needs a PipelineTrace; got tuple \(\)"):
        operator.add(PipelineTrace(), ())
    with pytest.raises(WrongType, match=r"PipelineTrace\.of needs an arrow"):
        PipelineTrace.of(abs)  # type: ignore[arg-type]

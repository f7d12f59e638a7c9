"""Layers: each is the derivative that central differences measure, and a batch is the sum of its rows."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from drawing import draws
from hypothesis import given
from hypothesis import strategies as st
from small_layers import LAYERS, away_from_zero, drawn, in_front, seeds, sizes
from small_lenses import pair
from strategies import problems

from tinyml import (
    NUMBERS,
    CompositionError,
    InvalidQuantity,
    Parameters,
    TrainingSet,
    WrongType,
    average_loss,
    bias,
    check_reverse,
    dense,
    embed,
    every_token,
    gradient,
    initialise,
    layers,
    linear,
    log_softmax,
    optic,
    scores,
    tokens,
    vectors,
    wires,
)


@draws(200)
@given(st.sampled_from(sorted(LAYERS)), sizes, sizes, in_front, seeds)
def test_every_layer_is_the_derivative_turned_around(name: str, a: int, b: int, front: Any, seed: int) -> None:
    own, rng = LAYERS[name](a, b), np.random.default_rng(seed)
    x = away_from_zero(rng.normal(size=(*front, a)))
    parameters = drawn(own, rng)
    shape = np.shape(own.get(pair(parameters, x)))
    along, weight = pair(drawn(own, rng), rng.normal(size=x.shape)), rng.normal(size=shape)
    report = check_reverse(own.lens, pair(parameters, x), along, weight)
    assert report, str(report)
    found = own.put(pair(pair(parameters, x), weight))
    assert np.shape(found.second) == x.shape


@draws(60)
@given(sizes, sizes, in_front, seeds)
def test_looking_up_is_the_derivative_turned_around(size: int, dimension: int, front: Any, seed: int) -> None:
    own: Any = embed(size, dimension)
    rng = np.random.default_rng(seed)
    which = rng.integers(0, size, front)
    table, along = rng.normal(size=(size, dimension)), rng.normal(size=(size, dimension))
    weight = rng.normal(size=(*front, dimension))
    report = check_reverse(at_these(own, which), table, along, weight)
    assert report, str(report)
    whole: Any = every_token(size, dimension)
    assert np.array_equal(own.get(pair(table, which)), whole.get(pair(table, ()))[which])
    change, nothing = own.backward(own.forward(table, which)[1], weight)
    assert nothing == ()
    for token in range(size):
        np.testing.assert_allclose(change[token], weight[which == token].sum(axis=0), atol=1e-12)
    report = check_reverse(whole.lens, pair(table, ()), pair(along, ()), table)
    assert report, str(report)


def at_these(own: Any, which: Any) -> Any:
    """Return what a layer does with its parameters when the tokens are these, which have no small changes."""
    return optic(
        own.name,
        own.parameters,
        own.target,
        lambda table: own.forward(table, which),
        lambda kept, change: own.backward(kept, change)[0],
    )


def exact(shape: tuple[int, ...], rng: np.random.Generator) -> Any:
    """Return an array of fractions: sums of them do not round, whatever their order."""
    flat = [Fraction(int(n), int(d)) for n, d in rng.integers((-9, 1), (10, 6), (int(np.prod(shape)), 2))]
    return np.array(flat, dtype=object).reshape(shape)


@draws(50)
@given(sizes, sizes, st.integers(1, 4), seeds)
def test_a_batch_is_the_sum_of_its_rows_exactly(size: int, dimension: int, batch: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    model: Any = embed(size, dimension) >> linear(vectors(dimension), scores(size)) >> bias(scores(size))
    own = pair(exact((size,), rng), pair(exact((dimension, size), rng), exact((size, dimension), rng)))
    which, change = rng.integers(0, size, batch), exact((batch, size), rng)
    result, kept = model.forward(own, which)
    whole, _ = model.backward(kept, change)
    total: Any = None
    for row in range(batch):
        alone, kept_alone = model.forward(own, which[row])
        assert (alone == result[row]).all()
        share, _ = model.backward(kept_alone, change[row])
        total = share if total is None else wires.added(total, share)
    assert (whole.first == total.first).all()
    assert (whole.second.first == total.second.first).all()
    assert (whole.second.second == total.second.second).all()


@draws(50)
@given(sizes, sizes, seeds)
def test_bias_is_adding_with_one_summand_on_the_side(size: int, other: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    own: Any = bias(vectors(size))
    adding: Any = wires.add(vectors(size))
    at, change = pair(rng.normal(size=size), rng.normal(size=size)), rng.normal(size=size)
    assert np.array_equal(own.get(at), adding.get(at))
    found, expected = own.put(pair(at, change)), adding.put(pair(at, change))
    assert np.array_equal(found.first, expected.first)
    assert np.array_equal(found.second, expected.second)


@draws(50)
@given(problems())
def test_the_model_of_the_book_has_the_loss_and_the_gradient_of_chapter_4(
    problem: tuple[TrainingSet, Parameters],
) -> None:
    dataset, parameters = problem
    size, dimension = parameters.embedding.shape
    head: Any = linear(vectors(dimension), scores(size)) >> bias(scores(size))
    for read in (embed(size, dimension), every_token(size, dimension)):
        model: Any = read >> head
        own = pair(pair(parameters.bias, parameters.lm_head), parameters.embedding)
        everything = read.name == "every token"
        logs = log_softmax(model.get(pair(own, () if everything else dataset.inputs)))
        places = (dataset.inputs if everything else np.arange(len(dataset))), dataset.targets
        assert -logs[places].mean() == pytest.approx(average_loss(parameters, dataset).value, abs=1e-12)
        counts = np.zeros(logs.shape)
        np.add.at(counts, places, 1)
        signal = (counts.sum(axis=1, keepdims=True) * np.exp(logs) - counts) / len(dataset)
        found = model.put(pair(pair(own, () if everything else dataset.inputs), signal)).first
        slope = gradient(parameters, dataset)
        np.testing.assert_allclose(found.first.first, slope.bias, atol=1e-12)
        np.testing.assert_allclose(found.first.second, slope.lm_head, atol=1e-12)
        np.testing.assert_allclose(found.second, slope.embedding, atol=1e-12)


def test_at_its_kink_relu_has_slope_0() -> None:
    own: Any = layers.relu(vectors(3))
    x, change = np.array([-1.0, 0.0, 2.0]), np.ones(3)
    assert own.get(x).tolist() == [0, 0, 2]
    assert own.put(pair(x, change)).tolist() == [0, 0, 1]


def test_a_sigmoid_of_large_scores_neither_overflows_nor_loses_its_digits() -> None:
    own: Any = layers.sigmoid(vectors(5))
    x = np.array([-800.0, -40.0, 0.0, 40.0, 800.0])
    share, kept = own.forward(x)  # a warning would fail the test
    assert share.tolist() == [0.0, np.exp(-40) / (1 + np.exp(-40)), 0.5, 1 / (1 + np.exp(-40)), 1.0]
    slope = own.backward(kept, np.ones(5))
    assert slope[1] == slope[3] == pytest.approx(np.exp(-40), rel=1e-12)


def test_layers_keep_the_format_of_their_numbers() -> None:
    model: Any = (
        embed(5, 4) >> dense(vectors(4), vectors(3), layers.sigmoid) >> dense(vectors(3), scores(2), layers.tanh)
    )
    own = initialise(model.parameters, np.random.default_rng(3), lambda space, rng: np.ones(space.size, np.float32))
    result, kept = model.forward(own, np.array([1, 2]))
    changes, _ = model.backward(kept, np.ones((2, 2), np.float32))
    assert result.dtype == np.float32
    assert changes.first.first.dtype == changes.second.second.dtype == np.float32


def test_names_and_ports_of_a_model() -> None:
    model = embed(5, 4) >> linear(vectors(4), scores(5)) >> bias(scores(5))
    assert repr(model) == (
        "embed >> linear >> bias : (Tokens[5], Unit) -> (Scores[5], ScoresChange[5]) with "
        "(Offsets[5] x (Weights[4, 5] x Table[5, 4]), OffsetsChange[5] x (WeightsChange[4, 5] x TableChange[5, 4]))"
    )
    assert dense(vectors(4), scores(3)).name == "linear >> bias >> relu"


def test_layers_that_do_not_fit_are_refused_when_they_are_joined() -> None:
    table: Any = embed(5, 4)
    message = (
        r"^cannot compose\n    embed  : \(Tokens\[5\], Unit\) -> \(Vectors\[4\], VectorsChange\[4\]\)\n"
        r"    linear : \(Vectors\[3\], VectorsChange\[3\]\) -> \(Scores\[5\], ScoresChange\[5\]\)\n"
        r"\(Vectors\[4\], VectorsChange\[4\]\) is not \(Vectors\[3\], VectorsChange\[3\]\): an arrow .* is missing$"
    )
    with pytest.raises(CompositionError, match=message):
        table >> linear(vectors(3), scores(5))
    with pytest.raises(
        CompositionError, match=r"\(Vectors\[4\], VectorsChange\[4\]\) is not \(Scores\[5\], ScoresChange\[5\]\)"
    ):
        table >> bias(scores(5))
    with pytest.raises(
        CompositionError, match=r"embed >> linear : .*\n    relu +: .*\n\(Scores\[5\], .*is not \(Scores\[6\]"
    ):
        table >> linear(vectors(4), scores(5)) >> layers.relu(scores(6))


HALF: Any = 2.5
NO_ROWS: Any = tokens(5)
ONE_NUMBER: Any = NUMBERS


@pytest.mark.parametrize(
    ("made", "error", "message"),
    [
        (lambda: embed(0, 4), InvalidQuantity, "^vocabulary must be 1 or more; got 0$"),
        (lambda: embed(5, -1), InvalidQuantity, "^number of features must be 1 or more; got -1$"),
        (lambda: every_token(5, 0), InvalidQuantity, "^number of features must be 1 or more; got 0$"),
        (lambda: vectors(True), WrongType, "^number of features needs an int; got bool True$"),
        (lambda: scores(HALF), WrongType, r"^number of scores needs an int; got float 2\.5$"),
        (lambda: linear(NO_ROWS, scores(5)), WrongType, "^linear needs a port of rows of numbers, .*; got Port"),
        (lambda: linear(vectors(5), HALF), WrongType, r"^linear needs a port of rows of numbers, .*; got float 2\.5$"),
        (
            lambda: bias(NO_ROWS),
            WrongType,
            "^bias needs a port of rows of numbers, of which the length is known; got Port",
        ),
        (lambda: bias(ONE_NUMBER), WrongType, "^bias needs a port of rows of numbers, .*; got Port"),
        (lambda: dense(vectors(2), NO_ROWS), WrongType, "^linear needs a port of rows of numbers"),
    ],
)
def test_sizes_that_cannot_be_are_refused_when_a_layer_is_made(made: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        made()

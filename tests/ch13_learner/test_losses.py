"""Losses: each is the derivative that central differences measure, but for two, of which the paper is the source."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from drawing import draws
from hypothesis import given
from hypothesis import strategies as st
from small_lenses import pair
from strategies import problems

from tinyml import (
    NUMBERS,
    Distribution,
    EmptyInput,
    InvalidQuantity,
    InvalidScalar,
    OutOfRange,
    Parameters,
    ShapeMismatch,
    TokenId,
    TrainingSet,
    WrongType,
    average_loss,
    both,
    check_reverse,
    close,
    cross_entropy,
    error_signal,
    losses,
    optic,
    scores,
    squared,
    vectors,
)
from tinyml.ch10_tape.rings import Bit

seeds = st.integers(0, 2**32 - 1)
sizes = st.integers(1, 5)
ROWS: dict[str, Any] = {
    **{f"squared, {scale}": lambda n, scale=scale: squared(vectors(n), scale) for scale in losses.SCALES},
    "shared": losses.shared,
    "misprinted": losses.misprinted,
    "dot": lambda n: losses.dot(vectors(n)),
}
"""Losses whose labels are rows of numbers, and have small changes."""


@draws(150)
@given(st.sampled_from(sorted(ROWS)), sizes, seeds)
def test_a_loss_is_the_derivative_turned_around(name: str, size: int, seed: int) -> None:
    own, rng = ROWS[name](size), np.random.default_rng(seed)
    at, along = (pair(*rng.normal(size=(2, size))) for _ in range(2))
    report = check_reverse(own.lens, at, along, float(rng.normal()))
    assert report, str(report)


def at_this(own: Any, label: Any) -> Any:
    """Return a loss at a label that has no small changes, as a lens of scores."""
    return optic(
        own.name,
        own.source,
        own.target,
        lambda scores: own.forward(label, scores),
        lambda kept, change: own.backward(kept, change)[1],
    )


@draws(80)
@given(sizes, st.integers(1, 4), seeds)
def test_a_cross_entropy_is_the_derivative_turned_around(size: int, batch: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows, along = rng.normal(size=(2, batch, size))
    targets = rng.integers(0, size, batch)
    report = check_reverse(at_this(cross_entropy(size), targets), rows, along, float(rng.normal()))
    assert report, str(report)
    table, along = rng.normal(size=(2, size, size))
    counts = rng.integers(0, 4, (size, size)) + np.eye(size)
    report = check_reverse(at_this(losses.counted(size), counts), table, along, float(rng.normal()))
    assert report, str(report)


@draws(50)
@given(problems())
def test_both_cross_entropies_are_the_average_loss_of_chapter_3(problem: tuple[TrainingSet, Parameters]) -> None:
    dataset, parameters = problem
    size = parameters.vocab_size.value
    table = parameters.embedding @ parameters.lm_head + parameters.bias
    expected = average_loss(parameters, dataset).value
    of_tokens: Any = cross_entropy(size)
    of_counts: Any = losses.counted(size)
    assert close(of_tokens.get(pair(dataset.targets, table[dataset.inputs])), expected, 1e-12)
    assert close(of_counts.get(pair(dataset.counts(parameters.vocab_size), table)), expected, 1e-12)


def test_what_comes_back_for_one_token_is_the_error_signal_of_chapter_4() -> None:
    shares = np.array([0.7, 0.2, 0.1])
    own: Any = cross_entropy(3)
    found = own.put(pair(pair(np.array([1]), np.log(shares)[None]), 1.0)).second
    np.testing.assert_allclose(found[0], error_signal(Distribution(shares), TokenId(1)), atol=1e-15)


def test_scores_of_any_size_have_a_finite_loss_and_the_right_change() -> None:
    own: Any = cross_entropy(3)
    logits = np.array([[1000.0, 0.0, -1000.0]])
    value, kept = own.forward(np.array([2]), logits)
    assert value == 2000.0
    np.testing.assert_array_equal(own.backward(kept, 1.0)[1], [[1.0, 0.0, -1.0]])


@given(
    st.builds(Fraction, st.integers(-9, 9), st.integers(1, 5)),
    st.builds(Fraction, st.integers(-9, 9), st.integers(1, 5)),
    st.builds(Fraction, st.integers(-9, 9), st.integers(1, 5)),
)
def test_squares_of_fractions_are_exact(label: Any, prediction: Any, change: Any) -> None:
    own: Any = squared(NUMBERS)
    at = pair(label, prediction)
    assert own.get(at) == (prediction - label) ** 2 / 2
    assert own.put(pair(at, change)) == pair(change * (label - prediction), change * (prediction - label))
    turned: Any = losses.swapped(NUMBERS)
    assert turned.get(at) == own.get(at)
    assert turned.put(pair(at, change)) == pair(change * (prediction - label), change * (label - prediction))


def test_four_numbers_are_called_a_mean_squared_error() -> None:
    label, prediction = np.zeros(4), np.array([1.0, 2.0, 3.0, 4.0])
    found = {}
    for scale in losses.SCALES:
        own: Any = squared(vectors(4), scale)
        at = pair(label, prediction)
        found[scale] = own.get(at), own.put(pair(at, 1.0)).second[0]
    assert found == {
        "half the sum": (15.0, 1.0),
        "the sum": (30.0, 2.0),
        "half the mean": (3.75, 0.25),
        "the mean": (7.5, 0.5),
    }


@draws(50)
@given(sizes, seeds)
def test_what_is_misprinted_does_not_see_which_token_was_meant(size: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    logits, label = rng.normal(size=size), rng.dirichlet(np.ones(size))
    own: Any = losses.misprinted(size)
    other = rng.permutation(label)
    assert close(own.get(pair(label, logits)), own.get(pair(other, logits)), 1e-12)
    found = own.put(pair(pair(label, logits), 1.0)).second
    np.testing.assert_allclose(found, np.exp(logits) / np.exp(logits).sum(), atol=1e-12)


@draws(50)
@given(sizes, seeds)
def test_what_a_dot_product_sends_back_is_the_label_wherever_the_prediction_is(size: int, seed: int) -> None:
    label, one, other = np.random.default_rng(seed).normal(size=(3, size))
    own: Any = losses.dot(scores(size))
    for prediction in (one, other):
        back = own.put(pair(pair(label, prediction), -1.0))
        np.testing.assert_array_equal(back.second, -label)
        np.testing.assert_array_equal(back.first, -prediction)


def test_bits_differ_or_they_do_not() -> None:
    own: Any = losses.differing()
    for label in (Bit(0), Bit(1)):
        for prediction in (Bit(0), Bit(1)):
            at = pair(label, prediction)
            assert own.get(at) == Bit(int(label != prediction))
            assert own.put(pair(at, Bit(1))) == pair(Bit(1), Bit(1))


LOGITS = np.zeros((2, 3))
TABLE = np.zeros((3, 3))
ANY: Any = None


@pytest.mark.parametrize(
    ("own", "label", "prediction", "error", "message"),
    [
        (cross_entropy(3), np.array([0]), LOGITS, ShapeMismatch, r"a row of scores for each of \(1,\) targets"),
        (cross_entropy(3), np.array([0, 3]), LOGITS, OutOfRange, "^token in .*parameters of cross entropy.* index 3"),
        (cross_entropy(3), np.array([0, -1]), LOGITS, OutOfRange, "index -1 out of range; indices start at 0"),
        (cross_entropy(3), np.array([0.0, 1.0]), LOGITS, WrongType, "an array of whole numbers for Tokens"),
        (cross_entropy(3), np.array([], int), np.zeros((0, 3)), EmptyInput, "^empty input in cross entropy"),
        (cross_entropy(3), np.array([0, 1]), LOGITS + np.nan, InvalidScalar, r"entry \(0, 0\) is nan$"),
        (losses.counted(3), np.zeros((3, 3)), TABLE, EmptyInput, "a mean needs at least one example"),
        (losses.counted(3), -np.eye(3), TABLE, InvalidQuantity, "must be 0 or more; got -1$"),
        (losses.counted(3), np.eye(2), TABLE, ShapeMismatch, r"expected \(3, 3\), got \(2, 2\)"),
        (squared(vectors(3)), np.zeros(3), LOGITS, ShapeMismatch, r"a label \(2, 3\), got \(3,\)"),
        (losses.shared(3), np.zeros(2), np.zeros(3), ShapeMismatch, r"Shares\[3\]"),
    ],
)
def test_labels_that_do_not_fit_are_refused(
    own: Any, label: Any, prediction: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        own.get(pair(label, prediction))


def test_losses_that_cannot_be_are_refused_when_they_are_made() -> None:
    with pytest.raises(WrongType, match=r"^squared needs one of half the sum, the sum, half the mean, .*; got str"):
        squared(NUMBERS, "mean")
    with pytest.raises(WrongType, match=r"^squared needs a Port"):
        squared(ANY)
    with pytest.raises(WrongType, match=r"^dot needs a Port"):
        losses.dot(ANY)
    for own in (squared, losses.dot):
        with pytest.raises(WrongType, match=r" needs a port of numbers or of rows of numbers; got Port"):
            own(both(NUMBERS, NUMBERS))
    with pytest.raises(InvalidQuantity, match=r"^vocabulary must be 1 or more; got 0$"):
        cross_entropy(0)
    for made in (losses.shared, losses.misprinted, losses.counted):
        with pytest.raises(InvalidQuantity, match=r" must be 1 or more; got 0$"):
            made(0)

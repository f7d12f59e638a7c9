"""Classifying digits: curves, what is taught and what is held out, and a network that learns by heart."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from drawing import draws
from hypothesis import given
from hypothesis import strategies as st
from record_digits import trained
from small_lenses import pair

from tinyml import (
    Digits,
    InvalidQuantity,
    adam,
    bias,
    constant_rate,
    cross_entropy,
    cut,
    dense,
    descent,
    digit_classifier,
    digits,
    drawn,
    epoch,
    flatten,
    flattened,
    followed,
    held_out,
    images,
    initialise,
    learnt,
    lift,
    linear,
    scores,
    share_named,
    starting,
    supervised,
    vectors,
)

RECORD = json.loads((Path(__file__).parent / "pytorch_2_13.json").read_text(encoding="utf-8"))
NETWORK: Any = digit_classifier()
VECTOR: Any = flattened(NETWORK.parameters)
MODEL: Any = NETWORK.reparametrise(VECTOR)
TAUGHT, HELD = held_out(digits(), 450)


def plain(update: Any) -> Any:
    return supervised(MODEL, update, cross_entropy(10), constant_rate(1))


def test_it_has_810_parameters() -> None:
    assert VECTOR.source.points.size == learnt().shape == (810,)
    assert not learnt().flags.writeable


def test_training_again_gives_what_is_stored_to_a_thousandth() -> None:
    again, seen = trained()
    np.testing.assert_allclose(again, learnt(), atol=0.00051)
    assert share_named(MODEL, learnt(), HELD) == pytest.approx(share_named(MODEL, again, HELD), abs=0.005)
    assert seen["taught"][-1] < 0.05
    assert 0.15 < seen["held out"][-1] < 0.3
    assert share_named(MODEL, again, TAUGHT) > 0.98
    assert 0.92 < share_named(MODEL, again, HELD) < 0.96


def test_on_a_quarter_that_is_drawn_98_percent_are_named() -> None:
    found = []
    for seed in (18, 19, 20):
        rng = np.random.default_rng(seed)
        taught, held = held_out(digits(), 450, rng)
        update = adam(MODEL.parameters, 0.01, 0.9, 0.999, eps=1e-8)
        start = VECTOR.backward((), initialise(NETWORK.parameters, rng))
        learner = plain(update)
        state = starting(update, start)
        for _ in range(30):
            state = epoch(learner, drawn(taught.images, taught.labels, cut(len(taught), 32, rng)))(state)
        found.append(share_named(MODEL, update.get(state), held))
    assert np.mean(found) == pytest.approx(0.985, abs=0.01)


@draws(20)
@given(st.integers(0, 3), st.integers(3, 40), st.integers(0, 2**32 - 1))
def test_what_is_followed_is_epochs_and_what_is_held_out_has_no_say(epochs: int, size: int, seed: int) -> None:
    taught, held, learner = TAUGHT[:40], HELD[:30], plain(descent(MODEL.parameters))
    start = learnt() + 0.1 * np.random.default_rng(seed).normal(size=810)
    after, seen = followed(learner, start, taught, held, epochs, size, np.random.default_rng(seed))
    rng, state, expected = np.random.default_rng(seed), start, [start]
    for _ in range(epochs):
        state = epoch(learner, drawn(taught.images, taught.labels, cut(40, size, rng)))(state)
        expected.append(state)
    np.testing.assert_array_equal(after, state)
    for name, data in (("taught", taught), ("held out", held)):
        assert seen[name] == [learner.measure(data.images, data.labels)(one) for one in expected]
    other, _ = followed(learner, start, taught, HELD[30:60], epochs, size, np.random.default_rng(seed))
    np.testing.assert_array_equal(after, other)


def test_loss_and_changes_are_those_of_pytorch() -> None:
    some = digits()[:20]
    model: Any = MODEL >> cross_entropy(10)
    result, kept = model.forward(pair(some.labels, learnt()), some.images)
    changes = model.backward(kept, 1.0)[0].second
    np.testing.assert_allclose([result], RECORD["classifier"][0], rtol=1e-10)
    np.testing.assert_allclose(changes, RECORD["classifier"][1], rtol=1e-10, atol=1e-12)


def test_with_shuffled_labels_a_network_learns_by_heart_and_nothing_else() -> None:
    rng = np.random.default_rng(7)
    some = Digits(TAUGHT.images[:200], rng.permutation(TAUGHT.labels[:200]))
    row = flatten(images(8, 8))
    network: Any = lift(row) >> dense(row.target, vectors(64)) >> linear(vectors(64), scores(10)) >> bias(scores(10))
    vector: Any = flattened(network.parameters)
    model = network.reparametrise(vector)
    update = adam(model.parameters, 0.01, 0.9, 0.999, eps=1e-8)
    learner: Any = supervised(model, update, cross_entropy(10), constant_rate(1))
    start = starting(update, vector.backward((), initialise(network.parameters, rng)))
    state, seen = followed(learner, start, some, HELD, 100, 25, rng)
    own = update.get(state)
    assert share_named(model, own, some) > 0.98
    assert share_named(model, own, HELD) < 0.2
    assert seen["held out"][-1] > 2 * np.log(10)


def test_of_equal_scores_the_first_counts() -> None:
    zeros: Any = np.zeros(810)
    assert share_named(MODEL, zeros, digits()) == 178 / 1797


def test_a_number_of_epochs_below_zero_is_refused() -> None:
    learner = plain(descent(MODEL.parameters))
    with pytest.raises(InvalidQuantity, match=r"^number of epochs must be 0 or more; got -1$"):
        followed(learner, learnt(), TAUGHT, HELD, -1, 64, np.random.default_rng(1))

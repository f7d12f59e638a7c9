"""Symmetries: what each update keeps, and a counterexample for whatever it does not keep."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from drawing import draws
from hypothesis import given
from hypothesis import strategies as st
from small_optimisers import (
    BY_LENGTH,
    DECAYING,
    ENTRYWISE,
    LINEAR,
    OPTIMISERS,
    VECTOR,
    learner,
    loss_at,
    matrices,
    seeds,
    stream,
    trained,
)

from tinyml import (
    EmptyInput,
    ShapeMismatch,
    adagrad,
    adam,
    clipped_norm,
    commutes_with,
    conserves,
    feature_rotation,
    l2_penalty,
    momentum,
    nesterov,
    read_along,
    scheduled,
    signed_permutation,
    splits,
)
from tinyml.ch12_para.trees import flat

SIZE = 5
orders = st.permutations(range(SIZE))
signs = st.lists(st.sampled_from([1, -1]), min_size=SIZE, max_size=SIZE)


def rotation(number: int, size: int) -> Any:
    return np.linalg.qr(np.random.default_rng(number).normal(size=(size, size)))[0]


@pytest.mark.parametrize("name", sorted({**LINEAR, **BY_LENGTH}))
@draws(20)
@given(seeds)
def test_what_adds_and_scales_commutes_with_every_rotation(name: str, number: int) -> None:
    report = commutes_with(OPTIMISERS[name](SIZE), rotation(number, SIZE), *stream(number, SIZE))
    assert report, str(report)


@pytest.mark.parametrize("name", sorted({**LINEAR, **ENTRYWISE, **DECAYING}))
@draws(20)
@given(seeds, orders, signs)
def test_all_that_looks_at_entries_commutes_with_their_order_and_signs(
    name: str, number: int, order: list[int], sign: list[int]
) -> None:
    report = commutes_with(OPTIMISERS[name](SIZE), signed_permutation(order, sign), *stream(number, SIZE), 0.0)
    assert report, str(report)


@pytest.mark.parametrize("name", sorted(ENTRYWISE))
@draws(20)
@given(seeds)
def test_what_looks_at_entries_commutes_with_no_rotation_by_an_eighth(name: str, number: int) -> None:
    half = np.sqrt(0.5)
    eighth = np.eye(SIZE)
    eighth[:2, :2] = [[half, -half], [half, half]]
    start, changes = stream(number, SIZE)
    lone = [3.0 * np.eye(SIZE)[0] for _ in changes]  # a push along one entry
    assert not commutes_with(OPTIMISERS[name](SIZE), eighth, start, lone)


@pytest.mark.parametrize("name", sorted({**LINEAR, **ENTRYWISE, **DECAYING}))
@draws(20)
@given(seeds, st.integers(1, SIZE - 1))
def test_an_update_of_five_is_one_of_three_beside_one_of_two(name: str, number: int, first: int) -> None:
    report = splits(OPTIMISERS[name], first, *stream(number, SIZE))
    assert report, str(report)


@draws(60)
@given(seeds, st.integers(1, SIZE - 1))
def test_clipping_by_the_norm_of_all_is_not(number: int, first: int) -> None:
    start, changes = stream(number, SIZE)
    loud = [change * 2 / np.abs(change).min() for change in changes]  # each part alone is longer than the limit
    report = splits(OPTIMISERS["norm clipped"], first, start, loud)
    assert not report
    assert report.counterexample == 1


@pytest.mark.parametrize("name", sorted({**LINEAR, **BY_LENGTH}))
@draws(20)
@given(seeds)
def test_what_adds_and_scales_conserves_every_sum_that_no_change_has(name: str, number: int) -> None:
    weights = np.random.default_rng(number).normal(size=SIZE)
    report = conserves(OPTIMISERS[name](SIZE), weights, *stream(number, SIZE))
    assert report, str(report)


@pytest.mark.parametrize("name", sorted(ENTRYWISE))
@draws(20)
@given(seeds, st.integers(0, SIZE - 1))
def test_what_looks_at_entries_conserves_an_entry_and_no_sum(name: str, number: int, place: int) -> None:
    start, changes = stream(number, SIZE)
    assert conserves(OPTIMISERS[name](SIZE), np.eye(SIZE)[place], start, changes)
    uneven: Any = [np.array([2.0, -1.0, -1.0, 0.0, 0.0]) for _ in changes]
    assert not conserves(OPTIMISERS[name](SIZE), np.ones(SIZE), start, uneven)


def test_a_penalty_and_a_decay_conserve_nothing() -> None:
    start, changes = stream(3, SIZE)
    for update in (
        momentum(flat(SIZE), 0.9) >> l2_penalty(flat(SIZE), 0.1),
        DECAYING["adamw"](SIZE),
        DECAYING["decoupled"](SIZE),
    ):
        assert not conserves(update, np.eye(SIZE)[1], start, changes)


def test_what_is_read_along_begins_at_the_start_and_looks_ahead() -> None:
    start, changes = stream(1, 2, count=3)
    plain = read_along(scheduled(flat(2), 1.0), start, changes)
    assert len(plain) == 4
    assert np.array_equal(plain[0], start)
    assert np.array_equal(plain[-1], ((start + changes[0]) + changes[1]) + changes[2])
    ahead = read_along(nesterov(flat(2), 0.5), start, changes)
    assert np.allclose(ahead[1], start + changes[0] * 1.5)


@pytest.mark.parametrize("number", range(3))
def test_training_commutes_with_a_rotation_of_the_features_and_adam_does_not(number: int) -> None:
    turn = feature_rotation(5, rotation(number, 4))
    assert loss_at(turn @ VECTOR) == pytest.approx(loss_at(VECTOR), abs=1e-14)

    def apart(update: Any) -> float:
        there = trained(update, 80, start=turn @ VECTOR).second
        return float(np.abs(there - turn @ trained(update, 80).second).max())

    update: Any
    for update in (momentum(flat(45), 0.0), momentum(flat(45), 0.5), nesterov(flat(45), 0.5)):
        assert apart(update) < 1e-12, update.name
    assert apart(momentum(flat(45), 0.5) >> clipped_norm(flat(45), 0.1, eps=1e-6)) < 1e-12
    for update in (adam(flat(45), 0.1, eps=1e-8), adagrad(flat(45), 0.5, eps=1e-7)):
        assert apart(update) > 1, update.name


def test_relabelling_the_vocabulary_commutes_with_adam_too() -> None:
    """Changing the names of tokens moves entries as they are: of the bias, columns of the head, rows of the table."""
    order = np.array([3, 0, 4, 1, 2])
    places = np.concatenate(
        [order, *(5 + 5 * row + order for row in range(4)), *(25 + 4 * token + np.arange(4) for token in order)]
    )
    names = np.argsort(order)
    for update in (adam(flat(45), 0.1, eps=1e-8), momentum(flat(45), 0.5)):
        own = learner(update)
        step = own.step(names[[1, 2, 3, 4, 1, 2, 3]], names[[2, 3, 4, 1, 2, 3, 4]])
        state: Any = trained(update, 0, start=VECTOR[places])
        for _ in range(10):
            state = step(state)
        assert np.abs(state.second - trained(update, 10).second[places]).max() < 1e-9, update.name


def test_adam_moves_the_sums_that_descent_conserves() -> None:
    before = matrices(VECTOR)
    rows = before[1].sum(axis=1)
    assert rows == pytest.approx([-0.224, -0.039, 0.146, 0.331])
    offsets, head, table = matrices(trained(momentum(flat(45), 0.5), 80).second)
    assert abs(offsets.sum()) < 1e-14
    assert np.abs(head.sum(axis=1) - rows).max() < 1e-13
    assert (np.linalg.svd(table)[1] > 1e-12).sum() == 2
    offsets, head, table = matrices(trained(adam(flat(45), 0.1, eps=1e-8), 80).second)
    assert offsets.sum() == pytest.approx(1.261, abs=5e-4)
    assert np.abs(head.sum(axis=1) - rows).max() == pytest.approx(1.03, abs=5e-3)
    assert np.linalg.svd(table)[1] == pytest.approx([6.42, 3.90, 3.71, 0.061], abs=5e-3)


def test_a_flat_vector_is_turned_as_its_matrices_are() -> None:
    turn = rotation(7, 4)
    offsets, head, table = matrices(VECTOR)
    turned = matrices(feature_rotation(5, turn) @ VECTOR)
    for mine, its in zip(turned, (offsets, turn.T @ head, table @ turn), strict=True):
        np.testing.assert_allclose(mine, its, atol=1e-15)


def test_what_cannot_be_tried_is_refused() -> None:
    update: Any = momentum(flat(2), 0.5)
    start, changes = stream(1, 2)
    with pytest.raises(ShapeMismatch, match=r"commutes_with: expected a matrix \(2, 2\), got \(3, 3\)"):
        commutes_with(update, np.eye(3), start, changes)
    with pytest.raises(ShapeMismatch, match="splits: expected a first part of 1 to 1 entries, got 2"):
        splits(OPTIMISERS["momentum"], 2, start, changes)
    with pytest.raises(ShapeMismatch, match=r"conserves: expected weights \(2,\), got \(3,\)"):
        conserves(update, np.ones(3), start, changes)
    with pytest.raises(EmptyInput, match="a sum needs a weight that is not 0"):
        conserves(update, np.zeros(2), start, changes)
    short: Any = [np.ones(3)]
    with pytest.raises(ShapeMismatch, match=r"a change for momentum 0\.5, FlatChange\[2\]: expected .*got \(3,\)"):
        read_along(update, start, short)
    with pytest.raises(EmptyInput, match="a law that is tried on nothing is not checked"):
        commutes_with(update, np.eye(2), start, [])
    with pytest.raises(EmptyInput, match="a law that is tried on nothing is not checked"):
        splits(OPTIMISERS["momentum"], 1, start, [])
    with pytest.raises(EmptyInput, match="a law that is tried on nothing is not checked"):
        conserves(update, np.ones(2), start, [])
    for order, sign in (([0, 0], [1, 1]), ([1, 0], [1]), ([1, 0], [1, 2])):
        with pytest.raises(ShapeMismatch, match="each place once, with a sign 1 or -1"):
            signed_permutation(order, sign)
    with pytest.raises(ShapeMismatch, match="a square matrix"):
        feature_rotation(5, np.ones((4, 3)))
    with pytest.raises(ShapeMismatch):
        read_along(update, np.ones(3), changes)  # type: ignore[arg-type]

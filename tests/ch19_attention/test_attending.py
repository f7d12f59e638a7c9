"""Attending: its three stages, what a mask does, and what new orders and shifts change."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from record_pytorch_attention import READS, masked, numbers
from small_lenses import pair
from small_sequences import drawn_mask, drawn_rows, in_front, lengths, seeds, widths

from tinyml import ShapeMismatch, attend, check_reverse, compared, mixed, weighed

RECORD = json.loads((Path(__file__).parent / "pytorch_2_13.json").read_text(encoding="utf-8"))
Q, K = np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
V = np.array([[1.0, 10.0], [2.0, 20.0], [3.0, 30.0]])
MASK = np.array([[True, False, True], [True, True, True]])


def drawn_triple(number: int, read: int, width: int, front: Any, rng: np.random.Generator) -> Any:
    q, k, v = (drawn_rows(rng, *front, length, width) for length in (number, read, read))
    return pair(pair(q, k), v)


def test_the_worked_example_of_two_queries_and_three_keys() -> None:
    scores: Any = compared(2)
    half = float(np.sqrt(0.5))
    np.testing.assert_allclose(scores.get(pair(Q, K)), np.array([[half, 0, half], [0, half, half]]), atol=1e-15)
    lens: Any = weighed(MASK)
    weights = lens.get(scores.get(pair(Q, K)))
    np.testing.assert_allclose(weights, [[0.5, 0, 0.5], [0.197775815, 0.401112093, 0.401112093]], atol=5e-10)
    row: Any = attend(2, MASK)
    np.testing.assert_allclose(row.get(pair(pair(Q, K), V)), [[2.0, 20.0], [2.203336278, 22.03336278]], atol=5e-9)


@given(lengths, lengths, widths, in_front, seeds)
def test_each_stage_and_the_row_is_its_derivative_turned_around(
    number: int, read: int, width: int, front: Any, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    mask = drawn_mask(number, read, rng)
    triple, along = (drawn_triple(number, read, width, front, rng) for _ in range(2))
    scores, moves = (drawn_rows(rng, *front, number, read) for _ in range(2))
    stages: Any = {
        compared(width): (triple.first, along.first),
        weighed(mask): (scores, moves),
        mixed(width): (pair(scores, triple.second), pair(moves, along.second)),
        attend(width, mask): (triple, along),
    }
    for lens, (at, direction) in stages.items():
        report = check_reverse(lens, at, direction, drawn_rows(rng, *np.shape(lens.get(at))))
        assert report, str(report)


@given(lengths, lengths, in_front, seeds)
def test_rows_of_weights_are_distributions_over_what_is_allowed(number: int, read: int, front: Any, seed: int) -> None:
    rng = np.random.default_rng(seed)
    mask = drawn_mask(number, read, rng)
    lens: Any = weighed(mask)
    weights = lens.get(30 * drawn_rows(rng, *front, number, read))
    np.testing.assert_allclose(weights.sum(axis=-1), 1, atol=1e-14)
    assert (weights >= 0).all()
    assert (weights[..., ~mask] == 0).all()


@given(lengths, lengths, in_front, seeds)
def test_a_score_that_is_not_allowed_has_no_say_and_hears_nothing(
    number: int, read: int, front: Any, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    mask = drawn_mask(number, read, rng)
    lens: Any = weighed(mask)
    scores = drawn_rows(rng, *front, number, read)
    other = np.where(mask, scores, 1e300 * rng.choice([-1.0, 1.0], scores.shape))
    np.testing.assert_array_equal(lens.get(scores), lens.get(other))
    back = lens.put(pair(scores, drawn_rows(rng, *scores.shape)))
    assert (back[..., ~mask] == 0).all()


@given(lengths, lengths, widths, in_front, seeds)
def test_the_order_in_which_keys_are_read_does_not_matter(
    number: int, read: int, width: int, front: Any, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    mask, order = drawn_mask(number, read, rng), rng.permutation(read)
    triple = drawn_triple(number, read, width, front, rng)
    moved = pair(pair(triple.first.first, triple.first.second[..., order, :]), triple.second[..., order, :])
    row, again = attend(width, mask), attend(width, mask[:, order])
    np.testing.assert_allclose(row.get(triple), again.get(moved), atol=1e-13)


@given(lengths, lengths, in_front, seeds)
def test_what_is_added_to_all_scores_of_a_query_is_forgotten(number: int, read: int, front: Any, seed: int) -> None:
    rng = np.random.default_rng(seed)
    lens: Any = weighed(drawn_mask(number, read, rng))
    scores = drawn_rows(rng, *front, number, read)
    more = drawn_rows(rng, *front, number, 1)
    np.testing.assert_allclose(lens.get(scores + more), lens.get(scores), atol=1e-13)
    back = lens.put(pair(scores, drawn_rows(rng, *scores.shape)))
    np.testing.assert_allclose(back.sum(axis=-1), 0, atol=1e-13)


@pytest.mark.parametrize("name", sorted(READS))
def test_values_and_changes_are_those_of_pytorch(name: str) -> None:
    front, number, read, width = READS[name]
    row: Any = attend(width, masked(number, read))
    q, k, v = (numbers((*front, length, width), seed) for length, seed in ((number, 1), (read, 2), (read, 3)))
    result, kept = row.forward(pair(pair(q, k), v))
    back = row.backward(kept, numbers(result.shape, 4))
    for mine, its in zip((result, back.first.first, back.first.second, back.second), RECORD[name], strict=True):
        np.testing.assert_allclose(np.ravel(mine), its, rtol=1e-10, atol=1e-12)


def test_scores_of_another_shape_than_the_mask_are_refused() -> None:
    lens: Any = weighed(MASK)
    with pytest.raises(ShapeMismatch, match=r"^shape mismatch in weighed: expected scores \(2, 3\), got \(2, 2\)$"):
        lens.get(np.zeros((2, 2)))


def test_nobody_can_change_a_mask_afterwards() -> None:
    mask = MASK.copy()
    lens: Any = weighed(mask)
    mask[:] = True
    assert lens.get(np.zeros((2, 3)))[0].tolist() == [0.5, 0, 0.5]


def test_attending_keeps_the_format_of_its_numbers() -> None:
    row: Any = attend(2, MASK)
    result, kept = row.forward(pair(pair(Q.astype(np.float32), K.astype(np.float32)), V.astype(np.float32)))
    back = row.backward(kept, result)
    assert {own.dtype for own in (result, back.first.first, back.first.second, back.second)} == {np.dtype(np.float32)}

"""Heads: one, two, many at once; what places can and cannot hear of each other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from record_pytorch_attention import LAYERS, numbers
from small_lenses import pair
from small_sequences import drawn_for, drawn_mask, drawn_rows, in_front, lengths, one_of, seeds, widths

from tinyml import (
    CompositionError,
    InvalidQuantity,
    ShapeMismatch,
    WrongType,
    affine,
    attention,
    causal,
    check_reverse,
    concatenated,
    cross_head,
    everywhere,
    head,
    hidden,
    two_heads,
    values,
)
from tinyml.ch12_para.trees import picked

RECORD = json.loads((Path(__file__).parent / "pytorch_2_13.json").read_text(encoding="utf-8"))
shapes = st.sampled_from([(1, 1), (2, 1), (2, 2), (4, 2), (6, 3)])
"""Features and heads."""
layer_of: Any = attention


@given(shapes, lengths, in_front, seeds)
def test_attention_is_its_derivative_turned_around(shape: Any, length: int, front: Any, seed: int) -> None:
    rng = np.random.default_rng(seed)
    for layer in (attention(*shape), layer_of(*shape, drawn_mask(length, length, rng))):
        own, along = drawn_for(layer, rng), drawn_for(layer, rng)
        x, moves, weight = (drawn_rows(rng, *front, length, shape[0]) for _ in range(3))
        report = check_reverse(layer.lens, pair(own, x), pair(along, moves), weight)
        assert report, str(report)


@given(st.integers(1, 3), st.integers(1, 3), widths, lengths, lengths, seeds)
def test_a_head_is_its_derivative_turned_around(
    size: int, other: int, width: int, length: int, read: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    alone: Any = head(size, width, drawn_mask(length, length, rng))
    across: Any = cross_head(size, other, width, drawn_mask(length, read, rng))
    x, moves = (drawn_rows(rng, length, size) for _ in range(2))
    y, others = (drawn_rows(rng, read, other) for _ in range(2))
    for layer, at, along in ((alone, x, moves), (across, pair(x, y), pair(moves, others))):
        own, direction = drawn_for(layer, rng), drawn_for(layer, rng)
        weight = drawn_rows(rng, length, width)
        report = check_reverse(layer.lens, pair(own, at), pair(direction, along), weight)
        assert report, str(report)


@given(st.integers(1, 3), widths, lengths, in_front, seeds)
def test_a_head_across_that_reads_itself_is_a_head(size: int, width: int, length: int, front: Any, seed: int) -> None:
    rng = np.random.default_rng(seed)
    mask = drawn_mask(length, length, rng)
    alone: Any = head(size, width, mask)
    across: Any = cross_head(size, size, width, mask)
    own, x = drawn_for(alone, rng), drawn_rows(rng, *front, length, size)
    np.testing.assert_array_equal(alone.get(pair(own, x)), across.get(pair(own, pair(x, x))))
    weight = drawn_rows(rng, *front, length, width)
    found, wanted = alone.put(pair(pair(own, x), weight)), across.put(pair(pair(own, pair(x, x)), weight))
    np.testing.assert_allclose(found.second, wanted.second.first + wanted.second.second, atol=1e-12)


@given(lengths, in_front, seeds)
def test_two_heads_at_once_are_two_heads_side_by_side(length: int, front: Any, seed: int) -> None:
    rng = np.random.default_rng(seed)
    mask = drawn_mask(length, length, rng)
    at_once: Any = attention(4, 2, mask)
    side: Any = two_heads(head(4, 2, mask), head(4, 2, mask)) >> affine(values(4), hidden(4))
    own, x = drawn_for(at_once, rng), drawn_rows(rng, *front, length, 4)
    apart = pair(own.first, pair(one_of(own, 0, 4, 2), one_of(own, 1, 4, 2)))
    np.testing.assert_allclose(at_once.get(pair(own, x)), side.get(pair(apart, x)), atol=1e-12)
    weight = drawn_rows(rng, *front, length, 4)
    found, wanted = at_once.put(pair(pair(own, x), weight)), side.put(pair(pair(apart, x), weight))
    np.testing.assert_allclose(found.second, wanted.second, atol=1e-11)
    np.testing.assert_allclose(found.first.first.second, wanted.first.first.second, atol=1e-11)
    for place in (0, 1):
        mine = picked(one_of(found.first, place, 4, 2))
        its = picked((wanted.first.second.first, wanted.first.second.second)[place])
        for one, other in zip(mine, its, strict=True):
            np.testing.assert_allclose(one, other, atol=1e-11)


@given(shapes, lengths, in_front, seeds)
def test_without_positions_a_new_order_of_places_goes_through(shape: Any, length: int, front: Any, seed: int) -> None:
    rng = np.random.default_rng(seed)
    layer: Any = layer_of(*shape, everywhere(length))
    own, x, order = drawn_for(layer, rng), drawn_rows(rng, *front, length, shape[0]), rng.permutation(length)
    moved = layer.get(pair(own, x[..., order, :]))
    np.testing.assert_allclose(moved, layer.get(pair(own, x))[..., order, :], atol=1e-13)


@given(shapes, st.integers(2, 6), in_front, seeds)
def test_what_comes_later_has_no_influence(shape: Any, length: int, front: Any, seed: int) -> None:
    rng = np.random.default_rng(seed)
    layer: Any = attention(*shape)
    own, x = drawn_for(layer, rng), drawn_rows(rng, *front, length, shape[0])
    place = int(rng.integers(1, length))
    other = x.copy()
    other[..., place:, :] = drawn_rows(rng, *other[..., place:, :].shape)
    np.testing.assert_array_equal(layer.get(pair(own, x))[..., :place, :], layer.get(pair(own, other))[..., :place, :])
    weight = drawn_rows(rng, *x.shape)
    weight[..., place:, :] = 0
    assert (layer.put(pair(pair(own, x), weight)).second[..., place:, :] == 0).all()


@given(shapes, lengths, in_front, seeds)
def test_the_offsets_of_the_keys_hear_nothing(shape: Any, length: int, front: Any, seed: int) -> None:
    rng = np.random.default_rng(seed)
    layer: Any = layer_of(*shape, drawn_mask(length, length, rng))
    own, x, weight = drawn_for(layer, rng), *(drawn_rows(rng, *front, length, shape[0]) for _ in range(2))
    change = layer.put(pair(pair(own, x), weight)).first.second.first
    size = max(1.0, float(abs(change).max()))
    np.testing.assert_allclose(change[shape[0] : 2 * shape[0]] / size, 0, atol=1e-14)


@pytest.mark.parametrize("name", sorted(LAYERS))
def test_values_and_changes_are_those_of_pytorch(name: str) -> None:
    front, length, size, heads = LAYERS[name]
    layer: Any = attention(size, heads)
    side = (numbers((size,), 1), numbers((size, size), 2), numbers((3 * size,), 3), numbers((size, 3 * size), 4))
    own = pair(pair(side[0], side[1]), pair(side[2], side[3]))
    result, kept = layer.forward(own, numbers((*front, length, size), 5))
    changes, before = layer.backward(kept, numbers(result.shape, 6))
    for mine, its in zip([result, *picked(changes), before], RECORD[name], strict=True):
        np.testing.assert_allclose(np.ravel(mine), its, rtol=1e-10, atol=1e-12)


def test_attention_keeps_the_format_of_its_numbers() -> None:
    layer: Any = attention(4, 2)
    ones = [np.ones(size, np.float32) for size in ((4,), (4, 4), (12,), (4, 12))]
    own = pair(pair(ones[0], ones[1]), pair(ones[2], ones[3]))
    result, kept = layer.forward(own, np.ones((3, 4), np.float32))
    changes, before = layer.backward(kept, result)
    assert {array.dtype for array in (result, before, *picked(changes))} == {np.dtype(np.float32)}


def test_concatenating_is_undone_by_its_way_back() -> None:
    lens: Any = concatenated(2, 3)
    here, there = np.arange(4.0).reshape(2, 2), np.arange(6.0).reshape(2, 3)
    row = lens.get(pair(here, there))
    assert row[0].tolist() == [0, 1, 0, 1, 2]
    back = lens.put(pair(pair(here, there), row))
    np.testing.assert_array_equal(back.first, here)
    np.testing.assert_array_equal(back.second, there)


TEXT: Any = "future"


@pytest.mark.parametrize(
    ("made", "error", "message"),
    [
        (lambda: attention(8, 3), InvalidQuantity, "^number of heads for 8 features must be a divisor of 8; got 3$"),
        (lambda: attention(8, 0), InvalidQuantity, "^number of heads must be 1 or more; got 0$"),
        (lambda: attention(0, 1), InvalidQuantity, "^number of features must be 1 or more; got 0$"),
        (lambda: attention(8, 2, TEXT), WrongType, "^attention needs a mask, .*; got str 'future'$"),
        (
            lambda: head(4, 2, causal(3)) >> affine(values(3), hidden(4)),
            CompositionError,
            r"Values\[2\].* is not .*Values\[3\]",
        ),
    ],
)
def test_what_cannot_be_is_refused_when_it_is_made(made: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        made()


def test_a_sequence_of_another_length_than_its_mask_is_refused() -> None:
    layer: Any = attention(2, 1, causal(3))
    own = drawn_for(layer, np.random.default_rng(1))
    with pytest.raises(ShapeMismatch, match=r"^shape mismatch in attention: expected a sequence of length 3, .*got 4$"):
        layer.get(pair(own, np.zeros((4, 2))))

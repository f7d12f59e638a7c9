"""Pooling: the largest of each square, with ties and odd sizes, and its law with ReLU."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from record_pytorch_images import POOLS, tied_numbers
from small_images import in_front, seeds, seen_through, sizes, whole_numbers
from small_lenses import pair

from tinyml import InvalidQuantity, WrongType, images, layers, max_pool, vectors

RECORD = json.loads((Path(__file__).parent / "pytorch_2_13.json").read_text(encoding="utf-8"))
squares = st.integers(1, 3)


@given(sizes, squares, in_front, seeds)
def test_the_first_of_the_largest_goes_on_and_gets_the_change(size: Any, number: int, front: Any, seed: int) -> None:
    port, n = seen_through(size, number)
    rng = np.random.default_rng(seed)
    x = whole_numbers(rng, *front, *size)
    result, kept = max_pool(port, n).forward(x)
    assert result.shape == (*front, size[0] // n, size[1] // n, size[2])
    change = whole_numbers(rng, *result.shape)
    expected = np.zeros(x.shape)
    for *which, i, j, k in np.ndindex(*result.shape):
        square = x[(*which, slice(i * n, i * n + n), slice(j * n, j * n + n), k)]
        assert result[(*which, i, j, k)] == square.max()
        down, across = divmod(int(square.argmax()), n)
        expected[(*which, i * n + down, j * n + across, k)] = change[(*which, i, j, k)]
    np.testing.assert_array_equal(max_pool(port, n).backward(kept, change), expected)


@given(sizes, squares, in_front, seeds)
def test_relu_may_come_before_pooling_or_after_it(size: Any, number: int, front: Any, seed: int) -> None:
    port, n = seen_through(size, number)
    rng = np.random.default_rng(seed)
    x = whole_numbers(rng, *front, *size)
    pool = max_pool(port, n)
    after, before = pool >> layers.relu(pool.target), layers.relu(port) >> pool
    np.testing.assert_array_equal(after.get(x), before.get(x))
    change = whole_numbers(rng, *np.shape(after.get(x)))
    np.testing.assert_array_equal(after.put(pair(x, change)), before.put(pair(x, change)))


@pytest.mark.parametrize("name", sorted(POOLS))
def test_values_and_changes_are_those_of_pytorch(name: str) -> None:
    shape, n = POOLS[name]
    pool = max_pool(images(*shape[1:]), n)
    x: Any = np.array(tied_numbers(shape))
    result, kept = pool.forward(x)
    change: Any = np.arange(1.0, result.size + 1).reshape(result.shape)
    for mine, its in zip((result, pool.backward(kept, change)), RECORD[name], strict=True):
        np.testing.assert_array_equal(np.ravel(mine), its)


def test_pooling_keeps_the_format_of_its_numbers() -> None:
    pool = max_pool(images(4, 4))
    x: Any = np.ones((4, 4, 1), np.float32)
    result, kept = pool.forward(x)
    assert result.dtype == pool.backward(kept, result).dtype == np.float32


ROWS: Any = vectors(9)


@pytest.mark.parametrize(
    ("made", "error", "message"),
    [
        (lambda: max_pool(ROWS), WrongType, "^max_pool needs a port of images"),
        (lambda: max_pool(images(4, 5), 0), InvalidQuantity, "^size of a square on .* must be from 1 to 4; got 0$"),
        (
            lambda: max_pool(images(4, 5), 5),
            InvalidQuantity,
            r"^size of a square on Images\[4, 5, 1\] must be .*; got 5",
        ),
        (lambda: max_pool(images(4, 5), True), WrongType, "^size of a square needs an int; got bool True$"),
    ],
)
def test_what_cannot_be_is_refused_when_it_is_made(made: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        made()

"""Patches: what a window sees, place by place, and flattened images."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_images import in_front, seeds, seen_through, sizes, whole_numbers
from small_lenses import pair

from tinyml import InvalidQuantity, WrongType, flatten, images, tokens, vectors, windows

window = st.integers(1, 4)


@given(sizes, window, in_front, seeds)
def test_a_patch_is_what_a_window_sees_row_by_row(size: Any, number: int, front: Any, seed: int) -> None:
    port, n = seen_through(size, number)
    x = whole_numbers(np.random.default_rng(seed), *front, *size)
    patches = windows(port, n).get(x)
    assert patches.shape == (*front, size[0] - n + 1, size[1] - n + 1, n * n * size[2])
    for i in range(size[0] - n + 1):
        for j in range(size[1] - n + 1):
            seen = x[..., i : i + n, j : j + n, :].reshape(*front, -1)
            np.testing.assert_array_equal(patches[..., i, j, :], seen)


@given(sizes, window, in_front, seeds)
def test_what_is_copied_is_added_on_the_way_back(size: Any, number: int, front: Any, seed: int) -> None:
    port, n = seen_through(size, number)
    rng = np.random.default_rng(seed)
    for lens in (windows(port, n), flatten(port)):
        x = whole_numbers(rng, *front, *size)
        result: Any = lens.get(x)
        change = whole_numbers(rng, *result.shape)
        back = lens.put(pair(x, change))
        assert back.shape == x.shape
        assert np.vdot(result, change) == np.vdot(x, back)


@given(sizes, window, in_front, seeds)
def test_windows_of_a_shifted_image_are_shifted_windows(size: Any, number: int, front: Any, seed: int) -> None:
    port, n = seen_through(size, number)
    wide = images(size[0] + 1, size[1] + 2, size[2])
    x = whole_numbers(np.random.default_rng(seed), *front, *wide.points.size)
    everywhere = windows(wide, n).get(x)
    for down, across in ((0, 0), (1, 0), (0, 2), (1, 1)):
        moved = x[..., down : down + size[0], across : across + size[1], :]
        patches = windows(port, n).get(moved)
        rows, columns = patches.shape[-3:-1]
        np.testing.assert_array_equal(patches, everywhere[..., down : down + rows, across : across + columns, :])


@given(sizes, in_front, seeds)
def test_flattening_is_undone_by_its_way_back(size: Any, front: Any, seed: int) -> None:
    port = images(*size)
    x = whole_numbers(np.random.default_rng(seed), *front, *size)
    row = flatten(port).get(x)
    assert row.shape == (*front, size[0] * size[1] * size[2])
    np.testing.assert_array_equal(flatten(port).put(pair(x, row)), x)


def test_patches_keep_the_format_of_their_numbers() -> None:
    lens = windows(images(4, 4), 3)
    patches, kept = lens.forward(np.ones((2, 4, 4, 1), np.float32))
    assert patches.dtype == lens.backward(kept, patches).dtype == np.float32


ROWS: Any = vectors(9)
TOKENS: Any = tokens(5)
TEXT: Any = "3"


@pytest.mark.parametrize(
    ("made", "error", "message"),
    [
        (lambda: images(0, 8), InvalidQuantity, "^number of rows must be 1 or more; got 0$"),
        (lambda: images(8, -1), InvalidQuantity, "^number of columns must be 1 or more; got -1$"),
        (lambda: images(8, 8, 0), InvalidQuantity, "^number of channels must be 1 or more; got 0$"),
        (lambda: images(TEXT, 8), WrongType, "^number of rows needs an int; got str '3'$"),
        (lambda: windows(ROWS, 3), WrongType, r"^windows needs a port of images, such as images\(8, 8\); got Port"),
        (lambda: flatten(ROWS), WrongType, "^flatten needs a port of images"),
        (lambda: windows(images(4, 5), 0), InvalidQuantity, "^size of a window must be 1 or more; got 0$"),
        (
            lambda: windows(images(4, 5), 5),
            InvalidQuantity,
            r"^size of a window on Images\[4, 5, 1\] must be at most 4; got 5$",
        ),
        (lambda: windows(images(4, 5), True), WrongType, "^size of a window needs an int; got bool True$"),
        (lambda: windows(TOKENS, 1), WrongType, "^windows needs a port of images"),
    ],
)
def test_what_cannot_be_is_refused_when_it_is_made(made: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        made()

"""Convolution: a linear layer at every place, and a large one that is tied."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from drawing import draws
from hypothesis import given
from hypothesis import strategies as st
from record_pytorch_images import CASES, numbers
from scipy import signal
from small_images import in_front, seeds, seen_through, sizes, whole_numbers
from small_lenses import pair

from tinyml import (
    CompositionError,
    InvalidQuantity,
    WrongType,
    bias,
    check_reverse,
    correlate,
    flatten,
    images,
    lift,
    linear,
    pictures,
    port,
    spread,
    vectors,
    windows,
)
from tinyml.ch12_para.trees import picked
from tinyml.ch18_images.patches import Patches, PatchesChange

RECORD = json.loads((Path(__file__).parent / "pytorch_2_13.json").read_text(encoding="utf-8"))
kernels = st.integers(1, 3)
window = st.integers(1, 3)


def case(size: Any, number: int, count: int, front: Any, seed: int) -> tuple[Any, Any, Any, int]:
    """Return a convolution, parameters for it, images, and the size of its window."""
    own_port, n = seen_through(size, number)
    rng = np.random.default_rng(seed)
    own = pair(whole_numbers(rng, count), whole_numbers(rng, n * n * size[2], count))
    return correlate(own_port, count, n), own, whole_numbers(rng, *front, *size), n


@given(sizes, window, kernels, in_front, seeds)
def test_it_is_windows_then_linear_then_bias(size: Any, number: int, count: int, front: Any, seed: int) -> None:
    layer, own, x, n = case(size, number, count, front, seed)
    patches: Any = port(Patches, PatchesChange, n * n * size[2])
    channels = vectors(count)
    row: Any = lift(windows(layer.source, n)) >> linear(patches, channels) >> bias(channels)
    result, kept = layer.forward(own, x)
    expected, its = row.forward(pair(own.first, pair(own.second, ())), x)
    np.testing.assert_array_equal(result, expected)
    change = whole_numbers(np.random.default_rng(seed), *result.shape)
    found, wanted = layer.backward(kept, change), row.backward(its, change)
    np.testing.assert_array_equal(found[0].first, wanted[0].first)
    np.testing.assert_array_equal(found[0].second, wanted[0].second.first)
    np.testing.assert_array_equal(found[1], wanted[1])


@given(sizes, window, kernels, in_front, seeds)
def test_it_is_a_large_linear_layer_tied_along_copies(
    size: Any, number: int, count: int, front: Any, seed: int
) -> None:
    layer, own, x, n = case(size, number, count, front, seed)
    own = pair(np.zeros(count), own.second)
    into, out = flatten(layer.source), flatten(layer.target)
    tied: Any = linear(into.target, out.target).reparametrise(spread(layer.source, count, n))
    result, kept = layer.forward(own, x)
    expected, its = tied.forward(own.second, into.get(x))
    np.testing.assert_array_equal(out.get(result), expected)
    change = whole_numbers(np.random.default_rng(seed), *result.shape)
    found, wanted = layer.backward(kept, change), tied.backward(its, out.get(change))
    np.testing.assert_array_equal(found[0].second, wanted[0])
    np.testing.assert_array_equal(into.get(found[1]), wanted[1])


@given(sizes, window, kernels, seeds)
def test_each_place_of_the_large_matrix_is_a_kernel_and_the_rest_is_zero(
    size: Any, number: int, count: int, seed: int
) -> None:
    own_port, n = seen_through(size, number)
    small = np.random.default_rng(seed).integers(1, 9, (n * n * size[2], count)).astype(float)
    lens: Any = spread(own_port, count, n)
    large = lens.get(small)
    places = (size[0] - n + 1) * (size[1] - n + 1)
    assert large.shape == (size[0] * size[1] * size[2], places * count)
    for place in range(places):
        columns = large[:, place * count : (place + 1) * count]
        np.testing.assert_array_equal(columns[(columns != 0).any(axis=1)], small)
    assert (lens.put(pair(small, (large != 0).astype(float))) == places).all()


@draws(60)
@given(sizes, window, kernels, in_front, seeds)
def test_values_are_those_of_scipy(size: Any, number: int, count: int, front: Any, seed: int) -> None:
    layer, own, x, n = case(size, number, count, front, seed)
    result = layer.get(pair(own, x)).reshape(-1, *layer.target.points.size)
    for one, image in zip(result, x.reshape(-1, *size), strict=True):
        for k in range(count):
            kernel = own.second[:, k].reshape(n, n, size[2])
            expected = signal.correlate(image, kernel, mode="valid", method="direct")[..., 0] + own.first[k]
            np.testing.assert_allclose(one[..., k], expected, atol=1e-12)


@draws(50)
@given(sizes, window, kernels, in_front, seeds)
def test_of_pictures_that_are_data_no_change_is_computed(
    size: Any, number: int, count: int, front: Any, seed: int
) -> None:
    layer, own, x, n = case(size, number, count, front, seed)
    still: Any = correlate(pictures(*size), count, n)
    result, kept = still.forward(own, x)
    expected, its = layer.forward(own, x)
    np.testing.assert_array_equal(result, expected)
    change = whole_numbers(np.random.default_rng(seed), *result.shape)
    (found, nothing), (wanted, _) = still.backward(kept, change), layer.backward(its, change)
    assert nothing == ()
    np.testing.assert_array_equal(found.first, wanted.first)
    np.testing.assert_array_equal(found.second, wanted.second)
    assert still.put(pair(pair(own, x), change)).second == ()


@draws(60)
@given(sizes, window, kernels, in_front, seeds)
def test_it_is_the_derivative_turned_around(size: Any, number: int, count: int, front: Any, seed: int) -> None:
    layer, own, x, _ = case(size, number, count, front, seed)
    rng = np.random.default_rng(seed)
    along = pair(pair(rng.normal(size=count), rng.normal(size=own.second.shape)), rng.normal(size=x.shape))
    weight = rng.normal(size=np.shape(layer.get(pair(own, x))))
    report = check_reverse(layer.lens, pair(own, x), along, weight)
    assert report, str(report)


@pytest.mark.parametrize("name", sorted(CASES))
def test_values_and_changes_are_those_of_pytorch(name: str) -> None:
    shape, count, n = CASES[name]
    layer: Any = correlate(images(*shape[1:]), count, n)
    x, weights, offsets = numbers(shape, 1), numbers((n * n * shape[3], count), 2), numbers((count,), 3)
    own = pair(np.array(offsets), np.array(weights))
    result, kept = layer.forward(own, np.array(x))
    changes, before = layer.backward(kept, np.array(numbers(result.shape, 4)))
    found = [result, *picked(changes), before]
    for mine, its in zip(found, RECORD[name], strict=True):
        np.testing.assert_allclose(np.ravel(mine), its, rtol=1e-10, atol=1e-12)


def test_a_convolution_keeps_the_format_of_its_numbers() -> None:
    layer = correlate(images(5, 5), 2, 3)
    own: Any = pair(np.ones(2, np.float32), np.ones((9, 2), np.float32))
    result, kept = layer.forward(own, np.ones((5, 5, 1), np.float32))
    changes, before = layer.backward(kept, result)
    assert {array.dtype for array in (result, before, *picked(changes))} == {np.dtype(np.float32)}


ROWS: Any = vectors(9)


@pytest.mark.parametrize(
    ("made", "error", "message"),
    [
        (lambda: correlate(ROWS, 2, 3), WrongType, "^correlate needs a port of images"),
        (lambda: spread(ROWS, 2, 3), WrongType, "^spread needs a port of images"),
        (lambda: correlate(images(5, 5), 0, 3), InvalidQuantity, "^number of kernels must be 1 or more; got 0$"),
        (lambda: spread(images(5, 5), -1, 3), InvalidQuantity, "^number of kernels must be 1 or more; got -1$"),
        (lambda: correlate(images(5, 5), 1, 6), InvalidQuantity, r"^size of a window on Images\[5, 5, 1\] must be"),
        (lambda: correlate(images(5, 5), True, 3), WrongType, "^number of kernels needs an int; got bool True$"),
        (
            lambda: correlate(images(5, 5), 2, 3) >> correlate(images(3, 3), 2, 2),
            CompositionError,
            r"Images\[3, 3, 2\].*is not.*Images\[3, 3, 1\]",
        ),
    ],
)
def test_what_cannot_be_is_refused_when_it_is_made(made: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        made()

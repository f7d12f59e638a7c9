"""Digits: the images are those of scikit-learn, and what is held out is not taught."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinyml import Digits, InvalidQuantity, WrongType, digits, held_out


def test_there_are_1797_digits_with_ink_from_0_to_1() -> None:
    data = digits()
    assert data.images.shape == (1797, 8, 8, 1)
    assert np.bincount(data.labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert (data.images.min(), data.images.max()) == (0, 1)
    np.testing.assert_array_equal(data.images * 16, np.round(data.images * 16))
    assert int((data.images * 16).sum()) == 561718


def test_nobody_can_change_them() -> None:
    data = digits()
    for array in (data.images, data.labels):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
    assert digits() is data


def test_the_images_are_those_of_scikit_learn() -> None:
    theirs = pytest.importorskip("sklearn.datasets").load_digits()
    np.testing.assert_array_equal(digits().images[..., 0] * 16, theirs.images)
    np.testing.assert_array_equal(digits().labels, theirs.target)


def numbered(count: int) -> Digits:
    return Digits(np.zeros((count, 8, 8, 1)), np.arange(count))


@given(st.integers(2, 50), st.data(), st.one_of(st.none(), st.integers(0, 2**32 - 1)))
def test_each_digit_is_taught_or_held_out(count: int, data: Any, seed: int | None) -> None:
    number = data.draw(st.integers(1, count - 1))
    rng = None if seed is None else np.random.default_rng(seed)
    taught, held = held_out(numbered(count), number, rng)
    assert (len(taught), len(held)) == (count - number, number)
    assert len(taught.images) == len(taught)
    both = [*taught.labels.tolist(), *held.labels.tolist()]
    assert sorted(both) == list(range(count))
    if seed is None:
        assert both == list(range(count))


def test_what_is_drawn_depends_on_the_generator_alone() -> None:
    one, same, other = (held_out(numbered(50), 10, np.random.default_rng(seed))[1].labels for seed in (1, 1, 2))
    assert one.tolist() == same.tolist() != other.tolist()


HALF: Any = 2.5


@pytest.mark.parametrize(
    ("made", "error", "message"),
    [
        (lambda: held_out(numbered(5), 5), InvalidQuantity, "^number of digits held out must be from 1 to 4; got 5$"),
        (lambda: held_out(numbered(5), 0), InvalidQuantity, "^number of digits held out must be from 1 to 4; got 0$"),
        (lambda: held_out(numbered(5), HALF), WrongType, r"^number of digits held out needs an int; got float 2\.5$"),
        (lambda: held_out(numbered(5), 1, HALF), WrongType, "^held_out needs a random generator, .*; got float"),
    ],
)
def test_what_cannot_be_held_out_is_refused(made: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        made()

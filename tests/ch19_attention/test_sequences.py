"""Sequences: positions, masks, and what is refused of both."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_lenses import pair
from small_sequences import drawn_rows, in_front, lengths, seeds, widths

from tinyml import (
    EmptyInput,
    InvalidQuantity,
    OutOfRange,
    ShapeMismatch,
    WrongType,
    attend,
    causal,
    check_reverse,
    everywhere,
    hidden,
    keys,
    positions,
    queries,
    values,
    weighed,
)


@given(lengths, st.integers(0, 3), widths, in_front, seeds)
def test_each_place_gets_its_row_and_gives_back_what_comes_to_it(
    length: int, more: int, size: int, front: Any, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    layer: Any = positions(length + more, size)
    table, x = drawn_rows(rng, length + more, size), drawn_rows(rng, *front, length, size)
    result = layer.get(pair(table, x))
    np.testing.assert_array_equal(result, x + table[:length])
    along = pair(drawn_rows(rng, *table.shape), drawn_rows(rng, *x.shape))
    report = check_reverse(layer.lens, pair(table, x), along, drawn_rows(rng, *x.shape))
    assert report, str(report)
    shorter = layer.get(pair(table, x[..., : length - 1, :]))
    np.testing.assert_array_equal(shorter, result[..., : length - 1, :])


def test_a_sequence_longer_than_its_positions_is_refused() -> None:
    layer: Any = positions(3, 2)
    with pytest.raises(OutOfRange, match=r"^position index 4 out of range; limit is 3"):
        layer.get(pair(np.zeros((3, 2)), np.zeros((5, 2))))


@given(lengths, lengths)
def test_under_a_causal_mask_query_i_may_read_the_first_i_plus_1(length: int, read: int) -> None:
    assert [row.tolist() for row in causal(length)] == [[j <= i for j in range(length)] for i in range(length)]
    assert everywhere(length, read).shape == (length, read)
    assert everywhere(length, read).all()
    assert everywhere(length).shape == (length, length)


ROWS: Any = [[True]]
NUMBERS: Any = np.ones((2, 2))
HALF: Any = 2.5


@pytest.mark.parametrize(
    ("made", "error", "message"),
    [
        (lambda: hidden(0), InvalidQuantity, "^number of features must be 1 or more; got 0$"),
        (lambda: queries(-1), InvalidQuantity, "^width of a head must be 1 or more; got -1$"),
        (lambda: keys(True), WrongType, "^width of a head needs an int; got bool True$"),
        (lambda: values(HALF), WrongType, r"^width of a head needs an int; got float 2\.5$"),
        (lambda: positions(0, 2), InvalidQuantity, "^number of positions must be 1 or more; got 0$"),
        (lambda: causal(0), InvalidQuantity, "^length of a sequence must be 1 or more; got 0$"),
        (lambda: everywhere(2, 0), InvalidQuantity, "^length of a sequence must be 1 or more; got 0$"),
        (lambda: weighed(ROWS), WrongType, r"^weighed needs a mask, an array of bools such as causal\(5\); got list"),
        (lambda: weighed(NUMBERS), WrongType, "^weighed needs a mask"),
        (lambda: weighed(np.ones(3, bool)), ShapeMismatch, r"^shape mismatch in mask of weighed: .*got \(3,\)$"),
        (lambda: weighed(np.ones((0, 3), bool)), EmptyInput, "^empty input in mask of weighed: "),
        (
            lambda: attend(2, np.array([[True, False], [False, False]])),
            InvalidQuantity,
            "^number of keys that query 1 may read must be 1 or more; got 0$",
        ),
    ],
)
def test_what_cannot_be_is_refused_when_it_is_made(made: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        made()

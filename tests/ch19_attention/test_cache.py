"""A cache of keys and values says what all of attention says, and its run can be cut anywhere."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_lenses import pair
from small_sequences import drawn_for, drawn_rows, seeds

from tinyml import InvalidQuantity, WrongType, attention, nothing_read, one_by_one

shapes = st.sampled_from([(1, 1), (2, 2), (4, 2), (6, 3)])
lengths = st.integers(1, 7)


@given(shapes, lengths, seeds)
def test_a_cache_says_what_all_of_attention_says(shape: Any, length: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    layer: Any = attention(*shape)
    own, x = drawn_for(layer, rng), drawn_rows(rng, length, shape[0])
    cache, said = one_by_one(own, *shape).run(nothing_read(*shape), x)
    np.testing.assert_allclose(np.array(said), layer.get(pair(own, x)), atol=1e-12)
    assert cache.first.shape == cache.second.shape == (shape[1], length, shape[0] // shape[1])


@given(shapes, lengths, lengths, seeds)
def test_a_run_that_is_cut_goes_on_as_if_it_had_not_been(shape: Any, first: int, second: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    own = drawn_for(attention(*shape), rng)
    x = drawn_rows(rng, first + second, shape[0])
    machine = one_by_one(own, *shape)
    whole, said = machine.run(nothing_read(*shape), x)
    middle, one = machine.run(nothing_read(*shape), x[:first])
    end, other = machine.run(middle, x[first:])
    np.testing.assert_array_equal(np.array([*one, *other]), np.array(said))
    np.testing.assert_array_equal(end.first, whole.first)
    assert middle.first.shape[1] == first  # the cache in the middle is as it was


def test_what_is_no_cache_or_no_parameters_is_refused() -> None:
    own: Any = drawn_for(attention(4, 2), np.random.default_rng(1))
    with pytest.raises(InvalidQuantity, match=r"^number of heads for 4 features must be a divisor of 4; got 3$"):
        nothing_read(4, 3)
    with pytest.raises(WrongType, match=r"in one_by_one needs a Product for"):
        one_by_one(own.first.first, 4, 2)

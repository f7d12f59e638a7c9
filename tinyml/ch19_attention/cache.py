"""A cache: a sequence that grows by one place asks once, and reads keys and values that were made before.

    nothing_read(d, h)           a cache without places
    one_by_one(own, d, h)        a Mealy machine: (cache, a row) -> (cache with one place more, what is read there)

Under a causal mask, what an earlier place has read never changes.  So its keys and values can stay as they are, and a
new place costs one row of scores instead of all of them.  The cache is the state of a machine, and a run of it can be
cut anywhere, as every run of a Mealy machine can.
Laws (tests/ch19_attention/test_cache.py): the machine says what `attention` gives under `causal`, within 1e-12; a run
that is cut goes on as if it had not been; it makes one row of keys for each place.
"""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np

from tinyml.ch01_objects.domain import Product
from tinyml.ch13_learner.epochs import Mealy
from tinyml.ch19_attention.heads import Affine, attention, width_of
from tinyml.ch19_attention.sequences import Hidden, Keys, Values

Cache: TypeAlias = Product[Keys, Values]
"""Keys and values of all places so far, each of shape (heads, places, width)."""


def nothing_read(size: int, heads: int) -> Cache:
    """Return the cache of a sequence that has not begun.

    >>> nothing_read(8, 2).first.shape
    (2, 0, 4)
    """
    empty = np.zeros((heads, 0, width_of(size, heads)))
    return Product(Keys(empty), Values(empty))


def one_by_one(own: Product[Affine, Affine], size: int, heads: int) -> Mealy[Cache, Hidden, Hidden]:
    """Return causal attention with these parameters as a machine, which is given a row for each place in turn."""
    width = width_of(size, heads)
    attention(size, heads).parameters.admit_point("one_by_one", own)
    after, before = own.first, own.second

    def step(cache: Cache, row: Hidden) -> tuple[Cache, Hidden]:
        q, k, v = (row @ before.second + before.first).reshape(3, heads, 1, width)
        keys = Keys(np.concatenate([cache.first, k], axis=1))
        values = Values(np.concatenate([cache.second, v], axis=1))
        scores = (q @ keys.swapaxes(-1, -2)) / math.sqrt(width)
        powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
        read = (powers / powers.sum(axis=-1, keepdims=True)) @ values
        return Product(keys, values), Hidden(read.reshape(size) @ after.second + after.first)

    return Mealy(step)

"""Species of iris: a table for each bit of the label, taught by the first 25 flowers of each, asked of the other 25.

    (flower, species)  ->  (a, b, c, d), label        a table of 16 rows for each bit of the label

The file of iris at UCI, which the authors' experiments read, has flowers 35 and 38 otherwise than Fisher's paper, as
UCI's own notes say, and the package has them as Fisher has.  Both are asked here.
Checked by tests/benchmarks/test_benchmarks_circuits.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tinyml import iris
from tinyml.ch17_circuits import halves, taught
from tinyml.ch17_circuits.species import Blooms
from tinyml.validation import FloatArray, IntArray

AT_UCI = {35: (4.9, 3.1, 1.5, 0.1), 38: (4.9, 3.1, 1.5, 0.1)}
"""Flowers that UCI's file has otherwise than Fisher, counted from 1, in cm."""
EACH = 50
"""Flowers of each species."""
ONE_BIT, BINARY, ONE_HOT = ((0,), (1,)), ((0, 0), (0, 1), (1, 0)), ((1, 0, 0), (0, 1, 0), (0, 0, 1))
Labels = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Named:
    """How many flowers were asked, which were named wrong, counted from 1, and how many are right in other orders."""

    asked: int
    wrong: tuple[int, ...]
    others: tuple[int, ...]

    @property
    def right(self) -> int:
        return self.asked - len(self.wrong)


def at_uci() -> FloatArray:
    """Return the measurements as UCI's file has them, in cm, shape (150, 4)."""
    found = iris().measurements.copy()
    for flower, row in AT_UCI.items():
        found[flower - 1] = row
    return found


def measured(measurements: FloatArray, labels: Labels, seed: int, orders: int) -> Named:
    """Ask the first so many species as there are labels, taught one after the other, and in so many drawn orders."""
    count = EACH * len(labels)
    bits = as_bits(measurements[:count])
    species = np.repeat(np.arange(len(labels)), EACH)
    tables = [Blooms(bits, np.array(column)[species]) for column in zip(*labels, strict=True)]
    teach, ask = halves(tables[0])
    rng = np.random.default_rng(seed)
    return Named(
        len(ask),
        tuple((wrong(tables, teach, ask) + 1).tolist()),
        tuple(len(ask) - len(wrong(tables, rng.permutation(teach), ask)) for _ in range(orders)),
    )


def as_bits(measurements: FloatArray) -> IntArray:
    """Return 1 where a measurement is above the middle of its range."""
    middle = (measurements.min(axis=0) + measurements.max(axis=0)) / 2
    return np.asarray(measurements > middle).astype(np.int64)


def wrong(tables: list[Blooms], teach: IntArray, ask: IntArray) -> IntArray:
    """Return the asked flowers of which some table has its bit of the label wrong, once all of them were taught."""
    fails = [taught(own, teach)[own.rows[ask]] != own.second[ask] for own in tables]
    return ask[np.any(fails, axis=0)]

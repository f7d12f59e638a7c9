"""Species: two species of iris, told apart by a lookup table of four bits, each a measurement that is long or is not.

    (flower, species)  ->  (a, b, c, d), t        100 flowers, 16 rows

What a table of bits cannot do is in its rows.  A row that no flower has shown says 0.  Two flowers with the same bits
and other names are one row, and whoever comes last has its way; `best_possible` says how many a table could have right.
The protocol is that of the experiments of reverse derivative ascent [Wilson and Zanasi 2020]: a measurement is long
above the middle of its range, and of each species the first 25 flowers teach and the other 25 are asked.
Laws (tests/ch17_circuits/test_species.py): teaching is the fold of the learner's steps; examples that do not contradict
each other are all learnt in one pass; the last example of a row has its way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import numpy as np

from tinyml.ch10_tape.rings import Bit
from tinyml.ch13_learner.flowers import SPECIES, iris
from tinyml.ch17_circuits.gates import Bits
from tinyml.errors import EmptyInput, WrongType
from tinyml.validation import IntArray

CUTS = "middle", "median"


@final
@dataclass(frozen=True)
class Blooms:
    """Flowers of two species, as rows of bits, and 1 for those of the second species."""

    bits: IntArray
    second: IntArray

    @property
    def rows(self) -> IntArray:
        """The row of a lookup table that each flower belongs to: its bits as a whole number, the first one highest."""
        weights = 1 << np.arange(self.bits.shape[1])[::-1]
        numbers: IntArray = self.bits @ weights
        return numbers

    def example(self, flower: int) -> tuple[Bits, Bits]:
        """Return a point and its label, as `step` of a learner takes them."""
        return tuple(Bit(int(bit)) for bit in self.bits[flower]), (Bit(int(self.second[flower])),)


def blooms(first: str = "setosa", second: str = "versicolor", cut: str = "middle") -> Blooms:
    """Return the flowers of two species, 50 of each; a bit is 1 where a measurement is above the cut.

    The cut is the "middle" of the range of both species, or their "median".

    >>> blooms().bits.shape, blooms().bits[0], blooms().bits[99]
    ((100, 4), array([0, 1, 0, 0]), array([1, 0, 1, 1]))
    """
    if cut not in CUTS:
        raise WrongType("blooms", " or ".join(CUTS), cut)
    for name in (first, second):
        if name not in SPECIES:
            raise WrongType("blooms", f"two of {', '.join(SPECIES)}", name)
    if first == second:
        raise WrongType("blooms", "two species that differ", second)
    flowers = iris()
    chosen = [place for name in (first, second) for place in np.flatnonzero(flowers.species == SPECIES.index(name))]
    measured = flowers.measurements[chosen]
    middle = (measured.min(axis=0) + measured.max(axis=0)) / 2
    bits = (measured > (middle if cut == "middle" else np.median(measured, axis=0))).astype(np.int64)
    names = (flowers.species[chosen] == SPECIES.index(second)).astype(np.int64)
    return Blooms(bits, names)


def halves(own: Blooms) -> tuple[IntArray, IntArray]:
    """Return the first 25 flowers of each species, which teach, and the other 25, which are asked."""
    places = np.arange(len(own.second))
    return places[places % 50 < 25], places[places % 50 >= 25]


def taught(own: Blooms, order: Sequence[int] | IntArray) -> IntArray:
    """Return the table of 16 rows after these flowers, one after the other, from zeros.

    A lookup table's step flips its row where it was wrong, so that each row says what its last flower said.
    """
    table = np.zeros(1 << own.bits.shape[1], np.int64)
    rows = own.rows
    for flower in order:
        table[rows[flower]] = own.second[flower]
    return table


def share_right(own: Blooms, table: IntArray, asked: Sequence[int] | IntArray | None = None) -> float:
    """Return the share of the flowers that a table names right, or of those that are asked."""
    places = np.arange(len(own.second)) if asked is None else np.asarray(asked)
    if not places.size:
        raise EmptyInput("share_right", "no flower is asked")
    return float((table[own.rows[places]] == own.second[places]).mean())


def best_possible(own: Blooms) -> float:
    """Return the share that the best table names: in each row, what most of its flowers are."""
    rows = own.rows
    right = sum(max(int((own.second[rows == row] == bit).sum()) for bit in (0, 1)) for row in np.unique(rows))
    return right / len(rows)

"""Sweeps: the examples of a table, again and again in one order; a run that comes back to where it was never ends.

    swept(circuit, table, order)      the settings after each sweep, until nothing is wrong or one comes again

A sweep is an endomorphism of a finite set, so its powers end in a cycle: of length 1 where the table is learnt, and
otherwise of settings that are wrong, for ever.  Which of the two it is depends on the order of the examples.  A step
flips its mask where that and the *difference to the goal* have an odd number of switches in common, so that all tables
have one picture, with other labels.
Laws (tests/ch17_circuits/test_sweeps.py): where a sweep leads depends on the difference to the goal alone; a lookup
table learns each of the 256 functions of three bits in one sweep; from zeros a Reed-Muller circuit learns two of the 16
functions of two bits and never the other 14, in each of the 24 orders, though which two they are depends on the order;
drawn inputs teach it all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import final

import numpy as np

from tinyml.ch16_reverse.as_lenses import SidedMap
from tinyml.ch17_circuits.gates import Table
from tinyml.ch17_circuits.teachable import masks_of, said
from tinyml.errors import InvalidQuantity, ShapeMismatch, WrongType
from tinyml.validation import whole_number


@final
@dataclass(frozen=True)
class Run:
    """The settings after each sweep, the start first, and to which of them the last sweep came back, if it did.

    `returned` is None when the table is learnt.
    """

    settings: tuple[int, ...]
    returned: int | None

    @property
    def learnt(self) -> bool:
        return self.returned is None

    @property
    def cycle(self) -> tuple[int, ...]:
        """The settings that come again and again; empty when the table is learnt."""
        return () if self.returned is None else self.settings[self.returned :]


def swept(circuit: SidedMap, table: Table, order: Sequence[int] | None = None, start: int = 0) -> Run:
    """Sweep over all rows of a table in an order, until all of them are right or a setting comes again.

    >>> from tinyml.ch17_circuits.teachable import lookup, reed_muller
    >>> swept(lookup(2), (0, 1, 1, 0)).settings, swept(reed_muller(2), (0, 1, 1, 0)).learnt
    ((0, 6), False)
    """
    masks = masks_of(circuit)
    rows = checked_order(len(masks), table, order)
    own = checked_setting(circuit, start)
    seen = {own: 0}
    while not right(masks, table, own):
        own = after(masks, table, rows, own)
        if own in seen:
            return Run(tuple(seen), seen[own])
        seen[own] = len(seen)
    return Run(tuple(seen), None)


def after(masks: Sequence[int], table: Table, rows: Sequence[int], own: int) -> int:
    """Return the setting after one example of each of these rows."""
    for row in rows:
        if said(own, masks[row]) != table[row]:
            own ^= masks[row]
    return own


def right(masks: Sequence[int], table: Table, own: int) -> bool:
    """Say whether a setting has a table."""
    return all(said(own, mask) == wanted for mask, wanted in zip(masks, table, strict=True))


def orders(size: int) -> list[tuple[int, ...]]:
    """Return all orders of so many rows, of which there are size!; at most 6 rows."""
    if size > 6:
        raise InvalidQuantity("number of rows of all orders", size, "at most 6")
    return list(permutations(range(size)))


def drawn_samples(circuit: SidedMap, table: Table, rng: np.random.Generator, most: int = 100_000) -> int:
    """Return after how many drawn examples a circuit has learnt a table, from zeros.

    Raises `InvalidQuantity` when more than `most` would be needed.
    """
    if not isinstance(rng, np.random.Generator):
        raise WrongType("drawn_samples", "a random generator, such as np.random.default_rng(1)", rng)
    masks = masks_of(circuit)
    checked_order(len(masks), table, None)
    own = 0
    for done in range(most + 1):
        if right(masks, table, own):
            return done
        own = after(masks, table, [int(rng.integers(len(masks)))], own)
    raise InvalidQuantity("number of examples", most + 1, f"at most {most}")


def checked_setting(circuit: SidedMap, number: int) -> int:
    """Return a setting of a circuit's parameters as a whole number; refuse one with more bits than there are."""
    own = whole_number("setting", number)
    if not 0 <= own < 1 << circuit.parameters:
        raise InvalidQuantity("setting", own, f"from 0 to {(1 << circuit.parameters) - 1}")
    return own


def checked_order(size: int, table: Table, order: Sequence[int] | None) -> tuple[int, ...]:
    """Return an order of rows; refuse a table of another length, and rows that are not there."""
    if len(table) != size or set(table) - {0, 1}:
        raise ShapeMismatch("table", f"{size} bits", str(tuple(table)))
    rows = tuple(range(size)) if order is None else tuple(order)
    if not rows or any(not 0 <= row < size for row in rows):
        raise ShapeMismatch("order", f"rows from 0 to {size - 1}", str(rows))
    return rows

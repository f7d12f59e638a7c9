"""Chances: how many samples a circuit needs when its inputs are drawn at random, exactly.

    mean(p) = 1 + (1 / 2^n) sum over inputs x of  mean(step_x(p))         mean(p) = 0 where p has learnt the table

Each setting of the parameters is a state of a Markov chain, and drawing an input leads from one to the next.  The means
solve as many linear equations as there are states; over fractions they are exact.
Laws (tests/ch17_circuits/test_chances.py): means are those of the equations, put in again; a lookup table has the mean
of a collector of coupons who still lacks the rows that are wrong; runs with drawn inputs have a mean near them.
"""

from __future__ import annotations

from fractions import Fraction

from tinyml.ch16_reverse.as_lenses import SidedMap
from tinyml.ch17_circuits.gates import Table
from tinyml.ch17_circuits.sweeps import checked_order, checked_setting
from tinyml.ch17_circuits.teachable import masks_of, said, settings_for
from tinyml.errors import EmptyInput, InvalidQuantity

MOST_PARAMETERS = 6


def mean_samples(circuit: SidedMap, table: Table, start: int = 0) -> Fraction:
    """Return the mean number of samples after which a circuit, from a setting, has learnt a table for good.

    >>> from tinyml.ch17_circuits.teachable import lookup
    >>> mean_samples(lookup(1), (0, 1))
    Fraction(2, 1)
    """
    masks, begin = masks_of(circuit), checked_setting(circuit, start)
    if circuit.parameters > MOST_PARAMETERS:
        raise InvalidQuantity("number of parameters", circuit.parameters, f"at most {MOST_PARAMETERS}")
    checked_order(len(masks), table, None)
    goals = set(settings_for(circuit, table))
    if not goals:
        raise EmptyInput("mean_samples", "no setting of the circuit has this table")
    count = 1 << circuit.parameters
    rows: list[list[Fraction]] = []
    share = Fraction(1, len(masks))
    for own in range(count):
        row = [Fraction(0)] * (count + 1)
        row[own] += 1
        if own not in goals:
            row[count] = Fraction(1)
            for mask, wanted in zip(masks, table, strict=True):
                row[own ^ mask if said(own, mask) != wanted else own] -= share
        rows.append(row)
    return solved(rows)[begin]


def solved(rows: list[list[Fraction]]) -> list[Fraction]:
    """Return the solution of linear equations, each with its right side last, by elimination over fractions."""
    size = len(rows)
    for column in range(size):
        pivot = next(place for place in range(column, size) if rows[place][column])
        rows[column], rows[pivot] = rows[pivot], rows[column]
        first = rows[column][column]
        rows[column] = [number / first for number in rows[column]]
        for place in range(size):
            factor = rows[place][column]
            if place != column and factor:
                rows[place] = [a - factor * b for a, b in zip(rows[place], rows[column], strict=True)]
    return [row[size] for row in rows]

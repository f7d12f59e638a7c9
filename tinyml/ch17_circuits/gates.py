"""Gates: circuits of bits are polynomial maps over GF(2), and each of them has a reverse.

    NOT  a + 1        AND  a b        XOR  a + b        OR  a + b + a b        MUX  a + s (a + b)

Any circuit is a row of these with wires copied, discarded and crossed.  `table_of` is what it computes: its outputs, at
all inputs in order.  Many circuits have one table, and they need not have one reverse.
Laws (tests/ch17_circuits/test_gates.py): each gate has the table of the operators of Python; De Morgan's laws hold for
tables, and for polynomials; copy and AND has the table of a wire and another reverse.
"""

from __future__ import annotations

from itertools import product
from typing import TypeAlias

from tinyml.ch10_tape.rings import GF2, Bit
from tinyml.ch16_reverse.polymaps import PolyMap, polymap
from tinyml.ch16_reverse.polynomials import variables
from tinyml.errors import InvalidQuantity, ShapeMismatch, WrongType
from tinyml.validation import whole_number

Bits: TypeAlias = tuple[Bit, ...]
Table: TypeAlias = tuple[int, ...]
"""One bit for each input, 00, 01, 10, 11 and so on."""

MOST_INPUTS = 8
_a, _b = variables(GF2, "a b")
_s, _x, _y = variables(GF2, "s a b")

NOT = polymap(variables(GF2, "a")[0] + 1)
AND, XOR, OR = polymap(_a * _b), polymap(_a + _b), polymap(_a + _b + _a * _b)
MUX = polymap(_x + _s * (_x + _y))
"""The first of two where the bit s is 0, and the second where it is 1."""


def inputs_of(size: int) -> list[Bits]:
    """Return all inputs of so many bits, in order.

    >>> inputs_of(2)
    [(0, 0), (0, 1), (1, 0), (1, 1)]
    """
    return [tuple(map(Bit, row)) for row in product((0, 1), repeat=checked_inputs(size))]


def table_of(circuit: PolyMap) -> Table:
    """Return the outputs of a circuit with one output, at all inputs in order.

    >>> table_of(AND), table_of(XOR), table_of(OR)
    ((0, 0, 0, 1), (0, 1, 1, 0), (0, 1, 1, 1))
    """
    if not isinstance(circuit, PolyMap) or circuit.ring is not GF2:
        raise WrongType("table_of", "a polynomial map over GF2", circuit)
    if circuit.target != 1:
        raise ShapeMismatch("table_of", "a circuit with one output", str(circuit.target))
    return tuple(circuit(*row)[0].value for row in inputs_of(circuit.source))


def tables(size: int) -> list[Table]:
    """Return all functions of so many bits, as tables; there are 2^(2^n) of them, so n is at most 3.

    >>> len(tables(2)), tables(1)
    (16, [(0, 0), (0, 1), (1, 0), (1, 1)])
    """
    if checked_inputs(size) > 3:
        raise InvalidQuantity("number of inputs of all tables", size, "at most 3")
    return list(product((0, 1), repeat=1 << size))


def checked_inputs(size: int) -> int:
    number = whole_number("number of inputs", size)
    if not 0 <= number <= MOST_INPUTS:
        raise InvalidQuantity("number of inputs", number, f"from 0 to {MOST_INPUTS}")
    return number

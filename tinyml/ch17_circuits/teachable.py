"""Teachable circuits: circuits with parameters on a wire at their side, which choose what they compute.

    lookup(n)         sum of  p_i [input is i]                 2^n parameters, one for each row of the table
    reed_muller(n)    sum of  p_S  product of a_k for k in S   2^n parameters, one for each set of inputs

    reed_muller(2) : p0 + p1 a + p2 b + p3 a b

Both compute each function of n bits for exactly one setting of their parameters.  They are linear in the parameters, so
that what comes back to these is a mask: the parameters that have a say at this input.
Laws (tests/ch17_circuits/test_teachable.py): each table has exactly one setting, in both; `settings_for` finds it; the
masks are what R sends back; a switch that is copied and ANDed with itself hears nothing.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product

from tinyml.ch10_tape.rings import GF2, Bit
from tinyml.ch16_reverse.as_lenses import SidedMap, sided
from tinyml.ch16_reverse.polymaps import polymap, reverse_derivative
from tinyml.ch16_reverse.polynomials import Polynomial, variables
from tinyml.ch17_circuits.gates import Bits, Table, inputs_of
from tinyml.errors import InvalidQuantity, ShapeMismatch, WrongType
from tinyml.validation import whole_number

MOST_INPUTS = 4
MOST_PARAMETERS = 16


def lookup(size: int) -> SidedMap:
    """Return the circuit that looks up a row: its parameters are the table.

    >>> lookup(1).map.told("p0 p1 a")
    (p0, p1, a) -> (p0 a + p0 + p1 a)
    """
    count, names = wires_for(size)
    total = names[0] * 0
    for place, row in enumerate(product((0, 1), repeat=size)):
        chosen = names[place]
        for wire, bit in zip(names[count:], row, strict=True):
            chosen = chosen * (wire + (1 - bit))
        total = total + chosen
    return sided(polymap(total), count)


def reed_muller(size: int) -> SidedMap:
    """Return the circuit whose parameters are the coefficients of a polynomial.

    >>> reed_muller(2).map.told("p0 p1 p2 p3 a b")
    (p0, p1, p2, p3, a, b) -> (p0 + p1 a + p2 b + p3 a b)
    """
    count, names = wires_for(size)
    total = names[0] * 0
    for place in range(count):
        term = names[place]
        for k in range(size):
            if place >> k & 1:
                term = term * names[count + k]
        total = total + term
    return sided(polymap(total), count)


def masks_of(circuit: SidedMap) -> tuple[int, ...]:
    """Return for each input, in order, which parameters a change of 1 comes back to, as a whole number: bit i is p_i.

    >>> [f"{mask:04b}" for mask in masks_of(reed_muller(2))]
    ['0001', '0101', '0011', '1111']
    """
    refuse_no_circuit("masks_of", circuit)
    refuse_not_linear("masks_of", circuit)
    return found_masks(circuit)


@lru_cache(maxsize=32)
def found_masks(circuit: SidedMap) -> tuple[int, ...]:
    """Return the masks of a circuit that is linear in its parameters."""
    back = reverse_derivative(circuit.map)
    nothing = (0,) * circuit.parameters
    changes = (back(*nothing, *row, 1)[: circuit.parameters] for row in inputs_of(circuit.source))
    return tuple(sum(bit.value << place for place, bit in enumerate(own)) for own in changes)


def settings_for(circuit: SidedMap, table: Table) -> list[int]:
    """Return all settings of the parameters with which a circuit has a table, as whole numbers.

    >>> settings_for(reed_muller(2), (0, 1, 1, 0))
    [6]
    """
    masks = masks_of(circuit)
    if circuit.parameters > MOST_PARAMETERS:
        raise InvalidQuantity("number of parameters", circuit.parameters, f"at most {MOST_PARAMETERS}")
    if len(table) != len(masks):
        raise ShapeMismatch("table", f"{len(masks)} bits", str(tuple(table)))
    return [
        own
        for own in range(1 << circuit.parameters)
        if all(said(own, mask) == wanted for mask, wanted in zip(masks, table, strict=True))
    ]


def said(parameters: int, mask: int) -> int:
    """Return what a circuit says at an input with this mask: 1 when an odd number of the parameters in it are 1."""
    return (parameters & mask).bit_count() % 2


def bits_of(number: int, size: int) -> Bits:
    """Return the bits of a whole number, the lowest first: the parameters of a setting, p0 first.

    >>> bits_of(6, 4)
    (0, 1, 1, 0)
    """
    return tuple(Bit(number >> place & 1) for place in range(size))


def wires_for(size: int) -> tuple[int, tuple[Polynomial, ...]]:
    """Return how many parameters a circuit of so many inputs has, and its variables, the parameters first."""
    number = whole_number("number of inputs", size)
    if not 0 <= number <= MOST_INPUTS:
        raise InvalidQuantity("number of inputs", number, f"from 0 to {MOST_INPUTS}")
    count = 1 << number
    return count, variables(GF2, " ".join([*(f"p{i}" for i in range(count)), *(f"a{k}" for k in range(number))]))


def refuse_no_circuit(where: str, circuit: object) -> None:
    """Refuse what is no circuit of bits with one output."""
    if not isinstance(circuit, SidedMap) or circuit.map.ring is not GF2 or circuit.map.target != 1:
        raise WrongType(where, "a circuit of bits with parameters and one output", circuit)


def refuse_not_linear(where: str, circuit: SidedMap) -> None:
    """Refuse a circuit whose masks depend on its parameters."""
    own: Polynomial = circuit.map.outputs[0]
    if any(sum(exponents[: circuit.parameters]) != 1 for exponents in own.terms):
        raise WrongType(where, "a circuit that is linear in its parameters", circuit)

"""Gates: their tables, De Morgan's laws, and two circuits with one table."""

from __future__ import annotations

from typing import Any

import pytest

from tinyml import GF2, RATIONAL, polymap, polymaps, reverse_derivative, variables
from tinyml.ch10_tape.rings import Bit
from tinyml.ch17_circuits.gates import AND, MUX, NOT, OR, XOR, inputs_of, table_of, tables
from tinyml.errors import InvalidQuantity, ShapeMismatch, WrongType

OPERATORS: dict[str, tuple[Any, Any]] = {
    "not": (NOT, lambda a: 1 - a),
    "and": (AND, lambda a, b: a & b),
    "xor": (XOR, lambda a, b: a ^ b),
    "or": (OR, lambda a, b: a | b),
    "mux": (MUX, lambda s, a, b: b if s else a),
}


@pytest.mark.parametrize("name", sorted(OPERATORS))
def test_a_gate_has_the_table_of_python(name: str) -> None:
    gate, operator = OPERATORS[name]
    expected = tuple(operator(*(bit.value for bit in row)) for row in inputs_of(gate.source))
    assert table_of(gate) == expected


def test_de_morgans_laws_hold_for_polynomials() -> None:
    both = NOT @ NOT
    assert both >> OR == AND >> NOT
    assert both >> AND == OR >> NOT
    assert polymaps.identity(GF2, 1) == NOT >> NOT


def test_copy_and_and_is_a_wire_with_another_reverse() -> None:
    circuit, wire = polymaps.copy(GF2, 1) >> AND, polymaps.identity(GF2, 1)
    assert table_of(circuit) == table_of(wire)
    assert reverse_derivative(circuit) != reverse_derivative(wire)
    assert reverse_derivative(circuit) == polymaps.zero(GF2, 1, 2)


def test_all_tables_and_all_inputs() -> None:
    assert [len(tables(size)) for size in range(4)] == [2, 4, 16, 256]
    assert len(set(tables(3))) == 256
    assert inputs_of(0) == [()]
    assert inputs_of(1) == [(Bit(0),), (Bit(1),)]


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: table_of(polymap(*variables(RATIONAL, "a"))), WrongType),
        (lambda: table_of(polymap(*variables(GF2, "a b"))), ShapeMismatch),
        (lambda: tables(4), InvalidQuantity),
        (lambda: inputs_of(9), InvalidQuantity),
        (lambda: inputs_of(-1), InvalidQuantity),
    ],
)
def test_what_does_not_fit_is_refused(call: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        call()

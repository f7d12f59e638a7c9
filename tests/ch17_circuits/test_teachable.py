"""Teachable circuits: each table for one setting, and masks that are what R sends back."""

from __future__ import annotations

from typing import Any

import pytest

from tinyml import GF2, RATIONAL, polymap, reverse_derivative, sided, variables
from tinyml.ch10_tape.rings import Bit
from tinyml.ch17_circuits.gates import inputs_of, table_of, tables
from tinyml.ch17_circuits.teachable import bits_of, lookup, masks_of, reed_muller, said, settings_for
from tinyml.errors import WrongType

CIRCUITS: dict[str, Any] = {"lookup": lookup, "reed_muller": reed_muller}


@pytest.mark.parametrize("name", sorted(CIRCUITS))
@pytest.mark.parametrize("size", range(4))
def test_each_table_has_exactly_one_setting(name: str, size: int) -> None:
    circuit = CIRCUITS[name](size)
    found = [settings_for(circuit, table) for table in tables(size)]
    assert {len(own) for own in found} == {1}
    assert sorted(own for (own,) in found) == list(range(1 << (1 << size)))


@pytest.mark.parametrize("name", sorted(CIRCUITS))
def test_with_its_setting_a_circuit_has_the_table(name: str) -> None:
    circuit = CIRCUITS[name](2)
    for table in tables(2):
        (own,) = settings_for(circuit, table)
        parameters = bits_of(own, circuit.parameters)
        assert tuple(circuit.map(*parameters, *row)[0].value for row in inputs_of(2)) == table


@pytest.mark.parametrize("name", sorted(CIRCUITS))
def test_a_mask_is_what_r_sends_back_whatever_the_parameters_are(name: str) -> None:
    circuit = CIRCUITS[name](2)
    back = reverse_derivative(circuit.map)
    for row, mask in zip(inputs_of(2), masks_of(circuit), strict=True):
        for own in range(16):
            parameters = bits_of(own, 4)
            assert back(*parameters, *row, 1)[:4] == bits_of(mask, 4)
            assert circuit.map(*parameters, *row) == (Bit(said(own, mask)),)


def test_what_is_no_circuit_that_can_be_taught_is_refused() -> None:
    p, a = variables(GF2, "p a")
    q, b = variables(RATIONAL, "p a")
    no_circuits = 3, sided(polymap(q * b), 1), sided(polymap(p, a), 1)
    for wrong in (*no_circuits, sided(polymap(p + a), 1), sided(polymap(p * p), 1)):
        with pytest.raises(WrongType):
            masks_of(wrong)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    assert table_of(polymap(p * a)) == (0, 0, 0, 1)

"""Learning: the learner of chapter 13 over bits is one line."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from tinyml import GF2, polymap, sided, variables
from tinyml.ch10_tape.rings import Bit
from tinyml.ch17_circuits.gates import inputs_of, table_of
from tinyml.ch17_circuits.learning import circuit_learner
from tinyml.ch17_circuits.teachable import bits_of, lookup, masks_of, reed_muller, said
from tinyml.errors import TinyMLError, WrongType

CIRCUITS: dict[str, Any] = {"lookup": lookup(2), "reed_muller": reed_muller(2)}


@pytest.mark.parametrize("name", sorted(CIRCUITS))
def test_a_step_of_the_composite_flips_the_mask_where_the_circuit_was_wrong(name: str) -> None:
    circuit = CIRCUITS[name]
    learner, masks = circuit_learner(circuit), masks_of(circuit)
    for own in range(16):
        for row, mask in zip(inputs_of(2), masks, strict=True):
            for wanted in (0, 1):
                expected = own ^ mask if said(own, mask) != wanted else own
                assert learner.step(row, (Bit(wanted),))(bits_of(own, 4)) == bits_of(expected, 4)
                assert learner.measure(row, (Bit(wanted),))(bits_of(own, 4)) == (Bit(said(own, mask) ^ wanted),)


def test_after_its_step_a_lookup_table_is_right_and_a_reed_muller_circuit_where_its_mask_is_odd() -> None:
    for circuit in CIRCUITS.values():
        learner = circuit_learner(circuit)
        for own in range(16):
            for row, mask in zip(inputs_of(2), masks_of(circuit), strict=True):
                label = (Bit(1),)
                after = learner.step(row, label)(bits_of(own, 4))
                still_wrong = learner.measure(row, label)(after) == (Bit(1),)
                assert still_wrong == (said(own, mask) == 0 and mask.bit_count() % 2 == 0)


def test_switches_that_are_copied_and_anded_have_the_same_values_and_never_move() -> None:
    p, q, a = variables(GF2, "p q a")
    plain, doubled = sided(polymap(p + q * a), 2), sided(polymap(p**2 + q**2 * a), 2)
    assert table_of(plain.map) == table_of(doubled.map)
    assert plain.map != doubled.map
    learners = circuit_learner(plain), circuit_learner(doubled)
    moved = 0
    for own, row, label in product(inputs_of(2), inputs_of(1), inputs_of(1)):
        after = [learner.step(row, label)(own) for learner in learners]
        assert after[1] == own
        moved += after[0] != own
    assert moved == 8  # half of the sixteen are mistakes


@pytest.mark.parametrize("state", [(Bit(0),) * 3, (0.5,) * 4, [Bit(0)] * 4, ()])
def test_a_state_that_is_none_is_refused(state: Any) -> None:
    learner = circuit_learner(lookup(2))
    with pytest.raises(TinyMLError):
        learner.step(inputs_of(2)[0], (Bit(1),))(state)


def test_a_learner_needs_a_circuit() -> None:
    wrong: Any = 3
    with pytest.raises(WrongType):
        circuit_learner(wrong)

"""Chances: exact means against their equations, coupons, and runs with drawn inputs."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from tinyml import polymap, sided, variables
from tinyml.ch10_tape.rings import GF2
from tinyml.ch17_circuits.chances import mean_samples, solved
from tinyml.ch17_circuits.gates import tables
from tinyml.ch17_circuits.sweeps import drawn_samples
from tinyml.ch17_circuits.teachable import lookup, masks_of, reed_muller, said, settings_for
from tinyml.errors import EmptyInput, InvalidQuantity


def test_the_sixteen_means_and_theirs() -> None:
    means = [mean_samples(reed_muller(2), table) for table in tables(2)]
    assert means == [0, 105, 121, 85, 121, 85, 93, 90, 94, 101, 91, 100, 91, 100, 117, 66]
    assert sum(means) / 16 == Fraction(365, 4)


def test_the_means_solve_their_equations() -> None:
    circuit, table = reed_muller(2), (0, 1, 1, 0)
    masks = masks_of(circuit)
    mean = [mean_samples(circuit, table, start) for start in range(16)]
    for own in range(16):
        steps = [own ^ mask if said(own, mask) != wanted else own for mask, wanted in zip(masks, table, strict=True)]
        expected = Fraction(0) if [own] == settings_for(circuit, table) else 1 + sum(mean[to] for to in steps) / 4
        assert mean[own] == expected


@pytest.mark.parametrize("size", [1, 2])
def test_a_lookup_table_is_a_collector_of_coupons(size: int) -> None:
    rows = 1 << size
    for table in tables(size):
        lacking = sum(table)
        expected = sum((Fraction(rows, k) for k in range(1, lacking + 1)), start=Fraction(0))
        assert mean_samples(lookup(size), table) == expected


def test_runs_with_drawn_inputs_have_a_mean_near_the_exact_one() -> None:
    rng = np.random.default_rng(17)
    found = [drawn_samples(reed_muller(2), (0, 1, 1, 0), rng) for _ in range(400)]
    assert abs(np.mean(found) - 93) < 4 * np.std(found) / np.sqrt(400)


def test_equations_with_a_zero_in_the_corner_are_solved() -> None:
    rows = [[Fraction(0), Fraction(2), Fraction(4)], [Fraction(1), Fraction(1), Fraction(5)]]
    assert solved(rows) == [3, 2]


def test_a_table_that_a_circuit_cannot_have_is_refused() -> None:
    p, a = variables(GF2, "p a")
    with pytest.raises(EmptyInput, match="no setting"):
        mean_samples(sided(polymap(p * a), 1), (1, 0))


def test_so_many_settings_have_no_mean_here() -> None:
    with pytest.raises(InvalidQuantity, match="at most 6"):
        mean_samples(lookup(3), (0,) * 8)

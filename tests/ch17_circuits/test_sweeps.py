"""Sweeps: 256 functions in one pass, 14 of 16 in none, and all of them when inputs are drawn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinyml.ch17_circuits.gates import tables
from tinyml.ch17_circuits.sweeps import after, drawn_samples, orders, right, swept
from tinyml.ch17_circuits.teachable import lookup, masks_of, reed_muller, said, settings_for
from tinyml.errors import InvalidQuantity, ShapeMismatch, WrongType

SMALL: dict[str, Any] = {f"{make.__name__} {size}": make(size) for make in (lookup, reed_muller) for size in range(4)}


@pytest.mark.parametrize("size", range(4))
def test_a_lookup_table_learns_every_function_in_one_sweep(size: int) -> None:
    circuit = lookup(size)
    for table in tables(size):
        run = swept(circuit, table)
        assert run.learnt
        assert len(run.settings) <= 2
        assert [run.settings[-1]] == settings_for(circuit, table)


@pytest.mark.parametrize("order", orders(4))
def test_a_reed_muller_circuit_learns_two_functions_of_sixteen_in_each_order(order: tuple[int, ...]) -> None:
    circuit = reed_muller(2)
    learnt = [table for table in tables(2) if swept(circuit, table, order).learnt]
    assert len(learnt) == 2
    assert learnt[0] == (0, 0, 0, 0)
    assert (learnt[1] == (1, 1, 1, 1)) == (order[0] == 0)  # which other one it is depends on the order


@given(
    st.sampled_from(sorted(SMALL)),
    st.lists(st.integers(0, 7), min_size=1, max_size=12),
    st.integers(0, 255),
    st.integers(0, 255),
)
def test_where_a_sweep_leads_depends_on_the_difference_to_the_goal_alone(
    name: str, rows: list[int], goal: int, difference: int
) -> None:
    circuit = SMALL[name]
    masks, settings = masks_of(circuit), 1 << circuit.parameters
    order = [row % len(masks) for row in rows]
    goal, difference = goal % settings, difference % settings
    table = tuple(said(goal, mask) for mask in masks)
    nothing = (0,) * len(masks)
    assert after(masks, table, order, goal ^ difference) ^ goal == after(masks, nothing, order, difference)


@pytest.mark.parametrize("order", orders(4))
def test_two_settings_of_sixteen_lead_to_the_goal_and_the_others_to_a_ring_of_seven(order: tuple[int, ...]) -> None:
    circuit = reed_muller(2)
    for table in tables(2):
        runs = [swept(circuit, table, order, start) for start in range(16)]
        assert sum(run.learnt for run in runs) == 2
        assert {len(run.cycle) for run in runs if not run.learnt} == {7}


def test_xor_is_learnt_in_no_order_and_in_two_sweeps_of_two_orders() -> None:
    circuit, xor = reed_muller(2), (0, 1, 1, 0)
    assert not any(swept(circuit, xor, order).learnt for order in orders(4))
    masks = masks_of(circuit)
    own = after(masks, xor, (1, 2, 3, 0), after(masks, xor, (1, 2, 0, 3), 0))
    assert [own] == settings_for(circuit, xor)


def test_a_cycle_comes_back_to_where_it_began_and_is_wrong_all_the_way() -> None:
    circuit, table = reed_muller(2), (0, 1, 1, 0)
    masks = masks_of(circuit)
    run = swept(circuit, table)
    own = run.cycle[0]
    for expected in (*run.cycle[1:], run.cycle[0]):
        own = after(masks, table, range(4), own)
        assert own == expected
    assert not any(right(masks, table, own) for own in run.cycle)
    assert run.returned == run.settings.index(run.cycle[0])
    assert swept(lookup(2), table).cycle == ()


def test_drawn_inputs_teach_all_of_them() -> None:
    circuit = reed_muller(2)
    assert [drawn_samples(circuit, (0, 0, 0, 0), np.random.default_rng(1))] == [0]
    for seed, table in enumerate(tables(2)):
        assert drawn_samples(circuit, table, np.random.default_rng(seed)) < 2000


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: swept(lookup(1), (0, 1, 0)), ShapeMismatch),
        (lambda: swept(lookup(1), (0, 2)), ShapeMismatch),
        (lambda: swept(lookup(1), (0, 1), [2]), ShapeMismatch),
        (lambda: swept(lookup(1), (0, 1), []), ShapeMismatch),
        (lambda: orders(7), InvalidQuantity),
        (lambda: swept(lookup(1), (0, 1), start=4), InvalidQuantity),
        (lambda: lookup(5), InvalidQuantity),
        (lambda: drawn_samples(reed_muller(2), (0, 1, 1, 0), np.random.default_rng(1), most=3), InvalidQuantity),
    ],
)
def test_what_does_not_fit_is_refused(call: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        call()


def test_draws_need_a_generator() -> None:
    wrong: Any = 1
    with pytest.raises(WrongType, match="random generator"):
        drawn_samples(lookup(1), (0, 1), wrong)

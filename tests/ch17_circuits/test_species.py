"""Species: what bits of iris can and cannot say."""

from __future__ import annotations

import numpy as np
import pytest

from tinyml.ch17_circuits.learning import circuit_learner
from tinyml.ch17_circuits.species import best_possible, blooms, halves, share_right, taught
from tinyml.ch17_circuits.teachable import bits_of, lookup
from tinyml.errors import EmptyInput, WrongType


def test_the_table_is_what_the_learner_learns_step_by_step() -> None:
    own = blooms("versicolor", "virginica")
    learner, state = circuit_learner(lookup(4)), bits_of(0, 16)
    order = np.random.default_rng(1).permutation(100)
    for flower in order:
        state = learner.step(*own.example(int(flower)))(state)
    assert [bit.value for bit in state] == taught(own, order.tolist()).tolist()


@pytest.mark.parametrize("cut", ["middle", "median"])
def test_setosa_is_told_apart_by_one_pass_and_the_order_does_not_matter(cut: str) -> None:
    for second in ("versicolor", "virginica"):
        own = blooms("setosa", second, cut)
        assert best_possible(own) == 1.0
        for seed in range(5):
            assert share_right(own, taught(own, np.random.default_rng(seed).permutation(100))) == 1.0


def test_a_row_that_nobody_showed_says_zero_and_costs_one_flower_of_fifty() -> None:
    own = blooms()
    teach, ask = halves(own)
    assert sorted([*teach, *ask]) == list(range(100))
    assert [int(own.second[places].sum()) for places in (teach, ask)] == [25, 25]
    table = taught(own, teach)
    assert share_right(own, table, ask) == 0.98
    (lost,) = [flower for flower in ask if table[own.rows[flower]] != own.second[flower]]
    assert own.rows[lost] not in own.rows[teach]
    assert own.second[lost] == 1


def test_versicolor_and_virginica_have_rows_in_common() -> None:
    own = blooms("versicolor", "virginica", "median")
    assert best_possible(own) == 0.97
    orders = (np.random.default_rng(seed).permutation(100) for seed in range(200))
    found = [share_right(own, taught(own, order)) for order in orders]
    assert max(found) <= 0.97
    assert 0.94 < np.mean(found) < 0.97


def test_the_last_flower_of_a_row_has_its_way() -> None:
    own = blooms("versicolor", "virginica")
    rows = own.rows
    table = taught(own, range(100))
    for row in np.unique(rows):
        assert table[row] == own.second[np.flatnonzero(rows == row)[-1]]


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (("rose", "setosa"), "two of setosa"),
        (("setosa", "setosa"), "differ"),
        (("setosa", "virginica", "mean"), "middle"),
    ],
)
def test_what_is_no_species_and_no_cut_is_refused(names: tuple[str, ...], says: str) -> None:
    with pytest.raises(WrongType, match=says):
        blooms(*names)


def test_somebody_has_to_be_asked() -> None:
    own = blooms()
    with pytest.raises(EmptyInput):
        share_right(own, taught(own, [0]), [])

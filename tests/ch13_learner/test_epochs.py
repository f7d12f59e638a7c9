"""Epochs: composites of steps, whose order matters; cuts, halves and machines."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from drawing import draws
from hypothesis import given
from hypothesis import strategies as st
from learners import learner_of_lines, line, tiny
from small_lenses import pair
from small_paras import filled, fractions, paras
from strategies import problems, seed

from tinyml import (
    InvalidQuantity,
    Mealy,
    Parameters,
    TrainingSet,
    WrongType,
    constant_rate,
    cross_entropy,
    cut,
    drawn,
    epoch,
    in_halves,
    machine,
    record_descent,
    steps,
    supervised,
)
from tinyml.ch11_lens.wires import added

examples = st.lists(st.tuples(fractions, fractions), max_size=3)
numbers = st.lists(fractions, min_size=4, max_size=8)


@given(examples, examples, numbers)
def test_an_epoch_of_two_lists_is_two_epochs(xs: list[Any], ys: list[Any], values: list[Any]) -> None:
    learner, state = learner_of_lines(1), filled(line, values)
    both = epoch(learner, xs + ys)
    assert both(state) == (epoch(learner, xs) >> epoch(learner, ys))(state)
    one = state
    for point, label in xs + ys:
        one = learner.step(point, label)(one)
    assert both(state) == one
    assert epoch(learner, [])(state) == steps(learner).empty(state) == state


def test_the_order_of_the_data_matters() -> None:
    learner = learner_of_lines(1)
    data = [(1, 2), (3, 4)]
    forwards, backwards = (epoch(learner, order)(pair(0, 0)) for order in (data, data[::-1]))
    assert forwards != backwards


@given(examples, examples, numbers)
def test_a_run_of_a_machine_can_be_cut_anywhere(xs: list[Any], ys: list[Any], values: list[Any]) -> None:
    learner, state = learner_of_lines(1), filled(line, values)
    own = machine(learner)
    middle, said = own.run(state, xs)
    end, said_too = own.run(middle, ys)
    assert own.run(state, xs + ys) == (end, said + said_too)
    assert end == epoch(learner, xs + ys)(state)
    assert said == [learner.measure(*xs[n])(epoch(learner, xs[:n])(state)) for n in range(len(xs))]


@given(paras, numbers, fractions, fractions, fractions, fractions)
def test_a_batch_in_halves_has_the_change_of_the_batch(
    model: Any, values: list[Any], one: Any, other: Any, change: Any, change_too: Any
) -> None:
    own = filled(model, values)
    halves = in_halves(model)
    assert halves.parameters == model.parameters
    found = halves.put(pair(pair(own, pair(one, other)), pair(change, change_too)))
    first = model.put(pair(pair(own, one), change))
    second = model.put(pair(pair(own, other), change_too))
    assert found == pair(added(first.first, second.first), pair(first.second, second.second))


@draws(40)
@given(problems(), st.integers(0, 2**32 - 1))
def test_batches_of_one_size_have_the_step_of_their_mean(problem: tuple[TrainingSet, Parameters], number: int) -> None:
    dataset, start = problem
    learner: Any = supervised(
        tiny(*start.embedding.shape), record_descent(), cross_entropy(len(start.bias)), constant_rate(1.0)
    )
    whole = learner.step(dataset.inputs, dataset.targets)(start)
    order = np.random.default_rng(number).permutation(len(dataset))
    mixed = learner.step(dataset.inputs[order], dataset.targets[order])(start)
    np.testing.assert_allclose(mixed.lm_head, whole.lm_head, atol=1e-12)
    each = [
        learner.step(points, labels)(start).lm_head - start.lm_head
        for points, labels in drawn(dataset.inputs, dataset.targets, cut(len(dataset), 1))
    ]
    np.testing.assert_allclose(start.lm_head + np.mean(each, axis=0), whole.lm_head, atol=1e-12)


@given(st.integers(1, 40), st.integers(1, 12), st.none() | st.integers(0, 2**32 - 1))
def test_cuts_are_a_partition(number: int, size: int, seed: int | None) -> None:
    rng = None if seed is None else np.random.default_rng(seed)
    batches = cut(number, size, rng)
    assert sorted(np.concatenate(batches).tolist()) == list(range(number))
    assert all(len(batch) == size for batch in batches[:-1])
    assert 1 <= len(batches[-1]) <= size
    if rng is None:
        assert np.concatenate(batches).tolist() == list(range(number))


def test_another_seed_is_another_order() -> None:
    orders = {tuple(np.concatenate(cut(20, 4, np.random.default_rng(seed))).tolist()) for seed in range(5)}
    assert len(orders) == 5


def test_batches_of_the_tune() -> None:
    dataset, _ = seed()
    shown = [(points.tolist(), labels.tolist()) for points, labels in drawn(dataset.inputs, dataset.targets, cut(4, 3))]
    assert shown == [
        (dataset.inputs[:3].tolist(), dataset.targets[:3].tolist()),
        (dataset.inputs[3:4].tolist(), dataset.targets[3:4].tolist()),
    ]


ANY: Any = 2.5


@pytest.mark.parametrize(
    ("made", "error", "message"),
    [
        (lambda: cut(0, 1), InvalidQuantity, r"^number of examples must be 1 or more; got 0$"),
        (lambda: cut(3, 0), InvalidQuantity, r"^size of a batch must be 1 or more; got 0$"),
        (lambda: cut(3, -1), InvalidQuantity, r"^size of a batch must be 1 or more; got -1$"),
        (lambda: cut(3, ANY), WrongType, r"^size of a batch needs an int; got float 2\.5$"),
        (lambda: cut(3, 1, ANY), WrongType, r"^cut needs a random generator, .*; got float 2\.5$"),
        (lambda: Mealy(ANY), WrongType, r"^Mealy needs a function of a state and an input; got float 2\.5$"),
    ],
)
def test_cuts_and_machines_that_cannot_be_are_refused(made: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        made()

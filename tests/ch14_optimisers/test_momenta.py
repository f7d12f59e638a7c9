"""Momenta: what a velocity remembers, what Nesterov reads, and what a printed minus costs."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from drawing import draws
from hypothesis import given
from hypothesis import strategies as st
from small_optimisers import INPUTS, TARGETS, learner, loss_at, pushed, seeds, stream, trained

from tinyml import (
    NUMBERS,
    InvalidQuantity,
    InvalidScalar,
    Product,
    WrongType,
    adam,
    both,
    contraction,
    descent,
    deviation,
    misprinted_momentum,
    misprinted_nesterov,
    momentum,
    nesterov,
    starting,
    step_matrix,
)
from tinyml.ch12_para.trees import flat
from tinyml.ch14_optimisers.memories import Done

fractions: Any = st.builds(Fraction, st.integers(-9, 9), st.integers(1, 5))
shares: Any = st.builds(Fraction, st.integers(-9, 9), st.just(10))
streams = st.lists(fractions, min_size=1, max_size=8)


@pytest.mark.parametrize("make", [momentum, nesterov, misprinted_momentum, misprinted_nesterov])
@draws(20)
@given(seeds, st.integers(1, 4))
def test_without_momentum_it_is_descent(make: Any, number: int, size: int) -> None:
    start, changes = stream(number, size)
    update, plain = make(flat(size), 0.0), descent(flat(size))
    state, parameters = starting(update, start), start
    for change in changes:
        assert np.array_equal(update.get(state), plain.get(parameters))
        state = update.put(Product(state, change))
        parameters = plain.put(Product(parameters, change))
        assert np.array_equal(state.second, parameters)


@given(shares, fractions, streams)
def test_a_velocity_is_the_sum_of_all_changes_weighed_by_their_age(
    gamma: Fraction, start: Fraction, changes: list[Any]
) -> None:
    for make, kept in ((momentum, gamma), (misprinted_momentum, -gamma)):
        update: Any = make(NUMBERS, gamma)
        end = pushed(update, starting(update, start), changes)
        velocities = [sum(kept ** (n - k) * changes[k] for k in range(n + 1)) for n in range(len(changes))]
        assert end == Product(velocities[-1], start + sum(velocities))


@given(shares, fractions, fractions, st.integers(1, 8))
def test_what_nesterov_reads_goes_the_way_of_the_usual_form(
    gamma: Fraction, start: Fraction, steepness: Fraction, steps: int
) -> None:
    """That of Sutskever et al. 2013 for the state, and that of PyTorch for what is read: on steepness p^2 / 2."""
    update: Any = nesterov(NUMBERS, gamma)
    state = starting(update, start)
    velocity, place = Fraction(0), start
    heap, its = Fraction(0), start
    for _ in range(steps):
        read, kept = update.forward(state)
        assert read == its
        state = update.backward(kept, -steepness * read)
        velocity = gamma * velocity - steepness * (place + gamma * velocity)
        place = place + velocity
        assert state == Product(velocity, place)
        heap = gamma * heap + steepness * its
        its = its - (steepness * its + gamma * heap)


@given(shares, streams, streams)
def test_an_update_of_a_pair_is_a_pair_of_updates(gamma: Fraction, first: list[Any], second: list[Any]) -> None:
    for make in (momentum, nesterov):
        update: Any = make(both(NUMBERS, NUMBERS), gamma)
        one: Any = make(NUMBERS, gamma)
        changes = [Product(*halves) for halves in zip(first, second, strict=False)]
        end = pushed(update, starting(update, Product(first[0], second[0])), changes)
        ends = pushed(one @ one, Product(starting(one, first[0]), starting(one, second[0])), changes)
        assert end.first == Product(ends.first.first, ends.second.first)
        assert end.second == Product(ends.first.second, ends.second.second)
        assert update.forward(end)[0] == (one @ one).forward(ends)[0]


def test_the_two_differ_only_in_what_is_read() -> None:
    state = Product(2.0, 10.0)
    plain: Any = momentum(NUMBERS, 0.5)
    ahead: Any = nesterov(NUMBERS, 0.5)
    assert (plain.get(state), ahead.get(state)) == (10.0, 11.0)
    assert plain.put(Product(state, 1.0)) == ahead.put(Product(state, 1.0)) == Product(2.0, 12.0)


def test_a_negative_share_holds_back() -> None:
    for gamma, second in ((0.1, 1.1), (-0.1, 0.9)):
        update: Any = momentum(NUMBERS, gamma)
        one = pushed(update, starting(update, 0.0), [1.0])
        two = pushed(update, one, [1.0])
        assert two.second - one.second == pytest.approx(second, abs=1e-15)


def test_losses_of_the_running_example() -> None:
    size = flat(45)
    table: list[tuple[Any, float, tuple[float, float, float]]] = [
        (momentum(size, 0.0), 1.0, (1.303029, 0.009720, 0.002058)),
        (momentum(size, 0.9), 0.1, (1.445095, 0.057650, 0.001820)),
        (momentum(size, 0.5), 1.0, (0.939719, 0.002712, 0.000762)),
        (misprinted_momentum(size, 0.5), 1.0, (1.399357, 0.027584, 0.003775)),
        (misprinted_momentum(size, 0.9), 0.1, (1.577029, 1.457281, 1.187969)),
        (nesterov(size, 0.5), 1.0, (0.840020, 0.002766, 0.000792)),
        (misprinted_nesterov(size, 0.5), 1.0, (1.391446, 0.025489, 0.003799)),
    ]
    for update, rate, expected in table:
        found = [loss_at(trained(update, steps, rate).second) for steps in (10, 80, 200)]
        assert found == pytest.approx(list(expected), abs=6e-7), update.name


def test_a_learner_measures_where_nesterov_reads() -> None:
    update = nesterov(flat(45), 0.5)
    state = trained(update, 80)
    found = learner(update).measure(INPUTS, TARGETS)(state)
    assert found == pytest.approx(loss_at(update.get(state)), abs=1e-15)
    assert found == pytest.approx(0.002738, abs=6e-7)
    assert loss_at(state.second) == pytest.approx(0.002766, abs=6e-7)


def largest(make: Any, gamma: float) -> float:
    """Return the largest steepness at which a valley is not left, to 1e-9, by halving."""
    low, high = 0.0, 8.0
    while high - low > 1e-9:
        middle = (low + high) / 2
        low, high = (middle, high) if contraction(make(NUMBERS, gamma), middle) <= 1 + 1e-12 else (low, middle)
    return low


@pytest.mark.parametrize("gamma", [0.0, 0.3, 0.5, 0.9])
def test_the_minus_is_thrown_out_of_valleys_that_the_plus_rolls_down(gamma: float) -> None:
    assert largest(momentum, gamma) == pytest.approx(2 * (1 + gamma), abs=1e-6)
    assert largest(misprinted_momentum, gamma) == pytest.approx(2 * (1 - gamma), abs=1e-6)


def test_the_printed_nesterov_is_worse_still() -> None:
    assert largest(misprinted_nesterov, 0.9) == pytest.approx(1 / 14, abs=1e-6)
    assert largest(nesterov, 0.9) > 1.3


def slower(update: Any, rate: float) -> float:
    """Return the contraction of the slower direction of a valley that is a hundred times as steep in the other."""
    return max(contraction(update, rate), contraction(update, rate / 100))


def test_with_the_printed_sign_momentum_never_helps() -> None:
    gamma = (9 / 11) ** 2
    assert slower(momentum(NUMBERS, gamma), (2 / 1.1) ** 2) == pytest.approx(9 / 11, abs=1e-7)
    assert slower(momentum(NUMBERS, 0.0), 200 / 101) == pytest.approx(99 / 101)
    rates = [*np.linspace(0.05, 4, 80), 200 / 101]
    for share in np.linspace(0, 0.95, 20):
        best = min(slower(misprinted_momentum(NUMBERS, float(share)), float(rate)) for rate in rates)
        assert best >= 99 / 101 - 1e-12, share
        assert (best < 99 / 101 + 1e-3) == (share == 0), share


def test_one_step_on_a_valley_is_a_matrix() -> None:
    matrix = step_matrix(nesterov(NUMBERS, 0.5), 0.25)
    update: Any = nesterov(NUMBERS, 0.5)
    state = np.array([0.3, -0.7])
    place, kept = update.forward(Product(*state))
    after = update.backward(kept, -0.25 * place)
    assert [after.first, after.second] == pytest.approx(list(matrix @ state), abs=1e-15)


def test_what_is_no_share_is_refused() -> None:
    make: Any
    for make in (momentum, nesterov, misprinted_momentum, misprinted_nesterov):
        for bad in (1.0, -1, 1.5):
            with pytest.raises(InvalidQuantity, match=r"^gamma must be between -1 and 1; got"):
                make(flat(2), bad)
        with pytest.raises(InvalidScalar, match="gamma must be finite; got nan"):
            make(flat(2), float("nan"))
        for wrong in ("0.9", None, True, [0.9]):
            with pytest.raises(WrongType, match="gamma needs a number; got"):
                make(flat(2), wrong)
    with pytest.raises(InvalidQuantity, match="steepness must be 0 or more; got -1"):
        contraction(momentum(NUMBERS, 0.5), -1)
    with pytest.raises(WrongType, match="step_matrix needs an update of one number that remembers a velocity; got"):
        contraction(adam(flat(1), 0.1, eps=1e-8), 0.5)


def test_the_state_of_a_velocity_is_compared_bit_by_bit() -> None:
    one = trained(momentum(flat(45), 0.5), 10)
    assert deviation(one, trained(momentum(flat(45), 0.5), 10)) == 0
    assert deviation(one, trained(momentum(flat(45), 0.5), 11)) > 0
    assert deviation(Done(1), 2) > 0

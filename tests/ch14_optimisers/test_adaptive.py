"""Adaptive updates: the loops of their papers, the numbers of the book, and what a misprint stores."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from drawing import draws
from hypothesis import given
from hypothesis import strategies as st
from small_optimisers import MODEL, loss_at, pushed, seeds, stream, trained

from tinyml import (
    NUMBERS,
    InvalidQuantity,
    InvalidScalar,
    NumericalOverflow,
    Product,
    WrongType,
    adagrad,
    adam,
    adamw,
    clipped_values,
    deviation,
    misprinted_adam,
    momentum,
    rmsprop,
    starting,
)
from tinyml.ch12_para.trees import Flat, flat
from tinyml.ch14_optimisers.memories import Done

sizes = st.integers(1, 4)
betas = st.floats(0.0, 0.9999)


@draws(60)
@given(seeds, sizes, st.floats(1e-10, 1.0))
def test_adagrad_is_the_loop_of_its_paper(number: int, size: int, delta: float) -> None:
    start, changes = stream(number, size)
    update = adagrad(flat(size), 0.3, eps=delta)
    end = pushed(update, starting(update, start), changes)
    for i in range(size):
        x, total = start[i], 0.0
        for gradient in (-change[i] for change in changes):
            total += gradient**2
            x -= 0.3 * gradient / (delta + math.sqrt(total))
        assert end.second[i] == pytest.approx(x, rel=1e-12, abs=1e-12)
        assert end.first[i] == pytest.approx(total, rel=1e-12)


@draws(60)
@given(seeds, sizes, betas)
def test_rmsprop_is_the_loop_of_its_lecture(number: int, size: int, beta: float) -> None:
    start, changes = stream(number, size)
    update = rmsprop(flat(size), 0.1, beta, eps=1e-8)
    end = pushed(update, starting(update, start), changes)
    for i in range(size):
        x, mean = start[i], 0.0
        for gradient in (-change[i] for change in changes):
            mean = beta * mean + (1 - beta) * gradient**2
            x -= 0.1 * gradient / (math.sqrt(mean) + 1e-8)
        assert end.second[i] == pytest.approx(x, rel=1e-11, abs=1e-11)
        assert end.first[i] == pytest.approx(mean, rel=1e-11)


@draws(60)
@given(seeds, sizes, betas, betas, st.floats(0, 0.5))
def test_adam_is_the_loop_of_its_paper(number: int, size: int, beta1: float, beta2: float, decay: float) -> None:
    """With the rate folded as PyTorch folds it, and the decay of Loshchilov and Hutter."""
    start, changes = stream(number, size)

    def rate(done: int) -> float:
        return 0.1 / (1 + done)

    update = adamw(flat(size), rate, beta1, beta2, eps=1e-8, decay=decay)
    end = pushed(update, starting(update, start), changes)
    for i in range(size):
        x, m, v = start[i], 0.0, 0.0
        for t, gradient in enumerate((-change[i] for change in changes), 1):
            alpha = 0.1 / t
            m = beta1 * m + (1 - beta1) * gradient
            v = beta2 * v + (1 - beta2) * gradient**2
            root = math.sqrt(v) / math.sqrt(1 - beta2**t) + 1e-8
            x = x - alpha * decay * x - alpha / (1 - beta1**t) * m / root
        assert end.second[i] == pytest.approx(x, rel=1e-10, abs=1e-10)
        assert end.first.first.first[i] == pytest.approx(-m, rel=1e-10, abs=1e-12)
        assert end.first.first.second[i] == pytest.approx(v, rel=1e-10)
    assert end.first.second == len(changes)


@draws(60)
@given(seeds, sizes, betas, betas)
def test_the_first_step_of_adam_is_its_rate_in_every_direction(
    number: int, size: int, beta1: float, beta2: float
) -> None:
    start, changes = stream(number, size)
    update = adam(flat(size), 0.1, beta1, beta2, eps=0.0)
    moved = pushed(update, starting(update, start), changes[:1]).second - start
    assert moved == pytest.approx(0.1 * np.sign(changes[0]), abs=1e-13)


@draws(60)
@given(seeds, sizes, st.integers(-200, 200))
def test_the_scale_of_changes_is_forgotten_when_eps_is_zero(number: int, size: int, power: int) -> None:
    start, changes = stream(number, size)
    louder = [change * 2.0**power for change in changes]
    for update in (
        adagrad(flat(size), 0.5, eps=0.0),
        rmsprop(flat(size), 0.1, 0.9, eps=0.0),
        adam(flat(size), 0.1, eps=0.0),
    ):
        begin: Any = starting(update, start)
        end: Any = pushed(update, begin, changes)
        assert np.array_equal(pushed(update, begin, louder).second, end.second), update.name


@draws(60)
@given(seeds, sizes)
def test_adamw_without_decay_is_adam(number: int, size: int) -> None:
    start, changes = stream(number, size)
    plain, own = adam(flat(size), 0.1, eps=1e-8), adamw(flat(size), 0.1, eps=1e-8, decay=0.0)
    assert deviation(pushed(plain, starting(plain, start), changes), pushed(own, starting(own, start), changes)) == 0


def on_a_bowl(update: Any, steps: int, cap: float = 1.0) -> list[Any]:
    """Return the states of a run on p^2 / 2 from p = 1."""
    state = starting(update, np.ones(1))
    states = [state]
    for _ in range(steps):
        place, kept = update.forward(state)
        state = update.backward(kept, -cap * place)
        states.append(state)
    return states


def test_losses_of_the_running_example() -> None:
    size = flat(45)
    table: list[tuple[Any, tuple[float, float, float]]] = [
        (adagrad(size, 0.5, eps=1e-7), (0.477860, 0.002686, 0.000664)),
        (adagrad(size, 0.5, eps=1e-10), (0.505965, 0.002700, 0.000670)),
        (adam(size, 0.1, eps=1e-8), (0.676306, 3.979778e-6, 3.320428e-6)),
        (adam(size, 0.01, eps=1e-8), (1.524571, 0.697099, 0.020621)),
        (adamw(size, 0.1, eps=1e-8, decay=0.01), (0.677525, 1.288498e-5, 7.857491e-5)),
    ]
    for update, expected in table:
        found = [loss_at(trained(update, steps).second) for steps in (10, 80, 200)]
        assert found[0] == pytest.approx(expected[0], abs=6e-7), update.name
        assert found[1:] == pytest.approx(list(expected[1:]), rel=1e-3, abs=6e-13), update.name


def test_the_steps_of_the_adam_challenge() -> None:
    update = adam(flat(2), 0.1, eps=1e-8)
    change = -np.array([0.5, -0.25])
    states = [starting(update, Flat(np.array([1.0, -1.0])))]
    for _ in range(3):
        states.append(pushed(update, states[-1], [change]))
    one, two, three = states[1:]
    assert one.second == pytest.approx([0.9, -0.9], abs=1e-7)
    assert one.first.first.first == pytest.approx([-0.05, 0.025])
    assert one.first.first.second == pytest.approx([2.5e-4, 6.25e-5])
    assert two.second == pytest.approx([0.8, -0.8], abs=1e-7)
    assert two.first.first.first == pytest.approx([-0.095, 0.0475])
    assert two.first.first.second == pytest.approx([4.9975e-4, 1.249375e-4])
    assert three.second == pytest.approx([0.7, -0.7], abs=1e-7)
    assert [state.first.second for state in states] == [0, 1, 2, 3]


def test_a_counter_that_is_ahead_shortens_the_first_step() -> None:
    update: Any = adam(flat(1), 0.1, eps=0.0)
    begin: Any = starting(update, np.zeros(1))
    for t, share in ((1, 1.0), (2, 0.7441), (3, 0.6388), (5, 0.5455), (10, 0.4844)):
        ahead = Product(Product(begin.first.first, Done(t - 1)), begin.second)
        assert update.put(Product(ahead, np.ones(1))).second[0] / 0.1 == pytest.approx(share, abs=5e-5)


def test_stored_corrected_moments_grow_and_freeze_the_parameters() -> None:
    right, wrong = adam(flat(1), 0.1, eps=1e-8), misprinted_adam(flat(1), 0.1, eps=1e-8)
    states = on_a_bowl(wrong, 200)
    raw = [0.0]
    for state in states:
        raw.append(0.999 * raw[-1] + 0.001 * float(state.second[0]) ** 2)
    too_large = [float(states[n].first.first.second[0]) / raw[n] for n in (1, 2, 3, 4)]
    assert too_large == pytest.approx([1.000e3, 2.765e5, 6.473e7, 1.2507e10], rel=5e-4)
    assert states[50].second == pytest.approx([0.8715], abs=5e-5)
    assert np.array_equal(states[50].second, states[200].second)
    assert abs(on_a_bowl(right, 2000)[-1].second[0]) < 1e-12
    assert np.array_equal(states[1].second, on_a_bowl(right, 1)[1].second)  # the first step shows nothing


def test_a_cap_is_forgotten_until_eps_sees_the_scale() -> None:
    update = adagrad(flat(1), 0.1, eps=1e-7)
    ends = [float(on_a_bowl(update, 50, cap)[-1].second[0]) for cap in (1, 0.01, 1e-6)]
    assert ends == pytest.approx([0.137083, 0.137085, 0.156302], abs=6e-7)
    plain = momentum(flat(1), 0.0)
    assert on_a_bowl(plain, 50, 0.01)[-1].second[0] == pytest.approx(0.99**50)


def test_with_eps_zero_what_has_no_slope_yet_is_no_number() -> None:
    with pytest.raises(
        NumericalOverflow, match=r"^the Flat\[45\] in the change that adam sends back are no longer finite"
    ):
        trained(adam(flat(45), 0.1, eps=0.0), 1)


def test_a_tree_and_a_number_are_refused() -> None:
    port: Any
    for port in (MODEL.parameters, NUMBERS):
        for make in (adagrad, adam, misprinted_adam):
            with pytest.raises(WrongType, match=r"needs a port of one array, such as `flat\(n\)`"):
                make(port, 0.1, eps=1e-8)
    wrong: Any = MODEL
    with pytest.raises(WrongType, match="adam needs a Port"):
        adam(wrong, 0.1, eps=1e-8)


def always(value: Any) -> Any:
    return lambda _: value


def test_what_is_no_beta_eps_rate_or_decay_is_refused() -> None:
    size, nan = flat(2), float("nan")
    text: Any = "0.9"
    for bad in (1.0, -0.1, 1.5):
        with pytest.raises(InvalidQuantity, match=r"^beta1 of adam must be from 0 to below 1; got"):
            adam(size, 0.1, bad, 0.999, eps=1e-8)
        with pytest.raises(InvalidQuantity, match=r"^beta2 of adamw must be from 0 to below 1; got"):
            adamw(size, 0.1, 0.9, bad, eps=1e-8, decay=0.0)
        with pytest.raises(InvalidQuantity, match=r"^beta of rmsprop must be from 0 to below 1; got"):
            rmsprop(size, 0.1, bad, eps=1e-8)
    for value, error in ((-1e-9, InvalidQuantity), (nan, InvalidScalar), (math.inf, InvalidScalar), (text, WrongType)):
        with pytest.raises(error, match=r"^eps of adagrad"):
            adagrad(size, 0.1, eps=value)
        with pytest.raises(error, match=r"^eps of adam"):
            adam(size, 0.1, eps=value)
        with pytest.raises(error, match=r"^decay of adamw"):
            adamw(size, 0.1, eps=1e-8, decay=value)
        with pytest.raises(error, match=r"^limit of clipped_values"):
            clipped_values(size, value)
    for value, error in ((nan, InvalidScalar), (text, WrongType)):
        with pytest.raises(error):
            adagrad(size, value, eps=1e-7)
        with pytest.raises(error):
            adam(size, value, eps=1e-8)
        with pytest.raises(error):
            adam(size, always(value), eps=1e-8)
    no_eps: Any = adam
    with pytest.raises(TypeError, match="eps"):
        no_eps(size, 0.1)

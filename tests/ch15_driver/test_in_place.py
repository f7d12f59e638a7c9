"""In place: the square with the pure step, and what a failure in each parameter leaves behind."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from drawing import draws
from hypothesis import given
from hypothesis import strategies as st
from small_drivers import DECAY, EPS, RATE, adamw_across, affine, batch, drawn_arrays, saying
from small_optimisers import seeds

from tinyml import (
    BackwardOutput,
    CallbackFailed,
    InPlaceAdamW,
    InPlaceParameter,
    InvalidQuantity,
    NumericalOverflow,
    Product,
    ShapeMismatch,
    WrongType,
    atomically,
    read_weights,
    train_in_place,
    train_step,
)

SHAPES = [(2, 3), (3,), (), (1, 2, 2)]
kinds = st.sampled_from([np.float16, np.float32, np.float64])
WAYS: Any = {"half done": train_in_place, "atomic": atomically}


def rule(counted: str = "by weight") -> InPlaceAdamW:
    return InPlaceAdamW(RATE, eps=EPS, decay=DECAY, counted=counted)


def held(number: int, kind: Any = np.float16) -> list[InPlaceParameter]:
    return [InPlaceParameter.of(array) for array in drawn_arrays(number, SHAPES, kind)]


def bits(weights: list[InPlaceParameter]) -> list[Any]:
    """Return all that is in weights, as bytes and counts."""
    return [(one.array.tobytes(), one.mean.tobytes(), one.squares.tobytes(), one.steps) for one in weights]


@pytest.mark.parametrize("way", sorted(WAYS))
@draws(30)
@given(seeds, kinds, st.integers(1, 5))
def test_in_place_and_then_read_is_read_and_then_the_pure_step(way: str, number: int, kind: Any, steps: int) -> None:
    weights = held(number, kind)
    state: Any = None
    arrays, _ = read_weights(weights)
    optimiser = rule()
    for done in range(steps):
        forward, backward = saying(drawn_arrays(number + done + 1, SHAPES), loss=done)
        said = WAYS[way]((), None, "mse", weights, forward, backward, optimiser)
        report, arrays, state = train_step((), None, "mse", arrays, forward, backward, adamw_across(), state)
        found, memory = read_weights(weights)
        assert [array.tobytes() for array in found] == [array.tobytes() for array in arrays]
        assert [array.dtype for array in found] == [array.dtype for array in arrays]
        assert memory.first.first.tobytes() == state.first.first.tobytes()
        assert memory.first.second.tobytes() == state.first.second.tobytes()
        assert (memory.second, said) == (state.second, report)


@draws(20)
@given(seeds)
def test_the_square_holds_for_a_model_that_is_trained(number: int) -> None:
    parameters = drawn_arrays(number, [(3, 2), (2,)])
    inputs, target = batch(number)
    weights = [InPlaceParameter.of(array) for array in parameters]
    optimiser, state = rule(), None
    for _ in range(3):
        train_in_place((inputs,), target, "mse", weights, *affine([one.array for one in weights]), optimiser)
        _, parameters, state = train_step(
            (inputs,), target, "mse", parameters, *affine(parameters), adamw_across(), state
        )
    assert [one.array.tobytes() for one in weights] == [array.tobytes() for array in parameters]


@pytest.mark.parametrize("bad", [np.full((7,), 1.0), np.full((), 1e38), np.full((1,), 1e30)])
@pytest.mark.parametrize("place", range(len(SHAPES)))
def test_a_failure_in_any_parameter_leaves_all_as_they_were_or_those_before_it_changed(place: int, bad: Any) -> None:
    gradients = list(drawn_arrays(2, SHAPES))
    gradients[place] = bad if bad.size > 1 else np.full(SHAPES[place], float(bad.reshape(-1)[0]))
    forward, backward = saying(gradients)
    for way in WAYS:
        weights, optimiser = held(1), rule("by call")
        train_in_place((), None, "mse", weights, *saying(drawn_arrays(3, SHAPES)), optimiser)
        before, calls = bits(weights), optimiser.calls
        with pytest.raises((CallbackFailed, NumericalOverflow)):
            WAYS[way]((), None, "mse", weights, forward, backward, optimiser)
        same = [one == other for one, other in zip(bits(weights), before, strict=True)]
        if way == "atomic":
            assert all(same)
            assert optimiser.calls == calls
        else:
            assert same == [False] * (place + 1) + [True] * (len(SHAPES) - place - 1)


def test_an_interruption_leaves_all_as_they_were_when_the_step_is_atomic() -> None:
    weights = held(1)
    arrays = [one.array for one in weights]
    before = bits(weights)

    class Interrupted(np.ndarray):
        def astype(self, *_: Any, **__: Any) -> Any:
            raise KeyboardInterrupt

    gradients = list(drawn_arrays(2, SHAPES))
    output = BackwardOutput(1.0, np.zeros(1), tuple(gradients))
    object.__setattr__(output, "param_grads", (*gradients[:3], gradients[3].view(Interrupted)))
    with pytest.raises(KeyboardInterrupt):
        atomically((), None, "mse", weights, lambda _: np.zeros(1), lambda _, __: output, rule())
    assert bits(weights) == before
    assert all(one.array is array for one, array in zip(weights, arrays, strict=True))


def test_the_arrays_are_those_that_others_hold() -> None:
    weights = held(1)
    arrays = [one.array for one in weights]
    atomically((), None, "mse", weights, *saying(drawn_arrays(2, SHAPES)), rule())
    assert all(one.array is array for one, array in zip(weights, arrays, strict=True))


def test_weights_begin_with_a_copy_and_read_as_values_of_their_own() -> None:
    array = np.ones(2)
    one = InPlaceParameter.of(array)
    one.array[...] = 3.0
    assert array.tolist() == [1.0, 1.0]
    arrays, memory = read_weights([one])
    arrays[0][...] = 5.0
    assert one.array.tolist() == [3.0, 3.0]
    assert memory == Product(memory.first, 0)
    copied = one.copy()
    copied.array[...] = 7.0
    assert one.array.tolist() == [3.0, 3.0]


def test_weights_that_have_not_one_counter_cannot_be_read() -> None:
    weights = held(1)
    rule().step(weights[0], np.ones((2, 3)))
    with pytest.raises(ShapeMismatch, match="one number of steps, got 0, 1"):
        read_weights(weights)
    with pytest.raises(ShapeMismatch, match="got none"):
        read_weights([])


def test_only_the_count_of_gradients_is_checked_beforehand() -> None:
    with pytest.raises(ShapeMismatch, match="4 gradients, got 1"):
        train_in_place((), None, "mse", held(1), *saying([np.ones(1)]), rule())
    with pytest.raises(WrongType, match="a BackwardOutput"):
        train_in_place((), None, "mse", held(1), lambda _: np.ones(1), lambda _, __: None, rule())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"rate": "1"}, WrongType),
        ({"beta1": 1.0}, InvalidQuantity),
        ({"beta2": -0.1}, InvalidQuantity),
        ({"eps": -1.0}, InvalidQuantity),
        ({"decay": -1.0}, InvalidQuantity),
        ({"counted": "twice"}, WrongType),
    ],
)
def test_an_optimiser_refuses_what_is_no_setting(fields: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        InPlaceAdamW(**({"rate": 0.1, "eps": 1e-8, "decay": 0.0} | fields))

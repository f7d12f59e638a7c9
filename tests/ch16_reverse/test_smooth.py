"""Smooth maps: R against central differences, the tape of chapter 10 and JAX, and polynomial maps as they are."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from drawing import draws
from hypothesis import given
from small_polymaps import WAVY, drawn_map, point, seeds

from tinyml import (
    RATIONAL,
    CompositionError,
    ShapeMismatch,
    Smooth,
    SmoothMap,
    WrongType,
    numerical_gradient,
    of_polymap,
    reverse_derivative,
    smooth,
    smooth_reverse,
)


@draws(30)
@given(seeds)
def test_the_reverse_is_what_differences_measure(number: int) -> None:
    at, change = point(number, 3), point(number + 1, 2)
    found = smooth_reverse(WAVY)(*at, *change)
    measured = numerical_gradient(lambda x: float(np.dot(WAVY(*x), change)), np.array(at))
    assert np.abs(np.array(found) - measured).max() < 1e-8


@draws(30)
@given(seeds)
def test_a_polynomial_map_has_here_the_reverse_that_it_has_exactly(number: int) -> None:
    rng = np.random.default_rng(number)
    f = drawn_map(rng, RATIONAL, 2, 2)
    at = rng.uniform(-1, 1, 4).tolist()
    found, exact = smooth_reverse(of_polymap(f))(*at), of_polymap(reverse_derivative(f))(*at)
    assert np.allclose(found, exact, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", ["sin", "cos", "exp", "tanh"])
def test_a_function_of_a_float_is_that_of_python(name: str) -> None:
    assert getattr(smooth, name)(0.7) == getattr(math, name)(0.7)
    one = SmoothMap(name, 1, 1, lambda x: (getattr(smooth, name)(x),))
    slope = smooth_reverse(one)(0.7, 1.0)[0]
    assert slope == pytest.approx((one(0.7 + 1e-6)[0] - one(0.7 - 1e-6)[0]) / 2e-6, abs=1e-9)


def test_quotients_and_powers_of_what_moves() -> None:
    one = SmoothMap("one", 2, 1, lambda x, y: ((1 - x) ** 3 / (2 / y),))
    x, y = 0.3, 0.8
    assert smooth_reverse(one)(x, y, 1.0) == pytest.approx((-3 * (1 - x) ** 2 * y / 2, (1 - x) ** 3 / 2), abs=1e-14)
    still = SmoothMap("still", 1, 1, lambda _: (3.0,))
    assert smooth_reverse(still)(1.0, 1.0) == (0.0,)
    assert smooth_reverse(SmoothMap("none", 1, 0, lambda _: ()))(1.0) == (0.0,)


def test_rows_and_pairs_run_as_their_parts() -> None:
    own = Smooth(seed=1)
    first, second = own.projections(1, 2)
    assert own.apart(own.pair(first, second), own.identity(3)) == 0
    assert own.apart(own.then(WAVY, own.zero(1, 2)), own.zero(1, 3)) == 0
    assert own.apart(own.plus(WAVY, own.zero(2, 3)), WAVY) == 0
    assert own.apart(own.beside(own.identity(1), own.identity(2)), own.identity(3)) == 0
    assert own.apart(own.identity(1), own.zero(1, 1)) > 0
    assert repr(WAVY) == "wavy : 3 -> 2"


WRONG: Any = 3


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: WAVY(1.0), ShapeMismatch),
        (lambda: SmoothMap("f", 1, 2, lambda x: (x,))(1.0), ShapeMismatch),
        (lambda: WAVY >> WAVY, CompositionError),
        (lambda: WAVY >> WRONG, WrongType),
        (lambda: WAVY @ WRONG, WrongType),
        (lambda: smooth_reverse(WRONG), WrongType),
        (lambda: Smooth(1).apart(WAVY, Smooth(1).identity(3)), ShapeMismatch),
        (lambda: Smooth(1).apart(SmoothMap("f", 1, 1, lambda _: ("a",)), Smooth(1).identity(1)), WrongType),
    ],
)
def test_what_does_not_fit_is_refused(call: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        call()

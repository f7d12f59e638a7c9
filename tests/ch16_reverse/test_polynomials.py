"""Polynomials: a commutative ring, values, and derivatives, with sympy as a judge."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_polymaps import RINGS, drawn_polynomial, numbers, rings, seeds

from tinyml import FLOAT, GF2, RATIONAL, OutOfRange, Polynomial, ShapeMismatch, TinyMLError, WrongType, variables
from tinyml.ch10_tape.rings import Bit


@given(rings, seeds, st.integers(1, 3))
def test_polynomials_are_a_commutative_ring(ring: Any, number: int, size: int) -> None:
    rng = np.random.default_rng(number)
    a, b, c = (drawn_polynomial(rng, ring, size) for _ in range(3))
    assert (a + b) + c == a + (b + c)
    assert a + b == b + a
    assert (a * b) * c == a * (b * c)
    assert a * b == b * a
    assert a * (b + c) == a * b + a * c
    assert a + 0 == a == a * 1 == 1 * a == 0 + a
    assert a - a == a * 0
    negative = -a
    assert -negative == a
    assert (a - b) + b == a


@given(rings, seeds, st.integers(1, 3))
def test_the_value_of_a_sum_and_a_product_is_that_of_the_values(ring: Any, number: int, size: int) -> None:
    rng = np.random.default_rng(number)
    a, b = (drawn_polynomial(rng, ring, size) for _ in range(2))
    at = numbers(rng, ring, size)
    assert (a + b)(*at) == a(*at) + b(*at)
    assert (a * b)(*at) == a(*at) * b(*at)
    assert (a**3)(*at) == a(*at) * a(*at) * a(*at)
    assert (1 - a)(*at) == 1 - a(*at)


@given(rings, seeds, st.integers(1, 3))
def test_partial_derivatives_add_follow_the_product_rule_and_change_their_order(
    ring: Any, number: int, size: int
) -> None:
    rng = np.random.default_rng(number)
    a, b = (drawn_polynomial(rng, ring, size) for _ in range(2))
    for place in range(size):
        assert (a + b).partial(place) == a.partial(place) + b.partial(place)
        assert (a * b).partial(place) == a.partial(place) * b + a * b.partial(place)
        for other in range(size):
            assert a.partial(place).partial(other) == a.partial(other).partial(place)


def test_equal_means_equal_terms_and_not_equal_values() -> None:
    (x,) = variables(GF2, "x")
    assert [(x**2)(bit) for bit in (0, 1)] == [x(bit) for bit in (0, 1)]
    assert x**2 != x
    assert ((x**2).partial(0), x.partial(0)) == (x * 0, x * 0 + 1)
    (y,) = variables(GF2, "y")
    assert x == y
    assert hash(x) == hash(y)
    assert x != variables(RATIONAL, "x")[0]
    assert x != "x"


def test_polynomials_are_written_as_on_paper() -> None:
    x, y = variables(RATIONAL, "x y")
    assert repr(x * (x + 3 * y) - Fraction(1, 2)) == "x^2 + 3 x y - 1/2"
    assert repr(-x + y * 0) == "-x"
    assert repr(x * 0) == "0"
    assert repr(x * 0 + 1) == "1"
    assert repr(Fraction(2, 3) * x * y**2) == "2/3 x y^2"
    a, b = variables(GF2, "a b")
    assert repr(a * b + 3) == "a b + 1"
    assert ((x * y**2).degree, (x * 0).degree) == (3, 0)


def test_zeros_are_left_out() -> None:
    x, y = variables(RATIONAL, "x y")
    assert dict((x + y - x).terms) == {(0, 1): 1}
    assert dict((2 * variables(GF2, "x")[0]).terms) == {}
    with pytest.raises(TypeError):
        x.terms[(0, 0)] = 1  # type: ignore[index]  # pyright: ignore[reportIndexIssue]


X, Y = variables(RATIONAL, "x y")
WRONG: Any = 0.5


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: variables(FLOAT, "x"), WrongType),
        (lambda: variables(RATIONAL, ""), WrongType),
        (lambda: variables(RATIONAL, "x x"), WrongType),
        (lambda: variables(RATIONAL, WRONG), WrongType),
        (lambda: X + variables(GF2, "x y")[0], WrongType),
        (lambda: X + variables(RATIONAL, "x")[0], ShapeMismatch),
        (lambda: X + WRONG, TypeError),
        (lambda: X + True, TypeError),
        (lambda: X**-1, OutOfRange),
        (lambda: X**WRONG, WrongType),
        (lambda: X(1), ShapeMismatch),
        (lambda: X(0.5, 1), WrongType),
        (lambda: X.partial(2), OutOfRange),
        (lambda: X.partial(-1), OutOfRange),
        (lambda: X.moved(("x",), 0), ShapeMismatch),
        (lambda: Polynomial(RATIONAL, ("x",), {(1, 1): 1}), ShapeMismatch),
        (lambda: Polynomial(RATIONAL, ("x",), {(1,): Bit(1)}), WrongType),
    ],
)
def test_what_is_no_polynomial_is_refused(call: Any, error: type[Exception]) -> None:
    with pytest.raises(error) as raised:
        call()
    assert error is TypeError or isinstance(raised.value, TinyMLError)


@pytest.mark.parametrize("name", sorted(RINGS))
def test_a_constant_may_have_no_variables(name: str) -> None:
    one = Polynomial(RINGS[name], (), {(): 1})
    assert one() == RINGS[name].number(1)
    assert repr(one) == "1"

"""Number systems: exact where they say so, closed against what is not theirs, and dual numbers differentiate."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinyml import FLOAT, GF2, RATIONAL, EmptyInput, InvalidScalar, Ring, WrongType
from tinyml.ch10_tape.rings import Bit, Dual

bits = st.integers(0, 1).map(Bit)
fractions = st.builds(Fraction, st.integers(-50, 50), st.integers(1, 9))
exact = st.one_of(st.tuples(bits, bits, bits), st.tuples(fractions, fractions, fractions))


@given(exact)
def test_bits_and_fractions_are_commutative_rings(three: Any) -> None:
    x, y, z = three
    zero, one = type(x)(0), type(x)(1)
    assert x + y == y + x
    assert x * y == y * x
    assert (x + y) + z == x + (y + z)
    assert (x * y) * z == x * (y * z)
    assert x * (y + z) == x * y + x * z
    assert x + zero == x == x * one
    assert x + -x == zero
    assert x - y == x + -y
    assert 3 * x == x + x + x == x * 3


def test_every_sum_and_product_of_bits() -> None:
    values = [(x, y) for x in (0, 1) for y in (0, 1)]
    assert [(Bit(x) + Bit(y)).value for x, y in values] == [0, 1, 1, 0]
    assert [(Bit(x) * Bit(y)).value for x, y in values] == [0, 0, 0, 1]
    assert [(Bit(x) - 1).value for x in (0, 1)] == [1, 0]


@given(st.tuples(fractions, fractions), st.tuples(fractions, fractions), fractions)
def test_a_dual_number_carries_the_derivative_along(x: Any, y: Any, constant: Fraction) -> None:
    a, b = Dual(*x), Dual(*y)
    assert a * b == Dual(x[0] * y[0], x[1] * y[0] + x[0] * y[1])
    assert a + b == Dual(x[0] + y[0], x[1] + y[1]) == b + a
    assert a - b == Dual(x[0] - y[0], x[1] - y[1])
    assert constant * a == a * constant == Dual(constant * x[0], constant * x[1])
    assert constant + a == a + constant == Dual(constant + x[0], x[1])
    assert constant - a == Dual(constant - x[0], -x[1])


@given(exact, st.integers(1, 6))
def test_a_power_is_a_product_and_has_its_derivative(three: Any, exponent: int) -> None:
    value, change, _ = three
    number = product = Dual(value, change)
    for _ in range(exponent - 1):
        product = product * number
    assert number**exponent == product
    assert number.value**exponent == product.value


@pytest.mark.parametrize("exponent", [-1, 0.5, True])
def test_a_power_that_is_no_product_is_left_to_python(exponent: Any) -> None:
    for number in (Bit(1), Dual(Fraction(2), Fraction(1))):
        with pytest.raises(TypeError, match="unsupported operand"):
            _ = number**exponent
    assert (Bit(0) ** 0, Bit(0) ** 1, Bit(1) ** 0) == (Bit(1), Bit(0), Bit(1))


@given(st.lists(fractions, min_size=1, max_size=5), fractions)
def test_dual_numbers_differentiate_polynomials(coefficients: list[Fraction], x: Fraction) -> None:
    value = Dual(Fraction(0), Fraction(0))
    for own in coefficients:  # Horner's rule
        value = value * Dual(x, Fraction(1)) + own
    degree = len(coefficients) - 1
    slope = sum((degree - k) * own * x ** (degree - k - 1) for k, own in enumerate(coefficients[:-1]))
    assert value.change == slope


@pytest.mark.parametrize(
    ("ring", "wrong", "message"),
    [
        (FLOAT, "1", "FLOAT needs a real number; got str"),
        (FLOAT, True, "FLOAT needs a real number; got"),
        (FLOAT, Fraction(1, 2), "FLOAT needs a real number; got Fraction"),
        (RATIONAL, 0.5, r"RATIONAL needs an int or a Fraction; got float 0\.5"),
        (RATIONAL, True, "RATIONAL needs an int or a Fraction; got bool True"),
        (RATIONAL, Bit(1), "RATIONAL needs an int or a Fraction; got Bit 1"),
        (GF2, 0.5, r"GF2 needs a Bit, or an int to take mod 2; got float 0\.5"),
        (GF2, Fraction(1, 2), "GF2 needs a Bit, or an int to take mod 2; got Fraction"),
    ],
)
def test_a_number_of_another_system_is_refused(ring: Ring, wrong: Any, message: str) -> None:
    for values in (wrong, [wrong], [[1, wrong]]):
        with pytest.raises(WrongType, match=f"^{message}"):
            ring.tensor(values)


@pytest.mark.parametrize("wrong", [2, -1, True, 0.0, "1"])
def test_a_bit_is_0_or_1(wrong: Any) -> None:
    with pytest.raises(WrongType, match="Bit needs 0 or 1; got"):
        Bit(wrong)


@pytest.mark.parametrize("ring", [FLOAT, RATIONAL, GF2], ids=repr)
def test_a_tensor_is_a_private_copy_that_nobody_can_write_to(ring: Ring) -> None:
    given_values = np.array([[1, 2], [3, 4]])
    tensor = ring.tensor(given_values)
    given_values[0, 0] = 7
    assert tensor[0, 0] == ring.number(1)
    with pytest.raises(ValueError, match="read-only"):
        tensor[0, 0] = ring.number(1)
    assert ring.tensor(3).shape == ()
    assert ring.zeros((2, 3)).tolist() == [[ring.number(0)] * 3] * 2
    with pytest.raises(EmptyInput, match="a tensor has at least one entry"):
        ring.tensor([])


@pytest.mark.parametrize(
    ("values", "place"), [([1.0, np.nan], r"\(1,\)"), (np.inf, r"\(0,\)"), ([[0.0], [-np.inf]], r"\(1, 0\)")]
)
def test_a_float_that_is_not_finite_is_refused(values: Any, place: str) -> None:
    with pytest.raises(InvalidScalar, match=f"tensor must be finite; entry {place} is"):
        FLOAT.tensor(values)


@pytest.mark.parametrize("ring", [FLOAT, RATIONAL, GF2], ids=repr)
def test_random_tensors_have_different_entries(ring: Ring) -> None:
    found = ring.random((4, 5), np.random.default_rng(0))
    assert found.shape == (4, 5)
    assert len(set(found.ravel().tolist())) >= 2


def test_equal_means_exactly_equal_in_an_exact_system() -> None:
    assert (FLOAT.exact, RATIONAL.exact, GF2.exact) == (False, True, True)
    third = Fraction(1, 3)
    assert RATIONAL.deviation(third, third) == 0
    assert RATIONAL.deviation(third, third + Fraction(1, 10**400), 1e300) == float("inf")
    assert GF2.deviation(Bit(0), Bit(1)) == float("inf")
    assert FLOAT.deviation(1.0, 1.5) == 0.5
    assert FLOAT.deviation(1.0, 1.5, 50.0) == 0.01

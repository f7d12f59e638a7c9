"""Polynomials against sympy, which expands and differentiates in its own way."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import sympy
from hypothesis import given
from hypothesis import strategies as st
from small_polymaps import drawn_map, drawn_polynomial, seeds

from tinyml import RATIONAL, Polynomial, forward_derivative, reverse_derivative


def told(own: Polynomial, names: Any) -> Any:
    """Return a polynomial as an expression of sympy."""
    terms = [
        sympy.Rational(number.numerator, number.denominator)
        * sympy.prod(name**exponent for name, exponent in zip(names, exponents, strict=True))
        for exponents, number in own.terms.items()
    ]
    return sum(terms, start=sympy.Integer(0))


def terms(expression: Any, names: Any) -> dict[Any, Fraction]:
    found = sympy.Poly(sympy.expand(expression), *names).terms()
    return {exponents: Fraction(int(own.p), int(own.q)) for exponents, own in found if own != 0}


@given(seeds, st.integers(1, 3))
def test_sympy_expands_and_differentiates_to_the_same_terms(number: int, size: int) -> None:
    rng = np.random.default_rng(number)
    a, b = (drawn_polynomial(rng, RATIONAL, size) for _ in range(2))
    names = sympy.symbols(" ".join(a.names), seq=True)
    one, other = told(a, names), told(b, names)
    assert terms(one * other, names) == dict((a * b).terms)
    assert terms(one + other, names) == dict((a + b).terms)
    for place, name in enumerate(names):
        assert terms(sympy.diff(one * other, name), names) == dict((a * b).partial(place).terms)


@given(seeds, st.integers(1, 3), st.integers(1, 2))
def test_the_reverse_is_the_transposed_jacobian_of_sympy_and_the_forward_the_jacobian(
    number: int, source: int, target: int
) -> None:
    f = drawn_map(np.random.default_rng(number), RATIONAL, source, target)
    x = sympy.symbols([f"x{place}" for place in range(source)])
    w = sympy.symbols([f"w{place}" for place in range(target)])
    v = sympy.symbols([f"v{place}" for place in range(source)])
    jacobian = sympy.Matrix([told(own, x) for own in f.outputs]).jacobian(x)
    back, there = jacobian.T * sympy.Matrix(w), jacobian * sympy.Matrix(v)
    assert [terms(own, [*x, *w]) for own in back] == [dict(own.terms) for own in reverse_derivative(f).outputs]
    assert [terms(own, [*x, *v]) for own in there] == [dict(own.terms) for own in forward_derivative(f).outputs]

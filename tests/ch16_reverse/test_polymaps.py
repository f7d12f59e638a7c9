"""Polynomial maps: a category with wires, and R on it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from drawing import draws
from hypothesis import given
from hypothesis import strategies as st
from small_polymaps import RINGS, drawn_map, numbers, rings, seeds

from tinyml import (
    GF2,
    RATIONAL,
    CompositionError,
    OutOfRange,
    PolyMap,
    Polynomial,
    ShapeMismatch,
    WrongType,
    forward_derivative,
    polymap,
    polymaps,
    printed_reverse,
    reverse_derivative,
    variables,
)

sizes = st.integers(0, 3)


@draws(60)
@given(rings, seeds, st.tuples(sizes, sizes, sizes, sizes))
def test_composition_is_associative_and_identities_are_neutral(ring: Any, number: int, ends: Any) -> None:
    rng = np.random.default_rng(number)
    a, b, c, d = ends
    f, g, h = (drawn_map(rng, ring, one, two, terms=2) for one, two in ((a, b), (b, c), (c, d)))
    assert (f >> g) >> h == f >> (g >> h)
    assert polymaps.identity(ring, a) >> f == f == f >> polymaps.identity(ring, b)


@draws(60)
@given(rings, seeds, sizes, sizes)
def test_the_value_of_a_row_is_the_value_of_the_value(ring: Any, number: int, middle: int, end: int) -> None:
    rng = np.random.default_rng(number)
    f, g = drawn_map(rng, ring, 2, middle), drawn_map(rng, ring, middle, end)
    at = numbers(rng, ring, 2)
    assert (f >> g)(*at) == g(*f(*at))


@draws(60)
@given(rings, seeds, sizes, sizes)
def test_interchange(ring: Any, number: int, one: int, other: int) -> None:
    rng = np.random.default_rng(number)
    f, g = drawn_map(rng, ring, 1, one, terms=2), drawn_map(rng, ring, 2, other, terms=2)
    h, k = drawn_map(rng, ring, one, 1, terms=2), drawn_map(rng, ring, other, 1, terms=2)
    assert (f @ g) >> (h @ k) == (f >> h) @ (g >> k)
    assert (f @ g) @ h == f @ (g @ h)


@pytest.mark.parametrize("ring", RINGS.values(), ids=RINGS)
@pytest.mark.parametrize("size", range(4))
def test_copy_and_discard_are_a_comonoid_and_add_and_zero_a_monoid(ring: Any, size: int) -> None:
    one = polymaps.identity(ring, size)
    copy, discard = polymaps.copy(ring, size), polymaps.discard(ring, size)
    add, zero, swap = polymaps.add(ring, size), polymaps.zero(ring, size), polymaps.swap(ring, size, size)
    assert copy >> (copy @ one) == copy >> (one @ copy)
    assert copy >> (discard @ one) == one == copy >> (one @ discard)
    assert copy >> swap == copy
    assert (add @ one) >> add == (one @ add) >> add
    assert (zero @ one) >> add == one == (one @ zero) >> add
    assert swap >> add == add
    assert swap >> swap == polymaps.identity(ring, 2 * size)


def test_wires_lead_where_they_say() -> None:
    assert polymaps.swap(RATIONAL, 2, 1)(1, 2, 3) == (3, 1, 2)
    assert polymaps.copy(RATIONAL, 2)(1, 2) == (1, 2, 1, 2)
    assert polymaps.add(RATIONAL, 2)(1, 2, 30, 40) == (31, 42)
    assert [own(1, 2, 3) for own in polymaps.projections(RATIONAL, 1, 2)] == [(1,), (2, 3)]
    assert polymaps.zero(RATIONAL, 2, 1)(5) == (0, 0)


@pytest.mark.parametrize("ring", RINGS.values(), ids=RINGS)
@pytest.mark.parametrize("size", range(4))
def test_the_wires_are_each_others_reverses(ring: Any, size: int) -> None:
    def changes(first: int, second: int) -> PolyMap:
        return polymaps.projections(ring, first, second)[1]

    assert reverse_derivative(polymaps.copy(ring, size)) == changes(size, 2 * size) >> polymaps.add(ring, size)
    assert reverse_derivative(polymaps.add(ring, size)) == changes(2 * size, size) >> polymaps.copy(ring, size)
    assert reverse_derivative(polymaps.discard(ring, size)) == polymaps.zero(ring, size, size)
    assert reverse_derivative(polymaps.zero(ring, size)) == polymaps.discard(ring, size)
    assert reverse_derivative(polymaps.identity(ring, size)) == changes(size, size)
    swap = polymaps.swap(ring, size, 1)
    assert reverse_derivative(swap) == changes(size + 1, size + 1) >> polymaps.swap(ring, 1, size)


@draws(60)
@given(rings, seeds, st.integers(0, 3), st.integers(0, 2))
def test_forward_mode_is_reverse_mode_twice(ring: Any, number: int, source: int, target: int) -> None:
    f = drawn_map(np.random.default_rng(number), ring, source, target)
    found = forward_derivative(f)
    along = variables(ring, " ".join(polymaps.names_of(2 * source)))[source:] if source else ()
    names = polymaps.names_of(2 * source)
    none = Polynomial(ring, names, {})
    expected = [
        sum((own.partial(place).moved(names, 0) * v for place, v in enumerate(along)), start=none) for own in f.outputs
    ]
    assert found == PolyMap(ring, 2 * source, tuple(expected))


@draws(60)
@given(rings, seeds, st.integers(0, 3), st.integers(0, 2))
def test_what_comes_back_pairs_as_what_went_there(ring: Any, number: int, source: int, target: int) -> None:
    rng = np.random.default_rng(number)
    f = drawn_map(rng, ring, source, target)
    x, v, w = numbers(rng, ring, source), numbers(rng, ring, source), numbers(rng, ring, target)
    there, back = forward_derivative(f)(*x, *v), reverse_derivative(f)(*x, *w)
    zero = ring.number(0)
    assert sum((a * b for a, b in zip(there, w, strict=True)), start=zero) == sum(
        (a * b for a, b in zip(v, back, strict=True)), start=zero
    )


def test_the_example_of_the_slide() -> None:
    x, y = variables(RATIONAL, "x y")
    f = polymap(x**2 + 3 * y * x)
    assert repr(reverse_derivative(f).told("x y w")) == "(x, y, w) -> (2 x w + 3 y w, 3 x w)"
    assert repr(printed_reverse(f).told("x y w")) == "(x, y, w) -> (2 x w, 3 x w)"
    (t,) = variables(RATIONAL, "t")
    diagonal = polymap(t, t)
    along = polymaps.pair(polymaps.projections(RATIONAL, 1, 1)[0] >> diagonal, polymaps.projections(RATIONAL, 1, 1)[1])
    for turned, expected in ((reverse_derivative, "8 t w"), (printed_reverse, "5 t w")):
        back = along >> turned(f) >> polymaps.add(RATIONAL, 1)
        assert repr(back.told("t w")) == f"(t, w) -> ({expected})"
    assert repr(reverse_derivative(diagonal >> f).told("t w")) == "(t, w) -> (8 t w)"
    right, wrong = (turned(f).outputs for turned in (reverse_derivative, printed_reverse))
    assert right[0].partial(1) == right[1].partial(0)  # the mixed derivatives of something
    assert wrong[0].partial(1) != wrong[1].partial(0)  # and of nothing


def test_the_printed_reverse_of_a_constant_is_zero_and_of_wires_right() -> None:
    for size in range(3):
        copy = polymaps.copy(RATIONAL, size)
        assert printed_reverse(copy) == reverse_derivative(copy)
    none = polymap(variables(RATIONAL, "x")[0] * 0 + 3)
    assert printed_reverse(none) == reverse_derivative(none) == polymaps.zero(RATIONAL, 1, 2)


def test_over_bits_a_square_has_no_slope_and_its_row_agrees() -> None:
    (x,) = variables(GF2, "x")
    square = polymap(x**2)
    a, b = variables(GF2, "a b")
    both = polymaps.copy(GF2, 1) >> polymap(a * b)
    assert both == square
    assert reverse_derivative(square) == polymaps.zero(GF2, 1, 2)
    assert reverse_derivative(polymap(x)) != reverse_derivative(square)


def test_sums_of_maps_copy_and_add() -> None:
    x, y = variables(RATIONAL, "x y")
    f, g = polymap(x * y), polymap(x - y)
    assert f + g == polymap(x * y + x - y)
    assert polymaps.copy(RATIONAL, 2) >> (f @ g) >> polymaps.add(RATIONAL, 1) == f + g


F = polymap(*variables(RATIONAL, "x y"))
WRONG: Any = 3
HALF: Any = 0.5


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: F >> polymap(*variables(RATIONAL, "x")), CompositionError),
        (lambda: F >> polymap(*variables(GF2, "x y")), WrongType),
        (lambda: F @ WRONG, WrongType),
        (lambda: F + polymap(variables(RATIONAL, "x y")[0]), ShapeMismatch),
        (lambda: F(1), ShapeMismatch),
        (lambda: F.told("x"), ShapeMismatch),
        (polymap, WrongType),
        (lambda: polymap(WRONG), WrongType),
        (lambda: polymap(variables(RATIONAL, "x")[0], variables(RATIONAL, "x y")[0]), ShapeMismatch),
        (lambda: polymap(variables(RATIONAL, "x")[0], variables(GF2, "x")[0]), WrongType),
        (lambda: polymaps.copy(RATIONAL, -1), OutOfRange),
        (lambda: polymaps.copy(RATIONAL, HALF), WrongType),
        (lambda: polymaps.pair(F, polymaps.identity(RATIONAL, 3)), ShapeMismatch),
        (lambda: reverse_derivative(WRONG), WrongType),
        (lambda: polymaps.Polynomials(RATIONAL).apart(F, polymaps.identity(RATIONAL, 3)), ShapeMismatch),
    ],
)
def test_what_does_not_fit_is_refused(call: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        call()

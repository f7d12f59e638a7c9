"""The functor to lenses and Para(R): exactly, over both rings; and the layers that were written by hand."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from drawing import draws
from hypothesis import given
from hypothesis import strategies as st
from small_polymaps import drawn_map, numbers, rings, seeds

from tinyml import (
    GF2,
    RATIONAL,
    CompositionError,
    PolyLens,
    Product,
    ShapeMismatch,
    WrongType,
    lensed,
    linear,
    para_of,
    polymap,
    polymaps,
    reverse_derivative,
    sided,
    squared,
    variables,
    vectors,
)

sizes = st.sampled_from([2, 1, 0])


@draws(40)
@given(rings, seeds, sizes, sizes, sizes)
def test_a_row_of_maps_goes_to_the_row_of_their_lenses(ring: Any, number: int, one: int, two: int, three: int) -> None:
    rng = np.random.default_rng(number)
    f, g = drawn_map(rng, ring, one, two, terms=2), drawn_map(rng, ring, two, three, terms=2)
    assert lensed(f >> g) == lensed(f) >> lensed(g)


@draws(40)
@given(rings, seeds, sizes, sizes)
def test_maps_side_by_side_go_to_lenses_side_by_side(ring: Any, number: int, one: int, two: int) -> None:
    rng = np.random.default_rng(number)
    f, g = drawn_map(rng, ring, one, two), drawn_map(rng, ring, two, one)
    assert lensed(f @ g) == lensed(f) @ lensed(g)


@pytest.mark.parametrize("size", range(3))
def test_an_identity_goes_to_an_identity(size: int) -> None:
    one = lensed(polymaps.identity(RATIONAL, size))
    assert one.put == polymaps.projections(RATIONAL, size, size)[1]
    assert one >> one == one


@draws(30)
@given(rings, seeds)
def test_the_lens_that_runs_composes_as_the_maps_do(ring: Any, number: int) -> None:
    rng = np.random.default_rng(number)
    f, g = drawn_map(rng, ring, 2, 2), drawn_map(rng, ring, 2, 1)
    at, change = tuple(numbers(rng, ring, 2)), tuple(numbers(rng, ring, 1))
    row, whole = lensed(f).run() >> lensed(g).run(), lensed(f >> g).run()
    assert row.get(at) == whole.get(at)
    assert row.put(Product(at, change)) == whole.put(Product(at, change)) == reverse_derivative(f >> g)(*at, *change)


@draws(30)
@given(rings, seeds, sizes, sizes)
def test_para_of_a_row_is_the_row_of_paras(ring: Any, number: int, one: int, two: int) -> None:
    rng = np.random.default_rng(number)
    f, g = sided(drawn_map(rng, ring, one + 2, 2), one), sided(drawn_map(rng, ring, two + 2, 1), two)
    whole, row = f >> g, para_of(f) >> para_of(g)
    assert (whole.parameters, whole.source) == (one + two, 2)
    late, early = tuple(numbers(rng, ring, two)), tuple(numbers(rng, ring, one))
    at, change = tuple(numbers(rng, ring, 2)), tuple(numbers(rng, ring, 1))
    once, needed = para_of(whole).forward((*late, *early), at)
    twice, kept = row.forward(Product(late, early), at)
    assert once == twice
    sides, back = row.backward(kept, change)
    assert para_of(whole).backward(needed, change) == ((*sides.first, *sides.second), back)


@draws(20)
@given(seeds)
def test_the_layers_of_chapter_twelve_have_the_puts_that_r_finds(number: int) -> None:
    rng = np.random.default_rng(number)
    names = variables(RATIONAL, "a b c d e f x y")
    rows = [names[0:3], names[3:6]]
    point = names[6:8]
    outputs = [point[0] * rows[0][column] + point[1] * rows[1][column] for column in range(3)]
    back = reverse_derivative(polymap(*outputs))
    matrix, at, change = rng.normal(size=(2, 3)), rng.normal(size=2), rng.normal(size=3)
    layer: Any = linear(vectors(2), vectors(3))
    found = layer.put(Product(Product(matrix, at), change))
    exact = back(*map(Fraction, (*matrix.ravel().tolist(), *at.tolist(), *change.tolist())))
    expected = np.array([float(own) for own in exact])
    assert np.allclose(np.concatenate([found.first.ravel(), found.second]), expected, rtol=1e-12, atol=1e-12)


def test_the_square_of_chapter_thirteen_has_the_put_that_r_finds() -> None:
    t, y = variables(RATIONAL, "t y")
    half = (y - t) ** 2 * Fraction(1, 2)
    loss: Any = squared(vectors(1))
    found = loss.put(Product(Product(np.array([2.0]), np.array([5.0])), 1.0))
    assert (found.first[0], found.second[0]) == tuple(map(float, reverse_derivative(polymap(half))(2, 5, 1)))


X = lensed(polymap(*variables(RATIONAL, "x y")))
WRONG: Any = 3


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: X >> lensed(polymap(*variables(RATIONAL, "x"))), CompositionError),
        (lambda: X >> WRONG, WrongType),
        (lambda: X @ WRONG, WrongType),
        (lambda: PolyLens(X.get, X.get), ShapeMismatch),
        (lambda: sided(X.get, 3), ShapeMismatch),
        (lambda: sided(X.get, 1) >> WRONG, WrongType),
        (lambda: X.run().get((1,)), ShapeMismatch),
        (lambda: X.run().get([1, 2]), WrongType),
        (lambda: X.run().get((0.5, 1)), WrongType),
        (lambda: lensed(polymap(*variables(GF2, "x"))).run().get((0.5,)), WrongType),
    ],
)
def test_what_does_not_fit_is_refused(call: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        call()

"""Contexts: lists that take apart as they were put together, and a dot product that is linear, exactly."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from graphs import drawn, numbers
from hypothesis import given
from hypothesis import strategies as st

from tinyml import FLOAT, GF2, RATIONAL, Context, EmptyInput, OutOfRange, Ring, ShapeMismatch, WrongType

shapes = st.lists(st.lists(st.integers(1, 3), max_size=2).map(tuple), max_size=4).map(tuple)
filled = st.lists(st.lists(st.integers(1, 3), max_size=2).map(tuple), min_size=1, max_size=4).map(tuple)
exact = st.sampled_from([RATIONAL, GF2])
Shapes = tuple[tuple[int, ...], ...]


@given(st.sampled_from([FLOAT, RATIONAL, GF2]), filled, numbers)
def test_a_context_comes_apart_as_it_was_put_together(ring: Ring, form: Shapes, number: int) -> None:
    context = drawn(ring, form, number)
    before, last = context.unsnoc()
    assert before.snoc(last) == context
    first, rest = context.uncons()
    assert rest.cons(first) == context
    tensor = ring.random((2, 2), np.random.default_rng(number))
    longer, same = context.snoc(tensor).unsnoc()
    assert longer == context
    assert np.array_equal(same, tensor)
    same, longer = context.cons(tensor).uncons()
    assert longer == context
    assert np.array_equal(same, tensor)


@given(exact, shapes, numbers)
def test_the_dot_product_is_linear(ring: Ring, form: Shapes, number: int) -> None:
    c, d, e = (drawn(ring, form, number + k) for k in range(3))
    factor = ring.draw(np.random.default_rng(number))
    assert c.dot(d + e) == c.dot(d) + c.dot(e)
    assert c.dot(d - e) == c.dot(d) - c.dot(e)
    assert c.dot(d.scale(factor)) == c.dot(d) * factor
    assert c.dot(d) == d.dot(c)
    assert c.dot(Context.zero(ring, form)) == ring.number(0)


@given(exact, filled, numbers)
def test_the_dot_product_splits_at_a_snoc(ring: Ring, form: Shapes, number: int) -> None:
    c, d = drawn(ring, form, number), drawn(ring, form, number + 1)
    (before, last), (other, end) = c.unsnoc(), d.unsnoc()
    assert c.dot(d) == before.dot(other) + Context(ring, (last,)).dot(Context(ring, (end,)))


@given(exact, filled, numbers, st.data())
def test_one_hot_is_the_adjoint_of_reading(ring: Ring, form: Shapes, number: int, data: Any) -> None:
    place = data.draw(st.integers(0, len(form) - 1))
    changes = drawn(ring, form, number)
    weight = ring.random(form[place], np.random.default_rng(number))
    read = Context(ring, (changes[place],))
    assert changes.dot(Context.one_hot(ring, form, place, weight)) == read.dot(Context(ring, (weight,)))
    assert changes.adding(place, weight) == changes + Context.one_hot(ring, form, place, weight)


@given(exact, shapes, numbers)
def test_contexts_of_one_form_add_like_vectors(ring: Ring, form: Shapes, number: int) -> None:
    c, d = drawn(ring, form, number), drawn(ring, form, number + 1)
    zero = Context.zero(ring, form)
    assert c + zero == c
    assert c + d == d + c
    assert c - c == zero
    assert (c + d) - d == c
    assert c.scale(1) == c


def test_equality_looks_at_numbers_shapes_and_the_system() -> None:
    one = Context.of(FLOAT, 1.0, [2.0])
    assert one == Context.of(FLOAT, 1, [2])
    assert one != Context.of(RATIONAL, 1, [2])
    assert one != Context.of(FLOAT, [1.0], [2.0])
    assert one != Context.of(FLOAT, 1.0, [3.0])
    assert one != 1
    with pytest.raises(TypeError, match="unhashable"):
        hash(one)


def test_a_context_prints_its_numbers() -> None:
    assert repr(Context(GF2)) == "Context(GF2: nil)"
    assert repr(Context.of(RATIONAL, 2, [1, -3]).scale(RATIONAL.number(1) / 3)) == "Context(RATIONAL: 2/3, [1/3, -1])"
    assert len(Context.of(FLOAT, 1, 2)) == 2


def test_what_does_not_fit_is_refused() -> None:
    one = Context.of(FLOAT, 1.0, [2.0])
    with pytest.raises(ShapeMismatch, match=r"Context dot: expected \(\), \(1,\), got nil"):
        one.dot(Context(FLOAT))
    with pytest.raises(ShapeMismatch, match=r"Context \+: expected"):
        one + Context.of(FLOAT, 1.0, [2.0, 3.0])
    with pytest.raises(WrongType, match="Context dot needs a Context over FLOAT"):
        one.dot(Context.of(RATIONAL, 1, [2]))
    with pytest.raises(WrongType, match="a number system"):
        Context(3)  # type: ignore[arg-type]
    with pytest.raises(ShapeMismatch, match="tensor 1 of a context"):
        one.adding(1, 2.0)
    for place in (2, -1):
        with pytest.raises(OutOfRange, match="tensor of a context"):
            one[place]
    for take in (Context.uncons, Context.unsnoc):
        with pytest.raises(EmptyInput, match="there is no tensor to take off"):
            take(Context(FLOAT))

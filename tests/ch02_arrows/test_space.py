"""Spaces: which of them meet, and what they learn from each other."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spaces import PAIR as OF_VECTORS
from spaces import alike, filled

from tinyml import Product, Space, TokenId
from tinyml.ch02_arrows.space import Kept, kept_by_both, side_by_side

A, B, A2, A3 = Space("A"), Space("B"), Space("A", (2,)), Space("A", (3,))
PAIR = Space("Product")


@pytest.mark.parametrize(
    ("one", "other", "met"),
    [
        (A, A, True),
        (A, B, False),
        (A2, A2, True),
        (A2, A3, False),
        (A, A2, True),
        (Space("A", (2, 3)), A2, False),
        (PAIR, A, False),
        (PAIR, PAIR, True),
        (PAIR, Space.product(A, B), True),
        (Space.product(A, B), Space.product(A, B), True),
        (Space.product(A, B), Space.product(A, A), False),
        (Space.product(A, B), Space.product(B, B), False),
        (Space.product(A2, B), Space.product(A, B), True),
        (Space.product(A2, B), Space.product(A3, B), False),
        (Space.product(B, A2), Space.product(B, A3), False),
        (Space.product(A, PAIR), Space.product(A, Space.product(A, B)), True),
        (Space("Product", (), (A, B)), Space("Product", (), (A, B, A)), False),
        (Space("list", (), (A2,)), Space("list", (), (A3,)), False),
        (Space("list", (), (A2,)), Space("list"), True),
    ],
    ids=str,
)
def test_spaces_meet_where_nothing_known_differs(one: Space, other: Space, met: bool) -> None:
    assert one.meets(other) == other.meets(one) == met


@given(alike(2))
def test_what_is_learnt_is_all_that_both_know(drawn: tuple[Space, ...]) -> None:
    one, other = drawn
    assert one.meets(one)
    assert one.meets(other) == other.meets(one)
    if one.meets(other):
        both = one.refined(other)
        assert both == other.refined(one)
        assert both.refined(one) == both.refined(other) == both
        assert one.refined(one.shared(other)) == one
        assert one.shared(other) == other.shared(one)


@given(alike(3))
def test_a_third_space_meets_what_two_have_learnt_exactly_if_it_meets_each(drawn: tuple[Space, ...]) -> None:
    one, other, third = drawn
    if one.meets(other):
        assert one.refined(other).meets(third) == (one.meets(third) and other.meets(third))


@given(filled(OF_VECTORS, factored=True), filled(OF_VECTORS, factored=True))
def test_nothing_is_learnt_where_nothing_is_kept(one: Space, other: Space) -> None:
    if one.meets(other):
        left, right = one.factors
        assert one.refined(other, False) == one
        assert one.refined(other, (True, False)) == Space.product(left.refined(other.factors[0]), right)
        assert one.refined(other, (False, True)) == Space.product(left, right.refined(other.factors[1]))


def test_an_arrow_that_keeps_sizes_passes_them_between_kinds() -> None:
    assert B.refined(A2) == Space("B", (2,))


PLACES = [True, False, (True, False), (False, True)]


@pytest.mark.parametrize("one", PLACES, ids=str)
def test_a_row_keeps_what_each_of_its_arrows_keeps(one: Kept) -> None:
    assert kept_by_both(one, True) == kept_by_both(True, one) == one
    assert kept_by_both(one, False) is kept_by_both(False, one) is False
    assert kept_by_both(one, one) == one
    assert kept_by_both((True, False), (False, True)) is side_by_side(False, False) is False
    assert kept_by_both((True, True), (False, True)) == (False, True)


@given(alike(1))
def test_sizes_can_be_given_and_taken_away(drawn: tuple[Space, ...]) -> None:
    [space] = drawn
    bare = space.unsized()
    assert bare.meets(space)
    assert bare.refined(space) == space
    assert bare == bare.unsized()
    assert "[" not in str(bare)
    assert space.sized(()) == space
    assert space.sized((7,)).size == (7,)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (int, "int"),
        (list[int], "list[int]"),
        (Product[TokenId, str], "TokenId x str"),
        (Product[TokenId, Product[int, str]], "TokenId x (int x str)"),
        (list[Product[int, str]], "list[int x str]"),
        (Product, "Product"),
        (Any, "object"),
        (int | None, "object"),
        (st, "object"),
    ],
    ids=str,
)
def test_a_python_type_has_a_space(kind: Any, name: str) -> None:
    assert str(Space.of(kind)) == name

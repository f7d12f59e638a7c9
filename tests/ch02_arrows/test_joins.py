"""What `>>`, `@` and `**` accept, over spaces of known and unknown sizes: the laws of composition hold for it too."""

from __future__ import annotations

from itertools import product
from typing import Any, TypeAlias

import pytest
from drawing import draws
from hypothesis import given
from hypothesis import strategies as st
from spaces import VECTOR, Arrow, Step, ends, joined, power, rows

from tinyml import Composite, CompositionError, Identity, Power, Space, StepCount, Tensor, WrongType

VECTOR2, VECTOR3 = Space("Vector", (2,)), Space("Vector", (3,))
counts = st.integers(0, 3)
many, very_many = draws(300), draws(1200)


@very_many
@given(rows(3))
def test_brackets_do_not_matter_for_what_is_accepted(row: tuple[Arrow, ...]) -> None:
    f, g, h = row
    right = joined(g, h)
    right = right and joined(f, right)
    assert ends(joined(f, g, h)) == ends(right)


@many
@given(rows(2))
def test_an_identity_changes_nothing_about_what_is_accepted(row: tuple[Arrow, ...]) -> None:
    f, h = row
    both = [f.target.refined(h.source)] if f.target.meets(h.source) else []
    for space in (f.target, h.source, f.target.unsized(), *both):  # what says no more than the two ends do
        assert ends(joined(f, Identity(space), h)) == ends(joined(f, h))


@given(rows(1))
def test_an_identity_at_either_end_changes_neither_end(row: tuple[Arrow, ...]) -> None:
    [f] = row
    for space in (f.source, f.source.unsized()):
        assert ends(joined(Identity(space), f)) == ends(f)
    for space in (f.target, f.target.unsized()):
        assert ends(joined(f, Identity(space))) == ends(f)


@many
@given(rows(2), rows(2))
def test_side_by_side_accepts_what_both_halves_accept(left: tuple[Arrow, ...], right: tuple[Arrow, ...]) -> None:
    (f, h), (g, k) = left, right
    first, second = joined(f, h), joined(g, k)
    across = joined(f @ g, h @ k)
    assert ends(across) == ends(first @ second if first and second else None)
    assert not across or not (first and second) or across.keeps == (first @ second).keeps


@many
@given(rows(1), counts, counts)
def test_a_power_accepts_what_its_row_accepts(row: tuple[Arrow, ...], m: int, n: int) -> None:
    [f] = row
    assert ends(power(f, 2)) == ends(joined(f, f))
    if f.target.meets(f.source):
        assert ends(power(f, 1)) == ends(f)
        assert ends(joined(f ** StepCount(m), f ** StepCount(n))) == ends(power(f, m + n))


Relation: TypeAlias = set[tuple[Space, Space]]


def fillings(space: Space) -> list[Space]:
    """Return the space with each unknown size filled in, from three sizes of which no test names the third."""
    if space.factors:
        return [Space("Product", (), pair) for pair in product(*map(fillings, space.factors))]
    return [space] if space.size else [Space(space.kind, (n,)) for n in (2, 3, 4)]


def then(first: Relation, second: Relation) -> Relation:
    return {(a, c) for a, b in first for again, c in second if b == again}


def relation(arrow: Arrow) -> Relation:
    """Return which sizes an arrow may have at both ends at once, without asking it for its ends."""
    match arrow:
        case Step(start, end):
            return set(product(fillings(start), fillings(end)))
        case Identity(space):
            return {(filled, filled) for filled in fillings(space)}
        case Tensor(first, second):
            both = product(relation(first), relation(second))
            return {(Space.product(a, c), Space.product(b, d)) for (a, b), (c, d) in both}
        case Composite(parts):
            found = relation(parts[0])
            for part in parts[1:]:
                found = then(found, relation(part))
            return found
        case Power(base, count):
            once = relation(base)
            found = {(filled, filled) for filled in fillings(base.source.shared(base.target))}
            for number in range(count.value):
                found = then(found, once) if number else once
            return found
        case _:
            raise AssertionError(arrow)


@very_many
@given(rows(2, factored=True))
def test_a_join_is_accepted_when_some_sizes_fit_and_knows_those_that_must(row: tuple[Arrow, ...]) -> None:
    f, g = row
    fitting, both = then(relation(f), relation(g)), joined(f, g)
    assert bool(fitting) == bool(both)
    for arrow in (f, g, both):
        if arrow:
            starts, stops = (set(found) for found in zip(*relation(arrow), strict=True))
            assert starts == set(fillings(arrow.source))
            assert stops == set(fillings(arrow.target))


def test_a_size_that_came_through_an_identity_is_in_the_message() -> None:
    stay: Identity[Any] = Identity(VECTOR)
    with pytest.raises(CompositionError) as caught:
        Step(Space("TokenId"), VECTOR2) >> stay >> Step(VECTOR3, Space("Logits"))
    assert str(caught.value) == (
        "cannot compose\n"
        "    step >> identity : TokenId -> Vector[2]\n"
        "    step             : Vector[3] -> Logits\n"
        "Vector[2] is not Vector[3]: an arrow Vector[2] -> Vector[3] is missing"
    )
    with pytest.raises(CompositionError) as caught:
        Step(Space("TokenId"), VECTOR2) >> (stay >> Step(VECTOR3, Space("Logits")))
    assert str(caught.value) == (
        "cannot compose\n"
        "    step             : TokenId -> Vector[2]\n"
        "    identity >> step : Vector[3] -> Logits\n"
        "Vector[2] is not Vector[3]: an arrow Vector[2] -> Vector[3] is missing"
    )


def test_an_ordinary_arrow_without_sizes_hands_none_on() -> None:
    assert joined(Identity(VECTOR2), Step(VECTOR, VECTOR), Identity(VECTOR3))
    assert not joined(Identity(VECTOR2), Identity(VECTOR), Identity(VECTOR3))


def test_a_pair_of_which_nothing_is_known_hands_on_what_it_is_given() -> None:
    pair = Space.product(VECTOR2, VECTOR)
    assert str(Identity[Any](pair) >> Identity[Any](Space("Product"))) == "Vector[2] x Vector -> Vector[2] x Vector"


@pytest.mark.parametrize("count", [0, 1, 2])
def test_what_does_not_return_to_its_source_is_refused_however_often(count: int) -> None:
    with pytest.raises(CompositionError, match=r"Vector\[3\] is not Vector\[2\]"):
        Step(VECTOR2, VECTOR3) ** StepCount(count)


def test_what_is_no_arrow_is_not_joined() -> None:
    with pytest.raises(WrongType, match="identity >> needs an arrow; got int 3"):
        Identity[Any](VECTOR) >> 3  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]
    with pytest.raises(WrongType, match="identity @ needs an arrow; got int 3"):
        Identity[Any](VECTOR) @ 3  # type: ignore[operator]  # pyright: ignore[reportOperatorIssue]

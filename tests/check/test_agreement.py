"""Agreement of values: every finite value agrees with itself, no class can talk its way in, and nothing raises."""

from __future__ import annotations

import contextlib
import math
from collections import Counter, OrderedDict, namedtuple
from collections.abc import Callable
from enum import IntEnum
from fractions import Fraction
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from hostile import HOSTILE, endless_list, hostile
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tinyml import Distribution, Embedding, ModelDimension, Parameters, StepCount, TokenId, VocabSize
from tinyml.check.agreement import MOST_LETTERS, described, difference, kind, shortened

finite = st.floats(allow_nan=False, allow_infinity=False)
numbers = finite | st.integers()
arrays = hnp.arrays(
    st.sampled_from([np.float64, np.float32, np.int64, np.uint8]), hnp.array_shapes(min_dims=0, min_side=0)
)
scalars = numbers | st.booleans() | st.text() | st.none() | st.binary() | st.integers().map(lambda n: Fraction(n, 7))
keys = st.integers() | st.text() | st.tuples(st.integers(), st.text()) | st.integers(0, 9).map(TokenId)
values = st.recursive(
    scalars | arrays.filter(lambda array: bool(np.isfinite(array).all())) | st.integers(0, 99).map(StepCount),
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(keys, inner) | st.frozensets(keys),
    max_leaves=8,
)


@given(values)
def test_every_finite_value_agrees_with_itself(value: Any) -> None:
    assert difference(value, value, 0) == ""


@given(numbers, numbers, st.floats(0, 10))
def test_numbers_agree_within_an_absolute_distance(came: float, expected: float, within: float) -> None:
    distance = abs(Fraction(came) - Fraction(expected))
    if isinstance(expected, int) and isinstance(came, float):
        agree = distance == 0
    elif abs(distance - Fraction(within)) > (abs(Fraction(came)) + abs(Fraction(expected)) + 1) / 10**9:
        agree = distance <= Fraction(within)
    else:
        return  # so near to the edge that floats round
    assert (difference(came, expected, within) == "") == agree


@given(st.sampled_from([math.nan, math.inf, -math.inf]))
def test_what_is_not_finite_agrees_with_nothing(value: float) -> None:
    for expected in (value, 1.0, 1, np.array(value)):
        assert difference(value, expected, 0.1)
        assert difference(1.0, value, 1e300)
    assert difference([value], np.array([value]), 1e300)
    assert difference(np.array([1.0, value]), np.array([1.0, value]), math.inf)


class Colour(IntEnum):
    RED = 3


class Metres(float):
    pass


Pair = namedtuple("Pair", "left right")


@pytest.mark.parametrize(
    ("came", "expected"),
    [
        (3, 3.0),
        (3.0, 3),
        (np.float64(1.5), 1.5),
        (np.float32(1.5), 1.5),
        (np.longdouble(1.5), 1.5),
        (np.int64(3), 3),
        (np.uint8(3), 3.0),
        (3, np.int64(3)),
        (np.bool_(True), True),
        (True, np.bool_(True)),
        (np.str_("a"), "a"),
        (Metres(1.5), 1.5),
        (Colour.RED, 3),
        (10**400, 10**400),
        ([1, 2.0], np.array([1.0, 2.0])),
        ((np.float64(1), np.int32(2)), np.array([1, 2])),
        ([np.array([1.0]), [2]], np.array([[1.0], [2.0]])),
        (np.array([1.0, 2], dtype=object), np.array([1.0, 2.0])),
        (np.array([[1, 2]]).view(np.matrix) if hasattr(np, "matrix") else [[1, 2]], np.array([[1.0, 2.0]])),
        (np.array([True, False]), np.array([True, False])),
        ([True, False], np.array([True, False])),
        (np.array(["a"]), np.array(["a"])),
        ([10**20], np.array([1e20])),
        ([], np.array([])),
        ((1, 2), [1, 2]),
        (Pair(1, 2), (1, 2)),
        (OrderedDict(b=2, a=1), {"a": 1, "b": 2}),
        (Counter("aab"), {"a": 2, "b": 1}),
        ({np.int64(1): 2}, {1: 2}),
        ({(1, 2): 3}, MappingProxyType({(1, 2): 3})),
        ({TokenId(1): 0.5}, {TokenId(1): 0.5}),
        ({1, 2}, frozenset({2, 1})),
        (Distribution([0.5, 0.5]), Distribution([0.5, 0.5])),
        (TokenId, TokenId),
        (len, len),
    ],
)
def test_values_of_other_classes_that_say_the_same_agree(came: Any, expected: Any) -> None:
    assert difference(came, expected, 1e-9) == ""


@pytest.mark.parametrize(
    ("came", "expected", "words"),
    [
        (True, 1, "a value of type int is expected, and a value of type bool came"),
        (1, True, "a value of type bool is expected, and a value of type int came"),
        ([True], np.array([1.0]), "not all of its entries are numbers"),
        (np.array([True]), np.array([1.0]), "not all of its entries are numbers"),
        (["1.5"], np.array([1.5]), "not all of its entries are numbers"),
        (np.array(["1.5"]), np.array([1.5]), "not all of its entries are numbers"),
        ([1j], np.array([1.0]), "not all of its entries are numbers"),
        (np.array([1j]), np.array([1.0]), "not all of its entries are numbers"),
        ([None], np.array([1.0]), "not all of its entries are numbers"),
        ([[1.0]], np.array([1.0]), "not all of its entries are numbers"),
        ([1.0], np.array(1.0), "not all of its entries are numbers"),
        (3, np.array(3.0), "a value of type ndarray is expected, and a value of type int came"),
        (1, np.array([True]), "a value of type ndarray is expected, and a value of type int came"),
        (3.5, 3, "a whole number is expected"),
        ("1.5", 1.5, "a value of type float is expected, and a value of type str came"),
        (None, 1.5, "a value of type float is expected, and nothing came"),
        (np.timedelta64(5), 5, "a value of type int is expected, and a value of type timedelta64 came"),
        (..., 1.5, "a value of type float is expected, and a value of type ellipsis came"),
        (10**400, 1.5, "it is too far away"),
        (10**400, 3, "it is another number"),
        (4, 3, "it is another number"),
        (4.0, 3.0, "it is too far away"),
        (1.5, 10**400, "a whole number is expected"),
        (np.ones((2, 1)), np.ones(2), "its shape is (2, 1) instead of (2,)"),
        ([1.0, 2.0, 3.0], np.ones(2), "it has 3 items instead of 2"),
        ([1.0, 2.0], np.ones(2), "entry [1] is too far away"),
        ([[1, 2], [3, 5]], np.array([[1, 2], [3, 4]]), "entry [1, 1] is another number"),
        ([1, 2.5], np.array([1, 2]), "entry [1] is another number"),
        ([1, (2, 4)], [1, (2, 3)], "item 1: item 1: it is another number"),
        ([10**400, 1], np.ones(2), "it cannot be compared"),
        (np.full(2, np.longdouble("1e4000")), np.ones(2), "entry [0] is too far away"),
        (np.array([False]), np.array([True]), "item 0: it is another value"),
        ([1, 2], (1,), "it has 2 items instead of 1"),
        ({1, 2}, [1, 2], "a value of type list is expected, and a value of type set came"),
        ({1: 2}, {True: 2}, "its keys are others"),
        ({"a": 1}, {"a": 2}, "'a': it is another number"),
        ({"a": 1, "b": 1}, {"a": 1}, "its keys are others"),
        ([("a", 1)], {"a": 1}, "a value of type dict is expected, and a value of type list came"),
        ({1}, {2}, "it has other members"),
        ([1], {1}, "a value of type set is expected, and a value of type list came"),
        (TokenId(1), TokenId(2), "index: it is another number"),
        (VocabSize(2), TokenId(2), "a value of type TokenId is expected, and a value of type VocabSize came"),
        (1, TokenId(1), "a value of type TokenId is expected, and a value of type int came"),
        (VocabSize, TokenId, "it is another value"),
        (Distribution([0.5, 0.5]), Distribution([0.25, 0.75]), "values: entry [0] is too far away"),
        (Distribution([1.0]), Distribution([0.5, 0.5]), "values: its shape is (1,) instead of (2,)"),
        (object.__new__(TokenId), TokenId(1), "it cannot be compared"),
        (min, max, "it is another value"),
    ],
)
def test_what_differs_is_said_in_a_few_words(came: Any, expected: Any, words: str) -> None:
    assert difference(came, expected, 1e-9) == words


def test_an_arrow_agrees_with_itself_and_with_no_other() -> None:
    one, two = (Embedding(Parameters.init(VocabSize(3), ModelDimension(size))) for size in (2, 3))
    assert difference(one, one, 0) == ""
    assert difference(one, two, 0)


# ---------------------------------------------------------------- classes that raise or lie


EXPECTED: list[Any] = [
    1.5, 3, True, "text", None, [1.5], (1, 2), {"a": 1}, {1: 1.5}, {1, 2}, frozenset({1}), np.array(1.5), np.ones(2),
    np.array([True]), TokenId(3), {TokenId(1): 2}, Distribution([0.5, 0.5]), len, TokenId, Fraction(1, 3),
]  # fmt: skip


@pytest.mark.parametrize("make", HOSTILE, ids=lambda make: make.__name__)
@pytest.mark.parametrize("expected", EXPECTED, ids=repr)
def test_no_class_talks_its_way_in(make: Callable[[], Any], expected: Any) -> None:
    liar, array = make(), np.empty(1, dtype=object)
    array.fill(liar)
    around = [[liar], (liar, liar), {"a": liar}, {1: liar}, array]
    with contextlib.suppress(TypeError):  # not every class can be a key
        around += [{liar}, frozenset([liar]), {liar: 1.5}, {(liar,): 1}]
    found = [difference(came, expected, 0.1) for came in (liar, *around)]
    assert all(found)


@given(hostile, st.sampled_from(EXPECTED), st.lists(st.integers(0, 2), max_size=4))
def test_nothing_makes_a_comparison_or_a_description_raise(value: Any, expected: Any, wraps: list[int]) -> None:
    for wrap in wraps:
        value = ([value], {"a": value}, (1, value))[wrap]
    assert difference(value, expected, 0.1)
    assert isinstance(difference(expected, value, 1e300), str)
    assert_short(described(value))
    assert_short(kind(value))


def assert_short(text: str) -> None:
    assert type(text) is str
    assert len(text) <= MOST_LETTERS
    assert text.isprintable()


# ---------------------------------------------------------------- descriptions


@given(values)
def test_a_description_is_one_short_line(value: Any) -> None:
    assert_short(described(value))


@given(st.text(), st.integers(0, 2000))
def test_a_shortened_text_is_one_short_line(text: str, times: int) -> None:
    assert_short(shortened(text * times))


@pytest.mark.parametrize("value", [1.5, -3, "a", None, True, [1, 2], (1,), {"a": [1]}, {2}, TokenId(1), b"a", 1j])
def test_a_short_value_is_described_by_its_repr(value: Any) -> None:
    assert described(value) == repr(value)


def test_classes_functions_and_values_without_a_repr_are_described_by_their_name() -> None:
    class Plain:
        """Without a repr, so that Python's would show an address in memory."""

    assert described([TokenId, ord, endless_list, Plain()]) == "[TokenId, ord, endless_list, a Plain]"


def test_no_description_shows_an_address_in_memory() -> None:
    def way(n: int) -> int:
        return n

    shown = [(way(n) for n in [1]), [].append, partial(way, 1), map(way, []), {"f": way}]
    assert described(shown) == "[a generator, append, a partial, a map, {'f': way}]"


def test_what_is_huge_or_holds_itself_is_described_all_the_same() -> None:
    assert described(10**5000) == "a whole number of about 5001 digits"
    assert described([10**5000]) == "[a whole number of about 5001 digits]"
    assert "xxx...xxx" in described("x" * 10**7)
    assert described(b"x" * 10**7).endswith("...")
    assert described([0] * 10**6).endswith(", ...]")
    assert described(endless_list()) == "[[[[[[[...]]]]]]]"
    assert described(np.broadcast_to(0.0, (10**6, 10**6))).startswith("array([[0., 0., 0., ...")
    with np.printoptions(threshold=10**9):
        assert_short(described(np.zeros(10**6)))
    assert shortened("a" + " " * 10**7 + "b") == "a..."
    assert shortened("a\n b\t\x1b[2J\ud800\u202e") == "a b ?[2J??"


def test_what_is_huge_is_refused_before_it_is_converted() -> None:
    assert difference(np.broadcast_to(np.int8(1), (10**6, 10**6)), np.ones(3), 0).startswith("its shape is")
    assert difference([0] * 10**6, np.ones(3), 0) == "it has 1000000 items instead of 3"
    assert difference(endless_list(), np.ones((1, 1)), 0) == "not all of its entries are numbers"
    assert difference(endless_list(), [[[1]]], 0).startswith("item 0: item 0: item 0: a value of type int is expected")


def test_the_reader_keeps_the_way_numpy_treats_errors() -> None:
    with np.errstate(all="raise"):
        assert difference(np.array([1e308, 1.0]), np.array([-1e308, 1.0]), 1.0) == "entry [0] is too far away"
        assert np.geterr()["over"] == "raise"

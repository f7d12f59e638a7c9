"""The wire and agreement: what a check finds equal in the notebook it finds equal outside the box, and nothing else."""

from __future__ import annotations

import math
import warnings
from collections import Counter, OrderedDict, defaultdict, namedtuple
from collections.abc import Callable, Iterator
from enum import IntEnum, StrEnum
from fractions import Fraction
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from drawing import draws
from hostile import HOSTILE, PLACES, one_way_liars
from hypothesis import given
from hypothesis import strategies as st
from wires import crossed

import tinyml
from tinyml.check.agreement import FAILURES, difference, kind
from tinyml.check.overruling import overruled


class Colour(IntEnum):
    RED = 1
    GREEN = 2


class Word(StrEnum):
    A = "a"
    B = "b"


class Metres(float):
    """A float of a class of one's own, which says that it equals everything."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = float.__hash__


class Count(int):
    """A whole number of a class of one's own."""


class Name(str):
    """A text of a class of one's own."""


class Row(np.ndarray[Any, Any]):
    """An array of a class of one's own."""


class Bag(set[Any]):
    """A set of a class of one's own."""


class Still(frozenset[Any]):
    """A set of a class of one's own that does not change."""


class Rows(list[Any]):
    """A list of a class of one's own, which says that it is empty."""

    def __len__(self) -> int:
        return 0

    def __iter__(self) -> Iterator[Any]:
        return iter(())


Pair = namedtuple("Pair", "index values")
"""Two fields with the names of methods that other classes have."""

Dress = Callable[[Any], Any]


def paired(value: Any) -> Any:
    return Pair(*value) if len(value) == 2 else tuple(value)


def fixed(value: Any) -> Any:
    return np.broadcast_to(value, np.shape(value))


def as_objects(value: Any) -> Any:
    made = np.empty(np.shape(value), dtype=object)
    made[...] = value
    return made


WARDROBE: dict[type, list[Dress]] = {
    bool: [bool, int, np.bool_, float],
    int: [int, Count, np.int64, np.int16, float, np.float64, bool, str, complex, Fraction],
    float: [float, Metres, np.float64, np.float32, np.longdouble, np.complex64, int],
    complex: [complex, np.complex128, np.complex64, abs],
    str: [str, Name, np.str_, lambda value: Word(value) if value in ("a", "b") else value, str.encode, list],
    bytes: [bytes, np.bytes_, bytearray],
    list: [list, tuple, Rows, paired, np.array, as_objects, lambda value: dict(enumerate(value)), iter],
    tuple: [tuple, list, paired, Rows, np.array],
    set: [set, frozenset, Bag, Still, list, dict.fromkeys],
    frozenset: [frozenset, set, Bag, Still],
    dict: [dict, OrderedDict, partial(defaultdict, list), list, set, MappingProxyType],
    Counter: [Counter, dict, OrderedDict],
    np.ndarray: [
        *(np.array, np.ndarray.tolist, as_objects, lambda value: value.view(Row), lambda value: value[:1]),
        *(lambda value: value.astype(object), lambda value: value.astype("U3"), lambda value: value.astype(bool)),
        *(lambda value: value.astype(np.float32), lambda value: value.astype(np.longdouble), fixed),
    ],
}
"""In what else a value may come, by the class in which it is expected: some agree with it, and some do not."""


def is_hashable(value: Any) -> bool:
    try:
        return isinstance(hash(value), int)
    except TypeError:
        return False


def listed(draw: st.DrawFn, value: Any) -> list[Any]:
    return [dressed(draw, item) for item in value]


def dressed(draw: st.DrawFn, value: Any) -> Any:
    """Return a value with each part of it in a class that is drawn, and now and then another part in its place."""
    if not draw(st.integers(0, 12)):
        return draw(expected_values)
    if isinstance(value, dict):
        value = type(value)({key: dressed(draw, item) for key, item in value.items()})
    elif isinstance(value, list | tuple):
        value = type(value)(listed(draw, value))
    elif isinstance(value, set | frozenset):
        value = type(value)(filter(is_hashable, listed(draw, value)))
    wear = draw(st.sampled_from(WARDROBE.get(type(value), [lambda value: value])))
    with warnings.catch_warnings(action="ignore"):
        try:
            return wear(value)
        except (TypeError, ValueError, OverflowError, IndexError):  # it does not suit everybody
            return value


small = st.integers(-2, 2)
texts = st.sampled_from(["a", "b", "ab", "", "\ud800", "ä\0"])
leaves = st.one_of(
    st.none(),
    st.booleans(),
    small,
    st.integers(),
    st.sampled_from([0.5, -1.0, 0.1, 1e300, math.inf, math.nan]),
    texts,
    st.binary(max_size=2),
    st.builds(complex, small, small),
    st.builds(Fraction, small, st.integers(1, 3)),
    st.builds(range, small, small),
    st.sampled_from([tinyml.TokenId(1), tinyml.TokenId(2), tinyml.Vector([1.0, 2.0]), tinyml.TokenId, tinyml.Loss]),
    st.builds(
        lambda items, kind: np.array(items).astype(kind),
        st.lists(small, max_size=3) | st.lists(st.lists(small, min_size=2, max_size=2), max_size=2) | small,
        st.sampled_from(["f8", "f4", "i8", "i2", "?", "c16", "U2", "S2", "O"]),
    ),
)
members = small | texts | st.tuples(small, texts) | st.builds(tinyml.TokenId, st.integers(0, 3)) | st.booleans()
expected_values = st.recursive(
    leaves | st.sets(members, max_size=3) | st.frozensets(members, max_size=3) | st.lists(texts).map(Counter),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(members, inner, max_size=3)
    ),
    max_leaves=6,
)


@st.composite
def near_pairs(draw: st.DrawFn) -> tuple[Any, Any]:
    """Return a value as it came and what is expected in its place: the same in other classes, or something near it."""
    expected = draw(expected_values)
    return dressed(draw, expected), expected


@given(near_pairs(), st.sampled_from([0.0, 1e-6, 0.5]))
@draws(500)
def test_what_agrees_agrees_behind_the_wire_and_nothing_else_does(pair: tuple[Any, Any], within: float) -> None:
    came, expected = pair
    assert difference(crossed(came), expected, within) == difference(came, expected, within)


SAME: list[tuple[Any, Any]] = [
    (defaultdict(list, a=[1]), {"a": [1]}),
    (Counter("aab"), {"a": 2, "b": 1}),
    (OrderedDict(b=2, a=1), {"a": 1, "b": 2}),
    (Pair(1, 2), (1, 2)),
    (Pair(Pair(1, 2), [Colour.RED]), ((1, 2), [1])),
    (Colour.GREEN, 2),
    (Word.A, "a"),
    ({Word.A: {Colour.RED}}, {"a": {1}}),
    (np.str_("a"), "a"),
    (np.str_("a\0"), "a\0"),
    ([np.bool_(True), np.uint8(3), np.float32(0.5), np.longdouble(0.25)], [True, 3, 0.5, 0.25]),
    (np.array(["to", "be"]), np.array(["to", "be"])),
    (np.array([["ä\ud800", ""]]), np.array([["ä\ud800", ""]])),
    (np.array([b"to"]), np.array([b"to"])),
    (np.array([1.0, 2]).view(Row), np.array([1.0, 2])),
    (np.array(["a"]).view(Row), np.array(["a"])),
    (np.array([1, "a", None], dtype=object), np.array([1, "a", None], dtype=object)),
    (np.array([], dtype="U"), np.array([], dtype="U")),
    (np.array(["to", "be"], dtype=np.dtypes.StringDType()), np.array(["to", "be"])),
    (Bag([1, (2, "a")]), {1, (2, "a")}),
    ({tinyml.TokenId(1)}, frozenset({tinyml.TokenId(1)})),
    (tinyml.TokenId, tinyml.TokenId),
    (Fraction(1, 3), Fraction(1, 3)),
    (range(2, 10**6, 10**5), range(2, 10**6, 10**5)),
    (1 + 2j, 1 + 2j),
    ("\ud800", "\ud800"),
    (b"\xff", b"\xff"),
]
"""What comes, and what is expected, and agrees with it."""


@pytest.mark.parametrize(("came", "expected"), SAME, ids=kind)
def test_values_of_other_classes_that_say_the_same_agree_behind_the_wire(came: Any, expected: Any) -> None:
    assert difference(came, expected, 0) == ""
    assert difference(crossed(came), expected, 0) == ""


@pytest.mark.parametrize("came", [came for came, _ in SAME], ids=kind)
def test_each_of_them_agrees_with_no_other_than_before(came: Any) -> None:
    for _, expected in SAME:
        assert difference(crossed(came), expected, 0) == difference(came, expected, 0)


@pytest.mark.parametrize("make", HOSTILE, ids=lambda make: make.__name__)
def test_no_class_talks_its_way_across(make: Callable[[], Any]) -> None:
    """A class that raises at the crossing is refused there; what comes through is compared by what it holds."""
    for came in (make(), [make()], {"a": make()}):
        try:
            arrived = crossed(came)
        except FAILURES:
            continue
        for expected in (0.0, 1.5, "text", [1.5], (1, 2), {"a": 1}, {1, 2}, np.ones(2), tinyml.TokenId(3)):
            assert bool(difference(arrived, expected, 0.1)) == bool(difference(came, expected, 0.1))


@given(one_way_liars, st.sampled_from(PLACES))
def test_what_a_class_overrules_is_told_outside_a_box_in_the_same_words(
    value: Any, place: Callable[[Any], Any]
) -> None:
    assert overruled(crossed(place(value))) == overruled(place(value)) != ""


@pytest.mark.parametrize("came", [came for came, _ in SAME], ids=kind)
def test_what_overrules_nothing_is_not_said_to(came: Any) -> None:
    assert overruled(crossed(came)) == overruled(came)

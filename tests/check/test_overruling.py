"""tinyml.check.overruling: what answers for itself is refused by name, in the notebook and outside a box alike."""

from __future__ import annotations

import enum
from collections import Counter, OrderedDict, defaultdict, namedtuple
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hostile import CONTAINED, HOSTILE, PLACES, one_way_liars, with_one_way
from hypothesis import given
from hypothesis import strategies as st

from tinyml import TokenId, Vector, check
from tinyml.check.outcomes import NotPassed, Outcome
from tinyml.check.overruling import TOLD, WAYS, overruled


@given(one_way_liars, st.sampled_from(PLACES))
def test_a_value_with_a_way_of_its_own_is_refused_by_name_wherever_it_stands(
    value: Any, place: Callable[[Any], Any]
) -> None:
    with pytest.raises(NotPassed, match=r"so +class Fake overrules __\w+__ of \w+, and a check asks nobody but Python"):
        Outcome("answer", place(value)).result()


def test_a_class_may_tell_for_another_one_what_that_overrules() -> None:
    told = type("Fake", (dict,), {TOLD: ("__len__",)})
    assert overruled([told(a=1)]) == "class Fake overrules __len__ of dict"


class Note(str):
    """A text of a class of one's own."""

    __slots__ = ()


class Key(enum.StrEnum):
    C = "c"


class Pitch(enum.IntEnum):
    A = 440


class Row(np.ndarray[Any, Any]):
    """An array of a class of one's own."""


class Missing(dict[str, int]):
    """A dict that has a value for every key."""

    def __missing__(self, key: str) -> int:
        return 0


Pair = namedtuple("Pair", "left right")
HONEST: list[Any] = [
    *(None, True, 1, 0.5, 1j, "a", b"a", range(3), len, [1, [2]], {"a": {1}}, frozenset({(1, "a")})),
    *(Note("a"), Key.C, {Key.C: Pitch.A}, Pair(1, [2]), Missing(a=1), Counter("aab"), OrderedDict(a=1)),
    *(defaultdict(list, a=[1]), np.str_("a"), np.float32(1), np.array(["a"]), np.array([1, "a"], dtype=object)),
    *(np.ones(2).view(Row), TokenId(1), Vector([1.0]), [TokenId(1)], np.ma.array([1.0])),
]


@pytest.mark.parametrize("value", HONEST, ids=repr)
def test_a_value_that_answers_as_python_does_is_not_refused(value: Any) -> None:
    assert Outcome("answer", value).result() is value


@pytest.mark.parametrize("make", HOSTILE, ids=lambda make: make.__name__)
def test_whatever_it_looks_at_it_does_not_raise(make: Callable[[], Any]) -> None:
    for value in (make(), [make()], {"a": make()}):
        assert type(overruled(value)) is str


def test_what_equals_all_that_it_meets_is_refused_and_what_knows_its_like_is_not() -> None:
    class Yes:
        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = None  # type: ignore[assignment]

    class Place:
        index = 3

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Place) and self.index == other.index

        __hash__ = None  # type: ignore[assignment]

    with pytest.raises(NotPassed, match="class Yes says that it equals what it has never seen"):
        Outcome("answer", {"total": Yes()}).result()
    assert overruled([Place()]) == ""


@pytest.mark.parametrize("base", [int, float, str, list, tuple, set, dict], ids=lambda base: base.__name__)
@pytest.mark.parametrize("way", WAYS)
def test_what_is_compared_by_what_it_holds_is_not_refused(base: Any, way: str) -> None:
    """`gives` asks nothing of a value that its class could answer."""
    value = with_one_way(base, way)
    assert Outcome("answer", value).gives(CONTAINED.get(base, base() if base is str else 1)) is value


def test_a_check_says_what_is_overruled(capsys: pytest.CaptureFixture[str]) -> None:
    class Kind(str):
        __slots__ = ()

        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = str.__hash__

    answers = {"kinds": {"total": Kind("monoid")}}
    with check.Question("kinds", 3, "chapter 8", "", answers) as ask:
        said = ask.value("kinds").result()
        ask.that(said["total"] == "commutative", "it is another kind")
    assert float(ask.points) == 0
    assert capsys.readouterr().out.splitlines() == [
        "kinds: not yet.",
        "looked at kinds",
        "came      {'total': 'monoid'}",
        "so        class Kind overrules __eq__ of str, and a check asks nobody but Python",
        "reread    chapter 8",
    ]

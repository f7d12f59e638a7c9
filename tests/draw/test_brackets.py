"""A fold as a tree: the picture has every value of the fold, and its root is what the brackets say."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from tinyml import SUM, Monoid
from tinyml.draw import Drawing, brackets

WORDS: Monoid[str] = Monoid("words", "", lambda a, b: a + b)
letters = st.sampled_from("abcd")
trees: st.SearchStrategy[Any] = st.recursive(letters, lambda inner: st.tuples(inner, inner), max_leaves=8)


def labels(drawing: Drawing) -> list[str]:
    return [node.text or "" for node in ElementTree.fromstring(drawing.svg).iter("{http://www.w3.org/2000/svg}text")]


def values(tree: Any) -> list[str]:
    """Return the value of each pair of brackets and of each leaf, what is inside before what is around it."""
    if isinstance(tree, str):
        return [tree]
    left, right = map(values, tree)
    return [*left, *right, left[-1] + right[-1]]


@given(trees)
def test_the_tree_has_each_value_once_and_an_arrow_from_each_to_what_it_went_into(tree: Any) -> None:
    drawn = brackets(WORDS, tree)
    assert labels(drawn) == values(tree)
    assert drawn.svg.count("Z") == len(values(tree)) - 1  # the points of arrows


def test_the_description_has_the_brackets_and_the_result() -> None:
    assert repr(brackets(SUM, ((1, 2), (3, 4)))) == "A fold of 4 values. ((1 + 2) + (3 + 4)) is 10."
    assert repr(brackets(SUM, (((1, 2), 3), 4))) == "A fold of 4 values. (((1 + 2) + 3) + 4) is 10."
    assert repr(brackets(SUM, 5)) == "A fold of 1 value. 5 is 5."


def test_a_label_may_have_several_lines() -> None:
    drawn = brackets(SUM, (1, 2), lambda n: f"sum\n{n}")
    assert labels(drawn) == ["sum", "1", "sum", "2", "sum", "3"]
    assert drawn.description == "(sum 1 + sum 2) is sum 3."

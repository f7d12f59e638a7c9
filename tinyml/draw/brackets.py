"""Brackets: a fold as a tree, which shows what was combined with what, and what came of it.

    brackets(monoid, ((a, b), (c, d)))    a + b and c + d first, then their results

Checked by tests/draw/test_brackets.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, cast, final

from tinyml.ch08_monoids.monoid import Monoid
from tinyml.draw.drawing import Drawing, drawing
from tinyml.draw.svg import curve, lines, wide
from tinyml.type_variables import A

ROW, LETTERS, GAP = 64.0, 14.0, 18.0
"""From one row to the next, the height of a line of a label, and the room between two labels, in pixels."""


@final
@dataclass(frozen=True, slots=True)
class Node(Generic[A]):
    """A value, and the two that it was combined from, if it was.

    Of all values that the fold began with, `first` lie left of the `leaves` that went into this one.
    """

    value: A
    first: int
    leaves: int = 1
    row: int = 0
    halves: tuple[Node[A], ...] = ()

    def nodes(self) -> Iterator[Node[A]]:
        """Yield this node after all that it was made from, from left to right."""
        for half in self.halves:
            yield from half.nodes()
        yield self

    def written(self, write: Callable[[A], str]) -> str:
        """Return what was combined, with its brackets."""
        inside = " + ".join(half.written(write) for half in self.halves)
        return f"({inside})" if self.halves else " ".join(write(self.value).split("\n"))


def brackets(monoid: Monoid[A], tree: Any, write: Callable[[A], str] = str) -> Drawing:
    """Draw how a monoid combines values, downwards: a tuple of two is a pair of brackets, anything else a value.

    `write` makes the label of a value, which may have several lines.

    >>> from tinyml import SUM
    >>> brackets(SUM, ((1, 2), 3))
    A fold of 3 values. ((1 + 2) + 3) is 6.
    """
    root = _grown(monoid, tree, 0)
    labels = [write(node.value).split("\n") for node in root.nodes()]
    column = max(wide(line) for label in labels for line in label) + GAP
    tall = LETTERS * max(map(len, labels))
    step = tall + ROW - LETTERS
    marks = list[str]()
    for node, label in zip(root.nodes(), labels, strict=True):
        x, y = column * _middle(node), step * node.row
        marks += lines(x, y + LETTERS / 2, label)
        marks += [curve(column * _middle(half), step * half.row + tall + 4, x, y - 4, tip=True) for half in node.halves]
    title = f"A fold of {root.leaves} {'value' if root.leaves == 1 else 'values'}"
    told = f"{root.written(write)} is {' '.join(labels[-1])}."
    return drawing(column * root.leaves, step * root.row + tall + 6, marks, title, told)


def _middle(node: Node[Any]) -> float:
    """Return where a node is, in columns: in the middle of the values that went into it."""
    return node.first + node.leaves / 2


def _grown(monoid: Monoid[A], tree: Any, first: int) -> Node[A]:
    """Combine the values of a tree, its leaves first."""
    if not (isinstance(tree, tuple) and len(tree) == 2):
        return Node(cast("A", tree), first)
    left = _grown(monoid, tree[0], first)
    right = _grown(monoid, tree[1], first + left.leaves)
    value = monoid.combine(left.value, right.value)
    return Node(value, first, left.leaves + right.leaves, max(left.row, right.row) + 1, (left, right))

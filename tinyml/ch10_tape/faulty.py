"""Faulty nodes: rules that are wrong on purpose, to see that the two checks of a derivative find them.

    lying(node)         both rules give zeros: they fit each other, and are no derivative
    wrong_sign(node)    the way back has the wrong sign: it does not fit the way forward

Checked by tests/ch10_tape/test_adjointness.py.
"""

from __future__ import annotations

from tinyml.ch10_tape.nodes import Node


def lying(node: Node) -> Node:
    """Return a node with the same value that claims that nothing moves: both of its rules give zeros."""
    return Node(
        node.name,
        node.forward,
        lambda x, dx: 0 * node.jvp(x, dx),
        lambda x, dy: tuple(0 * share for share in node.vjp(x, dy)),
        node.rings,
    )


def wrong_sign(node: Node) -> Node:
    """Return a node whose way back has the wrong sign."""
    return Node(node.name, node.forward, node.jvp, lambda x, dy: tuple(-share for share in node.vjp(x, dy)), node.rings)

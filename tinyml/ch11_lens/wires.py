"""Wires: lenses that compute nothing, and say only where values go and where changes come back.

    identity(X) : X -> X            swap(X, Y)      : X x Y -> Y x X
    unitor(X)   : 1 x X -> X        assoc(X, Y, Z)  : (X x Y) x Z -> X x (Y x Z)      each with its way back, _back
    copy(X)     : X -> X x X        add(X)          : X x X -> X

What is copied on the way there is added on the way back, and the other way round: the two are each other's mirror.
None of them keeps anything.
Laws (tests/ch11_lens/test_wires.py): swap, assoc and unitor are undone by their way back, and every lens passes through
them; copying is associative and does not see a swap, and so is adding; a lens passes through copy where its way back
adds up, put(a, b' + c') = put(a, b') + put(a, c').
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tinyml.ch01_objects.domain import Product
from tinyml.ch11_lens.lenses import Lens, optic
from tinyml.ch11_lens.ports import UNIT, Port, Unit, both, halves
from tinyml.type_variables import A, B, C, dA, dB, dC


def rewired(
    name: str, source: Port[A, dA], target: Port[B, dB], there: Callable[[A], B], back: Callable[[dB], dA]
) -> Lens[Port[A, dA], Port[B, dB]]:
    """Return the lens that moves values there and changes back, each by itself, and so keeps nothing."""

    def forward(point: A) -> tuple[B, Unit]:
        return there(point), ()

    def backward(_: Unit, change: dB) -> dA:
        return back(change)

    return optic(name, source, target, forward, backward)


def identity(port: Port[A, dA]) -> Lens[Port[A, dA], Port[A, dA]]:
    return rewired("identity", port, port, _same, _same)


def swap(
    first: Port[A, dA], second: Port[B, dB]
) -> Lens[Port[Product[A, B], Product[dA, dB]], Port[Product[B, A], Product[dB, dA]]]:
    return rewired("swap", both(first, second), both(second, first), _turned, _turned)


def assoc(
    first: Port[A, dA], second: Port[B, dB], third: Port[C, dC]
) -> Lens[
    Port[Product[Product[A, B], C], Product[Product[dA, dB], dC]],
    Port[Product[A, Product[B, C]], Product[dA, Product[dB, dC]]],
]:
    left, right = both(both(first, second), third), both(first, both(second, third))
    return rewired("assoc", left, right, _to_the_right, _to_the_left)


def assoc_back(
    first: Port[A, dA], second: Port[B, dB], third: Port[C, dC]
) -> Lens[
    Port[Product[A, Product[B, C]], Product[dA, Product[dB, dC]]],
    Port[Product[Product[A, B], C], Product[Product[dA, dB], dC]],
]:
    left, right = both(both(first, second), third), both(first, both(second, third))
    return rewired("assoc_back", right, left, _to_the_left, _to_the_right)


def unitor(port: Port[A, dA]) -> Lens[Port[Product[Unit, A], Product[Unit, dA]], Port[A, dA]]:
    return rewired("unitor", both(UNIT, port), port, _alone, _beside_nothing)


def unitor_back(port: Port[A, dA]) -> Lens[Port[A, dA], Port[Product[Unit, A], Product[Unit, dA]]]:
    return rewired("unitor_back", port, both(UNIT, port), _beside_nothing, _alone)


def copy(port: Port[A, dA]) -> Lens[Port[A, dA], Port[Product[A, A], Product[dA, dA]]]:
    """Return the lens that gives a value to two readers, and adds up what both of them send back.

    >>> from tinyml.ch11_lens.ports import NUMBERS, Number, NumberChange
    >>> copy(NUMBERS).put(Product(Number(3), Product(NumberChange(5), NumberChange(1))))
    6
    """
    return rewired("copy", port, both(port, port), _twice, _sum)


def add(port: Port[A, dA]) -> Lens[Port[Product[A, A], Product[dA, dA]], Port[A, dA]]:
    """Return the lens that adds two values up, and sends a change back to both."""
    return rewired("add", both(port, port), port, _sum, _twice)


def added(first: Any, second: Any) -> Any:
    """Return the sum of two values or changes of one port: of numbers, arrays, contexts, or pairs of these."""
    if isinstance(first, Product):
        return Product(*map(added, halves(first), halves(second)))
    return first + second  # of two empty tuples this is the empty tuple


def _same(value: A) -> A:
    return value


def _turned(pair: Product[A, B]) -> Product[B, A]:
    return Product(pair.second, pair.first)


def _to_the_right(value: Product[Product[A, B], C]) -> Product[A, Product[B, C]]:
    return Product(value.first.first, Product(value.first.second, value.second))


def _to_the_left(value: Product[A, Product[B, C]]) -> Product[Product[A, B], C]:
    return Product(Product(value.first, value.second.first), value.second.second)


def _alone(pair: Product[Unit, A]) -> A:
    return pair.second


def _beside_nothing(value: A) -> Product[Unit, A]:
    return Product((), value)


def _twice(value: A) -> Product[A, A]:
    return Product(value, value)


def _sum(pair: Product[A, A]) -> A:
    total: A = added(pair.first, pair.second)
    return total

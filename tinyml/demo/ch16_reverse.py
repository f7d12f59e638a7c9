"""Reverse derivatives: what did all the ways back have in common?

Polynomial maps over fractions and bits, which are compared term by term, and seven rules for what comes back.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tinyml.ch10_tape.rings import GF2, RATIONAL
from tinyml.ch16_reverse.as_lenses import lensed
from tinyml.ch16_reverse.axioms import Sample, try_axioms
from tinyml.ch16_reverse.polymaps import (
    Polynomials,
    add,
    copy,
    forward_derivative,
    polymap,
    printed_reverse,
    projections,
    reverse_derivative,
)
from tinyml.ch16_reverse.polynomials import variables
from tinyml.ch16_reverse.smooth import Smooth, SmoothMap, exp, sin, tanh


def lines() -> Iterator[str]:
    x, y = variables(RATIONAL, "x y")
    (t,) = variables(RATIONAL, "t")
    f, after = polymap(x**2 + 3 * y * x), polymap(t**2)
    yield f"f    {f}"
    yield f"R[f] {reverse_derivative(f).told('x y w')}"
    yield f"D[f] {forward_derivative(f).told('x y u v')}"
    changes = projections(RATIONAL, 1, 2)[1]
    yield f"R of copy adds: {reverse_derivative(copy(RATIONAL, 1)) == changes >> add(RATIONAL, 1)}"
    sample: Any = Sample(f, polymap(x * y + y), after)
    for reverse in (reverse_derivative, printed_reverse):
        broken = [name for name, law in try_axioms(Polynomials(RATIONAL), sample, reverse).items() if not law]
        yield f"{reverse.__name__} breaks {', '.join(broken) or 'no rule'}"
    yield f"a row of maps goes to a row of lenses: {lensed(f >> after) == lensed(f) >> lensed(after)}"
    yield from on_bits()
    wave, decay = SmoothMap("wave", 2, 1, waving), SmoothMap("decay", 2, 1, decaying)
    bend = SmoothMap("bend", 1, 1, bending)
    laws = try_axioms(Smooth(seed=1), Sample(wave, decay, bend))
    yield f"rules that smooth maps obey within 1e-9: {sum(map(bool, laws.values()))}"


def on_bits() -> Iterator[str]:
    (a,) = variables(GF2, "a")
    square, one = polymap(a**2), polymap(a)
    same = all(square(bit) == one(bit) for bit in (0, 1))
    yield f"over bits a^2 and a have the same values: {same}"
    for own in (square, one):
        yield f"R of {own.outputs[0]} is {reverse_derivative(own).told('a w').outputs[0]}"


def waving(x: Any, y: Any) -> tuple[Any]:
    return (sin(x * y),)


def decaying(x: Any, y: Any) -> tuple[Any]:
    return (exp(-x) * y,)


def bending(x: Any) -> tuple[Any]:
    return (tanh(x),)

"""The seven axioms, over two exact rings and for smooth maps; and reverses that are none, each refused by its axiom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from drawing import draws
from hypothesis import given
from hypothesis import strategies as st
from small_polymaps import drawn_map, rings, seeds

from tinyml import (
    GF2,
    RATIONAL,
    PolyMap,
    Polynomials,
    Sample,
    Smooth,
    SmoothMap,
    polymap,
    polymaps,
    printed_reverse,
    reverse_derivative,
    smooth,
    try_axioms,
    variables,
)

NAMES = ["RD.1 sums", "RD.2 changes add", "RD.3 wires", "RD.4 pairs", "RD.5 chain rule", "RD.6 linear", "RD.7 mixed"]


@draws(25)
@given(rings, seeds, st.integers(0, 2), st.integers(1, 2), st.integers(0, 2))
def test_all_seven_hold_exactly(ring: Any, number: int, source: int, target: int, end: int) -> None:
    rng = np.random.default_rng(number)
    f, g = (drawn_map(rng, ring, source, target, terms=2) for _ in range(2))
    found = try_axioms(Polynomials(ring), Sample(f, g, drawn_map(rng, ring, target, end, terms=2)))
    assert list(found) == NAMES
    assert [name for name, report in found.items() if not report] == []
    assert {report.worst for report in found.values()} == {0.0}


def test_all_seven_hold_for_smooth_maps_within_a_tolerance() -> None:
    f = SmoothMap("f", 2, 2, lambda x, y: (smooth.sin(x * y), smooth.exp(x) * y))
    g = SmoothMap("g", 2, 2, lambda x, y: (x * x + y, smooth.tanh(x - y)))
    after = SmoothMap("after", 2, 1, lambda x, y: (x * y * y + smooth.cos(x),))
    found = try_axioms(Smooth(seed=16, points=2), Sample(f, g, after))
    assert [name for name, report in found.items() if not report] == []
    assert 0 < max(report.worst for report in found.values()) < 1e-12


x, y = variables(RATIONAL, "x y")
SAMPLE = Sample(polymap(x**2 + 3 * y * x), polymap(x * y + y), polymap(variables(RATIONAL, "z")[0] ** 2))


def broken(axiom: str) -> Callable[[PolyMap], PolyMap]:
    """Return an R that is wrong in a way that this axiom sees."""

    def twice(f: PolyMap) -> PolyMap:
        back = reverse_derivative(f)
        return back + back

    def plus_one(f: PolyMap) -> PolyMap:
        back = reverse_derivative(f)
        return PolyMap(f.ring, back.source, tuple(own + 1 for own in back.outputs))

    def squared(f: PolyMap) -> PolyMap:
        if not f.target:
            return reverse_derivative(f)
        squares = polymap(*(own**2 for own in variables(f.ring, " ".join(polymaps.names_of(f.target)))))
        return (polymaps.identity(f.ring, f.source) @ squares) >> reverse_derivative(f)

    def of_degree(f: PolyMap) -> PolyMap:
        return twice(f) if max((own.degree for own in f.outputs), default=0) > 1 else reverse_derivative(f)

    def first_alone(f: PolyMap) -> PolyMap:
        return reverse_derivative(PolyMap(f.ring, f.source, (*f.outputs[:1], *(own * 0 for own in f.outputs[1:]))))

    def by_place(f: PolyMap) -> PolyMap:
        back = reverse_derivative(f)
        if f.source != 2:
            return back
        first = variables(f.ring, " ".join(polymaps.names_of(back.source)))[0]
        return PolyMap(f.ring, back.source, (back.outputs[0], back.outputs[1] * (1 + first)))

    return {
        "RD.1 sums": plus_one,
        "RD.2 changes add": squared,
        "RD.3 wires": twice,
        "RD.4 pairs": first_alone,
        "RD.5 chain rule": of_degree,
        "RD.6 linear": squared,
        "RD.7 mixed": by_place,
    }[axiom]


@pytest.mark.parametrize("axiom", NAMES)
def test_an_axiom_refuses_a_reverse_that_is_none(axiom: str) -> None:
    found = try_axioms(Polynomials(RATIONAL), SAMPLE, broken(axiom))
    assert not found[axiom]


def test_of_the_slides_reverse_the_chain_rule_alone_complains() -> None:
    found = try_axioms(Polynomials(RATIONAL), SAMPLE, printed_reverse)
    assert [name for name, report in found.items() if not report] == ["RD.5 chain rule"]


def test_over_bits_the_derivative_of_a_circuit_is_not_that_of_its_function() -> None:
    (a,) = variables(GF2, "a")
    sample = Sample(polymap(a**2), polymap(a), polymap(a * a + a))
    assert all(try_axioms(Polynomials(GF2), sample).values())

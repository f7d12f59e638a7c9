"""Parametric lenses that several files of tests compose: of numbers, exact over fractions, and drawn ones."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from small_lenses import lenses, line, square

from tinyml import NUMBERS, Number, NumberChange, Para, Port, Product, both, lift, para
from tinyml.ch11_lens.wires import identity
from tinyml.ch12_para.parametric import AnyPara

ParaOnNumbers = Para[Any, Port[Number, NumberChange], Port[Number, NumberChange]]

times = para(
    "times",
    NUMBERS,
    NUMBERS,
    NUMBERS,
    lambda p, a: (Number(p * a), (p, a)),
    lambda kept, db: (NumberChange(kept[1] * db), NumberChange(kept[0] * db)),
)
plus = para(
    "plus",
    NUMBERS,
    NUMBERS,
    NUMBERS,
    lambda p, a: (Number(p + a), ()),
    lambda _, db: (NumberChange(db), NumberChange(db)),
)
stretched = para(
    "stretched",
    both(NUMBERS, NUMBERS),
    NUMBERS,
    NUMBERS,
    lambda p, a: (Number(p.first * a * a + p.second), (p.first, a)),
    lambda kept, db: (
        Product(NumberChange(kept[1] ** 2 * db), NumberChange(db)),
        NumberChange(2 * kept[0] * kept[1] * db),
    ),
)
"""p a^2 + q, with a pair for its parameters."""

fractions: st.SearchStrategy[Any] = st.builds(Fraction, st.integers(-9, 9), st.integers(1, 5))
scalars: st.SearchStrategy[Any] = fractions | st.floats(-3, 3)
"""Numbers on which the laws of composition hold to the last bit: both sides compute the same, in the same order."""
single: st.SearchStrategy[ParaOnNumbers] = st.one_of(
    st.sampled_from([times, plus, stretched, lift(square), lift(identity(NUMBERS))]),
    st.builds(lambda own, by: own >> by, st.sampled_from([times, stretched]), lenses),
    st.builds(lambda slope: times.reparametrise(line(slope, 1)), st.integers(-3, 3)),
)


def small(own: ParaOnNumbers) -> bool:
    """Say whether at most two squares are in a row: of six, which three rows have, floats can hold the results."""
    return own.name.count("square") + own.name.count("stretched") <= 2


paras: st.SearchStrategy[ParaOnNumbers] = st.recursive(
    single.filter(small), lambda inside: st.builds(lambda f, g: f >> g, inside, inside).filter(small), max_leaves=3
)
"""Parametric lenses that are exact over fractions: layers, rows, lenses that follow, and 2-cells on the side."""


def endless(values: list[Any]) -> Iterator[Any]:
    while True:
        yield from values


def filled(own: AnyPara, values: list[Any]) -> Any:
    """Return parameters whose numbers are these, again and again, from left to right."""
    source = endless(values)

    def grown(space: Any) -> Any:
        if space.is_pair:
            first, second = space.factors
            return Product(grown(first), grown(second))
        return () if space.kind == "Unit" else next(source)

    return grown(own.parameters.points)

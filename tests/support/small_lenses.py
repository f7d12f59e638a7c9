"""Lenses that several files of tests compose: of numbers, exactly and in floats, and drawn ones."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from tinyml import NUMBERS, Lens, Number, NumberChange, Port, Product, lens, optic, recomputing
from tinyml.ch11_lens.wires import identity

OnNumbers = Lens[Port[Number, NumberChange], Port[Number, NumberChange]]


def line(factor: Any, summand: Any) -> OnNumbers:
    """Return a straight line, which needs to know nothing on the way back."""
    return optic(
        f"line {factor}",
        NUMBERS,
        NUMBERS,
        lambda a: (Number(factor * a + summand), ()),
        lambda _, db: NumberChange(factor * db),
    )


square = lens("square", NUMBERS, NUMBERS, lambda a: Number(a * a), lambda a, db: NumberChange(2 * a * db))
sine = lens("sine", NUMBERS, NUMBERS, lambda a: Number(math.sin(a)), lambda a, db: NumberChange(math.cos(a) * db))
half_slope = lens("half slope", NUMBERS, NUMBERS, lambda a: Number(a * a), lambda a, db: NumberChange(a * db))
"""A square whose way back forgets the 2."""

fractions: st.SearchStrategy[Any] = st.builds(Fraction, st.integers(-9, 9), st.integers(1, 5))
floats: st.SearchStrategy[Any] = st.floats(-3, 3)
single: st.SearchStrategy[OnNumbers] = st.one_of(
    st.builds(line, st.integers(-3, 3), st.integers(-3, 3)),
    st.sampled_from([square, identity(NUMBERS)]),
)
lenses: st.SearchStrategy[OnNumbers] = st.recursive(
    single,
    lambda inside: st.builds(lambda f, g: f >> g, inside, inside) | st.builds(recomputing, inside),
    max_leaves=2,
)
"""Lenses that are exact over fractions: lines, squares, identities, composites of these and ones that recompute."""


def pair(first: Any, second: Any) -> Product[Any, Any]:
    return Product(first, second)


clipped = lens("clip", NUMBERS, NUMBERS, lambda a: a, lambda a, db: NumberChange(min(db, 1)))
"""A way back that does not add up: no change above 1 gets through."""

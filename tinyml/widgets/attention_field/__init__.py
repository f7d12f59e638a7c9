"""AttentionField: three queries and three keys are arrows in a plane, moved by hand; a mask says who may read what.

    scores = queries keys^T / sqrt(2)    weights = softmax of each row, over what is allowed    outputs = weights values

The values are fixed points of another plane.  What a query reads is a walk there: its share of the first value, then
its share of the second, then its share of the third.
"""

from __future__ import annotations

import math
import re
from functools import cache
from itertools import pairwise
from typing import Any, ClassVar, NamedTuple, final

import numpy as np
import traitlets

from tinyml.ch01_objects.domain import Product
from tinyml.ch19_attention.attending import attend, compared, weighed
from tinyml.ch19_attention.sequences import Keys, Mask, Queries, Values
from tinyml.draw.picture import ACCENT, LINE, QUIET, document, line, rectangle, text
from tinyml.validation import FloatArray
from tinyml.widgets.widget import Count, Number, Widget

FAR = 2.0
"""How far a query or a key may be from the middle, in each direction."""
QUERIES = ((0.4, 1.0), (1.5, -0.5), (-1.2, -0.8))
KEYS = ((1.0, 1.0), (-1.0, 1.0), (0.5, -1.5))
VALUES = ((1.0, 0.0), (0.0, 1.0), (-1.0, -1.0))
ALL, CAUSAL = "111111111", "100110111"
SECOND, THIRD = "#b4470f", "#6b3fa0"

Place = tuple[float, float]


@final
class Reading(NamedTuple):
    """What `attend` makes of queries and keys, stage by stage, each a row for a query."""

    scores: FloatArray
    weights: FloatArray
    outputs: FloatArray


def allowed_in(mask: str) -> Mask:
    """Return a mask from nine digits, row by row."""
    return np.array([digit == "1" for digit in mask]).reshape(3, 3)


def reading_of(queries: Any, keys: Any, mask: str) -> Reading:
    """Return the scores, the weights and the outputs of three queries and three keys, rows of two numbers each."""
    allowed, values = allowed_in(mask), Values(np.array(VALUES))
    pair = Product(Queries(np.array(queries)), Keys(np.array(keys)))
    scores = compared(2).get(pair)
    return Reading(scores, weighed(allowed).get(scores), attend(2, allowed).get(Product(pair, values)))


def arrow_trait(place: Place) -> traitlets.List[Any]:
    """Return the trait of an arrow's two numbers."""
    trait: traitlets.List[Any] = traitlets.List(Number(0.0, min=-FAR, max=FAR), list(place), minlen=2, maxlen=2)
    return trait.tag(sync=True, setting=True)


@final
class AttentionField(Widget):
    """Three queries `q0`, `q1`, `q2` and three keys `k0`, `k1`, `k2`, each two numbers, and what `query` reads.

    `mask` has nine digits, row by row: 1 where a query may read a key.  Each query has to be allowed at least one.
    """

    name: ClassVar[str] = "attention_field"

    q0 = arrow_trait(QUERIES[0])
    q1 = arrow_trait(QUERIES[1])
    q2 = arrow_trait(QUERIES[2])
    k0 = arrow_trait(KEYS[0])
    k1 = arrow_trait(KEYS[1])
    k2 = arrow_trait(KEYS[2])
    mask = traitlets.Unicode(ALL).tag(sync=True, setting=True)
    query = Count(0, min=0, max=2).tag(sync=True, setting=True)

    @traitlets.validate("mask")
    def _readable(self, proposal: Any) -> str:
        mask: str = proposal["value"]
        if not re.fullmatch("[01]{9}", mask):
            raise traitlets.TraitError(f"the mask is nine digits 0 or 1, row by row, such as {CAUSAL}, not {mask!r}")
        if lost := [row for row in range(3) if "1" not in mask[3 * row : 3 * row + 3]]:
            raise traitlets.TraitError(f"the mask {mask} leaves query {lost[0]} nothing to read, and weights of 0/0")
        return mask

    def arrows(self, letter: str) -> list[list[float]]:
        """Return the three queries, for "q", or the three keys, for "k"."""
        return [getattr(self, f"{letter}{number}") for number in range(3)]

    def reading(self) -> Reading:
        return reading_of(self.arrows("q"), self.arrows("k"), self.mask)

    def references(self) -> dict[str, Any]:
        return canonical_references()

    def numbers(self) -> dict[str, Any]:
        return {"Weights": self.reading().weights}

    def shown(self) -> dict[str, float]:
        scores, weights, outputs = self.reading()
        own = self.query
        told = {f"weight_{key}": float(weights[own, key]) for key in range(3)}
        told |= {f"score_{key}": float(scores[own, key]) for key in range(3)}
        return told | {"output_x": float(outputs[own, 0]), "output_y": float(outputs[own, 1])}

    def fallback_svg(self) -> str:
        _, weights, outputs = self.reading()
        shares = " + ".join(f"{weight:.3f} v{key}" for key, weight in enumerate(weights[self.query]))
        a, b = outputs[self.query]
        marks = [
            text(20, 28, "queries q and keys k"),
            text(330, 28, "values v, and what is read"),
            *self.asked(160, 182, 60),
            *self.walked(470, 182, 96),
            text(20, 346, f"q{self.query} reads {shares} = ({a:z.3f}, {b:z.3f})"),
        ]
        return document(640, 362, marks)

    def asked(self, x: float, y: float, scale: float) -> list[str]:
        """Return the queries and keys as arrows, around a place of the picture."""
        marks = ground(x, y, 140)
        for letter, colour in (("k", SECOND), ("q", ACCENT)):
            for number, (a, b) in enumerate(self.arrows(letter)):
                tip = (x + scale * a, y - scale * b)
                marks += [*arrow((x, y), tip, colour), name_at(tip, (a, b), f"{letter}{number}", colour)]
        return marks

    def walked(self, x: float, y: float, scale: float) -> list[str]:
        """Return the values with the triangle between them, and the walk to the output of the query."""
        _, weights, outputs = self.reading()
        corners = " ".join(f"{x + scale * a:.1f},{y - scale * b:.1f}" for a, b in VALUES)
        marks = [*ground(x, y, 140), f'<polygon points="{corners}" fill="#ffffff" stroke="{QUIET}"/>']
        for number, (a, b) in enumerate(VALUES):
            marks.append(name_at((x + scale * a, y - scale * b), (a, b), f"v{number}", QUIET))
        for (start, end), colour in zip(pairwise(walk_of(weights[self.query])), (ACCENT, SECOND, THIRD), strict=True):
            (a, b), (c, d) = start, end
            marks += arrow((x + scale * a, y - scale * b), (x + scale * c, y - scale * d), colour)
        a, b = outputs[self.query]
        marks.append(f'<circle cx="{x + scale * a:.1f}" cy="{y - scale * b:.1f}" r="5" fill="{ACCENT}"/>')
        return marks

    @property
    def alt(self) -> str:
        return (
            "Three queries and three keys as arrows in a plane; and a triangle of three values, with a walk to their "
            f"mean that query {self.query} reads."
        )

    @property
    def caption(self) -> str:
        scores, weights, outputs = self.reading()
        own, at = self.query, place_text(self.arrows("q")[self.query])
        open_keys = [key for key, digit in enumerate(self.mask[3 * own : 3 * own + 3]) if digit == "1"]
        named = ", ".join(f"{scores[own, key]:z.3f} with key {key}" for key in open_keys)
        read = ", ".join(f"{weights[own, key]:.3f} of value {key}" for key in open_keys)
        a, b = outputs[own]
        return f"Query {own} at {at} scores {named}. So it reads {read}, which makes ({a:z.3f}, {b:z.3f})."


def place_text(place: Any) -> str:
    a, b = place
    return f"({a:g}, {b:g})"


def walk_of(weights: Any) -> list[Place]:
    """Return the places of the walk from (0, 0), a share of a value at a time, to the mean of the values."""
    places: list[Place] = [(0.0, 0.0)]
    for weight, (a, b) in zip(weights, VALUES, strict=True):
        x, y = places[-1]
        places.append((x + float(weight) * a, y + float(weight) * b))
    return places


def ground(x: float, y: float, half: float) -> list[str]:
    """Return the square of a plane with its two axes."""
    return [
        rectangle(x - half, y - half, 2 * half, 2 * half),
        line(x - half, y, x + half, y, stroke=LINE),
        line(x, y - half, x, y + half, stroke=LINE),
    ]


def name_at(tip: Place, direction: Place, words: str, colour: str) -> str:
    """Return a name a little further out than the tip of an arrow."""
    far = math.hypot(*direction) or 1.0
    x, y = tip[0] + 14 * direction[0] / far, tip[1] - 14 * direction[1] / far + 4
    return text(round(x, 1), round(y, 1), words, anchor="middle", fill=colour)


def arrow(start: Place, end: Place, colour: str) -> list[str]:
    """Return an arrow, or nothing where it would be a point."""
    far = math.dist(start, end)
    if far < 1:
        return []
    ux, uy = (end[0] - start[0]) / far, (end[1] - start[1]) / far
    head = min(9.0, far)
    x, y = end[0] - head * ux, end[1] - head * uy
    wings = " ".join(f"{x - side * 4 * uy:.1f},{y + side * 4 * ux:.1f}" for side in (1, -1))
    return [
        line(round(start[0], 1), round(start[1], 1), round(x, 1), round(y, 1), stroke=colour),
        f'<polygon points="{end[0]:.1f},{end[1]:.1f} {wings}" fill="{colour}"/>',
    ]


LARGE = ((40.0, 30.0), (-30.0, 40.0), (35.0, -45.0))
NOTHING = ((0.0, 0.0), (0.0, 0.0), (0.0, 0.0))
NEAR_TIES = ((40.0, 20.0), (40.0, 20.015625), (-25.0, 50.0))
CASES: dict[str, tuple[Any, Any, str]] = {
    "the start": (QUERIES, KEYS, ALL),
    "the start, causal": (QUERIES, KEYS, CAUSAL),
    "the start, nobody reads its own": (QUERIES, KEYS, "011101110"),
    "the start, each reads one": (QUERIES, KEYS, "001100010"),
    "queries that ask for nothing": (NOTHING, KEYS, "111101010"),
    "keys that are queries": (KEYS, KEYS, "101111110"),
    "large scores": (LARGE, NEAR_TIES, ALL),
    "large scores, causal": (LARGE, NEAR_TIES, "100110011"),
}
"""Queries, keys and masks at which the page has to agree.  Scores over 709 would overflow in a careless softmax."""


@cache
def canonical_references() -> dict[str, Any]:
    """Return the reference values that the page recomputes, under the same names."""
    values: dict[str, Any] = {"values": [list(place) for place in VALUES]}
    for name, given in CASES.items():
        scores, weights, outputs = reading_of(*given)
        values |= {f"scores of {name}": scores, f"weights of {name}": weights, f"outputs of {name}": outputs}
    for row in range(1, 8):
        mask = f"{row:03b}" * 3
        values[f"weights of the start, under the mask {mask}"] = reading_of(QUERIES, KEYS, mask).weights
    return values

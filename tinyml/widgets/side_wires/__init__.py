"""SideWires: three layers in a row, 2-cells on the wires at their side, and what comes out of those wires."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from itertools import product
from typing import Any, ClassVar, NamedTuple, TypeAlias, cast, final

import traitlets

from tinyml.ch01_objects.domain import Product
from tinyml.ch11_lens.lenses import AnyLens
from tinyml.ch11_lens.ports import NUMBERS, Number, NumberChange, both
from tinyml.ch11_lens.wires import assoc_back, copy, identity, swap
from tinyml.ch12_para.parametric import AnyPara, para, row_of
from tinyml.ch12_para.two_cells import descent, frozen
from tinyml.draw.picture import ACCENT, FLOOR, QUIET, document, rectangle, text
from tinyml.widgets.widget import Count, Widget
from tinyml.widgets.widget import Number as NumberTrait

CELLS = ("free", "frozen")
LAST_CELLS = (*CELLS, "tied")
COMES_OUT = ("changes", "descent", "inside")
NAMES = ("p", "q", "r")
MOST_STEPS = 12
Cells: TypeAlias = tuple[str, str, str]
Numbers: TypeAlias = tuple[float, float, float, float, float]
"""The three parameters, the value that goes in, and the change that comes back."""

times = para(
    "times",
    NUMBERS,
    NUMBERS,
    NUMBERS,
    lambda p, a: (Number(p * a), (p, a)),
    lambda kept, db: (NumberChange(kept[1] * db), NumberChange(kept[0] * db)),
)
plus = para("plus", NUMBERS, NUMBERS, NUMBERS, lambda p, a: (Number(p + a), ()), lambda _, db: (db, db))
ROW: AnyPara = times >> plus >> times


@final
class Run(NamedTuple):
    """What is on every wire: there and back along the row, at the side of each layer, and outside of its 2-cell.

    `outside` has nan for a wire that does not come out: one that is frozen, or tied to another.
    """

    values: list[float]
    changes: list[float]
    parameters: list[float]
    sides: list[float]
    outside: list[float]

    @property
    def learnt(self) -> int:
        return sum(not math.isnan(own) for own in self.outside)


def side_of(numbers: Sequence[float], cells: Cells, comes_out: str) -> AnyLens:
    """Return the 2-cell, from what is outside to R x (Q x P)."""
    inner: AnyLens = cast("AnyLens", descent(NUMBERS) if comes_out == "inside" else identity(NUMBERS))

    def on_wire(place: int) -> AnyLens:
        return frozen(inner.source, numbers[place]) if cells[place] == "frozen" else identity(inner.source)

    first, second = on_wire(0), on_wire(1)
    if cells[2] == "tied":
        wire, other = inner.source, inner.source
        tie = (identity(other) @ copy(wire)) >> assoc_back(other, wire, wire) >> swap(both(other, wire), wire)
        side: AnyLens = (second @ first) >> tie >> (inner @ (inner @ inner))
    else:
        side = (on_wire(2) >> inner) @ ((second >> inner) @ (first >> inner))
    return cast("AnyLens", descent(side.source)) >> side if comes_out == "descent" else side


@cache
def run_of(numbers: Numbers, cells: Cells, comes_out: str, steps: int) -> Run:
    """Run the row with the package's own 2-cells, after what came out of the side was handed in so many times."""
    first, second, third, point, change = numbers
    side = side_of(numbers, cells, comes_out)
    model: AnyPara = ROW.reparametrise(side)
    tied = cells[2] == "tied"
    given = [() if cell == "frozen" else own for cell, own in zip(cells, (first, second, third), strict=True)]
    own: Any = Product(given[1], given[0]) if tied else Product(given[2], Product(given[1], given[0]))
    for _ in range(0 if comes_out == "changes" else steps):
        own = model.backward(model.forward(own, point)[1], change)[0]
    out: Any = model.backward(model.forward(own, point)[1], change)[0]
    there: Any = side.forward(own)[0]
    parameters = [there.second.second, there.second.first, there.first]
    values, kept = [point], list[Any]()
    for part, held in zip(row_of(ROW), parameters, strict=True):
        result, needed = part.forward(held, values[-1])
        values.append(result)
        kept.append(needed)
    changes, sides = [change], list[float]()
    for part, needed in zip(reversed(row_of(ROW)), reversed(kept), strict=True):
        at_side, back = part.backward(needed, changes[-1])
        sides.append(at_side)
        changes.append(back)
    outside = [out.second, out.first, math.nan] if tied else [out.second.second, out.second.first, out.first]
    seen = [math.nan if isinstance(one, tuple) else one for one in outside]
    return Run(values, changes[::-1], parameters, sides[::-1], seen)


@final
class SideWires(Widget):
    """`times >> plus >> times` on `value`, with parameters `first`, `second` and `third` and a 2-cell on each wire.

    `comes_out` says what comes out of the side: the changes, or new parameters, by a `descent` outside of all the rest
    or by one for each layer, inside.  New parameters have been handed in again `steps` times.
    """

    name: ClassVar[str] = "side_wires"

    first = NumberTrait(5.0, min=-5, max=5).tag(sync=True, setting=True)
    second = NumberTrait(1.0, min=-5, max=5).tag(sync=True, setting=True)
    third = NumberTrait(2.0, min=-5, max=5).tag(sync=True, setting=True)
    value = NumberTrait(3.0, min=-3, max=3).tag(sync=True, setting=True)
    change = NumberTrait(1.0, min=-1, max=1).tag(sync=True, setting=True)
    first_cell = traitlets.Enum(CELLS, "free").tag(sync=True, setting=True)
    second_cell = traitlets.Enum(CELLS, "free").tag(sync=True, setting=True)
    third_cell = traitlets.Enum(LAST_CELLS, "free").tag(sync=True, setting=True)
    comes_out = traitlets.Enum(COMES_OUT, "changes").tag(sync=True, setting=True)
    steps = Count(0, min=0, max=MOST_STEPS).tag(sync=True, setting=True)

    def run(self) -> Run:
        numbers = self.first, self.second, self.third, self.value, self.change
        return run_of(numbers, (self.first_cell, self.second_cell, self.third_cell), self.comes_out, self.steps)

    def references(self) -> dict[str, Any]:
        return canonical_references()

    def shown(self) -> dict[str, float]:
        own = self.run()
        names = ("first_out", "second_out", "third_out")
        return {"result": own.values[-1], "learnt": float(own.learnt), **dict(zip(names, own.outside, strict=True))}

    def fallback_svg(self) -> str:
        own = self.run()
        marks = [text(20, 24, "times >> plus >> times, with a wire from the side for each")]
        marks.append(text(330, 56, f"↓ {own.values[0]:.6g}"))
        for place, layer in enumerate(row_of(ROW)):
            y = 72 + 88 * place
            marks += [
                text(20, y + 18, f"{NAMES[place]} = {own.parameters[place]:.6g}"),
                text(20, y + 36, f"back: {own.sides[place]:.6g}", fill=FLOOR),
                rectangle(280, y, 100, 34, stroke=ACCENT),
                text(330, y + 22, layer.name, anchor="middle"),
                text(330, y + 58, f"↓ {own.values[place + 1]:.6g}"),
                text(440, y + 58, f"↑ {own.changes[place + 1]:.6g}", fill=QUIET),
            ]
        return document(640, 350, marks)

    @property
    def alt(self) -> str:
        return "Three layers in a row; each has a wire from the side, with its parameter and with what it sends back."

    @property
    def caption(self) -> str:
        own = self.run()
        results = ", ".join(f"{value:.6g}" for value in own.values[1:])
        outs = [
            f"{value:.6g} for {name}" for name, value in zip(NAMES, own.outside, strict=True) if not math.isnan(value)
        ]
        what = "Changes" if self.comes_out == "changes" else "New parameters"
        return (
            f"{own.values[0]:.6g} becomes {results}. {what} that come out of the side: {', '.join(outs) or 'none'}. "
            f"Numbers to learn: {own.learnt}."
        )


@cache
def canonical_references() -> dict[str, Any]:
    """Return the reference values that the page recomputes, under the same names."""
    values: dict[str, Any] = {}
    for *cells, comes_out in product(CELLS, CELLS, LAST_CELLS, COMES_OUT):
        for numbers, steps in ((5.0, 1.0, 2.0, 3.0, 1.0), 0), ((-0.5, 2.5, 1.5, -2.0, -0.25), 3):
            own = run_of(numbers, cast("Cells", tuple(cells)), comes_out, steps)
            key = f"{'/'.join(cells)}, {comes_out}, {steps} steps"
            values[f"row: {key}"] = [*own.values, *own.changes]
            values[f"side: {key}"] = [*own.parameters, *own.sides]
            values[f"outside: {key}"] = [one for one in own.outside if not math.isnan(one)]
    return values

"""CircuitSweeps: a circuit of two inputs is shown the four rows of a truth table, in an order or as they are drawn.

    sweep = step(x1, t1) >> step(x2, t2) >> step(x3, t3) >> step(x4, t4)        an endomorphism of 16 settings

Its powers end in one setting, where the table is learnt, or go round.  Which it is depends on the circuit, on the
table and on the order; how long drawn examples take depends on the draw, and their mean is known exactly.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import Any, ClassVar, NamedTuple, final

import traitlets

from tinyml.ch03_prediction.splitmix import Seed, splitmix64
from tinyml.ch16_reverse.as_lenses import SidedMap
from tinyml.ch17_circuits.chances import mean_samples
from tinyml.ch17_circuits.gates import Table
from tinyml.ch17_circuits.sweeps import Run, after, orders, right, swept
from tinyml.ch17_circuits.teachable import bits_of, lookup, masks_of, reed_muller, said
from tinyml.draw.picture import ACCENT, FLOOR, QUIET, document, line, text
from tinyml.widgets.widget import Count, Widget

ROWS = ("00", "01", "10", "11")
NAMES = (
    "constant 0",
    "a AND b",
    "a AND NOT b",
    "a",
    "b AND NOT a",
    "b",
    "a XOR b",
    "a OR b",
    "a NOR b",
    "a XNOR b",
    "NOT b",
    "a OR NOT b",
    "NOT a",
    "b OR NOT a",
    "a NAND b",
    "constant 1",
)
"""The functions of two bits, by their tables read as binary numbers."""
TABLES = [f"{place:04b}" for place in range(16)]
ORDERS = ["".join(map(str, order)) for order in orders(4)]
CIRCUITS: dict[str, SidedMap] = {"lookup": lookup(2), "polynomial": reed_muller(2)}
TITLES = {"lookup": "the lookup table", "polynomial": "the polynomial"}
MOST_SEED = 20
MOST_EXAMPLES = 400
"""With none of the seeds a table takes more."""
BAD = "#b3261e"

Place = tuple[float, float]


@final
class Taught(NamedTuple):
    """What is told of a table and a circuit: its sweeps, and how many drawn examples it takes, here and in the mean."""

    run: Run
    samples: int
    mean: Fraction

    @property
    def sweeps(self) -> int:
        """After how many sweeps the table is learnt, or a setting has come again."""
        return len(self.run.settings) - self.run.learnt


def table_from(bits: str) -> Table:
    return tuple(map(int, bits))


def setting_text(own: int) -> str:
    """Return the switches p0, p1, p2, p3 of a setting as four digits."""
    return "".join(map(str, bits_of(own, 4)))


def wrong_rows(circuit: str, table: str, own: int) -> int:
    masks = masks_of(CIRCUITS[circuit])
    return sum(said(own, mask) != wanted for mask, wanted in zip(masks, table_from(table), strict=True))


def drawn_rows(seed: int) -> Iterator[int]:
    """Yield rows, each the upper two bits of a draw of splitmix64."""
    left = Seed(seed)
    while True:
        bits, left = splitmix64(left)
        yield bits >> 62


@cache
def drawn_settings(circuit: str, table: str, seed: int) -> tuple[int, ...]:
    """Return the settings after each drawn example, from zeros until the table is learnt."""
    masks, bits, settings = masks_of(CIRCUITS[circuit]), table_from(table), [0]
    for row in drawn_rows(seed):
        if right(masks, bits, settings[-1]):
            break
        settings.append(after(masks, bits, (row,), settings[-1]))
    return tuple(settings)


@cache
def mean_of(circuit: str, table: str) -> Fraction:
    return mean_samples(CIRCUITS[circuit], table_from(table))


def run_of(circuit: str, table: str, order: str) -> Run:
    return swept(CIRCUITS[circuit], table_from(table), [int(row) for row in order])


@final
class CircuitSweeps(Widget):
    """A circuit after `examples` rows of a truth table, from zeros.

    `table` has what is wanted at 00, 01, 10 and 11.  The rows come in an order, again and again, such as "0123" for
    `inputs` "swept", and for "drawn" as a generator draws them from a seed.
    """

    name: ClassVar[str] = "circuit_sweeps"

    table = traitlets.Enum(TABLES, "0110").tag(sync=True, setting=True)
    circuit = traitlets.Enum(list(CIRCUITS), "polynomial").tag(sync=True, setting=True)
    inputs = traitlets.Enum(["swept", "drawn"], "swept").tag(sync=True, setting=True)
    order = traitlets.Enum(ORDERS, "0123").tag(sync=True, setting=True)
    seed = Count(1, min=1, max=MOST_SEED).tag(sync=True, setting=True)
    examples = Count(0, min=0, max=MOST_EXAMPLES).tag(sync=True, setting=True)

    def taught(self) -> Taught:
        return Taught(
            run_of(self.circuit, self.table, self.order),
            len(drawn_settings(self.circuit, self.table, self.seed)) - 1,
            mean_of(self.circuit, self.table),
        )

    def setting(self) -> int:
        """Return the switches after the examples that are shown, as a whole number."""
        if self.inputs == "drawn":
            settings = drawn_settings(self.circuit, self.table, self.seed)
            return settings[min(self.examples, len(settings) - 1)]
        masks, rows = masks_of(CIRCUITS[self.circuit]), [int(row) for row in self.order]
        shown = [rows[place % 4] for place in range(self.examples)]
        return after(masks, table_from(self.table), shown, 0)

    def references(self) -> dict[str, Any]:
        return canonical_references()

    def shown(self) -> dict[str, float]:
        told = self.taught()
        return {
            "wrong": wrong_rows(self.circuit, self.table, self.setting()),
            "sweeps": told.sweeps,
            "cycle": len(told.run.cycle),
            "samples": told.samples,
            "mean": float(told.mean),
        }

    def fallback_svg(self) -> str:
        marks = [
            text(20, 30, f"{NAMES[int(self.table, 2)]}, and {TITLES[self.circuit]}"),
            text(20, 58, "a b", fill=QUIET),
            text(64, 58, "wanted", fill=QUIET),
            text(134, 58, "who has a say", fill=QUIET),
        ]
        rows = [int(row) for row in self.order] if self.inputs == "swept" else range(4)
        for place, row in enumerate(rows):
            y, mask = 84 + 26 * place, masks_of(CIRCUITS[self.circuit])[row]
            say = ", ".join(f"p{k}" for k in range(4) if mask >> k & 1)
            marks += [text(20, y, " ".join(ROWS[row])), text(64, y, self.table[row]), text(134, y, say)]
        told = self.taught()
        if self.inputs == "drawn":
            settings = drawn_settings(self.circuit, self.table, self.seed)
            marks += staircase([wrong_rows(self.circuit, self.table, own) for own in settings], told.mean)
        else:
            marks += graph(told.run, [wrong_rows(self.circuit, self.table, own) for own in told.run.settings])
        return document(640, 280, marks)

    @property
    def alt(self) -> str:
        return "Four rows of a truth table with the switches that have a say in each, and where teaching them leads."

    @property
    def caption(self) -> str:
        told, what = self.taught(), f"{NAMES[int(self.table, 2)]}, taught to {TITLES[self.circuit]}"
        if self.inputs == "drawn":
            return (
                f"{what} with drawn examples: with seed {self.seed} it's learnt after {told.samples} of them, "
                f"and in the mean it takes {told.mean}."
            )
        order = ", ".join(ROWS[int(row)] for row in self.order)
        settings = " → ".join(setting_text(own) for own in told.run.settings)
        if told.run.learnt:
            end = f"it's learnt after {told.sweeps} {'sweep' if told.sweeps == 1 else 'sweeps'}"
        else:
            back = setting_text(told.run.cycle[0])
            end = f"and {back} again: it comes round every {len(told.run.cycle)} sweeps, for ever"
        return f"{what} in the order {order}: after each sweep its switches are at {settings}, {end}."


def graph(run: Run, wrong: list[int]) -> list[str]:
    """Return the settings after each sweep, joined by arrows: those that come again on a ring, the others before it."""
    places = places_of(run)
    parts = list[str]()
    closing = [] if run.returned is None else [(places[-1], places[run.returned])]
    for start, end in [*pairwise(places), *closing]:
        parts += arrow(start, end)
    for own, (x, y), count in zip(run.settings, places, wrong, strict=True):
        parts += [
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="24" fill="#f3f5f8" stroke="{FLOOR if count == 0 else ACCENT}" '
            f'stroke-width="{4 if count == 0 else 1.5}"/>',
            text(round(x, 1), round(y - 1, 1), setting_text(own), anchor="middle"),
            text(round(x, 1), round(y + 13, 1), f"{count} ✗" if count else "✓", anchor="middle", size=11),
        ]
    if run.returned is None:
        x, y = places[-1]
        return [*parts, text(x, y + 44, "learnt", anchor="middle", fill=FLOOR)]
    told = ("comes round", f"every {len(run.cycle)} sweeps,", "for ever")
    return [*parts, *(text(490, 124 + 18 * k, words, anchor="middle", fill=BAD) for k, words in enumerate(told))]


def places_of(run: Run) -> list[Place]:
    if run.returned is None:
        return [(490 + 110 * (place - (len(run.settings) - 1) / 2), 136) for place in range(len(run.settings))]
    before = [(490 - 92 - 84.0 * (run.returned - place), 142.0) for place in range(run.returned)]
    turn = 2 * math.pi / len(run.cycle)
    return before + [
        (490 - 92 * math.cos(turn * place), 142 - 92 * math.sin(turn * place)) for place in range(len(run.cycle))
    ]


def arrow(start: Place, end: Place) -> list[str]:
    """Return an arrow from one circle to another."""
    far = math.dist(start, end)
    ux, uy = (end[0] - start[0]) / far, (end[1] - start[1]) / far
    x, y = end[0] - 26 * ux, end[1] - 26 * uy
    wing = " ".join(f"{x - 8 * ux + s * 4 * uy:.1f},{y - 8 * uy - s * 4 * ux:.1f}" for s in (1, -1))
    return [
        line(round(start[0] + 24 * ux, 1), round(start[1] + 24 * uy, 1), round(x - 4 * ux, 1), round(y - 4 * uy, 1)),
        f'<polygon points="{x:.1f},{y:.1f} {wing}" fill="{QUIET}"/>',
    ]


def staircase(wrong: list[int], mean: Fraction) -> list[str]:
    """Return how many rows are wrong after each drawn example, and where the mean is."""
    left, width, bottom, high = 350, 260, 210, 42
    scale = width / max(len(wrong) - 1, float(mean), 1.0)
    points = [f"{left},{bottom - high * wrong[0]}"]
    for place, (before, now) in enumerate(pairwise(wrong), 1):
        points += [f"{left + scale * place:.1f},{bottom - high * own}" for own in (before, now)]
    at = round(left + scale * float(mean), 1)
    return [
        *(text(left - 8, bottom - high * own + 4, str(own), anchor="end", fill=QUIET) for own in range(5)),
        line(left, bottom, left + width, bottom),
        line(at, bottom, at, bottom - 4 * high, stroke=FLOOR, dash="4 3"),
        f'<polyline points="{" ".join(points)}" fill="none" stroke="{ACCENT}" stroke-width="2"/>',
        text(left, bottom + 24, f"wrong rows: none after {len(wrong) - 1} examples", fill=ACCENT),
        text(left, bottom + 44, f"the mean of all draws: {mean}", fill=FLOOR),
    ]


@cache
def canonical_references() -> dict[str, Any]:
    """Return the reference values that the page recomputes, under the same names.

    All tables are swept in all orders: the settings after each sweep, and last the place of the one that comes again,
    or -1.
    """
    values: dict[str, Any] = {"names": list(NAMES)}
    for circuit, own in CIRCUITS.items():
        values[f"masks of {circuit}"] = list(masks_of(own))
        values[f"means of {circuit}"] = [str(mean_of(circuit, table)) for table in TABLES]
        for seed in (1, 2, MOST_SEED):
            values[f"{circuit}, drawn with seed {seed}"] = [
                [len(drawn_settings(circuit, table, seed)) - 1, drawn_settings(circuit, table, seed)[-1]]
                for table in TABLES
            ]
        for order in ORDERS:
            runs = [run_of(circuit, table, order) for table in TABLES]
            values[f"{circuit}, swept in the order {order}"] = [
                [*run.settings, -1 if run.returned is None else run.returned] for run in runs
            ]
    return values

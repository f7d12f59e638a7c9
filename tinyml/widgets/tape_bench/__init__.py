"""TapeBench: a graph with fan-out; a change goes forward, a seed comes back, and both meet at one number."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import Any, ClassVar, final

import numpy as np
import traitlets

from tinyml.ch10_tape.adjointness import backprop_correct, check_derivative, pairings
from tinyml.ch10_tape.context import Context
from tinyml.ch10_tape.faulty import lying, wrong_sign
from tinyml.ch10_tape.nodes import Node, add, multiply, scale
from tinyml.ch10_tape.rings import FLOAT, GF2, RATIONAL, Array, Ring
from tinyml.ch10_tape.tape import Graph
from tinyml.draw.picture import ACCENT, FLOOR, QUIET, document, line, rectangle, text
from tinyml.widgets.widget import Count, Widget

SYSTEMS: dict[str, Ring] = {"fractions": RATIONAL, "floats": FLOAT, "mod 2": GF2}
FAULTS = ("none", "wrong sign", "zeros")
SEEDS = ("loss", "triple", "square", "z", "every wire")
BELOW = {"x": 3, "y": 5, "dx": 2, "dy": 9}
"""What stands below the fraction line of each of the four numbers."""

PLACES = {
    "x": (160, 40),
    "y": (420, 40),
    "z": (420, 140),
    "square": (420, 240),
    "triple": (160, 140),
    "loss": (290, 340),
}
"""Where each wire stands in the picture for a page without JavaScript, in the order of the graph."""


@final
class TapeBench(Widget):
    """The point x/3, y/5 and the change dx/2, dy/9 are set by what stands above the fraction line.

    `seed` says which wire has the weight 1, `system` what the numbers are, and `fault` what is wrong with the
    node that makes `square`.  Mod 2 only the numbers above the line count.
    """

    name: ClassVar[str] = "tape_bench"

    x = Count(1, min=-9, max=9).tag(sync=True, setting=True)
    y = Count(-2, min=-9, max=9).tag(sync=True, setting=True)
    dx = Count(7, min=-9, max=9).tag(sync=True, setting=True)
    dy = Count(1, min=-9, max=9).tag(sync=True, setting=True)
    seed = traitlets.Enum(SEEDS, "loss").tag(sync=True, setting=True)
    system = traitlets.Enum(list(SYSTEMS), "fractions").tag(sync=True, setting=True)
    fault = traitlets.Enum(FAULTS, "none").tag(sync=True, setting=True)

    def story(self) -> dict[str, Any]:
        """Return everything that the page shows, computed by the tape."""
        return bench_of({name: getattr(self, name) for name in self.setting_names()})

    def references(self) -> dict[str, Any]:
        return canonical_references()

    def fallback_svg(self) -> str:
        told = self.story()
        joins = (("x", "triple"), ("x", "z"), ("y", "z"), ("z", "square"), ("triple", "loss"), ("square", "loss"))
        ends = [(PLACES[start], PLACES[end]) for start, end in joins]
        parts = [line(x1, y1 + 30, x2, y2 - 32) for (x1, y1), (x2, y2) in ends]
        for place, (wire, (x, y)) in enumerate(PLACES.items()):
            parts.append(rectangle(x - 105, y - 32, 210, 62, stroke=QUIET))
            parts.append(text(x, y - 14, f"{wire} = {shown(told['values'][place])}", anchor="middle"))
            parts.append(text(x, y + 4, f"change {shown(told['changes'][place])}", anchor="middle", fill=ACCENT))
            parts.append(text(x, y + 22, f"weight {shown(told['weights'][place])}", anchor="middle", fill=FLOOR))
        return document(640, 385, parts)

    @property
    def alt(self) -> str:
        return "A graph of four nodes from x and y to a loss; each wire shows its value, its change and its weight."

    @property
    def caption(self) -> str:
        told = self.story()
        first, last = shown(told["pairings"][0]), shown(told["pairings"][-1])
        meet = "They meet." if told["meets"] else f"They do not meet: the node of {told['guilty']} is at fault."
        slope = "is" if told["derivative"] else "is not"
        return (
            f"Numbers: {self.system}. Forward, the changes times the seed on {self.seed} are {first}; back, the change "
            f"of the inputs times their weights is {last}. {meet} At this point jvp {slope} the derivative of forward."
        )


def shown(number: Any) -> str:
    """Return a number as the page shows it: six digits of a float, and fractions and bits as they are."""
    return f"{number + 0.0:.6g}" if isinstance(number, float) else str(number)


def graph_with(fault: str) -> Graph:
    """Return the graph of the bench, with a fault in the node that makes `square`."""
    makers = {"none": multiply, "wrong sign": wrong_sign(multiply), "zeros": lying(multiply)}
    node: Node = makers[fault]
    start = Graph(("x", "y")).then("z", multiply, "x", "y").then("square", node, "z", "z")
    return start.then("triple", scale(3), "x").then("loss", add, "square", "triple")


def bench_of(given: dict[str, Any]) -> dict[str, Any]:
    """Return values, changes and weights of all wires, the number at each stage of the way back, and two verdicts."""
    ring, graph = SYSTEMS[given["system"]], graph_with(given["fault"])
    point, change = (Context.of(ring, *(entry(given, name) for name in names)) for names in (("x", "y"), ("dx", "dy")))
    seed = Context.of(ring, *(int(given["seed"] in (wire, "every wire")) for wire in graph.wires))
    found = pairings(graph, point, change, seed)
    report = backprop_correct(graph, point, change, seed)
    slopes = check_derivative(graph, point, np.random.default_rng(0), cases=4)
    return {
        "values": [own.item() for own in graph.eval(point)],
        "changes": [own.item() for own in graph.jvp(point, change)],
        "weights": [own.item() for own in weights_of(graph, point, seed)],
        "pairings": list(found),
        "meets": report.holds,
        "guilty": "" if report else str(report.counterexample).split(":")[0].removeprefix("node "),
        "derivative": slopes.holds,
    }


def entry(given: dict[str, Any], name: str) -> Any:
    """Return one of the four numbers in its system; mod 2 what stands above the fraction line."""
    if given["system"] == "mod 2":
        return given[name]
    return Fraction(given[name], BELOW[name]) if given["system"] == "fractions" else given[name] / BELOW[name]


def weights_of(graph: Graph, point: Context, seed: Context) -> tuple[Array, ...]:
    """Return what every wire has collected when the way back comes to it."""
    values = graph.eval(point)
    taken = list[Array]()
    for cell in reversed(graph.cells):
        values, _ = values.unsnoc()
        seed, weight = seed.unsnoc()
        seed = cell.vjp(values, seed, weight)
        taken.append(weight)
    return (*seed, *reversed(taken))


@cache
def canonical_references() -> dict[str, Any]:
    """Return the reference values that the page recomputes, under the same names: floats as numbers, others as text."""
    values: dict[str, Any] = {}
    point = {"x": 1, "y": -2, "dx": 7, "dy": 1}
    for system in SYSTEMS:
        for seed, fault in (("loss", "none"), ("every wire", "none"), ("loss", "wrong sign"), ("square", "zeros")):
            told = bench_of({**point, "seed": seed, "system": system, "fault": fault})
            key = f"{system}, seed on {seed}, fault {fault}"
            for part in ("values", "changes", "weights", "pairings"):
                values[f"{part}: {key}"] = [own if isinstance(own, float) else str(own) for own in told[part]]
            values[f"verdicts: {key}"] = [str(told["meets"]), told["guilty"], str(told["derivative"])]
    return values

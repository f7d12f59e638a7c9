"""Valley: two optimisers on their way to the bottom of a long and narrow valley, which can be turned.

    f(x, y) = (x^2 + 25 y^2) / 2      a valley turned by an angle has f of the place, turned back

The symmetry meter lets an optimiser run twice, in the valley as it is and in the turned one from the turned start, and
turns the second path back: how far is it from the first?  Nothing, when the optimiser commutes with rotations.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import Any, ClassVar, NamedTuple, final

import numpy as np
import traitlets

from tinyml.ch12_para.trees import Flat, FlatChange, flat
from tinyml.ch12_para.two_cells import descent
from tinyml.ch14_optimisers.adaptive import adagrad, adam
from tinyml.ch14_optimisers.memories import starting
from tinyml.ch14_optimisers.momenta import misprinted_momentum, momentum, nesterov
from tinyml.draw.picture import ACCENT, FLOOR, QUIET, document, text
from tinyml.widgets.widget import Count, Number, Widget

OPTIMISERS = ("descent", "momentum", "misprinted", "nesterov", "adagrad", "adam")
NAMES = {
    "descent": "gradient descent",
    "momentum": "momentum",
    "misprinted": "misprinted momentum",
    "nesterov": "Nesterov",
    "adagrad": "AdaGrad",
    "adam": "Adam",
}
STEEPNESS = 25.0
START = (-2.0, 0.6)
EPS = 1e-8
EDGE = 10.0
"""So far from the bottom a run has left the valley: the step that leads there is refused."""
NEAR = 1e-12
"""So far apart are two ways to round the same path."""
MOST_STEPS = 100
MOST_GAMMA = 0.95
TABLE = "Where they are"
CONTOURS = (0.02, 0.125, 0.5, 1.125, 2.0, 3.125, 5.0, 8.0)

Place = tuple[float, float]


@final
class Run(NamedTuple):
    """An optimiser in a valley turned by an angle, after its steps, of which `complete` stayed in the valley.

    `places` has what it reads at the start and after each step, `level` those of the valley that is not turned.
    `value` is f at the last of `places`, and `distance` how far that is from the bottom; `straight` is f at the last of
    `level`.  `deviation` is the largest distance between the two paths, the first one turned back.
    """

    complete: int
    places: list[Place]
    level: list[Place]
    value: float
    distance: float
    straight: float
    deviation: float


def update_of(optimiser: str, rate: float, gamma: float) -> tuple[Any, float]:
    """Return the update, and the rate of its cap: those that adapt have theirs themselves, and 1 is left."""
    port = flat(2)
    if optimiser == "adagrad":
        return adagrad(port, rate, eps=EPS), 1.0
    if optimiser == "adam":
        return adam(port, rate, gamma, eps=EPS), 1.0
    rolling = {"momentum": momentum, "misprinted": misprinted_momentum, "nesterov": nesterov}
    return (rolling[optimiser](port, gamma) if optimiser in rolling else descent(port)), rate


def turn_of(angle: int) -> Place:
    """Return the cosine and the sine of an angle in degrees."""
    return math.cos(math.pi * angle / 180), math.sin(math.pi * angle / 180)


def turned(place: Sequence[float], turn: Place) -> Place:
    (x, y), (cosine, sine) = place, turn
    return cosine * x - sine * y, sine * x + cosine * y


def turned_back(place: Sequence[float], turn: Place) -> Place:
    return turned(place, (turn[0], -turn[1]))


def value_of(place: Place) -> float:
    """Return f in the valley that is not turned."""
    x, y = place
    return (x * x + STEEPNESS * y * y) / 2


def path_of(optimiser: str, rate: float, gamma: float, turn: Place, steps: int) -> list[Place]:
    """Return the places that the package's own update reads, up to one that is out of the valley."""
    update, at_cap = update_of(optimiser, rate, gamma)
    start = Flat(np.array(turned(START, turn)))
    state: Any = start if optimiser == "descent" else starting(update, start)
    places = list[Place]()
    for _ in range(steps + 1):
        read, kept = update.forward(state)
        place: Place = (float(read[0]), float(read[1]))
        if math.hypot(*place) > EDGE:
            break
        places.append(place)
        x, y = turned_back(place, turn)
        slope = np.array(turned((x, STEEPNESS * y), turn))
        state = update.backward(kept, FlatChange(-at_cap * slope))
    return places


@cache
def run_of(optimiser: str, rate: float, gamma: float, angle: int, steps: int) -> Run:
    turn = turn_of(angle)
    level = path_of(optimiser, rate, gamma, turn_of(0), steps)
    places = path_of(optimiser, rate, gamma, turn, steps)
    count = min(len(level), len(places))
    level, places = level[:count], places[:count]
    back = [turned_back(place, turn) for place in places]
    return Run(
        count - 1,
        places,
        level,
        value_of(back[-1]),
        math.hypot(*places[-1]),
        value_of(level[-1]),
        max(math.dist(*both) for both in zip(back, level, strict=True)),
    )


@final
class Valley(Widget):
    """Two optimisers after `step_count` steps in a valley turned by `angle` degrees.

    `gamma` is the share of a velocity that is kept, and Adam's beta1.
    """

    name: ClassVar[str] = "valley"

    first = traitlets.Enum(OPTIMISERS, "momentum").tag(sync=True, setting=True)
    second = traitlets.Enum(OPTIMISERS, "adam").tag(sync=True, setting=True)
    step_count = Count(40, min=0, max=MOST_STEPS).tag(sync=True, setting=True)
    learning_rate = Number(0.05, min=0.005, max=0.5).tag(sync=True, setting=True)
    gamma = Number(0.8, min=0.0, max=MOST_GAMMA).tag(sync=True, setting=True)
    angle = Count(30, min=0, max=90).tag(sync=True, setting=True)

    def runs(self) -> tuple[Run, Run]:
        rest = (self.learning_rate, self.gamma, self.angle, self.step_count)
        return run_of(self.first, *rest), run_of(self.second, *rest)

    def references(self) -> dict[str, Any]:
        return canonical_references()

    def numbers(self) -> dict[str, Any]:
        rows = [[run.complete, run.value, run.straight, run.distance, run.deviation] for run in self.runs()]
        return {TABLE: np.array(rows)}

    def shown(self) -> dict[str, float]:
        told = dict[str, float]()
        for place, run in zip(("first", "second"), self.runs(), strict=True):
            told |= {
                f"f_{place}": run.value,
                f"straight_{place}": run.straight,
                f"distance_{place}": run.distance,
                f"deviation_{place}": run.deviation,
                f"complete_{place}": run.complete,
            }
        return told

    def fallback_svg(self) -> str:
        marks = list[str]()
        for left, name, run in zip((20, 330), (self.first, self.second), self.runs(), strict=True):
            marks += panel(left, 40, 290, self.angle, run)
            marks += [text(left, 26, NAMES[name]), text(left, 352, f"turned back: {distance(run.deviation)} away")]
        return document(640, 366, marks)

    @property
    def alt(self) -> str:
        return "Two paths in a long and narrow valley, drawn over its contour lines, one of each optimiser."

    @property
    def caption(self) -> str:
        told = "; ".join(
            f"{NAMES[name]} is at f = {run.value:.6g} after {run.complete} step{'' if run.complete == 1 else 's'}, "
            f"and a turn by {self.angle} degrees moves its path by {distance(run.deviation)}"
            for name, run in zip((self.first, self.second), self.runs(), strict=True)
        )
        return f"{told[0].upper()}{told[1:]}."


def panel(left: float, top: float, size: float, angle: int, run: Run) -> list[str]:
    """Return the contour lines and the path of one optimiser, in a square whose middle is the bottom."""
    scale = size / 5.2
    x, y = left + size / 2, top + size / 2
    parts = [
        f'<svg x="{left:g}" y="{top:g}" width="{size:g}" height="{size:g}" overflow="hidden" '
        f'viewBox="{left:g} {top:g} {size:g} {size:g}">',
        f'<rect x="{left:g}" y="{top:g}" width="{size:g}" height="{size:g}" fill="#f3f5f8"/>',
    ]
    for value in CONTOURS:
        wide = math.sqrt(2 * value)
        parts.append(
            f'<ellipse cx="{x:g}" cy="{y:g}" rx="{wide * scale:.1f}" ry="{wide / math.sqrt(STEEPNESS) * scale:.1f}" '
            f'transform="rotate({-angle} {x:g} {y:g})" fill="none" stroke="{QUIET}" stroke-width="0.6"/>'
        )
    turn = turn_of(angle)
    for places, stroke, dash in (
        ([turned(place, turn) for place in run.level], FLOOR, "2 4"),
        (run.places, ACCENT, "none"),
    ):
        points = " ".join(f"{x + scale * a:.1f},{y - scale * b:.1f}" for a, b in places)
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{stroke}" stroke-width="2" stroke-dasharray="{dash}"/>'
        )
    a, b = run.places[-1]
    parts.append(f'<circle cx="{x + scale * a:.1f}" cy="{y - scale * b:.1f}" r="5" fill="{ACCENT}"/></svg>')
    return parts


def distance(far: float) -> str:
    return f"at most {NEAR:g}" if far <= NEAR else f"{far:.6g}"


@cache
def canonical_references() -> dict[str, Any]:
    """Return the reference values that the page recomputes, under the same names."""
    values: dict[str, Any] = {}
    for optimiser in OPTIMISERS:
        for rate, gamma, angle in ((0.05, 0.8, 30), (0.1, 0.5, 90), (0.02, 0.9, 45)):
            for steps in (1, 40):
                run = run_of(optimiser, rate, gamma, angle, steps)
                values[f"{optimiser}, rate {rate:g}, gamma {gamma:g}, angle {angle}, {steps} steps"] = [
                    run.complete,
                    *run.places[-1],
                    run.value,
                    run.straight,
                    run.distance,
                ]
                values[f"deviation of {optimiser}, rate {rate:g}, angle {angle}, {steps} steps"] = distance(
                    run.deviation
                )
    return values

"""PrecisionFloor: how far the language model of chapter 4 gets, with its numbers kept or its changes heard in half.

    weights       double        kept in double, and read as they are
                  master        kept in single, a master copy; the model reads them rounded to half
                  half          kept in half; a sum is rounded to the nearest, or dithered
    changes       double, half  in half times a loss scale, and divided by it when they are heard

Model, loss and sums are computed in double, and what a policy says is rounded: so the page can do the same, step by
step.  In the settings of `tinyml.ch15_driver.floors` that have arrays of singles the sums are in single as well; they
get as far, within a hundredth.  The draws of "dithered" are those of splitmix64, which a page has too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any, ClassVar, NamedTuple, final

import numpy as np
import traitlets

from tinyml.ch01_objects.domain import Product
from tinyml.ch03_prediction.splitmix import Seed, share_of, splitmix64
from tinyml.ch11_lens.lenses import lens
from tinyml.ch11_lens.ports import Port
from tinyml.ch12_para.parametric import AnyPara
from tinyml.ch12_para.trees import Flat, FlatChange
from tinyml.ch13_learner.losses import cross_entropy
from tinyml.ch14_optimisers.memories import Update
from tinyml.ch14_optimisers.schedules import scheduled
from tinyml.ch15_driver.floors import Setting, State, tune_model, tune_pairs
from tinyml.ch15_driver.formats import DOUBLE, HALF, gaps, nearest, stochastic
from tinyml.ch15_driver.policies import Precision, by_policy, each_array, kept_as
from tinyml.draw.picture import ACCENT, FLOOR, LINE, QUIET, document, line, text
from tinyml.validation import FloatArray
from tinyml.widgets.widget import Count, Widget

MOST_STEPS = 5000
MOST_EXPONENT = 12
RATES = (0.25, 0.5, 1.0, 2.0, 4.0)
EDGES = tuple(2.0**power for power in range(-6, 3))
"""Of the bins of a meter, in gaps."""
SHORT = EDGES.index(0.5) + 1
"""So many bins are below half a gap."""
POINTS = 120
"""Of a curve."""
STEPS_TABLE = "The next step, in gaps of half"
COUNTS_TABLE = "Too little for half"


class Policy(NamedTuple):
    """What a reader has chosen, without what has no effect on it."""

    weights: str = "double"
    changes: str = "double"
    rounding: str = "nearest"
    scale: float = 1.0
    rate: float = 1.0


@final
class Meter(NamedTuple):
    """Of the next step: how many numbers would move, how long their steps are, and what half makes of them."""

    moving: int
    bins: list[int]
    lost: int
    subnormal: int
    vanished: int


class PageDraws(np.random.Generator):
    """The draws of one step of a page: one for each of its numbers, by splitmix64.

    >>> PageDraws(0).random(2).round(3).tolist() == [round(share_of(splitmix64(Seed(k))[0]), 3) for k in range(2)]
    True
    """

    def __init__(self, done: int) -> None:
        super().__init__(np.random.PCG64(0))
        self._first = 64 * done

    def random(self, size: Any = None, dtype: Any = np.float64, out: Any = None) -> Any:
        count = math.prod(np.atleast_1d(size).tolist())
        return np.array([share_of(splitmix64(Seed(self._first + k))[0]) for k in range(count)]).reshape(size)


def drawn(update: Update[Any, Flat, FlatChange]) -> Update[Any, Flat, FlatChange]:
    """Return an update, whose memory is the number of steps, with its next numbers dithered by the draws of a page."""

    def put(before: State, after: State) -> State:
        rng = PageDraws(before.first)
        return Product(after.first, each_array(after.second, lambda array: stochastic(array, HALF, rng)))

    return lens("dithered by the page", update.source, update.source, lambda state: state, put) >> update


def policy_setting(policy: Policy) -> Setting:
    """Return the language model under a policy, made of the lenses of the chapter."""

    def make(port: Port[Flat, FlatChange]) -> Update[Any, Flat, FlatChange]:
        update: Update[Any, Flat, FlatChange] = scheduled(port, 1.0)
        copied = policy.weights == "master"
        dithers = policy.rounding == "dithered"
        if copied:
            update = kept_as(update, weights="single")
        if dithers:
            update = drawn(update)
        short = "double" if dithers or policy.weights == "double" else "half"
        rest = Precision(weights=short, gradients=policy.changes, master=copied, loss_scale=policy.scale)
        return by_policy(update, rest)

    return Setting(str(policy), DOUBLE, make)


@final
class Run:
    """The states of a run, as far as they were asked for and up to the one that stays for ever."""

    def __init__(self, policy: Policy) -> None:
        own = policy_setting(policy)
        self.states: list[State] = [own.start()]
        self._step = own.step(policy.rate * policy.scale)
        self._draws = policy.rounding == "dithered"
        self._stays = False

    def after(self, steps: int) -> State:
        while len(self.states) <= steps and not self._stays:
            after = self._step(self.states[-1])
            self._stays = not self._draws and np.array_equal(after.second, self.states[-1].second)
            if not self._stays:
                self.states.append(after)
        return self.states[min(steps, len(self.states) - 1)]

    @property
    def still(self) -> float:
        """After how many steps nothing moves any more: nan when it is not within `MOST_STEPS`."""
        self.after(MOST_STEPS + 1)
        return len(self.states) - 1 if self._stays else math.nan


@lru_cache(maxsize=64)
def run_of(policy: Policy) -> Run:
    return Run(policy)


@lru_cache(maxsize=4096)
def loss_of(policy: Policy, steps: int) -> float:
    return policy_setting(policy).loss(run_of(policy).after(steps))


def gaps_towards(values: FloatArray, moves: FloatArray) -> FloatArray:
    """Return the distance from the nearest half of each number to the next one on the side to which it moves.

    >>> (gaps_towards(np.array([1.0, 1.0]), np.array([1e-5, -1e-5])) * 2**11).tolist()
    [2.0, 1.0]
    """
    near = nearest(values, HALF).astype(HALF)
    next_ones = np.nextafter(near, np.where(moves > 0, np.inf, -np.inf).astype(HALF)).astype(np.float64)
    distances: FloatArray = np.abs(next_ones - near)
    return distances


def meter_of(policy: Policy, steps: int) -> Meter:
    """Return what half makes of the step after so many; its length is in gaps on the side to which it goes."""
    own, state = policy_setting(policy), run_of(policy).after(steps)
    plain, scaled = own.meter(state, policy.rate), own.meter(state, policy.rate * policy.scale)
    read = own.update().get(state)
    model: AnyPara = tune_model()
    surprise: AnyPara = cross_entropy(5)
    prediction, kept = model.forward(read, tune_pairs().inputs)
    _, needed = surprise.forward(tune_pairs().targets, prediction)
    change: Any = model.backward(kept, surprise.backward(needed, -policy.rate)[1])[0]
    moves = change[change != 0]
    places = np.searchsorted(EDGES, np.abs(moves) / gaps_towards(read[change != 0], moves), side="right")
    bins: list[int] = np.bincount(places, minlength=len(EDGES) + 1).tolist()
    return Meter(plain.moving, bins, plain.lost, scaled.subnormal, scaled.vanished)


def floor_of(policy: Policy) -> float:
    """Return the loss that a run comes down to: nan when it still falls by a tenth or more in its second half."""
    half, end = loss_of(policy, MOST_STEPS // 2), loss_of(policy, MOST_STEPS)
    return end if end > 0.9 * half else math.nan


@final
class PrecisionFloor(Widget):
    """The language model of chapter 4 after `step_count` steps, with its numbers kept as `weights` says.

    `rounding` matters to weights in half alone, and the loss scale, 2 to the power of `scale_exponent`, to changes in
    half.
    """

    name: ClassVar[str] = "precision_floor"

    weights = traitlets.Enum(("double", "master", "half"), "half").tag(sync=True, setting=True)
    changes = traitlets.Enum(("double", "half"), "double").tag(sync=True, setting=True)
    rounding = traitlets.Enum(("nearest", "dithered"), "nearest").tag(sync=True, setting=True)
    scale_exponent = Count(0, min=0, max=MOST_EXPONENT).tag(sync=True, setting=True)
    learning_rate = traitlets.Enum(RATES, 1.0).tag(sync=True, setting=True)
    step_count = Count(1000, min=0, max=MOST_STEPS).tag(sync=True, setting=True)

    @property
    def policy(self) -> Policy:
        rounding = self.rounding if self.weights == "half" else "nearest"
        scale = 2.0**self.scale_exponent if self.changes == "half" else 1.0
        return Policy(self.weights, self.changes, rounding, scale, float(self.learning_rate))

    @property
    def meter(self) -> Meter:
        return meter_of(self.policy, self.step_count)

    @property
    def loss(self) -> float:
        return loss_of(self.policy, self.step_count)

    @property
    def loss_in_double(self) -> float:
        return loss_of(Policy(rate=self.policy.rate), self.step_count)

    def references(self) -> dict[str, Any]:
        return canonical_references()

    def numbers(self) -> dict[str, Any]:
        meter = self.meter
        return {
            STEPS_TABLE: np.array(meter.bins),
            COUNTS_TABLE: np.array([meter.lost, meter.subnormal, meter.vanished]),
        }

    def shown(self) -> dict[str, float]:
        meter = self.meter
        return {
            "loss": self.loss,
            "in_double": self.loss_in_double,
            "end": loss_of(self.policy, MOST_STEPS),
            "floor": floor_of(self.policy),
            "still": run_of(self.policy).still,
            "lost": meter.lost,
            "subnormal": meter.subnormal,
            "vanished": meter.vanished,
        }

    def fallback_svg(self) -> str:
        ticks = [1, 10, 100, 1000]
        steps = [round(MOST_STEPS ** (k / POINTS)) for k in range(POINTS + 1)]
        parts = [text(20, 24, "Loss by StepCount, both on scales of powers of ten")]
        for power in range(-5, 1):
            parts += [line(70, high(10.0**power), 620, high(10.0**power), stroke=LINE)]
            parts += [text(62, high(10.0**power) + 4, f"{10.0**power:g}", anchor="end")]
        parts += [text(across(tick), 326, str(tick), anchor="middle") for tick in ticks]
        for policy, stroke, dash in ((Policy(rate=self.policy.rate), QUIET, "4 4"), (self.policy, ACCENT, "none")):
            places = " ".join(f"{across(step):.1f},{high(loss_of(policy, step)):.1f}" for step in steps)
            look = f'fill="none" stroke="{stroke}" stroke-width="2" stroke-dasharray="{dash}"'
            parts.append(f'<polyline points="{places}" {look}/>')
        end = floor_of(self.policy)
        if not math.isnan(end):
            parts += [line(70, high(end), 620, high(end), stroke=FLOOR, dash="3 3")]
            parts += [text(76, high(end) - 6, f"floor {end:.3g}", fill=FLOOR)]
        if self.step_count > 0:
            parts.append(
                f'<circle cx="{across(self.step_count):.1f}" cy="{high(self.loss):.1f}" r="5" fill="{ACCENT}"/>'
            )
        return document(640, 340, parts)

    @property
    def alt(self) -> str:
        return "The loss of the language model, step by step, in the chosen precision and, dashed, in double."

    @property
    def caption(self) -> str:
        meter = self.meter
        return (
            f"After {self.step_count} step{'' if self.step_count == 1 else 's'} the loss is {self.loss:.6g}, and in "
            f"double {self.loss_in_double:.6g}. Of the {meter.moving} numbers that would move next, {meter.lost} would "
            "do so by less than half a gap of half."
        )


def across(steps: float) -> float:
    return 70 + 550 * math.log(steps) / math.log(MOST_STEPS)


def high(loss: float) -> float:
    return 300 - 260 * (math.log10(loss) + 5.3) / 5.6


CERTIFIED: dict[str, tuple[Policy, Sequence[int]]] = {
    "double": (Policy(), (1, 100, 1000, 5000)),
    "half weights": (Policy("half"), (1, 100, 1000, 5000)),
    "half changes": (Policy("half", "half"), (1, 100, 1000, 5000)),
    "master copy": (Policy("master"), (1, 100, 1000, 5000)),
    "dithered": (Policy("half", rounding="dithered"), (1, 100, 300)),
    "changes times 1024": (Policy("master", "half", scale=1024.0), (1, 100, 1000)),
    "changes alone": (Policy("double", "half", rate=4.0), (1, 100, 300)),
    "changes too small": (Policy("half", "half", rate=2.0**-20), (0, 1)),
}
AT = (1.0, -1.25, 2.0**-14, 2.0**-23)
"""Where rounding is certified, and at these parts of a gap."""
PARTS = (0.0, 0.49, 0.5, 0.51, 1.5)


@cache
def canonical_references() -> dict[str, Any]:
    """Return the reference values that the page recomputes, under the same names."""
    values: dict[str, Any] = {}
    for name, (policy, counts) in CERTIFIED.items():
        for steps in counts:
            values[f"loss of {name}, {steps} steps"] = loss_of(policy, steps)
            meter = meter_of(policy, steps)
            values[f"meter of {name}, {steps} steps"] = [*meter.bins, *meter[2:]]
    rounded = np.array([number + part * gap for number, gap in zip(AT, gaps(AT, HALF), strict=True) for part in PARTS])
    values["nearest halves"] = nearest(rounded, HALF)
    for name, way in (("above", np.inf), ("below", -np.inf)):
        values[f"halves {name}"] = np.nextafter(np.array(AT, HALF), HALF.type(way)).astype(np.float64)
    return values

"""LearnerBoxes: a model, an update, a loss and a cap, each of which can be exchanged, and one step through them."""

from __future__ import annotations

import math
from functools import cache
from itertools import cycle, islice, product
from typing import Any, ClassVar, NamedTuple, cast, final

import numpy as np
import traitlets

from tinyml.ch01_objects.domain import Product
from tinyml.ch01_objects.parameters import Parameters
from tinyml.ch01_objects.quantities import LearningRate, StepCount
from tinyml.ch04_training.training import TrainStep
from tinyml.ch05_endomorphism.endomorphism import iterate
from tinyml.ch11_lens.ports import NUMBERS
from tinyml.ch11_lens.ports import Number as Real
from tinyml.ch11_lens.ports import NumberChange as RealChange
from tinyml.ch12_para.layers import bias, embed, linear, scores, vectors
from tinyml.ch12_para.parametric import AnyPara, para
from tinyml.ch12_para.trees import picked
from tinyml.ch12_para.two_cells import descent, frozen
from tinyml.ch13_learner.closing import constant_rate, proportional_rate, scaled_descent
from tinyml.ch13_learner.learner import Learner, supervised
from tinyml.ch13_learner.losses import cross_entropy, dot, squared, swapped
from tinyml.draw.picture import ACCENT, FLOOR, document, line, rectangle, text
from tinyml.errors import NumericalOverflow
from tinyml.widgets.corpus import CANONICAL_TOKENS, CANONICAL_VOCABULARY, DIMENSION, canonical_start
from tinyml.widgets.widget import Count, Number, Widget

MODELS = ("tune", "line")
SCORES_LOSSES = ("cross_entropy", "dot")
NUMBER_LOSSES = ("half", "whole", "swapped")
CAPS = ("constant", "flipped", "proportional")
UPDATES = ("descent", "scaled", "frozen")
MOST_STEPS = 100
STAGES = 7
NEAR = 1e-12
"""So far apart are two ways to round the same step."""
POINTS = (-1.0, 0.0, 1.0, 2.0)
TABLE = "What the model makes"

TOKENS, SIZE = np.array(CANONICAL_TOKENS), CANONICAL_VOCABULARY.value
TUNE: AnyPara = embed(SIZE, DIMENSION.value) >> linear(vectors(DIMENSION.value), scores(SIZE)) >> bias(scores(SIZE))
times = para(
    "times",
    NUMBERS,
    NUMBERS,
    NUMBERS,
    lambda w, x: (Real(w * x), (w, x)),
    lambda kept, change: (RealChange(kept[1] * change), RealChange(kept[0] * change)),
)
plus = para("plus", NUMBERS, NUMBERS, NUMBERS, lambda b, x: (Real(b + x), ()), lambda _, change: (change, change))
LINE: AnyPara = times >> plus


@final
class Boxes(NamedTuple):
    """What is in the four boxes; `loss` is one that fits the model."""

    model: str
    loss: str
    cap: str
    update: str
    rate: float


@final
class Run(NamedTuple):
    """A learner after its steps, of which `complete` had finite numbers, and the wires of the step that is next.

    A wire has the numbers of its array, or of its arrays from left to right.  `deviation` is the largest difference
    from the parameters of chapter 4's step, and `surprise` the loss of chapter 3; nan for the line.
    """

    complete: int
    wires: dict[str, list[float]]
    deviation: float
    surprise: float


def start_of(model: str) -> Any:
    """Return the parameters that a model starts from, in the brackets of its row."""
    if model == "line":
        return Product(Real(0.0), Real(0.0))
    return in_brackets(canonical_start()[1])


def in_brackets(own: Parameters) -> Any:
    return Product(own.bias, Product(own.lm_head, own.embedding))


def learner_of(boxes: Boxes) -> Learner[Any, Any, Any, Any]:
    """Return the composite; in `scaled` the rate has slid from the cap into the update."""
    model: Any = TUNE if boxes.model == "tune" else LINE
    at_cap = 1.0 if boxes.update == "scaled" else boxes.rate
    losses: dict[str, Any] = {
        "cross_entropy": cross_entropy(SIZE),
        "dot": dot(scores(SIZE)),
        "half": squared(NUMBERS),
        "whole": squared(NUMBERS, "the sum"),
        "swapped": swapped(NUMBERS),
    }
    caps: dict[str, Any] = {
        "constant": constant_rate(at_cap),
        "flipped": constant_rate(-at_cap),
        "proportional": proportional_rate(at_cap),
    }
    updates: dict[str, Any] = {
        "descent": descent(model.parameters),
        "scaled": scaled_descent(model.parameters, boxes.rate),
        "frozen": frozen(model.parameters, start_of(boxes.model)),
    }
    return supervised(model, updates[boxes.update], losses[boxes.loss], caps[boxes.cap])


def data_of(boxes: Boxes) -> list[tuple[Any, Any]]:
    """Return pairs of a point and its label: for the tune one batch, for the line a point a step, in turn.

    The label of a dot product has a seventh for each of seven examples, so that both losses are means.
    """
    if boxes.model == "line":
        return [(x, 3 * x - 1) for x in POINTS]
    labels = TOKENS[1:]
    return [(TOKENS[:-1], labels if boxes.loss == "cross_entropy" else np.eye(SIZE)[labels] / len(labels))]


@cache
def run_of(boxes: Boxes, steps: int) -> Run:
    """Take the steps with the package's own learner, up to one that is refused, and look at the wires of the next."""
    learner, data = learner_of(boxes), data_of(boxes)
    state: Any = () if boxes.update == "frozen" else start_of(boxes.model)
    complete = 0
    for point, label in islice(cycle(data), steps):
        try:
            state = learner.step(point, label)(state)
        except NumericalOverflow:
            break
        complete += 1
    with np.errstate(all="ignore"):
        wires = wires_of(learner, state, *data[complete % len(data)])
        if boxes.model == "line":
            return Run(complete, wires, math.nan, math.nan)
        prediction = np.reshape(wires["prediction"], (-1, SIZE))
        surprise: Any = cross_entropy(SIZE).forward(cast("Any", TOKENS[1:]), cast("Any", prediction))[0]
    dataset, start = canonical_start()
    step = TrainStep(dataset, LearningRate(boxes.rate))
    known = numbers_of(in_brackets(iterate(step, start, StepCount(complete))))
    far = np.abs(np.subtract(wires["parameters"], known))
    return Run(complete, wires, float(far.max()), float(surprise))


def wires_of(learner: Learner[Any, Any, Any, Any], state: Any, point: Any, label: Any) -> dict[str, list[float]]:
    """Return what is on each wire in one step, part by part, in the order in which it comes there."""
    update, model, loss, cap = learner.update, learner.model, learner.loss, learner.cap
    parameters, held = update.forward(state)
    prediction, kept = model.forward(parameters, point)
    value, needed = loss.forward(label, prediction)
    change = cap.backward(cap.forward(value)[1], ())
    to_label, back = loss.backward(needed, change)
    side, to_point = model.backward(kept, back)
    wires = {
        "parameters": parameters,
        "prediction": prediction,
        "loss": value,
        "change": change,
        "back": back,
        "to_label": to_label,
        "side": side,
        "to_point": to_point,
        "next": update.backward(held, side),
    }
    return {name: numbers_of(own) for name, own in wires.items()}


def numbers_of(value: Any) -> list[float]:
    """Return the numbers in brackets and arrays, from left to right; `()` has none."""
    parts: list[Any] = [np.ravel(part) for part in picked(value) if not isinstance(part, tuple)]
    return [float(number) for part in parts for number in part]


def size_of(wire: list[float]) -> float:
    """Return the number on a wire, or of an array the largest size; nan where one is none, and 0 where nothing is."""
    return wire[0] if len(wire) == 1 else float(np.abs(wire).max()) if wire else 0.0


@final
class LearnerBoxes(Widget):
    """A learner of four boxes after `step_count` steps, and its next step up to a `stage`.

    `scores_loss` is the loss while the model is that of the tune, whose results are scores, and `number_loss` while it
    is the line.
    """

    name: ClassVar[str] = "learner_boxes"

    model = traitlets.Enum(MODELS, "tune").tag(sync=True, setting=True)
    scores_loss = traitlets.Enum(SCORES_LOSSES, "cross_entropy").tag(sync=True, setting=True)
    number_loss = traitlets.Enum(NUMBER_LOSSES, "half").tag(sync=True, setting=True)
    cap = traitlets.Enum(CAPS, "constant").tag(sync=True, setting=True)
    update = traitlets.Enum(UPDATES, "descent").tag(sync=True, setting=True)
    learning_rate = Number(1.0, min=0.01, max=2.0).tag(sync=True, setting=True)
    step_count = Count(80, min=0, max=MOST_STEPS).tag(sync=True, setting=True)
    stage = Count(STAGES, min=0, max=STAGES).tag(sync=True, setting=True)

    @property
    def boxes(self) -> Boxes:
        loss = self.scores_loss if self.model == "tune" else self.number_loss
        return Boxes(self.model, loss, self.cap, self.update, self.learning_rate)

    def run(self) -> Run:
        return run_of(self.boxes, self.step_count)

    def references(self) -> dict[str, Any]:
        return canonical_references()

    def numbers(self) -> dict[str, Any]:
        wires = self.run().wires
        if self.model == "line":
            offset, slope = wires["parameters"]
            made = [LINE.forward(Product(offset, slope), x)[0] for x in POINTS]
            return {TABLE: np.array([[3 * x - 1 for x in POINTS], made])}
        row = np.array(wires["prediction"][:SIZE])
        with np.errstate(all="ignore"):
            powers = np.exp(row - row.max())
            return {TABLE: np.array([row, powers / powers.sum(), wires["back"][:SIZE]])}

    def shown(self) -> dict[str, float]:
        own = self.run()
        offset, slope = own.wires["parameters"] if self.model == "line" else (math.nan, math.nan)
        return {
            "loss": own.wires["loss"][0],
            "change": own.wires["change"][0],
            "deviation": own.deviation,
            "surprise": own.surprise,
            "w": slope,
            "b": offset,
        }

    def fallback_svg(self) -> str:
        own, wires = self.boxes, self.run().wires
        marks = [text(20, 24, f"After {self.run().complete} steps: values go there, and changes come back")]
        marks += [line(95, 84, 95, 150), line(150, 167, 460, 167)]
        row = ((own.model, "prediction", "back"), (own.loss.replace("_", " "), "loss", "change"), (own.cap, "", ""))
        for place, (name, there, back) in enumerate(row):
            x = 40 + 210 * place
            marks += [rectangle(x, 150, 110, 34, stroke=ACCENT), text(x + 55, 172, name, anchor="middle")]
            if there:
                marks.append(text(x + 118, 159, f"→ {size_of(wires[there]):.4g}"))
                marks.append(text(x + 118, 185, f"← {size_of(wires[back]):.4g}", fill=FLOOR))
        marks += [rectangle(40, 50, 110, 34, stroke=ACCENT), text(95, 72, own.update, anchor="middle")]
        marks.append(text(105, 110, f"↓ {size_of(wires['parameters']):.4g}"))
        marks.append(text(105, 130, f"↑ {size_of(wires['side']):.4g}", fill=FLOOR))
        return document(640, 210, marks)

    @property
    def alt(self) -> str:
        return "A model, a loss and a cap in a row, and an update on the wire of the model's parameters."

    @property
    def caption(self) -> str:
        own = self.run()
        count = f"After {own.complete} step{'' if own.complete == 1 else 's'}"
        told = f"{count} the loss is {own.wires['loss'][0]:.6g}"
        if self.model == "line":
            offset, slope = own.wires["parameters"]
            return f"{told}; w = {slope:.6g} and b = {offset:.6g}."
        return f"{told}, and the composite is {distance(own.deviation)} away from chapter 4's step."


def distance(far: float) -> str:
    return f"at most {NEAR:g}" if far <= NEAR else f"{far:.6g}"


@cache
def canonical_references() -> dict[str, Any]:
    """Return the reference values that the page recomputes, under the same names."""
    values: dict[str, Any] = {}
    for model, losses, rate in ("tune", SCORES_LOSSES, 1.0), ("line", NUMBER_LOSSES, 0.1):
        for loss, cap, update in product(losses, CAPS, UPDATES):
            for steps in 0, 5:
                own = run_of(Boxes(model, loss, cap, update, rate), steps)
                sizes = [size_of(wire) for wire in own.wires.values()]
                far = own.deviation if own.deviation > NEAR else 0.0
                rest = [far, own.surprise] if model == "tune" else own.wires["parameters"]
                values[f"{model}, {loss}, {cap}, {update}, {steps} steps"] = [own.complete, *sizes, *rest]
    tuned = run_of(Boxes("tune", "cross_entropy", "constant", "descent", 1.0), 80)
    values["loss of the tune after 80 steps"] = tuned.wires["loss"]
    values["the composite after 80 steps"] = distance(tuned.deviation)
    return values

"""TrainingExplorer: StepCount and LearningRate move the loss, the next-token table and the parameters."""

from __future__ import annotations

import math
from functools import cache
from typing import Any, ClassVar, final

import numpy as np

from tinyml.ch01_objects.quantities import LearningRate, StepCount
from tinyml.ch03_prediction.loss import entropy_floor
from tinyml.ch03_prediction.prediction import log_probabilities
from tinyml.ch04_training.training import TrainStep, gradient
from tinyml.ch05_endomorphism.endomorphism import iterate
from tinyml.ch05_endomorphism.sweep import Trajectory, trajectory
from tinyml.draw.picture import loss_curve
from tinyml.errors import NumericalOverflow
from tinyml.widgets.corpus import DIMENSION, Sentence, canonical_start, start_of
from tinyml.widgets.widget import Count, Number, Widget

MOST_STEPS = 200
TABLES = (
    "Next-token table P(output | input)",
    "Embedding (one row a token)",
    "Head (one column a token)",
    "Bias",
)


@final
class TrainingExplorer(Widget):
    """Train the tiny model for `step_count` steps at `learning_rate`, on the canonical tokens or on `sentence`.

    The three settings can be read and set from Python at any time.
    """

    name: ClassVar[str] = "training_explorer"

    step_count = Count(80, min=0, max=MOST_STEPS).tag(sync=True, setting=True)
    learning_rate = Number(1.0, min=0.01, max=10.0).tag(sync=True, setting=True)
    sentence = Sentence("").tag(sync=True, setting=True)

    def trajectory(self) -> Trajectory:
        """Return the losses of steps 0 to 200 at the present settings."""
        dataset, start = start_of(self.sentence)
        return trajectory(dataset, start, [LearningRate(self.learning_rate)], StepCount(MOST_STEPS))

    def references(self) -> dict[str, Any]:
        return canonical_references()

    def numbers(self) -> dict[str, Any]:
        dataset, start = start_of(self.sentence)
        try:
            trained = iterate(TrainStep(dataset, LearningRate(self.learning_rate)), start, StepCount(self.step_count))
        except NumericalOverflow:
            nothing = np.full((start.vocab_size.value, DIMENSION.value), np.nan)
            square = np.full((start.vocab_size.value, start.vocab_size.value), np.nan)
            arrays = (square, nothing, nothing.T, nothing[:, 0])
        else:
            arrays = (np.exp(log_probabilities(trained)), trained.embedding, trained.lm_head, trained.bias)
        return dict(zip(TABLES, arrays, strict=True))

    def shown(self) -> dict[str, float]:
        losses = self.trajectory().losses[0]
        before = losses[self.step_count - 1] if self.step_count else math.nan
        return {"loss": float(losses[self.step_count]), "fall": float(before - losses[self.step_count])}

    def fallback_svg(self) -> str:
        losses = self.trajectory().losses[0]
        dataset, start = start_of(self.sentence)
        uniform = math.log(max(start.vocab_size.value, 2))
        highest = float(np.nanmax(losses))
        top = min(3 * uniform, 1.1 * max(highest, uniform))
        return loss_curve(losses.tolist(), floor=entropy_floor(dataset).value, top=top, at=self.step_count)

    @property
    def alt(self) -> str:
        return (
            f"Loss by StepCount from 0 to {MOST_STEPS} at learning rate {self.learning_rate:g}, "
            f"with the entropy floor and a point at step {self.step_count}."
        )

    @property
    def caption(self) -> str:
        run = self.trajectory()
        losses = run.losses[0]
        dataset, _ = start_of(self.sentence)

        def shown(step: int) -> str:
            return f"{losses[step]:.6f}" if losses[step] < 1e6 else f"{losses[step]:.6g}"

        text = (
            f"Training at learning rate {self.learning_rate:g}: the loss is {shown(0)} at the start, {shown(1)} after "
            f"1 step, {shown(10)} after 10, {shown(80)} after 80 and {shown(200)} after 200"
        )
        if self.step_count not in (0, 1, 10, 80, 200):
            text += f"; after {self.step_count} it is {shown(self.step_count)}"
        text += f". No model can go below {entropy_floor(dataset).value:.6f}."
        if run.diverged_at[0] is not None:
            text += f" The run diverges: its loss passes 10 ln V at step {run.diverged_at[0]}."
        return text


@cache
def canonical_references() -> dict[str, Any]:
    """Return the reference values that the page recomputes, under the same names."""
    dataset, start = canonical_start()
    values: dict[str, Any] = {"entropy floor": entropy_floor(dataset).value}
    for rate in (0.1, 1.0, 2.0):
        losses = trajectory(dataset, start, [LearningRate(rate)], StepCount(MOST_STEPS)).losses[0]
        values |= {f"loss at rate {rate:g}, step {n}": float(losses[n]) for n in (1, 10, 80, 200)}
    trained = iterate(TrainStep(dataset, LearningRate(1.0)), start, StepCount(80))
    first = gradient(start, dataset)
    values["P(. | 1) at the start"] = np.exp(log_probabilities(start)[1])
    values["P(. | 1) after 80 steps"] = np.exp(log_probabilities(trained)[1])
    values["gradient of the bias at the start"] = first.bias
    values["gradient of the embedding at the start"] = first.embedding.ravel()
    values["bias after 80 steps"] = trained.bias
    return values

"""BugToggles: five loops with one mistake each; three show it in their curve, two in their message."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, ClassVar, final

import numpy as np
import traitlets

from tinyml.ch01_objects.domain import TrainingExample, TrainingSet
from tinyml.ch01_objects.parameters import Gradient, Parameters
from tinyml.ch01_objects.quantities import LearningRate, Loss, StepCount, TokenId
from tinyml.ch02_arrows.function import arrow
from tinyml.ch03_prediction.loss import average_loss, entropy_floor
from tinyml.ch04_training.training import TrainStep, descend, gradient
from tinyml.ch05_endomorphism.endomorphism import AverageLoss, iterate
from tinyml.draw.picture import document, loss_curve, text
from tinyml.errors import NumericalOverflow, TinyMLError
from tinyml.widgets.corpus import Sentence, canonical_start, start_of
from tinyml.widgets.widget import Widget

RUNS = {"A": "head", "B": "sign", "C": "loss", "D": "mean", "E": "bounds"}
"""Which mistake each run has."""

CURVES = ("sign", "head", "mean")
STEPS = 80
SHOWN = (0, 1, 5, 10, 80)
RATE = LearningRate(1.0)
TABLE = "Losses by step"


@final
class BugToggles(Widget):
    """Look at the run `run`, guess its mistake, reveal it; on the canonical tokens or on `sentence`."""

    name: ClassVar[str] = "bug_toggles"

    run = traitlets.Enum(sorted(RUNS), "A").tag(sync=True, setting=True)
    guess = traitlets.Enum(["", "mean", "sign", "head", "loss", "bounds"], "").tag(sync=True, setting=True)
    revealed = traitlets.Bool(False).tag(sync=True, setting=True)
    sentence = Sentence("").tag(sync=True, setting=True)

    def losses(self) -> list[list[float]]:
        """Return the losses of the healthy run, and those of the broken one where it gets as far as a curve."""
        bug = RUNS[self.run]
        dataset, start = start_of(self.sentence)
        return [losses_with(each, dataset, start) for each in (["none", bug] if bug in CURVES else ["none"])]

    def references(self) -> dict[str, Any]:
        return canonical_references()

    def numbers(self) -> dict[str, Any]:
        rows = [[losses[step] if step < len(losses) else np.nan for step in SHOWN] for losses in self.losses()]
        return {TABLE: np.array(rows)}

    def message(self) -> str:
        """Return what the loop of this run says instead of drawing a curve, or nothing."""
        dataset, start = start_of(self.sentence)
        return message_of(RUNS[self.run], dataset, start)

    def fallback_svg(self) -> str:
        dataset, _ = start_of(self.sentence)
        message = self.message().splitlines()
        if message:
            return document(
                640, 40 + 20 * len(message), [text(20, 36 + 20 * n, line) for n, line in enumerate(message)]
            )
        losses = self.losses()[-1]
        return loss_curve(losses, floor=entropy_floor(dataset).value, top=3 * max(losses[0], 1.0), at=10)

    @property
    def alt(self) -> str:
        if RUNS[self.run] in CURVES:
            return f"Loss by StepCount from 0 to {STEPS} of run {self.run}, in which one mistake was made."
        return f"The message with which run {self.run} stops before its first step."

    @property
    def caption(self) -> str:
        message = self.message().splitlines()
        if message:
            return (
                f"Run {self.run} stops before its first step. It says: {' / '.join(line.strip() for line in message)}."
            )
        healthy, broken = self.losses()
        found = "; ".join(
            f"after {step} {'step' if step == 1 else 'steps'} the loss is {broken[step]:.6g} "
            f"instead of {healthy[step]:.6g}"
            for step in SHOWN[1:]
            if step < len(broken)
        )
        return f"Run {self.run} beside a healthy one: {found}."


def losses_with(bug: str, dataset: TrainingSet, start: Parameters) -> list[float]:
    """Return the losses of steps 0 to 80 of a loop with this mistake ("none" is healthy); fewer when it overflows."""
    result, state = list[float](), start
    try:
        for _ in range(STEPS + 1):
            result.append(average_loss(state, dataset).value)
            state = _step(bug)(state, dataset)
    except NumericalOverflow:
        pass
    return result


def _step(bug: str) -> Callable[[Parameters, TrainingSet], Parameters]:
    def step(state: Parameters, dataset: TrainingSet) -> Parameters:
        change, rate = gradient(state, dataset), RATE
        if bug == "mean":  # the sum over the examples where the mean belongs
            rate = LearningRate(RATE.value * len(dataset))
        if bug == "sign":
            change = Gradient(-change.embedding, -change.lm_head, -change.bias)
        if bug == "head":
            change = Gradient(np.zeros_like(change.embedding), change.lm_head, np.zeros_like(change.bias))
        return descend(state, change, rate)

    return step


def message_of(bug: str, dataset: TrainingSet, start: Parameters) -> str:
    """Return the message with which a loop stops that returns the loss, or that looks up a token without a check."""
    if bug == "loss":
        measure = AverageLoss(dataset)

        @arrow(Parameters, Loss)
        def train_step(parameters: Parameters) -> Loss:
            return measure(TrainStep(dataset, RATE)(parameters))

        return _what_is_said(lambda: iterate(train_step, start, StepCount(STEPS)))  # type: ignore[misc]
    if bug == "bounds":
        return _what_is_said(lambda: start.embedding[start.vocab_size.value])
    return ""


def checked_message(dataset: TrainingSet, start: Parameters) -> str:
    """Return what `TrainStep` says about the token that the loop without a check looked up."""
    outside = TrainingExample(TokenId(start.vocab_size.value), TokenId(0))
    return _what_is_said(lambda: TrainStep(TrainingSet([*dataset.examples, outside]), RATE)(start))


def _what_is_said(attempt: Callable[[], object]) -> str:
    try:
        attempt()
    except (TinyMLError, IndexError) as error:
        return f"{type(error).__name__}: {error}"
    raise AssertionError("the mistake went unnoticed")


@cache
def canonical_references() -> dict[str, Any]:
    """Return the reference values that the page recomputes, under the same names."""
    dataset, start = canonical_start()
    values: dict[str, Any] = {"healthy, step 80": losses_with("none", dataset, start)[80]}
    for bug in CURVES:
        losses = losses_with(bug, dataset, start)
        values |= {f"{bug}, step {n}": losses[n] for n in (1, 2, 3, 5)}
    values["head, step 80"] = losses_with("head", dataset, start)[80]
    values |= {f"message of {bug}": message_of(bug, dataset, start) for bug in ("loss", "bounds")}
    values["message of the check"] = checked_message(dataset, start)
    return values

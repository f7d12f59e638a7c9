"""Many steps: what can be repeated?

The same update again and again, and a measurement that cannot be repeated.
"""

from __future__ import annotations

from collections.abc import Iterator

from tinyml.ch01_objects.quantities import StepCount, TokenId
from tinyml.ch03_prediction.loss import average_loss
from tinyml.ch03_prediction.prediction import predictor
from tinyml.ch05_endomorphism.endomorphism import AverageLoss, iterate
from tinyml.demo.telling import DATASET, START, STEP, join, probabilities, refusal


def lines() -> Iterator[str]:
    yield repr(STEP ** StepCount(80))
    for count in (0, 1, 10, 80, 200):
        yield f"{count:>3} steps: loss {average_loss(iterate(STEP, START, StepCount(count)), DATASET).value:.6f}"
    after_30, trained = (iterate(STEP, START, StepCount(count)) for count in (30, 80))
    yield f"30 steps, then 50, are 80 steps: {iterate(STEP, after_30, StepCount(50)) == trained}"
    yield f"after token 1: {probabilities(predictor(trained)(TokenId(1)))}"
    yield refusal("average_loss >> average_loss", lambda: join(AverageLoss(DATASET), AverageLoss(DATASET)))

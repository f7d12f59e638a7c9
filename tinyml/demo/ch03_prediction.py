"""Prediction: what comes next?

What the untrained model predicts, and how surprised it is by the text.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from tinyml.ch01_objects.quantities import TokenId
from tinyml.ch03_prediction.loss import average_loss, entropy_floor
from tinyml.ch03_prediction.prediction import DirectPredict, predictor
from tinyml.demo.telling import DATASET, START, VOCAB, measurement, probabilities


def lines() -> Iterator[str]:
    model = predictor(START)
    yield f"after token 1: {probabilities(model(TokenId(1)))}"
    yield f"composed and direct prediction agree: {model(TokenId(1)) == DirectPredict(START)(TokenId(1))}"
    yield f"{measurement()}"
    yield f"average loss {average_loss(START, DATASET).value:.6f}, a uniform guess {math.log(VOCAB.value):.6f}"
    yield f"entropy floor of the text {entropy_floor(DATASET).value:.6f}"

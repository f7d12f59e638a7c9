"""TrainingExplorer: its tables are those of a loop of steps, and what it lends is what it draws."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tinyml import LearningRate, TrainStep
from tinyml.widgets import TrainingExplorer
from tinyml.widgets.corpus import start_of
from tinyml.widgets.training_explorer import TABLES


@pytest.mark.parametrize("steps", [0, 1, 5])
@pytest.mark.parametrize("sentence", ["", "the cat saw the dog"])
def test_the_tables_are_those_of_a_loop_of_steps(steps: int, sentence: str) -> None:
    dataset, parameters = start_of(sentence)
    step = TrainStep(dataset, LearningRate(0.5))
    for _ in range(steps):
        parameters = step(parameters)
    numbers = TrainingExplorer(step_count=steps, learning_rate=0.5, sentence=sentence).numbers()
    predicted, embedding, head, bias = (numbers[name] for name in TABLES)
    assert np.allclose(predicted.sum(axis=1), 1.0, rtol=1e-12)
    for shown, expected in ((embedding, parameters.embedding), (head, parameters.lm_head), (bias, parameters.bias)):
        assert np.array_equal(shown, expected)


def test_it_lends_the_loss_and_how_far_the_last_step_took_it() -> None:
    losses = TrainingExplorer().trajectory().losses[0]
    assert TrainingExplorer(step_count=13).shown() == {"loss": losses[13], "fall": losses[12] - losses[13]}
    assert TrainingExplorer(step_count=0).shown()["loss"] == losses[0]
    assert math.isnan(TrainingExplorer(step_count=0).shown()["fall"])

"""Arrows that several files of tests compose: of whole numbers, and a training step as its four readable lines."""

from __future__ import annotations

import numpy as np

from tinyml import (
    LearningRate,
    Morphism,
    Parameters,
    TrainingSet,
    accumulate,
    arrow,
    descend,
    log_probabilities,
)


@arrow(int, int)
def double(n: int) -> int:
    return 2 * n


@arrow(int, int)
def increment(n: int) -> int:
    return n + 1


@arrow(int, str)
def digits(n: int) -> str:
    return str(n)


def four_lines(dataset: TrainingSet, learning_rate: LearningRate) -> Morphism[Parameters, Parameters]:
    """Return a training step as chapter 4 writes it: another way than that of `TrainStep`."""

    @arrow(Parameters, Parameters)
    def step(parameters: Parameters) -> Parameters:
        counts = dataset.counts(parameters.vocab_size)
        predictions = np.exp(log_probabilities(parameters))
        change = accumulate(parameters, counts, predictions)
        return descend(parameters, change, learning_rate)

    return step

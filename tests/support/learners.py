"""Learners that several files of tests close: the model of chapter 4 as a row of lenses, and a line of numbers."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from small_lenses import pair

from tinyml import (
    NUMBERS,
    PARAMETERS,
    Gradient,
    Number,
    NumberChange,
    Parameters,
    TrainingSet,
    bias,
    both,
    constant_rate,
    cross_entropy,
    descent,
    embed,
    every_token,
    linear,
    losses,
    para,
    record_descent,
    recorded,
    scores,
    squared,
    supervised,
    vectors,
)

NAMES = ("bias", "lm_head", "embedding")

line: Any = para(
    "line",
    both(NUMBERS, NUMBERS),
    NUMBERS,
    NUMBERS,
    lambda p, x: (Number(p.first * x + p.second), (p.first, x)),
    lambda kept, change: (pair(kept[1] * change, change), NumberChange(kept[0] * change)),
)
"""w x + b, with parameters w and b."""

rates: st.SearchStrategy[Any] = st.builds(Fraction, st.integers(-9, 9), st.integers(1, 5))


def learner_of_lines(rate: Any, loss: Any = None) -> Any:
    """Return the learner of a line by a squared error, or by another loss of numbers."""
    return supervised(line, descent(line.parameters), loss or squared(NUMBERS), constant_rate(rate))


def tiny(size: int, dimension: int, everything: bool = False) -> Any:
    """Return the model of chapter 4, with its record for parameters: for tokens, or for all tokens at once."""
    first: Any = every_token(size, dimension) if everything else embed(size, dimension)
    row = first >> linear(vectors(dimension), scores(size)) >> bias(scores(size))
    return row.reparametrise(recorded(PARAMETERS, Gradient, NAMES, row.parameters))


def composite_step(dataset: TrainingSet, start: Parameters, rate: float, everything: bool = False) -> Any:
    """Return the step of chapter 4 as a closed row of lenses: on tokens, or on the counts of their pairs."""
    size, dimension = start.embedding.shape
    loss: Any = losses.counted(size) if everything else cross_entropy(size)
    learner: Any = supervised(tiny(size, dimension, everything), record_descent(), loss, constant_rate(rate))
    if everything:
        return learner.step((), dataset.counts(start.vocab_size))
    return learner.step(dataset.inputs, dataset.targets)


def largest(own: Parameters) -> float:
    return max(float(abs(getattr(own, name)).max()) for name in NAMES)


def apart(one: Parameters, other: Parameters) -> float:
    """Return how far two records are from each other, measured by the largest number in them or by 1."""
    far = max(float(abs(getattr(one, name) - getattr(other, name)).max()) for name in NAMES)
    return far / max(1.0, largest(one), largest(other))

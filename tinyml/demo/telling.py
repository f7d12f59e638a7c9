"""What the sections of the tour share: the book's text and model, and how a refusal is shown."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import indent
from typing import Any, get_type_hints

from tinyml.ch01_objects.domain import TokenSequence, TrainingSet
from tinyml.ch01_objects.parameters import Parameters
from tinyml.ch01_objects.quantities import Distribution, LearningRate, ModelDimension, VocabSize
from tinyml.ch02_arrows.category import Morphism
from tinyml.ch03_prediction.loss import average_loss
from tinyml.ch03_prediction.prediction import DatasetWindowing
from tinyml.ch04_training.training import TrainStep
from tinyml.errors import TinyMLError

VOCAB = VocabSize(5)
TEXT = TokenSequence.from_indices([1, 2, 3, 4, 1, 2, 3, 4])
DATASET: TrainingSet = DatasetWindowing()(TEXT)
START = Parameters.init(VOCAB, ModelDimension(4))
STEP = TrainStep(DATASET, LearningRate(1.0))


def measurement() -> str:
    """Read the type of `average_loss` from its annotations."""
    *inputs, output = get_type_hints(average_loss).values()
    return f"{' x '.join(kind.__name__ for kind in inputs)} -> {output.__name__}"


def refusal(what: str, attempt: Callable[[], object]) -> str:
    """Return what an attempt that must fail says."""
    try:
        attempt()
    except TinyMLError as error:
        return f"{what} is refused:\n{indent(str(error), '  ')}"
    raise AssertionError(f"{what} was not refused")


def join(first: Morphism[Any, Any], second: Morphism[Any, Any]) -> object:
    """Compose what a type checker would refuse to compose: Any switches it off, so that `>>` can answer."""
    return first >> second


def probabilities(distribution: Distribution) -> str:
    return " ".join(f"{value:.6f}" for value in distribution.values)

"""ChainBuilder: join stages into a chain; what `>>` says of it is what the page says."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import exp
from typing import Any, ClassVar, final

import traitlets

from tinyml.ch01_objects.parameters import Parameters
from tinyml.ch01_objects.quantities import LearningRate, ModelDimension
from tinyml.ch02_arrows.category import Identity, Morphism
from tinyml.ch02_arrows.function import arrow
from tinyml.ch02_arrows.space import Space
from tinyml.ch03_prediction.prediction import DatasetWindowing, Embedding, LinearToLogits, Softmax
from tinyml.ch04_training.training import TrainStep
from tinyml.ch05_endomorphism.endomorphism import AverageLoss
from tinyml.draw.picture import document, rectangle, text
from tinyml.errors import CompositionError
from tinyml.widgets.corpus import CANONICAL_VOCABULARY, canonical_start
from tinyml.widgets.widget import Widget

PLACES = 5
START = ("embedding", "linear_to_logits", "softmax", "", "")


@dataclass(frozen=True)
class Input:
    """What a neuron of the workshop is given."""

    value: float


@dataclass(frozen=True)
class Logit:
    """A neuron's score."""

    value: float


@dataclass(frozen=True)
class Probability:
    """How sure a neuron is."""

    value: float


@dataclass(frozen=True)
class Prediction:
    """What a neuron decides."""

    value: bool


@dataclass(frozen=True)
class Report:
    """What is written about a decision."""

    words: str


@arrow(Input, Logit)
def logit(given: Input) -> Logit:
    return Logit(0.5 * given.value)


@arrow(Logit, Probability)
def sigmoid(score: Logit) -> Probability:
    return Probability(1 / (1 + exp(-score.value)))


@arrow(Probability, Prediction)
def decide(share: Probability) -> Prediction:
    return Prediction(share.value >= 0.5)


@arrow(Prediction, Report)
def report(decision: Prediction) -> Report:
    return Report(f"the neuron says {decision.value}")


@cache
def stages() -> dict[str, Morphism[Any, Any]]:
    """Return the arrows that can be joined, by the names that the page gives them."""
    dataset, start = canonical_start()
    wide = Parameters.init(CANONICAL_VOCABULARY, ModelDimension(8))
    return {
        "embedding": Embedding(start),
        "embedding, 8 features": Embedding(wide),
        "linear_to_logits": LinearToLogits(start),
        "softmax": Softmax(CANONICAL_VOCABULARY),
        "identity": Identity(Space("Vector", (4,))),
        "identity, any size": Identity(Space("Vector")),
        "dataset_windowing": DatasetWindowing(),
        "train_step": TrainStep(dataset, LearningRate(1.0)),
        "average_loss": AverageLoss(dataset),
        "logit": logit,
        "sigmoid": sigmoid,
        "decide": decide,
        "report": report,
    }


NAMES = tuple(stages())


@final
class ChainBuilder(Widget):
    """Five places for stages; `chain` names the stage in each place, or nothing."""

    name: ClassVar[str] = "chain_builder"

    chain = traitlets.List(traitlets.Enum(["", *NAMES]), list(START), minlen=PLACES, maxlen=PLACES).tag(
        sync=True, setting=True
    )

    def story(self) -> str:
        return told_of(self.chain)

    def references(self) -> dict[str, Any]:
        return canonical_references()

    def fallback_svg(self) -> str:
        parts = []
        for number, own in enumerate(name for name in self.chain if name):
            stage = stages()[own]
            parts += [rectangle(20, 16 + 44 * number, 180, 34, stroke="#55606e"), text(32, 38 + 44 * number, own)]
            parts.append(text(220, 38 + 44 * number, f"{stage.source} -> {stage.target}"))
        return document(640, 24 + 44 * max(1, len(parts) // 3), parts)

    @property
    def alt(self) -> str:
        return "The stages of the chain under each other, each with the object where it starts and where it ends."

    @property
    def caption(self) -> str:
        return "What >> says of this chain: " + " / ".join(line.strip() for line in self.story().splitlines())


def told_of(chain: list[str] | tuple[str, ...]) -> str:
    """Return the chain with its type, or what `>>` says where it does not compose."""
    arrows = [stages()[own] for own in chain if own]
    if not arrows:
        return "There is no stage to run."
    joined = arrows[0]
    try:
        for following in arrows[1:]:
            joined = joined >> following
    except CompositionError as error:
        return f"CompositionError: {error}"
    return repr(joined)


@cache
def canonical_references() -> dict[str, Any]:
    """Return the reference values that the page recomputes, under the same names."""
    chains = [[own] for own in NAMES]
    chains += [
        ["embedding", "linear_to_logits", "softmax"],
        ["embedding", "softmax"],
        ["embedding, 8 features", "linear_to_logits"],
        ["embedding", "identity", "linear_to_logits"],
        ["embedding, 8 features", "identity, any size", "linear_to_logits"],
        ["identity, any size", "linear_to_logits"],
        ["train_step", "train_step", "average_loss"],
        ["average_loss", "train_step"],
        ["logit", "sigmoid", "decide", "report"],
        ["logit", "sigmoid", "report"],
        ["logit", "decide"],
        ["dataset_windowing", "embedding"],
    ]
    return {" >> ".join(chain): told_of(chain) for chain in chains}

"""Prediction and surprise: from a token to a distribution, and from a distribution to a loss.

    TokenId --embedding--> Vector --linear_to_logits--> Logits --softmax--> Distribution
    Distribution x TokenId --cross_entropy--> Loss

Softmax is computed as exp(log_softmax), which is exact for large logits; nothing is clamped.
Laws (tests/test_ml.py): adding a constant to all logits moves nothing; the composed predictor equals
the direct one; the table of all tokens is the map of the single predictions; and the average loss
is the count matrix paired with the table of surprises.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np

from tinyml.category import Composite, Morphism
from tinyml.domain import Product, TokenSequence, TrainingSet
from tinyml.errors import EmptyInput, InvalidLoss, NumericalOverflow, OutOfRange, WrongType, one
from tinyml.parameters import Parameters
from tinyml.quantities import Distribution, Logits, Loss, TokenId, Vector, VocabSize
from tinyml.space import Size
from tinyml.validation import FloatArray


@final
@dataclass(frozen=True, slots=True, repr=False)
class DatasetWindowing(Morphism[TokenSequence, TrainingSet]):
    """Each token with the one that follows it: n tokens give n - 1 examples.

    >>> [(e.first.index, e.second.index) for e in DatasetWindowing()(TokenSequence.from_indices([4, 8, 15])).examples]
    [(4, 8), (8, 15)]
    """

    def apply(self, value: TokenSequence, /) -> TrainingSet:
        if len(value) < 2:
            raise EmptyInput("dataset windowing", "at least 2 tokens are needed")
        return TrainingSet.from_indices(value.indices[:-1], value.indices[1:])


@final
@dataclass(frozen=True, slots=True, repr=False)
class Embedding(Morphism[TokenId, Vector]):
    """Look up a token's row: (V, d) at token i gives (d,)."""

    parameters: Parameters

    @property
    def sizes(self) -> tuple[Size, Size]:
        shape = self.parameters.embedding.shape
        return shape[:1], shape[1:]

    def apply(self, value: TokenId, /) -> Vector:
        return Vector(self.parameters.embedding[row_of(value, "token", self.parameters)])


@final
@dataclass(frozen=True, slots=True, repr=False)
class LinearToLogits(Morphism[Vector, Logits]):
    """Score every token: x of shape (d,) gives x W + b of shape (V,)."""

    parameters: Parameters

    @property
    def sizes(self) -> tuple[Size, Size]:
        shape = self.parameters.lm_head.shape
        return shape[:1], shape[1:]

    def apply(self, value: Vector, /) -> Logits:
        if len(value) != self.parameters.model_dimension.value:
            raise WrongType(self.name, one(self.source), value)
        return Logits(finite_logits(value.values, self.parameters))


@final
@dataclass(frozen=True, slots=True, repr=False)
class Softmax(Morphism[Logits, Distribution]):
    """Turn scores into probabilities: exp(l_i) divided by the sum of all exp(l_j)."""

    vocab_size: VocabSize

    @property
    def sizes(self) -> tuple[Size, Size]:
        return (self.vocab_size.value,), (self.vocab_size.value,)

    def apply(self, value: Logits, /) -> Distribution:
        if len(value) != self.vocab_size.value:
            raise WrongType(self.name, f"{self.source}", value)
        return Distribution(np.exp(log_softmax(value.values)))


@final
@dataclass(frozen=True, slots=True, repr=False)
class CrossEntropy(Morphism[Product[Distribution, TokenId], Loss]):
    """The surprise -log p(target) in nats.

    >>> round(CrossEntropy()(Product(Distribution([0.1, 0.9]), TokenId(1))).value, 6)
    0.105361
    """

    def apply(self, value: Product[Distribution, TokenId], /) -> Loss:
        prediction, target = value.first, value.second
        if not isinstance(prediction, Distribution) or not isinstance(target, TokenId):
            raise WrongType(self.name, one(self.source), value)
        if target.index >= len(prediction):
            raise OutOfRange("target", target.index, len(prediction))
        probability = float(prediction.values[target.index])
        if probability == 0.0:
            raise InvalidLoss(np.inf, "the target has probability 0; loss_from_logits does not round to 0")
        return Loss(-float(np.log(probability)))


@final
@dataclass(frozen=True, slots=True, repr=False)
class DirectPredict(Morphism[TokenId, Distribution]):
    """The whole prediction in one line of arithmetic, to compare the composed arrow with."""

    parameters: Parameters

    @property
    def sizes(self) -> tuple[Size, Size]:
        return self.parameters.bias.shape, self.parameters.bias.shape

    def apply(self, value: TokenId, /) -> Distribution:
        row = self.parameters.embedding[row_of(value, "token", self.parameters)]
        return Distribution(np.exp(log_softmax(finite_logits(row, self.parameters))))


def predictor(parameters: Parameters) -> Composite[TokenId, Distribution]:
    """Return embedding >> linear_to_logits >> softmax for these parameters."""
    return Embedding(parameters) >> LinearToLogits(parameters) >> Softmax(parameters.vocab_size)


def log_softmax(logits: FloatArray) -> FloatArray:
    """Return l - log(sum(exp(l))) along the last axis, safe for logits of any finite size.

    >>> log_softmax(np.array([0.0, 1000.0])).tolist()
    [-1000.0, 0.0]
    """
    with np.errstate(over="ignore"):
        shifted = logits - logits.max(axis=-1, keepdims=True)
    normalised: FloatArray = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return normalised


def loss_from_logits(logits: Logits, target: TokenId) -> Loss:
    """Return the surprise straight from the scores, where a tiny probability cannot round to 0.

    >>> round(loss_from_logits(Logits([0, 2]), TokenId(1)).value, 6)
    0.126928
    """
    if target.index >= len(logits):
        raise OutOfRange("target", target.index, len(logits))
    return Loss(-float(log_softmax(logits.values)[target.index]))


def log_probabilities(parameters: Parameters) -> FloatArray:
    """Return the table log P(j | i) for every input token i and output token j, shape (V, V)."""
    return log_softmax(finite_logits(parameters.embedding, parameters))


def average_loss(parameters: Parameters, dataset: TrainingSet) -> Loss:
    """Return the mean surprise over the examples, -<C, log P> / N; `OutOfRange` for an unknown token."""
    dataset.check_tokens(parameters.vocab_size.value)
    table = log_probabilities(parameters)
    with np.errstate(over="ignore", invalid="ignore"):
        surprise = -float(dataset.multiplicities / len(dataset) @ table[tuple(dataset.pairs.T)])
    if not np.isfinite(surprise):
        raise NumericalOverflow("loss values")
    return Loss(surprise)


def entropy_floor(dataset: TrainingSet) -> Loss:
    """Return the least average loss that any next-token table can reach on these examples, in nats.

    It is the entropy of the next token given the current one, 0 when each token has one successor.
    """
    inputs, position = np.unique(dataset.pairs[:, 0], return_inverse=True)
    totals = np.bincount(position, weights=dataset.multiplicities, minlength=len(inputs))
    per_input = dataset.multiplicities / totals[position]
    return Loss(-float(dataset.multiplicities @ np.log(per_input)) / len(dataset))


def finite_logits(features: FloatArray, parameters: Parameters) -> FloatArray:
    """Return features W + b; `NumericalOverflow` when a score leaves the range of float64."""
    with np.errstate(over="ignore", invalid="ignore"):
        logits = features @ parameters.lm_head + parameters.bias
    if not np.isfinite(logits).all():
        raise NumericalOverflow("logits")
    return logits


def row_of(token: TokenId, kind: str, parameters: Parameters) -> int:
    """Return the index of a token; `OutOfRange` when the vocabulary does not hold it."""
    if token.index >= parameters.vocab_size.value:
        raise OutOfRange(kind, token.index, parameters.vocab_size.value)
    return token.index

"""Prediction and surprise: from a token to a distribution, and from a distribution to a loss.

    TokenId --embedding--> Vector --linear_to_logits--> Logits --softmax--> Distribution
    Distribution x TokenId --cross_entropy--> Loss

Softmax is computed as exp(log_softmax), which is exact for large logits; nothing is clamped.
Laws (tests/ch03_prediction/test_prediction.py): adding a constant to all logits moves nothing; the composed predictor
equals the direct one; the table of all tokens is the map of the single predictions; and the average loss is the count
matrix paired with the table of surprises.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np

from tinyml.ch01_objects.domain import TokenSequence, TrainingSet
from tinyml.ch01_objects.parameters import Parameters
from tinyml.ch01_objects.quantities import Distribution, Logits, TokenId, Vector, VocabSize
from tinyml.ch02_arrows.category import Composite, Morphism
from tinyml.ch02_arrows.space import Size
from tinyml.errors import EmptyInput, NumericalOverflow, OutOfRange, WrongType, with_article
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
            raise WrongType(self.name, with_article(self.source), value)
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


def log_probabilities(parameters: Parameters) -> FloatArray:
    """Return the table log P(j | i) for every input token i and output token j, shape (V, V)."""
    return log_softmax(finite_logits(parameters.embedding, parameters))


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

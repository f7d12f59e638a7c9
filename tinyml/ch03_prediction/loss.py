"""Surprise: from a distribution and what came to a loss.

    Distribution x TokenId --cross_entropy--> Loss
    average loss = -<C, log P> / N      C the count matrix, P the table of predictions

Laws (tests/ch03_prediction/test_loss.py): the average loss is the count matrix paired with the table of surprises;
no table of next tokens is below the entropy floor.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np

from tinyml.ch01_objects.domain import Product, TrainingSet
from tinyml.ch01_objects.parameters import Parameters
from tinyml.ch01_objects.quantities import Distribution, Logits, Loss, TokenId
from tinyml.ch02_arrows.category import Morphism
from tinyml.ch03_prediction.prediction import log_probabilities, log_softmax
from tinyml.errors import InvalidLoss, NumericalOverflow, OutOfRange, WrongType, with_article


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
            raise WrongType(self.name, with_article(self.source), value)
        if target.index >= len(prediction):
            raise OutOfRange("target", target.index, len(prediction))
        probability = float(prediction.values[target.index])
        if probability == 0.0:
            raise InvalidLoss(np.inf, "the target has probability 0; loss_from_logits does not round to 0")
        return Loss(-float(np.log(probability)))


def loss_from_logits(logits: Logits, target: TokenId) -> Loss:
    """Return the surprise straight from the scores, where a tiny probability cannot round to 0.

    >>> round(loss_from_logits(Logits([0, 2]), TokenId(1)).value, 6)
    0.126928
    """
    if target.index >= len(logits):
        raise OutOfRange("target", target.index, len(logits))
    return Loss(-float(log_softmax(logits.values)[target.index]))


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

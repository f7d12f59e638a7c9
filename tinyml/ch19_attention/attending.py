"""Attending: each query reads from all values, from each as much as its key fits.

    compared(w)        queries x keys     -> scores       q k^T / sqrt(w)
    weighed(mask)      scores             -> weights      softmax of each row, over what the mask allows
    mixed(w)           weights x values   -> values       weights times values: a mean for each query

    attend(w, mask)    (queries x keys) x values -> values        the three in a row, beside wires

What is not allowed is taken out before the softmax, so that the weights of the rest sum to 1.  Taken out after it, they
would not.  A score that is not allowed gets no change back.
Laws (tests/ch19_attention/test_attending.py): each stage, and the row, is its derivative turned around; rows of weights
are distributions, exactly 0 where nothing is allowed; keys and values in another order, with the mask's columns in the
same, give the same; a number added to all scores of a query changes nothing.  Values and changes are PyTorch's.
"""

from __future__ import annotations

import math
from typing import Any, NewType, TypeAlias, cast

import numpy as np

from tinyml.ch01_objects.domain import Product
from tinyml.ch02_arrows.space import Space
from tinyml.ch11_lens.lenses import Lens, optic
from tinyml.ch11_lens.ports import Port, both
from tinyml.ch11_lens.wires import identity
from tinyml.ch19_attention.sequences import (
    Keys,
    KeysChange,
    Mask,
    Queries,
    QueriesChange,
    Values,
    ValuesChange,
    checked_mask,
    keys,
    queries,
    values,
)
from tinyml.errors import ShapeMismatch
from tinyml.validation import FloatArray

AttentionScores = NewType("AttentionScores", FloatArray)
AttentionScoresChange = NewType("AttentionScoresChange", FloatArray)
AttentionWeights = NewType("AttentionWeights", FloatArray)
AttentionWeightsChange = NewType("AttentionWeightsChange", FloatArray)

SCORES: Port[AttentionScores, AttentionScoresChange] = Port(Space("AttentionScores"), Space("AttentionScoresChange"))
"""Scores, (..., queries, keys): how well each key fits each query."""
WEIGHTS: Port[AttentionWeights, AttentionWeightsChange] = Port(
    Space("AttentionWeights"), Space("AttentionWeightsChange")
)
"""Weights, (..., queries, keys): how much each query reads from each place."""

Asked: TypeAlias = Port[Product[Queries, Keys], Product[QueriesChange, KeysChange]]
Read: TypeAlias = Port[Product[AttentionWeights, Values], Product[AttentionWeightsChange, ValuesChange]]
Triple: TypeAlias = Port[
    Product[Product[Queries, Keys], Values], Product[Product[QueriesChange, KeysChange], ValuesChange]
]


def compared(width: int) -> Lens[Asked, Port[AttentionScores, AttentionScoresChange]]:
    """Return the lens from queries and keys to their scores, scaled so that these do not grow with the width."""
    scale = 1 / math.sqrt(width)

    def forward(pair: Product[Queries, Keys]) -> tuple[AttentionScores, Product[Queries, Keys]]:
        return AttentionScores((pair.first @ pair.second.swapaxes(-1, -2)) * scale), pair

    def backward(kept: Product[Queries, Keys], change: AttentionScoresChange) -> Product[QueriesChange, KeysChange]:
        asked = QueriesChange((change @ kept.second) * scale)
        return Product(asked, KeysChange((change.swapaxes(-1, -2) @ kept.first) * scale))

    return optic("compared", both(queries(width), keys(width)), SCORES, forward, backward)


def weighed(
    mask: Mask,
) -> Lens[Port[AttentionScores, AttentionScoresChange], Port[AttentionWeights, AttentionWeightsChange]]:
    """Return the lens that makes of each row of scores a distribution over the keys that the query may read.

    >>> scores = np.array([[2.0, 1.0, 2.0]])
    >>> weighed(np.array([[True, False, True]])).get(scores)
    array([[0.5, 0. , 0.5]])
    """
    allowed = checked_mask("weighed", mask)

    def forward(scores: AttentionScores) -> tuple[AttentionWeights, AttentionWeights]:
        if scores.shape[-2:] != allowed.shape:
            raise ShapeMismatch("weighed", f"scores {allowed.shape}", str(scores.shape[-2:]))
        shares = weights_of(scores, allowed)
        return shares, shares

    def backward(kept: AttentionWeights, change: AttentionWeightsChange) -> AttentionScoresChange:
        return AttentionScoresChange(kept * (change - (change * kept).sum(axis=-1, keepdims=True)))

    return optic("weighed", SCORES, WEIGHTS, forward, backward)


def weights_of(scores: AttentionScores, allowed: Mask) -> AttentionWeights:
    """Return the softmax of each row over what is allowed there; what is not has weight 0, exactly."""
    powers = np.where(allowed, scores, scores.dtype.type(-math.inf))
    powers -= powers.max(axis=-1, keepdims=True)
    np.exp(powers, out=powers)
    powers /= powers.sum(axis=-1, keepdims=True)
    return AttentionWeights(powers)


def mixed(width: int) -> Lens[Read, Port[Values, ValuesChange]]:
    """Return the lens that takes for each query the mean of the values, by its weights."""

    def forward(pair: Product[AttentionWeights, Values]) -> tuple[Values, Product[AttentionWeights, Values]]:
        return Values(pair.first @ pair.second), pair

    def backward(
        kept: Product[AttentionWeights, Values], change: ValuesChange
    ) -> Product[AttentionWeightsChange, ValuesChange]:
        shares = AttentionWeightsChange(change @ kept.second.swapaxes(-1, -2))
        return Product(shares, ValuesChange(kept.first.swapaxes(-1, -2) @ change))

    return optic("mixed", both(WEIGHTS, values(width)), values(width), forward, backward)


def attend(width: int, mask: Mask) -> Lens[Triple, Port[Values, ValuesChange]]:
    """Return the row of the three: values wait on a wire of their own until there are weights.

    >>> attend(2, np.array([[True]])).name
    '(compared @ identity) >> (weighed @ identity) >> mixed'
    """
    wire = identity(values(width))
    row: Any = (compared(width) @ wire) >> (weighed(mask) @ wire) >> mixed(width)
    return cast("Lens[Triple, Port[Values, ValuesChange]]", row)

"""Heads: layers that make queries, keys and values, attend with them, and put what was read back together.

    head(d, w, mask)            x  ->  attend(queries of x, keys of x, values of x)       x is copied three times
    cross_head(d, e, w, mask)   x, m  ->  attend(queries of x, keys of m, values of m)
    two_heads(f, g)             x  ->  what f read and what g read, one after the other    x is copied again
    attention(d, h, mask)       h heads of width d / h on one sequence, and a linear layer after them

Every head reads the same hidden sequence, and so what comes back from all of them is added.  `attention` computes all
heads at once: its Weights[d, 3 d] are the queries' matrices of all heads, then the keys', then the values'.
Its mask may be "causal", for sequences of any length.
Laws (tests/ch19_attention/test_heads.py): attention is its heads side by side, concatenated and projected; without
positions and without a mask it commutes with every new order of the places; under `causal` what comes later has no
influence, exactly 0; the change of the keys' offsets is 0, since a softmax forgets what is added to a row of scores.
Values and changes are PyTorch's.
"""

from __future__ import annotations

import math
from typing import Any, Literal, TypeAlias, cast

import numpy as np

from tinyml.ch01_objects.domain import Product
from tinyml.ch11_lens.lenses import Lens
from tinyml.ch11_lens.ports import UNIT, Port, X, Y, both
from tinyml.ch11_lens.wires import assoc_back, copy, identity, rewired, swap, unitor_back
from tinyml.ch12_para.base_change import beside, lift
from tinyml.ch12_para.layers import Offsets, OffsetsChange, Weights, WeightsChange, bias, linear
from tinyml.ch12_para.parametric import Para, W, para
from tinyml.ch12_para.trees import array
from tinyml.ch19_attention.attending import AttentionScores, AttentionWeights, attend, weights_of
from tinyml.ch19_attention.sequences import (
    Hidden,
    HiddenChange,
    HiddenPort,
    Mask,
    Values,
    ValuesChange,
    at_least_one,
    causal,
    checked_mask,
    hidden,
    keys,
    queries,
    values,
)
from tinyml.errors import InvalidQuantity, ShapeMismatch
from tinyml.type_variables import A, B, P, Q, U, V, dA, dB, dP, dQ, dU, dV
from tinyml.validation import FloatArray

Affine: TypeAlias = Product[Offsets, Weights]
AffineChange: TypeAlias = Product[OffsetsChange, WeightsChange]
AffinePort: TypeAlias = Port[Affine, AffineChange]
Head: TypeAlias = Product[Product[Affine, Affine], Affine]
HeadChange: TypeAlias = Product[Product[AffineChange, AffineChange], AffineChange]
Layer: TypeAlias = Port[Product[Affine, Affine], Product[AffineChange, AffineChange]]
"""What `attention` has at its side: the linear layer after the heads, and the one that makes queries, keys, values."""
Masking: TypeAlias = "Mask | Literal['causal']"
Kept: TypeAlias = tuple[Product[Affine, Affine], FloatArray, tuple[Any, Any, Any], AttentionWeights, FloatArray]


def affine(source: Port[U, dU], target: Port[V, dV]) -> Para[AffinePort, Port[U, dU], Port[V, dV]]:
    """Return a linear layer and a bias in a row: what makes queries, keys and values."""
    return linear(source, target) >> bias(target)


def then(first: Lens[Port[A, dA], Port[B, dB]], second: Para[W, Port[B, dB], Y]) -> Para[W, Port[A, dA], Y]:
    """Return a lens and a layer after it in a row, without the empty wire that a lens brings to the side."""
    row: Any = lift(first) >> cast(Any, second)
    own: Any = second.parameters
    whole: Para[W, Port[A, dA], Y] = row.reparametrise(unitor_back(own) >> swap(UNIT, own))
    return whole


def head(size: int, width: int, mask: Mask) -> Para[Port[Head, HeadChange], HiddenPort, Port[Values, ValuesChange]]:
    """Return one head of self-attention: queries, keys and values are made of the same sequence.

    >>> from tinyml.ch19_attention.sequences import causal
    >>> print(head(4, 2, causal(3)).target)
    (Values[2], ValuesChange[2])
    """
    seen = hidden(size)
    made = beside(beside(affine(seen, queries(width)), affine(seen, keys(width))), affine(seen, values(width)))
    return then(copy(seen) >> (copy(seen) @ identity(seen)), made) >> attend(width, mask)


def cross_head(
    size: int, other: int, width: int, mask: Mask
) -> Para[
    Port[Head, HeadChange],
    Port[Product[Hidden, Hidden], Product[HiddenChange, HiddenChange]],
    Port[Values, ValuesChange],
]:
    """Return one head of cross-attention: the first sequence asks, and the second is read."""
    asks, read = hidden(size), hidden(other)
    made = beside(beside(affine(asks, queries(width)), affine(read, keys(width))), affine(read, values(width)))
    return then((identity(asks) @ copy(read)) >> assoc_back(asks, read, read), made) >> attend(width, mask)


def two_heads(
    first: Para[Port[P, dP], X, Port[Values, ValuesChange]], second: Para[Port[Q, dQ], X, Port[Values, ValuesChange]]
) -> Para[Port[Product[P, Q], Product[dP, dQ]], X, Port[Values, ValuesChange]]:
    """Return two heads on one sequence: a place has what the first read there, and then what the second read."""
    seen: Any = first.source
    (here,), (there,) = first.target.points.size, second.target.points.size
    pair: Any = then(copy(seen), beside(cast(Any, first), cast(Any, second))) >> concatenated(here, there)
    whole: Para[Port[Product[P, Q], Product[dP, dQ]], X, Port[Values, ValuesChange]] = pair
    return whole


def concatenated(
    first: int, second: int
) -> Lens[Port[Product[Values, Values], Product[ValuesChange, ValuesChange]], Port[Values, ValuesChange]]:
    """Return the lens that writes two rows of values one after the other."""

    def there(pair: Product[Values, Values]) -> Values:
        return Values(np.concatenate([pair.first, pair.second], axis=-1))

    def back(change: ValuesChange) -> Product[ValuesChange, ValuesChange]:
        return Product(ValuesChange(change[..., :first]), ValuesChange(change[..., first:]))

    return rewired("concatenated", both(values(first), values(second)), values(first + second), there, back)


def attention(size: int, heads: int, mask: Masking = "causal") -> Para[Layer, HiddenPort, HiddenPort]:
    """Return all heads as one layer, with the linear layer after them; the heads share the features evenly.

    >>> print(attention(8, 2).parameters.points)
    (Offsets[8] x Weights[8, 8]) x (Offsets[24] x Weights[8, 24])
    """
    width = width_of(size, heads)
    allowed: Masking = "causal" if isinstance(mask, str) and mask == "causal" else checked_mask("attention", mask)
    scale = 1 / math.sqrt(width)

    def forward(own: Product[Affine, Affine], x: Hidden) -> tuple[Hidden, Kept]:
        *front, length, _ = x.shape
        rows = x.reshape(-1, size)
        made = rows @ own.second.second
        made += own.second.first
        q, k, v = made.reshape(-1, length, 3, heads, width).transpose(2, 0, 3, 1, 4)
        scores = (q @ k.swapaxes(-1, -2)) * scale
        weights = weights_of(AttentionScores(scores), _fitting(allowed, length))
        read = (weights @ v).transpose(0, 2, 1, 3).reshape(-1, size)
        result = read @ own.first.second
        result += own.first.first
        return Hidden(result.reshape(*front, length, size)), (own, rows, (q, k, v), weights, read)

    def backward(kept: Kept, change: HiddenChange) -> tuple[Product[AffineChange, AffineChange], HiddenChange]:
        own, rows, (q, k, v), weights, read = kept
        number, length = weights.shape[0], weights.shape[-1]
        flat = change.reshape(-1, size)
        after = Product(OffsetsChange(flat.sum(axis=0)), WeightsChange(read.T @ flat))
        back = (flat @ own.first.second.T).reshape(number, length, heads, width).transpose(0, 2, 1, 3)
        made = np.empty((3, number, heads, length, width), flat.dtype)
        np.matmul(weights.swapaxes(-1, -2), back, out=made[2])
        scores = back @ v.swapaxes(-1, -2)
        scores *= weights
        scores -= weights * scores.sum(axis=-1, keepdims=True)
        scores *= scale
        np.matmul(scores, k, out=made[0])
        np.matmul(scores.swapaxes(-1, -2), q, out=made[1])
        changes = made.transpose(1, 3, 0, 2, 4).reshape(-1, 3 * size)
        before = Product(OffsetsChange(changes.sum(axis=0)), WeightsChange(rows.T @ changes))
        return Product(after, before), HiddenChange((changes @ own.second.second.T).reshape(change.shape))

    sides = both(_affine_side(size, size), _affine_side(size, 3 * size))
    return para("attention", sides, hidden(size), hidden(size), forward, backward)


def _affine_side(rows: int, columns: int) -> AffinePort:
    return both(array(Offsets, OffsetsChange, columns), array(Weights, WeightsChange, rows, columns))


def _fitting(mask: Masking, length: int) -> Mask:
    """Return the mask of a sequence; refuse one of another length."""
    if isinstance(mask, str):
        return causal(length)
    if mask.shape != (length, length):
        raise ShapeMismatch("attention", f"a sequence of length {len(mask)}, as its mask", str(length))
    return mask


def width_of(size: int, heads: int) -> int:
    """Return how many features each head has; refuse heads that cannot share them evenly."""
    number = at_least_one("number of heads", heads)
    if at_least_one("number of features", size) % number:
        raise InvalidQuantity(f"number of heads for {size} features", number, f"a divisor of {size}")
    return size // number

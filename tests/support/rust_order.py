"""Training as the Rust crate does it: in float32, rounded after every operation, in the order of its source.

    start      entry k of a matrix is (r / 1000 - 0.5) * 0.2 with r = (37 k + 101 seed) mod 1000, each operation
               in float32; seed 1 for the embedding, 2 for the head; the bias is 0
    logits     the bias first, then one feature after the other:  ((b + x0 w0) + x1 w1) + ...
    softmax    e = expf(logit - largest logit); the sum of e from the first token on; e / sum
    loss       -logf(p), p no smaller than 1e-9; the examples added in the order of the text; sum / N
    signal     g = p, then g[target] - 1
    gradients  sums that start at 0 and grow by one example after the other, in the order of the text:
               bias + g, head + x g, and in the row of the input token + (w0 g0 + w1 g1 + ...), a sum over the
               vocabulary that is finished before it is added
    update     old - (rate * gradient) * (1 / N), three roundings; all gradients are of the old parameters

Products are rounded before they are added: nothing is fused.  Different entries of an array do not depend on each
other, so numpy computes them together; and examples with the same input share one prediction.  No sum is left to
numpy's own `sum` or to a matrix product, which choose an order of their own.

Nothing of `tinyml` is used here, so this is a judge from outside.  Source of the arithmetic: Category Theory for Tiny
ML in Rust (see `book/references.md`).  Test: tests/ch04_training/test_rust_float32.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Single = np.float32
ONE, SMALLEST = Single(1), Single(1e-9)


class NotADistribution(ArithmeticError):
    """The exponentials have no finite sum: where the crate returns its error of the softmax."""


class State(NamedTuple):
    """The parameters: embedding of shape (V, d), head of shape (d, V), bias of shape (V,)."""

    embedding: Array
    lm_head: Array
    bias: Array


def add_in_order(terms: Array) -> Array:
    """Add along the last axis, from the first term to the last."""
    return np.asarray(np.add.accumulate(terms, axis=-1, dtype=Single)[..., -1])


class Arithmetic(NamedTuple):
    """What the crate takes from elsewhere; the results of `exp` and `log` are rounded to float32."""

    exp: Callable[[float], float]
    log: Callable[[float], float]
    add_up: Callable[[Array], Array] = add_in_order


def initial(case: dict[str, Any]) -> State:
    size, dimension = case["vocab_size"], case["model_dimension"]
    return State(_matrix(size, dimension, 1), _matrix(dimension, size, 2), np.zeros(size, Single))


def _matrix(rows: int, columns: int, seed: int) -> Array:
    raw = (np.arange(rows * columns) * 37 + seed * 101) % 1000
    return ((raw.astype(Single) / Single(1000) - Single(0.5)) * Single(0.2)).reshape(rows, columns)


def predict(state: State, token: int, use: Arithmetic) -> Array:
    logits = state.bias
    for value, weights in zip(state.embedding[token], state.lm_head, strict=True):
        logits = logits + value * weights
    exponentials = np.array([use.exp(shifted) for shifted in (logits - logits.max()).tolist()], Single)
    total = use.add_up(exponentials)
    if not np.isfinite(total):
        raise NotADistribution
    return exponentials / total


def mean_loss(predictions: dict[int, Array], pairs: Sequence[tuple[int, int]], use: Arithmetic) -> np.float32:
    total = Single(0)
    for token, target in pairs:
        total += Single(-use.log(float(max(predictions[token][target], SMALLEST))))
    return total / Single(len(pairs))


def step(
    state: State, predictions: dict[int, Array], pairs: Sequence[tuple[int, int]], rate: np.float32, use: Arithmetic
) -> State:
    gradient = State(*map(np.zeros_like, state))
    for token, target in pairs:
        signal = predictions[token].copy()
        signal[target] -= ONE
        gradient.bias[:] += signal
        gradient.lm_head[:] += state.embedding[token][:, np.newaxis] * signal
        gradient.embedding[token] += use.add_up(state.lm_head * signal)
    scale = ONE / Single(len(pairs))
    return State(*(old - rate * change * scale for old, change in zip(state, gradient, strict=True)))


def train(
    case: dict[str, Any], learning_rate: float, steps: int, use: Arithmetic
) -> Iterator[tuple[State, np.float32]]:
    """Yield the state and its loss after 0, 1, ..., `steps` steps; `NotADistribution` where the logits overflow."""
    pairs, rate, state = list(pairwise(case["tokens"])), Single(learning_rate), initial(case)
    for done in range(steps + 1):
        with np.errstate(over="ignore", invalid="ignore"):
            predictions = {token: predict(state, token, use) for token, _ in pairs}
            loss = mean_loss(predictions, pairs, use)
            after = step(state, predictions, pairs, rate, use) if done < steps else state
        yield state, loss
        state = after

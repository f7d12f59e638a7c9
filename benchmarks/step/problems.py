"""Problems: pairs of tokens, parameters to start from, a learning rate, and how many steps one call makes.

    tiny      5 tokens, dimension 4, the 7 pairs and the start of the book
    small     64 tokens, dimension 16, 1,000 pairs
    middle    1,000 tokens, dimension 64, 100,000 pairs; middle:N has N pairs instead
    large     8,192 tokens, dimension 256, 1,000,000 pairs in which the n-th token has a share of 1/n

The learning rates are large where each parameter has a small share in the loss, so that three steps change the
parameters by much more than float32 rounds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]
Indices = npt.NDArray[np.int64]

PLAIN = {  # tokens, dimension, pairs, rate, steps in one call
    "small": (64, 16, 1_000, 16.0, 80),
    "middle": (1_000, 64, 100_000, 250.0, 80),
    "large": (8_192, 256, 1_000_000, 8.0, 3),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What all contenders of a row are given; the start is float64 and rounded by those that compute in float32."""

    inputs: Indices
    targets: Indices
    start: tuple[Floats, Floats, Floats]  # (V, d), (d, V), (V,)
    rate: float
    steps: int

    @property
    def tokens(self) -> int:
        return len(self.start[2])

    def started(self, dtype: npt.DTypeLike) -> tuple[Floats, Floats, Floats]:
        """Return new arrays to start from."""
        embedding, head, bias = (array.astype(dtype) for array in self.start)
        return embedding, head, bias

    def shares(self, dtype: npt.DTypeLike) -> Floats:
        """Return C / N of shape (V, V): the share of each pair."""
        codes, often = np.unique(self.inputs * self.tokens + self.targets, return_counts=True)
        table = np.zeros(self.tokens**2, dtype=dtype)
        table[codes] = often / len(self.inputs)
        return table.reshape(self.tokens, self.tokens)


def problem(name: str) -> Problem:
    rng = np.random.default_rng(0)
    if name == "tiny":
        text = np.array([1, 2, 3, 4, 1, 2, 3, 4])
        return Problem(text[:-1], text[1:], (rule(5, 4, 1), rule(4, 5, 2), np.zeros(5)), 1.0, 80)
    name, _, asked = name.partition(":")
    tokens, dimension, pairs, rate, steps = PLAIN[name]
    if name == "large":
        weights = 1 / np.arange(1, tokens + 1)
        text = np.searchsorted(np.cumsum(weights / weights.sum())[:-1], rng.random(pairs + 1), side="right")
        inputs, targets = text[:-1], text[1:]
    else:
        inputs, targets = rng.integers(0, tokens, (2, int(asked or pairs)))
    return Problem(inputs, targets, parameters(rng, tokens, dimension), rate, steps)


def parameters(rng: np.random.Generator, tokens: int, dimension: int) -> tuple[Floats, Floats, Floats]:
    embedding, head = rng.normal(0, 0.1, (tokens, dimension)), rng.normal(0, 0.1, (dimension, tokens))
    # all dtypes start from the very same numbers
    return embedding.astype(np.float32).astype(float), head.astype(np.float32).astype(float), np.zeros(tokens)


def rule(rows: int, columns: int, seed: int) -> Floats:
    """Return a matrix of the start of the book, as `Parameters.init` and the Rust crate make it."""
    entry = np.arange(rows * columns).reshape(rows, columns)
    return (((entry * 37 + seed * 101) % 1000 / 1000 - 0.5) * 0.2).astype(np.float32).astype(float)


def by_hand(given: Problem, count: int) -> list[Floats]:
    """Return the parameters after some steps, by the formulas, in float64: what contenders are checked against."""
    E, W, b = given.started(float)
    C = given.shares(float)
    rows = C.sum(axis=1, keepdims=True)
    for _ in range(count):
        P = E @ W + b
        P = np.exp(P - P.max(axis=1, keepdims=True))
        G = rows * P / P.sum(axis=1, keepdims=True) - C
        E, W, b = E - given.rate * G @ W.T, W - given.rate * E.T @ G, b - given.rate * G.sum(axis=0)
    return [E, W, b]

"""Optimisers for a vector of any length, streams of changes that push them, and the book's model for them to train."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import strategies as st
from strategies import seed

from tinyml import (
    Learner,
    Product,
    StepCount,
    adagrad,
    adam,
    adamw,
    bias,
    clipped_norm,
    clipped_values,
    constant_rate,
    cosine,
    cross_entropy,
    decoupled_decay,
    embed,
    flattened,
    iterate,
    linear,
    misprinted_adam,
    misprinted_momentum,
    misprinted_nesterov,
    momentum,
    nesterov,
    paced,
    rmsprop,
    scheduled,
    scores,
    starting,
    supervised,
    vectors,
    warm_up,
)
from tinyml.ch12_para.trees import Flat, flat

RATES = warm_up(3, cosine(0.1, 0.01, 20))

LINEAR: dict[str, Callable[[int], Any]] = {
    "descent": lambda size: scheduled(flat(size), 0.1),
    "scheduled": lambda size: scheduled(flat(size), RATES),
    "momentum": lambda size: momentum(flat(size), 0.9),
    "nesterov": lambda size: nesterov(flat(size), 0.9),
    "misprinted momentum": lambda size: misprinted_momentum(flat(size), 0.9),
    "misprinted nesterov": lambda size: misprinted_nesterov(flat(size), 0.9),
    "paced": lambda size: paced(nesterov(flat(size), 0.5), RATES),
}
"""Updates that add and scale, and know nothing of entries."""
ENTRYWISE: dict[str, Callable[[int], Any]] = {
    "adagrad": lambda size: adagrad(flat(size), 0.5, eps=1e-7),
    "rmsprop": lambda size: rmsprop(flat(size), 0.1, 0.9, eps=1e-8),
    "adam": lambda size: adam(flat(size), RATES, eps=1e-8),
    "misprinted adam": lambda size: misprinted_adam(flat(size), 0.1, eps=1e-8),
    "values clipped": lambda size: momentum(flat(size), 0.9) >> clipped_values(flat(size), 0.5),
}
"""Updates that look at each entry by itself, and have no preferred place to go."""
DECAYING: dict[str, Callable[[int], Any]] = {
    "adamw": lambda size: adamw(flat(size), 0.1, eps=1e-8, decay=0.1),
    "decoupled": lambda size: decoupled_decay(nesterov(flat(size), 0.5), 0.01),
}
BY_LENGTH: dict[str, Callable[[int], Any]] = {
    "norm clipped": lambda size: momentum(flat(size), 0.9) >> clipped_norm(flat(size), 0.5, eps=0.0),
}
"""What looks at all entries together."""
OPTIMISERS = {**LINEAR, **ENTRYWISE, **DECAYING, **BY_LENGTH}

seeds = st.integers(0, 2**32 - 1)


def stream(number: int, size: int, count: int = 12) -> tuple[Any, list[Any]]:
    """Return parameters and changes with normal entries, of which none is near zero."""
    rng = np.random.default_rng(number)
    drawn = rng.normal(size=(count + 1, size))
    rows = np.where(drawn < 0, drawn - 0.1, drawn + 0.1)
    return rows[0], list(rows[1:])


def pushed(update: Any, state: Any, changes: list[Any]) -> Any:
    """Return the state after changes, which come one after the other."""
    for change in changes:
        state = update.backward(update.forward(state)[1], change)
    return state


DATASET, START = seed()
TABLE, HEAD, OFFSETS = embed(5, 4), linear(vectors(4), scores(5)), bias(scores(5))
MODEL = TABLE >> HEAD >> OFFSETS
TREE: Any = Product(START.bias, Product(START.lm_head, START.embedding))
VECTOR = Flat(np.concatenate([START.bias, START.lm_head.ravel(), START.embedding.ravel()]))
INPUTS: Any = DATASET.inputs
TARGETS: Any = DATASET.targets


def learner(update: Any, rate: float = 1.0) -> Learner[Any, Any, Any, Any]:
    """Return the book's model on one vector of 45 numbers, with this update."""
    flat_model: Any = MODEL.reparametrise(flattened(MODEL.parameters))
    return supervised(flat_model, update, cross_entropy(5), constant_rate(rate))


def trained(update: Any, steps: int, rate: float = 1.0, start: Any = VECTOR) -> Any:
    """Return the state after so many full-batch steps on the tune."""
    step = learner(update, rate).step(INPUTS, TARGETS)
    return iterate(step, starting(update, start), StepCount(steps))


def matrices(vector: Any) -> tuple[Any, Any, Any]:
    """Return the bias, the head and the table of a flat vector."""
    return vector[:5], vector[5:25].reshape(4, 5), vector[25:].reshape(5, 4)


def loss_at(vector: Any) -> float:
    """Return the loss of parameters, written out: the mean surprise of the targets."""
    offsets, head, table = matrices(vector)
    logits = table[INPUTS] @ head + offsets
    logs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return float(-logs[np.arange(len(TARGETS)), TARGETS].mean())

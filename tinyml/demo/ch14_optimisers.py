"""Optimisers: what does an update have to remember?

The same learner with other updates, whose states are pairs: what each remembers, and the parameters.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from tinyml.ch01_objects.domain import Product
from tinyml.ch01_objects.quantities import StepCount
from tinyml.ch02_arrows.laws import deviation
from tinyml.ch05_endomorphism.endomorphism import iterate
from tinyml.ch11_lens.ports import NUMBERS
from tinyml.ch12_para.layers import bias, embed, linear, scores, vectors
from tinyml.ch12_para.trees import Flat, FlatChange, flat, flattened
from tinyml.ch13_learner.closing import constant_rate
from tinyml.ch13_learner.learner import Learner, supervised
from tinyml.ch13_learner.losses import cross_entropy
from tinyml.ch14_optimisers.adaptive import adam
from tinyml.ch14_optimisers.clipping import clipped_norm
from tinyml.ch14_optimisers.memories import noted, recalled, starting
from tinyml.ch14_optimisers.momenta import contraction, misprinted_momentum, momentum, nesterov
from tinyml.ch14_optimisers.symmetries import commutes_with, splits
from tinyml.demo.telling import DATASET, START

VOCABULARY, FEATURES = START.embedding.shape
MODEL = embed(VOCABULARY, FEATURES) >> linear(vectors(FEATURES), scores(VOCABULARY)) >> bias(scores(VOCABULARY))
NUMBERS_OF_THE_MODEL = flat(45)
BEGIN = Flat(np.concatenate([START.bias, START.lm_head.ravel(), START.embedding.ravel()]))


def lines() -> Iterator[str]:
    own = NUMBERS_OF_THE_MODEL
    updates: list[Any] = [
        momentum(own, 0.5),
        misprinted_momentum(own, 0.5),
        nesterov(own, 0.5),
        adam(own, 0.1, eps=1e-8),
    ]
    for update in updates:
        learner, state = trained(update, 80)
        reads = update.get(state)
        yield f"{update.name}, 80 steps: loss {learner.measure(DATASET.inputs, DATASET.targets)(state):.6f}"
        yield f"  states {update.source.points}"
        yield f"  what the model reads is what is stored: {reads is state.second}"
    last = updates[-1]
    _, half = trained(last, 50)
    step = trained(last, 0)[0].step(DATASET.inputs, DATASET.targets)
    resumed = iterate(step, recalled(last, noted(half)), StepCount(30))
    yield f"50 steps, a note, and 30 more are 80 steps: {deviation(resumed, trained(last, 80)[1]) == 0}"
    for update in (momentum(NUMBERS, 0.9), misprinted_momentum(NUMBERS, 0.9)):
        yield f"{update.name}, a valley of steepness 0.25: each step x {contraction(update, 0.25):.3f}"
    yield from kept()


def kept() -> Iterator[str]:
    rng = np.random.default_rng(1)
    start, changes = Flat(rng.normal(size=5)), [FlatChange(rng.normal(size=5)) for _ in range(10)]
    turn = np.linalg.qr(rng.normal(size=(5, 5)))[0]
    for update in (momentum(flat(5), 0.5), adam(flat(5), 0.1, eps=1e-8)):
        yield f"{update.name} commutes with a rotation: {bool(commutes_with(update, turn, start, changes))}"
    yield f"adam of five is three beside two: {bool(splits(lambda n: adam(flat(n), 0.1, eps=1e-8), 3, start, changes))}"

    def clipped(size: int) -> Any:
        return momentum(flat(size), 0.5) >> clipped_norm(flat(size), 0.5, eps=0.0)

    yield f"clipped by the norm it is: {bool(splits(clipped, 3, start, changes))}"


def trained(update: Any, count: int) -> tuple[Learner[Any, Any, Any, Any], Product[Any, Flat]]:
    """Return the learner of the book's model with this update, and its state after so many steps."""
    model: Any = MODEL.reparametrise(flattened(MODEL.parameters))
    learner: Any = supervised(model, update, cross_entropy(VOCABULARY), constant_rate(1.0))
    return learner, iterate(learner.step(DATASET.inputs, DATASET.targets), starting(update, BEGIN), StepCount(count))

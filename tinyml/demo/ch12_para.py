"""Para: where do the parameters of a model live?

A model as a row of layers, whose parameters come in from the side; and what can be done to that side.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tinyml.ch01_objects.domain import Product
from tinyml.ch01_objects.parameters import Gradient
from tinyml.ch04_training.training import gradient
from tinyml.ch12_para.layers import Scores, ScoresChange, Tokens, bias, embed, linear, scores, vectors
from tinyml.ch12_para.trees import PARAMETERS, flattened, recorded
from tinyml.ch12_para.two_cells import two_cell_table
from tinyml.demo.telling import DATASET, START

VOCABULARY, FEATURES = START.embedding.shape


def lines() -> Iterator[str]:
    table, head, offsets = (
        embed(VOCABULARY, FEATURES),
        linear(vectors(FEATURES), scores(VOCABULARY)),
        bias(scores(VOCABULARY)),
    )
    model = table >> head >> offsets
    yield f"{model.name} : {model.source.points} -> {model.target.points}"
    yield f"with parameters {model.parameters.points}"
    moved = table >> (head >> offsets)
    yield f"bracketed otherwise {moved.parameters.points}"
    one, other = flattened(model.parameters), flattened(moved.parameters)
    yield f"as one vector: {one.source.points}, and {other.source.points}"
    record = recorded(PARAMETERS, Gradient, ("bias", "lm_head", "embedding"), model.parameters)
    learnt = model.reparametrise(record)
    text = Tokens(DATASET.inputs)
    back = learnt.put(Product(Product(START, text), signal(learnt.get(Product(START, text))))).first
    near = all(np.allclose(getattr(back, own), getattr(gradient(START, DATASET), own), atol=1e-15) for own in FIELDS)
    yield f"its way back is the gradient of chapter 4, to 1e-15: {near}"
    for name, own in two_cell_table(head.parameters, record.get(START).second.first).items():
        yield f"{name}: {own.source.points} to {own.target.points}"


FIELDS = "embedding", "lm_head", "bias"


def signal(logits: Scores) -> ScoresChange:
    """Return what the mean surprise of the targets sends back to the scores: P - Y, over the examples."""
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    shares[np.arange(len(DATASET)), DATASET.targets] -= 1
    return ScoresChange(shares / len(DATASET))

"""Arrows: how does one thing become another?

Stages with types, their composite, and a composite that does not exist.
"""

from __future__ import annotations

from collections.abc import Iterator

from tinyml.ch03_prediction.prediction import Embedding, LinearToLogits, Softmax
from tinyml.demo.telling import START, VOCAB, join, refusal


def lines() -> Iterator[str]:
    embedding, head, softmax = Embedding(START), LinearToLogits(START), Softmax(VOCAB)
    yield from map(repr, (embedding, head, softmax))
    yield f"the three joined : {embedding >> head >> softmax}"
    yield refusal("embedding >> softmax", lambda: join(embedding, softmax))

"""Functors: what passes through?

An arrow at work inside a list, and a distribution two tokens ahead.
"""

from __future__ import annotations

from collections.abc import Iterator

from tinyml.ch01_objects.quantities import StepCount, TokenId
from tinyml.ch03_prediction.prediction import Embedding, predictor
from tinyml.ch05_endomorphism.endomorphism import iterate
from tinyml.ch06_functors.dist import Dist
from tinyml.ch06_functors.functors import LIST
from tinyml.demo.telling import START, STEP, VOCAB, probabilities


def lines() -> Iterator[str]:
    model = iterate(STEP, START, StepCount(80))
    yield repr(LIST(Embedding(model)))

    def ahead(token: TokenId) -> Dist[TokenId]:
        return Dist.of_tokens(predictor(model)(token))

    twice = Dist.certain(TokenId(1)).bind(ahead).bind(ahead).as_distribution(VOCAB)
    yield f"two tokens after token 1: {probabilities(twice)}"

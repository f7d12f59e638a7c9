"""Objects: what may this number mean?

Values that know what they mean, and values that are refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from operator import eq

from tinyml.ch01_objects.quantities import Distribution, StepCount, TokenId, VocabSize
from tinyml.demo.telling import START, TEXT, refusal


def lines() -> Iterator[str]:
    numbers = START.embedding.size + START.lm_head.size + START.bias.size
    yield f"{TEXT}"
    yield f"{START}: {numbers} numbers"
    yield f"StepCount(80) == VocabSize(80): {eq(StepCount(80), VocabSize(80))}"
    yield refusal("TokenId(-1)", lambda: TokenId(-1))
    yield refusal("Distribution([0.4, 0.4])", lambda: Distribution([0.4, 0.4]))

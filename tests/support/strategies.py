"""What the property tests draw: problems to train on, sound values of every quantity, and unsound ones."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from tinyml import (
    DatasetWindowing,
    ModelDimension,
    Parameters,
    TokenSequence,
    TrainingSet,
    VocabSize,
)
from tinyml.ch04_training.fused_steps import BLOCK_ROWS, LARGEST_WHOLE

FORMS: dict[str, dict[str, Any]] = {
    "as a whole": {"LARGEST_WHOLE": 10**6},
    "in blocks, place by place": {"LARGEST_WHOLE": 0, "BLOCK_ROWS": dict.fromkeys(BLOCK_ROWS, 2), "SPARSE": 0},
    "in blocks, full": {"LARGEST_WHOLE": 0, "BLOCK_ROWS": dict.fromkeys(BLOCK_ROWS, 2), "SPARSE": 10**6},
}
"""The constants of `fused_steps` that make it take the steps of small problems in each of its forms."""


def seed() -> tuple[TrainingSet, Parameters]:
    """Return the running example of the book: tokens 1 2 3 4 1 2 3 4, a vocabulary of 5, 4 features."""
    dataset = DatasetWindowing()(TokenSequence.from_indices([1, 2, 3, 4, 1, 2, 3, 4]))
    return dataset, Parameters.init(VocabSize(5), ModelDimension(4))


@st.composite
def problems(draw: st.DrawFn) -> tuple[TrainingSet, Parameters]:
    """Draw a training set and parameters that fit it, with normal entries."""
    size, dimension = draw(st.integers(2, 6)), draw(st.integers(1, 5))
    token = st.integers(0, size - 1)
    pairs = draw(st.lists(st.tuples(token, token), min_size=1, max_size=12))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    parameters = Parameters(
        rng.normal(size=(size, dimension)), rng.normal(size=(dimension, size)), rng.normal(size=size)
    )
    return TrainingSet.from_indices(*np.array(pairs).T), parameters


@st.composite
def large_problems(draw: st.DrawFn) -> tuple[TrainingSet, Parameters]:
    """Draw a problem around the sizes from which tables are worked on in blocks, with few different pairs or many."""
    size, dimension = draw(st.integers(LARGEST_WHOLE - 1, 270)), draw(st.integers(1, 5))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    examples = draw(st.sampled_from([size, size * size // 4]))
    dataset = TrainingSet.from_indices(*rng.integers(0, size, (2, examples)))
    return dataset, Parameters.random(VocabSize(size), ModelDimension(dimension), rng)


finite = st.floats(allow_nan=False, allow_infinity=False)
logits = st.lists(st.floats(-700, 700), min_size=1, max_size=12)

NOT_A_NUMBER: list[Any] = ["3", None, b"1", 1j, [1], {}, object(), (1,), "nan"]
"""Values that no constructor of one number accepts."""

NOT_AN_ARRAY: list[Any] = [
    [], [[]], [[1.0, 2.0]], [1.0, [2.0]], ["a", "b"], [None], [True, False], [True, 0.5], [0, True], [1j],
    3.0, "12", None, {}, [[1], [2, 3]],
]  # fmt: skip
"""Values that no constructor of a flat array of numbers accepts."""

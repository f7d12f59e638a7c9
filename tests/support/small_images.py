"""Images of sizes that tests draw, some of whole numbers, with which sums are exact and ties happen."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from tinyml import images

seeds = st.integers(0, 2**32 - 1)
in_front = st.sampled_from([(), (1,), (3,), (2, 2)])
sizes = st.tuples(st.integers(1, 6), st.integers(1, 6), st.integers(1, 3))
"""Rows, columns and channels."""


def seen_through(size: tuple[int, int, int], window: int) -> tuple[Any, int]:
    """Return the port of images of a size, and a window that fits on them."""
    return images(*size), min(window, *size[:2])


def whole_numbers(rng: np.random.Generator, *shape: int) -> Any:
    """Return numbers from -3 to 3: their sums and products are exact, whatever the order."""
    return rng.integers(-3, 4, shape).astype(float)

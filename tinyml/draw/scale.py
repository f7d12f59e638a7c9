"""Powers of ten: which numbers have a place on an axis of them, and between which they lie."""

from __future__ import annotations

import math
from collections.abc import Sequence


def has_a_power(number: float) -> bool:
    return math.isfinite(number) and number > 0


def powers_around(numbers: Sequence[float]) -> tuple[int, int]:
    """Return the powers of ten between which all numbers lie, at least one apart."""
    low, high = math.floor(math.log10(min(numbers))), math.ceil(math.log10(max(numbers)))
    return low, max(high, low + 1)

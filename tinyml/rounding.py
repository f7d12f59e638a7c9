"""Rounding: a number whose last digits depend on the processor, printed with the tolerance that holds on all.

    0.0009824 (± 0.5 %)    each processor prints a number at most 0.5 % of its size away from this one

Training that is long, or in low precision, amplifies the last bit of each step, and processors round that bit
differently.  Most numbers need no tolerance: print as many digits as are the same everywhere.
Law (tests/package/test_rounding.py): a tolerance is at most 2 %, and rounding takes at most a quarter of it.
"""

from __future__ import annotations

import math

from tinyml.errors import InvalidQuantity, InvalidScalar
from tinyml.validation import real_number

__all__ = ["about"]

LARGEST_TOLERANCE = 0.02


def about(value: float, tolerance: float) -> str:
    """Return a number as text, with a tolerance: a share of its size, 0.005 for 0.5 %.

    >>> print(about(0.000982437, 0.005))
    0.0009824 (± 0.5 %)
    """
    number, share = real_number("a value", value), real_number("a tolerance", tolerance)
    if not math.isfinite(number):
        raise InvalidScalar("a value with a tolerance", number)
    if number == 0:
        raise InvalidQuantity(
            "a value with a tolerance", number, "other than 0, because the tolerance is a share of it"
        )
    if not 0 < share <= LARGEST_TOLERANCE:
        raise InvalidQuantity("a tolerance", share, f"above 0 and at most {LARGEST_TOLERANCE}")
    return f"{_rounded(number, 1 + math.ceil(-math.log10(share / 2)))} (± {100 * share:.3g} %)"


def _rounded(number: float, digits: int) -> str:
    """Return a number with at least so many significant digits, and always with a point: without one it is a count."""
    exponent = math.floor(math.log10(abs(number)))
    if -5 <= exponent < 6:
        return f"{number:.{max(1, digits - 1 - exponent)}f}"
    return f"{number:.{digits - 1}e}"

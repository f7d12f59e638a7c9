"""Differences: a slope measured by a nudge to both sides, without deriving anything.

    central_difference(f, x)      (f(x + h) - f(x - h)) / 2h
    numerical_gradient(f, x)      the same for each entry of an array

What is measured comes from the values of f alone, so it can contradict a derivative that was worked out.
Laws (tests/ch04_training/test_differences.py): the slopes of a cubic are found; the error falls and then grows with h.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Protocol, TypeVar

import numpy as np

from tinyml.errors import InvalidScalar
from tinyml.validation import FloatArray

BEST_STEP = 6e-6
"""About the cube root of the spacing of floats at 1: near this h a central difference at size 1 errs least."""

S = TypeVar("S", bound="Slope")


class Slope(Protocol):
    """What a slope can be: a number, or all that can be subtracted and divided by a number."""

    def __sub__(self: S, other: S, /) -> S: ...
    def __truediv__(self: S, number: float, /) -> S: ...


def central_difference(function: Callable[[float], S], x: float, h: float = BEST_STEP) -> S:
    """Return (f(x + h) - f(x - h)) / 2h, the slope that a nudge of size h to both sides measures.

    >>> round(central_difference(lambda x: x * x, 3.0, 0.5), 12)
    6.0
    """
    if not (math.isfinite(h) and h > 0):
        raise InvalidScalar("the step h (above 0)", h)
    return (function(x + h) - function(x - h)) / (2 * h)


def numerical_gradient(function: Callable[[FloatArray], float], point: FloatArray, h: float = 1e-5) -> FloatArray:
    """Return the central differences of a function of an array, in the shape of the array.

    >>> numerical_gradient(lambda x: float((x**2).sum()), np.array([1.0, -3.0])).round(6).tolist()
    [2.0, -6.0]
    """
    result = np.zeros_like(point, dtype=np.float64)
    for position in np.ndindex(point.shape):

        def nudged(value: float, position: tuple[int, ...] = position) -> float:
            moved = np.array(point, dtype=np.float64)
            moved[position] = value
            return function(moved)

        result[position] = central_difference(nudged, float(point[position]), h)
    return result

"""Laws: how two computations are compared, and how a derivative is checked without deriving.

    close(x, y)                       |x - y| <= tolerance * max(1, |x|, |y|)
    square_commutes(f, g, h, k)       f >> g  equals  h >> k  on the given values
    dot_test(jvp, vjp)                <jvp(dx), dy>  equals  <dx, vjp(dy)>

Laws of composition are exact; derivatives are approximate and say how near they came.
Checked in tests/ch02_arrows/test_laws.py, on broken arrows too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, is_dataclass
from typing import final

import numpy as np

from tinyml.ch02_arrows.category import Morphism
from tinyml.errors import EmptyInput, ShapeMismatch
from tinyml.type_variables import A, B, C, D
from tinyml.validation import FloatArray

LEAST = float(np.finfo(np.float64).tiny)


@final
@dataclass(frozen=True, slots=True)
class LawReport:
    """What a check of a law saw: how many cases, the largest deviation, and the first case beyond the tolerance.

    A report is true when the law held in every case.
    """

    law: str
    cases: int
    worst: float
    tolerance: float
    counterexample: object = None

    @property
    def holds(self) -> bool:
        return self.worst <= self.tolerance

    def __bool__(self) -> bool:
        return self.holds

    def __str__(self) -> str:
        verdict = "holds" if self.holds else f"fails, for example at {self.counterexample}"
        cases = f"{self.cases} case" + "s" * (self.cases != 1)
        return f"{self.law}: {verdict} ({cases}, largest deviation {self.worst:.2g})"


def deviation(left: object, right: object) -> float:
    """Return the largest difference between two values, relative above size 1; inf when they differ in kind.

    >>> deviation([1.0, 2.0], [1.0, 2.5]), deviation("a", 1)
    (0.2, inf)
    """
    if is_dataclass(left) and not isinstance(left, type):
        if type(left) is not type(right):
            return float("inf")
        found = (deviation(getattr(left, field.name), getattr(right, field.name)) for field in fields(left))
        return max(found, default=0.0)
    try:
        x, y = np.asarray(left), np.asarray(right)
    except ValueError:  # lists of lists that are no rectangle
        x = y = np.asarray(None)
    if x.shape != y.shape or x.dtype.kind not in "iufb" or y.dtype.kind not in "iufb":
        return 0.0 if type(left) is type(right) and left == right else float("inf")
    if np.array_equal(x, y):
        return 0.0
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        return float("inf")
    a, b = x.astype(np.float64), y.astype(np.float64)  # a difference of integers could wrap around
    scale = np.maximum(1.0, np.maximum(np.abs(a), np.abs(b)))
    worst = 2 * (np.abs(a / 2 - b / 2) / scale).max()
    return max(float(worst), LEAST)  # integers above 2**53 can differ and be one float


def close(left: object, right: object, tolerance: float = 1e-12) -> bool:
    """Say whether two values agree entry by entry, within `tolerance` relative to max(1, |entry|)."""
    return deviation(left, right) <= tolerance


def square_commutes(
    top: Morphism[A, B],
    right: Morphism[B, D],
    left: Morphism[A, C],
    bottom: Morphism[C, D],
    values: Iterable[A],
    tolerance: float = 0.0,
) -> LawReport:
    """Compare top >> right with left >> bottom on each value; `EmptyInput` when there is no value to try."""
    over, under = top >> right, left >> bottom
    law = f"{over.name} = {under.name}"
    return try_law(law, lambda value: deviation(over(value), under(value)), values, tolerance)


def try_law(law: str, apart: Callable[[A], float], cases: Iterable[A], tolerance: float = 0.0) -> LawReport:
    """Try a law on each case, when `apart` says how far its two sides are apart; `EmptyInput` without a case."""
    worst, example, number = 0.0, None, 0
    for case in cases:
        found = apart(case)
        number += 1
        if worst <= tolerance < found:
            example = case
        worst = max(worst, found)
    if number == 0:
        raise EmptyInput("values for a law", "a law that is tried on nothing is not checked")
    return LawReport(law, number, worst, tolerance, example)


def dot_test(
    jvp: Callable[[FloatArray], FloatArray], vjp: Callable[[FloatArray], FloatArray], dx: FloatArray, dy: FloatArray
) -> LawReport:
    """Compare <jvp(dx), dy> with <dx, vjp(dy)>: the two maps are adjoint when the numbers agree for all dx, dy.

    Two maps that are zero pass this test: it says that they fit each other, not that they are a derivative.
    """
    forward, backward = jvp(dx), vjp(dy)
    if forward.shape != dy.shape or backward.shape != dx.shape:
        raise ShapeMismatch("dot test", f"{dy.shape} and {dx.shape}", f"{forward.shape} and {backward.shape}")
    left, right = float(np.vdot(forward, dy)), float(np.vdot(dx, backward))
    found, tolerance = deviation(left, right), 1e-12
    numbers = (left, right) if found > tolerance else None
    return LawReport("<jvp dx, dy> = <dx, vjp dy>", 1, found, tolerance, numbers)

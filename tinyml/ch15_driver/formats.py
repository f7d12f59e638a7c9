"""Formats: which numbers there are, and which of them a number becomes.

    format    bits for the fraction    next after 1    largest      smallest above 0    last with all its bits
    half      10                       1 + 2^-10       65504        2^-24               2^-14
    single    23                       1 + 2^-23       3.4e38       2^-149              2^-126
    double    52                       1 + 2^-52       1.8e308      2^-1074             2^-1022

    nearest       to the nearer neighbour; from halfway to the one whose last bit is 0
    stochastic    up or down, up with the chance that is the share of the gap: in the mean it stays where it was

A gap is the distance to the next number, which is also called an ulp; it doubles at each power of two.  Below the last
number with all its bits the gaps shrink no more: what is there is subnormal, and has fewer bits the smaller it is.
A step that is shorter than half a gap is lost when it is rounded, however often it is taken.
Laws (tests/ch15_driver/test_formats.py): nearest is the nearest fraction, and ties go to even, at all 65,536 halves,
each point halfway and its neighbours in single; rounding again changes nothing; it keeps the order; stochastic lands on
a neighbour, stays where a number is, and is right in the mean.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from tinyml.errors import InvalidScalar, ShapeMismatch, WrongType
from tinyml.validation import FloatArray

Floats: TypeAlias = NDArray[np.floating[Any]]

HALF, SINGLE, DOUBLE = (np.dtype(kind) for kind in (np.float16, np.float32, np.float64))
FORMATS = {"half": HALF, "single": SINGLE, "double": DOUBLE}


def format_of(where: str, kind: DTypeLike) -> np.dtype[Any]:
    """Return a format, which may be named as in `FORMATS`; refuse what is none of the three.

    >>> format_of("here", "half"), format_of("here", np.float32)
    (dtype('float16'), dtype('float32'))
    """
    named = FORMATS.get(kind) if isinstance(kind, str) else None
    try:
        found: Any = named or np.dtype(kind)
    except TypeError:
        found = None
    if kind is None or found is None or found not in FORMATS.values():  # numpy takes None for double
        raise WrongType(where, f"one of {', '.join(FORMATS)}", kind)
    own: np.dtype[Any] = found
    return own


def nearest(values: ArrayLike, kind: DTypeLike) -> FloatArray:
    """Return the nearest numbers of a format, as doubles; what is too large for it becomes infinite.

    >>> nearest([0.1, 1 + 2**-11, 65519.0, 65520.0], "half").tolist()
    [0.0999755859375, 1.0, 65504.0, inf]
    """
    short = format_of("nearest", kind)
    with np.errstate(over="ignore"):
        return _numbers("nearest", values).astype(short).astype(np.float64)


def gaps(values: ArrayLike, kind: DTypeLike) -> FloatArray:
    """Return the distance from the nearest number of a format to the next one further from zero.

    >>> gaps([1.0, 1.5, 2.0, 1e-7], "half").tolist() == [2**-10, 2**-10, 2**-9, 2**-24]
    True
    """
    short = format_of("gaps", kind)
    with np.errstate(over="ignore", invalid="ignore"):
        near = np.abs(_numbers("gaps", values)).astype(short)
        between: FloatArray = np.spacing(near).astype(np.float64)
    return between


def stochastic(values: ArrayLike, kind: DTypeLike, rng: np.random.Generator) -> FloatArray:
    """Return each number rounded to one of its two neighbours in a format, the nearer one more often.

    What is beyond the largest number of the format is rounded as `nearest` does it.

    >>> kept = stochastic(np.full(1000, 1 + 2**-12), "half", np.random.default_rng(1))
    >>> sorted(set(kept.tolist())) == [1, 1 + 2**-10]
    True
    """
    short = format_of("stochastic", kind)
    if not isinstance(rng, np.random.Generator):
        raise WrongType("stochastic", "a random generator, such as np.random.default_rng(1)", rng)
    exact = _numbers("stochastic", values)
    near = nearest(exact, short)
    up = np.where(near < exact, np.inf, -np.inf)
    with np.errstate(over="ignore", invalid="ignore"):
        other = np.nextafter(near.astype(short), up.astype(short)).astype(np.float64)
        gap = np.abs(other - near)
        share = np.abs(exact - near) / gap
    moved = rng.random(exact.shape) < share
    return np.where(moved & (near != exact) & np.isfinite(near) & np.isfinite(other), other, near)


def subnormal(values: ArrayLike, kind: DTypeLike) -> NDArray[np.bool_]:
    """Say of each number whether it becomes a subnormal one, with fewer bits than the format has; 0 is none.

    >>> subnormal([1e-4, 1e-5, 1e-8, 0.0], "half").tolist()
    [False, True, False, False]
    """
    short = format_of("subnormal", kind)
    near = np.abs(nearest(_numbers("subnormal", values), short))
    found: NDArray[np.bool_] = (near > 0) & (near < float(np.finfo(short).tiny))
    return found


def vanished(values: ArrayLike, kind: DTypeLike) -> NDArray[np.bool_]:
    """Say of each number whether it becomes 0 without being 0.

    >>> vanished([1e-7, 1e-8, 0.0], "half").tolist()
    [False, True, False]
    """
    own = _numbers("vanished", values)
    found: NDArray[np.bool_] = (nearest(own, kind) == 0) & (own != 0)
    return found


def lost(values: ArrayLike, steps: ArrayLike, kind: DTypeLike) -> NDArray[np.bool_]:
    """Say of each step whether a number of a format is still the same after it, although the step is not 0.

    >>> lost([1.0, 1.0, 0.25], [2**-11, 2**-10, 2**-11], "half").tolist()
    [True, False, False]
    """
    before, moves = _numbers("lost", values), _numbers("lost", steps)
    if before.shape != moves.shape:
        raise ShapeMismatch("lost", f"a step for each of {before.shape} numbers", str(moves.shape))
    near = nearest(before, kind)
    same: NDArray[np.bool_] = (nearest(near + moves, kind) == near) & (moves != 0)
    return same


def ulps_apart(first: Floats, second: Floats) -> int:
    """Return how many gaps of their format lie between two arrays, at the entry where most do.

    >>> one = np.float32([1.0, -0.0])
    >>> ulps_apart(one, np.nextafter(one, np.float32(2)))
    1
    """
    for array in (first, second):
        if not isinstance(array, np.ndarray) or array.dtype not in FORMATS.values():
            raise WrongType("ulps_apart", f"arrays of one of {', '.join(FORMATS)}", array)
        _refuse_no_numbers("ulps_apart", array)
    if first.dtype != second.dtype:
        raise WrongType("ulps_apart", f"two arrays of {first.dtype}", second)
    if np.shape(first) != np.shape(second):
        raise ShapeMismatch("ulps_apart", str(np.shape(first)), str(np.shape(second)))
    return max((abs(one - other) for one, other in zip(_places(first), _places(second), strict=True)), default=0)


def _places(array: Floats) -> list[int]:
    """Return the place of each number among all numbers of its format, with 0 at zero."""
    size = array.dtype.itemsize
    codes: list[int] = np.ascontiguousarray(array).ravel().view(f"u{size}").tolist()
    sign = 1 << (8 * size - 1)
    return [code if code < sign else sign - code for code in codes]


def _numbers(where: str, values: ArrayLike) -> FloatArray:
    """Return what was given as an array of doubles; refuse what is no number, or none at all."""
    array = np.asarray(values)
    if array.dtype.kind not in "iuf":
        raise WrongType(where, "numbers", values)
    _refuse_no_numbers(where, array)
    return array.astype(np.float64)


def _refuse_no_numbers(where: str, array: NDArray[Any]) -> None:
    if array.dtype.kind == "f" and np.isnan(array).any():
        raise InvalidScalar(f"a number of {where}", float("nan"))

"""A mask of parameters: a picture is a one when at most a quarter of the mask is inked in it.

    says(p, x)      =  1 where |p x| <= |p| // 4, and 0 elsewhere     |.| counts ones, p x is AND, // rounds down
    sway(p, x)_i    =  says(p + e_i, x) + says(p, x)                  in GF(2): 1 where they differ
    step at (x, t)  :  p   if the mask says t,   p + sway(p, x)   if it does not

sway is the Boolean difference: which parameters, each of them flipped alone, change what is said.  It is what the
reverse of the circuit sends back to them, if the circuit is written as the one polynomial that has no squares.  A flip
of p_i changes the two counts alone, |p| by 1 and |p x| by x_i, both up where p_i is 0 and down where it is 1, so that
all of sway costs as much as one look at the picture.  Where the counts are further from the threshold than a flip goes,
no parameter has a say, and a mistake teaches nothing.
This is the model that Wilson and Zanasi's experiments call pseudo-linear [Wilson and Zanasi 2020].
Laws (tests/benchmarks/test_benchmarks_circuits.py): sway is what flipping one parameter after the other finds, and what
R of chapter 16 sends back.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tinyml.validation import IntArray


@dataclass(frozen=True)
class Pictures:
    """Pictures as rows of bits, shape (n, size), and 1 for those of a one, shape (n,)."""

    bits: IntArray
    ones: IntArray


@dataclass(frozen=True)
class Run:
    """What teaching has done.

    kept     the mask that named most of the checked pictures right, the last of these; the start is one of them
    after    after how many examples it was found
    last     the mask at the end
    wrong    how many examples were named wrong when they came
    silent   in how many of these no parameter had a say
    """

    kept: IntArray
    after: int
    last: IntArray
    wrong: int
    silent: int


def says(mask: IntArray, bits: IntArray) -> IntArray:
    """Return what a mask says of a picture or of each row of pictures.

    >>> says(np.array([1, 1, 1, 1]), np.array([[0, 0, 1, 0], [0, 1, 1, 0]]))
    array([1, 0])
    """
    return np.asarray(bits @ mask <= mask.sum() // 4).astype(np.int64)


def sway(mask: IntArray, picture: IntArray) -> IntArray:
    """Return 1 for each parameter that changes what is said when it is flipped alone.

    >>> sway(np.array([1, 1, 1, 1]), np.array([0, 0, 1, 0]))
    array([1, 1, 0, 1])
    """
    flip = 1 - 2 * mask
    flipped = picture @ mask + flip * picture <= (mask.sum() + flip) // 4
    changed: IntArray = flipped.astype(np.int64) ^ says(mask, picture)
    return changed


def taught(teach: Pictures, check: Pictures) -> Run:
    """Return what one pass over pictures does to a mask of zeros; each mask on the way is checked."""
    mask = np.zeros(teach.bits.shape[1], np.int64)
    kept, after, most, wrong, silent = mask, 0, right(mask, check), 0, 0
    for count, (picture, one) in enumerate(zip(teach.bits, teach.ones, strict=True), 1):
        if says(mask, picture) != one:
            change = sway(mask, picture)
            mask, wrong, silent = mask ^ change, wrong + 1, silent + (not change.any())
        if (found := right(mask, check)) >= most:
            kept, after, most = mask, count, found
    return Run(kept, after, mask, wrong, silent)


def right(mask: IntArray, asked: Pictures) -> int:
    """Return how many pictures a mask names right."""
    return int((says(mask, asked.bits) == asked.ones).sum())

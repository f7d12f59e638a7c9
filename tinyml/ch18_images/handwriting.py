"""Digits: 1,797 handwritten digits of 8 x 8 pixels, and which of them a network is not shown.

    digits()               all of them, in the order of the file
    held_out(data, n)      (taught, held): the last n are held out, or n that a random generator draws

E. Alpaydin and C. Kaynak collected them: "Optical Recognition of Handwritten Digits", UCI Machine Learning Repository
(CC BY 4.0, doi 10.24432/C50P49).  These are the test half of that set, written by 13 people; scikit-learn has the same
in the same order.  Each pixel was counted from 4 x 4 black and white dots, so that it is a whole number from 0 to 16.
`digits.txt` has a line for each: the digit that was meant, and 64 pixels with a letter each, 0 to 9 and a to g.
Checked by tests/ch18_images/test_handwriting.py against scikit-learn, where that is installed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, final

import numpy as np

from tinyml.errors import InvalidQuantity, WrongType
from tinyml.validation import FloatArray, IntArray, whole_number

INK = 16
"""The number of a black pixel in the file; `Digits.images` has it as 1."""


@final
@dataclass(frozen=True)
class Digits:
    """Images with ink from 0 to 1, shape (n, 8, 8, 1), and the digit that each was meant to be, shape (n,)."""

    images: FloatArray
    labels: IntArray

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, which: Any) -> Digits:
        """Return those at these indices, or in this slice."""
        return Digits(self.images[which], self.labels[which])


@cache
def digits() -> Digits:
    """Return all digits; the arrays are read-only.

    >>> len(digits()), digits().labels[:10].tolist()
    (1797, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    """
    lines = Path(__file__).with_name("digits.txt").read_text(encoding="ascii").splitlines()
    labels = np.array([int(line[0]) for line in lines])
    ink = np.array([[int(pixel, INK + 1) for pixel in line[2:]] for line in lines])
    images = (ink / INK).reshape(-1, 8, 8, 1)
    for array in (images, labels):
        array.setflags(write=False)
    return Digits(images, labels)


def held_out(data: Digits, count: int, rng: np.random.Generator | None = None) -> tuple[Digits, Digits]:
    """Return those that teach and those that are held out: the last `count`, or as many that `rng` draws.

    >>> taught, held = held_out(digits(), 450)
    >>> len(taught), len(held)
    (1347, 450)
    """
    number = whole_number("number of digits held out", count)
    if not 1 <= number < len(data):
        raise InvalidQuantity("number of digits held out", number, f"from 1 to {len(data) - 1}")
    if rng is not None and not isinstance(rng, np.random.Generator):
        raise WrongType("held_out", "a random generator, such as np.random.default_rng(1), or None", rng)
    order = np.arange(len(data)) if rng is None else rng.permutation(len(data))
    return data[order[:-number]], data[order[-number:]]

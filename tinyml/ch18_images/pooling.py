"""Pooling: of each small square of an image the largest number goes on.

    max_pool(X, n)         Images[r, c, k] -> Images[r // n, c // n, k]
    there                  the largest of each n x n square; rows and columns that fill no square are not read
    back                   the change goes to the number that was largest; of equal ones, to the first

ReLU keeps order, so it may come before the largest is taken or after it; after it, it has n n times less to do.
Laws (tests/ch18_images/test_pooling.py): values and changes are those of a loop, and of PyTorch, with ties and odd
sizes; max_pool >> relu = relu >> max_pool, in values and in changes, exactly; no change is lost and none is doubled.
"""

from __future__ import annotations

import numpy as np

from tinyml.ch11_lens.lenses import Lens, optic
from tinyml.ch18_images.patches import ImagePort, Images, ImagesChange, images, size_of
from tinyml.errors import InvalidQuantity
from tinyml.validation import whole_number


def max_pool(source: ImagePort, size: int = 2) -> Lens[ImagePort, ImagePort]:
    """Return the lens that keeps the largest number of each square.

    >>> max_pool(images(5, 4, 8))
    max pool 2 : (Images[5, 4, 8], ImagesChange[5, 4, 8]) -> (Images[2, 2, 8], ImagesChange[2, 2, 8])
    """
    rows, columns, channels = size_of("max_pool", source)
    number = whole_number("size of a square", size)
    if not 1 <= number <= min(rows, columns):
        raise InvalidQuantity(f"size of a square on {source.points}", number, f"from 1 to {min(rows, columns)}")
    down, across = rows // number, columns // number
    corners = [
        (..., slice(i, down * number, number), slice(j, across * number, number), slice(None))
        for i in range(number)
        for j in range(number)
    ]
    target = images(down, across, channels)

    def forward(x: Images) -> tuple[Images, tuple[Images, Images]]:
        largest = x[corners[0]].copy(order="K")  # as it is in memory
        for corner in corners[1:]:
            np.maximum(largest, x[corner], out=largest)
        return Images(largest), (x, Images(largest))

    def backward(kept: tuple[Images, Images], change: ImagesChange) -> ImagesChange:
        x, largest = kept
        total, left = np.zeros_like(x, change.dtype), np.empty_like(largest, change.dtype)
        left[...] = change
        for corner in corners:
            taken = total[corner]
            np.multiply(left, x[corner] == largest, out=taken)
            left -= taken
        return ImagesChange(total)

    return optic(f"max pool {number}", source, target, forward, backward)

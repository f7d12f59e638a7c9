"""Convolution: one small kernel for all places, which is a large linear layer tied along copies.

    correlate(X, m, n)     m kernels of n x n: at each place, patch times kernels plus offsets
                           = windows >> linear >> bias, in which the places are examples
    spread(X, m, n)        a 2-cell  Weights[n n k, m] -> Weights[r c k, r' c' m]: the kernels, copied to every place
                           of a matrix that is zero elsewhere; back, the changes of all copies are added

    linear(r c k, r' c' m) along spread  =  correlate without its offsets, between flattened images

`correlate` reads a batch with its examples next to each other in memory: numpy's loops are long where they run over
examples, and short where they run over channels.  Where images are data and no change of them is wanted, their port is
`pictures`, and none is computed.
What networks call convolution does not turn the kernel around, as mathematicians do: it is cross-correlation.
Laws (tests/ch18_images/test_convolution.py): both equations, exactly over whole numbers; values are those of SciPy and
changes those of PyTorch; a shifted image has the shifted answer.
"""

from __future__ import annotations

from typing import TypeAlias, cast

import numpy as np

from tinyml.ch01_objects.domain import Product
from tinyml.ch11_lens.lenses import Lens
from tinyml.ch11_lens.ports import UNIT, Port, both
from tinyml.ch11_lens.wires import rewired
from tinyml.ch12_para.layers import Offsets, OffsetsChange, Weights, WeightsChange
from tinyml.ch12_para.parametric import Para, para
from tinyml.ch12_para.trees import array
from tinyml.ch18_images.patches import (
    ImagePort,
    Images,
    ImagesChange,
    Patches,
    images,
    places,
    size_of,
    windows,
)
from tinyml.errors import InvalidQuantity
from tinyml.type_variables import dA
from tinyml.validation import FloatArray, IntArray, whole_number

Kernels: TypeAlias = Port[Product[Offsets, Weights], Product[OffsetsChange, WeightsChange]]
"""What a convolution has at its side, in the brackets of linear >> bias."""
Matrix: TypeAlias = Port[Weights, WeightsChange]
Kept: TypeAlias = tuple[Weights, FloatArray, tuple[int, ...]]
"""Kernels, what they saw, and the axes in front of the images."""


def correlate(source: Port[Images, dA], kernels: int, size: int) -> Para[Kernels, Port[Images, dA], ImagePort]:
    """Return the layer that reads an image with so many kernels of size x size, each giving one channel.

    >>> layer = correlate(images(8, 8), kernels=8, size=3)
    >>> print(layer.target, layer.parameters, sep="; ")
    (Images[6, 6, 8], ImagesChange[6, 6, 8]); (Offsets[8] x Weights[9, 8], OffsetsChange[8] x WeightsChange[9, 8])
    """
    rows, columns, channels = size_of("correlate", source)
    parameters = both(array(Offsets, OffsetsChange, kernels), _kernel_port(source, kernels, size))
    down, across = places(source, size)
    moves = source.changes != UNIT.points

    def forward(own: Product[Offsets, Weights], x: Images) -> tuple[Images, Kept]:
        planes = _planes(x)
        table = np.empty((size, size, channels, down, across, planes.shape[-1]), x.dtype)
        for i in range(size):
            for j in range(size):
                table[i, j] = planes[:, i : i + down, j : j + across]
        seen = table.reshape(len(own.second), -1)
        result = own.second.T @ seen
        result += own.first[:, None]
        answers = result.reshape(kernels, down, across, -1)
        return _images(answers, x.shape[:-3]), (own.second, seen, x.shape[:-3])

    def backward(kept: Kept, change: ImagesChange) -> tuple[Product[OffsetsChange, WeightsChange], dA]:
        weights, seen, front = kept
        flat = _planes(change).reshape(kernels, -1)
        own = Product(OffsetsChange(flat.sum(axis=1)), WeightsChange(seen @ flat.T))
        if not moves:
            return own, cast(dA, ())
        copies = (weights @ flat).reshape(size, size, channels, down, across, -1)
        total = np.zeros((channels, rows, columns, copies.shape[-1]), copies.dtype)
        for i in range(size):
            for j in range(size):
                total[:, i : i + down, j : j + across] += copies[i, j]
        return own, cast(dA, _images(total, front))

    return para("correlate", parameters, source, images(down, across, kernels), forward, backward)


def spread(source: ImagePort, kernels: int, size: int) -> Lens[Matrix, Matrix]:
    """Return the 2-cell that writes kernels into a matrix from flattened images to flattened answers, at every place.

    >>> lens = spread(images(4, 4), kernels=1, size=2)
    >>> print(lens.source.points, "->", lens.target.points)
    Weights[4, 1] -> Weights[16, 9]
    """
    rows, columns, channels = size_of("spread", source)
    small, seen = _kernel_port(source, kernels, size), _seen(source, size)
    number = len(seen)
    which = np.arange(number)[:, None]
    large = rows * columns * channels, number, kernels

    def there(own: Weights) -> Weights:
        table = np.zeros(large, own.dtype)
        table[seen, which] = own
        return Weights(table.reshape(large[0], -1))

    def back(change: WeightsChange) -> WeightsChange:
        return WeightsChange(change.reshape(large)[seen, which].sum(axis=0))

    matrix = array(Weights, WeightsChange, large[0], number * kernels)
    return rewired("spread", small, matrix, there, back)


def _kernel_port(source: Port[Images, dA], kernels: int, size: int) -> Matrix:
    channels = size_of("correlate", source)[2]
    number = whole_number("number of kernels", kernels)
    if number < 1:
        raise InvalidQuantity("number of kernels", number, "1 or more")
    places(source, size)
    return array(Weights, WeightsChange, size * size * channels, number)


def _seen(source: ImagePort, size: int) -> IntArray:
    """Return for each place which numbers of a flattened image its window sees."""
    rows, columns, channels = size_of("spread", source)
    numbered = Images(np.arange(float(rows * columns * channels)).reshape(rows, columns, channels))
    patches: Patches = windows(source, size).get(numbered)
    return patches.reshape(-1, patches.shape[-1]).astype(np.int64)


def _planes(values: Images | ImagesChange) -> FloatArray:
    """Return images (..., r, c, k) as (k, r, c, n), in this order in memory: examples are next to each other."""
    planes = values.reshape(-1, *values.shape[-3:]).transpose(3, 1, 2, 0)
    return np.ascontiguousarray(planes)


def _images(planes: FloatArray, front: tuple[int, ...]) -> Images:
    """Return planes (k, r, c, n) as images with these axes in front; with one, or none, it is a view."""
    number, rows, columns, channels = (planes.shape[axis] for axis in (3, 1, 2, 0))
    own = planes.transpose(3, 1, 2, 0)
    return Images(own if front == (number,) else own.reshape(*front, rows, columns, channels))

"""Windows: an image is read through a small window, at every place where the window fits.

    images(r, c, k)        the port of images: r rows, c columns, k channels; any axes may be in front, for examples
    pictures(r, c, k)      the same values, without changes: images that are data
    windows(X, n)          Images[r, c, k] -> Patches[n n k], with the places of the window, r - n + 1 down and
                           c - n + 1 across, as two more axes in front
    there                  each place copies the n n k numbers that it sees
    back                   each number of the image adds up what comes back from all places that saw it
    flatten(X)             Images[r, c, k] -> Vectors[r c k], and back

Nothing is computed: both are wires, and what is copied on the way there is added on the way back.
Laws (tests/ch18_images/test_patches.py): windows and flatten are what their loops say; each is the transpose of its way
back, exactly over whole numbers; the windows of a shifted image are the windows, shifted.
"""

from __future__ import annotations

from typing import Any, NewType, TypeAlias

import numpy as np

from tinyml.ch02_arrows.space import Space
from tinyml.ch11_lens.lenses import Lens, optic
from tinyml.ch11_lens.ports import UNIT, Port, Unit, check_numbers, check_unit, port
from tinyml.ch12_para.layers import Vectors, VectorsChange, vectors
from tinyml.errors import InvalidQuantity, WrongType
from tinyml.validation import FloatArray, whole_number

Images = NewType("Images", FloatArray)
ImagesChange = NewType("ImagesChange", FloatArray)
Patches = NewType("Patches", FloatArray)
PatchesChange = NewType("PatchesChange", FloatArray)

ImagePort: TypeAlias = Port[Images, ImagesChange]
Layout: TypeAlias = tuple[tuple[int, ...], Any]
"""Shape and dtype of images that are not themselves kept."""


def images(rows: int, columns: int, channels: int = 1) -> ImagePort:
    """Return the port of images of one size; a grey image has one channel.

    >>> print(images(8, 8))
    (Images[8, 8, 1], ImagesChange[8, 8, 1])
    """
    return port(Images, ImagesChange, *_sizes(rows, columns, channels))


def pictures(rows: int, columns: int, channels: int = 1) -> Port[Images, Unit]:
    """Return the port of images that are data: as of tokens, there are no small changes of them.

    >>> print(pictures(8, 8))
    (Images[8, 8, 1], Unit)
    """
    return Port(Space("Images", _sizes(rows, columns, channels)), UNIT.points, (check_numbers, check_unit))


def windows(source: ImagePort, size: int) -> Lens[ImagePort, Port[Patches, PatchesChange]]:
    """Return the lens that reads an image through a window of size x size, at every place where it fits.

    A patch is read row by row, and in each place channel by channel.

    >>> windows(images(3, 4), 2).get(np.arange(12.0).reshape(3, 4, 1))[0, 0]
    array([0., 1., 4., 5.])
    """
    rows, columns, channels = size_of("windows", source)
    down, across = places(source, size)
    target: Port[Patches, PatchesChange] = port(Patches, PatchesChange, size * size * channels)

    def forward(x: Images) -> tuple[Patches, Layout]:
        table = np.empty((*x.shape[:-3], down, across, size, size, channels), x.dtype)
        for i in range(size):
            for j in range(size):
                table[..., i, j, :] = x[..., i : i + down, j : j + across, :]
        return Patches(table.reshape(*table.shape[:-3], -1)), (x.shape, x.dtype)

    def backward(kept: Layout, change: PatchesChange) -> ImagesChange:
        shape, kind = kept
        table = change.reshape(*shape[:-3], down, across, size, size, channels)
        total = np.zeros((*shape[:-3], rows, columns, channels), kind)
        for i in range(size):
            for j in range(size):
                total[..., i : i + down, j : j + across, :] += table[..., i, j, :]
        return ImagesChange(total)

    return optic(f"windows {size}", source, target, forward, backward)


def flatten(source: ImagePort) -> Lens[ImagePort, Port[Vectors, VectorsChange]]:
    """Return the lens that writes the rows of an image one after the other.

    >>> flatten(images(6, 6, 8))
    flatten : (Images[6, 6, 8], ImagesChange[6, 6, 8]) -> (Vectors[288], VectorsChange[288])
    """
    rows, columns, channels = size_of("flatten", source)
    target = vectors(rows * columns * channels)

    def forward(x: Images) -> tuple[Vectors, tuple[int, ...]]:
        return Vectors(x.reshape(*x.shape[:-3], -1)), x.shape

    def backward(shape: tuple[int, ...], change: VectorsChange) -> ImagesChange:
        return ImagesChange(change.reshape(shape))

    return optic("flatten", source, target, forward, backward)


def size_of(layer: str, source: Port[Images, Any]) -> tuple[int, int, int]:
    """Return rows, columns and channels of a port of images; refuse what is none."""
    if not isinstance(source, Port) or source.points.kind != "Images" or len(source.points.size) != 3:
        raise WrongType(layer, "a port of images, such as images(8, 8)", source)
    rows, columns, channels = source.points.size
    return rows, columns, channels


def places(source: Port[Images, Any], size: int) -> tuple[int, int]:
    """Return at how many places a window fits, down and across."""
    rows, columns, _ = size_of("windows", source)
    number = _at_least_one("size of a window", size)
    if number > min(rows, columns):
        raise InvalidQuantity(f"size of a window on {source.points}", number, f"at most {min(rows, columns)}")
    return rows - number + 1, columns - number + 1


def _sizes(rows: int, columns: int, channels: int) -> tuple[int, ...]:
    named = (("rows", rows), ("columns", columns), ("channels", channels))
    return tuple(_at_least_one(f"number of {name}", size) for name, size in named)


def _at_least_one(what: str, size: int) -> int:
    number = whole_number(what, size)
    if number < 1:
        raise InvalidQuantity(what, number, "1 or more")
    return number

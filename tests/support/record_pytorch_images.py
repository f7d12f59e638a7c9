"""Write down what PyTorch makes of images: `python tests/support/record_pytorch_images.py`, where torch is installed.

Convolutions and pools of a few sizes, and the classifier of chapter 18 with its stored parameters on 20 digits, all in
float64.  The tests compare with the file and need no PyTorch, whose images have their channels before their rows.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

RECORD = Path(__file__).parents[1] / "ch18_images" / "pytorch_2_13.json"

CASES: dict[str, tuple[tuple[int, int, int, int], int, int]] = {
    "digits": ((3, 8, 8, 1), 8, 3),
    "channels": ((2, 6, 5, 3), 4, 2),
    "one place": ((2, 4, 4, 2), 3, 4),
    "dots": ((1, 3, 4, 2), 2, 1),
}
"""Shapes of images (number, rows, columns, channels), how many kernels, and their size."""

POOLS: dict[str, tuple[tuple[int, int, int, int], int]] = {
    "pool": ((2, 6, 6, 3), 2),
    "odd pool": ((2, 7, 5, 2), 2),
    "pool of three": ((1, 9, 10, 1), 3),
}


def numbers(shape: Sequence[int], seed: int) -> Any:
    """Return numbers between -1 and 1 by a rule that needs no library."""
    flat = [((place * 37 + seed * 101) % 199) / 99.5 - 1 for place in range(math.prod(shape))]
    return np.array(flat).reshape(shape)


def tied_numbers(shape: Sequence[int]) -> Any:
    """Return whole numbers from -2 to 2, of which squares often have the largest twice."""
    return np.array([(place * place // 3) % 5 - 2 for place in range(math.prod(shape))], float).reshape(shape)


def main() -> None:
    import torch  # noqa: PLC0415

    from tinyml import digits, learnt  # noqa: PLC0415

    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)
    functional = torch.nn.functional

    def turned(x: Any) -> Any:
        return torch.tensor(np.moveaxis(x, -1, 1).copy())

    def back(x: Any) -> list[float]:
        array = x.detach().numpy()
        return [float(value) for value in (np.moveaxis(array, 1, -1) if array.ndim == 4 else array).ravel()]

    def kernels(weights: Any, size: int) -> Any:
        return np.moveaxis(np.asarray(weights).reshape(size, size, -1, np.shape(weights)[1]), (3, 2), (0, 1)).copy()

    def in_rows(change: Any) -> list[float]:
        """Return the change of kernels (k, channels, n, n) in the order of our matrix (n n channels, k)."""
        return [float(value) for value in change.permute(2, 3, 1, 0).reshape(-1)]

    record: dict[str, Any] = {}
    for name, (shape, count, size) in CASES.items():
        x = turned(numbers(shape, 1)).requires_grad_()
        own = torch.tensor(kernels(numbers((size * size * shape[3], count), 2), size)).requires_grad_()
        offsets = torch.tensor(numbers((count,), 3)).requires_grad_()
        y = functional.conv2d(x, own, offsets)
        y.backward(turned(numbers((shape[0], *y.shape[2:], count), 4)))
        record[name] = [back(y), back(offsets.grad), in_rows(own.grad), back(x.grad)]
    for name, (shape, size) in POOLS.items():
        x = turned(tied_numbers(shape)).requires_grad_()
        y = functional.max_pool2d(x, size)
        y.backward(turned(np.arange(1.0, y.numel() + 1).reshape(shape[0], *y.shape[2:], shape[3])))
        record[name] = [back(y), back(x.grad)]
    vector = torch.tensor(np.array(learnt())).requires_grad_()
    some = digits()[:20]
    offsets, weights, own_offsets, own = vector[:10], vector[10:730], vector[730:738], vector[738:]
    y = functional.conv2d(turned(some.images), own.reshape(3, 3, 1, 8).permute(3, 2, 0, 1), own_offsets)
    flat = functional.relu(functional.max_pool2d(y, 2)).permute(0, 2, 3, 1).reshape(len(some), -1)
    loss = functional.cross_entropy(flat @ weights.reshape(72, 10) + offsets, torch.tensor(some.labels.copy()))
    loss.backward()
    record["classifier"] = [[loss.item()], back(vector.grad)]
    RECORD.write_text(json.dumps(record, indent=1).replace("\n   ", " ").replace("\n  ]", "]") + "\n", encoding="utf-8")
    print(torch.__version__)


if __name__ == "__main__":
    main()

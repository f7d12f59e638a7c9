"""Write down what PyTorch's attention gives, where it is installed: `python tests/support/record_pytorch_attention.py`.

Its scaled_dot_product_attention under masks, and MultiheadAttention under the causal one, in float64.  The tests
compare with the file and need no PyTorch, whose matrices are ours turned around.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

RECORD = Path(__file__).parents[1] / "ch19_attention" / "pytorch_2_13.json"

READS: dict[str, tuple[tuple[int, ...], int, int, int]] = {
    "reads": ((2,), 3, 4, 2),
    "itself": ((1, 2), 4, 4, 3),
    "one key": ((1,), 3, 1, 2),
}
"""Axes in front, queries, keys, and their width."""

LAYERS: dict[str, tuple[tuple[int], int, int, int]] = {
    "one head": ((2,), 4, 3, 1),
    "two heads": ((3,), 5, 4, 2),
    "one place": ((2,), 1, 6, 3),
}
"""Axes in front, length, features and heads."""


def numbers(shape: Sequence[int], seed: int) -> Any:
    """Return numbers between -1 and 1 by a rule that needs no library."""
    flat = [((place * 37 + seed * 101) % 199) / 99.5 - 1 for place in range(math.prod(shape))]
    return np.array(flat).reshape(shape)


def masked(number: int, read: int) -> Any:
    """Return a mask that forbids some, and to no query everything."""
    return np.array([[(3 * i + 5 * j) % 4 != 1 or j == i % read for j in range(read)] for i in range(number)])


def main() -> None:
    import torch  # noqa: PLC0415

    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)

    def tensor(values: Any) -> Any:
        return torch.tensor(values).requires_grad_()

    def flat(values: Any) -> list[float]:
        return [float(value) for value in values.detach().numpy().ravel()]

    record: dict[str, Any] = {}
    for name, (front, number, read, width) in READS.items():
        sizes = ((number, 1), (read, 2), (read, 3))
        q, k, v = (tensor(numbers((*front, length, width), seed)) for length, seed in sizes)
        mask = torch.tensor(masked(number, read))
        y = torch.nn.functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        y.backward(torch.tensor(numbers(y.shape, 4)))
        record[name] = [flat(own) for own in (y, q.grad, k.grad, v.grad)]
    for name, (front, length, size, heads) in LAYERS.items():
        layer = torch.nn.MultiheadAttention(size, heads, batch_first=True)
        with torch.no_grad():
            layer.out_proj.bias.copy_(torch.tensor(numbers((size,), 1)))
            layer.out_proj.weight.copy_(torch.tensor(numbers((size, size), 2)).T)
            layer.in_proj_bias.copy_(torch.tensor(numbers((3 * size,), 3)))
            layer.in_proj_weight.copy_(torch.tensor(numbers((size, 3 * size), 4)).T)
        x = tensor(numbers((*front, length, size), 5))
        mask = ~torch.tril(torch.ones(length, length, dtype=torch.bool))
        y, _ = layer(x, x, x, attn_mask=mask, need_weights=False)
        y.backward(torch.tensor(numbers(y.shape, 6)))
        sides = (layer.out_proj.bias.grad, layer.out_proj.weight.grad.T, layer.in_proj_bias.grad)
        record[name] = [flat(own) for own in (y, *sides, layer.in_proj_weight.grad.T, x.grad)]
    RECORD.write_text(json.dumps(record).replace("]], ", "]],\n") + "\n", encoding="utf-8")
    print(torch.__version__)


if __name__ == "__main__":
    main()

"""Write down where PyTorch's optimisers go: `python tests/support/record_pytorch.py`, where torch is installed.

Three problems in float64: the model of the book on its text, a valley of six numbers that is a hundred times as steep
in one direction as in another, and Rosenbrock's banana.  The tests compare with the file and need no PyTorch.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

RECORD = Path(__file__).parents[1] / "ch14_optimisers" / "pytorch_2_13.json"
STEPS = 50
WRITTEN = (1, 2, 3, 10, 25, 50)

RATES = {"tiny": (1.0, 0.1), "valley": (0.01, 0.05), "banana": (0.0005, 0.02)}
"""For each problem the rate of descent with and without momentum, and that of adaptive updates."""


def rate_after(done: int) -> float:
    """Return by what the rate is multiplied: five steps of warm-up, and then half a cosine."""
    return (done + 1) / 5 if done < 5 else (1 + math.cos(math.pi * (done - 5) / 45)) / 2


def start_of(problem: str) -> list[float]:
    if problem == "valley":
        return [1.0, -2.0, 0.5, 3.0, -1.0, 0.25]
    if problem == "banana":
        return [-1.2, 1.0]
    table, head = ([(((place * 37 + seed * 101) % 1000) / 1000 - 0.5) * 0.2 for place in range(20)] for seed in (1, 2))
    return [0.0] * 5 + head + table


def curvatures() -> list[list[float]]:
    """Return the valley's matrix: curvatures 1 to 100, seen from axes that a reflection has turned."""
    normal = [1.0, 2.0, -1.0, 0.5, 1.5, -0.5]
    size = sum(one * one for one in normal)
    mirror = [[(i == j) - 2 * normal[i] * normal[j] / size for j in range(6)] for i in range(6)]
    steep = [100 ** (k / 5) for k in range(6)]
    return [[sum(mirror[i][k] * steep[k] * mirror[j][k] for k in range(6)) for j in range(6)] for i in range(6)]


def main() -> None:
    import torch  # noqa: PLC0415

    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(1)

    def loss_of(problem: str, p: Any) -> Any:
        if problem == "valley":
            return 0.5 * p @ (torch.tensor(curvatures()) @ p)
        if problem == "banana":
            return (1 - p[0]) ** 2 + 100 * (p[1] - p[0] ** 2) ** 2
        inputs, targets = torch.tensor([1, 2, 3, 4, 1, 2, 3]), torch.tensor([2, 3, 4, 1, 2, 3, 4])
        scores = p[25:].reshape(5, 4)[inputs] @ p[5:25].reshape(4, 5) + p[:5]
        return torch.nn.functional.cross_entropy(scores, targets)

    def optimisers(rate: float, own: float) -> dict[str, Callable[[Any], Any]]:
        betas = (0.9, 0.999)
        return {
            "descent": lambda p: torch.optim.SGD(p, lr=rate),
            "momentum": lambda p: torch.optim.SGD(p, lr=rate, momentum=0.5),
            "nesterov": lambda p: torch.optim.SGD(p, lr=rate, momentum=0.5, nesterov=True),
            "clipped momentum": lambda p: torch.optim.SGD(p, lr=rate, momentum=0.5),
            "penalised momentum": lambda p: torch.optim.SGD(p, lr=rate, momentum=0.5, weight_decay=0.01),
            "adagrad": lambda p: torch.optim.Adagrad(p, lr=own, eps=1e-7),
            "rmsprop": lambda p: torch.optim.RMSprop(p, lr=own / 10, alpha=0.9, eps=1e-8),
            "adam": lambda p: torch.optim.Adam(p, lr=own, betas=betas, eps=1e-8),
            "adamw": lambda p: torch.optim.AdamW(p, lr=own, betas=betas, eps=1e-8, weight_decay=0.01),
            "scheduled adamw": lambda p: torch.optim.AdamW(p, lr=own, betas=betas, eps=1e-8, weight_decay=0.01),
        }

    def run(problem: str, name: str, make: Callable[[Any], Any]) -> dict[str, list[float]]:
        p = torch.tensor(start_of(problem), requires_grad=True)
        own = make([p])
        factor = rate_after if name.startswith("scheduled") else lambda _: 1.0
        pace = torch.optim.lr_scheduler.LambdaLR(own, factor)
        seen: dict[str, list[float]] = {}
        for step in range(1, STEPS + 1):
            own.zero_grad()
            loss_of(problem, p).backward()
            if name.startswith("clipped"):
                torch.nn.utils.clip_grad_norm_([p], 0.2)
            own.step()
            pace.step()
            if step in WRITTEN:
                seen[str(step)] = p.detach().tolist()
        return seen

    record = {
        problem: {name: run(problem, name, make) for name, make in optimisers(*rates).items()}
        for problem, rates in RATES.items()
    }
    lines = json.dumps({"torch": torch.__version__, **record}, indent=None, allow_nan=False)
    RECORD.write_text(lines.replace("}, ", "},\n") + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

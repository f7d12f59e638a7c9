"""Where PyTorch's optimisers went, in float64: each of ours goes there too, on three problems, within 1e-10.

`record_pytorch.py` has written the record down.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from record_pytorch import RATES, RECORD, STEPS, WRITTEN, curvatures, rate_after, start_of
from small_optimisers import INPUTS, TARGETS, learner, loss_at

from tinyml import (
    Product,
    adagrad,
    adam,
    adamw,
    clipped_norm,
    descent,
    l2_penalty,
    momentum,
    nesterov,
    rmsprop,
    scheduled,
    starting,
)
from tinyml.ch12_para.trees import flat

WENT = json.loads(RECORD.read_text(encoding="utf-8"))
VALLEY = np.array(curvatures())


def slope(problem: str, p: Any) -> Any:
    """Return the gradient; that of the model is what comes back to its parameters for a change 1 of the loss."""
    if problem == "valley":
        return VALLEY @ p
    if problem == "banana":
        x, y = p
        return np.array([-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)])
    whole = learner(descent(flat(45))).whole  # its cap sends -1 back, and descent adds
    return p - whole.backward(whole.forward(Product(TARGETS, p), INPUTS)[1], ())[0].second


OURS: dict[str, Callable[[Any, float, float], tuple[Any, float]]] = {
    "descent": lambda port, rate, own: (scheduled(port, rate), 1.0),
    "momentum": lambda port, rate, own: (momentum(port, 0.5), rate),
    "nesterov": lambda port, rate, own: (nesterov(port, 0.5), rate),
    "clipped momentum": lambda port, rate, own: (
        momentum(port, 0.5) >> clipped_norm(port, 0.2 * rate, eps=1e-6 * rate),
        rate,
    ),
    "penalised momentum": lambda port, rate, own: (momentum(port, 0.5) >> l2_penalty(port, 0.01 * rate), rate),
    "adagrad": lambda port, rate, own: (adagrad(port, own, eps=1e-7), 1.0),
    "rmsprop": lambda port, rate, own: (rmsprop(port, own / 10, 0.9, eps=1e-8), 1.0),
    "adam": lambda port, rate, own: (adam(port, own, eps=1e-8), 1.0),
    "adamw": lambda port, rate, own: (adamw(port, own, eps=1e-8, decay=0.01), 1.0),
    "scheduled adamw": lambda port, rate, own: (
        adamw(port, lambda done: own * rate_after(done), eps=1e-8, decay=0.01),
        1.0,
    ),
}


@pytest.mark.parametrize("problem", sorted(RATES))
@pytest.mark.parametrize("name", sorted(OURS))
def test_an_optimiser_goes_where_that_of_pytorch_went(name: str, problem: str) -> None:
    start = np.array(start_of(problem))
    update, cap = OURS[name](flat(len(start)), *RATES[problem])
    state, written = starting(update, start), WENT[problem][name]
    assert sorted(map(int, written)) == list(WRITTEN)
    for step in range(1, STEPS + 1):
        place, kept = update.forward(state)
        state = update.backward(kept, -cap * slope(problem, place))
        if step in WRITTEN:
            there = np.array(written[str(step)])
            found = update.forward(state)[0]  # of Nesterov, PyTorch keeps what is read
            assert np.abs(found - there).max() <= 1e-10 * max(1.0, float(np.abs(there).max()))


def test_the_record_is_that_of_all_and_only_these() -> None:
    assert WENT.pop("torch") == "2.13.0+cpu"
    assert sorted(WENT) == sorted(RATES)
    assert all(sorted(WENT[problem]) == sorted(OURS) for problem in RATES)
    assert np.allclose(np.linalg.eigvalsh(VALLEY), [100 ** (k / 5) for k in range(6)])
    assert loss_at(np.array(WENT["tiny"]["momentum"]["10"])) == pytest.approx(0.939719, abs=6e-7)

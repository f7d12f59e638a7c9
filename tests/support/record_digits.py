"""Train the classifier of chapter 18 and write its parameters: `python tests/support/record_digits.py`.

The test of `learnt` trains again and compares, so that the file is never older than what it says it is.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

import tinyml
from tinyml import adam, constant_rate, cross_entropy, digits, flattened, held_out, initialise, starting, supervised
from tinyml.ch18_images.classifier import digit_classifier, followed

WRITTEN = Path(tinyml.__file__).parent / "ch18_images" / "learnt.txt"


def trained() -> Any:
    """Return the vector that the protocol of `learnt` leads to, and both curves."""
    network: Any = digit_classifier()
    vector: Any = flattened(network.parameters)
    rng = np.random.default_rng(18)
    start = vector.backward((), initialise(network.parameters, rng))
    model = network.reparametrise(vector)
    update = adam(model.parameters, 0.01, 0.9, 0.999, eps=1e-8)
    learner: Any = supervised(model, update, cross_entropy(10), constant_rate(1))
    taught, held = held_out(digits(), 450)
    state, seen = followed(learner, starting(update, start), taught, held, 30, 32, rng)
    return update.get(state), seen


if __name__ == "__main__":
    parameters, curves = trained()
    rows = np.round(1000 * parameters).astype(int).reshape(-1, 30)
    WRITTEN.write_text("\n".join(" ".join(map(str, row)) for row in rows) + "\n", encoding="ascii")
    print({name: row[-1] for name, row in curves.items()})

"""One step: what does training do?

One update: the measurement leaves the parameters, the update comes back to them.
"""

from __future__ import annotations

from collections.abc import Iterator

from tinyml.ch01_objects.parameters import Parameters
from tinyml.ch01_objects.quantities import ModelDimension
from tinyml.ch03_prediction.loss import average_loss
from tinyml.demo.telling import DATASET, START, STEP, VOCAB, measurement


def lines() -> Iterator[str]:
    yield f"{type(STEP).__name__} : {STEP}"
    yield f"{measurement()}"
    after = STEP(START)
    yield f"loss before {average_loss(START, DATASET).value:.6f}, after {average_loss(after, DATASET).value:.6f}"
    yield f"bias after: {' '.join(f'{entry:.6f}' for entry in after.bias)}"
    yield f"the start is what it was: {Parameters.init(VOCAB, ModelDimension(4)) == START}"

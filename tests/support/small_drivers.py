"""Linear models for a driver: their parameters, the functions that they hand over, and steps that fail at a place."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinyml import BackwardOutput, across, adamw, linear, mse_loss_backward, squared, vectors
from tinyml import bias as bias_of

RATE, DECAY, EPS = 0.1, 0.01, 1e-8


def adamw_across(gradients: Any = "double", arithmetic: Any = "single") -> Any:
    return across(lambda port: adamw(port, RATE, eps=EPS, decay=DECAY), arithmetic=arithmetic, gradients=gradients)


def linear_model(rows: int = 3, columns: int = 2) -> tuple[Any, Any]:
    """Return a linear layer with offsets, and the mean of squares."""
    model: Any = linear(vectors(rows), vectors(columns)) >> bias_of(vectors(columns))
    return model, squared(vectors(columns), "the mean")


def batch(number: int, count: int = 4, rows: int = 3, columns: int = 2) -> tuple[Any, Any]:
    """Return inputs and targets with normal entries."""
    rng = np.random.default_rng(number)
    return rng.normal(size=(count, rows)), rng.normal(size=(count, columns))


def drawn_arrays(number: int, shapes: Any, kind: Any = np.float64) -> tuple[Any, ...]:
    rng = np.random.default_rng(number)
    return tuple(rng.normal(size=shape).astype(kind) for shape in shapes)


def affine(parameters: Any) -> tuple[Any, Any]:
    """Return forward and backward of inputs W + b in numpy alone; they hold the parameters, as they have to."""
    weights, offsets = parameters
    held: list[Any] = []

    def forward(inputs: Any) -> Any:
        held[:] = [inputs[0]]
        return inputs[0] @ weights + offsets

    def backward(predictions: Any, target: Any) -> BackwardOutput:
        loss, slope = mse_loss_backward(predictions, target)
        return BackwardOutput(loss, slope, (held[0].T @ slope, slope.sum(axis=0)))

    return forward, backward


def saying(gradients: Any, loss: float = 1.0) -> tuple[Any, Any]:
    """Return a forward and a backward that say what they were told, whatever the parameters are."""
    predictions = np.zeros(1)
    return lambda _: predictions, lambda _, __: BackwardOutput(loss, np.zeros(1), tuple(gradients))

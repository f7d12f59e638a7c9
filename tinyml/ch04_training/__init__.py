"""Training: one step is an arrow from parameters to parameters."""

from tinyml.ch04_training.differences import *
from tinyml.ch04_training.training import *

__all__ = [
    "BEST_STEP",
    "ExampleTrace",
    "TrainStep",
    "UpdateTrace",
    "accumulate",
    "central_difference",
    "descend",
    "error_signal",
    "gradient",
    "gradient_by_example",
    "numerical_gradient",
    "trace_example",
    "trace_step",
]

"""Training: one step is an arrow from parameters to parameters."""

from tinyml.ch04_training.training import *

__all__ = [
    "ExampleTrace",
    "TrainStep",
    "UpdateTrace",
    "accumulate",
    "descend",
    "error_signal",
    "gradient",
    "gradient_by_example",
    "trace_example",
    "trace_step",
]

"""Optimisers: updates that remember, and what each of them keeps."""

from tinyml.ch14_optimisers.adaptive import *
from tinyml.ch14_optimisers.clipping import *
from tinyml.ch14_optimisers.memories import *
from tinyml.ch14_optimisers.momenta import *
from tinyml.ch14_optimisers.schedules import *
from tinyml.ch14_optimisers.symmetries import *

__all__ = [
    "Done",
    "Schedule",
    "Squares",
    "adagrad",
    "adam",
    "adamw",
    "clipped_norm",
    "clipped_values",
    "commutes_with",
    "conserves",
    "constant",
    "contraction",
    "cosine",
    "decoupled_decay",
    "feature_rotation",
    "l2_penalty",
    "misprinted_adam",
    "misprinted_momentum",
    "misprinted_nesterov",
    "momentum",
    "nesterov",
    "noted",
    "paced",
    "read_along",
    "recalled",
    "remembering",
    "rmsprop",
    "scheduled",
    "signed_permutation",
    "splits",
    "starting",
    "step_decay",
    "step_matrix",
    "warm_up",
]

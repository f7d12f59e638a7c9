"""Learners: a model, a loss, a cap and an update, closed to an arrow from states to states."""

from tinyml.ch13_learner import losses
from tinyml.ch13_learner.closing import *
from tinyml.ch13_learner.epochs import *
from tinyml.ch13_learner.flowers import *
from tinyml.ch13_learner.learner import *
from tinyml.ch13_learner.losses import cross_entropy, squared
from tinyml.ch13_learner.requests import *

__all__ = [
    "Asking",
    "Learner",
    "Mealy",
    "asking",
    "constant_rate",
    "cross_entropy",
    "cut",
    "drawn",
    "epoch",
    "identity_rate",
    "in_halves",
    "iris",
    "losses",
    "machine",
    "moving",
    "proportional_rate",
    "record_descent",
    "scaled_descent",
    "squared",
    "steps",
    "supervised",
    "turned",
]

"""Endomorphisms: the same step, many times."""

from tinyml.ch05_endomorphism.endomorphism import *
from tinyml.ch05_endomorphism.sweep import *

__all__ = [
    "AverageLoss",
    "Trajectory",
    "iterate",
    "orbit",
    "trajectory",
]

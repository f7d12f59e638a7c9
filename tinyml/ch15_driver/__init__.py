"""The step driver: what a training loop is made of, in which precision, and what is left of it when something fails."""

from tinyml.ch15_driver.checkpoints import read_checkpoint, write_checkpoint
from tinyml.ch15_driver.driver import (
    BackwardOutput,
    Stepped,
    StepReport,
    across,
    arrays_in,
    closures,
    mse_loss_backward,
    train_step,
    tree_of,
)
from tinyml.ch15_driver.floors import SETTINGS, Setting, StepMeter, setting
from tinyml.ch15_driver.formats import gaps, lost, nearest, stochastic, subnormal, ulps_apart, vanished
from tinyml.ch15_driver.in_place import InPlaceAdamW, InPlaceParameter, atomically, read_weights, train_in_place
from tinyml.ch15_driver.policies import Precision, by_policy, dithered, heard_as, kept_as, unscaled

__all__ = [
    "SETTINGS",
    "BackwardOutput",
    "InPlaceAdamW",
    "InPlaceParameter",
    "Precision",
    "Setting",
    "StepMeter",
    "StepReport",
    "Stepped",
    "across",
    "arrays_in",
    "atomically",
    "by_policy",
    "closures",
    "dithered",
    "gaps",
    "heard_as",
    "kept_as",
    "lost",
    "mse_loss_backward",
    "nearest",
    "read_checkpoint",
    "read_weights",
    "setting",
    "stochastic",
    "subnormal",
    "train_in_place",
    "train_step",
    "tree_of",
    "ulps_apart",
    "unscaled",
    "vanished",
    "write_checkpoint",
]

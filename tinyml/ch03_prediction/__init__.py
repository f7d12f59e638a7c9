"""Prediction: from a token to a distribution, and from there to a loss, or to a token that is drawn."""

from tinyml.ch03_prediction.loss import *
from tinyml.ch03_prediction.prediction import *
from tinyml.ch03_prediction.sampler import *
from tinyml.ch03_prediction.splitmix import *

__all__ = [
    "CrossEntropy",
    "DatasetWindowing",
    "DirectPredict",
    "Draw",
    "Embedding",
    "LinearToLogits",
    "Sampler",
    "Seed",
    "Softmax",
    "average_loss",
    "entropy_floor",
    "log_probabilities",
    "log_softmax",
    "loss_from_logits",
    "predictor",
    "splitmix64",
]

"""Prediction: from a token to a distribution, and from a distribution to a loss."""

from tinyml.ch03_prediction.loss import *
from tinyml.ch03_prediction.prediction import *

__all__ = [
    "CrossEntropy",
    "DatasetWindowing",
    "DirectPredict",
    "Embedding",
    "LinearToLogits",
    "Softmax",
    "average_loss",
    "entropy_floor",
    "log_probabilities",
    "log_softmax",
    "loss_from_logits",
    "predictor",
]

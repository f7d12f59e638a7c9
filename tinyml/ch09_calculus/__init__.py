"""Calculus: local rules, the chain rule, and one neuron."""

from tinyml.ch09_calculus.calculus import *
from tinyml.ch09_calculus.neuron import *
from tinyml.ch09_calculus.neuron_arrows import *
from tinyml.ch09_calculus.neuron_trace import *

__all__ = [
    "AddOp",
    "Bias",
    "BinaryCrossEntropy",
    "GradientRule",
    "Input",
    "LocalGradient",
    "LogOp",
    "Logit",
    "MulOp",
    "Neuron",
    "NeuronExample",
    "NeuronGradient",
    "NeuronLogit",
    "NeuronLoss",
    "NeuronStep",
    "NeuronTrace",
    "Operation",
    "Prediction",
    "Probability",
    "SigmoidOp",
    "Target",
    "Weight",
    "Wire",
    "ZeroOneLoss",
    "check_local_rule",
    "decide",
    "neuron_gradient",
    "sigmoid",
    "single_valued",
    "trace_neuron",
]

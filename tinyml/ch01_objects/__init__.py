"""Objects: numbers that mean something, and the values that are made of them."""

from tinyml.ch01_objects.domain import *
from tinyml.ch01_objects.parameters import *
from tinyml.ch01_objects.quantities import *
from tinyml.ch01_objects.vocabulary import *

__all__ = [
    "Distribution",
    "Gradient",
    "LearningRate",
    "Logits",
    "Loss",
    "ModelDimension",
    "Parameters",
    "Product",
    "StepCount",
    "TokenId",
    "TokenSequence",
    "TrainingExample",
    "TrainingSet",
    "Vector",
    "VocabSize",
    "Vocabulary",
]

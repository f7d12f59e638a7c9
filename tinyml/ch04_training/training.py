"""One training step: an arrow Parameters -> Parameters.

    new = old - learning_rate * average gradient
    G = (diag(C 1) P - C) / N     dE = G Wt     dW = Et G     db = 1t G

C is the count matrix of the examples, N their number, P the table of predictions.  The cost does not
depend on N: the examples are counted once, when the training set is built.

To read, a step is four lines:

    counts = dataset.counts(parameters.vocab_size)             validate
    predictions = np.exp(log_probabilities(parameters))        run the model
    change = accumulate(parameters, counts, predictions)       accumulate the gradient
    after = descend(parameters, change, learning_rate)         subtract

`TrainStep` computes the same in `tinyml.ch04_training.fused_steps`, one step or many, within 1e-12 of these lines.
Laws (tests/ch04_training/test_training.py): the fast gradient equals the mean over the examples and the central
differences; shapes stay; arguments stay; repeating the data changes nothing; the row of a token
that never occurs as an input stays; the step is its four lines (tests/ch04_training/test_fused.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np

from tinyml.ch01_objects.domain import TrainingExample, TrainingSet
from tinyml.ch01_objects.parameters import Gradient, Parameters
from tinyml.ch01_objects.quantities import Distribution, LearningRate, Logits, Loss, TokenId, Vector
from tinyml.ch02_arrows.category import Morphism
from tinyml.ch03_prediction.loss import average_loss, loss_from_logits
from tinyml.ch03_prediction.prediction import Embedding, LinearToLogits, Softmax, log_probabilities
from tinyml.ch04_training.fused_steps import fused
from tinyml.errors import NumericalOverflow, OutOfRange, WrongType
from tinyml.validation import FloatArray


@final
@dataclass(frozen=True, slots=True, repr=False)
class TrainStep(Morphism[Parameters, Parameters]):
    """One full-batch step of gradient descent; the data and the rate choose which arrow it is.

    `OutOfRange` for an example that the vocabulary does not hold, `NumericalOverflow` when the
    parameters have grown out of the range of floats.  With `dtype=np.float32` the step computes in
    32 bits: faster for large vocabularies, and rounded to about 7 digits.

    In both precisions a loop of calls ends where the power does, to the last bit, or in the same kind of refusal.
    How many steps came before it is counted within one call: `iterate` names it, and a loop of calls cannot.

    >>> dataset, start = TrainingSet.from_indices([0], [1]), Parameters([[1.0], [1.0]], [[1.0, 2.0]], [0.0, 0.0])
    >>> step = TrainStep(dataset, LearningRate(0.5))
    >>> step(step(start)) == (step >> step)(start) == step.repeat(start, 2)
    True
    """

    dataset: TrainingSet
    learning_rate: LearningRate
    dtype: type[np.float32 | np.float64] = np.float64

    def __post_init__(self) -> None:
        if not isinstance(self.dataset, TrainingSet):
            raise WrongType("TrainStep", "a TrainingSet", self.dataset)
        if not isinstance(self.learning_rate, LearningRate):
            raise WrongType("TrainStep", "a LearningRate", self.learning_rate)
        if self.dtype not in (np.float32, np.float64):
            raise WrongType("TrainStep", "numpy.float32 or numpy.float64", self.dtype)

    @property
    def name(self) -> str:
        return "train_step_endomorphism"

    def apply(self, value: Parameters, /) -> Parameters:
        try:
            return self.repeat(value, 1)
        except NumericalOverflow as error:
            raise NumericalOverflow(error.quantity) from None  # one step cannot know how many came before it

    def repeat(self, value: Parameters, count: int) -> Parameters:
        """Take steps in one run: to the last bit what as many calls give, and a refusal names the step."""
        if not isinstance(value, Parameters):
            raise WrongType(self.name, "a Parameters", value)
        return fused(self.dataset, self.learning_rate, value, count, self.dtype) if count else value


def error_signal(prediction: Distribution, target: TokenId) -> FloatArray:
    """Return the gradient of the loss in the logits, p - onehot(target), shape (V,).

    >>> error_signal(Distribution([0.7, 0.2, 0.1]), TokenId(1)).round(12).tolist()
    [0.7, -0.8, 0.1]
    """
    if target.index >= len(prediction):
        raise OutOfRange("target", target.index, len(prediction))
    signal = prediction.values.copy()
    signal[target.index] -= 1.0
    return signal


def accumulate(parameters: Parameters, counts: FloatArray, predictions: FloatArray) -> Gradient:
    """Return the average gradient from the counts C and the predictions P, both of shape (V, V)."""
    signal = (counts.sum(axis=1, keepdims=True) * predictions - counts) / counts.sum()
    embedding, head = parameters.embedding, parameters.lm_head
    with np.errstate(over="ignore", invalid="ignore"):
        arrays = signal @ head.T, embedding.T @ signal, signal.sum(axis=0)
    _check_range(arrays, "gradients")
    return Gradient(*arrays)


def gradient(parameters: Parameters, dataset: TrainingSet) -> Gradient:
    """Return the gradient of the average loss; the cost does not depend on the number of examples."""
    return accumulate(parameters, dataset.counts(parameters.vocab_size), np.exp(log_probabilities(parameters)))


def gradient_by_example(parameters: Parameters, dataset: TrainingSet) -> Gradient:
    """Return the same gradient by the readable way: example by example, through the arrows of prediction."""
    total = Gradient.zeros_like(parameters)
    for example in dataset.examples:
        total = total + trace_example(parameters, example).gradient
    n = len(dataset)
    return Gradient(total.embedding / n, total.lm_head / n, total.bias / n)


def descend(parameters: Parameters, change: Gradient, learning_rate: LearningRate) -> Parameters:
    """Return parameters - learning_rate * change as new parameters."""
    rate = learning_rate.value
    with np.errstate(over="ignore", invalid="ignore"):
        arrays = (
            parameters.embedding - rate * change.embedding,
            parameters.lm_head - rate * change.lm_head,
            parameters.bias - rate * change.bias,
        )
    _check_range(arrays, "parameters")
    return Parameters(*arrays)


@final
@dataclass(frozen=True, slots=True)
class ExampleTrace:
    """Every intermediate value of one example, from the token to its share of the gradient."""

    example: TrainingExample
    vector: Vector
    logits: Logits
    prediction: Distribution
    dlogits: FloatArray
    loss: Loss
    gradient: Gradient


@final
@dataclass(frozen=True, slots=True)
class UpdateTrace:
    """Every intermediate value of one step: the examples, their average gradient, the state before and after.

    `after` is what `TrainStep` gives; `descend(before, gradient, rate)` is within 1e-12 of it.
    """

    before: Parameters
    loss_before: Loss
    examples: tuple[ExampleTrace, ...]
    gradient: Gradient
    after: Parameters
    loss_after: Loss


def trace_example(parameters: Parameters, example: TrainingExample) -> ExampleTrace:
    """Run one example forward through the arrows of prediction and its error signal back."""
    dataset = TrainingSet([example])
    dataset.check_tokens(parameters.vocab_size.value)
    row = example.first.index
    vector = Embedding(parameters)(example.first)
    logits = LinearToLogits(parameters)(vector)
    prediction = Softmax(parameters.vocab_size)(logits)
    dlogits = error_signal(prediction, example.second)
    embedding = np.zeros_like(parameters.embedding)
    embedding[row] = parameters.lm_head @ dlogits
    change = Gradient(embedding, np.outer(vector.values, dlogits), dlogits)
    dlogits.setflags(write=False)
    return ExampleTrace(example, vector, logits, prediction, dlogits, loss_from_logits(logits, example.second), change)


def trace_step(parameters: Parameters, dataset: TrainingSet, learning_rate: LearningRate) -> UpdateTrace:
    """Take one step and keep everything that was computed on the way; for small training sets."""
    change = gradient(parameters, dataset)
    after = TrainStep(dataset, learning_rate)(parameters)
    examples = tuple(trace_example(parameters, example) for example in dataset.examples)
    return UpdateTrace(
        parameters, average_loss(parameters, dataset), examples, change, after, average_loss(after, dataset)
    )


def _check_range(arrays: tuple[FloatArray, ...], quantity: str) -> None:
    if not all(np.isfinite(array).all() for array in arrays):
        raise NumericalOverflow(quantity)

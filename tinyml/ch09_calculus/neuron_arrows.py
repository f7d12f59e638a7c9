"""The arrows of one neuron: from an input to a decision, from an answer to a loss, and from a neuron to a new one.

    Input --logit--> Logit --sigmoid--> Probability --decide--> Prediction
    Probability x Target --binary_cross_entropy--> Loss        Prediction x Target --zero_one_loss--> Loss
    Input x (Probability x Target) --gradient_rule--> NeuronGradient
    Neuron --neuron_loss--> Loss                               Neuron --neuron_step--> Neuron

There is no arrow Loss -> NeuronGradient: on different data, two neurons can have one loss and two gradients.  On one
example with the answer yes there is such a function, because then p = exp(-loss).
Laws (tests/ch09_calculus/test_neuron.py): the gradient rule equals the local rules chained backwards and the central
differences; a step keeps the shape, and its powers add; what `single_valued` passes is a function.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, final

import numpy as np

from tinyml.ch01_objects.domain import Product
from tinyml.ch01_objects.quantities import LearningRate, Loss
from tinyml.ch02_arrows.category import Morphism
from tinyml.ch02_arrows.function import arrow
from tinyml.ch02_arrows.laws import LawReport, deviation
from tinyml.ch02_arrows.space import Size
from tinyml.ch09_calculus.calculus import sigmoid_of
from tinyml.ch09_calculus.neuron import (
    Bias,
    Input,
    Logit,
    Neuron,
    NeuronExample,
    NeuronGradient,
    Prediction,
    Probability,
    Target,
    Weight,
)
from tinyml.errors import EmptyInput, InvalidLoss, NumericalOverflow, ShapeMismatch, WrongType, with_article


@final
@dataclass(frozen=True, slots=True, repr=False)
class NeuronLogit(Morphism[Input, Logit]):
    """The score w . x + b.

    >>> NeuronLogit(Neuron(Weight([0.5, -0.25]), Bias(0.1)))(Input([1.0, 2.0]))
    Logit(value=0.1)
    """

    neuron: Neuron

    @property
    def name(self) -> str:
        return "logit"

    @property
    def sizes(self) -> tuple[Size, Size]:
        return (len(self.neuron.weight),), ()

    def apply(self, value: Input, /) -> Logit:
        if len(value) != len(self.neuron.weight):
            raise ShapeMismatch("logit", f"an Input of {len(self.neuron.weight)}", str(len(value)))
        with np.errstate(over="ignore", invalid="ignore"):
            score = float(self.neuron.weight.values @ value.values) + self.neuron.bias.value
        if not math.isfinite(score):
            raise NumericalOverflow("scores")
        return Logit(score)


@arrow(Logit, Probability)
def sigmoid(score: Logit) -> Probability:
    """How sure a score makes the neuron: 1 / (1 + exp(-z))."""
    return Probability(sigmoid_of(score.value))


@arrow(Probability, Prediction)
def decide(share: Probability) -> Prediction:
    """Say yes from one half on."""
    return Prediction(share.value >= 0.5)


@final
@dataclass(frozen=True, slots=True, repr=False)
class BinaryCrossEntropy(Morphism[Product[Probability, Target], Loss]):
    """The surprise in nats at the answer: -ln p when it is yes, -ln (1 - p) when it is no."""

    def apply(self, value: Product[Probability, Target], /) -> Loss:
        _check_pair(self.name, value, Probability)
        share = value.first.value
        if share == float(not value.second.value):
            raise InvalidLoss(math.inf, "the answer has probability 0; loss_from_logit does not round to 0")
        return Loss(-math.log(share) if value.second.value else -math.log1p(-share))


@final
@dataclass(frozen=True, slots=True, repr=False)
class ZeroOneLoss(Morphism[Product[Prediction, Target], Loss]):
    """1 for a mistake and 0 otherwise: right to count with, and flat, so that no slope can be had from it."""

    def apply(self, value: Product[Prediction, Target], /) -> Loss:
        _check_pair(self.name, value, Prediction)
        return Loss(float(value.first.value != value.second.value))


@final
@dataclass(frozen=True, slots=True, repr=False)
class GradientRule(Morphism[Product[Input, Product[Probability, Target]], NeuronGradient]):
    """The slopes of the binary cross entropy: (p - t) x for the weights and p - t for the bias, t being 1 for yes."""

    def apply(self, value: Product[Input, Product[Probability, Target]], /) -> NeuronGradient:
        if not isinstance(value.first, Input):
            raise WrongType(self.name, with_article(self.source), value)
        _check_pair(self.name, value.second, Probability)
        signal = value.second.first.value - float(value.second.second.value)
        return NeuronGradient(tuple((signal * value.first.values).tolist()), signal)


@final
@dataclass(frozen=True, slots=True, repr=False)
class NeuronLoss(Morphism[Neuron, Loss]):
    """Measure a neuron on one example: an arrow Neuron -> Loss, which cannot be repeated."""

    example: NeuronExample

    def __post_init__(self) -> None:
        _check_example("NeuronLoss", self.example)

    def apply(self, value: Neuron, /) -> Loss:
        return loss_from_logit(NeuronLogit(value)(self.example.first), self.example.second)


@final
@dataclass(frozen=True, slots=True, repr=False)
class NeuronStep(Morphism[Neuron, Neuron]):
    """One step of gradient descent on one example: the old neuron minus the rate times its gradient."""

    example: NeuronExample
    learning_rate: LearningRate

    def __post_init__(self) -> None:
        _check_example("NeuronStep", self.example)
        if not isinstance(self.learning_rate, LearningRate):
            raise WrongType("NeuronStep", "a LearningRate", self.learning_rate)

    def apply(self, value: Neuron, /) -> Neuron:
        change, rate = neuron_gradient(value, self.example), self.learning_rate.value
        with np.errstate(over="ignore"):
            numbers = np.array([*value.weight.values, value.bias.value]) - rate * np.array(
                [*change.weight, change.bias]
            )
        if not np.isfinite(numbers).all():
            raise NumericalOverflow("weights")
        return Neuron(Weight(numbers[:-1]), Bias(numbers[-1]))


def loss_from_logit(score: Logit, target: Target) -> Loss:
    """Return the binary cross entropy straight from the score, ln(1 + exp(-z)) for yes: nothing rounds to 0.

    >>> loss_from_logit(Logit(-1000.0), Target(True))
    Loss(value=1000.0)
    """
    signed = score.value if target.value else -score.value
    return Loss(max(-signed, 0.0) + math.log1p(math.exp(-abs(signed))))


def neuron_gradient(neuron: Neuron, example: NeuronExample) -> NeuronGradient:
    """Return the slopes of the loss on one example: the forward arrows, then the gradient rule."""
    _check_example("neuron_gradient", example)
    share = sigmoid(NeuronLogit(neuron)(example.first))
    return GradientRule()(Product(example.first, Product(share, example.second)))


def single_valued(pairs: Iterable[tuple[Any, Any]], tolerance: float = 1e-12) -> LawReport:
    """Try whether the second of each pair can be a function of the first.

    The law fails when two pairs agree in the first, within `tolerance`, and not in the second.

    >>> print(single_valued([(1, "a"), (1, "b")]))
    one argument, one result: fails, for example at 1 -> 'a' and 1 -> 'b' (1 case, largest deviation inf)
    """
    listed = list(pairs)
    worst, example, cases = 0.0, None, 0
    for number, (argument, result) in enumerate(listed):
        for other, another in listed[:number]:
            if deviation(argument, other) > tolerance:
                continue
            cases += 1
            found = deviation(result, another)
            if worst <= tolerance < found:
                example = f"{other!r} -> {another!r} and {argument!r} -> {result!r}"
            worst = max(worst, found)
    if not cases:
        raise EmptyInput("pairs with equal arguments", "without two of them the law is not tried")
    return LawReport("one argument, one result", cases, worst, tolerance, example)


def _check_pair(context: str, value: Product[Any, Target], first: type) -> None:
    if not (isinstance(value, Product) and isinstance(value.first, first) and isinstance(value.second, Target)):
        raise WrongType(context, f"{with_article(first.__name__)} x Target", value)


def _check_example(context: str, example: NeuronExample) -> None:
    _check_pair(context, example, Input)

"""The objects of one neuron: what it is given, what it computes, what it decides, and what training changes.

    Input  Weight                      one array each
    Bias  Logit  Probability           one number each
    Prediction  Target                 one answer each, True or False
    Neuron  NeuronGradient             a state, and a change at a state

Each is a type of its own, although many are one float: a score that is taken for a probability is refused.
The arrows between them are in `tinyml.ch09_calculus.neuron_arrows`.
Law (tests/ch09_calculus/test_neuron.py): what a constructor refuses is exactly the complement of the stated set.
"""

from __future__ import annotations

import math
from abc import ABC
from dataclasses import dataclass
from typing import TypeAlias, final

from tinyml.ch01_objects.domain import Product
from tinyml.ch01_objects.quantities import Values
from tinyml.errors import EmptyInput, InvalidProbability, InvalidScalar, WrongType, show, with_article
from tinyml.validation import real_number


@final
@dataclass(frozen=True, slots=True, eq=False, init=False, repr=False)
class Input(Values):
    """What a neuron is given, shape (n,): one number for each feature."""

    def _check(self) -> None:
        pass


@final
@dataclass(frozen=True, slots=True, eq=False, init=False, repr=False)
class Weight(Values):
    """How much a neuron makes of each feature, shape (n,)."""

    def _check(self) -> None:
        pass


@dataclass(frozen=True, slots=True)
class OneNumber(ABC):
    """One finite number under the name of what it means, so that it cannot pass for another quantity."""

    value: float

    def __post_init__(self) -> None:
        kind = type(self).__name__
        object.__setattr__(self, "value", real_number(kind, self.value))
        if not math.isfinite(self.value):
            raise InvalidScalar(with_article(kind), self.value)


@final
@dataclass(frozen=True, slots=True)
class Bias(OneNumber):
    """What a neuron adds to its score whatever it is given."""


@final
@dataclass(frozen=True, slots=True)
class Logit(OneNumber):
    """A neuron's score: any finite number, not yet a probability."""


@final
@dataclass(frozen=True, slots=True)
class Probability(OneNumber):
    """How sure a neuron is that the answer is yes: from 0 to 1.

    >>> Probability(1.2)
    Traceback (most recent call last):
        ...
    tinyml.errors.InvalidProbability: a probability must lie between 0 and 1; got 1.2
    """

    def __post_init__(self) -> None:
        OneNumber.__post_init__(self)
        if not 0 <= self.value <= 1:
            raise InvalidProbability("probability", f"a probability must lie between 0 and 1; got {show(self.value)}")


@dataclass(frozen=True, slots=True)
class YesOrNo(ABC):
    """An answer; the numbers 0 and 1 are refused, so that no probability can pass for it."""

    value: bool

    def __post_init__(self) -> None:
        if not isinstance(self.value, bool):
            raise WrongType(type(self).__name__, "True or False", self.value)


@final
@dataclass(frozen=True, slots=True)
class Prediction(YesOrNo):
    """What a neuron decides."""


@final
@dataclass(frozen=True, slots=True)
class Target(YesOrNo):
    """What the data say."""


NeuronExample: TypeAlias = Product[Input, Target]
"""An input and the answer that belongs to it."""


@final
@dataclass(frozen=True, slots=True)
class Neuron:
    """The state that training changes: a weight for each feature and a bias.

    >>> Neuron(Weight([0.5, -0.25]), Bias(0.1))
    Neuron(weight=Weight([ 0.5 , -0.25]), bias=Bias(value=0.1))
    """

    weight: Weight
    bias: Bias

    def __post_init__(self) -> None:
        if not isinstance(self.weight, Weight):
            raise WrongType("Neuron", "a Weight", self.weight)
        if not isinstance(self.bias, Bias):
            raise WrongType("Neuron", "a Bias", self.bias)


@final
@dataclass(frozen=True, slots=True)
class NeuronGradient:
    """The slope of the loss in each weight and in the bias: a change at a neuron, not a neuron."""

    weight: tuple[float, ...]
    bias: float

    def __post_init__(self) -> None:
        if not isinstance(self.weight, tuple):
            raise WrongType("NeuronGradient", "a tuple of slopes", self.weight)
        if not self.weight:
            raise EmptyInput("neuron gradient", "at least one slope is needed")
        slopes = tuple(real_number("NeuronGradient", slope) for slope in (*self.weight, self.bias))
        for position, slope in enumerate(slopes):
            if not math.isfinite(slope):
                raise InvalidScalar("slopes", slope, position)
        object.__setattr__(self, "weight", slopes[:-1])
        object.__setattr__(self, "bias", slopes[-1])

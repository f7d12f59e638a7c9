"""Quantities: one number or one array, each with the law that makes it what it is.

    TokenId  VocabSize  ModelDimension  StepCount  LearningRate  Loss   one number each
    Vector  Logits  Distribution                                        one array each

A type is the set of values that its constructor accepts; nothing else can exist.  The scalars
are not subclasses of int or float, so a bare 80 is not a StepCount, neither for the type
checker nor at run time.
Laws (tests/ch01_objects/test_quantities.py): construct, then read, gives back what went in; what is refused
is exactly the complement of the stated set; no array can be written to.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import ArrayLike

from tinyml.errors import (
    EmptyInput,
    InvalidLearningRate,
    InvalidLoss,
    InvalidProbability,
    InvalidQuantity,
    OutOfRange,
    show,
)
from tinyml.validation import FloatArray, float_array, real_number, whole_number


@final
@dataclass(frozen=True, slots=True)
class TokenId:
    """The number of a word in a vocabulary: 0, 1, 2, …

    >>> TokenId(-1)
    Traceback (most recent call last):
        ...
    tinyml.errors.OutOfRange: token index -1 out of range; indices start at 0
    """

    index: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "index", whole_number("TokenId", self.index))
        if self.index < 0:  # numpy would read -1 as the last row
            raise OutOfRange("token", self.index, 0)


def _positive(context: str, kind: str, value: object) -> int:
    number = whole_number(context, value)
    if number == 0:
        raise EmptyInput(kind, "at least 1 is needed")
    if number < 0:
        raise InvalidQuantity(kind, number, "1 or more")
    return number


@final
@dataclass(frozen=True, slots=True)
class VocabSize:
    """How many tokens a model knows: 1, 2, 3, …"""

    value: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", _positive("VocabSize", "vocabulary", self.value))


@final
@dataclass(frozen=True, slots=True)
class ModelDimension:
    """How many features a token's vector has: 1, 2, 3, …"""

    value: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", _positive("ModelDimension", "model dimension", self.value))


@final
@dataclass(frozen=True, slots=True)
class StepCount:
    """How often an arrow A -> A is applied: 0, 1, 2, …

    >>> StepCount(80) == 80
    False
    """

    value: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", whole_number("StepCount", self.value))
        if self.value < 0:
            raise InvalidQuantity("step count", self.value, "0 or more")


@final
@dataclass(frozen=True, slots=True)
class LearningRate:
    """How far one update moves against the gradient: finite and greater than 0."""

    value: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", real_number("LearningRate", self.value))
        if not (math.isfinite(self.value) and self.value > 0):
            raise InvalidLearningRate(self.value)


@final
@dataclass(frozen=True, slots=True)
class Loss:
    """A surprise in nats (natural logarithm): finite and at least 0."""

    value: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", real_number("Loss", self.value))
        if not (math.isfinite(self.value) and self.value >= 0):
            raise InvalidLoss(self.value)


@dataclass(frozen=True, slots=True, eq=False, init=False, repr=False)
class Values(ABC):
    """One read-only float64 array of shape (n,), n at least 1, all finite; equal when type and entries are."""

    values: FloatArray

    def __init__(self, values: ArrayLike) -> None:
        object.__setattr__(self, "values", float_array(type(self).__name__, values, ndim=1))
        self._check()

    @abstractmethod
    def _check(self) -> None:
        """Raise when the entries break the law of the type."""

    def __len__(self) -> int:
        return len(self.values)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and isinstance(other, Values) and np.array_equal(self.values, other.values)

    def __hash__(self) -> int:
        return hash((type(self), self.values.tobytes()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({np.array2string(self.values, precision=6, separator=', ', threshold=12)})"

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.values,)  # a pickled array comes back writable: build anew


@final
class Vector(Values):
    """The features of one token, shape (model_dimension,)."""

    __slots__ = ()

    def _check(self) -> None:
        pass


@final
class Logits(Values):
    """One score per token, shape (vocab_size,): any finite numbers, not yet probabilities."""

    __slots__ = ()

    def _check(self) -> None:
        pass


@final
class Distribution(Values):
    """Probabilities, shape (vocab_size,): each from 0 to 1, together 1 (within 1e-9 for each entry).

    >>> Distribution([0.4, 0.4])
    Traceback (most recent call last):
        ...
    tinyml.errors.InvalidProbability: probabilities must sum to 1; these 2 sum to 0.8
    """

    __slots__ = ()

    def _check(self) -> None:
        outside = np.flatnonzero((self.values < 0) | (self.values > 1))
        if outside.size:
            position = int(outside[0])
            entry = show(float(self.values[position]))
            raise InvalidProbability(
                "distribution", f"probabilities must lie between 0 and 1; entry {position} is {entry}"
            )
        total, n = math.fsum(self.values), len(self.values)
        if abs(total - 1) > 1e-9 * n:
            these = "this 1 sums" if n == 1 else f"these {n} sum"
            raise InvalidProbability("distribution", f"probabilities must sum to 1; {these} to {show(total)}")

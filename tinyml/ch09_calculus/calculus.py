"""Local rules: what one operation does to a small change of each of its inputs.

    y = f(a, b)      the local gradient at (a, b) is (dy/da, dy/db)
    signal at an input  =  signal at y  *  local gradient        (backwards)
    (f >> g)' at x  =  f' at x  times  g' at f(x)                (the chain rule)

`AddOp` and `MulOp` compute in whatever numbers they are given, so over whole numbers and fractions
they are exact.  `SigmoidOp` and `LogOp` compute in floats.
Laws (tests/ch09_calculus/test_calculus.py): each local rule is the slope that central differences measure; chaining
local gradients is associative, exactly so over fractions; the error of a difference falls and then grows with h.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, TypeAlias, final

from tinyml.ch02_arrows.laws import LawReport, deviation
from tinyml.ch04_training.differences import BEST_STEP, central_difference
from tinyml.errors import EmptyInput, InvalidProbability, InvalidScalar, ShapeMismatch, WrongType, show

Scalar: TypeAlias = int | float | Fraction
"""One number on a wire: a float, or a whole number or fraction where the result shall be exact."""


@final
@dataclass(frozen=True, slots=True)
class LocalGradient:
    """The slope of one number in each of the inputs that it was computed from, at one point.

    >>> MulOp().local(2, 3).backward(4)
    (12, 8)
    """

    partials: tuple[Scalar, ...]

    def __post_init__(self) -> None:
        if not isinstance(self.partials, tuple):
            raise WrongType("LocalGradient", "a tuple of numbers", self.partials)
        if not self.partials:
            raise EmptyInput("local gradient", "at least one slope is needed")
        for position, partial in enumerate(self.partials):
            _number("LocalGradient", partial, position)

    def backward(self, upstream: Scalar) -> tuple[Scalar, ...]:
        """Return the signal at each input, from the signal at the result."""
        _number("backward", upstream)
        return tuple(upstream * partial for partial in self.partials)

    def __rshift__(self, outer: LocalGradient) -> LocalGradient:
        """Chain with the slope of what comes after: each partial is multiplied by it."""
        if not isinstance(outer, LocalGradient):
            raise WrongType("LocalGradient >>", "a LocalGradient", outer)
        if len(outer.partials) != 1:
            raise ShapeMismatch("chain rule", "one slope on the right", f"{len(outer.partials)} slopes")
        return LocalGradient(self.backward(outer.partials[0]))


class Operation(ABC):
    """One operation: `forward` computes its value, `local` its local gradient at the same inputs."""

    __slots__ = ()
    name: ClassVar[str]
    arity: ClassVar[int]

    @abstractmethod
    def _forward(self, inputs: tuple[Scalar, ...]) -> Scalar: ...

    @abstractmethod
    def _local(self, inputs: tuple[Scalar, ...]) -> tuple[Scalar, ...]: ...

    @final
    def forward(self, *inputs: Scalar) -> Scalar:
        """Return the value of the operation at these inputs."""
        self._check(inputs)
        return self._forward(inputs)

    @final
    def local(self, *inputs: Scalar) -> LocalGradient:
        """Return the local gradient at these inputs."""
        self._check(inputs)
        return LocalGradient(self._local(inputs))

    def _check(self, inputs: tuple[Scalar, ...]) -> None:
        if len(inputs) != self.arity:
            raise ShapeMismatch(self.name, f"{self.arity} input" + "s" * (self.arity != 1), str(len(inputs)))
        for position, value in enumerate(inputs):
            _number(self.name, value, position)

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


@final
@dataclass(frozen=True, slots=True, repr=False)
class AddOp(Operation):
    """a + b.  A signal passes to both inputs as it is.

    >>> AddOp().forward(2, 3), AddOp().local(2, 3).backward(4)
    (5, (4, 4))
    """

    name: ClassVar[str] = "add"
    arity: ClassVar[int] = 2

    def _forward(self, inputs: tuple[Scalar, ...]) -> Scalar:
        return inputs[0] + inputs[1]

    def _local(self, inputs: tuple[Scalar, ...]) -> tuple[Scalar, ...]:
        return 1, 1


@final
@dataclass(frozen=True, slots=True, repr=False)
class MulOp(Operation):
    """a * b.  The slope in one input is the value of the other.

    >>> MulOp().forward(2, 3), MulOp().local(2, 3)
    (6, LocalGradient(partials=(3, 2)))
    """

    name: ClassVar[str] = "multiply"
    arity: ClassVar[int] = 2

    def _forward(self, inputs: tuple[Scalar, ...]) -> Scalar:
        return inputs[0] * inputs[1]

    def _local(self, inputs: tuple[Scalar, ...]) -> tuple[Scalar, ...]:
        return inputs[1], inputs[0]


@final
@dataclass(frozen=True, slots=True, repr=False)
class SigmoidOp(Operation):
    """1 / (1 + exp(-z)), a number from 0 to 1.  The slope is s (1 - s) at the value s; at most one quarter.

    >>> SigmoidOp().forward(0), SigmoidOp().local(0)
    (0.5, LocalGradient(partials=(0.25,)))
    """

    name: ClassVar[str] = "sigmoid"
    arity: ClassVar[int] = 1

    def _forward(self, inputs: tuple[Scalar, ...]) -> Scalar:
        return sigmoid_of(float(inputs[0]))

    def _local(self, inputs: tuple[Scalar, ...]) -> tuple[Scalar, ...]:
        z = float(inputs[0])
        return (sigmoid_of(z) * sigmoid_of(-z),)  # 1 - s would lose the digits of a small share


@final
@dataclass(frozen=True, slots=True, repr=False)
class LogOp(Operation):
    """The natural logarithm of a number above 0.  The slope is 1 / a.

    >>> LogOp().forward(1), LogOp().local(4)
    (0.0, LocalGradient(partials=(0.25,)))
    """

    name: ClassVar[str] = "log"
    arity: ClassVar[int] = 1

    def _forward(self, inputs: tuple[Scalar, ...]) -> Scalar:
        return math.log(_above_zero(inputs[0]))

    def _local(self, inputs: tuple[Scalar, ...]) -> tuple[Scalar, ...]:
        return (1 / _above_zero(inputs[0]),)


def sigmoid_of(z: float) -> float:
    """Return 1 / (1 + exp(-z)) without overflow at either end."""
    if z >= 0:
        return 1 / (1 + math.exp(-z))
    share = math.exp(z)
    return share / (1 + share)


def check_local_rule(operation: Operation, *inputs: float, h: float = BEST_STEP, tolerance: float = 1e-8) -> LawReport:
    """Nudge one input after the other and compare what happens with the local gradient that the operation states."""
    stated = operation.local(*inputs).partials
    worst, example = 0.0, None
    for position, partial in enumerate(stated):

        def nudged(value: float, position: int = position) -> float:
            return float(operation.forward(*inputs[:position], value, *inputs[position + 1 :]))

        measured = central_difference(nudged, inputs[position], h)
        found = deviation(float(partial), measured)
        if worst <= tolerance < found:
            example = f"input {position}: stated {show(float(partial))}, measured {measured:.6g}"
        worst = max(worst, found)
    return LawReport(f"local rule of {operation.name} = central difference", len(stated), worst, tolerance, example)


def _number(context: str, value: object, position: int | None = None) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float, Fraction)):
        raise WrongType(context, "a number", value)
    if isinstance(value, float) and not math.isfinite(value):
        raise InvalidScalar(context, value, position)


def _above_zero(value: Scalar) -> Scalar:
    if value <= 0:
        raise InvalidProbability("log", f"a logarithm needs a number above 0; got {show(float(value))}")
    return value

"""Monoids: what can be added up in parts, and the parts in any brackets.

    (a + b) + c = a + (b + c)        empty + a = a = a + empty            a monoid
    h(a + b) = h(a) + h(b)           h(empty) = empty                     a homomorphism of monoids

What a monoid sums up can be summed up in shards: fold each shard, then fold the results.
Laws (tests/ch08_monoids/test_monoid.py): numbers, lists, traces, metrics and pairs of monoids are monoids; folding the
folds of shards is folding everything; the trace of a composite is the sum of the traces.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import product as each_with_each
from typing import Any, Generic, final

from tinyml.ch01_objects.domain import Product
from tinyml.ch01_objects.quantities import Loss
from tinyml.ch02_arrows.category import Composite, Morphism
from tinyml.ch02_arrows.laws import LawReport, deviation, try_law
from tinyml.errors import EmptyInput, InvalidLoss, InvalidQuantity, WrongType
from tinyml.type_variables import A, B
from tinyml.validation import real_number, whole_number


@final
@dataclass(frozen=True)
class Monoid(Generic[A]):
    """A way to combine two values into one, with a value that changes nothing.

    That it is associative is a law, which `monoid_laws` tries.

    >>> SUM.fold([1, 2, 3, 4]), SUM.fold([])
    (10, 0)
    """

    name: str
    empty: A
    combine: Callable[[A, A], A]

    def fold(self, values: Iterable[A]) -> A:
        """Combine any number of values, from left to right; of none the result is `empty`."""
        total = self.empty
        for value in values:
            total = self.combine(total, value)
        return total


SUM: Monoid[int] = Monoid("sum", 0, operator.add)
LISTS: Monoid[list[Any]] = Monoid("lists", [], operator.add)


def pair_of(first: Monoid[A], second: Monoid[B]) -> Monoid[Product[A, B]]:
    """Return the monoid of pairs, combined half by half.

    >>> pair_of(SUM, LISTS).fold([Product(1, ["a"]), Product(2, ["b"])])
    Product(first=3, second=['a', 'b'])
    """

    def combine(one: Product[A, B], other: Product[A, B]) -> Product[A, B]:
        return Product(first.combine(one.first, other.first), second.combine(one.second, other.second))

    return Monoid(f"{first.name} x {second.name}", Product(first.empty, second.empty), combine)


@final
@dataclass(frozen=True, slots=True)
class TraceStep:
    """One arrow that ran: its name, and where it starts and ends, as text."""

    name: str
    source: str
    target: str

    def __str__(self) -> str:
        return f"{self.name} : {self.source} -> {self.target}"


@final
@dataclass(frozen=True, slots=True)
class PipelineTrace:
    """The arrows of a pipeline in their order; traces are combined by writing one after the other.

    >>> PipelineTrace() + PipelineTrace((TraceStep("double", "int", "int"),))
    PipelineTrace(steps=(TraceStep(name='double', source='int', target='int'),))
    """

    steps: tuple[TraceStep, ...] = ()

    @staticmethod
    def of(arrow: Morphism[Any, Any]) -> PipelineTrace:
        """Return the trace of an arrow: the steps of a composite, one by one."""
        if not isinstance(arrow, Morphism):
            raise WrongType("PipelineTrace.of", "an arrow", arrow)
        parts = arrow.parts if isinstance(arrow, Composite) else (arrow,)
        return PipelineTrace(tuple(TraceStep(part.name, str(part.source), str(part.target)) for part in parts))

    def __add__(self, other: PipelineTrace) -> PipelineTrace:
        if not isinstance(other, PipelineTrace):
            raise WrongType("PipelineTrace +", "a PipelineTrace", other)
        return PipelineTrace(self.steps + other.steps)

    def __str__(self) -> str:
        return "\n".join(map(str, self.steps))


TRACES: Monoid[PipelineTrace] = Monoid("traces", PipelineTrace(), operator.add)


@final
@dataclass(frozen=True, slots=True)
class Metrics:
    """What was measured on some examples, in a form that adds up: sums and a count, no means.

    `surprise` is the summed loss in nats, `hits` how often the likeliest token was the right one.

    >>> (Metrics(3.0, 1, 2) + Metrics(1.0, 1, 6)).mean_loss
    Loss(value=0.5)
    """

    surprise: float = 0.0
    hits: int = 0
    examples: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "surprise", real_number("Metrics", self.surprise))
        for name in ("hits", "examples"):
            object.__setattr__(self, name, whole_number("Metrics", getattr(self, name)))
        if not 0 <= self.surprise < float("inf"):
            raise InvalidLoss(self.surprise)
        if not 0 <= self.hits <= self.examples:
            raise InvalidQuantity("hits", self.hits, f"from 0 to {self.examples}, the number of examples")

    def __add__(self, other: Metrics) -> Metrics:
        if not isinstance(other, Metrics):
            raise WrongType("Metrics +", "Metrics", other)
        return Metrics(self.surprise + other.surprise, self.hits + other.hits, self.examples + other.examples)

    @property
    def mean_loss(self) -> Loss:
        """The mean over the examples, which is taken at the end and once."""
        return Loss(self.surprise / self._count())

    @property
    def accuracy(self) -> float:
        return self.hits / self._count()

    def _count(self) -> int:
        if self.examples == 0:
            raise EmptyInput("metrics", "a mean needs at least one example")
        return self.examples


METRICS: Monoid[Metrics] = Monoid("metrics", Metrics(), operator.add)


def monoid_laws(monoid: Monoid[A], values: Iterable[A], tolerance: float = 0.0) -> LawReport:
    """Try on all triples of some values that brackets do not matter and that `empty` changes nothing.

    >>> print(monoid_laws(Monoid("mean", 0.0, lambda a, b: (a + b) / 2), [1.0, 2.0]))
    mean is a monoid: fails, for example at (1.0, 1.0, 1.0) (8 cases, largest deviation 0.5)
    """
    add, empty = monoid.combine, monoid.empty

    def apart(triple: tuple[A, ...]) -> float:
        a, b, c = triple
        sides = deviation(add(add(a, b), c), add(a, add(b, c)))
        return max(sides, deviation(add(empty, a), a), deviation(add(a, empty), a))

    return try_law(f"{monoid.name} is a monoid", apart, each_with_each(list(values), repeat=3), tolerance)


def homomorphism(
    function: Callable[[A], B], source: Monoid[A], target: Monoid[B], values: Iterable[A], tolerance: float = 0.0
) -> LawReport:
    """Try on all pairs of some values that a function takes sums to sums, and the empty value to the empty value."""

    def apart(pair: tuple[A, ...]) -> float:
        a, b = pair
        sums = deviation(function(source.combine(a, b)), target.combine(function(a), function(b)))
        return max(sums, deviation(function(source.empty), target.empty))

    name = getattr(function, "__name__", "this function")
    return try_law(f"{name} takes sums to sums", apart, each_with_each(list(values), repeat=2), tolerance)

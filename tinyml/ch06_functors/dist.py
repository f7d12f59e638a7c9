"""Distributions over anything: which outcomes are possible, and how likely each is.

    d.map(f)    sends each outcome x to f(x); equal results are one outcome, and their probabilities add up
    d.bind(k)   draws x from d, then from k(x); probabilities multiply along a path and add up over paths

`Distribution` is an array over a vocabulary; a `Dist` has outcomes of any type that can be a key.
Laws (tests/ch06_functors/test_dist.py), exact for fractions: map keeps identities and composites; bind has `certain` as
neutral on both sides and is associative; the total stays 1; two tokens ahead is the matrix product P @ P.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Generic, TypeVar, cast, final

from tinyml.ch01_objects.quantities import Distribution, TokenId, VocabSize
from tinyml.ch06_functors.functors import Functor
from tinyml.errors import EmptyInput, InvalidProbability, WrongType, show
from tinyml.validation import real_number

A = TypeVar("A", bound=Hashable)
B = TypeVar("B", bound=Hashable)

Mass = float | Fraction
"""A probability; fractions stay fractions, so that the laws can be tried without rounding."""


@final
class Dist(Generic[A]):
    """A finite probability distribution: outcomes that can happen, each with its probability.

    Equal outcomes are merged and impossible ones left out, so that two `Dist` are equal exactly when every
    outcome is equally likely in both.  Each probability lies from 0 to 1, together they are 1 (floats within
    1e-9 for each outcome, fractions exactly).

    >>> Dist({1: 0.5, 2: 0.3, 3: 0.2}).map(lambda n: n % 2)
    Dist({1: 0.7, 0: 0.3})
    """

    __slots__ = ("weights",)
    weights: Mapping[A, Mass]

    def __init__(self, weights: Mapping[A, Mass] | Iterable[tuple[A, Mass]]) -> None:
        if not isinstance(weights, Iterable):
            raise WrongType("Dist", "a mapping from outcomes to probabilities", weights)
        items = weights.items() if isinstance(weights, Mapping) else weights
        pairs = cast(Iterable[tuple[A, Mass]], map(_pair, items))
        merged = _merged((outcome, _probability(outcome, weight)) for outcome, weight in pairs)
        if not merged:
            raise EmptyInput("Dist", "something must be possible")
        total = _sum(list(merged.values()))
        if abs(total - 1) > 1e-9 * len(merged) if isinstance(total, float) else total != 1:
            told = show(total) if isinstance(total, float) else str(total)
            these = "this 1 sums" if len(merged) == 1 else f"these {len(merged)} sum"
            raise InvalidProbability("Dist", f"probabilities must sum to 1; {these} to {told}")
        self._hold(merged)

    def _hold(self, merged: dict[A, Mass]) -> None:
        possible = {outcome: weight for outcome, weight in merged.items() if weight > 0}
        object.__setattr__(self, "weights", MappingProxyType(possible))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a Dist never changes; {name} cannot be set")

    @staticmethod
    def certain(outcome: B) -> Dist[B]:
        """Return the distribution in which one outcome has probability 1."""
        return Dist({outcome: Fraction(1)})

    @staticmethod
    def of_tokens(distribution: Distribution) -> Dist[TokenId]:
        """Return a prediction, shape (V,), as a distribution over tokens."""
        if not isinstance(distribution, Distribution):
            raise WrongType("Dist.of_tokens", "a Distribution", distribution)
        return Dist({TokenId(index): float(weight) for index, weight in enumerate(distribution.values)})

    def probability(self, outcome: A) -> Mass:
        """Return how likely an outcome is; 0 for one that is not possible."""
        return self.weights.get(outcome, 0.0)

    def map(self, function: Callable[[A], B]) -> Dist[B]:
        """Return the distribution of function(x): the pushforward."""
        return Dist((function(outcome), weight) for outcome, weight in self.weights.items())

    def bind(self, follow: Callable[[A], Dist[B]]) -> Dist[B]:
        """Return the distribution of the second of two draws, when `follow` says how the first leads on."""
        return Dist(
            (then, weight * share)
            for outcome, weight in self.weights.items()
            for then, share in _followed(follow(outcome)).weights.items()
        )

    def entropy(self) -> float:
        """Return the mean surprise in nats, the sum of p times -ln p."""
        return math.fsum(-float(weight) * math.log(weight) for weight in self.weights.values()) + 0.0

    def distance(self, other: Dist[A]) -> float:
        """Return the largest difference between the two probabilities of one outcome."""
        outcomes = {*self.weights, *other.weights}
        return max(abs(float(self.probability(x) - other.probability(x))) for x in outcomes)

    def as_distribution(self: Dist[TokenId], vocab_size: VocabSize) -> Distribution:
        """Return a distribution over tokens as an array, shape (V,)."""
        if not isinstance(vocab_size, VocabSize):
            raise WrongType("as_distribution", "a VocabSize", vocab_size)
        for outcome in self.weights:
            if not isinstance(outcome, TokenId) or outcome.index >= vocab_size.value:
                raise WrongType("as_distribution", f"outcomes that are tokens below {vocab_size.value}", outcome)
        return Distribution([float(self.probability(TokenId(index))) for index in range(vocab_size.value)])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Dist) and self.weights == cast(Dist[A], other).weights

    def __hash__(self) -> int:
        return hash(frozenset(self.weights.items()))

    def __repr__(self) -> str:
        parts = (f"{outcome!r}: {_shown(weight)}" for outcome, weight in self.weights.items())
        return f"Dist({{{', '.join(parts)}}})"

    def __reduce__(self) -> tuple[object, ...]:
        return Dist, (dict(self.weights),)


def _merged(pairs: Iterable[tuple[A, Mass]]) -> dict[A, Mass]:
    """Add up the probabilities of equal outcomes, in the order in which they first appear."""
    shares: dict[A, list[Mass]] = {}
    for outcome, weight in pairs:
        shares.setdefault(outcome, []).append(weight)
    return {outcome: _sum(parts) for outcome, parts in shares.items()}


def _sum(parts: list[Mass]) -> Mass:
    if any(isinstance(part, float) for part in parts):
        return math.fsum(parts)
    return sum(parts, Fraction(0))


def _pair(item: object) -> tuple[object, object]:
    if not isinstance(item, tuple) or len(cast(tuple[object, ...], item)) != 2:
        raise WrongType("Dist", "pairs of an outcome and its probability", item)
    return cast(tuple[object, object], item)


def _probability(outcome: object, weight: object) -> Mass:
    if not isinstance(outcome, Hashable) or not _hashes(outcome):
        raise WrongType("Dist", "outcomes that can be keys of a dict", outcome)
    number: Mass = weight if isinstance(weight, Fraction) else real_number("Dist", weight)
    if not 0 <= number <= 1 + (1e-9 if isinstance(number, float) else 0):  # a sum of floats can be a bit above 1
        raise InvalidProbability("Dist", f"probabilities must lie between 0 and 1; that of {outcome!r} is {number}")
    return number


def _hashes(outcome: Hashable) -> bool:
    try:
        hash(outcome)
    except TypeError:  # a tuple that holds a list
        return False
    return True


def _followed(result: Dist[B]) -> Dist[B]:
    if not isinstance(result, Dist):
        raise WrongType("Dist.bind", "a function that returns a Dist", result)
    return result


def _shown(weight: Mass) -> str:
    return str(weight) if isinstance(weight, Fraction) else format(weight, ".6g")


@final
class DistFunctor(Functor):
    """Distributions as a functor: `map` is the pushforward."""

    name = "dist"

    def map(self, function: Callable[[A], B], container: Dist[A], /) -> Dist[B]:
        if not self.holds(container):
            raise WrongType("dist", "a Dist", container)
        return container.map(function)

    def holds(self, container: Any, /) -> bool:
        return isinstance(container, Dist)


DIST = DistFunctor()

"""Shards: what training needs from a text adds up, so that a text can be read in parts.

    counts(text + more) = counts(text) + counts(more)         with the ends of a text kept for the seam
    sum of gradients    = the gradients of the shards, added; the mean is taken once, at the end

Laws (tests/ch08_monoids/test_shards.py): pair counts are a monoid and counting takes texts to it, wherever a text is
cut; the gradient of the whole is the fold over any shards, up to rounding; shards in any order and any brackets give
the same counts to the last bit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from operator import add
from typing import final

import numpy as np

from tinyml.ch01_objects.domain import ArrayRecord, Product, TokenSequence, TrainingSet
from tinyml.ch01_objects.parameters import Gradient, Parameters
from tinyml.ch01_objects.quantities import VocabSize
from tinyml.ch03_prediction.prediction import log_probabilities
from tinyml.ch04_training.training import accumulate, gradient
from tinyml.ch08_monoids.monoid import SUM, Metrics, Monoid, pair_of
from tinyml.errors import EmptyInput, InvalidQuantity, OutOfRange, ShapeMismatch, WrongType
from tinyml.validation import FloatArray, IntArray


@final
@dataclass(frozen=True, slots=True, eq=False, init=False, repr=False)
class PairCounts(ArrayRecord):
    """What is kept of a text: how often each pair of neighbours occurs, and its first and last token.

    `counts` has shape (V, V), `ends` is (first, last), or empty for a text without tokens.  Added to another,
    it counts the pair at the seam as well.  The counts are exact up to 2**53.

    >>> left, right = (PairCounts.of(TokenSequence.from_indices(part), VocabSize(3)) for part in ([0, 1], [2, 0]))
    >>> (left + right).counts.tolist()
    [[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    """

    counts: FloatArray
    ends: IntArray

    @classmethod
    def empty(cls, vocab_size: VocabSize) -> PairCounts:
        """Return the counts of a text without tokens."""
        size = _full_size(vocab_size)
        return cls._made(np.zeros((size, size)), np.zeros(0, dtype=np.int64))

    @classmethod
    def of(cls, text: TokenSequence, vocab_size: VocabSize) -> PairCounts:
        """Count the pairs of neighbours in a text; a text of one token has none."""
        if not isinstance(text, TokenSequence):
            raise WrongType("PairCounts.of", "a TokenSequence", text)
        size, tokens = _full_size(vocab_size), text.indices
        if int(tokens.max()) >= size:
            raise OutOfRange("token", int(tokens.max()), size)
        codes = tokens[:-1] * size + tokens[1:]
        table = np.bincount(codes, minlength=size * size).reshape(size, size).astype(np.float64)
        return cls._made(table, tokens[[0, -1]])

    @classmethod
    def _made(cls, counts: FloatArray, ends: IntArray) -> PairCounts:
        made = cls.__new__(cls)
        made._hold(counts, ends)
        return made

    @property
    def vocab_size(self) -> VocabSize:
        return VocabSize(len(self.counts))

    @property
    def pairs(self) -> int:
        """How many pairs were counted."""
        return int(self.counts.sum())

    def __add__(self, other: PairCounts) -> PairCounts:
        if not isinstance(other, PairCounts):
            raise WrongType("PairCounts +", "PairCounts", other)
        if self.counts.shape != other.counts.shape:
            raise ShapeMismatch("PairCounts +", str(self.counts.shape), str(other.counts.shape))
        if not len(self.ends) or not len(other.ends):
            return other if not len(self.ends) else self
        counts = self.counts + other.counts
        counts[self.ends[1], other.ends[0]] += 1
        return self._made(counts, np.array([self.ends[0], other.ends[1]]))

    def __repr__(self) -> str:
        ends = f"from {self.ends[0]} to {self.ends[1]}" if len(self.ends) else "no text"
        return f"PairCounts({self.pairs} pairs of {len(self.counts)} tokens, {ends})"

    def __reduce__(self) -> tuple[object, ...]:
        return PairCounts._made, (self.counts, self.ends)


def _full_size(vocab_size: VocabSize) -> int:
    if not isinstance(vocab_size, VocabSize):
        raise WrongType("PairCounts", "a VocabSize", vocab_size)
    if vocab_size.value > 2**15:
        raise InvalidQuantity("vocabulary of a full count matrix", vocab_size.value, "at most 32768")
    return vocab_size.value


def pair_counts(vocab_size: VocabSize) -> Monoid[PairCounts]:
    """Return the monoid of pair counts over one vocabulary."""
    return Monoid("pair counts", PairCounts.empty(vocab_size), add)


def gradient_monoid(parameters: Parameters) -> Monoid[Gradient]:
    """Return the monoid of gradients in the shapes of some parameters; associative up to rounding."""
    return Monoid("gradients", Gradient.zeros_like(parameters), add)


def gradient_sum_monoid(parameters: Parameters) -> Monoid[Product[Gradient, int]]:
    """Return the monoid of summed gradients with the number of their examples."""
    return pair_of(gradient_monoid(parameters), SUM)


def gradient_sum(parameters: Parameters, shard: TrainingSet) -> Product[Gradient, int]:
    """Return the sum of the gradients of all examples of a shard, and how many there are."""
    return Product(_times(gradient(parameters, shard), len(shard)), len(shard))


def mean_gradient(total: Product[Gradient, int]) -> Gradient:
    """Return the mean that a step needs, from a sum and its count."""
    if total.second == 0:
        raise EmptyInput("gradient", "a mean needs at least one example")
    return _times(total.first, 1 / total.second)


def gradient_from_counts(parameters: Parameters, counts: PairCounts) -> Gradient:
    """Return the gradient of the average loss from the counts alone: the text is not read again."""
    if counts.pairs == 0:
        raise EmptyInput("pair counts", "at least one pair is needed")
    if counts.vocab_size != parameters.vocab_size:
        raise ShapeMismatch("pair counts", f"{parameters.vocab_size.value} tokens", f"{len(counts.counts)}")
    return accumulate(parameters, counts.counts, np.exp(log_probabilities(parameters)))


def metrics_of(parameters: Parameters, shard: TrainingSet) -> Metrics:
    """Return summed loss, hits and number of examples of one shard."""
    logs, (inputs, targets), often = log_probabilities(parameters), shard.pairs.T, shard.multiplicities
    hits = int(often[logs.argmax(axis=1)[inputs] == targets].sum())
    return Metrics(float(-logs[inputs, targets] @ often), hits, len(shard))


def split_into_shards(dataset: TrainingSet, places: Iterable[int]) -> list[TrainingSet]:
    """Cut a training set into shards before the examples at these places; a shard has at least one example.

    >>> [len(shard) for shard in split_into_shards(TrainingSet.from_indices([0, 1, 2, 0], [1, 2, 0, 1]), [1, 3])]
    [1, 2, 1]
    """
    edges = [0, *sorted(set(places)), len(dataset)]
    if any(not 0 < place < len(dataset) for place in edges[1:-1]):
        raise InvalidQuantity("place of a cut", edges[1] if edges[1] < 1 else edges[-2], f"1 to {len(dataset) - 1}")
    return [TrainingSet.from_indices(dataset.inputs[a:b], dataset.targets[a:b]) for a, b in pairwise(edges)]


def _times(change: Gradient, factor: float) -> Gradient:
    return Gradient(change.embedding * factor, change.lm_head * factor, change.bias * factor)

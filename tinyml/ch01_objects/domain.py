"""Domain: what a language model reads, built from quantities.

    TokenSequence    the text, as numbers
    Product          a pair A x B;  TrainingExample = TokenId x TokenId
    TrainingSet      all examples, and the count of each distinct one

Words are in `tinyml.ch01_objects.vocabulary`, the parameters in `tinyml.ch01_objects.parameters`.
Values never change: arrays are private, read-only copies.
Laws (tests/ch01_objects/test_domain.py): the count matrix sums to the number of examples; a set from counts is the
set of the examples that were counted.
"""

from __future__ import annotations

from abc import ABC
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any, Generic, TypeVar, final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tinyml.ch01_objects.quantities import TokenId, VocabSize
from tinyml.errors import InvalidQuantity, OutOfRange, ShapeMismatch, WrongType
from tinyml.validation import FloatArray, IntArray, index_array, whole_numbers

A_co = TypeVar("A_co", covariant=True)
B_co = TypeVar("B_co", covariant=True)


@final
@dataclass(frozen=True)  # no slots: the call of a generic alias, `TrainingExample(...)`, fails on them
class Product(Generic[A_co, B_co]):
    """A pair: one value of A and one of B, written A x B.

    >>> TrainingExample(TokenId(1), TokenId(2))
    Product(first=TokenId(index=1), second=TokenId(index=2))
    """

    first: A_co
    second: B_co


TrainingExample = Product[TokenId, TokenId]
"""An input token and the token that follows it."""


@dataclass(frozen=True, slots=True, eq=False, init=False, repr=False)
class ArrayRecord(ABC):
    """Several read-only arrays under names; equal when the type and all arrays are."""

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return False
        return all(np.array_equal(getattr(self, field.name), getattr(other, field.name)) for field in fields(self))

    def __hash__(self) -> int:
        return hash((type(self), *(getattr(self, field.name).tobytes() for field in fields(self))))

    def _hold(self, *arrays: FloatArray | IntArray) -> None:
        """Store arrays that are already validated and belong to nobody else."""
        names: tuple[str, ...] = self.__match_args__  # those of the fields; a lookup, where fields() builds a tuple
        for name, array in zip(names, arrays, strict=True):
            array.setflags(write=False)
            object.__setattr__(self, name, array)


@final
@dataclass(frozen=True, slots=True, eq=False, init=False, repr=False)
class TokenSequence(ArrayRecord):
    """At least one token, in order; `indices` is an int64 array of shape (length,).

    >>> list(TokenSequence.from_indices([3, 1]))
    [TokenId(index=3), TokenId(index=1)]
    """

    indices: IntArray

    def __init__(self, tokens: Iterable[TokenId]) -> None:
        listed = _listed("TokenSequence", "TokenId values (from_indices takes ints)", tokens)
        for token in listed:
            if not isinstance(token, TokenId):
                raise WrongType("TokenSequence", "TokenId values (from_indices takes ints)", token)
        self._hold(index_array("token sequence", [token.index for token in listed]))

    @classmethod
    def from_indices(cls, indices: ArrayLike) -> TokenSequence:
        """Build a sequence from whole numbers of any array-like; the fast way for long texts."""
        sequence = cls.__new__(cls)
        sequence._hold(index_array("token sequence", indices))
        return sequence

    def __len__(self) -> int:
        return len(self.indices)

    def __iter__(self) -> Iterator[TokenId]:
        return (TokenId(int(index)) for index in self.indices)

    def __repr__(self) -> str:
        return f"TokenSequence({np.array2string(self.indices, separator=', ', threshold=12)})"

    def __reduce__(self) -> tuple[object, ...]:
        return TokenSequence.from_indices, (self.indices,)


@final
@dataclass(frozen=True, slots=True, eq=False, init=False, repr=False)
class TrainingSet(ArrayRecord):
    """At least one training example; the examples are counted once, when the set is built.

    `pairs`: the distinct examples, int64, shape (k, 2), sorted; `multiplicities`: how often each occurs,
    shape (k,); `order`: the examples as they came, shape (2, examples), or (2, 0) when only counts are known.
    Sets are equal when these arrays are.
    """

    pairs: IntArray
    multiplicities: IntArray
    order: IntArray

    def __init__(self, examples: Iterable[TrainingExample]) -> None:
        listed = _listed("TrainingSet", "Product(TokenId, TokenId) examples", examples)
        for example in listed:
            if not isinstance(example, Product) or not (
                isinstance(example.first, TokenId) and isinstance(example.second, TokenId)
            ):
                raise WrongType("TrainingSet", "Product(TokenId, TokenId) examples", example)
        self._count([example.first.index for example in listed], [example.second.index for example in listed])

    @classmethod
    def from_indices(cls, inputs: ArrayLike, targets: ArrayLike) -> TrainingSet:
        """Build a set from two arrays of whole numbers of one length; the fast way for long texts."""
        training_set = cls.__new__(cls)
        training_set._count(inputs, targets)
        return training_set

    @classmethod
    def from_counts(cls, inputs: ArrayLike, targets: ArrayLike, counts: ArrayLike) -> TrainingSet:
        """Build a set from pairs and how often each occurs, three arrays of shape (k,); the examples are never listed.

        >>> TrainingSet.from_counts([1, 2], [2, 1], [10**9, 5])
        TrainingSet(1000000005 examples, 2 distinct)
        """
        first, second, often = (index_array("training set", values) for values in (inputs, targets, counts))
        if not first.shape == second.shape == often.shape:
            raise ShapeMismatch("training set", f"{len(first)} targets and counts", f"{len(second)} and {len(often)}")
        if often.min() == 0:
            raise InvalidQuantity("count of a pair", 0, "1 or more")
        if often.sum(dtype=np.float64) >= 2.0**63:  # the sum of whole numbers would wrap around
            raise InvalidQuantity("number of examples", sum(often.tolist()), "less than 2**63")
        if not ((first[1:] > first[:-1]) | ((first[1:] == first[:-1]) & (second[1:] > second[:-1]))).all():
            order = np.lexsort((second, first))
            first, second, often = first[order], second[order], often[order]
        starts = np.flatnonzero(np.append(True, (first[1:] != first[:-1]) | (second[1:] != second[:-1])))
        pairs, multiplicities = np.stack([first[starts], second[starts]], axis=1), np.add.reduceat(often, starts)
        training_set = cls.__new__(cls)
        training_set._hold(pairs, multiplicities, np.empty((2, 0), dtype=np.int64))
        return training_set

    def _count(self, inputs: ArrayLike, targets: ArrayLike) -> None:
        first, second = whole_numbers("training set", inputs), whole_numbers("training set", targets)
        if first.shape != second.shape:
            raise ShapeMismatch("training set", f"{len(first)} targets", str(len(second)))
        order = np.stack([first, second], dtype=np.int64, casting="unsafe")  # they are known to fit
        self._hold(*count_pairs(*order), order)

    @property
    def inputs(self) -> IntArray:
        """The input token of each example, shape (examples,)."""
        return self._side(0)

    @property
    def targets(self) -> IntArray:
        """The target token of each example, shape (examples,)."""
        return self._side(1)

    def _side(self, side: int) -> IntArray:
        """List one side of the examples, as they came or else sorted."""
        if self.order.size:
            known: IntArray = self.order[side]
            return known
        listed = np.repeat(self.pairs[:, side], self.multiplicities)
        listed.setflags(write=False)
        return listed

    @property
    def examples(self) -> Iterator[TrainingExample]:
        """The examples one by one, in order."""
        return (Product(TokenId(int(i)), TokenId(int(j))) for i, j in zip(self.inputs, self.targets, strict=True))

    def __len__(self) -> int:
        return int(self.multiplicities.sum())

    def __repr__(self) -> str:
        return f"TrainingSet({len(self)} examples, {len(self.pairs)} distinct)"

    def __reduce__(self) -> tuple[object, ...]:
        if self.order.size:
            return TrainingSet.from_indices, (self.inputs, self.targets)
        return TrainingSet.from_counts, (*self.pairs.T, self.multiplicities)

    def check_tokens(self, limit: int) -> None:
        """Raise `OutOfRange` for the first example with a token that is not below `limit`."""
        if int(self.pairs.max()) < limit:
            return
        inputs, targets = self.order if self.order.size else self.pairs.T
        outside = np.flatnonzero(np.maximum(inputs, targets) >= limit)[0]
        if inputs[outside] >= limit:
            raise OutOfRange("input token", int(inputs[outside]), limit)
        raise OutOfRange("target token", int(targets[outside]), limit)

    def counts(self, vocab_size: VocabSize) -> FloatArray:
        """Return C, float64 of shape (V, V), read-only: C[i, j] is how often token j follows token i."""
        size = vocab_size.value
        self.check_tokens(size)
        if size > 2**15:
            raise InvalidQuantity("vocabulary of a full count matrix", size, "at most 32768")
        matrix = np.zeros((size, size))
        matrix[self.pairs[:, 0], self.pairs[:, 1]] = self.multiplicities
        matrix.setflags(write=False)
        return matrix


def _listed(context: str, expected: str, values: Iterable[A_co]) -> list[A_co]:
    if not isinstance(values, Iterable):
        raise WrongType(context, expected, values)
    return list(values)


def count_pairs(first: IntArray, second: IntArray) -> tuple[IntArray, IntArray]:
    """Return the distinct pairs, shape (k, 2), sorted, and how often each occurs, shape (k,)."""
    limit = int(max(first.max(), second.max())) + 1
    if limit > 2**31:  # a pair would not fit one whole number: take the places of the tokens among those that occur
        tokens, places = np.unique(np.stack([first, second]), return_inverse=True)
        numbered, multiplicities = count_pairs(*places)
        return tokens[numbered], multiplicities
    kind = np.int32 if limit * limit <= 2**31 else np.int64  # the shorter, the sooner sorted
    codes: NDArray[Any] = first.astype(kind)
    codes *= limit
    codes += second.astype(kind)
    codes.sort()
    starts = np.flatnonzero(np.append(True, codes[1:] != codes[:-1]))
    pairs = np.array(np.divmod(codes[starts], limit), dtype=np.int64).T
    return pairs, np.diff(starts, append=len(codes))

"""Domain: what a language model reads, built from quantities.

    Vocabulary       words  <->  token numbers
    TokenSequence    the text, as numbers
    Product          a pair A x B;  TrainingExample = TokenId x TokenId
    TrainingSet      all examples, and the count of each distinct one

The parameters themselves are in `tinyml.parameters`.
Values never change: arrays are private, read-only copies.
Laws (tests/test_domain.py): decoding an encoded text gives its words back; the count matrix sums
to the number of examples.
"""

from __future__ import annotations

from abc import ABC
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Generic, TypeVar, final

import numpy as np
from numpy.typing import ArrayLike

from tinyml.errors import EmptyInput, InvalidQuantity, OutOfRange, ShapeMismatch, UnknownWord, WrongType
from tinyml.quantities import TokenId, VocabSize
from tinyml.validation import FloatArray, IntArray, index_array

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
        for field, array in zip(fields(self), arrays, strict=True):
            array.setflags(write=False)
            object.__setattr__(self, field.name, array)


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
@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Distinct words; the position of a word is its token number.

    A text is read in lower case, split at white space, and each piece is stripped of the punctuation
    around it.

    >>> Vocabulary.from_text("The cat saw the dog.").words
    ('the', 'cat', 'saw', 'dog')
    """

    words: tuple[str, ...]

    def __post_init__(self) -> None:
        if not isinstance(self.words, tuple) or not all(isinstance(word, str) for word in self.words):
            raise WrongType("Vocabulary", "a tuple of words", self.words)
        if not self.words:
            raise EmptyInput("vocabulary", "at least 1 is needed")
        if len(set(self.words)) < len(self.words):
            raise InvalidQuantity("number of distinct words", len(set(self.words)), f"{len(self.words)}, one per entry")

    @classmethod
    def from_text(cls, text: str) -> Vocabulary:
        """Number the words of a text in the order in which they first appear."""
        return cls(tuple(dict.fromkeys(split_words(text))))

    @property
    def size(self) -> VocabSize:
        return VocabSize(len(self.words))

    def encode(self, text: str) -> TokenSequence:
        """Turn a text into tokens; `UnknownWord` for a word that is not in the vocabulary."""
        number = {word: index for index, word in enumerate(self.words)}
        words = split_words(text)
        for word in words:
            if word not in number:
                raise UnknownWord(word, len(self.words))
        return TokenSequence.from_indices([number[word] for word in words])

    def decode(self, tokens: TokenSequence) -> str:
        """Turn tokens into words with a space between; `OutOfRange` for a token without a word."""
        if not isinstance(tokens, TokenSequence):
            raise WrongType("decode", "a TokenSequence", tokens)
        for token in tokens:
            if token.index >= len(self.words):
                raise OutOfRange("token", token.index, len(self.words))
        return " ".join(self.words[token.index] for token in tokens)


def split_words(text: str) -> list[str]:
    """Split a text into lower-case words without the punctuation around them."""
    if not isinstance(text, str):
        raise WrongType("Vocabulary", "a text", text)
    pieces = (piece.strip(".,;:!?\"'()[]") for piece in text.lower().split())
    return [piece for piece in pieces if piece]


@final
@dataclass(frozen=True, slots=True, eq=False, init=False, repr=False)
class TrainingSet(ArrayRecord):
    """At least one training example; the examples are counted once, when the set is built.

    `inputs`, `targets`: int64, shape (examples,).  `pairs`: the distinct examples, shape (k, 2), sorted;
    `multiplicities`: how often each occurs, shape (k,).
    """

    inputs: IntArray
    targets: IntArray
    pairs: IntArray
    multiplicities: IntArray

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

    def _count(self, inputs: ArrayLike, targets: ArrayLike) -> None:
        first, second = index_array("training set", inputs), index_array("training set", targets)
        if first.shape != second.shape:
            raise ShapeMismatch("training set", f"{len(first)} targets", str(len(second)))
        self._hold(first, second, *count_pairs(first, second))

    @property
    def examples(self) -> Iterator[TrainingExample]:
        """The examples one by one, in order."""
        return (Product(TokenId(int(i)), TokenId(int(j))) for i, j in zip(self.inputs, self.targets, strict=True))

    def __len__(self) -> int:
        return len(self.inputs)

    def __repr__(self) -> str:
        return f"TrainingSet({len(self)} examples, {len(self.pairs)} distinct)"

    def __reduce__(self) -> tuple[object, ...]:
        return TrainingSet.from_indices, (self.inputs, self.targets)

    def check_tokens(self, limit: int) -> None:
        """Raise `OutOfRange` for the first example with a token that is not below `limit`."""
        if int(self.pairs.max()) < limit:
            return
        outside = np.flatnonzero(np.maximum(self.inputs, self.targets) >= limit)[0]
        if self.inputs[outside] >= limit:
            raise OutOfRange("input token", int(self.inputs[outside]), limit)
        raise OutOfRange("target token", int(self.targets[outside]), limit)

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
    if limit * limit <= 2**16 + 4 * len(first):  # few possible pairs: count them all in one pass
        table = np.bincount(first * limit + second, minlength=0)
        codes = np.flatnonzero(table)
        return np.stack(np.divmod(codes, limit), axis=1), table[codes]
    tokens, compact = np.unique(np.concatenate([first, second]), return_inverse=True)
    codes, multiplicities = np.unique(compact[: len(first)] * len(tokens) + compact[len(first) :], return_counts=True)
    return tokens[np.stack(np.divmod(codes, len(tokens)), axis=1)], multiplicities

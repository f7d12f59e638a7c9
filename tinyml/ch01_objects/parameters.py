"""Parameters: everything that training may change, as one value.

    embedding (V, d)    lm_head (d, V)    bias (V,)

`Parameters` is a point; `Gradient` is a change at a point.  They have the same shapes and are
different types: a gradient is subtracted from parameters, and two sets of parameters are never added.
Laws (tests/ch01_objects/test_parameters.py): the initial values follow the stated rule to the last bit; gradients
form a commutative monoid under +; nothing here changes its arguments.
"""

from __future__ import annotations

from abc import ABC
from dataclasses import dataclass
from typing import Self, final

import numpy as np
from numpy.typing import ArrayLike

from tinyml.ch01_objects.domain import ArrayRecord
from tinyml.ch01_objects.quantities import ModelDimension, VocabSize
from tinyml.errors import InvalidQuantity, ShapeMismatch, WrongType
from tinyml.validation import FloatArray, float_array

LARGEST_ARRAY = 2**28
"""Entries of one parameter array: 2 GiB of float64."""


@dataclass(frozen=True, slots=True, eq=False, init=False, repr=False)
class ParameterShaped(ArrayRecord, ABC):
    """Three read-only float64 arrays of shapes (V, d), (d, V) and (V,)."""

    embedding: FloatArray
    lm_head: FloatArray
    bias: FloatArray

    def __init__(self, embedding: ArrayLike, lm_head: ArrayLike, bias: ArrayLike) -> None:
        rows = float_array("embedding", embedding, ndim=2)
        head = float_array("lm_head", lm_head, ndim=2)
        offsets = float_array("bias", bias, ndim=1)
        size, dimension = rows.shape
        if head.shape != (dimension, size):
            raise ShapeMismatch("lm_head", f"({dimension}, {size}) to fit embedding {rows.shape}", str(head.shape))
        if offsets.shape != (size,):
            raise ShapeMismatch("bias", f"({size},) to fit embedding {rows.shape}", str(offsets.shape))
        self._hold(rows, head, offsets)

    @classmethod
    def of_own(cls, embedding: FloatArray, lm_head: FloatArray, bias: FloatArray) -> Self:
        """Hold arrays themselves, which are known to be finite, to fit each other and to be changed by nobody."""
        made = cls.__new__(cls)
        made._hold(embedding, lm_head, bias)
        return made

    @property
    def vocab_size(self) -> VocabSize:
        return VocabSize(self.embedding.shape[0])

    @property
    def model_dimension(self) -> ModelDimension:
        return ModelDimension(self.embedding.shape[1])

    def __repr__(self) -> str:
        size, dimension = self.embedding.shape
        return f"{type(self).__name__}(embedding ({size}, {dimension}), lm_head ({dimension}, {size}), bias ({size},))"

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.embedding, self.lm_head, self.bias)


@final
class Parameters(ParameterShaped):
    """The state of the tiny language model."""

    __slots__ = ()

    @classmethod
    def init(cls, vocab_size: VocabSize, model_dimension: ModelDimension) -> Parameters:
        """Return the deterministic start: small numbers from a fixed rule, and a bias of zeros.

        Entry (i, j) of a matrix with the given number of columns is
        ``(((i * columns + j) * 37 + seed * 101) mod 1000 / 1000 - 0.5) * 0.2``, with seed 1 for the embedding
        and 2 for the head (the rule of *Category Theory for Tiny ML in Rust*).
        """
        size, dimension = _sizes(vocab_size, model_dimension)
        return cls(_initial(size, dimension, 1), _initial(dimension, size, 2), np.zeros(size))

    @classmethod
    def random(cls, vocab_size: VocabSize, model_dimension: ModelDimension, rng: np.random.Generator) -> Parameters:
        """Return normal embedding and head entries of standard deviation 0.1 and a bias of zeros."""
        size, dimension = _sizes(vocab_size, model_dimension)
        embedding, head = rng.normal(0, 0.1, (size, dimension)), rng.normal(0, 0.1, (dimension, size))
        return cls(embedding, head, np.zeros(size))


@final
class Gradient(ParameterShaped):
    """A change of each parameter, in the shapes of the parameters.

    >>> start = Parameters.init(VocabSize(3), ModelDimension(2))
    >>> zero = Gradient.zeros_like(start)
    >>> zero + zero == zero
    True
    """

    __slots__ = ()

    @classmethod
    def zeros_like(cls, parameters: Parameters) -> Gradient:
        """Return the gradient that changes nothing."""
        arrays = (parameters.embedding, parameters.lm_head, parameters.bias)
        return cls(*(np.zeros_like(array) for array in arrays))

    def __add__(self, other: Gradient) -> Gradient:
        if not isinstance(other, Gradient):
            raise WrongType("Gradient +", "a Gradient", other)
        if self.embedding.shape != other.embedding.shape:
            raise ShapeMismatch("Gradient +", str(self.embedding.shape), str(other.embedding.shape))
        return Gradient(self.embedding + other.embedding, self.lm_head + other.lm_head, self.bias + other.bias)


def _sizes(vocab_size: VocabSize, model_dimension: ModelDimension) -> tuple[int, int]:
    if not isinstance(vocab_size, VocabSize):
        raise WrongType("Parameters", "a VocabSize", vocab_size)
    if not isinstance(model_dimension, ModelDimension):
        raise WrongType("Parameters", "a ModelDimension", model_dimension)
    entries = vocab_size.value * model_dimension.value
    if entries > LARGEST_ARRAY:
        raise InvalidQuantity("entries of one parameter array", entries, f"at most {LARGEST_ARRAY}")
    return vocab_size.value, model_dimension.value


def _initial(rows: int, columns: int, seed: int) -> FloatArray:
    entry = np.arange(rows * columns).reshape(rows, columns)
    return ((entry * 37 + seed * 101) % 1000 / 1000 - 0.5) * 0.2

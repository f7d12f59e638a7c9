"""Contexts: lists of tensors of any shapes, all over one number system, as one value.

    nil    cons(t, c)    snoc(c, t)    c + d    c - d    c.scale(a)    c.dot(d)

A context holds the inputs of a graph, or all its values so far, or a change of them.  The dot product is the
sum of the dot products tensor by tensor.
Laws (tests/ch10_tape/test_context.py): snoc and unsnoc undo each other, and so do cons and uncons; the dot product is
linear, is 0 against zeros, and splits at a snoc; `one_hot` is the adjoint of reading one tensor.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, final

import numpy as np

from tinyml.ch10_tape.rings import Array, Ring
from tinyml.errors import EmptyInput, OutOfRange, ShapeMismatch, WrongType, show

Shapes = tuple[tuple[int, ...], ...]


@final
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Context:
    """Read-only tensors over `ring`; a value like any other, which nothing changes."""

    ring: Ring
    tensors: tuple[Array, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.ring, Ring):
            raise WrongType("Context", "a number system (FLOAT, RATIONAL or GF2)", self.ring)

    @classmethod
    def of(cls, ring: Ring, *values: object) -> Context:
        """Return the context of these tensors; a bare number is a tensor of shape ().

        >>> from tinyml.ch10_tape.rings import FLOAT
        >>> Context.of(FLOAT, 2, [1, 3])
        Context(FLOAT: 2, [1, 3])
        """
        return cls(ring, tuple(ring.tensor(value) for value in values))

    @classmethod
    def zero(cls, ring: Ring, shapes: Shapes) -> Context:
        return cls(ring, tuple(ring.zeros(shape) for shape in shapes))

    @classmethod
    def one_hot(cls, ring: Ring, shapes: Shapes, place: int, value: object) -> Context:
        """Return zeros everywhere but at one place."""
        return cls.zero(ring, shapes).adding(place, value)

    @classmethod
    def random(cls, ring: Ring, shapes: Shapes, rng: np.random.Generator) -> Context:
        return cls(ring, tuple(ring.random(shape, rng) for shape in shapes))

    @property
    def shapes(self) -> Shapes:
        return tuple(tensor.shape for tensor in self.tensors)

    def cons(self, tensor: object) -> Context:
        """Return the context with one more tensor in front."""
        return Context(self.ring, (self.ring.tensor(tensor), *self.tensors))

    def uncons(self) -> tuple[Array, Context]:
        """Return the first tensor and the rest; `EmptyInput` for the empty context."""
        self._refuse_nil()
        return self.tensors[0], Context(self.ring, self.tensors[1:])

    def snoc(self, tensor: object) -> Context:
        """Return the context with one more tensor at the end."""
        return Context(self.ring, (*self.tensors, self.ring.tensor(tensor)))

    def unsnoc(self) -> tuple[Context, Array]:
        """Return all but the last tensor, and the last one; `EmptyInput` for the empty context."""
        self._refuse_nil()
        return Context(self.ring, self.tensors[:-1]), self.tensors[-1]

    def first(self, count: int) -> Context:
        """Return the first tensors, `count` of them."""
        return Context(self.ring, self.tensors[:count])

    def adding(self, place: int, value: object) -> Context:
        """Return the context with `value` added to the tensor at one place."""
        tensor = self[place]
        change = self.ring.tensor(value)
        if change.shape != tensor.shape:
            raise ShapeMismatch(f"tensor {place} of a context", str(tensor.shape), str(change.shape))
        summed = self.ring.tensor(tensor + change)
        return Context(self.ring, (*self.tensors[:place], summed, *self.tensors[place + 1 :]))

    def __add__(self, other: Context) -> Context:
        self._refuse_misfit("+", other)
        pairs = zip(self.tensors, other.tensors, strict=True)
        return Context(self.ring, tuple(self.ring.tensor(own + change) for own, change in pairs))

    def __sub__(self, other: Context) -> Context:
        return self + other.scale(-1)

    def __truediv__(self, number: float) -> Context:
        return self.scale(1 / number)

    def scale(self, factor: object) -> Context:
        """Return every tensor times one number of the ring."""
        number = self.ring.number(factor)
        return Context(self.ring, tuple(self.ring.tensor(tensor * number) for tensor in self.tensors))

    def dot(self, other: Context) -> Any:
        """Return the sum of all products of entries at the same place, a number of the ring.

        >>> from tinyml.ch10_tape.rings import RATIONAL
        >>> Context.of(RATIONAL, 2, [1, 3]).dot(Context.of(RATIONAL, 5, [7, 1]))
        Fraction(20, 1)
        """
        self._refuse_misfit("dot", other)
        total = self.ring.number(0)
        for own, change in zip(self.tensors, other.tensors, strict=True):
            total = total + np.sum(own * change)
        return self.ring.number(total)

    def __getitem__(self, place: int) -> Array:
        if not 0 <= place < len(self.tensors):
            raise OutOfRange("tensor of a context", place, len(self.tensors))
        return self.tensors[place]

    def __len__(self) -> int:
        return len(self.tensors)

    def __iter__(self) -> Iterator[Array]:
        return iter(self.tensors)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Context) or self.ring != other.ring or self.shapes != other.shapes:
            return NotImplemented if not isinstance(other, Context) else False
        return all(np.array_equal(own, its) for own, its in zip(self.tensors, other.tensors, strict=True))

    __hash__ = None  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]

    def __repr__(self) -> str:
        return f"Context({self.ring}: {', '.join(_text(tensor.tolist()) for tensor in self.tensors) or 'nil'})"

    def _refuse_nil(self) -> None:
        if not self.tensors:
            raise EmptyInput("context", "there is no tensor to take off")

    def _refuse_misfit(self, op: str, other: Context) -> None:
        if not isinstance(other, Context) or self.ring != other.ring:
            raise WrongType(f"Context {op}", f"a Context over {self.ring}", other)
        if self.shapes != other.shapes:
            raise ShapeMismatch(f"Context {op}", _listed(self.shapes), _listed(other.shapes))


def _text(entry: Any) -> str:
    """Return nested lists of numbers as text, fractions as 2/3 and floats with at most 12 digits."""
    return f"[{', '.join(map(_text, entry))}]" if isinstance(entry, list) else show(entry)


def _listed(shapes: Sequence[tuple[int, ...]]) -> str:
    return ", ".join(map(str, shapes)) or "nil"

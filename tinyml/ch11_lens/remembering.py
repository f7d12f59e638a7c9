"""Remembering or recomputing: what the way back costs, in forwards that are run and in numbers that are held.

    BarePair(get, put)     >> by the formula  put(a, c') = put_f(a, put_g(get_f(a), c')): get is run again and again
    f >> g                 an optic remembers: n forwards, and n numbers held at once
    recomputing(f)         holds what went in and forgets the rest: put runs f forwards once more
    in_segments(row, k)    a row cut into pieces of k lenses, each recomputing: about 2n forwards, and n / k + k numbers

All of them put the same change, to the last bit.  A `Meter` counts.
Laws (tests/ch11_lens/test_remembering.py): a pair in a row of n runs n(n - 1) / 2 forwards for a put when its brackets
are on the left and n - 1 when they are on the right, and a lens n wherever they are; recomputing changes no put.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeAlias, TypeVar, final

import numpy as np

from tinyml.ch01_objects.domain import Product
from tinyml.ch10_tape.context import Context
from tinyml.ch11_lens.lenses import AnyLens, Lens, lens, optic
from tinyml.ch11_lens.ports import Port, halves
from tinyml.errors import EmptyInput, InvalidQuantity
from tinyml.type_variables import A, B, C, dA, dB, dC

Bracket: TypeAlias = Literal["left", "balanced", "right"]
Joined = TypeVar("Joined", bound="BarePair[Any, Any, Any, Any] | AnyLens")


@final
@dataclass(frozen=True)
class BarePair(Generic[A, dA, B, dB]):
    """A way there and a way back that share nothing: what a lens is on paper, and what it costs when it is run so."""

    get: Callable[[A], B]
    put: Callable[[A, dB], dA]

    def __rshift__(self, other: BarePair[B, dB, C, dC]) -> BarePair[A, dA, C, dC]:
        def get(point: A) -> C:
            return other.get(self.get(point))

        def put(point: A, change: dC) -> dA:
            return self.put(point, other.put(self.get(point), change))

        return BarePair(get, put)


def bracketed(row: Sequence[Joined], bracket: Bracket) -> Joined:
    """Join a row by `>>` with its brackets as told: ((f g) h) k, or (f g)(h k), or f (g (h k)).

    `EmptyInput` for an empty row: no port says where its identity would be.
    """
    if not row:
        raise EmptyInput("row of lenses", "at least one is needed, because nothing says which identity none would be")
    if len(row) == 1:
        return row[0]
    cut = {"left": len(row) - 1, "balanced": len(row) // 2, "right": 1}[bracket]
    first: Any = bracketed(row[:cut], bracket)
    joined: Joined = first >> bracketed(row[cut:], bracket)
    return joined


def recomputing(inner: Lens[Port[A, dA], Port[B, dB]]) -> Lens[Port[A, dA], Port[B, dB]]:
    """Return the same lens, holding its input alone: the pair (get, put) of an optic, made an optic again."""

    def get(point: A) -> B:
        result: B = inner.forward(point)[0]
        return result

    def put(point: A, change: dB) -> dA:
        back: dA = inner.backward(inner.forward(point)[1], change)
        return back

    return lens(f"recomputing ({inner.name})", inner.source, inner.target, get, put)


def in_segments(row: Sequence[AnyLens], length: int) -> list[AnyLens]:
    """Cut a row into segments of so many lenses, the last perhaps shorter; each holds its input and recomputes."""
    if length < 1:
        raise InvalidQuantity("length of a segment", length, "1 or more")
    return [recomputing(bracketed(row[start : start + length], "left")) for start in range(0, len(row), length)]


@final
class Meter:
    """Counts the forwards that were run, and the numbers held for the way back: now, and most at one time so far.

    A forward counts each time that it is run.  A number is held from when a forward keeps it until Python lets go of
    it, which is when the last thing that could still use it is gone.  A meter is an instrument and no arrow: what it
    measures answers the same when asked twice, and the meter does not.
    """

    def __init__(self) -> None:
        self.forwards = 0
        self.held = 0
        self.most = 0

    def counting(self, forward: Callable[[A], B]) -> Callable[[A], B]:
        """Return the same function; each call counts as a forward."""

        def counted(point: A) -> B:
            self.forwards += 1
            return forward(point)

        return counted

    def holding(self, inner: Lens[Port[A, dA], Port[B, dB]]) -> Lens[Port[A, dA], Port[B, dB]]:
        """Return the same lens; the numbers that it keeps count as held."""

        def forward(point: A) -> tuple[B, _Kept]:
            result, own = inner.forward(point)
            return result, _Kept(self, own)

        def backward(kept: _Kept, change: dB) -> dA:
            back: dA = inner.backward(kept.own, change)
            return back

        return optic(inner.name, inner.source, inner.target, forward, backward)

    def __str__(self) -> str:
        return f"{self.forwards} forwards, at most {self.most} numbers held"


@final
class _Kept:
    """What a forward kept, in sight of a meter for as long as it is there."""

    __slots__ = ("meter", "numbers", "own")

    def __init__(self, meter: Meter, own: Any) -> None:
        self.meter, self.own, self.numbers = meter, own, numbers_in(own)
        meter.held += self.numbers
        meter.most = max(meter.most, meter.held)

    def __del__(self) -> None:
        self.meter.held -= self.numbers


def numbers_in(own: Any) -> int:
    """Return how many numbers something kept consists of; what a meter has seen already is counted there.

    >>> numbers_in((3.0, [np.zeros((2, 5)), ()]))
    11
    """
    if isinstance(own, Product):
        return sum(map(numbers_in, halves(own)))
    if isinstance(own, (tuple, list, Context)):
        return sum(map(numbers_in, own))
    return 0 if isinstance(own, _Kept) else int(np.size(own))

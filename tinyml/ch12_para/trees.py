"""Trees: the parameters of a row are arrays in brackets, Offsets[5] x (Weights[4, 5] x Table[5, 4]).

Three ways out of the brackets, each a lens to reparametrise along, and undone by its way back:

    flattened(port)           from one long vector: whatever the brackets are, the same vector
    recorded(record, ...)     from a record, whose fields have names
    wires.assoc               from other brackets; it shows that the first two are no magic

    initialise(port, rng)     a start for a whole tree: which numbers a layer begins with is no part of what it does

Glorot's rule draws a matrix of a rows and b columns between -r and r with r = sqrt(6 / (a + b)), and so with variance
2 / (a + b): between 1 / a, which would keep the size of what goes there, and 1 / b, which would keep that of what comes
back [Glorot and Bengio 2010].
Laws (tests/ch12_para/test_trees.py): flattened and recorded are undone by their way back; both brackets of three layers
have the same vector, and the same start from the same rng; a start lies within Glorot's bound and has its variance.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, NewType, TypeAlias

import numpy as np

from tinyml.ch01_objects.domain import Product
from tinyml.ch01_objects.parameters import Gradient, Parameters
from tinyml.ch02_arrows.space import Space
from tinyml.ch11_lens.lenses import Lens
from tinyml.ch11_lens.ports import UNIT, Port, check_numbers, port, whole
from tinyml.ch11_lens.wires import rewired
from tinyml.errors import ShapeMismatch, WrongType
from tinyml.type_variables import A, P, dA, dP
from tinyml.validation import FloatArray

Flat = NewType("Flat", FloatArray)
FlatChange = NewType("FlatChange", FloatArray)
Rule: TypeAlias = "Callable[[Space, np.random.Generator], FloatArray]"  # in quotes: numpy.random is loaded when used
"""What to begin with for the arrays of a space."""

PARAMETERS: Port[Parameters, Gradient] = Port(
    Space.of(Parameters), Space.of(Gradient), (whole(Parameters).checks[0], whole(Gradient).checks[0])
)
"""The record of chapter 4: parameters, and a gradient for a change."""


def array(point: Callable[[Any], P], change: Callable[[Any], dP], *size: int) -> Port[P, dP]:
    """Return the port of one array of exactly this size: parameters have no axis for examples in front."""
    return replace(port(point, change, *size), checks=(check_array, check_array))


def check_array(where: str, space: Space, value: Any) -> None:
    """Refuse what is no array of finite numbers of exactly the size of the space."""
    if not isinstance(value, np.ndarray):
        raise WrongType(where, f"an array for {space}", value)
    shape: tuple[int, ...] = np.shape(value)
    if shape != space.size:
        raise ShapeMismatch(f"{where}, {space}", str(space.size), str(shape))
    check_numbers(where, space, value)


def leaves(space: Space) -> list[Space]:
    """Return the spaces in a bracket, from left to right.

    >>> print(*leaves(Space.product(Space("Offsets", (5,)), Space.product(Space("Weights", (4, 5)), Space("Unit")))))
    Offsets[5] Weights[4, 5] Unit
    """
    return [leaf for factor in space.factors for leaf in leaves(factor)] if space.is_pair else [space]


def grown(space: Space, values: Iterator[Any]) -> Any:
    """Return a value of a space whose leaves are the next of these."""
    if space.is_pair:
        return Product(*(grown(factor, values) for factor in space.factors))
    return next(values)


def picked(value: Any) -> list[Any]:
    """Return the values at the leaves, from left to right."""
    if not isinstance(value, Product):
        return [value]
    pair: Product[Any, Any] = value
    return picked(pair.first) + picked(pair.second)


def settled(value: P) -> P:
    """Return a copy of a value that nobody can change: its arrays are read-only.

    >>> settled(Product(np.zeros(2), ())).first.flags.writeable
    False
    """
    own: Any = value
    if isinstance(value, Product):
        own = Product(settled(own.first), settled(own.second))
    elif isinstance(value, np.ndarray):
        own = value.copy()
        own.setflags(write=False)
    copied: P = own
    return copied


def refuse_no_port(where: str, value: object) -> None:
    """Refuse what is no port: a model where its parameters are meant, for example."""
    if not isinstance(value, Port):
        raise WrongType(where, "a Port, such as the parameters of a model", value)


def flat(size: int) -> Port[Flat, FlatChange]:
    return array(Flat, FlatChange, size)


def flattened(target: Port[P, dP]) -> Lens[Port[Flat, FlatChange], Port[P, dP]]:
    """Return the lens from one vector to a tree of arrays; an array is a window on the vector, and no copy.

    >>> from tinyml.ch12_para.layers import bias, linear, scores, vectors
    >>> flattened((linear(vectors(4), scores(5)) >> bias(scores(5))).parameters)
    flat : (Flat[25], FlatChange[25]) -> (Offsets[5] x Weights[4, 5], OffsetsChange[5] x WeightsChange[4, 5])
    """
    refuse_no_port("flattened", target)
    there, end = _window(target.points, 0)
    lay_out = _laying_out(target.points)

    def back(change: dP) -> FlatChange:
        arrays: list[FloatArray] = []
        lay_out(change, arrays)
        return FlatChange(np.concatenate(arrays) if arrays else np.zeros(0))

    target.admit_point("flattened", there(Flat(np.zeros(end))))
    return rewired("flat", flat(end), target, there, back)


def _window(space: Space, start: int) -> tuple[Callable[[Any], Any], int]:
    """Return what reads a value of a space from a vector, beginning at a place, and the place where it ends.

    It is made once, before a vector is there: reading is what a training step does again and again.
    """
    if space.is_pair:
        first, middle = _window(space.factors[0], start)
        second, end = _window(space.factors[1], middle)
        return lambda vector: Product(first(vector), second(vector)), end
    if space == UNIT.points:
        return lambda _: (), start
    window = slice(start, start + math.prod(space.size))
    return lambda vector: vector[window].reshape(space.size), window.stop


def _laying_out(space: Space) -> Callable[[Any, list[FloatArray]], None]:
    """Return what appends the arrays of a value of a space to a list, each as a row of numbers; made once, as above."""
    if space.is_pair:
        first, second = map(_laying_out, space.factors)

        def both(pair: Any, arrays: list[FloatArray]) -> None:
            first(pair.first, arrays)
            second(pair.second, arrays)

        return both
    if space == UNIT.points:
        return lambda _, __: None
    return lambda leaf, arrays: arrays.append(np.asarray(leaf).ravel())


def recorded(
    record: Port[A, dA], changed: Callable[..., dA], names: Sequence[str], target: Port[P, dP]
) -> Lens[Port[A, dA], Port[P, dP]]:
    """Return the lens from a record to a tree whose leaves are the fields with these names, from left to right.

    `changed` makes the record of the changes, from keywords.
    """
    for end in (record, target):
        refuse_no_port("recorded", end)
    number = len(leaves(target.points))
    if number != len(names):
        raise ShapeMismatch(f"recorded, {target.points}", f"{number} names", str(len(names)))

    def there(own: A) -> P:
        value: P = grown(target.points, (getattr(own, name) for name in names))
        return value

    def back(change: dP) -> dA:
        return changed(**dict(zip(names, picked(change), strict=True)))

    return rewired("record", record, target, there, back)


def glorot_or_zeros(space: Space, rng: np.random.Generator) -> FloatArray:
    """Draw a matrix between its Glorot bounds; everything else begins at zero."""
    if len(space.size) != 2:
        return np.zeros(space.size)
    bound = glorot_bound(*space.size)
    return rng.uniform(-bound, bound, space.size)


def glorot_bound(rows: int, columns: int) -> float:
    """Return the largest number that Glorot's rule draws.

    >>> glorot_bound(4, 20)
    0.5
    """
    return math.sqrt(6 / (rows + columns))


def initialise(parameters: Port[P, dP], rng: np.random.Generator, rule: Rule = glorot_or_zeros) -> P:
    """Return a start for parameters, which nobody can change: what the rule draws, leaf by leaf from left to right.

    >>> from tinyml.ch12_para.layers import bias, scores
    >>> initialise(bias(scores(3)).parameters, np.random.default_rng(1))
    array([0., 0., 0.])
    """
    refuse_no_port("initialise", parameters)
    if not isinstance(rng, np.random.Generator):
        raise WrongType("initialise", "a random generator, such as np.random.default_rng(1)", rng)
    spaces = leaves(parameters.points)
    drawn = (() if leaf == UNIT.points else settled(rule(leaf, rng)) for leaf in spaces)
    start: P = grown(parameters.points, drawn)
    parameters.admit_point("initialise", start)
    return start

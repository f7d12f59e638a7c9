"""Memories: an update that remembers is a lens from its memory and the parameters to the parameters.

    update : (M x P, M x P) -> (P, P')     there, what the model reads      back, the next memory and parameters

    descent     M is nothing                 chapter 12
    momentum    M = P'                       a velocity is a change
    adagrad     M = Squares                  and that is none
    adam        M = (P' x Squares) x Done    with the number of the steps that are done

A state is a pair, the memory and the parameters, and all that a run needs to go on: it can be noted down and recalled.
`supervised` and `step` of chapter 13 ask for no more than that the state has the same type before and after.
Laws (tests/ch14_optimisers/test_memories.py): 50 steps, a note, and 30 more with another learner are 80 steps, to the
last bit; a state is recalled as it was noted; forward twice, and then backward the first, is as if once.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any, NewType, TypeAlias, TypeVar

import numpy as np

from tinyml.ch01_objects.domain import Product
from tinyml.ch02_arrows.space import Space
from tinyml.ch11_lens.lenses import Lens, lens
from tinyml.ch11_lens.ports import UNIT, Port, both
from tinyml.ch12_para.trees import grown, leaves, picked, refuse_no_port
from tinyml.errors import InvalidQuantity, InvalidScalar, ShapeMismatch, WrongType
from tinyml.type_variables import P, S, dP
from tinyml.validation import FloatArray, whole_number

M = TypeVar("M")
Done = NewType("Done", int)

Update: TypeAlias = Lens[Port[Product[M, P], Product[M, P]], Port[P, dP]]
"""An optimiser: its states are pairs of a memory and of parameters."""


def check_done(where: str, space: Space, value: Any) -> None:
    number = whole_number(f"{space} in {where}", value)
    if number < 0:
        raise InvalidQuantity(f"{space} in {where}", number, "0 or more")


COUNT: Port[Done, Done] = Port(Space("Done"), Space("Done"), (check_done, check_done))
"""The number of steps that are done."""


def changes_of(parameters: Port[Any, dP]) -> Port[dP, dP]:
    """Return the port of a memory that is a change of the parameters."""
    return Port(parameters.changes, parameters.changes, (parameters.checks[1], parameters.checks[1]))


def remembering(
    name: str,
    memory: Port[M, M],
    parameters: Port[P, dP],
    get: Callable[[Product[M, P]], P],
    put: Callable[[Product[M, P], dP], Product[M, P]],
) -> Update[M, P, dP]:
    """Return the update of two functions: what the model is to read of a state, and the state after a change."""
    refuse_no_port(name, parameters)
    refuse_no_port(name, memory)
    check = parameters.checks[0]
    own: Port[P, P] = Port(parameters.points, parameters.points, (check, check))
    return lens(name, both(memory, own), parameters, get, put)


def stored(state: Product[Any, P]) -> P:
    """Return the parameters of a state as they are: what the get of most updates does."""
    return state.second


def starting(update: Update[M, P, dP], parameters: P) -> Product[M, P]:
    """Return the state in which an update begins: these parameters, and a memory of zeros.

    >>> from tinyml.ch11_lens.ports import NUMBERS, Number
    >>> from tinyml.ch14_optimisers.momenta import momentum
    >>> starting(momentum(NUMBERS, 0.9), Number(5.0))
    Product(first=0, second=5.0)
    """
    space = states_of("starting", update)
    memory, own = space.factors
    arrays: list[FloatArray] = [leaf for leaf in picked(parameters) if isinstance(leaf, np.ndarray)]
    kind = np.result_type(*arrays) if arrays else np.dtype(np.float64)
    if kind.kind in "iu":
        raise WrongType("starting", "parameters of floats or of fractions", parameters)
    front = arrays[0].shape[: arrays[0].ndim - len(own.size)] if arrays and own.size else ()

    def blank(leaf: Space) -> Any:
        if leaf == UNIT.points:
            return ()
        return np.zeros((*front, *leaf.size), kind) if leaf.size else 0

    state: Product[M, P] = Product(grown(memory, map(blank, leaves(memory))), parameters)
    update.source.admit_point("starting", state)
    return state


def noted(state: Product[Any, Any]) -> list[Any]:
    """Return a state as a list of numbers and lists, from left to right: what `json` can write, to the last bit.

    `WrongType` for what has no such form: a fraction, or an array of shorter floats.
    """
    return [_noted(leaf) for leaf in picked(state)]


def recalled(update: Lens[Port[S, S], Port[Any, Any]], note: list[Any]) -> S:
    """Return the state that was noted; what is no state of this update is refused.

    >>> from tinyml.ch12_para.trees import Flat, flat
    >>> from tinyml.ch14_optimisers.momenta import momentum
    >>> update = momentum(flat(2), 0.9)
    >>> noted(starting(update, Flat(np.array([1.0, 2.0]))))
    [[0.0, 0.0], [1.0, 2.0]]
    >>> recalled(update, [[0.5, 0.0], [1.0, 2.0]]).first
    array([0.5, 0. ])
    """
    spaces = leaves(states_of("recalled", update))
    if not isinstance(note, list):
        raise WrongType("recalled", "the list that `noted` has made", note)
    if len(note) != len(spaces):
        raise ShapeMismatch(f"recalled, {update.source.points}", f"{len(spaces)} entries", str(len(note)))
    found: list[Any] = list(map(_recalled, spaces, note))
    state: S = grown(update.source.points, iter(found))
    update.source.admit_point("recalled", state)
    shapes = [(np.shape(leaf), len(space.size)) for space, leaf in zip(spaces, found, strict=True) if space.size]
    fronts = {shape[: len(shape) - axes] for shape, axes in shapes}
    if len(fronts) > 1:  # a memory of other rows would be added to the parameters all the same
        raise ShapeMismatch("recalled", "the same axes in front of all arrays", ", ".join(map(str, sorted(fronts))))
    return state


def _noted(leaf: Any) -> Any:
    if isinstance(leaf, np.ndarray):
        array: np.ndarray[Any, Any] = leaf
        if array.dtype != np.float64:
            raise WrongType("noted", "arrays of float64", array)
        return array.tolist()
    if isinstance(leaf, tuple) and not leaf:
        return []
    if isinstance(leaf, bool) or not isinstance(leaf, (int, float)):
        raise WrongType("noted", "a state of arrays and numbers", leaf)
    return leaf


def _recalled(space: Space, entry: Any) -> Any:
    if space == UNIT.points:
        return tuple(entry)
    if not space.size:
        return entry
    try:
        numbers = np.asarray(entry)
    except ValueError:  # a list of rows that are not of one length
        raise WrongType("recalled", f"an array for {space}", entry) from None
    if numbers.dtype.kind not in "iuf":
        raise WrongType("recalled", f"numbers for {space}", entry)
    return numbers.astype(np.float64)


def states_of(where: str, update: Any) -> Space:
    """Return the space of the states of an update, a pair; refuse what remembers nothing."""
    if not isinstance(update, Lens):
        raise WrongType(where, "an update, a lens to parameters", update)
    own: Lens[Any, Any] = update
    space: Space = own.source.points
    if not space.is_pair:
        raise WrongType(where, "an update whose states are a memory and parameters", update)
    return space


def checked_number(what: str, value: Any, expected: str, holds: Callable[[Any], bool]) -> Any:
    """Return a finite number for which `holds` is true; a fraction stays one."""
    if isinstance(value, bool) or not isinstance(value, (int, float, Fraction)):
        raise WrongType(what, "a number", value)
    if not math.isfinite(value):
        raise InvalidScalar(what, float(value))
    if not holds(value):
        raise InvalidQuantity(what, float(value), expected)
    return value


def checked_share(what: str, value: float | Fraction) -> Any:
    """Return how much of a memory is kept: from 0 to below 1, since what is kept for ever never ends to grow."""
    return checked_number(what, value, "from 0 to below 1", lambda share: 0 <= share < 1)


def checked_size(what: str, value: float | Fraction) -> Any:
    """Return a number that is not negative."""
    return checked_number(what, value, "0 or more", lambda size: size >= 0)

"""Sequences: rows of numbers in an order, what each place asks, offers and says, and who may read what.

    hidden(d)              the port of hidden sequences, (..., length, d): a row for each place
    queries(w), keys(w), values(w)      what a place asks for, what it can be found by, and what it says
    positions(n, d)        a row for each place, added to what is there, as far as the sequence goes

    causal(n)              a mask: query i may read key j if j <= i; True means allowed
    everywhere(n, m)       a mask that allows everything

All lengths are axes in front of the port, so that one layer reads short sequences and long ones.
Laws (tests/ch19_attention/test_sequences.py): positions are the derivative turned around, and a shorter sequence has
the first rows of a longer one; of n queries under `causal` the i-th may read i + 1 keys.
"""

from __future__ import annotations

from typing import Any, NewType, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tinyml.ch11_lens.ports import Port, port
from tinyml.ch12_para.layers import Table, TableChange
from tinyml.ch12_para.parametric import Para, para
from tinyml.ch12_para.trees import array
from tinyml.errors import EmptyInput, InvalidQuantity, OutOfRange, ShapeMismatch, WrongType
from tinyml.validation import FloatArray, whole_number

Hidden = NewType("Hidden", FloatArray)
HiddenChange = NewType("HiddenChange", FloatArray)
Queries = NewType("Queries", FloatArray)
QueriesChange = NewType("QueriesChange", FloatArray)
Keys = NewType("Keys", FloatArray)
KeysChange = NewType("KeysChange", FloatArray)
Values = NewType("Values", FloatArray)
ValuesChange = NewType("ValuesChange", FloatArray)

HiddenPort: TypeAlias = Port[Hidden, HiddenChange]
Mask: TypeAlias = NDArray[np.bool_]
"""Shape (queries, keys): True where a query may read a key."""


def hidden(size: int) -> HiddenPort:
    return port(Hidden, HiddenChange, at_least_one("number of features", size))


def queries(width: int) -> Port[Queries, QueriesChange]:
    return port(Queries, QueriesChange, at_least_one("width of a head", width))


def keys(width: int) -> Port[Keys, KeysChange]:
    return port(Keys, KeysChange, at_least_one("width of a head", width))


def values(width: int) -> Port[Values, ValuesChange]:
    return port(Values, ValuesChange, at_least_one("width of a head", width))


def positions(length: int, size: int) -> Para[Port[Table, TableChange], HiddenPort, HiddenPort]:
    """Return the layer that adds to each place a row of its own; a sequence may be shorter than the table.

    >>> print(positions(8, 4))
    positions : (Hidden[4], HiddenChange[4]) -> (Hidden[4], HiddenChange[4]) with (Table[8, 4], TableChange[8, 4])
    """
    longest = at_least_one("number of positions", length)

    def forward(table: Table, x: Hidden) -> tuple[Hidden, tuple[int, ...]]:
        number = x.shape[-2]
        if number > longest:
            raise OutOfRange("position", number - 1, longest)
        return Hidden(x + table[:number]), table.shape

    def backward(shape: tuple[int, ...], change: HiddenChange) -> tuple[TableChange, HiddenChange]:
        total = np.zeros(shape, change.dtype)
        total[: change.shape[-2]] = change.reshape(-1, *change.shape[-2:]).sum(axis=0)
        return TableChange(total), change

    return para("positions", array(Table, TableChange, longest, size), hidden(size), hidden(size), forward, backward)


def causal(length: int) -> Mask:
    """Return the mask under which each place may read itself and what came before it.

    >>> causal(3).astype(int)
    array([[1, 0, 0],
           [1, 1, 0],
           [1, 1, 1]])
    """
    number = at_least_one("length of a sequence", length)
    return np.tri(number, dtype=np.bool_)


def everywhere(length: int, read: int | None = None) -> Mask:
    """Return the mask under which each of `length` queries may read all of `read` keys, or as many as queries."""
    number = at_least_one("length of a sequence", length)
    return np.ones((number, number if read is None else at_least_one("length of a sequence", read)), np.bool_)


def checked_mask(where: str, mask: Any) -> Mask:
    """Return a mask that nobody can change; refuse what is none, and a query that may read nothing.

    Of nothing there is no distribution: a softmax over no scores would divide zero by zero.
    """
    given: NDArray[Any] = mask
    if not isinstance(mask, np.ndarray) or given.dtype != np.bool_:
        raise WrongType(where, "a mask, an array of bools such as causal(5)", mask)
    own: Mask = given.copy()
    if own.ndim != 2:
        raise ShapeMismatch(f"mask of {where}", "(queries, keys)", str(own.shape))
    if not own.size:
        raise EmptyInput(f"mask of {where}")
    lost = np.flatnonzero(~own.any(axis=1))
    if lost.size:
        raise InvalidQuantity(f"number of keys that query {int(lost[0])} may read", 0, "1 or more")
    own.setflags(write=False)
    return own


def at_least_one(what: str, size: int) -> int:
    number = whole_number(what, size)
    if number < 1:
        raise InvalidQuantity(what, number, "1 or more")
    return number

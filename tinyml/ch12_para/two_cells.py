"""2-cells: what can be done to the parameters of a model, each a lens r : Q -> P to reparametrise along.

    2-cell               Q        there, from Q to P     back, from P' to Q'
    descent(P)           (P, P)   p                      p + p'          new parameters, and no longer a change
    tying: wires.copy    P        (p, p)                 p' + q'         two readers, and their changes add
    frozen(P, p)         1        p                      ()              nothing is sent back
    low_rank(P, w, r)    A x B    w + a b                (w' b^T, a^T w')  few numbers that move many
    rounded(P, kind)     P        p, rounded             p'              as if nothing had been rounded

`f.reparametrise(r)` is f with r stacked on its wire of parameters, so that 2-cells are drawn above each other and
composed as lenses are.  With `descent` a model takes parameters and gives back better ones: that is all that gradient
descent is.  Where the minus and the rate come from, chapter 13 says.
Laws (tests/ch12_para/test_two_cells.py): tying adds changes up, exactly; freezing sends nothing back; low rank is the
derivative of w + a b; descent is neutral for values and adds; rounding twice is rounding once.
"""

from __future__ import annotations

from typing import Any, NewType, cast

import numpy as np
from numpy.typing import DTypeLike

from tinyml.ch01_objects.domain import Product
from tinyml.ch11_lens.lenses import AnyLens, Lens, lens, optic
from tinyml.ch11_lens.ports import UNIT, Port, Unit, both
from tinyml.ch11_lens.wires import added, copy, rewired
from tinyml.ch12_para.trees import array, refuse_no_port, settled
from tinyml.errors import InvalidQuantity, ShapeMismatch
from tinyml.type_variables import P, U, V, dP, dU, dV
from tinyml.validation import FloatArray, whole_number

Factor = NewType("Factor", FloatArray)
FactorChange = NewType("FactorChange", FloatArray)
Factors = Product[Factor, Factor]
FactorsChange = Product[FactorChange, FactorChange]


def descent(parameters: Port[P, dP]) -> Lens[Port[P, P], Port[P, dP]]:
    """Return the update of gradient descent: parameters go there, and come back with their change added to them.

    >>> from tinyml.ch11_lens.ports import NUMBERS, Number, NumberChange
    >>> descent(NUMBERS).put(Product(Number(5), NumberChange(-2)))
    3
    """
    refuse_no_port("descent", parameters)
    check = parameters.checks[0]

    def there(own: P) -> P:
        return own

    def back(own: P, change: dP) -> P:
        moved: P = added(own, change)
        return moved

    return lens("descent", Port(parameters.points, parameters.points, (check, check)), parameters, there, back)


def frozen(parameters: Port[P, dP], value: P) -> Lens[Port[Unit, Unit], Port[P, dP]]:
    """Return the lens that always gives this value, of which it keeps a copy, and sends nothing back."""
    refuse_no_port("frozen", parameters)
    parameters.admit_point("frozen", value)
    held: P = settled(value)

    def there(_: Unit) -> P:
        return held

    def back(_: dP) -> Unit:
        return ()

    return rewired("frozen", UNIT, parameters, there, back)


def low_rank(parameters: Port[U, dU], start: U, rank: int) -> Lens[Port[Factors, FactorsChange], Port[U, dU]]:
    """Return the lens from two thin factors a and b to start + a b, of which the start is frozen [Hu et al. 2021].

    A matrix of m rows and n columns has m n numbers to learn; its two factors have (m + n) times the rank.
    """
    refuse_no_port("low_rank", parameters)
    parameters.admit_point("low_rank", start)
    rank = whole_number("rank", rank)
    if len(parameters.points.size) != 2:
        raise ShapeMismatch("low_rank", "a port of matrices", str(parameters.points))
    rows, columns = parameters.points.size
    if not 1 <= rank <= min(rows, columns):
        raise InvalidQuantity(f"rank for {parameters.points}", rank, f"from 1 to {min(rows, columns)}")
    held: U = settled(start)

    def forward(factors: Factors) -> tuple[U, Factors]:
        return cast(U, held + factors.first @ factors.second), factors

    def backward(kept: Factors, change: dU) -> FactorsChange:
        return Product(FactorChange(change @ kept.second.T), FactorChange(kept.first.T @ change))

    sides = (array(Factor, FactorChange, *size) for size in ((rows, rank), (rank, columns)))
    return optic(f"low rank {rank}", both(*sides), parameters, forward, backward)


def rounded(parameters: Port[U, dU], kind: DTypeLike = np.float16) -> Lens[Port[U, dU], Port[U, dU]]:
    """Return the lens that rounds to the numbers of a shorter format, and brings changes back as they are.

    It is no derivative: that of a staircase is 0 at nearly every point, and nothing would ever be learnt through it.
    A number too large for the format becomes infinite, which `get` of a model refuses.
    """
    refuse_no_port("rounded", parameters)
    short = np.dtype(kind)

    def there(own: U) -> U:
        with np.errstate(over="ignore"):
            return cast(U, own.astype(short).astype(own.dtype))

    def back(change: dU) -> dU:
        return change

    return rewired(f"rounded to {short}", parameters, parameters, there, back)


def transposed(source: Port[U, dU], target: Port[V, dV]) -> Lens[Port[U, dU], Port[V, dV]]:
    """Return the lens that turns rows into columns: what ties a head to an embedding needs it."""
    for port in (source, target):
        refuse_no_port("transposed", port)
    if source.points.size != target.points.size[::-1] or len(source.points.size) != 2:
        raise ShapeMismatch("transposed", f"the size of {source.points}, turned around", str(target.points))

    def there(own: U) -> V:
        return cast(V, own.T)

    def back(change: dV) -> dU:
        return cast(dU, change.T)

    return rewired("transposed", source, target, there, back)


def two_cell_table(parameters: Port[U, dU], value: U) -> dict[str, AnyLens]:
    """Return the rows of the table above, for one port of matrices and a value of it."""
    rows: dict[str, Any] = {
        "descent": descent(parameters),
        "tying": copy(parameters),
        "freezing": frozen(parameters, value),
        "low rank": low_rank(parameters, value, 1),
        "rounding": rounded(parameters),
    }
    return rows

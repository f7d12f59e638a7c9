"""Clipping and decay: lenses to put before an update or after it, on the wire of the parameters.

    lens                          back, for a change c
    clipped_values(P, l)          each number between -l and l
    clipped_norm(P, l, eps)       c l / (|c| + eps), but never more than c    of all numbers together
    l2_penalty(P, k)              c - k p                                 then the update hears of it
    decoupled_decay(update, k)    what the update makes, less k p         it never hears of it

    supervised(model, momentum(P, 0.9) >> clipped_norm(P, 1, eps=0), ...)

`update >> lens` is an update again, with the same memory: changes come from the right, so the lens sees them first.  A
decay on the other side of an update is the W of AdamW.  For gradient descent both sides are the same; what Adam hears
of, it divides by its size.
Laws (tests/ch14_optimisers/test_clipping.py): a short change is let through as it is, and a long one keeps its
direction and becomes as long as told; decay and penalty are one for descent, exactly over fractions, and two for Adam;
adamw is adam with a decay of rate times as much.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any, cast

import numpy as np

from tinyml.ch01_objects.domain import Product
from tinyml.ch11_lens.lenses import Lens, lens
from tinyml.ch11_lens.ports import Port, halves
from tinyml.ch11_lens.promises import paired
from tinyml.ch11_lens.wires import added, rewired
from tinyml.ch12_para.trees import refuse_no_port
from tinyml.ch13_learner.closing import scaled
from tinyml.ch14_optimisers.memories import M, Update, checked_size, states_of
from tinyml.type_variables import P, dP

TINY = 2.0**-600
"""What brings any float to where its square is a float, too."""


def clipped_values(parameters: Port[P, dP], limit: float) -> Lens[Port[P, dP], Port[P, dP]]:
    """Return the lens that cuts each number of a change at a limit; it may turn the change into another direction.

    >>> from tinyml.ch12_para.trees import Flat, FlatChange, flat
    >>> clipped_values(flat(2), 1.0).put(Product(Flat(np.zeros(2)), FlatChange(np.array([3.0, -0.5]))))
    array([ 1. , -0.5])
    """
    refuse_no_port("clipped_values", parameters)
    number = checked_size("limit of clipped_values", limit)

    def back(change: dP) -> dP:
        cut: dP = _clipped(change, number)
        return cut

    return rewired(f"values to {number}", parameters, parameters, _same, back)


def clipped_norm(parameters: Port[P, dP], limit: float, *, eps: float) -> Lens[Port[P, dP], Port[P, dP]]:
    """Return the lens that shortens a change which is longer than a limit, all its numbers by one factor.

    PyTorch has 1e-6 for `eps`, and then a change ends a little short of the limit.

    >>> from tinyml.ch12_para.trees import Flat, FlatChange, flat
    >>> clipped_norm(flat(2), 1.0, eps=0.0).put(Product(Flat(np.zeros(2)), FlatChange(np.array([3.0, -4.0]))))
    array([ 0.6, -0.8])
    """
    refuse_no_port("clipped_norm", parameters)
    number, least = checked_size("limit of clipped_norm", limit), checked_size("eps of clipped_norm", eps)

    def back(change: dP) -> dP:
        size = math.sqrt(paired(change, change)) + least
        if math.isinf(size):  # the squares are too large for a float, and the change may not be
            change = scaled(change, TINY)
            size = math.sqrt(paired(change, change))
            return cast(dP, scaled(change, number / size))
        short: dP = scaled(change, number / size) if size > number else change
        return short

    return rewired(f"norm to {number}", parameters, parameters, _same, back)


def l2_penalty(parameters: Port[P, dP], factor: float | Fraction) -> Lens[Port[P, dP], Port[P, dP]]:
    """Return the lens that takes `factor` times the parameters from each change: the slope of factor |p|^2 / 2."""
    refuse_no_port("l2_penalty", parameters)
    number = checked_size("factor of l2_penalty", factor)

    def put(own: P, change: dP) -> dP:
        pulled: dP = added(change, scaled(own, -number))
        return pulled

    return lens(f"penalty {number}", parameters, parameters, _same, put)


def decoupled_decay(update: Update[M, P, dP], factor: float | Fraction) -> Update[M, P, dP]:
    """Return an update after which `factor` times the old parameters is taken from the new ones."""
    states_of("decoupled_decay", update)
    number = checked_size("factor of decoupled_decay", factor)

    def put(state: Product[M, P], after: Product[M, P]) -> Product[M, P]:
        shrunk: P = added(after.second, scaled(state.second, -number))
        return Product(after.first, shrunk)

    return lens(f"decay {number}", update.source, update.source, _same, put) >> update


def _same(value: Any) -> Any:
    return value


def _clipped(change: Any, limit: Any) -> Any:
    if isinstance(change, Product):
        return Product(*(_clipped(half, limit) for half in halves(change)))
    return change if isinstance(change, tuple) else np.clip(change, -limit, limit)

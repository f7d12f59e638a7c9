"""Entering: where a person hands parameters and values to a model, each layer of it checks what it makes.

    named_side(port, name)    the same port; what it refuses, it calls parameters of that layer
    checked_ways(...)         the two functions of a layer, each refusing what it has made if no port admits it
    checked_lens(f)           the same lens, each part of it refusing likewise

So a message names the layer where a number stopped being one, and not the end of the row.  The layers themselves check
nothing when they run in a loop: there they would pay for it at every step.
Checked by tests/ch12_para/test_entering.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from tinyml.ch02_arrows.space import Space
from tinyml.ch11_lens.lenses import AnyLens, optic, parts_of
from tinyml.ch11_lens.ports import Check, Port
from tinyml.ch11_lens.remembering import bracketed
from tinyml.errors import ShapeMismatch
from tinyml.type_variables import P, dP

AnyPort: TypeAlias = Port[Any, Any]
Way: TypeAlias = Callable[[Any, Any], tuple[Any, Any]]


def named_side(parameters: Port[P, dP], name: str) -> Port[P, dP]:
    """Return a port that says of which layer it has the parameters when it refuses some."""
    side = f"parameters of {name}"

    def named(check: Check) -> Check:
        def told(where: str, space: Space, value: Any) -> None:
            check(where if side in where else f"{side}, in {where}", space, value)

        return told

    point, change = parameters.checks
    return Port(parameters.points, parameters.changes, (named(point), named(change)))


def checked_ways(name: str, ports: tuple[AnyPort, AnyPort, AnyPort], there: Way, back: Way) -> tuple[Way, Way]:
    """Return the two ways of a layer, each refusing what it has made where no port of the layer admits it."""
    parameters, source, target = ports

    def checked_there(own: Any, point: Any) -> tuple[Any, Any]:
        result, kept = there(own, point)
        target.admit_point(f"the result of {name}", result)
        return result, (kept, result)

    def checked_back(kept: Any, change: Any) -> tuple[Any, Any]:
        refuse_shape(name, kept[1], change)
        own, before = back(kept[0], change)
        parameters.admit_change(f"the change of the parameters of {name}", own)
        source.admit_change(f"the change that {name} sends back", before)
        return own, before

    return checked_there, checked_back


def checked_lens(own: AnyLens) -> AnyLens:
    """Return the same lens, each part that `>>` has joined in it refusing what is no value of its ports."""
    return bracketed([_checked_part(part) for part in parts_of(own)], "left")


def refuse_shape(name: str, result: Any, change: Any) -> None:
    """Refuse a change of an array that has another shape than the array: a port says nothing about axes in front."""
    arrays = isinstance(result, np.ndarray) and isinstance(change, np.ndarray)
    if arrays and np.shape(result) != np.shape(change):
        raise ShapeMismatch(f"the change of the result of {name}", str(np.shape(result)), str(np.shape(change)))


def _checked_part(part: AnyLens) -> AnyLens:
    def forward(point: Any) -> tuple[Any, Any]:
        result, kept = part.forward(point)
        part.target.admit_point(f"the result of {part.name}", result)
        return result, (kept, result)

    def backward(kept: Any, change: Any) -> Any:
        refuse_shape(part.name, kept[1], change)
        before = part.backward(kept[0], change)
        part.source.admit_change(f"the change that {part.name} sends back", before)
        return before

    return optic(part.name, part.source, part.target, forward, backward)

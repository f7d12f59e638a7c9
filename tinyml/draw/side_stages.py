"""What a diagram of a parametric lens is made of: its layers from top to bottom, and what is at the side of each.

    staged(model, p, a, change)    the stages with what is seen below each, and the tree of the side

A side is a stage, whose parameters come in there, or a 2-cell over a side, or sides in the order of their bracket.
Everything is found by running the parts of the model; without parameters nothing is run, and nothing is seen.
Checked by tests/draw/test_side_diagram.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, final

from tinyml.ch02_arrows.space import Space
from tinyml.ch11_lens.lenses import AnyLens, parts_of
from tinyml.ch11_lens.ports import Port
from tinyml.ch12_para.parametric import AnyPara, Followed, ParaComposite, Reparametrised
from tinyml.ch12_para.trees import leaves, picked
from tinyml.draw.lens_diagram import traced

Seen: TypeAlias = tuple[Any, Any]
"""What goes there and what comes back; None where nothing is run."""


@final
@dataclass(frozen=True, slots=True)
class Wire:
    """One array, or whatever a port has: its space, that of its changes, and what is seen of both."""

    points: Space
    changes: Space
    seen: Seen = (None, None)


@final
@dataclass(frozen=True, slots=True)
class Stage:
    """A layer or a lens: its name, the wire below it, and those of its parameters, from left to right."""

    name: str
    below: Wire
    sides: tuple[Wire, ...] = ()


@final
@dataclass(frozen=True, slots=True)
class Over:
    """A 2-cell, what is given to it from outside, the change that comes to it from inside, and where it acts."""

    by: AnyLens
    given: Any
    change: Any
    side: Side


Side: TypeAlias = "Stage | Over | tuple[Side, ...]"


def staged(own: AnyPara, parameters: Any, at: Any, change: Any) -> tuple[list[Stage], Side]:
    """Return the stages of a parametric lens from top to bottom, and its side."""
    if isinstance(own, ParaComposite):
        return _of_row(own, parameters, at, change)
    if isinstance(own, Followed):
        return _of_followed(own, parameters, at, change)
    if isinstance(own, Reparametrised):
        inside = None if parameters is None else own.by.forward(parameters)[0]
        stages, side = staged(own.inner, inside, at, change)
        return stages, Over(own.by, parameters, run(own.inner, inside, at, change)[1], side)
    result, back, _ = run(own, parameters, at, change)
    stage = Stage(own.name, whole_wire(own.target, (result, change)), wires_of(own.parameters, (parameters, back)))
    return [stage], stage


def run(own: AnyPara, parameters: Any, at: Any, change: Any) -> tuple[Any, Any, Any]:
    """Return the result and the two changes; None for each where there are no parameters."""
    if parameters is None:
        return None, None, None
    result, kept = own.forward(parameters, at)
    return result, *own.backward(kept, change)


def wires_of(port: Port[Any, Any], seen: Seen) -> tuple[Wire, ...]:
    """Return a wire for each leaf of a port, from left to right; one for all where its changes have other leaves."""
    spaces, changes = leaves(port.points), leaves(port.changes)
    if len(spaces) != len(changes):
        return (whole_wire(port, seen),)
    there, back = ([None] * len(spaces) if own is None else picked(own) for own in seen)
    return tuple(map(Wire, spaces, changes, zip(there, back, strict=True)))


def whole_wire(port: Port[Any, Any], seen: Seen) -> Wire:
    return Wire(port.points, port.changes, seen)


def _of_row(own: ParaComposite[Any, Any, Any], parameters: Any, at: Any, change: Any) -> tuple[list[Stage], Side]:
    stages, sides = list[Stage](), list[Side]()
    for part, seen in zip(own.parts, _through(own.parts, parameters, at, change), strict=True):
        more, side = staged(part, *seen)
        stages += more
        sides.insert(0, side)
    return stages, tuple(sides)


def _of_followed(own: Followed[Any, Any, Any], parameters: Any, at: Any, change: Any) -> tuple[list[Stage], Side]:
    between = None if parameters is None else own.first.forward(parameters, at)[0]
    seen = traced(own.second, between, change)
    stages, side = staged(own.first, parameters, at, seen[0][1])
    below = zip(parts_of(own.second), seen[1:], strict=True)
    return [*stages, *(Stage(part.name, whole_wire(part.target, here)) for part, here in below)], side


def _through(parts: Sequence[AnyPara], parameters: Any, at: Any, change: Any) -> list[tuple[Any, Any, Any]]:
    """Return what each part of a row is given: its parameters, its value, and the change that comes back to it."""
    if parameters is None:
        return [(None, None, None)] * len(parts)
    shares, points, kept, changes = list[Any](), [at], list[Any](), [change]
    for _ in parts[1:]:
        shares.append(parameters.first)
        parameters = parameters.second
    shares = [parameters, *reversed(shares)]
    for part, share in zip(parts, shares, strict=True):
        result, needed = part.forward(share, points[-1])
        points.append(result)
        kept.append(needed)
    for part, needed in zip(reversed(parts), reversed(kept), strict=True):
        changes.append(part.backward(needed, changes[-1])[1])
    return list(zip(shares, points[:-1], changes[-2::-1], strict=True))

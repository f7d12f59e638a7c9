"""Taped: a graph of chapter 10 as lenses in a row, so that its way back is a put.

    cell    copy >> (identity @ (read >> node)) >> append : Context[n] -> Context[n + 1]
    graph   cell >> cell >> ... >> cell                   : Context[inputs] -> Context[all values]

A graph that reads a wire twice copies it, and copying adds on the way back: nothing else is left of a tape.
Laws (tests/ch11_lens/test_taped.py): the get of a graph is its `eval` and the put its `vjp`, exactly over fractions and
bits; for the language model, where no node reads a wire twice, in floats too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NewType, TypeAlias

from tinyml.ch01_objects.domain import Product
from tinyml.ch02_arrows.space import Space
from tinyml.ch10_tape.context import Context, Shapes
from tinyml.ch10_tape.nodes import Node
from tinyml.ch10_tape.rings import Ring
from tinyml.ch10_tape.tape import Cell, Graph
from tinyml.ch11_lens import wires
from tinyml.ch11_lens.lenses import Lens, optic
from tinyml.ch11_lens.ports import Port, both
from tinyml.ch11_lens.remembering import bracketed
from tinyml.errors import ShapeMismatch, WrongType

ContextChange = NewType("ContextChange", Context)
Wired: TypeAlias = Port[Context, ContextChange]


def context(size: int) -> Wired:
    """Return the port of contexts with so many tensors."""
    spaces = Space("Context", (size,)), Space("ContextChange", (size,))
    return Port(*spaces, (check_context, check_context))


def check_context(where: str, space: Space, value: Any) -> None:
    if not isinstance(value, Context):
        raise WrongType(where, f"a Context for {space}", value)
    if (len(value),) != space.size:
        raise ShapeMismatch(f"{where}, {space}", f"{space.size[0]} tensors", str(len(value)))


def reading(size: int, places: Sequence[int]) -> Lens[Wired, Wired]:
    """Return the lens that reads the tensors at some places; back, what comes is added there, and zeros elsewhere."""

    def forward(values: Context) -> tuple[Context, tuple[Ring, Shapes]]:
        read = Context(values.ring, tuple(values[place] for place in places))
        return read, (values.ring, values.shapes)

    def backward(form: tuple[Ring, Shapes], change: ContextChange) -> ContextChange:
        total = Context.zero(*form)
        for place, tensor in zip(places, change, strict=True):
            total = total.adding(place, tensor)
        return ContextChange(total)

    return optic(f"read {', '.join(map(str, places))}", context(size), context(len(places)), forward, backward)


def lens_of_node(node: Node) -> Lens[Wired, Wired]:
    """Return a node as a lens: there by `forward`, back by `vjp`; it keeps its inputs."""
    cell = Cell(node.name, node, tuple(range(node.arity)))

    def forward(values: Context) -> tuple[Context, Context]:
        _, made = cell.forward(values).unsnoc()
        return Context(values.ring, (made,)), values

    def backward(values: Context, change: ContextChange) -> ContextChange:
        return ContextChange(cell.vjp(values, Context.zero(values.ring, values.shapes), change[0]))

    return optic(node.name, context(node.arity), context(1), forward, backward)


def appending(size: int) -> Lens[Port[Product[Context, Context], Product[ContextChange, ContextChange]], Wired]:
    """Return the lens that puts a tensor at the end of a context; back, the two come apart again."""

    def there(pair: Product[Context, Context]) -> Context:
        return pair.first.snoc(pair.second[0])

    def back(change: ContextChange) -> Product[ContextChange, ContextChange]:
        before, last = change.unsnoc()
        return Product(ContextChange(before), ContextChange(Context(change.ring, (last,))))

    return wires.rewired("append", both(context(size), context(1)), context(size + 1), there, back)


def of_cell(cell: Cell, size: int) -> Lens[Wired, Wired]:
    """Return a node at its place in a graph: one copy of all values so far goes on, the node reads the other."""
    here = context(size)
    aside = reading(size, cell.reads) >> lens_of_node(cell.node)
    return wires.copy(here) >> (wires.identity(here) @ aside) >> appending(size)


def lens_of_graph(graph: Graph) -> Lens[Wired, Wired]:
    """Return a graph as a composite: its inputs go in, and all its values come out.

    >>> from tinyml.ch10_tape.nodes import exp
    >>> lens_of_graph(Graph(("x",)).then("y", exp, "x"))
    copy >> (identity @ (read 0 >> exp)) >> append : (Context[1], ContextChange[1]) -> (Context[2], ContextChange[2])
    """
    if not isinstance(graph, Graph):
        raise WrongType("lens_of_graph", "a Graph", graph)
    inputs = len(graph.inputs)
    row = [of_cell(cell, inputs + place) for place, cell in enumerate(graph.cells)]
    return bracketed(row, "left") if row else wires.identity(context(inputs))

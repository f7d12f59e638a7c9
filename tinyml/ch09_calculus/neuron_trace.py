"""A neuron taken apart into operations: a value on each wire going forwards, a signal on each going backwards.

    value(wire)   = operation.forward(values of its inputs)
    signal(loss)  = 1
    signal(input) = signal(wire) * local gradient of the operation        backwards

The signal on a wire is the slope of the loss in the number on that wire.  The loss is - log of the
probability of the target, and a target of no turns the sign of the score before the sigmoid.
Law (tests/ch09_calculus/test_neuron.py): the signals at the weights and the bias are the gradient of the neuron.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from tinyml.ch09_calculus.calculus import AddOp, LogOp, MulOp, Operation, Scalar, SigmoidOp
from tinyml.ch09_calculus.neuron import Neuron, NeuronExample, NeuronGradient
from tinyml.errors import ShapeMismatch


@final
@dataclass(frozen=True, slots=True)
class Wire:
    """One wire: its name, its value, its signal, and the operation and wires that it comes from, if any."""

    name: str
    value: float
    signal: float
    operation: Operation | None = None
    inputs: tuple[str, ...] = ()


@final
@dataclass(frozen=True, slots=True)
class NeuronTrace:
    """All wires of one neuron on one example, from the inputs to the loss."""

    wires: tuple[Wire, ...]

    def __getitem__(self, name: str) -> Wire:
        for wire in self.wires:
            if wire.name == name:
                return wire
        raise KeyError(f"no wire {name!r}; there are {', '.join(wire.name for wire in self.wires)}")

    @property
    def gradient(self) -> NeuronGradient:
        """The signals at the weights and at the bias."""
        slopes = tuple(wire.signal for wire in self.wires if wire.name[0] == "w" and not wire.inputs)
        return NeuronGradient(slopes, self["b"].signal)


Steps = tuple[tuple[str, Operation, tuple[str, ...]], ...]


def operations_of(size: int) -> Steps:
    """Return the operations of a neuron with `size` inputs, in the order in which they run."""
    multiply, add = MulOp(), AddOp()
    products = [(f"w{k}x{k}", multiply, (f"w{k}", f"x{k}")) for k in range(1, size + 1)]
    sums = [(f"s{k}", add, (f"s{k - 1}" if k > 2 else "w1x1", f"w{k}x{k}")) for k in range(2, size + 1)]
    total = f"s{size}" if size > 1 else "w1x1"
    end = (
        ("z", add, (total, "b")),
        ("signed", multiply, ("z", "sign")),
        ("q", SigmoidOp(), ("signed",)),
        ("log q", LogOp(), ("q",)),
        ("loss", multiply, ("log q", "minus one")),
    )
    return (*products, *sums, *end)


def trace_neuron(neuron: Neuron, example: NeuronExample) -> NeuronTrace:
    """Run one example forwards through the operations, and a signal of 1 backwards from the loss."""
    weight, features = neuron.weight.values.tolist(), example.first.values.tolist()
    if len(weight) != len(features):
        raise ShapeMismatch("logit", f"an Input of {len(weight)}", str(len(features)))
    values: dict[str, Scalar] = {}
    for k, (factor, feature) in enumerate(zip(weight, features, strict=True), 1):
        values |= {f"w{k}": factor, f"x{k}": feature}
    values |= {"b": neuron.bias.value, "sign": 1.0 if example.second.value else -1.0, "minus one": -1.0}
    steps = operations_of(len(weight))
    for name, operation, inputs in steps:
        values[name] = operation.forward(*(values[start] for start in inputs))
    signals: dict[str, Scalar] = {name: float(name == "loss") for name in values}
    for name, operation, inputs in reversed(steps):
        local = operation.local(*(values[start] for start in inputs))
        for start, signal in zip(inputs, local.backward(signals[name]), strict=True):
            signals[start] += signal
    origins = {name: (operation, inputs) for name, operation, inputs in steps}
    return NeuronTrace(
        tuple(
            Wire(name, float(values[name]) + 0.0, float(signals[name]) + 0.0, *origins.get(name, (None, ())))
            for name in values
        )
    )

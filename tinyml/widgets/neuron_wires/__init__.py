"""NeuronWires: one neuron with two inputs; a value on each wire going forwards, a signal on each going backwards."""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar, final

import traitlets

from tinyml.ch01_objects.domain import Product
from tinyml.ch09_calculus.neuron import Bias, Input, Neuron, NeuronExample, Target, Weight
from tinyml.ch09_calculus.neuron_arrows import NeuronLogit, NeuronLoss, neuron_gradient, sigmoid
from tinyml.ch09_calculus.neuron_trace import NeuronTrace, trace_neuron
from tinyml.draw.picture import QUIET, document, line, rectangle, text
from tinyml.widgets.widget import Number, Widget

REACH = 3.0
EQUAL_LOSS = {"first": (1.0, 0.0, 0.0, 1.0, 0.0, "yes"), "second": (0.5, 0.0, 0.0, 2.0, 0.0, "yes")}
"""Two weights, bias, two inputs and target of two neurons with one loss and two gradients."""


@final
class NeuronWires(Widget):
    """A weight for each of two inputs, a bias, the inputs themselves, and the answer that belongs to them."""

    name: ClassVar[str] = "neuron_wires"

    first_weight = Number(0.5, min=-REACH, max=REACH).tag(sync=True, setting=True)
    second_weight = Number(-0.25, min=-REACH, max=REACH).tag(sync=True, setting=True)
    bias = Number(0.1, min=-REACH, max=REACH).tag(sync=True, setting=True)
    first_input = Number(1.0, min=-REACH, max=REACH).tag(sync=True, setting=True)
    second_input = Number(2.0, min=-REACH, max=REACH).tag(sync=True, setting=True)
    target = traitlets.Enum(["yes", "no"], "yes").tag(sync=True, setting=True)

    def neuron(self) -> Neuron:
        return Neuron(Weight([self.first_weight, self.second_weight]), Bias(self.bias))

    def example(self) -> NeuronExample:
        return Product(Input([self.first_input, self.second_input]), Target(self.target == "yes"))

    def trace(self) -> NeuronTrace:
        return trace_neuron(self.neuron(), self.example())

    def references(self) -> dict[str, Any]:
        return canonical_references()

    def numbers(self) -> dict[str, Any]:
        return {"Values and signals of the wires": [[wire.value, wire.signal] for wire in self.trace().wires]}

    def fallback_svg(self) -> str:
        trace = self.trace()
        parts = [text(120, 26, "wire", anchor="end"), text(240, 26, "value", anchor="end")]
        parts += [text(360, 26, "signal", anchor="end"), text(384, 26, "from")]
        for number, wire in enumerate(trace.wires):
            y = 52 + 24 * number
            parts += [text(120, y, wire.name, anchor="end"), text(240, y, f"{wire.value:.6f}", anchor="end")]
            parts.append(text(360, y, f"{wire.signal:.6f}", anchor="end"))
            if wire.operation:
                parts.append(text(384, y, f"{wire.operation.name}({', '.join(wire.inputs)})", fill=QUIET))
        ground = rectangle(20, 34, 600, 1, fill=QUIET)
        return document(640, 64 + 24 * len(trace.wires), [ground, *parts, line(20, 34, 620, 34)])

    @property
    def alt(self) -> str:
        return "The wires of a neuron with two inputs, each with its value and with the signal that comes back on it."

    @property
    def caption(self) -> str:
        neuron, example = self.neuron(), self.example()
        share = sigmoid(NeuronLogit(neuron)(example.first)).value
        gradient = neuron_gradient(neuron, example)
        slopes = ", ".join(f"{slope:.6f}" for slope in gradient.weight)
        return (
            f"With the weights {self.first_weight:g} and {self.second_weight:g}, the bias {self.bias:g} and the inputs "
            f"{self.first_input:g} and {self.second_input:g} the neuron says yes with probability {share:.6f}. The "
            f"answer is {self.target}, and the loss {NeuronLoss(example)(neuron).value:.6f}. The slopes of the loss in "
            f"the weights are {slopes}, and {gradient.bias:.6f} in the bias."
        )


@cache
def canonical_references() -> dict[str, Any]:
    """Return the reference values that the page recomputes, under the same names."""
    values: dict[str, Any] = {}
    settings = {
        "the chapter's neuron": (0.5, -0.25, 0.1, 1.0, 2.0, "yes"),
        "the same, answer no": (0.5, -0.25, 0.1, 1.0, 2.0, "no"),
        "sure and wrong": (3.0, 3.0, 3.0, -3.0, -3.0, "yes"),
        **{f"{which} of equal loss": own for which, own in EQUAL_LOSS.items()},
    }
    for key, (w1, w2, bias, x1, x2, answer) in settings.items():
        trace = trace_neuron(Neuron(Weight([w1, w2]), Bias(bias)), Product(Input([x1, x2]), Target(answer == "yes")))
        values[f"values of {key}"] = [wire.value for wire in trace.wires]
        values[f"signals of {key}"] = [wire.signal for wire in trace.wires]
    return values

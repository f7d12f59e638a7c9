"""One neuron: where do slopes come from?

One neuron: its arrows, its slopes from local rules alone, and an arrow that does not exist.
"""

from __future__ import annotations

from collections.abc import Iterator

from tinyml.ch01_objects.domain import Product
from tinyml.ch01_objects.quantities import LearningRate
from tinyml.ch09_calculus.neuron import Bias, Input, Neuron, NeuronExample, Target, Weight
from tinyml.ch09_calculus.neuron_arrows import (
    NeuronLogit,
    NeuronLoss,
    NeuronStep,
    decide,
    neuron_gradient,
    sigmoid,
    single_valued,
)
from tinyml.ch09_calculus.neuron_trace import trace_neuron


def lines() -> Iterator[str]:
    neuron, example = neuron_of([0.5, -0.25], 0.1, [1.0, 2.0])
    step, loss = NeuronStep(example, LearningRate(0.1)), NeuronLoss(example)
    yield repr(NeuronLogit(neuron) >> sigmoid >> decide)
    yield repr(step)
    yield f"loss before {loss(neuron).value:.6f}, after {loss(step(neuron)).value:.6f}"
    chained, rule = trace_neuron(neuron, example).gradient, neuron_gradient(neuron, example)
    yield f"slopes, local rules chained: {slopes(*chained.weight, chained.bias)}"
    yield f"slopes, by p - t           : {slopes(*rule.weight, rule.bias)}"
    pair = [neuron_of([1.0], 0.0, [1.0]), neuron_of([0.5], 0.0, [2.0])]
    found = [(NeuronLoss(case)(one), neuron_gradient(one, case)) for one, case in pair]
    apart = slopes(*(change.weight[0] for _, change in found))
    yield f"one loss on different data, {found[0][0].value:.7f}: slopes {apart}"
    yield f"Loss -> Gradient can be an arrow for all data: {bool(single_valued(found))}"


def neuron_of(weight: list[float], bias: float, features: list[float]) -> tuple[Neuron, NeuronExample]:
    """Return a neuron with an example whose answer is yes."""
    return Neuron(Weight(weight), Bias(bias)), Product(Input(features), Target(True))


def slopes(*values: float) -> str:
    return " ".join(f"{value:.6f}" for value in values)

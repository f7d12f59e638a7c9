"""A tour of what the package holds so far: `python -m tinyml.demo`.

Each section is a function that yields lines; `SECTIONS` lists them in reading order, and a new chapter adds
its own.  Every type and every number is read from the objects while it runs (tests/package/test_demo.py).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from operator import eq
from textwrap import fill, indent
from typing import Any, get_type_hints

import numpy as np

from tinyml.ch01_objects.domain import Product, TokenSequence, TrainingSet
from tinyml.ch01_objects.parameters import Gradient, Parameters
from tinyml.ch01_objects.quantities import Distribution, LearningRate, ModelDimension, StepCount, TokenId, VocabSize
from tinyml.ch02_arrows.category import Morphism
from tinyml.ch02_arrows.laws import close
from tinyml.ch03_prediction.loss import average_loss, entropy_floor
from tinyml.ch03_prediction.prediction import (
    DatasetWindowing,
    DirectPredict,
    Embedding,
    LinearToLogits,
    Softmax,
    predictor,
)
from tinyml.ch04_training.training import TrainStep, gradient
from tinyml.ch05_endomorphism.endomorphism import AverageLoss, iterate
from tinyml.ch06_functors.dist import Dist
from tinyml.ch06_functors.functors import LIST
from tinyml.ch07_naturality.transformations import first_or_none, largest_or_none, naturality
from tinyml.ch08_monoids.shards import PairCounts, pair_counts
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
from tinyml.ch10_tape.adjointness import check_adjoint, check_derivative
from tinyml.ch10_tape.context import Context
from tinyml.ch10_tape.nodes import Node, add, lying, multiply, scale
from tinyml.ch10_tape.rings import FLOAT, RATIONAL
from tinyml.ch10_tape.tape import Graph, grad, loss_graph, seed_scalar_loss
from tinyml.errors import EmptyInput, TinyMLError

WIDTH = 72
VOCAB = VocabSize(5)
TEXT = TokenSequence.from_indices([1, 2, 3, 4, 1, 2, 3, 4])
DATASET: TrainingSet = DatasetWindowing()(TEXT)
START = Parameters.init(VOCAB, ModelDimension(4))
STEP = TrainStep(DATASET, LearningRate(1.0))


def objects() -> Iterator[str]:
    """Values that know what they mean, and values that are refused."""
    numbers = START.embedding.size + START.lm_head.size + START.bias.size
    yield f"{TEXT}"
    yield f"{START}: {numbers} numbers"
    yield f"StepCount(80) == VocabSize(80): {eq(StepCount(80), VocabSize(80))}"
    yield refusal("TokenId(-1)", lambda: TokenId(-1))
    yield refusal("Distribution([0.4, 0.4])", lambda: Distribution([0.4, 0.4]))


def arrows() -> Iterator[str]:
    """Stages with types, their composite, and a composite that does not exist."""
    embedding, head, softmax = Embedding(START), LinearToLogits(START), Softmax(VOCAB)
    yield from map(repr, (embedding, head, softmax))
    yield f"the three joined : {embedding >> head >> softmax}"
    yield refusal("embedding >> softmax", lambda: join(embedding, softmax))


def prediction() -> Iterator[str]:
    """What the untrained model predicts, and how surprised it is by the text."""
    model = predictor(START)
    yield f"after token 1: {probabilities(model(TokenId(1)))}"
    yield f"composed and direct prediction agree: {model(TokenId(1)) == DirectPredict(START)(TokenId(1))}"
    yield f"{measurement()}"
    yield f"average loss {average_loss(START, DATASET).value:.6f}, a uniform guess {math.log(VOCAB.value):.6f}"
    yield f"entropy floor of the text {entropy_floor(DATASET).value:.6f}"


def one_step() -> Iterator[str]:
    """One update: the measurement leaves the parameters, the update comes back to them."""
    yield f"{type(STEP).__name__} : {STEP}"
    yield f"{measurement()}"
    after = STEP(START)
    yield f"loss before {average_loss(START, DATASET).value:.6f}, after {average_loss(after, DATASET).value:.6f}"
    yield f"bias after: {' '.join(f'{entry:.6f}' for entry in after.bias)}"
    yield f"the start is what it was: {Parameters.init(VOCAB, ModelDimension(4)) == START}"


def many_steps() -> Iterator[str]:
    """The same update again and again, and a measurement that cannot be repeated."""
    yield repr(STEP ** StepCount(80))
    for count in (0, 1, 10, 80, 200):
        yield f"{count:>3} steps: loss {average_loss(iterate(STEP, START, StepCount(count)), DATASET).value:.6f}"
    after_30, trained = (iterate(STEP, START, StepCount(count)) for count in (30, 80))
    yield f"30 steps, then 50, are 80 steps: {iterate(STEP, after_30, StepCount(50)) == trained}"
    yield f"after token 1: {probabilities(predictor(trained)(TokenId(1)))}"
    yield refusal("average_loss >> average_loss", lambda: join(AverageLoss(DATASET), AverageLoss(DATASET)))


def structure() -> Iterator[str]:
    """What passes through a container, what may be done before or after, and what adds up."""
    model = iterate(STEP, START, StepCount(80))
    yield repr(LIST(Embedding(model)))

    def ahead(token: TokenId) -> Dist[TokenId]:
        return Dist.of_tokens(predictor(model)(token))

    twice = Dist.certain(TokenId(1)).bind(ahead).bind(ahead).as_distribution(VOCAB)
    yield f"two tokens after token 1: {probabilities(twice)}"
    for transformation in (first_or_none, largest_or_none):
        yield str(naturality(transformation, lambda n: -n, [[], [0, 1]]))
    halves = (TokenSequence.from_indices(half) for half in (TEXT.indices[:4], TEXT.indices[4:]))
    joined = pair_counts(VOCAB).fold(PairCounts.of(half, VOCAB) for half in halves)
    yield f"counts of two halves are those of the text: {joined == PairCounts.of(TEXT, VOCAB)}"


def calculus() -> Iterator[str]:
    """One neuron: its arrows, its slopes from local rules alone, and an arrow that does not exist."""
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
    yield f"two neurons of loss {found[0][0].value:.7f}: slopes {slopes(*(change.weight[0] for _, change in found))}"
    yield f"Loss -> Gradient can be an arrow: {bool(single_valued(found))}"


def tape() -> Iterator[str]:
    """A graph whose way forward and way back meet at the same fraction, and the two checks of a node."""
    graph = squared(multiply)
    x, dx = Context.of(RATIONAL, Fraction(1, 3), Fraction(-2, 5)), Context.of(RATIONAL, Fraction(7, 2), Fraction(1, 9))
    yield f"{graph}"
    seed = seed_scalar_loss(graph.eval(x))
    yield f"forward: {graph.jvp(x, dx).dot(seed)}"
    yield f"back   : {dx.dot(graph.vjp(x, seed))}"
    rng = np.random.default_rng(0)
    for what, node in (("multiply", multiply), ("a multiply whose rules return zeros", lying(multiply))):
        own = squared(node)
        yield f"square by {what}:"
        yield from (
            f"  {check.law}: {check.holds}" for check in (check_adjoint(own, x, rng), check_derivative(own, x, rng))
        )
    start = Context.of(FLOAT, START.embedding, START.lm_head, START.bias)
    by_tape = Gradient(*grad(loss_graph(DATASET), start))
    yield f"gradient of the model by tape is that by hand, to 1e-15: {close(by_tape, gradient(START, DATASET), 1e-15)}"


SECTIONS: tuple[tuple[str, Callable[[], Iterator[str]]], ...] = (
    ("Objects: what may this number mean?", objects),
    ("Arrows: how does one thing become another?", arrows),
    ("Prediction: what comes next?", prediction),
    ("One step: what does training do?", one_step),
    ("Many steps: what can be repeated?", many_steps),
    ("Structure: what passes through, and what adds up?", structure),
    ("One neuron: where do slopes come from?", calculus),
    ("The tape: can a gradient be checked?", tape),
)


def run_demo(*names: str) -> None:
    """Print the named sections, all of them when none is named; `EmptyInput` for a name that there is not."""
    known = {section.__name__: section for _, section in SECTIONS}
    for name in names:
        if name not in known:
            raise EmptyInput(f"section {name!r}", f"there are {', '.join(known)}")
    for number, (title, section) in enumerate(SECTIONS, start=1):
        if not names or section.__name__ in names:
            print(f"{number}. {title}")
            for line in "\n".join(section()).splitlines():
                margin = "  " + " " * (len(line) - len(line.lstrip()))
                print(fill(line.lstrip(), WIDTH, initial_indent=margin, subsequent_indent=f"{margin}  "))
            print()


def measurement() -> str:
    """Read the type of `average_loss` from its annotations."""
    *inputs, output = get_type_hints(average_loss).values()
    return f"{' x '.join(kind.__name__ for kind in inputs)} -> {output.__name__}"


def refusal(what: str, attempt: Callable[[], object]) -> str:
    """Return what an attempt that must fail says."""
    try:
        attempt()
    except TinyMLError as error:
        return f"{what} is refused:\n{indent(str(error), '  ')}"
    raise AssertionError(f"{what} was not refused")


def join(first: Morphism[Any, Any], second: Morphism[Any, Any]) -> object:
    """Compose what a type checker would refuse to compose: Any switches it off, so that `>>` can answer."""
    return first >> second


def neuron_of(weight: list[float], bias: float, features: list[float]) -> tuple[Neuron, NeuronExample]:
    """Return a neuron with an example whose answer is yes."""
    return Neuron(Weight(weight), Bias(bias)), Product(Input(features), Target(True))


def squared(square: Node) -> Graph:
    """Return (xy)² + 3x as a graph in which this node makes the square."""
    graph = Graph(("x", "y")).then("z", multiply, "x", "y").then("square", square, "z", "z")
    return graph.then("triple", scale(3), "x").then("loss", add, "square", "triple")


def slopes(*values: float) -> str:
    return " ".join(f"{value:.6f}" for value in values)


def probabilities(distribution: Distribution) -> str:
    return " ".join(f"{value:.6f}" for value in distribution.values)


if __name__ == "__main__":
    run_demo()

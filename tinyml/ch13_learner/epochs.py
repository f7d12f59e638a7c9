"""Epochs: a stream of data moves a state, step by step.

    epoch(learner, data) = step(a1, t1) >> step(a2, t2) >> ...      an endomorphism again, and the order matters
    epoch(xs + ys)       = epoch(xs) >> epoch(ys)                   lists to endomorphisms: the fold of chapter 8

    machine : S x I -> S x O                                        a Mealy machine: it also says something at each step
    run(s, xs + ys)      = run(s, xs), then run from there on ys

The order of the data is all that an epoch has beyond its learner, so `cut` makes it a value: rows of indices.
What is copied on the way there is added on the way back: `in_halves` gives two halves of a batch to two copies of one
model, and to its parameters the sum of both comes back, as for the whole batch.
Laws (tests/ch13_learner/test_epochs.py): an epoch of two lists is two epochs; a run can be cut anywhere; a batch in
halves has the change of the batch, exactly over fractions; cuts are a partition.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, final

import numpy as np

from tinyml.ch01_objects.domain import Product
from tinyml.ch02_arrows.category import Identity, Morphism
from tinyml.ch08_monoids.monoid import Monoid
from tinyml.ch11_lens.ports import Port
from tinyml.ch11_lens.wires import copy
from tinyml.ch12_para.base_change import beside
from tinyml.ch12_para.parametric import Para
from tinyml.ch13_learner.learner import Learner
from tinyml.errors import InvalidQuantity, WrongType
from tinyml.type_variables import A, B, L, P, R, S, dA, dB, dP
from tinyml.validation import IntArray, whole_number

In = TypeVar("In")
Out = TypeVar("Out")


def steps(learner: Learner[S, Any, Any, Any]) -> Monoid[Morphism[S, S]]:
    """Return the monoid of the endomorphisms of a learner's states, which are joined by `>>`."""
    nothing: Morphism[S, S] = Identity(learner.update.source.points)
    return Monoid("steps", nothing, lambda first, second: first >> second)


def epoch(learner: Learner[S, A, L, Any], data: Iterable[tuple[A, L]]) -> Morphism[S, S]:
    """Return one pass over data, pairs of a point and its label or of batches of both, in their order."""
    return steps(learner).fold([learner.step(point, label) for point, label in data])


def cut(number: int, size: int, rng: np.random.Generator | None = None) -> list[IntArray]:
    """Return the indices of so many examples in batches of a size, of which the last may be shorter.

    They are in order, or in the order that a random generator draws.

    >>> [batch.tolist() for batch in cut(5, 2)]
    [[0, 1], [2, 3], [4]]
    """
    number, size = whole_number("number of examples", number), whole_number("size of a batch", size)
    if number < 1:
        raise InvalidQuantity("number of examples", number, "1 or more")
    if size < 1:
        raise InvalidQuantity("size of a batch", size, "1 or more")
    if rng is not None and not isinstance(rng, np.random.Generator):
        raise WrongType("cut", "a random generator, such as np.random.default_rng(1), or None", rng)
    order = np.arange(number) if rng is None else rng.permutation(number)
    return [order[start : start + size] for start in range(0, number, size)]


def drawn(points: Any, labels: Any, batches: Sequence[IntArray]) -> Iterator[tuple[Any, Any]]:
    """Yield the points and labels of each batch: two arrays whose first axis counts the examples."""
    for batch in batches:
        yield points[batch], labels[batch]


def in_halves(
    model: Para[Port[P, dP], Port[A, dA], Port[B, dB]],
) -> Para[Port[P, dP], Port[Product[A, A], Product[dA, dA]], Port[Product[B, B], Product[dB, dB]]]:
    """Return two copies of a model side by side that share their parameters: a half of a batch goes through each.

    Its loss is `beside(loss, loss) >> wires.add(loss.target)`: one of each half, and their sum.
    """
    return beside(model, model).reparametrise(copy(model.parameters))


@final
@dataclass(frozen=True)
class Mealy(Generic[S, In, Out]):
    """A Mealy machine: from a state and an input it goes to the next state, and says something.

    >>> count = Mealy(lambda total, number: (total + number, total + number > 5))
    >>> count.run(0, [3, 1, 4])
    (8, [False, False, True])
    """

    step: Callable[[S, In], tuple[S, Out]]

    def __post_init__(self) -> None:
        if not callable(self.step):
            raise WrongType("Mealy", "a function of a state and an input", self.step)

    def run(self, state: S, inputs: Iterable[In]) -> tuple[S, list[Out]]:
        """Return the state after all inputs, and what was said at each."""
        said: list[Out] = []
        for one in inputs:
            state, out = self.step(state, one)
            said.append(out)
        return state, said


def machine(learner: Learner[S, A, L, R]) -> Mealy[S, tuple[A, L], R]:
    """Return a learner as a machine: examples go in, and the loss before each step comes out."""

    def step(state: S, example: tuple[A, L]) -> tuple[S, R]:
        return learner.step(*example)(state), learner.measure(*example)(state)

    return Mealy(step)

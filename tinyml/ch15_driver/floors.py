"""Floors: how far the language model of chapter 4 gets in each precision, when it may go on for as long as it likes.

    setting             what is kept, and how a step is added                                    the model reads
    double              doubles                                                                  what is kept
    half weights        halves; change and sum in double, and then rounded                       what is kept
    half changes        halves; changes rounded to half, the sum in single, and then rounded     what is kept
    half throughout     halves; every product and every sum in half                              what is kept
    master copy         singles; change and sum in single                                        it rounded to half
    dithered            halves; change and sum in double, and then rounded stochastically        what is kept

All of them begin where chapter 3 does, and learn the seven pairs of the tune as one batch, at rate 1 unless it is said.
The loss that is told is that of the numbers the model reads, computed in double.  Model and loss are the same boxes in
each setting; it is the lens on the wire of the parameters that differs, and for "half throughout" the arrays.
Laws (tests/ch15_driver/test_floors.py): each step of a setting is that of a loop that is written by hand, within
what another order of sums rounds; a run in double is that of `TrainStep` of chapter 4.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias, final

import numpy as np

from tinyml.ch01_objects.domain import Product, TokenSequence, TrainingSet
from tinyml.ch01_objects.parameters import Parameters
from tinyml.ch01_objects.quantities import ModelDimension, VocabSize
from tinyml.ch03_prediction.prediction import DatasetWindowing
from tinyml.ch11_lens.ports import Port, Unit
from tinyml.ch12_para.layers import Scores, ScoresChange, Tokens, bias, embed, linear, scores, vectors
from tinyml.ch12_para.parametric import AnyPara, Para
from tinyml.ch12_para.trees import Flat, FlatChange, flattened
from tinyml.ch13_learner.closing import constant_rate
from tinyml.ch13_learner.learner import LearnerStep, supervised
from tinyml.ch13_learner.losses import cross_entropy
from tinyml.ch14_optimisers.memories import Update, starting
from tinyml.ch14_optimisers.schedules import scheduled
from tinyml.ch15_driver.formats import DOUBLE, HALF, SINGLE, lost, subnormal, vanished
from tinyml.ch15_driver.policies import Precision, by_policy, dithered
from tinyml.errors import WrongType

State: TypeAlias = Product[Any, Flat]
Making: TypeAlias = Callable[[Port[Flat, FlatChange]], Update[Any, Flat, FlatChange]]

SEED = 15
"""Of the draws of the setting "dithered"."""


@final
@dataclass(frozen=True)
class StepMeter:
    """Of the next step in a setting: how many numbers would move, and to how many of these what happens in half.

    `lost` counts those that are the same after it, `subnormal` the changes that have fewer bits, and `vanished` those
    that become 0.
    """

    moving: int
    lost: int
    subnormal: int
    vanished: int


@final
@dataclass(frozen=True)
class Setting:
    """A precision for the language model of chapter 4, as arrays of a format and an update of them.

    >>> setting("half weights").meter(setting("half weights").start()).vanished
    0
    """

    name: str
    arrays: np.dtype[Any]
    make: Making

    def update(self) -> Update[Any, Flat, FlatChange]:
        return self.make(tune_model().parameters)

    def start(self) -> State:
        """Return the state before the first step."""
        with np.errstate(over="ignore"):
            vector = Flat(tune_start().astype(self.arrays))
        begun: State = starting(self.update(), vector)
        return begun

    def step(self, rate: float = 1.0) -> LearnerStep[Any]:
        """Return one step on the whole tune, which can be iterated."""
        pairs = tune_pairs()
        own = supervised(tune_model(), self.update(), cross_entropy(5), constant_rate(rate))
        return own.step(Tokens(pairs.inputs), Tokens(pairs.targets))

    def loss(self, state: State) -> float:
        """Return the loss of what the model reads, computed in double."""
        prediction, _ = tune_model().forward(self._read(state), tune_pairs().inputs)
        value, _ = cross_entropy(5).forward(tune_pairs().targets, prediction)
        return float(value)

    def meter(self, state: State, rate: float = 1.0) -> StepMeter:
        """Return what half would do to the numbers of the next step, whose change is computed in double."""
        read = self._read(state)
        model: AnyPara = tune_model()
        surprise: AnyPara = cross_entropy(5)
        prediction, kept = model.forward(read, tune_pairs().inputs)
        _, needed = surprise.forward(tune_pairs().targets, prediction)
        change: Any = model.backward(kept, surprise.backward(needed, -rate)[1])[0]
        counts = lost(read, change, HALF), subnormal(change, HALF), vanished(change, HALF)
        return StepMeter(int(np.count_nonzero(change)), *(int(found.sum()) for found in counts))

    def _read(self, state: State) -> Flat:
        return Flat(self.update().get(state).astype(np.float64))


def in_order(arrays: np.dtype[Any], policy: Precision) -> tuple[np.dtype[Any], Making]:
    return arrays, lambda port: by_policy(scheduled(port, 1.0), policy)


_SETTINGS: dict[str, tuple[np.dtype[Any], Making]] = {
    "double": in_order(DOUBLE, Precision()),
    "half weights": in_order(DOUBLE, Precision(weights=HALF)),
    "half changes": in_order(SINGLE, Precision(weights=HALF, gradients=HALF)),
    "half throughout": in_order(HALF, Precision()),
    "master copy": in_order(SINGLE, Precision(weights=HALF, master=True)),
    "dithered": (DOUBLE, lambda port: dithered(scheduled(port, 1.0), HALF, SEED)),
}
SETTINGS = tuple(_SETTINGS)


def setting(name: str) -> Setting:
    """Return one of `SETTINGS` by its name.

    >>> setting("master copy").start().second.dtype
    dtype('float32')
    """
    if name not in _SETTINGS:
        raise WrongType("setting", f"one of {', '.join(SETTINGS)}", name)
    return Setting(name, *_SETTINGS[name])


@cache
def tune_model() -> Para[Port[Flat, FlatChange], Port[Tokens, Unit], Port[Scores, ScoresChange]]:
    """Return the language model of chapter 4 with its 45 numbers in one vector: bias, head, table."""
    row = embed(5, 4) >> linear(vectors(4), scores(5)) >> bias(scores(5))
    return row.reparametrise(flattened(row.parameters))


@cache
def tune_start() -> Flat:
    begin = Parameters.init(VocabSize(5), ModelDimension(4))
    vector = np.concatenate([begin.bias, begin.lm_head.ravel(), begin.embedding.ravel()])
    vector.setflags(write=False)
    return Flat(vector)


@cache
def tune_pairs() -> TrainingSet:
    return DatasetWindowing()(TokenSequence.from_indices([1, 2, 3, 4, 1, 2, 3, 4]))

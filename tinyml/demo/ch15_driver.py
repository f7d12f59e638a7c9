"""The step driver: what does a step lose, and what is left of it when it fails?

The same learner in short formats, the same step as a function of any model, and a run from a file.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from tinyml.ch01_objects.quantities import StepCount
from tinyml.ch02_arrows.laws import deviation
from tinyml.ch05_endomorphism.endomorphism import iterate
from tinyml.ch12_para.layers import bias, embed, linear, scores, vectors
from tinyml.ch12_para.trees import flat
from tinyml.ch13_learner.losses import cross_entropy
from tinyml.ch14_optimisers.schedules import scheduled
from tinyml.ch15_driver.checkpoints import read_checkpoint, write_checkpoint
from tinyml.ch15_driver.driver import Arrays, BackwardOutput, across, arrays_in, closures, train_step, tree_of
from tinyml.ch15_driver.floors import setting
from tinyml.ch15_driver.formats import nearest
from tinyml.ch15_driver.in_place import InPlaceAdamW, InPlaceParameter, atomically, train_in_place
from tinyml.ch15_driver.policies import Precision, by_policy
from tinyml.demo.telling import DATASET, START
from tinyml.errors import TinyMLError

VOCABULARY, FEATURES = START.embedding.shape


def lines() -> Iterator[str]:
    yield f"half: 1 + 1/2048 becomes {float(nearest(1 + 2**-11, 'half'))}, and 65520 {float(nearest(65520, 'half'))}"
    for own in map(setting, ("double", "half weights", "master copy")):
        end = iterate(own.step(), own.start(), StepCount(1200))
        yield f"{own.name}, 1200 steps: loss {own.loss(end):.4f}"
    policy = Precision(weights="half", master=True)
    yield by_policy(scheduled(flat(45), 1.0), policy).name
    yield from driven()
    yield from failing()
    yield from resumed()


def driven() -> Iterator[str]:
    model: Any = (
        embed(VOCABULARY, FEATURES) >> linear(vectors(FEATURES), scores(VOCABULARY)) >> bias(scores(VOCABULARY))
    )
    rule: Any = across(lambda port: scheduled(port, 1.0), arithmetic="double")
    arrays: Arrays = (START.bias, START.lm_head, START.embedding)
    state, loss = None, 0.0
    for _ in range(80):
        ways = closures(model, cross_entropy(VOCABULARY), tree_of(model.parameters, arrays))
        inputs: Any = (DATASET.inputs,)
        report, arrays, state = train_step(inputs, DATASET.targets, "surprise", arrays, *ways, rule, state)
        loss = report.loss_before
    yield f"driven, before step 80: {loss:.6f}; {len(arrays_in(tree_of(model.parameters, arrays)))} arrays"


def failing() -> Iterator[str]:
    torn = BackwardOutput(1.0, np.zeros(1), (np.ones(2), np.ones(2), np.ones(3)))
    for way in (train_in_place, atomically):
        held = [InPlaceParameter.of(np.zeros(2)) for _ in range(3)]
        with suppress(TinyMLError):
            rule = InPlaceAdamW(0.1, eps=1e-8, decay=0.0)
            way((), None, "none", held, lambda _: np.zeros(1), lambda _, __: torn, rule)
        moved = sum(bool(one.array.any()) for one in held)
        yield f"{way.__name__}, the third of three fails: {moved} have moved"


def resumed() -> Iterator[str]:
    own = setting("dithered")
    middle = iterate(own.step(), own.start(), StepCount(50))
    with TemporaryDirectory() as folder:
        write_checkpoint(Path(folder, "run.npz"), middle)
        found = read_checkpoint(Path(folder, "run.npz"), like=own.start())
    end = iterate(own.step(), own.start(), StepCount(80))
    same = deviation(iterate(own.step(), found, StepCount(30)), end) == 0
    yield f"50 dithered steps, a checkpoint, and 30 more are 80 steps: {same}"

"""Learners: what is a training step made of?

The step of chapter 4 as a row of lenses that is closed, and the same row with another wire open.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tinyml.ch01_objects.domain import Product
from tinyml.ch01_objects.parameters import Gradient
from tinyml.ch01_objects.quantities import LearningRate, StepCount
from tinyml.ch03_prediction.loss import average_loss
from tinyml.ch04_training.training import TrainStep
from tinyml.ch05_endomorphism.endomorphism import iterate
from tinyml.ch12_para.layers import Offsets, Tokens, Vectors, Weights, bias, embed, linear, scores, vectors
from tinyml.ch12_para.trees import PARAMETERS, recorded
from tinyml.ch12_para.two_cells import descent
from tinyml.ch13_learner.closing import constant_rate, record_descent
from tinyml.ch13_learner.learner import supervised, turned
from tinyml.ch13_learner.losses import Shares, cross_entropy, shared
from tinyml.demo.telling import DATASET, START

FIELDS = "bias", "lm_head", "embedding"


def lines() -> Iterator[str]:
    size, features = START.embedding.shape
    top = linear(vectors(features), scores(size)) >> bias(scores(size))
    row = embed(size, features) >> linear(vectors(features), scores(size)) >> bias(scores(size))
    model = row.reparametrise(recorded(PARAMETERS, Gradient, FIELDS, row.parameters))
    learner = supervised(model, record_descent(), cross_entropy(size), constant_rate(1.0))
    step = learner.step(Tokens(DATASET.inputs), Tokens(DATASET.targets))
    yield repr(step)
    once, same = step(START), TrainStep(DATASET, LearningRate(1.0))(START)
    near = all(np.allclose(getattr(once, own), getattr(same, own), rtol=0, atol=1e-12) for own in FIELDS)
    yield f"a step of it is the step of chapter 4, to 1e-12: {near}"
    trained = iterate(step, START, StepCount(80))
    yield f"loss after 80 steps: {average_loss(trained, DATASET).value:.6f}"
    dreamer = supervised(turned(top), descent(vectors(features)), shared(size), constant_rate(0.1))
    own, wanted = Product(Offsets(trained.bias), Weights(trained.lm_head)), Shares(np.eye(size)[3])
    yield f"with the point for a state: {dreamer.update.source.points}"
    dream = iterate(dreamer.step(own, wanted), Vectors(np.zeros(features)), StepCount(10))
    logits = dream @ trained.lm_head + trained.bias
    yield f"what token 3 looks like, dreamt in 10 steps: P(3) = {np.exp(logits[3]) / np.exp(logits).sum():.6f}"

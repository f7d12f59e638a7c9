"""Whole processes, from the start of Python to trained parameters: 80 steps on the 7 pairs of the book at rate 1.

Each program is what a user would write in one file, in the dtype that its library has by itself: float64 for tinyml
and micrograd, float32 for PyTorch and JAX.  It prints lists of numbers, which JSON reads.  The bound imports numpy and
ends.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from benchmarks.environments import python_of
from benchmarks.step.xla import ONE_THREAD
from benchmarks.whole_process import WholeProcess

NUMPY = "import numpy"

TINYML = """
from tinyml import DatasetWindowing, LearningRate, ModelDimension, Parameters, StepCount, TokenSequence, TrainStep
from tinyml import VocabSize, iterate

dataset = DatasetWindowing()(TokenSequence.from_indices([1, 2, 3, 4, 1, 2, 3, 4]))
start = Parameters.init(VocabSize(5), ModelDimension(4))
end = iterate(TrainStep(dataset, LearningRate(1.0)), start, StepCount(80))
print([end.embedding.tolist(), end.lm_head.tolist(), end.bias.tolist()])
"""

START = """
def entries(rows, columns, seed):
    rule = lambda place: ((place * 37 + seed * 101) % 1000 / 1000 - 0.5) * 0.2
    return [[rule(row * columns + column) for column in range(columns)] for row in range(rows)]

inputs, targets = [1, 2, 3, 4, 1, 2, 3], [2, 3, 4, 1, 2, 3, 4]
embedding, head = entries(5, 4, 1), entries(4, 5, 2)
"""

JAX = f"""
import jax
import jax.numpy as jnp
{START}
parameters = jnp.array(embedding), jnp.array(head), jnp.zeros(5)
counts = jnp.zeros((5, 5)).at[jnp.array(inputs), jnp.array(targets)].add(1 / 7)

def loss(parameters):
    embedding, head, bias = parameters
    return -(counts * jax.nn.log_softmax(embedding @ head + bias)).sum()

@jax.jit
def train(parameters):
    def step(_, old):
        return jax.tree.map(lambda value, change: value - change, old, jax.grad(loss)(old))
    return jax.lax.fori_loop(0, 80, step, parameters)

print([array.tolist() for array in train(parameters)])
"""

TORCH = f"""
import torch
from torch import nn
{START}
model = nn.Sequential(nn.Embedding(5, 4), nn.Linear(4, 5))
with torch.no_grad():
    model[0].weight.copy_(torch.tensor(embedding))
    model[1].weight.copy_(torch.tensor(head).T)
    model[1].bias.zero_()
inputs, targets = torch.tensor(inputs), torch.tensor(targets)
optimiser = torch.optim.SGD(model.parameters(), lr=1.0)
for _ in range(80):
    optimiser.zero_grad()
    nn.functional.cross_entropy(model(inputs), targets).backward()
    optimiser.step()
print([array.tolist() for array in (model[0].weight, model[1].weight.T, model[1].bias)])
"""

MICROGRAD = f"""
import math
from micrograd.engine import Value
{START}
def exp(value):
    out = Value(math.exp(value.data), (value,), "exp")
    def backward():
        value.grad += out.data * out.grad
    out._backward = backward
    return out

def log(value):
    out = Value(math.log(value.data), (value,), "log")
    def backward():
        value.grad += out.grad / value.data
    out._backward = backward
    return out

E = [[Value(x) for x in row] for row in embedding]
W = [[Value(x) for x in row] for row in head]
b = [Value(0.0) for _ in range(5)]
values = [*sum(E, []), *sum(W, []), *b]
for _ in range(80):
    total = Value(0.0)
    for i, j in zip(inputs, targets):
        logits = [sum((E[i][k] * W[k][v] for k in range(4)), b[v]) for v in range(5)]
        total += log(sum((exp(logit) for logit in logits), Value(0.0))) - logits[j]
    for value in values:
        value.grad = 0.0
    (total * (1 / 7)).backward()
    for value in values:
        value.data -= value.grad
print([[[x.data for x in row] for row in E], [[x.data for x in row] for row in W], [x.data for x in b]])
"""

PROGRAMS = {"numpy": NUMPY, "tinyml": TINYML, "jax": JAX, "torch": TORCH, "micrograd": MICROGRAD}
AT_HOME = ("torch", "micrograd")


class Start(WholeProcess):
    """Run a program once: from before its process starts to when it has ended."""

    settings = ONE_THREAD

    def check(self) -> Any:
        python = str(python_of(self.program)) if self.program in AT_HOME else sys.executable
        self.command = [python, "-c", PROGRAMS[self.program]]
        printed = self.run()
        return json.loads(printed) if printed else None

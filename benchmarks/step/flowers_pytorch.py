"""PyTorch on the flowers of Iris, in an environment of its own: two layers, a loss and an optimiser."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn
from torch.nn import functional

from benchmarks.step.flowers import RATE, Flowers
from benchmarks.step.problems import Floats


class Eager(Flowers):
    """A model as its users write it."""

    def __init__(self, name: str, dtype: str) -> None:
        super().__init__(name, dtype)
        torch.set_num_threads(1)
        self.tensors = torch.from_numpy(self.points), torch.from_numpy(self.labels)

    def begin(self) -> None:
        first, offsets, last, last_offsets = (torch.from_numpy(array) for array in self.start)
        self.model = nn.Sequential(nn.Linear(*first.shape), nn.Tanh(), nn.Linear(*last.shape)).to(first.dtype)
        with torch.no_grad():
            self.model[0].weight.copy_(first.T)
            self.model[0].bias.copy_(offsets)
            self.model[2].weight.copy_(last.T)
            self.model[2].bias.copy_(last_offsets)
        self.optimiser = torch.optim.SGD(self.model.parameters(), lr=RATE)

    def advance(self, count: int) -> Sequence[Floats]:
        points, labels = self.tensors
        for _ in range(count):
            self.optimiser.zero_grad()
            loss = functional.cross_entropy(self.model(points), labels)
            loss.backward()
            self.optimiser.step()
        first, last = self.model[0], self.model[2]
        ends = first.weight.T, first.bias, last.weight.T, last.bias
        return [end.detach().numpy() for end in ends]

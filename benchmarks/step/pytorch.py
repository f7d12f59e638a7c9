"""PyTorch, in an environment of its own: as its users write it, and given the same counts as ours."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn
from torch.nn import functional

from benchmarks.step.flowers import RATE, Flowers
from benchmarks.step.lenet import POOLED, WINDOW, LeNet
from benchmarks.step.lenet import RATE as RATE_OF_IMAGES
from benchmarks.step.problems import Floats
from benchmarks.step.steps import Steps


class Rival(Steps):
    """The start as tensors, and the end as arrays."""

    def __init__(self, name: str, dtype: str) -> None:
        super().__init__(name, dtype)
        torch.set_num_threads(1)
        self.start = [torch.from_numpy(array) for array in self.problem.started(self.dtype)]


class Eager(Rival):
    """A model of two layers, the loss over all pairs, and an optimiser."""

    def begin(self) -> None:
        embedding, head, bias = self.start
        tokens, dimension = embedding.shape
        self.model = nn.Sequential(nn.Embedding(tokens, dimension), nn.Linear(dimension, tokens)).to(embedding.dtype)
        with torch.no_grad():
            self.model[0].weight.copy_(embedding)
            self.model[1].weight.copy_(head.T)
            self.model[1].bias.copy_(bias)
        self.inputs, self.targets = torch.from_numpy(self.problem.inputs), torch.from_numpy(self.problem.targets)
        self.optimiser = torch.optim.SGD(self.model.parameters(), lr=self.problem.rate)

    def advance(self, count: int) -> Sequence[Floats]:
        for _ in range(count):
            self.optimiser.zero_grad()
            loss = functional.cross_entropy(self.model(self.inputs), self.targets)
            loss.backward()
            self.optimiser.step()
        weights = self.model[0].weight, self.model[1].weight.T, self.model[1].bias
        return [weight.detach().numpy() for weight in weights]


class Counts(Rival):
    """The mean loss from the share of each pair, and its derivative by autograd."""

    def __init__(self, name: str, dtype: str) -> None:
        super().__init__(name, dtype)
        self.shares = torch.from_numpy(self.problem.shares(self.dtype))

    def begin(self) -> None:
        self.parameters = [tensor.clone().requires_grad_() for tensor in self.start]
        self.optimiser = torch.optim.SGD(self.parameters, lr=self.problem.rate)

    def advance(self, count: int) -> Sequence[Floats]:
        embedding, head, bias = self.parameters
        for _ in range(count):
            self.optimiser.zero_grad()
            loss = -(self.shares * functional.log_softmax(embedding @ head + bias, dim=1)).sum()
            loss.backward()
            self.optimiser.step()
        return [tensor.detach().numpy() for tensor in self.parameters]


class ByHand(Counts):
    """The same with the derivative written out, without autograd."""

    def begin(self) -> None:
        self.rows = self.shares.sum(dim=1, keepdim=True)

    def advance(self, count: int) -> Sequence[Floats]:
        embedding, head, bias = self.start
        rate = self.problem.rate
        with torch.inference_mode():
            for _ in range(count):
                signal = self.rows * torch.softmax(embedding @ head + bias, dim=1) - self.shares
                changes = signal @ head.T, embedding.T @ signal, signal.sum(dim=0)
                embedding, head, bias = (
                    old - rate * change for old, change in zip((embedding, head, bias), changes, strict=True)
                )
        return [tensor.numpy() for tensor in (embedding, head, bias)]


class OnFlowers(Flowers):
    """Two layers, a loss and an optimiser on the flowers of Iris."""

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


class OnImages(LeNet):
    """Two convolutions and three layers on a batch of images, which PyTorch has with their channels first."""

    def __init__(self, name: str, dtype: str) -> None:
        super().__init__(name, dtype)
        torch.set_num_threads(1)
        self.tensors = torch.from_numpy(self.points).permute(0, 3, 1, 2).contiguous(), torch.from_numpy(self.labels)

    def begin(self) -> None:
        k, a, n, b, u, c, v, d, w, e = (torch.from_numpy(array) for array in self.start)
        self.model = nn.Sequential(
            *(nn.Conv2d(1, 6, WINDOW), nn.MaxPool2d(2), nn.ReLU()),
            *(nn.Conv2d(6, 16, WINDOW), nn.MaxPool2d(2), nn.ReLU()),
            nn.Flatten(),
            *(nn.Linear(POOLED, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10)),
        ).to(k.dtype)
        own = [self.model[place] for place in (0, 3, 7, 9, 11)]
        values = (
            *(k.reshape(5, 5, 1, 6).permute(3, 2, 0, 1), n.reshape(5, 5, 6, 16).permute(3, 2, 0, 1)),
            *(u.reshape(4, 4, 16, 120).permute(3, 2, 0, 1).reshape(120, -1), v.T, w.T),
        )
        with torch.no_grad():
            for layer, weights, offsets in zip(own, values, (a, b, c, d, e), strict=True):
                layer.weight.copy_(weights)
                layer.bias.copy_(offsets)
        self.own, self.optimiser = own, torch.optim.SGD(self.model.parameters(), lr=RATE_OF_IMAGES)

    def advance(self, count: int) -> Sequence[Floats]:
        points, labels = self.tensors
        for _ in range(count):
            self.optimiser.zero_grad()
            loss = functional.cross_entropy(self.model(points), labels)
            loss.backward()
            self.optimiser.step()
        k, n, u, v, w = (layer.weight.detach() for layer in self.own)
        matrices = (
            *(k.permute(2, 3, 1, 0).reshape(25, 6), n.permute(2, 3, 1, 0).reshape(150, 16)),
            *(u.reshape(120, 16, 4, 4).permute(2, 3, 1, 0).reshape(POOLED, 120), v.T, w.T),
        )
        ends = [end for own in zip(matrices, self.own, strict=True) for end in (own[0], own[1].bias.detach())]
        return [end.numpy() for end in ends]

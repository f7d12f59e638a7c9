"""Sampling: what a model goes on with, one token after the other, drawn from its next-token table.

    draw    : TokenId x Seed -> TokenId x Seed         the next token, and the seed that is left for the one after it
    sampler : TokenId x Seed -> TokenSequence          the tokens of so many draws

A draw takes a number u from 0 to below 1 from the seed.  The next token is the first one, in the order of the tokens,
at which the sum of the probabilities so far is above u.
Laws (tests/ch03_prediction/test_sampler.py): the same token and seed give the same tokens; the first k of n tokens
are those of k draws, and n - k draws from where these end give the rest; a token of probability 0 is never drawn;
each share of a token differs from its probability by at most twice the discrepancy of the numbers u.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, final

import numpy as np

from tinyml.ch01_objects.domain import Product, TokenSequence
from tinyml.ch01_objects.parameters import Parameters
from tinyml.ch01_objects.quantities import Distribution, StepCount, TokenId
from tinyml.ch02_arrows.category import Morphism
from tinyml.ch02_arrows.space import Space
from tinyml.ch03_prediction.prediction import predictor
from tinyml.ch03_prediction.splitmix import Seed, share_of, splitmix64
from tinyml.errors import EmptyInput, WrongType, with_article

TokenAndSeed: TypeAlias = Product[TokenId, Seed]


@final
@dataclass(frozen=True, slots=True, repr=False)
class Draw(Morphism[TokenAndSeed, TokenAndSeed]):
    """The next token, drawn from what a model predicts, with the seed of the draw after it.

    `OutOfRange` for a token that the model does not know.

    >>> Draw(Parameters([[0.0], [0.0]], [[0.0, 0.0]], [0.0, 0.0]))
    draw : TokenId[2] x Seed -> TokenId[2] x Seed
    """

    parameters: Parameters

    def __post_init__(self) -> None:
        if not isinstance(self.parameters, Parameters):
            raise WrongType("Draw", "a Parameters", self.parameters)

    @property
    def source(self) -> Space:
        return Space.product(Space("TokenId", self.parameters.bias.shape), Space("Seed"))

    @property
    def target(self) -> Space:
        return self.source

    def apply(self, value: TokenAndSeed, /) -> TokenAndSeed:
        token, seed = value.first, value.second
        if not isinstance(token, TokenId) or not isinstance(seed, Seed):
            raise WrongType(self.name, with_article(self.source), value)
        bits, left = splitmix64(seed)
        return Product(token_at(predictor(self.parameters)(token), share_of(bits)), left)


@final
@dataclass(frozen=True, slots=True, repr=False)
class Sampler(Morphism[TokenAndSeed, TokenSequence]):
    """The tokens that a model goes on with: `count` draws, each from the token before it.

    The token to start from is not among them.

    >>> sure = Parameters([[1.0, 0.0], [0.0, 1.0]], [[0.0, 900.0], [900.0, 0.0]], [0.0, 0.0])
    >>> Sampler(sure, StepCount(4))(Product(TokenId(0), Seed(2026)))
    TokenSequence([1, 0, 1, 0])
    """

    parameters: Parameters
    count: StepCount

    def __post_init__(self) -> None:
        if not isinstance(self.parameters, Parameters):
            raise WrongType("Sampler", "a Parameters", self.parameters)
        if not isinstance(self.count, StepCount):
            raise WrongType("Sampler", "a StepCount", self.count)
        if self.count.value == 0:
            raise EmptyInput("Sampler", "at least 1 token is to be drawn, because a TokenSequence is never empty")

    @property
    def source(self) -> Space:
        return Draw(self.parameters).source

    def apply(self, value: TokenAndSeed, /) -> TokenSequence:
        draw, tokens = Draw(self.parameters), list[TokenId]()
        for _ in range(self.count.value):
            value = draw(value)
            tokens.append(value.first)
        return TokenSequence(tokens)


def token_at(distribution: Distribution, share: float) -> TokenId:
    """Return the first token at which the sum of the probabilities so far is above `share`, from 0 to below 1.

    The share is one of the whole sum, which rounding may leave a little below or above 1.

    >>> [token_at(Distribution([0.25, 0.0, 0.75]), share).index for share in (0.0, 0.2, 0.25, 0.9)]
    [0, 0, 2, 2]
    """
    sums = np.cumsum(distribution.values)
    return TokenId(int(np.searchsorted(sums, share * sums[-1], side="right")))

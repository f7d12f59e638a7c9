"""Sampling: its laws as properties, its shares against the discrepancy of the numbers it draws with, its refusals."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from drawing import draws
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import problems, seed

from tinyml import (
    CompositionError,
    Distribution,
    Draw,
    EmptyInput,
    OutOfRange,
    Parameters,
    Product,
    Sampler,
    Seed,
    StepCount,
    TokenId,
    TrainingSet,
    WrongType,
    log_probabilities,
    splitmix64,
)
from tinyml.ch03_prediction.sampler import TokenAndSeed, token_at
from tinyml.ch03_prediction.splitmix import share_of

NEVER = -1e4
"""A bias at which softmax gives a token the probability 0, and not only a tiny one."""
LARGEST_SHARE = 1 - 2.0**-53

seeds = st.integers(0, 2**64 - 1).map(Seed)
Problem = tuple[TrainingSet, Parameters]


@st.composite
def distributions(draw: st.DrawFn) -> Distribution:
    """Draw a distribution of which some entries may be 0."""
    weights = draw(st.lists(st.sampled_from([0.0, 1e-12, 0.1, 1.0]) | st.floats(0, 1), min_size=1, max_size=12))
    total = sum(weights)
    return Distribution([weight / total for weight in weights] if total > 1e-3 else [1.0, *(0.0 for _ in weights)])


@st.composite
def distributions_and_shares(draw: st.DrawFn) -> tuple[Distribution, float]:
    """Draw a distribution with a share: anywhere, at an end, or exactly at one of the sums."""
    distribution = draw(distributions())
    sums = [total for total in itertools.accumulate(distribution.values.tolist()) if total < 1]
    return distribution, draw(st.sampled_from([0.0, LARGEST_SHARE, *sums]) | st.floats(0, LARGEST_SHARE))


def starting(seed: Seed, token: int = 0) -> TokenAndSeed:
    return Product(TokenId(token), seed)


def sampled(parameters: Parameters, count: int, start: TokenAndSeed) -> list[int]:
    tokens: list[int] = Sampler(parameters, StepCount(count))(start).indices.tolist()
    return tokens


@example((Distribution([0.1] * 10), LARGEST_SHARE))  # ten tenths are a little less than 1, and less than this share
@given(distributions_and_shares())
def test_a_share_falls_on_the_first_token_whose_sum_is_above_it(case: tuple[Distribution, float]) -> None:
    distribution, share = case
    sums = list(itertools.accumulate(distribution.values.tolist()))
    expected = next(token for token, total in enumerate(sums) if total > share * sums[-1])
    assert token_at(distribution, share) == TokenId(expected)
    assert distribution.values[expected] > 0


@given(problems(), seeds, st.integers(1, 20))
def test_the_same_token_and_seed_give_the_same_tokens(problem: Problem, start: Seed, count: int) -> None:
    first = sampled(problem[1], count, starting(start))
    sampled(problem[1], 3, starting(Seed(1)))
    assert sampled(problem[1], count, starting(start)) == first


@given(problems(), seeds, st.integers(1, 12), st.integers(1, 12))
def test_the_first_tokens_are_those_of_fewer_draws(problem: Problem, start: Seed, few: int, more: int) -> None:
    whole = sampled(problem[1], few + more, starting(start))
    assert whole[:few] == sampled(problem[1], few, starting(start))
    left = (Draw(problem[1]) ** StepCount(few))(starting(start))
    assert whole[few:] == sampled(problem[1], more, left)


@given(problems(), st.lists(st.booleans(), min_size=6, max_size=6), st.integers(0, 5), seeds)
def test_a_token_of_probability_0_is_never_drawn(problem: Problem, barred: list[bool], kept: int, start: Seed) -> None:
    parameters, size = problem[1], problem[1].vocab_size.value
    never = [token for token in range(size) if barred[token] and token != kept % size]
    bias = [NEVER if token in never else value for token, value in enumerate(parameters.bias.tolist())]
    barring = Parameters(parameters.embedding, parameters.lm_head, bias)
    assert (np.exp(log_probabilities(barring))[:, never] == 0).all()
    assert not set(never) & set(sampled(barring, 50, starting(start)))


def discrepancy(shares: list[float]) -> float:
    """Return the star discrepancy: how far the part of the shares below t is from t, at most, over all t."""
    count = len(shares)
    ordered = sorted(shares)
    return max(max((k + 1) / count - share, share - k / count) for k, share in enumerate(ordered))


def largest_excess(parameters: Parameters, tokens: list[int], first: int, shares: list[float]) -> float:
    """Return by how much the share of a token after another exceeds its probability by more than the bound allows."""
    table, excess = np.exp(log_probabilities(parameters)), 0.0
    inputs = np.array([first, *tokens[:-1]])
    for token in set(inputs.tolist()):
        places = np.flatnonzero(inputs == token)
        found = np.bincount(np.array(tokens)[places], minlength=len(table)) / len(places)
        bound = 2 * discrepancy([shares[place] for place in places])
        excess = max(excess, float(np.abs(found - table[token]).max()) - bound)
    return excess


def shares_from(seed: Seed, count: int) -> list[float]:
    shares = []
    for _ in range(count):
        bits, seed = splitmix64(seed)
        shares.append(share_of(bits))
    return shares


@draws(50)
@given(problems(), seeds)
def test_shares_are_near_the_probabilities_as_the_numbers_drawn_with_are_even(problem: Problem, start: Seed) -> None:
    """A token owns the numbers between two sums, and how many fall there is off by two discrepancies at most."""
    tokens = sampled(problem[1], 400, starting(start))
    assert largest_excess(problem[1], tokens, 0, shares_from(start, 400)) <= 1e-12


@pytest.mark.uncounted
def test_from_seed_2026_ten_thousand_notes_are_near_the_table() -> None:
    _, start = seed()
    tokens, shares = sampled(start, 10_000, starting(Seed(2026), 4)), shares_from(Seed(2026), 10_000)
    assert discrepancy(shares) < 0.02
    assert largest_excess(start, tokens, 4, shares) <= 1e-12
    counts = np.zeros((5, 5))
    np.add.at(counts, ([4, *tokens[:-1]], tokens), 1)
    found = counts / counts.sum(axis=1, keepdims=True)
    assert np.abs(found - np.exp(log_probabilities(start))).max() < 0.05


def test_what_cannot_be_sampled_is_refused() -> None:
    _, start = seed()
    sampler: Any = Sampler(start, StepCount(8))
    assert repr(sampler) == "sampler : TokenId[5] x Seed -> TokenSequence"
    assert repr(Draw(start)) == "draw : TokenId[5] x Seed -> TokenId[5] x Seed"
    with pytest.raises(OutOfRange, match="token index 5 out of range; limit is 5"):
        sampler(Product(TokenId(5), Seed(1)))
    with pytest.raises(EmptyInput, match="at least 1 token is to be drawn"):
        Sampler(start, StepCount(0))
    for wrong in (Product(TokenId(1), 1), Product(1, Seed(1)), TokenId(1), Product(Seed(1), TokenId(1))):
        with pytest.raises(WrongType, match=r"needs a TokenId\[5\] x Seed"):
            sampler(wrong)
    given_wrong: list[tuple[Any, tuple[Any, ...], str]] = [
        (Sampler, (start, 8), "Sampler needs a StepCount; got int 8"),
        (Sampler, (None, StepCount(8)), "Sampler needs a Parameters"),
        (Draw, (start.bias,), "Draw needs a Parameters"),
    ]
    for make, arguments, message in given_wrong:
        with pytest.raises(WrongType, match=message):
            make(*arguments)
    with pytest.raises(CompositionError, match=r"TokenSequence is not TokenId\[5\] x Seed"):
        sampler >> Draw(start)

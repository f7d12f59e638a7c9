"""PushforwardBench: what a model says of the tokens ahead, renamed token by token; what gets one name is added up."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from typing import Any, ClassVar, final

import numpy as np
import traitlets

from tinyml.ch01_objects.quantities import Distribution, LearningRate, StepCount, TokenId, VocabSize
from tinyml.ch01_objects.vocabulary import split_words
from tinyml.ch02_arrows.category import Morphism
from tinyml.ch03_prediction.prediction import predictor
from tinyml.ch04_training.training import TrainStep
from tinyml.ch05_endomorphism.endomorphism import iterate
from tinyml.ch06_functors.dist import Dist
from tinyml.draw.flow import flow_of, placed
from tinyml.draw.picture import document
from tinyml.validation import FloatArray
from tinyml.widgets.corpus import CANONICAL_VOCABULARY, canonical_start
from tinyml.widgets.widget import Count, Widget

START = "hum my cat cat sings"
LONGEST = 8
"""Letters of a word, so that its bar has room for it on a phone."""
MOST_STEPS = 80
TOKENS = [TokenId(index) for index in range(CANONICAL_VOCABULARY.value)]


class Names(traitlets.Unicode[str, Any]):
    """A text of five words, one for each token from 0 to 4, each of at most 8 letters."""

    def validate(self, obj: Any, value: Any) -> str:
        text: str = super().validate(obj, value)
        words = split_words(text)
        if len(words) != len(TOKENS):
            raise traitlets.TraitError(f"words needs five words, one for each token from 0 to 4; it has {len(words)}")
        long = next((word for word in words if len(word) > LONGEST), None)
        if long is not None:
            raise traitlets.TraitError(f"words has {long!r}, which has more than {LONGEST} letters")
        return text


@final
class PushforwardBench(Widget):
    """The token `ahead` tokens after `token`, as a model of `step_count` steps has it, and its word, one of `words`."""

    name: ClassVar[str] = "pushforward_bench"

    token = Count(1, min=0, max=len(TOKENS) - 1).tag(sync=True, setting=True)
    ahead = Count(1, min=1, max=2).tag(sync=True, setting=True)
    step_count = Count(20, min=0, max=MOST_STEPS).tag(sync=True, setting=True)
    words = Names(START).tag(sync=True, setting=True)

    def follow(self, token: TokenId) -> Dist[TokenId]:
        """Return what the model says of the token after this one."""
        return follow(self.step_count, token)

    def rename(self, token: TokenId) -> str:
        return word_of(split_words(self.words), token)

    def tokens(self) -> Dist[TokenId]:
        """Return the distribution of the token that is asked for."""
        return tokens_ahead(self.step_count, TokenId(self.token), self.ahead)

    def pushed(self) -> Dist[str]:
        """Return the distribution of its word."""
        return self.tokens().map(self.rename)

    def references(self) -> dict[str, Any]:
        return canonical_references()

    def numbers(self) -> dict[str, Any]:
        start = TokenId(self.token)
        both = [tokens_ahead(self.step_count, start, ahead) for ahead in (1, 2)]
        return {
            "Tokens": np.stack([as_array(own) for own in both], axis=1),
            "Words": [float(share) for share in self.pushed().weights.values()],
            "Paths two ahead": paths_from(self.step_count, start),
        }

    def fallback_svg(self) -> str:
        now = Dist.certain(TokenId(self.token))
        kernels = [self.follow] * self.ahead
        width, height, marks = placed(flow_of(now, *kernels, lambda token: Dist.certain(self.rename(token))))
        flow = f'<g transform="translate(20 20)">{"".join(marks)}</g>'
        return document(int(width) + 40, int(height) + 40, [flow])

    @property
    def alt(self) -> str:
        return (
            f"Ribbons from token {self.token} to the tokens that may follow{' and follow those' * (self.ahead - 1)}, "
            "and on to the words that they are sung to, where tokens with one word have one bar."
        )

    @property
    def caption(self) -> str:
        tokens, pushed = self.tokens(), self.pushed()
        given = ", ".join(f"{token.index} {share:.6f}" for token, share in tokens.weights.items())
        shown = ", ".join(f"{word} {share:.6f}" for word, share in pushed.weights.items())
        return (
            f"{'One token' if self.ahead == 1 else 'Two tokens'} after token {self.token}, a model of "
            f"{self.step_count} steps gives the tokens {given}. Sung to words they are {shown}. The entropy is "
            f"{abs(tokens.entropy()):.6f} nats before the renaming and {abs(pushed.entropy()):.6f} after it."
        )


@cache
def prediction(steps: int) -> Morphism[TokenId, Distribution]:
    """Return the model of the tune after so many steps at rate 1."""
    dataset, start = canonical_start()
    return predictor(iterate(TrainStep(dataset, LearningRate(1.0)), start, StepCount(steps)))


def follow(steps: int, token: TokenId) -> Dist[TokenId]:
    return Dist.of_tokens(prediction(steps)(token))


def tokens_ahead(steps: int, token: TokenId, ahead: int) -> Dist[TokenId]:
    """Return the distribution of the token that comes `ahead` tokens after this one."""
    tokens = Dist.certain(token)
    for _ in range(ahead):
        tokens = tokens.bind(lambda own: follow(steps, own))
    return tokens


def word_of(names: Sequence[str], token: TokenId) -> str:
    return names[token.index]


def paths_from(steps: int, token: TokenId) -> FloatArray:
    """Return how likely each path of two tokens is, shape (5, 5): the first token down, the second across."""
    first = follow(steps, token)
    return np.stack([float(first.probability(own)) * as_array(follow(steps, own)) for own in TOKENS])


def as_array(tokens: Dist[TokenId]) -> FloatArray:
    return tokens.as_distribution(VocabSize(len(TOKENS))).values


@cache
def canonical_references() -> dict[str, Any]:
    """Return the reference values that the page recomputes, under the same names."""
    values: dict[str, Any] = {}
    checked = [(0, 1, START), (20, 1, START), (20, 0, "even odd even odd even"), (80, 4, "hum hum my my hum")]
    for steps, token, text in checked:
        names = split_words(text)
        for ahead in (1, 2):
            tokens = tokens_ahead(steps, TokenId(token), ahead)
            pushed = tokens.map(partial(word_of, names))
            key = f"{ahead} after token {token} at step {steps}, sung to {text}"
            values[f"tokens {key}"] = as_array(tokens)
            values[f"words {key}"] = list(pushed.weights.values())
            values[f"entropies {key}"] = [tokens.entropy(), pushed.entropy()]
        values[f"paths from token {token} at step {steps}"] = paths_from(steps, TokenId(token))
    return values

"""Tune: the text as it sounds, and what the model goes on with after so many steps, drawn note by note."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, ClassVar, final

import numpy as np

from tinyml.ch01_objects.domain import Product
from tinyml.ch01_objects.parameters import Parameters
from tinyml.ch01_objects.quantities import LearningRate, StepCount, TokenId
from tinyml.ch03_prediction.prediction import log_probabilities
from tinyml.ch03_prediction.sampler import Sampler
from tinyml.ch03_prediction.splitmix import Seed, splitmix64
from tinyml.ch04_training.training import TrainStep
from tinyml.ch05_endomorphism.endomorphism import iterate
from tinyml.draw.picture import staffs
from tinyml.validation import FloatArray, IntArray
from tinyml.widgets.corpus import CANONICAL_TOKENS, CANONICAL_VOCABULARY, canonical_start
from tinyml.widgets.widget import Count, Number, Widget

MOST_STEPS = 200
NOTES = StepCount(len(CANONICAL_TOKENS))
HEARD = (0, 12, 80)
GOES_ON = "What the model goes on with"


@final
class Tune(Widget):
    """Play the text, and what the model goes on with after `step_count` steps, from `first_token` and `seed`.

    Nothing sounds before a button is pressed; `volume` is from 0 to 1.
    """

    name: ClassVar[str] = "tune"

    step_count = Count(0, min=0, max=MOST_STEPS).tag(sync=True, setting=True)
    seed = Count(6, min=0, max=99).tag(sync=True, setting=True)
    first_token = Count(CANONICAL_TOKENS[-1], min=0, max=CANONICAL_VOCABULARY.value - 1).tag(sync=True, setting=True)
    volume = Number(0.3, min=0.0, max=1.0).tag(sync=True, setting=True)

    def notes(self) -> IntArray:
        """Return the tokens that the model goes on with at the present settings."""
        return notes_of(model_after(self.step_count), self.first_token, self.seed)

    def references(self) -> dict[str, Any]:
        return canonical_references()

    def numbers(self) -> dict[str, Any]:
        notes = self.notes()
        logs = logs_of(model_after(self.step_count), self.first_token, notes)
        return {GOES_ON: np.stack([notes, np.exp(logs), -logs])}

    def fallback_svg(self) -> str:
        notes = self.notes()
        text = [(token, True) for token in CANONICAL_TOKENS]
        return staffs(
            [("The text", text), (GOES_ON, list(zip(notes.tolist(), follows(self.first_token, notes), strict=True)))]
        )

    @property
    def alt(self) -> str:
        return (
            "Two rows of eight notes, each at the height of its number: the text, and what the model goes on with "
            f"after {self._steps} of training."
        )

    @property
    def caption(self) -> str:
        notes = self.notes()
        return (
            f"The text is {spelled(CANONICAL_TOKENS)}. After {self._steps} of training the model goes on from token "
            f"{self.first_token} with {spelled(notes)}. Of these {len(notes)} notes, "
            f"{sum(follows(self.first_token, notes))} go where the tune goes from the note before, and are round. "
            "Token 0 is never sung."
        )

    @property
    def _steps(self) -> str:
        return f"{self.step_count} {'step' if self.step_count == 1 else 'steps'}"


@cache
def model_after(steps: int) -> Parameters:
    """Return the tiny model after so many steps at rate 1."""
    dataset, start = canonical_start()
    return iterate(TrainStep(dataset, LearningRate(1.0)), start, StepCount(steps))


def notes_of(model: Parameters, first: int, seed: int) -> IntArray:
    return Sampler(model, NOTES)(Product(TokenId(first), Seed(seed))).indices


def logs_of(model: Parameters, first: int, notes: IntArray) -> FloatArray:
    """Return the logarithm of the probability that each note had after the one before it."""
    logs: FloatArray = log_probabilities(model)[before(first, notes), notes]
    return logs


def follows(first: int, notes: IntArray) -> list[bool]:
    """Say of each note whether the tune has it after the one before."""
    dataset, _ = canonical_start()
    known: list[bool] = (dataset.counts(CANONICAL_VOCABULARY)[before(first, notes), notes] > 0).tolist()
    return known


def before(first: int, notes: IntArray) -> IntArray:
    return np.array([first, *notes[:-1]])


def spelled(notes: Iterable[int]) -> str:
    return " ".join(map(str, notes))


@cache
def canonical_references() -> dict[str, Any]:
    """Return the reference values that the page recomputes, under the same names."""
    values: dict[str, Any] = {}
    for value in (0, 1234567, 2**64 - 1):
        bits, left = splitmix64(Seed(value))
        values[f"splitmix64 from seed {value}"] = [str(bits), str(splitmix64(left)[0])]
    for steps in (*HEARD, MOST_STEPS):
        model = model_after(steps)
        for first in (0, 4):
            for seed in (1, 6, 99):
                notes = notes_of(model, first, seed)
                key = f"after {steps} steps, from token {first}, seed {seed}"
                values[f"notes {key}"] = notes
                values[f"their surprise {key}"] = -logs_of(model, first, notes).sum()
    return values

"""The errors: one tree, drawn in the docstring, with fields that survive pickling and messages that say what came."""

from __future__ import annotations

import pickle
import re

import pytest

from tinyml import errors
from tinyml.errors import (
    CallbackFailed,
    CompositionError,
    EmptyInput,
    InvalidInterval,
    InvalidLearningRate,
    InvalidLoss,
    InvalidProbability,
    InvalidQuantity,
    InvalidScalar,
    InvalidWire,
    NumericalOverflow,
    OutOfRange,
    ShapeMismatch,
    TinyMLError,
    UnknownWord,
    UnreadableText,
    UnusableCheckpoint,
    WrongType,
)

EXAMPLES: list[tuple[TinyMLError, str]] = [
    (WrongType("TokenId", "an int", "x" * 99), "TokenId needs an int; got str 'xxxx"),
    (EmptyInput("softmax"), "empty input in softmax: at least one entry is needed"),
    (OutOfRange("token", 9, 5), "token index 9 out of range; limit is 5"),
    (UnknownWord("dog", 3), "dog"),
    (InvalidWire("z", "the graph has so far x, y"), "wire 'z': the graph has so far x, y"),
    (UnreadableText("corpus.txt", "there is no such file"), "corpus.txt: there is no such file"),
    (ShapeMismatch("vector", "(n,)", "(2, 3)"), "shape mismatch in vector: expected (n,), got (2, 3)"),
    (InvalidScalar("vector", float("inf"), 2), "inf"),
    (InvalidQuantity("step count", -1, "0 or more"), "step count must be 0 or more; got -1"),
    (InvalidInterval(3, 1), "3"),
    (InvalidProbability("distribution", "probabilities must sum to 1"), "probabilities must sum to 1"),
    (InvalidLoss(-1.0), "got -1"),
    (InvalidLearningRate(0.0), "got 0"),
    (NumericalOverflow("logits", 258), "after step 258"),
    (UnusableCheckpoint("run.npz", "it is torn"), "run.npz: it is torn"),
    (CallbackFailed("backward", "KeyError: 'bias'"), "backward raised KeyError: 'bias'"),
    (CompositionError(("f", "A", "B"), ("g", "C", "D"), "h"), "an arrow B -> C is missing (h has this type)"),
]


def test_every_error_has_an_example_here() -> None:
    assert {type(error) for error, _ in EXAMPLES} == set(TinyMLError.__subclasses__())


def test_every_error_is_public() -> None:
    assert set(errors.__all__) == {type(error).__name__ for error, _ in EXAMPLES} | {"TinyMLError"}


def test_the_docstring_draws_the_tree() -> None:
    drawn = dict(re.findall(r"[├└]── (\w+) \((\w+)\)", errors.__doc__ or ""))
    real = {own.__name__: own.__mro__[2].__name__ for own in TinyMLError.__subclasses__()}
    assert drawn == real


@pytest.mark.parametrize(("error", "text"), EXAMPLES, ids=lambda value: type(value).__name__)
def test_a_message_says_what_came_and_survives_pickling(error: TinyMLError, text: str) -> None:
    assert text in str(error)
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert vars(again) == vars(error)


def test_a_long_value_is_cut_in_a_message() -> None:
    assert len(str(WrongType("TokenId", "an int", "x" * 10_000))) < 120


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (OutOfRange("token", -(10**5000), 0), "token index a negative whole number of 16610 bits out of range"),
        (OutOfRange("token", 10**5000, 5), "token index a whole number of 16610 bits out of range; limit is 5"),
        (InvalidQuantity("step count", -(10**5000), "0 or more"), "got a negative whole number of 16610 bits"),
        (InvalidQuantity("TokenId", 10**59, "at most 2**63 - 1"), f"got 1{'0' * 59}"),
        (WrongType("Vector", "an array of real numbers", [10**5000]), "got list too long to print"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_number_that_python_does_not_print_has_a_message(error: TinyMLError, message: str) -> None:
    assert message in str(error)


def test_an_overflow_counts_steps_that_were_completed() -> None:
    assert NumericalOverflow("logits").after(3).step == 3
    assert NumericalOverflow("logits", 2).after(3).step == 5

"""Corpus: what a widget trains on, the canonical tokens or the reader's own sentence.

kit/sentence.js is its counterpart in the page.  Checked by tests/widgets/test_widgets.py.
"""

from __future__ import annotations

from typing import Any

import traitlets

from tinyml.ch01_objects.domain import TokenSequence, TrainingSet
from tinyml.ch01_objects.parameters import Parameters
from tinyml.ch01_objects.quantities import ModelDimension, VocabSize
from tinyml.ch01_objects.vocabulary import Vocabulary, split_words
from tinyml.ch03_prediction.prediction import DatasetWindowing

MOST_WORDS = 48
DIMENSION = ModelDimension(4)
CANONICAL_TOKENS = (1, 2, 3, 4, 1, 2, 3, 4)
CANONICAL_VOCABULARY = VocabSize(5)


class Sentence(traitlets.Unicode[str, Any]):
    """A text of at least two words and at most 48 different ones, or an empty text for the canonical tokens."""

    def validate(self, obj: Any, value: Any) -> str:
        text: str = super().validate(obj, value)
        if text.strip():
            words = split_words(text)
            if len(words) < 2:
                raise traitlets.TraitError("sentence needs two words: an example is a word and the word after it")
            if len(set(words)) > MOST_WORDS:
                raise traitlets.TraitError(
                    f"sentence has {len(set(words))} different words; at most {MOST_WORDS} can be trained in the page"
                )
        return text


def canonical_start() -> tuple[TrainingSet, Parameters]:
    """Return the data and the start of the book's running example."""
    dataset = DatasetWindowing()(TokenSequence.from_indices(CANONICAL_TOKENS))
    return dataset, Parameters.init(CANONICAL_VOCABULARY, DIMENSION)


def start_of(sentence: str) -> tuple[TrainingSet, Parameters]:
    """Return the data and the start for a sentence; the canonical ones for an empty sentence."""
    if not sentence.strip():
        return canonical_start()
    vocabulary = Vocabulary.from_text(sentence)
    return DatasetWindowing()(vocabulary.encode(sentence)), Parameters.init(vocabulary.size, DIMENSION)

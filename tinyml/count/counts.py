"""Counts: a vocabulary, and how often each of its words follows each other.

    vocabulary   the words, str, shape (V,): by falling frequency, words of the same frequency sorted
    inputs       int64, shape (k,)      the distinct pairs, sorted by input and then target,
    targets      int64, shape (k,)      as numbers of words in the vocabulary
    counts       int64, shape (k,)      how often each pair occurs, 1 or more

This is all that training needs of a text.  Only pairs that occur are stored, so a large vocabulary costs no more.
Laws (tests/count/test_count.py): the counts are those of `collections.Counter`; cutting the vocabulary and then adding
is adding and then cutting; the training set of the counts is that of the encoded text.
"""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import final

import numpy as np

from tinyml.ch01_objects.domain import TrainingSet
from tinyml.ch01_objects.quantities import VocabSize
from tinyml.ch01_objects.vocabulary import UNKNOWN, Vocabulary
from tinyml.count.parts import write_whole
from tinyml.count.sparse import Tally
from tinyml.count.summary import END_NUMBER, Summary
from tinyml.errors import EmptyInput, InvalidQuantity, UnreadableText
from tinyml.validation import IntArray

NAMES = ("vocabulary", "inputs", "targets", "counts")
LARGEST_TABLE = 2**30

Load = Callable[[], Summary]


@final
@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted: the words, and the training set of their pairs."""

    vocabulary: Vocabulary
    training_set: TrainingSet

    @classmethod
    def of(cls, parts: Sequence[Load], size: VocabSize | None = None) -> Counts:
        """Add up parts in their order, each given as what loads its summary; this is done twice, one at a time.

        `size` caps the vocabulary: when there are more words, the most frequent `size` - 1 and `[unknown]` stay,
        which stands for all others.
        """
        words = ranked(parts)
        if size is not None and len(words) > size.value:
            words = (*words[: size.value - 1], UNKNOWN)
        codes, counts = tallied(parts, {word: place for place, word in enumerate(words)}).total()
        if not len(codes):
            raise EmptyInput("corpus", "at least 2 words in one file are needed, which make a pair")
        inputs, targets = np.divmod(codes, len(words))
        return cls(Vocabulary(words), TrainingSet.from_counts(inputs, targets, counts))

    def write(self, path: Path) -> None:
        """Write the four arrays as an uncompressed npz: the same counts are the same bytes."""
        words, dataset = self.vocabulary.words, self.training_set
        longest = max(map(len, words))
        if 4 * longest * len(words) > LARGEST_TABLE:
            needed = f"at most {LARGEST_TABLE // (4 * longest):,} words, the longest of which has {longest} letters"
            raise InvalidQuantity("vocabulary", len(words), f"{needed}, to fit into 1 GiB (cap it)")
        arrays = (np.array(words), *dataset.pairs.T, dataset.multiplicities)
        write_whole(path, lambda stream: np.savez(stream, **dict(zip(NAMES, arrays, strict=True))))

    @classmethod
    def read(cls, path: str | Path) -> Counts:
        """Read what `write` wrote; `UnreadableText` when it is something else."""
        try:
            with np.load(path) as stored:
                words, *arrays = (stored[name] for name in NAMES)
        except FileNotFoundError:
            raise UnreadableText(str(path), "there is no such file") from None
        except (OSError, EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
            raise UnreadableText(str(path), f"holds no counts: {error}") from None
        counts = cls(Vocabulary(tuple(words.tolist())), TrainingSet.from_counts(*arrays))
        counts.training_set.check_tokens(len(words))
        return counts


def ranked(parts: Iterable[Load]) -> tuple[str, ...]:
    """Return all words, the most frequent first; words of the same frequency are sorted."""
    found = Counter[str]()
    for load in parts:
        summary = load()
        found.update(dict(zip(summary.words, summary.often.tolist(), strict=True)))
    return tuple(sorted(found, key=lambda word: (-found[word], word)))


def tallied(parts: Iterable[Load], number: dict[str, int]) -> Tally:
    """Add the pairs of all parts under the numbers of one vocabulary, those across cuts included."""
    tally, size, last = Tally(), len(number), END_NUMBER
    for load in parts:
        summary = load()
        known = [
            number.get(word, size - 1) for word in summary.words
        ]  # the last word is [unknown], if any is not known
        table: IntArray = np.array([*known, END_NUMBER], dtype=np.int64)
        tally.add(table[summary.inputs] * size + table[summary.targets], summary.counts)
        if summary.ends:
            first, end = table[list(summary.ends)].tolist()
            if END_NUMBER not in (last, first):
                tally.add(np.array([last * size + first]), np.array([1]))
            last = end
    return tally

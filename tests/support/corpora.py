"""Texts to count, what a plain loop counts in them, and the command that counts, for the tests of counting."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tinyml.ch01_objects.vocabulary import split_words
from tinyml.count import Counts
from tinyml.count.files import BYTE_ORDER_MARK

ROOT = Path(__file__).parents[2]

# letters that lower to others by what stands beside them, white space beyond ASCII, wrong UTF-8, mere punctuation
PIECES = ["the", "The", "cat,", "...", "(", "Σας", "ΑΣ", "a\u00a0b", "\u2003", "ß", "İ", "e\u0301", "\x1c", "x\x85y"]


def words_of(text: bytes) -> list[str]:
    """Return what a word is, in one line."""
    return split_words(text.removeprefix(BYTE_ORDER_MARK).decode("utf-8", "replace"))


def pairs_of(*contents: bytes) -> Counter[tuple[str, str]]:
    """Count as one would without any care for speed or memory."""
    return Counter(pair for content in contents for pair in itertools.pairwise(words_of(content)))


def named(counts: Counts) -> Counter[tuple[str, str]]:
    """Return counts with words instead of numbers."""
    word, dataset = counts.vocabulary.words, counts.training_set
    rows = zip(dataset.pairs.tolist(), dataset.multiplicities.tolist(), strict=True)
    return Counter({(word[first], word[second]): often for (first, second), often in rows})


def counting(folder: Path, *arguments: str, before: Sequence[str] = ()) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*before, sys.executable, "-m", "tinyml.count", *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )

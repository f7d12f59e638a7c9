"""Contenders of counting pairs: ours, a plain loop with a Counter, scikit-learn, and splitting alone as the bound.

All count the same text in one process.  It is written by a chain in which each of 20,000 words has 100 words that
may follow it, so that the pairs, like those of a language, do not become many more however long the text is.
"""

from __future__ import annotations

import fcntl
import hashlib
import sys
import tempfile
import time
from abc import abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.contender import Contender, serve
from benchmarks.environments import at_home
from tinyml.ch01_objects.vocabulary import split_words
from tinyml.count import Counts, count_corpus

FOLDER = Path(__file__).parents[1] / "_build" / "bench"
WORDS, FOLLOWERS = 20_000, 100
WALKS, LINES, LENGTH = 200, 200, 15  # of words, at a time
MEGABYTE = 10**6


def vocabulary(rng: np.random.Generator) -> list[str]:
    """Make up words, short ones first, as frequent words are short."""
    letters = rng.choice(list("etaoinshrdlucmfwypvbgkjqxz"), size=(4 * WORDS, 12))
    lengths = np.minimum(rng.poisson(4, len(letters)) + 2, 12)
    words = dict.fromkeys("".join(row[:length]) for row, length in zip(letters, lengths, strict=True))
    return sorted(islice(words, WORDS), key=len)


def lines(seed: int) -> Iterable[str]:
    """Yield lines without end, pieces of walks from word to word."""
    rng = np.random.default_rng(seed)
    words = vocabulary(rng)
    weights = 1 / np.arange(1, WORDS + 1)
    followers = rng.choice(WORDS, size=(WORDS, FOLLOWERS), p=weights / weights.sum())
    likely = np.cumsum(1 / np.arange(1, FOLLOWERS + 1))
    at = rng.integers(0, WORDS, WALKS)
    while True:
        walks = np.empty((WALKS, LINES * LENGTH), dtype=np.int64)
        for step in range(LINES * LENGTH):
            at = followers[at, np.searchsorted(likely, rng.random(WALKS) * likely[-1])]
            walks[:, step] = at
        for line in walks.reshape(-1, LENGTH).tolist():
            first, *others = (words[place] for place in line)
            yield f"{first.capitalize()} {' '.join(others)}.\n"


def text(name: str, files: int, size: int) -> Path:
    """Return a folder with files of `size` megabytes each; of contenders that start together, one writes it."""
    folder = FOLDER / name
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if folder.is_dir():
            return folder
        with tempfile.TemporaryDirectory(dir=FOLDER) as scratch:
            beside, made = Path(scratch) / name, iter(lines(0))
            beside.mkdir()
            for number in range(files):
                with (beside / f"{number:03}.txt").open("w", encoding="utf-8") as stream:
                    while stream.tell() < size * MEGABYTE:
                        stream.writelines(islice(made, 1000))
            beside.rename(folder)
    return folder


def digest(pairs: Iterable[tuple[tuple[str, str], int]]) -> list[Any]:
    """Return how many distinct pairs there are, and a sum of hashes of all with their counts.

    The sum knows no order, so that nothing is sorted or kept: the peak of memory is to be that of counting.
    """
    found, total = 0, 0
    for (first, second), often in pairs:
        found += 1
        total += int.from_bytes(hashlib.blake2b(f"{first} {second} {often}".encode(), digest_size=16).digest())
    return [found, f"{total % 2**128:032x}"]


class Counting(Contender):
    """Count one folder: a subclass says how."""

    def __init__(self, name: str, files: str, size: str) -> None:
        self.folder = text(name, int(files), int(size))
        self.files = sorted(self.folder.iterdir())
        self.megabytes = sum(path.stat().st_size for path in self.files) / MEGABYTE

    @abstractmethod
    def count(self) -> Any:
        """Do the work that is timed."""

    def go(self) -> list[float]:
        started = time.perf_counter()
        self.count()
        return [(time.perf_counter() - started) / self.megabytes]


class Ours(Counting):
    def count(self) -> Counts:
        with tempfile.TemporaryDirectory(dir=FOLDER) as scratch:
            return count_corpus([str(self.folder)], Path(scratch) / "counts.npz")

    def check(self) -> Any:
        counts = self.count()
        word, dataset = counts.vocabulary.words, counts.training_set
        rows = zip(dataset.pairs, dataset.multiplicities, strict=True)
        return digest(((word[first], word[second]), int(often)) for (first, second), often in rows)


class Large(Ours):
    """Ours on a text that no rival is given: the number of pairs must be that of the words of each file, less one."""

    def check(self) -> Any:
        words = 0
        for path in self.files:
            with path.open("rb") as stream:
                words += sum(len(line.split()) for line in stream) - 1
        return len(self.count().training_set) == words


def counted(files: Iterable[Path]) -> Counter[tuple[str, str]]:
    counter = Counter[tuple[str, str]]()
    for path in files:
        counter.update(pairwise(split_words(path.read_text(encoding="utf-8"))))
    return counter


class Plain(Counting):
    """What one writes without thinking of speed: each file is read whole, and a Counter takes its pairs."""

    def count(self) -> Counter[tuple[str, str]]:
        return counted(self.files)

    def check(self) -> Any:
        return digest(self.count().items())


class Vectoriser(Counting):
    """scikit-learn's CountVectorizer for pairs of words; its tokens agree with ours on this text."""

    def count(self) -> tuple[Any, Any]:
        from sklearn.feature_extraction.text import CountVectorizer  # noqa: PLC0415  not in this environment

        vectoriser = CountVectorizer(input="filename", ngram_range=(2, 2), token_pattern=r"(?u)\b\w+\b")
        matrix = vectoriser.fit_transform(self.files)
        return vectoriser, np.asarray(matrix.sum(axis=0)).ravel()

    def check(self) -> Any:
        vectoriser, counts = self.count()
        named = zip(vectoriser.get_feature_names_out(), counts.tolist(), strict=True)
        return digest(((pair.split(" ")[0], pair.split(" ")[1]), often) for pair, often in named)


class Split(Counting):
    """What no counting of words can do without: the bytes are read and split at white space, and nothing is counted."""

    def count(self) -> int:
        pieces = 0
        for path in self.files:
            with path.open("rb") as stream:
                while block := stream.readlines(2**20):
                    pieces += len(b"".join(block).split())
        return pieces

    def check(self) -> None:
        """Nothing is counted, so there is nothing to compare."""


CONTENDERS: dict[str, Callable[..., Contender]] = {
    "ours": Ours,
    "large": Large,
    "plain": Plain,
    "scikit-learn": partial(at_home, "scikit-learn", "benchmarks.counting", "scikit-learn at home"),
    "scikit-learn at home": Vectoriser,
    "split": Split,
}

if __name__ == "__main__":
    serve(CONTENDERS[sys.argv[1]](*sys.argv[2:]))

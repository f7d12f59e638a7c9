"""Summaries: all that counting needs to know of a text, and how two of them are added.

    summary(words ++ more words)  =  summary(words) + summary(more words)

A summary is the pairs with their counts, and the first and the last word: when two texts are joined, the last
word of one and the first word of the other are one pair more.  Summaries are a monoid: `+` is associative, and
the summary of no words is neutral.  So a text may be cut anywhere between words, its parts be counted by
anybody in any order, and their summaries be added as is convenient.  `+` is not commutative, as joining texts is not.
`tinyml.ch08_monoids.shards.PairCounts` is the same monoid over token numbers, with a full matrix.
Laws (tests/count/test_count.py): the equation above; associativity; the neutral summary; the agreement with PairCounts.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, final

import numpy as np

from tinyml.count.sparse import Tally, count_codes
from tinyml.count.words import Numbers
from tinyml.validation import IntArray

END = ""
"""Stands between the last word of a text and the first of the next, which make no pair; no word is empty."""
END_NUMBER = -1


@final
@dataclass(frozen=True, slots=True, eq=False)
class Summary:
    """The pairs of a text, or of several.

    `words`: the distinct words, sorted; `often`: how often each occurs.  `inputs`, `targets`, `counts`: int64, shape
    (k,), the distinct pairs as numbers of words, sorted, and how often each occurs.  `ends`: the first and the
    last word, -1 where a text ends; nothing for no words.

    >>> Summary.of(["the", "cat"]) + Summary.of(["sat"]) == Summary.of(["the", "cat", "sat"])
    True
    """

    words: tuple[str, ...]
    often: IntArray
    inputs: IntArray
    targets: IntArray
    counts: IntArray
    ends: tuple[int, ...]

    @classmethod
    def of(cls, words: Sequence[str]) -> Summary:
        """Count a list of words, in which END may stand."""
        numbers = Numbers()
        text = np.array([END_NUMBER if word == END else numbers[word] for word in words], dtype=np.int64)
        return cls.of_numbers(numbers.names, text)

    @classmethod
    def of_numbers(cls, names: Sequence[str], numbers: IntArray) -> Summary:
        """Count words that are given as numbers; `names[i]` is the word with number i, and -1 is END."""
        ended = numbers == END_NUMBER
        occurrences = np.bincount(numbers[~ended] if ended.any() else numbers, minlength=len(names))
        used = sorted(np.flatnonzero(occurrences).tolist(), key=names.__getitem__)
        rank = np.full(len(names) + 1, END_NUMBER)  # the last entry, which has the number -1, is END
        rank[used] = np.arange(len(used))
        text = rank[numbers]
        codes = text[:-1] * len(used) + text[1:]
        pairs, counts = count_codes(codes[~(ended[:-1] | ended[1:])] if ended.any() else codes)
        inputs, targets = np.divmod(pairs, max(len(used), 1))
        ends = (int(text[0]), int(text[-1])) if len(text) else ()
        return cls(tuple(names[number] for number in used), occurrences[used], inputs, targets, counts, ends)

    def __add__(self, other: Summary) -> Summary:
        """Return the summary of this text with the other behind it."""
        words = tuple(sorted({*self.words, *other.words}))
        number = {word: place for place, word in enumerate(words)}
        often, tally, ends = np.zeros(len(words), dtype=np.int64), Tally(), list[int]()
        for one in (self, other):
            table = np.array([*(number[word] for word in one.words), END_NUMBER], dtype=np.int64)
            often[table[:-1]] += one.often
            tally.add(table[one.inputs] * len(words) + table[one.targets], one.counts)
            ends += table[list(one.ends)].tolist() if one.ends else []
        if self.ends and other.ends and END_NUMBER not in ends[1:3]:
            tally.add(np.array([ends[1] * len(words) + ends[2]]), np.array([1]))
        codes, counts = tally.total()
        return Summary(words, often, *np.divmod(codes, max(len(words), 1)), counts, tuple(ends[:1] + ends[-1:]))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Summary):
            return False
        same = (self.words, self.ends) == (other.words, other.ends)
        return same and all(np.array_equal(one, two) for one, two in zip(self._arrays(), other._arrays(), strict=True))

    def __hash__(self) -> int:
        return hash((self.words, self.ends, *(array.tobytes() for array in self._arrays())))

    def _arrays(self) -> tuple[IntArray, ...]:
        return self.often, self.inputs, self.targets, self.counts

    def to_bytes(self) -> bytes:
        """Return the summary in a small form, always the same bytes for the same summary."""
        stream = io.BytesIO()
        followers = np.bincount(self.inputs, minlength=len(self.words))
        words = np.frombuffer(" ".join(self.words).encode(), dtype=np.uint8)  # no word holds a space
        arrays = {"often": self.often, "followers": followers, "targets": self.targets, "counts": self.counts}
        small: dict[str, Any] = {name: array.astype(least_type(array)) for name, array in arrays.items()}
        np.savez(stream, words=words, ends=np.array(self.ends, dtype=np.int64), **small)
        return stream.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> Summary:
        """Return the summary that `to_bytes` wrote."""
        with np.load(io.BytesIO(content)) as stored:
            arrays = {name: stored[name] for name in stored.files}
        words = tuple(arrays["words"].tobytes().decode().split(" ")) if arrays["words"].size else ()
        inputs = np.repeat(np.arange(len(words)), arrays["followers"])
        often, targets, counts = (arrays[name].astype(np.int64) for name in ("often", "targets", "counts"))
        return cls(words, often, inputs, targets, counts, tuple(arrays["ends"].tolist()))


def least_type(array: IntArray) -> np.dtype[Any]:
    """Return the smallest type of whole numbers that holds these, none of which is negative."""
    return np.min_scalar_type(int(array.max(initial=0)))


def add_up(summaries: Iterable[Summary]) -> Summary:
    """Return the sum of summaries in their order; brackets are set so that sums of like size are added."""
    waiting: list[Summary] = []
    for summary in summaries:
        waiting.append(summary)
        while len(waiting) > 1 and len(waiting[-2].counts) <= 2 * len(waiting[-1].counts):
            last = waiting.pop()
            waiting.append(waiting.pop() + last)
    total = Summary.of([])
    for summary in reversed(waiting):
        total = summary + total
    return total

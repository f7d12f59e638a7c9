"""Words: from bytes to the numbers of words, fast.

    bytes  --split at white bytes-->  pieces  --remembered-->  numbers of words

A text repeats its pieces, so each distinct piece is decoded and cleaned once, by `split_words`, and is a number
from then on.  Bytes that are not UTF-8 become U+FFFD, one for each longest wrong sequence, as Python's
`decode("utf-8", "replace")` has it.
Law (tests/count/test_count.py): reading blocks, and then looking the numbers up, is `split_words` of the decoded text.
"""

from __future__ import annotations

from typing import final

import numpy as np

from tinyml.ch01_objects.vocabulary import split_words
from tinyml.count.files import LONGEST_PIECE
from tinyml.validation import IntArray

NOTHING = -1
MOST_REMEMBERED = 2**20


class TooLongError(Exception):
    """A piece that is too long to be a word."""


class Numbers(dict[str, int]):
    """Words, numbered as they come; `names` lists them."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def __missing__(self, word: str) -> int:
        self[word] = number = len(self)
        self.names.append(word)
        return number


@final
class Reader(dict[bytes, int]):
    """For each piece the number of its word, or NOTHING when it is mere punctuation.

    A few pieces are several words, because white space beyond ASCII stands within them: these are
    NOTHING - 1, NOTHING - 2, ... and their words stand in `several`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.numbers = Numbers()
        self.several: list[list[int]] = []

    def __missing__(self, piece: bytes) -> int:
        if len(piece) > LONGEST_PIECE:
            raise TooLongError
        words = [self.numbers[word] for word in split_words(piece.decode("utf-8", "replace"))]
        if len(words) > 1:
            self.several.append(words)
        self[piece] = number = words[0] if len(words) == 1 else NOTHING - len(self.several) if words else NOTHING
        return number

    def read(self, block: bytes) -> IntArray:
        """Return the numbers of the words of a block, which begins and ends between pieces."""
        pieces = block.split()
        numbers = np.fromiter(map(self.__getitem__, pieces), np.int64, len(pieces))
        for place in np.flatnonzero(numbers < NOTHING)[::-1]:  # from behind, so that places stay
            words = self.several[NOTHING - 1 - numbers[place]]
            numbers = np.concatenate([numbers[:place], words, numbers[place + 1 :]])
        words_only: IntArray = numbers[numbers != NOTHING]
        return words_only

    def full(self) -> bool:
        return len(self) > MOST_REMEMBERED

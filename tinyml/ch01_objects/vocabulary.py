"""Vocabularies: what a word is, and which number it has.

    text  --split_words-->  words  <-->  token numbers

A word may stand for all that have no number of their own: `[unknown]`, which no text can hold, because
brackets are taken off the ends of words.
Law (tests/ch01_objects/test_domain.py): decoding an encoded text gives its words back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from tinyml.ch01_objects.domain import TokenSequence
from tinyml.ch01_objects.quantities import VocabSize
from tinyml.errors import EmptyInput, InvalidQuantity, OutOfRange, UnknownWord, WrongType

UNKNOWN = "[unknown]"


@final
@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Distinct words; the position of a word is its token number.

    A text is read in lower case, split at white space, and each piece is stripped of the punctuation
    around it.

    >>> Vocabulary.from_text("The cat saw the dog.").words
    ('the', 'cat', 'saw', 'dog')
    """

    words: tuple[str, ...]

    def __post_init__(self) -> None:
        if not isinstance(self.words, tuple) or not all(isinstance(word, str) for word in self.words):
            raise WrongType("Vocabulary", "a tuple of words", self.words)
        if not self.words:
            raise EmptyInput("vocabulary", "at least 1 is needed")
        if len(set(self.words)) < len(self.words):
            raise InvalidQuantity("number of distinct words", len(set(self.words)), f"{len(self.words)}, one per entry")

    @classmethod
    def from_text(cls, text: str) -> Vocabulary:
        """Number the words of a text in the order in which they first appear."""
        return cls(tuple(dict.fromkeys(split_words(text))))

    @property
    def size(self) -> VocabSize:
        return VocabSize(len(self.words))

    def encode(self, text: str) -> TokenSequence:
        """Turn a text into tokens; a word that the vocabulary does not hold is `[unknown]`, or else `UnknownWord`."""
        number = {word: index for index, word in enumerate(self.words)}
        words, unknown = split_words(text), number.get(UNKNOWN, -1)
        for word in words:
            if word not in number and unknown < 0:
                raise UnknownWord(word, len(self.words))
        return TokenSequence.from_indices([number.get(word, unknown) for word in words])

    def decode(self, tokens: TokenSequence) -> str:
        """Turn tokens into words with a space between; `OutOfRange` for a token without a word."""
        if not isinstance(tokens, TokenSequence):
            raise WrongType("decode", "a TokenSequence", tokens)
        for token in tokens:
            if token.index >= len(self.words):
                raise OutOfRange("token", token.index, len(self.words))
        return " ".join(self.words[token.index] for token in tokens)


def split_words(text: str) -> list[str]:
    """Split a text into lower-case words without the punctuation around them."""
    if not isinstance(text, str):
        raise WrongType("Vocabulary", "a text", text)
    pieces = (piece.strip(".,;:!?\"'()[]") for piece in text.lower().split())
    return [piece for piece in pieces if piece]

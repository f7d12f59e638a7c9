"""SeamCutter: a text cut in three, what each part counts, what falls on a seam, and whether it adds up."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise, product
from typing import Any, ClassVar, final

import numpy as np
import traitlets

from tinyml.ch01_objects.domain import TokenSequence
from tinyml.ch08_monoids.shards import PairCounts, pair_counts
from tinyml.draw.picture import QUIET, document, line, rectangle, text
from tinyml.widgets.corpus import CANONICAL_VOCABULARY
from tinyml.widgets.widget import Count, Widget

TEXTS = {"tune": [1, 2, 3, 4, 1, 2, 3, 4], "mirror": [1, 2, 3, 4, 4, 3, 2, 1], "drone": [1] * 8}
LENGTH = 8
"""Every text has so many tokens, so that a place to cut one is a place to cut the others."""

COLUMNS = ("part 1", "part 2", "part 3", "seams", "added up", "whole")


@final
@dataclass(frozen=True)
class CutText:
    """One of the TEXTS, cut after so many tokens and again after so many.

    With `ends` the parts are added as `PairCounts`, which keep first and last token; without, as bare counts.
    """

    text: str
    cut: int
    second_cut: int
    ends: bool

    @property
    def tokens(self) -> list[int]:
        return TEXTS[self.text]

    @property
    def parts(self) -> list[list[int]]:
        """The three parts in their order; a part may be empty."""
        first, second = sorted((self.cut, self.second_cut))
        return [self.tokens[:first], self.tokens[first:second], self.tokens[second:]]

    @property
    def rows(self) -> dict[tuple[int, int], list[int]]:
        """How often each pair of the text is in each of the COLUMNS; pairs come in the order of the text."""
        parts, whole = [counted(tokens) for tokens in self.parts], counted(self.tokens)
        joined = pair_counts(CANONICAL_VOCABULARY).fold(parts).counts
        bare = np.sum([part.counts for part in parts], axis=0)
        columns = [*(part.counts for part in parts), joined - bare, joined if self.ends else bare, whole.counts]
        return {pair: [int(column[pair]) for column in columns] for pair in pairwise(self.tokens)}

    def sent(self) -> list[str]:
        """Return in a line what each part sends home."""
        return [self._sent(number, tokens) for number, tokens in enumerate(self.parts, start=1)]

    def _sent(self, number: int, tokens: list[int]) -> str:
        pairs = max(len(tokens) - 1, 0)
        found = f"part {number}, {' '.join(map(str, tokens)) or 'empty'}: {pairs} {'pair' if pairs == 1 else 'pairs'}"
        return f"{found}, first {tokens[0]}, last {tokens[-1]}" if self.ends and tokens else found

    def verdict(self) -> str:
        added, whole = (sum(row[place] for row in self.rows.values()) for place in (-2, -1))
        return f"{added} of {whole} pairs"

    def told(self) -> str:
        """Return all that the page shows, line by line."""
        rows = [" ".join(map(str, (*pair, *row))) for pair, row in self.rows.items()]
        return "\n".join([*self.sent(), *rows, self.verdict()])


def counted(tokens: list[int]) -> PairCounts:
    if not tokens:
        return PairCounts.empty(CANONICAL_VOCABULARY)
    return PairCounts.of(TokenSequence.from_indices(tokens), CANONICAL_VOCABULARY)


@final
class SeamCutter(Widget):
    """Cut `text` after `cut` tokens and after `second_cut`; with `ends`, a part sends its first and last token too.

    It opens on a whole text, so that it does not give away what a cut loses.
    """

    name: ClassVar[str] = "seam_cutter"

    text = traitlets.Enum(list(TEXTS), "tune").tag(sync=True, setting=True)
    cut = Count(LENGTH, min=0, max=LENGTH).tag(sync=True, setting=True)
    second_cut = Count(LENGTH, min=0, max=LENGTH).tag(sync=True, setting=True)
    ends = traitlets.Bool(False).tag(sync=True, setting=True)

    def cut_text(self) -> CutText:
        return CutText(self.text, self.cut, self.second_cut, self.ends)

    def references(self) -> dict[str, Any]:
        return canonical_references()

    def fallback_svg(self) -> str:
        own = self.cut_text()
        marks = _tokens(own.parts)
        columns = [110 + 90 * place for place in range(len(COLUMNS))]
        marks += [text(30, 110, "pair"), line(30, 118, 590, 118)]
        marks += [text(x, 110, name, anchor="end") for x, name in zip(columns, COLUMNS, strict=True)]
        for number, (pair, row) in enumerate(own.rows.items()):
            y = 140 + 22 * number
            marks.append(text(30, y, f"{pair[0]} {pair[1]}"))
            marks += [text(x, y, str(count), anchor="end") for x, count in zip(columns, row, strict=True)]
        return document(640, 140 + 22 * len(own.rows), marks)

    @property
    def alt(self) -> str:
        return "A text in its parts, and how often each pair is in each part, on a seam, added up, and in the whole."

    @property
    def caption(self) -> str:
        own = self.cut_text()
        what = "counts and ends" if self.ends else "bare counts"
        return f"{'; '.join(own.sent())}. The {what} of the parts add up to {own.verdict()}."


def _tokens(parts: list[list[int]]) -> list[str]:
    """Draw the tokens in a row, with a gap at each seam and the number of each part below it."""
    marks, left = list[str](), 30
    for number, tokens in enumerate(parts, start=1):
        for place, token in enumerate(tokens):
            x = left + 34 * place
            marks += [rectangle(x, 20, 30, 30, stroke=QUIET), text(x + 15, 40, str(token), anchor="middle")]
        if tokens:
            width = 34 * len(tokens)
            marks.append(text(left + width / 2 - 2, 72, str(number), anchor="middle", fill=QUIET))
            left += width + 26
    return marks


@cache
def canonical_references() -> dict[str, Any]:
    """Return the reference values that the page recomputes, under the same names."""
    cuts = ((4, LENGTH), (0, LENGTH), (4, 5), (6, 2), (4, 4))
    return {
        f"{text} cut after {cut} and {second}, {'with' if ends else 'without'} ends": CutText(
            text, cut, second, ends
        ).told()
        for text, (cut, second), ends in product(TEXTS, cuts, (False, True))
    }

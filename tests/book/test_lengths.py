"""Lengths: no chapter is longer than a reader stays, and what counts as a word, a guess and an exercise.

`python tools/reading_time.py` prints the table.
"""

from __future__ import annotations

import nbformat
import pytest
from reading_time import Length, length_of, lengths, words_of

MOST_WORDS = 3000
MOST_MINUTES = {"06_functors": 45, "07_naturality": 45, "08_monoids": 45}
"""The parts of what was one chapter; any other may take 50 minutes."""
LENGTHS = lengths()


@pytest.mark.parametrize("chapter", LENGTHS)
def test_a_chapter_is_no_longer_than_a_reader_stays(chapter: str) -> None:
    own = LENGTHS[chapter]
    print(f"{chapter}: {own.words} words, {own.minutes} minutes")
    assert own.words <= MOST_WORDS
    assert own.minutes <= MOST_MINUTES.get(chapter, 50)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("# 1. A title\n\nTwo words.", 5),
        ("`loss >> loss` is refused", 4),
        ("A {term}`morphism` and {term}`its ends <source and target>`.", 5),
        ("[Chapter 2](02_arrows.ipynb) is next", 4),
        (r"so $a + b = c$ holds, and $$\begin{aligned} x &= y \end{aligned}$$", 5),
        ("one — two | three |\n|---|---|", 3),
        ("(analogy-fog)=\nfog", 1),
        ("% for who reads the notebook\nfog", 1),
        ("```{prf:property} Law. It holds\n:label: law-01\n\nIt does.\n```\nEnd.", 6),
        ("```{dropdown} Hint\nThink of it.\n```\nEnd.", 1),
        ("````{solution} ex-01\n:class: dropdown\nIt is\n```python\n4\n```\nfour.\n````\nEnd.", 1),
        ("```python\nx = 1\n```\nEnd.", 1),
        (":::{guess} one\n:kind: choice\nWhich one?\n- this\n- that\n:::", 4),
        ("````{exercise}\n:label: ex-01\nTry\n```{dropdown} Hint\nNo.\n```\nit.\n````", 2),
    ],
)
def test_what_is_read_is_counted_and_what_is_folded_is_not(text: str, words: int) -> None:
    assert words_of(text) == words


def test_minutes_are_for_words_code_guesses_and_exercises() -> None:
    assert Length(words=1200, code_cells=3, guesses=2, exercises=1).minutes == 10 + 1 + 1 + 2
    asked = "**Guess first:** a?\n\n**Checkpoint:** b?\n\n```{guess} c\nc?\n```\n:::{checkpoint} d\nd?\n:::\n"
    exercises = "```{exercise}\nA.\n```\n```{exercise} Title\nB.\n```\n"
    cells = [
        nbformat.v4.new_markdown_cell(asked + exercises),
        nbformat.v4.new_code_cell("1"),
        nbformat.v4.new_code_cell("2", metadata={"tags": ["hide-cell"]}),
    ]
    found = length_of(nbformat.v4.new_notebook(cells=cells))
    assert (found.code_cells, found.guesses, found.exercises) == (1, 4, 2)

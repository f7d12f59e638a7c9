"""Words and minutes of each chapter: `python tools/reading_time.py`.

    minutes = words / 120 + code cells / 3 + guesses and checkpoints / 2 + exercises * 2

Words are those of the running text, a formula counts as one.  What is folded away is not counted: hints, solutions,
answers, where we differ from a source; nor is code, whose time is that of its cell.
Checked by tests/book/test_lengths.py, which holds each chapter to a limit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, final

import notebooks

BOOK = Path(__file__).resolve().parent.parent / "book"
WORDS_A_MINUTE = 120
MINUTES_A_CODE_CELL, MINUTES_A_GUESS, MINUTES_AN_EXERCISE = 1 / 3, 1 / 2, 2
FOLDED = {"dropdown", "solution"}
CALLED = {"guess", "checkpoint"}
"""Directives whose title is a name, which is on no page."""
HIDDEN = {"hide-cell", "hide-input", "remove-cell"}
FENCE = re.compile(r"^(`{3,}|:{3,})(?:\{([\w:-]+)\})?[ \t]*(.*)$")
OPTION = re.compile(r"^:[\w-]+:.*$")
TARGET = re.compile(r"^\([\w-]+\)=$")
COMMENT = re.compile(r"^%")
NO_WORDS = (OPTION, TARGET, COMMENT)
FORMULA = re.compile(r"\$\$.*?\$\$|\$[^$]+\$", re.DOTALL)
LINK = re.compile(r"\]\([^)]*\)")
ROLE = re.compile(r"\{[\w:-]+\}`([^`<]*)[^`]*`")
WORD = re.compile(r"\S*\w\S*")
QUESTION = re.compile(r"^\*\*(?:Guess first|Checkpoint):\*\*|^(?:`{3,}|:{3,})\{(?:guess|checkpoint)\}", re.MULTILINE)
EXERCISE = re.compile(r"^(?:`{3,}|:{3,})\{exercise\}", re.MULTILINE)


@final
@dataclass(frozen=True, slots=True)
class Length:
    """What a chapter asks of its reader."""

    words: int
    code_cells: int
    guesses: int
    exercises: int

    @property
    def minutes(self) -> int:
        reading = self.words / WORDS_A_MINUTE + self.code_cells * MINUTES_A_CODE_CELL
        return round(reading + self.guesses * MINUTES_A_GUESS + self.exercises * MINUTES_AN_EXERCISE)


def running(text: str) -> Iterator[str]:
    """Yield the lines of a text that are in sight and no code, with the titles of boxes and without their options."""
    open_fences = list[tuple[str, bool]]()
    for line in text.splitlines():
        fence = FENCE.match(line)
        if fence and not fence[2] and not fence[3] and open_fences and fence[1] == open_fences[-1][0]:
            open_fences.pop()
        elif fence:
            out_of_sight = fence[2] in FOLDED or not fence[2] or any(hidden for _, hidden in open_fences)
            open_fences.append((fence[1], out_of_sight))
            if not out_of_sight and fence[2] not in CALLED:
                yield fence[3]
        elif not any(hidden for _, hidden in open_fences) and not any(own.match(line) for own in NO_WORDS):
            yield line


def words_of(text: str) -> int:
    """Return how many words of a text are read.

    >>> words_of("Every {term}`token` has [a number](01_objects.ipynb), and $a + b$ is one word.")
    10
    """
    seen = "\n".join(running(text))
    for pattern, instead in ((FORMULA, " x "), (LINK, "]"), (ROLE, r"\1")):
        seen = pattern.sub(instead, seen)
    return len(WORD.findall(seen))


def length_of(notebook: Any) -> Length:
    prose = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return Length(
        words=words_of(prose),
        code_cells=sum(not HIDDEN & set(cell.metadata.get("tags", [])) for cell in code),
        guesses=len(QUESTION.findall(prose)),
        exercises=len(EXERCISE.findall(prose)),
    )


def lengths() -> dict[str, Length]:
    """Return the length of each chapter, by its stem."""
    return {path.stem: length_of(notebooks.read(path)) for path in sorted(BOOK.glob("[0-9][0-9]_*.ipynb"))}


if __name__ == "__main__":
    print("chapter           words  cells  guesses  exercises  minutes")
    for chapter, own in lengths().items():
        print(f"{chapter:16} {own.words:6} {own.code_cells:6} {own.guesses:8} {own.exercises:10} {own.minutes:8}")

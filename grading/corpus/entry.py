"""Entries of the corpus: how a line of a table becomes the file that somebody hands in.

    entry(name, why, {question: code}, lost="questions that an honest marker would not give points for")

Questions that an entry does not mention are answered rightly.  `@PORT@` in a file becomes the port on which the
test listens, and `@HERE@` the folder of the submissions, so that code in the box can try to reach them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat.v4 import new_code_cell

from . import paper

FILE = "left-by-a-submission"
"""The name of every file that is written here; the test looks for it outside the box."""

Content = bytes | Callable[[Path], None]


@dataclass(frozen=True)
class Entry:
    """One submission: what is handed in, why it is here, and the questions that it gets no points for."""

    category: str
    name: str
    why: str
    content: Content
    lost: frozenset[str]
    status: str
    files: tuple[str, ...]

    def write(self, folder: Path, port: int) -> None:
        path = folder / re.sub(r"\.zip/.*", ".zip", self.files[0])  # of what stands in a zip, the zip
        if callable(self.content):
            self.content(folder)
        else:
            content = self.content.replace(b"@PORT@", str(port).encode())
            path.write_bytes(content.replace(b"@HERE@", str(folder).encode()))

    @property
    def notebook(self) -> bytes:
        """The bytes of an entry that is given by them."""
        assert isinstance(self.content, bytes), f"{self.name} writes itself"
        return self.content

    @property
    def points(self) -> dict[str, float]:
        """What an honest marker gives, by question; the text waits for a person."""
        return {
            question: 0.0 if question == "reason" or question in self.lost else float(worth)
            for question, worth in paper.POINTS.items()
        }


class Table:
    """The entries of one category, in the order in which they were added."""

    def __init__(self, category: str) -> None:
        self.category = category
        self.entries: list[Entry] = []

    def file(self, name: str, why: str, content: Content, lost: str = "", *, status: str = "", at: str = "") -> None:
        """Add a submission that is given by its bytes, or by what writes it; `at` names the rows it gives."""
        missing = frozenset(paper.CODE if lost == "all" else lost.split())
        assert missing <= set(paper.CODE), f"{name}: {missing}"
        files = tuple(at.split("|")) if at else (f"{name}.ipynb",)
        self.entries.append(Entry(self.category, name, why, content, missing, status, files))

    def __call__(
        self,
        name: str,
        why: str,
        answers: Mapping[str, str] | None = None,
        lost: str = "",
        *,
        extra: Mapping[str, str] | None = None,
        change: Callable[[Any], None] | None = None,
        status: str = "",
    ) -> None:
        """Add a notebook: `answers` by question, `extra` cells after the cells they name, then a `change` of it."""
        made = handed_in(answers or {}, extra or {})
        if change is not None:
            change(made)
        self.file(name, why, paper.written(made), lost, status=status)


def handed_in(answers: Mapping[str, str], extra: Mapping[str, str] | None = None) -> Any:
    """Return the student's notebook with all right answers, but for those that are given."""
    made = paper.release()
    for cell in made.cells:
        if cell.id in paper.RIGHT:
            cell.source = answers.get(cell.id, paper.RIGHT[cell.id])
        elif cell.id == "reason":
            cell.source = paper.TEXT
    for place, source in (extra or {}).items():
        position = next(k for k, cell in enumerate(made.cells) if cell.id == place)
        made.cells.insert(position + 1, new_code_cell(source, id=f"my-{position}"))
    return made


def before(question: str, code: str) -> dict[str, str]:
    """Return a right answer with some code in front of it."""
    return {question: f"{code}\n\n\n{paper.RIGHT[question]}"}


def after(question: str, code: str) -> dict[str, str]:
    """Return a right answer with some code behind it."""
    return {question: f"{paper.RIGHT[question]}\n\n\n{code}"}


def inside(question: str, code: str) -> dict[str, str]:
    """Return a right answer whose function first does something else."""
    head, body = paper.RIGHT[question].rsplit("\n", 1)
    lines = "\n".join(f"    {line}" for line in code.split("\n"))
    return {question: f"{head}\n{lines}\n{body}"}


def probing(question: str, attempts: Sequence[str], preamble: str = "") -> dict[str, str]:
    """Return an answer that is right only when every attempt to get out of the box raises an error."""
    return {
        question: f"""\
import ctypes, os, socket, sys
libc = ctypes.CDLL(None, use_errno=True)
def refused(result):
    if result == -1:
        raise OSError(ctypes.get_errno(), "refused")
{preamble}
escaped = []
for attempt in {list(attempts)!r}:
    try:
        exec(attempt)
        escaped.append(attempt)
    except BaseException:
        pass
if escaped:
    raise SystemExit(f"this should not work: {{escaped}}"[:400])

{paper.RIGHT[question]}"""
    }

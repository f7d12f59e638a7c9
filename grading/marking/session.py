"""Sessions: the box with cells of a submission in it, built when it is needed and again when it was lost.

    prepare(n)          the first n cells have run, each in its own time
    finish()            all have, and again those that missed a name
    elsewhere(values)   values in another box, where the same cells have run and nothing was called

When the box is lost, it is built again and the cells run again, without the one that lost it.
Checked by tests/grading/test_checker.py.
"""

from __future__ import annotations

import ast
import contextlib
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from IPython.core.inputtransformer2 import TransformerManager

from grading.box.box import Box
from grading.box.process import Cell
from grading.box.proxies import Stopped
from grading.box.writing import parts_of
from grading.intake.rebuild import Piece, Rebuilt, defined
from grading.marking.lacking import lacked
from tinyml import check
from tinyml.check import reading

MOST_MAGICS = 50
ADDED = 10 / 3
"""Times the limit of one cell, for all that a reader added; after that, or so many lost boxes, no more are run."""
MOST_LOSSES = 3
STOPPED, NO_LONGER_RUN = "its cell was stopped: ", "a cell of it was no longer run: "
"""How the reasons begin that tell of a limit."""
DEFINING = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)


@dataclass
class Session:
    """The box with cells of a submission in it, built when it is needed and again when it was lost.

    `given` is what the given cells define outside the box.  It has been `told` of hidden tests when some of them have
    begun.  Without `late` it leaves out what stands below the check of its question.  So often as checks may still ask
    for another box, by `moves`, one is begun ahead.
    """

    box: Box
    rebuilt: Rebuilt
    seconds: float
    given: Mapping[str, Any] = field(default_factory=dict)
    moves: int = 0
    done: int = 0
    left: dict[str, float] = field(default_factory=dict)
    late: bool = True
    mixed: bool = False
    told: bool = False
    stopped: dict[int, str] = field(default_factory=dict)
    raised: dict[int, str] = field(default_factory=dict)
    undefined: dict[int, str] = field(default_factory=dict)
    lacked: dict[int, str] = field(default_factory=dict)
    unrun: dict[int, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self._texts() if name == reading.CELLS else self.box.get(name)

    def _texts(self) -> list[str]:
        """Return the cells that ran, as a notebook keeps them."""
        found = []
        for piece in self.rebuilt.pieces[: self.done]:
            with contextlib.suppress(SyntaxError):
                found.append(python_of(piece.source))
        return found

    @property
    def lost(self) -> bool:
        """Whether the box, with what the cells left in it, is not there."""
        return self.box.process is None or self.box.process.poll() is not None

    def prepare(self, count: int) -> None:
        """Run the first cells, where they have not run; leave out those that lose the box."""
        for _ in range(len(self.rebuilt.pieces) + 1):
            if self.lost or self.mixed:
                self.box.start(self._spare(count))
                self.raised, self.undefined, self.lacked, self.unrun, self.left = {}, {}, {}, {}, {}
                self.done, self.mixed = 0, False
            while self.done < count and not self.lost:
                self._run(self.done)
                self.done += 1
            if not self.lost:
                return

    def _spare(self, count: int) -> list[Cell] | None:
        """Return what the next box can run ahead, if a check to come asks for one: the first cell, if it is given."""
        if self.moves <= 0:
            return None
        self.moves -= 1
        return [self._cell(0)] if count > 0 and self.rebuilt.pieces[0].given else []

    def _cell(self, number: int) -> Cell:
        """Return the text of a cell as it runs, and the name that it has in messages."""
        return python_of(self.rebuilt.pieces[number].source), f"<cell {number + 1}>"

    def finish(self) -> None:
        """Run all cells, and again those that missed a name: the reader ran them in another order.

        The next question builds the box again, and finds the cells above it and no others.
        """
        self.prepare(len(self.rebuilt.pieces))
        self.mixed, left = True, len(self.undefined) + 1
        while 0 < len(self.undefined) != left and not self.lost:
            left = len(self.undefined)
            for number in sorted(self.undefined):
                self._run(number)

    def elsewhere(self, value: object, most: int) -> Any:
        """Return a value as it is in another box, where the same cells have run and nothing was called since.

        It takes at most so many bytes to send, without those that say the same again.  What cannot be sent, though
        the other box might have made it, waits for a person.
        """
        left = self.box.clock.left(self.box.seconds)
        try:
            parcel = self.box.packed(value)
        except Stopped:
            raise
        except Exception as error:
            raise check.NotChecked(f"it cannot be sent to another machine: {check.in_one_line(error)}") from None
        if len(zlib.compress(parcel)) > most:
            raise check.NotPassed(f"it takes more than {most} bytes to send")
        again = self.finish if self.mixed else partial(self.prepare, self.done)
        self.mixed = True
        again()
        self.box.allow(left)
        return self.box.opened(parcel)

    @property
    def has_more(self) -> bool:
        """Whether a name was missed that cells may define that have not run, or not to their end."""
        later = self.rebuilt.pieces[self.done :]
        name = self.box.missed
        return bool(name) and (bool(self.undefined) or any(name in defined(piece.source) for piece in later))

    def _run(self, number: int) -> None:
        """Run one cell, and note what is raised in it; all parts of an answer together have what added cells have."""
        piece = self.rebuilt.pieces[number]
        losses = sum(self.rebuilt.pieces[one].answer == piece.answer for one in self.stopped if one < number)
        left = self.left.setdefault(piece.answer, ADDED * self.seconds)
        if number in self.stopped or (piece.late and not self.late):
            return
        if not piece.given and (losses >= MOST_LOSSES or (left <= 0 and not only_defines(piece.source))):
            self.unrun[number] = words_of(piece, losses, ADDED * self.seconds)
            return
        self.box.allow(self.seconds)
        for known in (self.raised, self.undefined, self.lacked, self.unrun):
            known.pop(number, None)
        try:
            self.box.run(*self._cell(number))
            if piece.given and (shared := self._callables(defined(piece.source))):
                self.box.share(shared)
        except Stopped as error:
            if not piece.given:  # what the master gives is never at fault
                self.stopped[number] = str(error)
        except Exception as error:
            self.raised[number] = check.in_one_line(error)
            if isinstance(error, NameError):
                self.undefined[number] = self.box.missed
            if words := lacked(error, piece.source):
                self.lacked[number] = words
        if not piece.given:
            self.left[piece.answer] -= self.box.clock.had()

    def _callables(self, names: Iterable[str]) -> dict[str, Any]:
        """Return what the master's own cells have defined under some names, where it has a self and no value."""
        found = {name: self.given[name] for name in sorted(names) if name in self.given}
        return {name: value for name, value in found.items() if callable(value) and parts_of(value) is None}

    def lacks(self, answer: str) -> str:
        """Say what the cell of an answer needs and is not here, or a cell that has to do with a name it misses."""
        pieces = self.rebuilt.pieces
        own = {number for number, piece in enumerate(pieces) if piece.answer and piece.answer == answer}
        missed = {self.box.missed, *(self.undefined.get(number, "") for number in own)} - {""}
        for number, words in self.lacked.items():
            if number in own or any(re.search(rf"\b{re.escape(name)}\b", pieces[number].source) for name in missed):
                return words
        return lacked(self.box.unfound, "")

    def trouble(self, answer: str) -> str:
        """Say what happened in the cell of an answer, or kept one from running that it needs, where anything did."""
        pieces = self.rebuilt.pieces
        own = [number for number, piece in enumerate(pieces) if piece.answer and piece.answer == answer]
        for number in own:
            if number in self.stopped:
                return f"{STOPPED}{self.stopped[number]}"
        written = "\n".join([self.box.missed, *(pieces[number].source for number in own)])
        for number, limit in self.unrun.items():
            names = defined(pieces[number].source)
            if number in own or any(re.search(rf"\b{re.escape(name)}\b", written) for name in names):
                return f"{NO_LONGER_RUN}{limit}"
        return next((f"its cell raised {self.raised[number]}" for number in own if number in self.raised), "")


def words_of(piece: Piece, losses: int, seconds: float) -> str:
    """Return which limit keeps a cell from running."""
    cells = "the cells of one answer" if piece.answer else "the cells beside the answers"
    return (
        f"{losses} of {cells} were stopped" if losses >= MOST_LOSSES else f"{cells} have {seconds:g} seconds together"
    )


def only_defines(source: str) -> bool:
    """Whether a cell says what functions and classes do, and does nothing itself that takes time."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return all(isinstance(one, DEFINING) or is_docstring(one) for one in body)


def is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def python_of(source: str) -> str:
    """Return a cell as Python: magics and shell commands become calls; a cell that is timed is an ordinary cell."""
    if not re.search(r"[%!?]|^[ \t]*(>>>|In ?\[)|\A\s", source, re.MULTILINE):
        return source  # most are Python as they stand, and reading them token by token is slow
    source = re.sub(r"\A\s*%%(time|capture|prun)\b.*\n", "", source)
    if len(re.findall(r"^\s*[%!?]|[!?]\s*$", source, re.MULTILINE)) > MOST_MAGICS:
        raise SyntaxError(f"more than {MOST_MAGICS} magics in one cell")  # each of them costs a reading of the whole
    code: str = TransformerManager().transform_cell(source)  # type: ignore[no-untyped-call]
    return code

"""The checker: runs the checks of a master against the answers of one submission, which stay in the box.

    cells of the submission  ->  box          checks and hidden tests  ->  here
    an answer that a check calls              a proxy, on this side of the wire

The checks of a question run when the cells above them have run, as in the notebook; where they miss a name that
a later cell defines, they run once more behind all cells.  Every question has a time limit of its own.  When the
box is lost, it is built again and the cells run again, without the one that lost it; so one bad answer costs its
own question and no other.  An answer that fails for want of something that is not here waits for a person.
Checked by tests/grading/test_checker.py.
"""

from __future__ import annotations

import contextlib
import io
import re
import signal
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import FrameType
from typing import Any

from IPython.core.inputtransformer2 import TransformerManager

from grading.box.box import Box
from grading.box.proxies import Stopped
from grading.intake.master import Master, MasterCell
from grading.intake.rebuild import Rebuilt, defined, programs
from grading.marking.lacking import lacked
from grading.marking.record import NOT_CHECKED, Verdict
from tinyml import check
from tinyml.check import reading, typecheck
from tinyml.check.typecheck import Finding

SECONDS = 3.0
"""For one cell of a submission, and for the checks of one question."""
GRACE = 0.5
MOST_MAGICS = 50
ADDED = 10 / 3
"""Times the limit of one cell, for all that a reader added; after that, or so many lost boxes, no more are run."""
MOST_LOSSES = 3
WITHHELD = ""
"""The reason for missing points, where the box had been told of hidden tests and could pass on what they try."""


class OutOfTime(BaseException):
    """The checks of a question themselves run for too long; no `except Exception` of a check catches it."""


@dataclass
class Session:
    """The box with cells of a submission in it, built when it is needed and again when it was lost.

    It has been `told` of hidden tests when some of them have begun.  Without `late` it leaves out what stands below
    the check of its question.
    """

    box: Box
    rebuilt: Rebuilt
    seconds: float
    done: int = 0
    left: dict[str, float] = field(default_factory=dict)
    late: bool = True
    mixed: bool = False
    told: bool = False
    stopped: dict[int, str] = field(default_factory=dict)
    raised: dict[int, str] = field(default_factory=dict)
    undefined: dict[int, str] = field(default_factory=dict)
    lacked: dict[int, str] = field(default_factory=dict)

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
                self.box.stop()
                self.box.start()
                self.raised, self.undefined, self.lacked, self.done, self.mixed = {}, {}, {}, 0, False
                self.left = {}
            while self.done < count and not self.lost:
                self._run(self.done)
                self.done += 1
            if not self.lost:
                return

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
        if not piece.given and (losses >= MOST_LOSSES or left <= 0):
            return
        self.box.allow(self.seconds)
        for known in (self.raised, self.undefined, self.lacked):
            known.pop(number, None)
        try:
            self.box.run(python_of(piece.source), f"<cell {number + 1}>")
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
        """Say what happened in the cell of an answer, where anything did."""
        for number, piece in enumerate(self.rebuilt.pieces):
            if piece.answer and piece.answer == answer:
                if number in self.stopped:
                    return f"its cell was stopped: {self.stopped[number]}"
                if number in self.raised:
                    return f"its cell raised {self.raised[number]}"
        return ""


def verdicts(
    master: Master,
    rebuilt: Rebuilt,
    *,
    trusted: bool = False,
    only: frozenset[str] | None = None,
    findings: Mapping[str, tuple[Finding, ...]] | None = None,
    visible: bool = False,
    seconds: float | None = None,
) -> Iterator[Verdict]:
    """Yield the verdict on each question of a submission, in the order of the master.

    `findings` is what the type checker found in its programs; the question of one that is missing waits.  With
    `visible` no hidden test is run.  One cell has so many `seconds`, and so have the checks of one question.
    """
    typecheck.RECORDS.clear()
    for name in programs(master, rebuilt):
        typecheck.record(name, (findings or {}).get(name))
    names: dict[str, Any] = {"__name__": "__main__"}
    given = [cell for cell in master.cells if cell.role == "given"]
    with Box(trusted=trusted) as box:
        for cell in given:
            exec(compile(python_of(cell.source), cell.name, "exec"), names)
        session = Session(box, rebuilt, SECONDS if seconds is None else seconds)
        names[check.ANSWERS] = session
        answer = ""
        for cell in master.cells:
            if cell.role == "answer":
                answer = cell.name
            elif cell.role == "by hand" and (only is None or cell.question in only):
                yield by_hand(cell, rebuilt.by_hand)
            elif cell.role == "check" and (only is None or cell.question in only):
                yield verdict(replace(cell, source=cell.visible) if visible else cell, names, session, answer)


def python_of(source: str) -> str:
    """Return a cell as Python: magics and shell commands become calls; a cell that is timed is an ordinary cell."""
    if not re.search(r"[%!?]|^[ \t]*(>>>|In ?\[)|\A\s", source, re.MULTILINE):
        return source  # most are Python as they stand, and reading them token by token is slow
    source = re.sub(r"\A\s*%%(time|capture|prun)\b.*\n", "", source)
    if len(re.findall(r"^\s*[%!?]|[!?]\s*$", source, re.MULTILINE)) > MOST_MAGICS:
        raise SyntaxError(f"more than {MOST_MAGICS} magics in one cell")  # each of them costs a reading of the whole
    code: str = TransformerManager().transform_cell(source)  # type: ignore[no-untyped-call]
    return code


def by_hand(cell: MasterCell, texts: Mapping[str, str]) -> Verdict:
    """A text waits for a person, unless nothing was written."""
    if cell.name not in texts:
        return Verdict(cell.question, 0.0, cell.points, "needs review", "its cell is not in the file")
    if texts[cell.name].strip() in ("", cell.released.strip()):
        return Verdict(cell.question, 0.0, cell.points, "graded", "no answer")
    return Verdict(cell.question, 0.0, cell.points, "needs review", "to be marked by hand")


def verdict(cell: MasterCell, names: dict[str, Any], session: Session, answer: str) -> Verdict:
    """Run the checks of one question."""
    try:
        with alarm(session.seconds * (1 + len(session.rebuilt.pieces))):
            session.prepare(session.rebuilt.before.get(cell.name, len(session.rebuilt.pieces)))
        question = checked(cell, names, session)
        if not question.points and session.has_more:
            with alarm(session.seconds * (1 + len(session.rebuilt.pieces))):
                session.finish()
            question = checked(cell, names, session)
        if refused_openly(question, cell) and any(piece.late for piece in session.rebuilt.pieces):
            question = without_late(cell, names, session)
        session.mixed |= session.box.full  # what took the memory may still have it
    except OutOfTime:
        session.box.stop()
        return Verdict(cell.question, 0.0, cell.points, "stopped", "checking it takes too long")
    except Exception as error:  # outside the question: a fault of the master or of ours, for a person to look at
        return Verdict(
            cell.question, 0.0, cell.points, "needs review", f"the check itself failed: {check.in_one_line(error)}"
        )
    if question.pending:
        return Verdict(cell.question, 0.0, cell.points, "needs review", "\n".join(question.lines) or NOT_CHECKED)
    trouble = session.trouble(answer) if not question.points else ""
    reason = "\n".join([*question.lines, *([trouble] if trouble else [])])
    gone = session.box.process is None or trouble.startswith("its cell was stopped")
    status = "stopped" if gone and not question.points else "graded"
    if status == "graded" and not question.points:
        if needed := session.lacks(answer):
            status, reason = "needs review", f"{reason}\n{needed}"
        if session.told:
            reason = WITHHELD
    return Verdict(cell.question, float(question.points), cell.points, status, reason)


def refused_openly(question: check.Question, cell: MasterCell) -> bool:
    """Whether a question is refused by a test that the notebook shows; what is hidden is asked once."""
    return not (question.points or question.pending or question.hidden) and cell.hides_its_tests


def without_late(cell: MasterCell, names: dict[str, Any], session: Session) -> check.Question:
    """Run a check on what stood above it in the notebook, without the cells of its answer below it."""
    session.late, session.mixed = False, True
    try:
        with alarm(session.seconds * (1 + len(session.rebuilt.pieces))):
            session.prepare(session.rebuilt.before.get(cell.name, len(session.rebuilt.pieces)))
        return checked(cell, names, session)
    finally:
        session.late, session.mixed = True, True


def checked(cell: MasterCell, names: dict[str, Any], session: Session) -> check.Question:
    """Run the cell of a check, and return its question."""
    with alarm(session.seconds + GRACE), contextlib.redirect_stdout(io.StringIO()):
        session.box.forget()
        session.box.allow(session.seconds)
        scope = dict(names)
        exec(compile(cell.source, cell.name, "exec"), scope)
        question: check.Question = scope["ask"]
        session.told |= question.hidden or not cell.hides_its_tests
        return question


@contextlib.contextmanager
def alarm(seconds: float) -> Iterator[None]:
    """Raise `OutOfTime` when this process itself computes for so long; the box has limits of its own."""

    def ring(_signal: int, _frame: FrameType | None) -> None:
        raise OutOfTime

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)

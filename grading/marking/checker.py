"""The checker: runs the checks of a master against the answers of one submission, which stay in the box.

    cells of the submission  ->  box          checks and hidden tests  ->  here
    an answer that a check calls              a proxy, on this side of the wire

The checks of a question run when the cells above them have run, as in the notebook; where they miss a name that
a later cell defines, they run once more behind all cells.  Every question has a time limit of its own, and one bad
answer costs its own question and no other.  An answer that fails for want of something that is not here waits for a
person.
Checked by tests/grading/test_checker.py.
"""

from __future__ import annotations

import contextlib
import io
import signal
from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import FrameType
from typing import Any

from grading.box.box import Box
from grading.intake.master import Master, MasterCell
from grading.intake.rebuild import Rebuilt, programs
from grading.marking.record import NOT_CHECKED, Verdict
from grading.marking.session import NO_LONGER_RUN, STOPPED, Session, python_of
from tinyml import check
from tinyml.check import typecheck
from tinyml.check.typecheck import Finding

SECONDS = 3.0
"""For one cell of a submission, and for the checks of one question."""
GRACE = 0.5
MOVE = ".elsewhere("
"""What the text of a check has as often as it asks for another box, where it is not a loop that asks."""
WITHHELD = ""
"""The reason for missing points, where the box had been told of hidden tests and could pass on what they try."""


class OutOfTime(BaseException):
    """The checks of a question themselves run for too long; no `except Exception` of a check catches it."""


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
    asked = [cell for cell in master.cells if cell.role == "answer" or only is None or cell.question in only]
    with Box(trusted=trusted) as box:
        for cell in given:
            exec(compile(python_of(cell.source), cell.name, "exec"), names)
        moves = sum((cell.visible if visible else cell.source).count(MOVE) for cell in asked if cell.role == "check")
        session = Session(box, rebuilt, SECONDS if seconds is None else seconds, given=dict(names), moves=moves)
        names[check.ANSWERS] = session
        answer = ""
        for cell in asked:
            if cell.role == "answer":
                answer = cell.name
            elif cell.role == "by hand":
                yield by_hand(cell, rebuilt.by_hand)
            elif cell.role == "check":
                yield verdict(replace(cell, source=cell.visible) if visible else cell, names, session, answer)


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
    gone = session.box.process is None or trouble.startswith((STOPPED, NO_LONGER_RUN))
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

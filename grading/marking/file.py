"""One file: its verdicts, each step of the way in a fork of this process with limits of its own.

    grade(job) = verdicts          whatever the file holds, and however often a fork dies
    programs_in(job), rebuilt_in(job)     what is to be type-checked in it, and its answers

A fork that dies or stays silent costs the question it was at; another goes on behind it.
Checked by tests/grading/test_worker.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, final

from grading.intake.master import MasterCell, master_of
from grading.intake.read import Cell, Unreadable, read
from grading.intake.rebuild import Rebuilt, programs, rebuild
from grading.marking import checker
from grading.marking.fork import Budget, in_a_fork
from grading.marking.record import Verdict
from grading.marking.session import NO_LONGER_RUN, STOPPED
from tinyml import check
from tinyml.check.outcomes import in_one_line
from tinyml.check.typecheck import Finding

SILENCE = 4.0
ENDED = "checking it was ended: time or memory"
WHOLE, LEAST_WHOLE = 20, 60.0
"""Times the limit of one cell that all cells and checks of a file may have together, and the seconds that it has."""
SPENT = "its file was stopped: "
OF_THE_BOX = (SPENT, STOPPED, NO_LONGER_RUN, "raised    Stopped: ", "checking it ")
NOTHING = Rebuilt((), {}, {}, {})
LOST = (NOTHING, "reading it was ended: time or memory")


@final
@dataclass(frozen=True, slots=True)
class Job:
    """One file to grade, by one master, both as bytes; `only` names the questions, when not all are asked.

    `unreadable` is the reason why there are no bytes to read, `findings` what the type checker says of its programs,
    `seconds` the limit for a cell and for the checks of a question, where it is not that of the checker.
    """

    content: bytes
    master: bytes
    unreadable: str = ""
    trusted: bool = False
    only: frozenset[str] | None = None
    findings: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)
    seconds: float | None = None


def asked(job: Job) -> list[MasterCell]:
    """Return the marked cells that a job asks for."""
    return [cell for cell in master_of(job.master).marked if job.only is None or cell.question in job.only]


def grade(job: Job) -> tuple[Verdict, ...]:
    """Grade one file: points by all tests, and the reasons for missing ones from a box that saw no hidden test.

    What an answer raises or returns is part of a reason.  An answer that was called by hidden tests could put
    what they gave it there, or leave it for the next question to tell; so what it says then is withheld, and asked
    of another box.
    """
    budget = Budget(whole(job))
    verdicts = graded(job, budget)
    failed = {one.question for one in verdicts if one.reason == checker.WITHHELD and not one.points} & checks(job)
    seen = graded(replace(job, only=frozenset(failed)), budget, visible=True) if failed else ()
    reasons = {one.question: check.HIDDEN if one.points else one.reason for one in seen}
    reasons |= {one.question: stopped(one.reason) for one in verdicts if one.status == "stopped"}
    return tuple(replace(one, reason=reasons.get(one.question, one.reason)) for one in verdicts)


def stopped(reason: str) -> str:
    """Return what the box itself says in a reason, without what an answer says."""
    ours = [line for line in reason.splitlines() if line.startswith(OF_THE_BOX) or line == ENDED]
    return "\n".join(ours) or "it ran for too long, ended Python or took too much memory"


def checks(job: Job) -> frozenset[str]:
    return frozenset(cell.question for cell in master_of(job.master).cells if cell.role == "check")


def limit(job: Job) -> float:
    return checker.SECONDS if job.seconds is None else job.seconds


def whole(job: Job) -> float:
    """Return the seconds for a whole file."""
    return max(LEAST_WHOLE, WHOLE * limit(job))


def graded(job: Job, budget: Budget, *, visible: bool = False) -> tuple[Verdict, ...]:
    """Grade one file in forks of this process; one that is lost costs a question, a spent budget all that it checks."""
    left = asked(job)
    most = SILENCE + limit(job) * (2 + len(left))
    verdicts: dict[str, Verdict] = {}
    while left:
        run = [cell for cell in left if cell.role == "check"]
        if run and budget.left <= 0:
            lost, reason = run, f"{SPENT}all its cells and checks take more than {whole(job):g} seconds"
        else:
            only = frozenset(cell.question for cell in left)
            found: list[Verdict] = in_a_fork(partial(_verdicts, job, only, visible), most, budget if run else None)
            verdicts |= {verdict.question: verdict for verdict in found}
            left = left[len(found) :]
            unreadable = bool(found) and found[-1].status == "unreadable"
            lost, reason = ([] if unreadable or budget.left <= 0 else left[:1]), ENDED
        verdicts |= {cell.question: Verdict(cell.question, 0.0, cell.points, "stopped", reason) for cell in lost}
        left = [cell for cell in left if cell not in lost]
    return tuple(verdicts[cell.question] for cell in asked(job))


def programs_in(job: Job) -> dict[str, str]:
    """Return the programs in a file that are to be type-checked, read in a fork."""
    found: list[dict[str, str]] = in_a_fork(lambda: iter([_programs(job)]), SILENCE)
    return found[0] if found else {}


def _programs(job: Job) -> dict[str, str]:
    try:
        master = master_of(job.master)
        return programs(master, rebuild(master, _cells(job)))
    except Unreadable:
        return {}


def rebuilt_in(job: Job) -> tuple[Rebuilt, str]:
    """Return the answers in a file, read in a fork; when it cannot be read, none, and the reason."""
    found: list[tuple[Rebuilt, str]] = in_a_fork(lambda: iter([_rebuilt(job)]), SILENCE)
    return found[0] if found else LOST


def _rebuilt(job: Job) -> tuple[Rebuilt, str]:
    try:
        return rebuild(master_of(job.master), _cells(job)), ""
    except Unreadable as error:
        return NOTHING, str(error)


def _cells(job: Job) -> list[Cell]:
    if job.unreadable:
        raise Unreadable(job.unreadable)
    return read(job.content)


def _verdicts(job: Job, only: frozenset[str], visible: bool) -> Iterator[Verdict]:
    master = master_of(job.master)
    left = {cell.question: cell for cell in asked(job) if cell.question in only}
    try:
        rebuilt = rebuild(master, _cells(job))
        options: dict[str, Any] = {"trusted": job.trusted, "only": only, "findings": job.findings, "visible": visible}
        for verdict in checker.verdicts(master, rebuilt, **options, seconds=job.seconds):
            del left[verdict.question]
            yield verdict
    except Unreadable as error:
        status, reason = "unreadable", str(error)
    except Exception as error:  # a fault of the master or of ours, for a person to look at
        status, reason = "needs review", f"grading it failed: {in_one_line(error)}"
    for cell in left.values():
        yield Verdict(cell.question, 0.0, cell.points, status, reason)

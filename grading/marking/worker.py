"""Workers: processes that grade one file after another, each in a fork of its own with limits of its own.

    Worker().grade(job) = record        whatever the file holds, and however often the fork dies

The worker has numpy, tinyml and the masters in memory, so a fork costs milliseconds.  A fork that dies or stays
silent costs the question it was at; another goes on behind it.  `python -m grading.marking.worker` is the process; jobs
and records cross its pipes as pickles, which is safe here since both ends are ours.
Checked by tests/grading/test_worker.py.
"""

from __future__ import annotations

import contextlib
import gc
import os
import queue
import subprocess
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from types import TracebackType
from typing import Any, BinaryIO, Self, TypeVar, final

import numpy.random  # noqa: F401  which numpy loads when it is used: here once, and not in each fork

import tinyml
from grading.intake.master import MasterCell, master_of
from grading.intake.read import Cell, Unreadable, read
from grading.intake.rebuild import Rebuilt, programs, rebuild
from grading.marking import checker
from grading.marking.fork import Budget, in_a_fork, module, receive, write
from grading.marking.record import ENDED_TWICE, Verdict
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

A = TypeVar("A")
B = TypeVar("B")


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


class Worker:
    """One worker process, started when it is needed and again when it was lost."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None

    def grade(self, job: Job) -> tuple[Verdict, ...]:
        """Return the verdicts on all questions that are asked."""
        lost = tuple(Verdict(cell.question, 0.0, cell.points, "needs review", ENDED_TWICE) for cell in asked(job))
        verdicts: tuple[Verdict, ...] = self._ask(grade, job, lost)
        return verdicts

    def programs(self, job: Job) -> dict[str, str]:
        """Return the programs in a file that are to be type-checked; none where it cannot be read."""
        found: dict[str, str] = self._ask(programs_in, job, {})
        return found

    def rebuilt(self, job: Job) -> tuple[Rebuilt, str]:
        """Return the answers in a file; when it cannot be read, none, and the reason."""
        found: tuple[Rebuilt, str] = self._ask(rebuilt_in, job, LOST)
        return found

    def _ask(self, function: Callable[[Job], Any], job: Job, lost: Any) -> Any:
        for _ in range(2):
            process = self._running()
            try:
                write(_stream(process.stdin), (function.__name__, job))
                return receive(_stream(process.stdout))
            except (BrokenPipeError, EOFError):
                self.stop()
        return lost

    def _running(self) -> subprocess.Popen[bytes]:
        if self.process is None or self.process.poll() is not None:
            self.process = subprocess.Popen(
                **module("worker"),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                start_new_session=True,  # an interrupt from the keyboard is for whoever asked
            )
        return self.process

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            for stream in (self.process.stdin, self.process.stdout):
                with contextlib.suppress(BrokenPipeError):
                    _stream(stream).close()
            self.process = None


class Pool:
    """Some workers, and a thread for each that waits for it; leaving the pool drops what has not begun."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.threads = ThreadPoolExecutor(size)
        self.idle: queue.SimpleQueue[Worker] = queue.SimpleQueue()
        for _ in range(size):
            self.idle.put(Worker())

    def submit(self, work: Callable[[Worker, A], B], value: A) -> Future[B]:
        """Let a worker do something with a value when one is idle."""
        return self.threads.submit(self._with_a_worker, work, value)

    def _with_a_worker(self, work: Callable[[Worker, A], B], value: A) -> B:
        worker = self.idle.get()
        try:
            return work(worker, value)
        finally:
            self.idle.put(worker)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.threads.shutdown(cancel_futures=True)
        for _worker in range(self.size):
            self.idle.get().stop()


def _stream(stream: Any) -> BinaryIO:
    return stream  # type: ignore[no-any-return]


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


TASKS: dict[str, Callable[[Job], Any]] = {function.__name__: function for function in (grade, programs_in, rebuilt_in)}


def main() -> None:
    """Grade the jobs that come in until there are no more."""
    incoming, outgoing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDWR), 1)
    tinyml.public_names()  # loads every chapter: here once, and not in each fork
    gc.freeze()  # so that a fork need not copy what is in memory when it looks for garbage
    while True:
        try:
            name, job = receive(incoming)
            write(outgoing, TASKS[name](job))
        except (EOFError, BrokenPipeError):  # whoever asked is gone
            os._exit(0)


if __name__ == "__main__":
    main()

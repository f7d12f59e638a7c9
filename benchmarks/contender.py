"""A contender: one long-lived process that answers check, go and quit, a line of JSON each.

check   {"result": ...}  what it computes, compared with the others before anything is timed; null when it
        computes nothing that could be compared; or {"missing": "why"} when what it needs is not there
go      {"seconds": [...], "waited": share}  the times of its samples, taken inside, and for which share of
        them its threads stood in the queue of the processor; of a contender that is several processes at most
        the share for which threads of others ran
quit    {"peak": bytes, "working": bytes}  the most memory that it had; and what its work takes beyond what comes
        in and goes out, measured in a run apart, or null
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import sys
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, TextIO


class MissingRivalError(Exception):
    """What a contender needs is not on this machine."""


class Contender(ABC):
    """What is measured.  `check` prepares and returns a result; `go` returns the seconds of its samples."""

    @abstractmethod
    def check(self) -> Any:
        """Return the result that all contenders of a row must agree on."""

    @abstractmethod
    def go(self) -> list[float]:
        """Do the work and return the seconds of each sample."""

    def processes(self) -> list[int]:
        """Return the processes that do the work, whose waiting is watched; this one unless told."""
        return []

    def waiting(self) -> dict[int, int]:
        """Return for how many nanoseconds each process has waited for a processor so far."""
        return waited(self.processes())

    def family(self) -> set[int]:
        """Return all processes of a contender that is several, which wait for each other too; none for a single one."""
        return set()

    def prepare(self) -> None:  # noqa: B027  # most are ready
        """Make ready for samples; this is not timed."""

    def working(self) -> int | None:
        """Return the bytes that the work takes beyond what comes in and goes out; None when it is not measured."""
        return None

    def close(self) -> None:  # noqa: B027  # most have nothing to end
        """End what was started."""


class Missing(Contender):
    """Says why a rival is not there."""

    def __init__(self, why: str) -> None:
        self.why = why

    def check(self) -> Any:
        raise MissingRivalError(self.why)

    def go(self) -> list[float]:
        raise NotImplementedError


def waited(processes: list[int]) -> dict[int, int]:
    """Return for how many nanoseconds the main thread of each process has waited for a processor so far."""
    found = {}
    for process in processes or [os.getpid()]:
        with contextlib.suppress(OSError):  # one that has just ended
            found[process] = int(Path("/proc", str(process), "schedstat").read_text(encoding="ascii").split()[1])
    return found


def threads() -> dict[int, tuple[int, int]]:
    """Return the process of each thread of this machine, and for how many nanoseconds the thread has run so far."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/task/*/schedstat"):
        with contextlib.suppress(OSError):
            found[int(path.parts[4])] = int(path.parts[2]), int(path.read_text(encoding="ascii").split()[0])
    return found


def ran_beside(before: dict[int, tuple[int, int]], after: dict[int, tuple[int, int]], family: set[int]) -> int:
    """Return for how many nanoseconds threads ran that are not of these processes.

    >>> ran_beside({10: (1, 500), 20: (2, 7)}, {10: (1, 900), 20: (2, 10), 30: (3, 5)}, family={1})
    8
    """
    return sum(ran - before.get(thread, (0, 0))[1] for thread, (own, ran) in after.items() if own not in family)


def timed(contender: Contender) -> dict[str, Any]:
    family = contender.family()
    ran = threads() if family else {}
    before, started = contender.waiting(), time.perf_counter_ns()
    seconds = contender.go()
    took = time.perf_counter_ns() - started
    after = contender.waiting()
    longest = max((after[process] - before[process] for process in after if process in before), default=0)
    if family:  # for no longer than others ran did it wait for them; the rest is what its own parts cost each other
        longest = min(longest, ran_beside(ran, threads(), family | contender.family()))
    return {"seconds": seconds, "waited": longest / max(took, 1)}


def peak() -> int:
    """Return the most memory of this process or of one that it started and ended, in bytes.

    Its own is read from /proc, since `getrusage` also knows the memory of the process that started this one.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    own = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return 1024 * max(int(own.split()[1]), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)


def answer(contender: Contender, request: str) -> dict[str, Any]:
    if request == "check":
        try:
            return {"result": contender.check()}
        except MissingRivalError as error:
            return {"missing": str(error)}
    if request == "go":
        contender.prepare()
        return timed(contender)
    raise ValueError(f"a contender answers check, go and quit, not {request!r}")


def serve(contender: Contender, questions: TextIO = sys.stdin, answers: TextIO = sys.stdout) -> None:
    """Answer questions until quit or the end of them."""

    def say(what: dict[str, Any]) -> None:
        print(json.dumps(what), file=answers, flush=True)

    try:
        for line in questions:
            if line.strip() == "quit":
                last = {"peak": peak(), "working": contender.working()}  # the peak first: measuring takes memory
                break
            say(answer(contender, line.strip()))
        else:
            last = {"peak": peak()}
    finally:
        contender.close()
    say(last)

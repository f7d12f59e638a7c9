"""A contender: one long-lived process that answers check, go and quit, a line of JSON each.

check   {"result": ...}  what it computes, compared with the others before anything is timed; null when it
        computes nothing that could be compared; or {"missing": "why"} when what it needs is not there
go      {"seconds": [...], "waited": share}  the times of its samples, taken inside, and for which share of
        them it stood in the queue of the processor
        {"seconds": [...], "beside": share}  of a contender that is several processes, which wait for each other
        too: which share of all processors went to others
quit    {"peak": bytes, "working": bytes}  the most memory that it had; and what its work takes beyond what comes
        in and goes out, measured in a run apart, or null
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TextIO

PR_SET_CHILD_SUBREAPER = 36
"""Of `linux/prctl.h`."""


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

    several: bool = False
    """Whether the processes that it has started do the work with it, such as a browser or a kernel."""

    def waiting(self) -> int:
        """Return for how many nanoseconds a single process has waited for a processor so far."""
        return waited(os.getpid())

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


def waited(process: int) -> int:
    """Return for how many nanoseconds the main thread of a process has waited for a processor so far."""
    return int(Path("/proc", str(process), "schedstat").read_text(encoding="ascii").split()[1])


def adopt_orphans() -> None:
    """Become the parent of those whose parent ends first, such as what runs in a box when its walls are torn down.

    They stay known to `started_by` until this process itself ends.
    """
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def started_by(process: int) -> list[int]:
    """Return a process and all that it started, directly or not."""
    found = [process]
    for path in Path("/proc", str(process), "task").glob("*/children"):
        with contextlib.suppress(OSError):  # a thread that has just ended
            for child in path.read_text(encoding="ascii").split():
                found += started_by(int(child))
    return found


def ran(processes: Iterable[int]) -> float:
    """Return for how many seconds these processes, and those that they started and saw end, have run so far.

    A process is counted with all threads that it has or had; where it has ended, by the one that waited for it.
    """
    found = 0.0
    for process in processes:
        with contextlib.suppress(OSError):  # one that has just ended
            found += time.clock_gettime(~process << 3 | 2)  # as clock_getcpuclockid of the C library says
            found += of_ended(process)
    return found


def of_ended(process: int) -> float:
    """Return for how many seconds those have run that a process had started, and has waited for at their end."""
    fields = (
        Path("/proc", str(process), "stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    )
    return (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")  # user and system, fields 16 and 17 of all


def others() -> list[int]:
    """Return all processes of this machine but this one and those that it has started."""
    own = set(started_by(os.getpid()))
    return [int(path.name) for path in Path("/proc").glob("[0-9]*") if int(path.name) not in own]


def stolen() -> float:
    """Return for how many seconds the host of this machine has given its processors to other guests, all together."""
    fields = Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()
    return int(fields[8]) / os.sysconf("SC_CLK_TCK")


class Others:
    """What ran beside this process and all that it has started: programs of others, or other guests of its host.

    It is added up from the others' side, because a part of our own time is in no account: a process that ends as its
    box is torn down is waited for by nobody.
    """

    def __init__(self) -> None:
        adopt_orphans()
        self.ran, self.started = ran(others()) + stolen(), time.perf_counter()

    def share(self) -> float:
        """Return which share of all processors since the beginning went to others."""
        whole = (time.perf_counter() - self.started) * (os.cpu_count() or 1)
        return max(0.0, ran(others()) + stolen() - self.ran) / whole


def timed(contender: Contender) -> dict[str, Any]:
    if contender.several:
        others = Others()
        return {"seconds": contender.go(), "beside": others.share()}
    before, started = contender.waiting(), time.perf_counter_ns()
    seconds = contender.go()
    took = time.perf_counter_ns() - started
    return {"seconds": seconds, "waited": (contender.waiting() - before) / max(took, 1)}


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

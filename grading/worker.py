"""Workers: processes that grade one file after another, each in a fork of its own with limits of its own.

    Worker().grade(job) = record        whatever the file holds, and however often the fork dies

The worker has numpy, tinyml and the masters in memory, so a fork costs milliseconds.  A fork that dies or stays
silent costs the question it was at; another goes on behind it.  `python -m grading.worker` is the process; jobs
and records cross its pipes as pickles, which is safe here since both ends are ours.
Checked by tests/grading/test_worker.py.
"""

from __future__ import annotations

import os
import pickle
import resource
import select
import signal
import struct
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Any, BinaryIO, final

from grading import checker
from grading.master import MasterCell, master_of
from grading.read import Unreadable, read
from grading.rebuild import rebuild
from grading.record import Verdict

MEMORY = 2 * 2**30
SILENCE = 4.0


@final
@dataclass(frozen=True, slots=True)
class Job:
    """One file to grade, by one master, both as bytes; `only` names the questions, when not all are asked.

    `unreadable` is the reason why there are no bytes to read.
    """

    content: bytes
    master: bytes
    unreadable: str = ""
    trusted: bool = False
    only: frozenset[str] | None = None


class Worker:
    """One worker process, started when it is needed and again when it was lost."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None

    def grade(self, job: Job) -> tuple[Verdict, ...]:
        for _ in range(2):
            process = self._running()
            try:
                write(_stream(process.stdin), job)
                verdicts: tuple[Verdict, ...] = receive(_stream(process.stdout))
                return verdicts
            except (BrokenPipeError, EOFError):
                self.stop()
        reason = "the process that grades was ended twice"
        return tuple(Verdict(cell.question, 0.0, cell.points, "stopped", reason) for cell in asked(job))

    def _running(self) -> subprocess.Popen[bytes]:
        if self.process is None or self.process.poll() is not None:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "grading.worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
        return self.process

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None


def _stream(stream: Any) -> BinaryIO:
    return stream  # type: ignore[no-any-return]


def write(stream: BinaryIO, value: object) -> None:
    content = pickle.dumps(value)
    stream.write(struct.pack(">Q", len(content)) + content)
    stream.flush()


def receive(stream: BinaryIO) -> Any:
    header = stream.read(8)
    if len(header) < 8:
        raise EOFError
    content = stream.read(struct.unpack(">Q", header)[0])
    return pickle.loads(content)


def asked(job: Job) -> list[MasterCell]:
    """Return the marked cells that a job asks for."""
    return [cell for cell in master_of(job.master).marked if job.only is None or cell.question in job.only]


def grade(job: Job) -> tuple[Verdict, ...]:
    """Grade one file in forks of this process; a fork that is lost costs one question."""
    left = asked(job)
    verdicts: list[Verdict] = []
    while left:
        found = _in_a_fork(job, frozenset(cell.question for cell in left))
        verdicts += found
        left = left[len(found) :]
        if left and not (found and found[-1].status == "unreadable"):
            cell = left.pop(0)
            verdicts.append(
                Verdict(cell.question, 0.0, cell.points, "stopped", "checking it was ended: time or memory")
            )
    return tuple(verdicts)


def _in_a_fork(job: Job, only: frozenset[str]) -> list[Verdict]:
    """Return the verdicts that a fork gave before it ended."""
    outlet, inlet = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(outlet)
        _work(job, only, inlet)
    os.close(inlet)
    verdicts: list[Verdict] = []
    most = SILENCE + checker.SECONDS * (2 + len(asked(job)))
    try:
        with os.fdopen(outlet, "rb") as stream:
            end = time.monotonic() + most
            while select.select([stream], [], [], max(0.0, end - time.monotonic()))[0]:
                try:
                    verdicts.append(receive(stream))
                except EOFError:
                    break
                end = time.monotonic() + most
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return verdicts


def _work(job: Job, only: frozenset[str], inlet: int) -> None:
    """Be the fork: read, rebuild, check, and send one verdict after another."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with os.fdopen(inlet, "wb") as stream:
        master = master_of(job.master)
        try:
            if job.unreadable:
                raise Unreadable(job.unreadable)
            rebuilt = rebuild(master, read(job.content))
        except Unreadable as error:
            for cell in asked(job):
                if cell.question in only:
                    write(stream, Verdict(cell.question, 0.0, cell.points, "unreadable", str(error)))
        else:
            for verdict in checker.verdicts(master, rebuilt, trusted=job.trusted, only=only):
                write(stream, verdict)
    os._exit(0)


def main() -> None:
    """Grade the jobs that come in until there are no more."""
    incoming, outgoing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDWR), 1)
    while True:
        try:
            write(outgoing, grade(receive(incoming)))
        except (EOFError, BrokenPipeError):  # whoever asked is gone
            os._exit(0)


if __name__ == "__main__":
    main()

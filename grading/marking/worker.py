"""Workers: processes that grade one file after another, each in forks of its own.

    Worker().grade(job) = verdicts        however often the process is killed

The worker has numpy, tinyml and the masters in memory, so a fork costs milliseconds.  `python -m
grading.marking.worker` is the process; jobs and verdicts cross its pipes as pickles, which is safe here since both
ends are ours.
Checked by tests/grading/test_worker.py.
"""

from __future__ import annotations

import contextlib
import gc
import os
import queue
import subprocess
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any, BinaryIO, Self, TypeVar

import numpy.random  # noqa: F401  which numpy loads when it is used: here once, and not in each fork

import tinyml
from grading.intake.rebuild import Rebuilt
from grading.marking.file import LOST, Job, asked, grade, programs_in, rebuilt_in
from grading.marking.fork import module, receive, write
from grading.marking.record import ENDED_TWICE, Verdict

A = TypeVar("A")
B = TypeVar("B")


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

"""Runs: a whole class, on the cores of this machine or on a Dask cluster, resumed where it was interrupted.

    grade(files, master) = records        the same, whoever computed them

The unit of work is a pure function from the bytes of a file and of the master to verdicts.  Its record is written
at once, and a record that is still true is not computed again.
Checked by tests/grading/test_run.py and tests/grading/test_dask.py.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any, final

from grading import record
from grading.read import Unreadable
from grading.record import Record, Verdict
from grading.submissions import Submission
from grading.worker import Job, Worker

Progress = Callable[[int], object]
OWN = threading.local()
AHEAD, RETRIES = 4, 10


@final
@dataclass(frozen=True, slots=True)
class Task:
    """A file that is still to be graded: its job, its fingerprint, and the record to put new verdicts into."""

    submission: Submission
    job: Job
    fingerprint: str
    known: Record | None


@final
@dataclass(frozen=True, slots=True)
class Run:
    """The master as bytes, the folder of the records, and what is asked: all questions, or one again."""

    master: bytes
    folder: Path
    trusted: bool = False
    question: str | None = None

    def task(self, submission: Submission) -> Task | None:
        """Return what is to be done for a file, or None when its record is still true."""
        try:
            content, unreadable = submission.content(), ""
        except Unreadable as error:
            content, unreadable = b"", str(error)
        fingerprint = record.fingerprint(content, unreadable.encode(), self.master)
        known = record.read(self.folder, submission.file)
        if known is None or known.fingerprint != fingerprint:
            return Task(submission, Job(content, self.master, unreadable, self.trusted), fingerprint, None)
        if self.question is None:
            return None
        job = Job(content, self.master, unreadable, self.trusted, frozenset({self.question}))
        return Task(submission, job, fingerprint, known)

    def finish(self, task: Task, verdicts: tuple[Verdict, ...]) -> None:
        """Store the verdicts on a file."""
        one = task.submission
        new = Record(one.file, one.student, task.fingerprint, verdicts)
        record.write(self.folder, new if task.known is None else task.known.replacing(verdicts))

    def stored(self, files: Iterable[Submission]) -> list[Record]:
        """Return the records of files that have been graded."""
        found = (record.read(self.folder, submission.file) for submission in files)
        return [one for one in found if one is not None]


def grade(run: Run, files: list[Submission], jobs: int, progress: Progress) -> list[Record]:
    """Grade files on this machine, `jobs` at a time, and return the records of all of them."""
    run.folder.mkdir(parents=True, exist_ok=True)
    workers: queue.SimpleQueue[Worker] = queue.SimpleQueue()
    for _ in range(jobs):
        workers.put(Worker())
    stopping = threading.Event()

    def work(submission: Submission) -> None:
        task = None if stopping.is_set() else run.task(submission)
        if task is not None:
            worker = workers.get()
            try:
                run.finish(task, worker.grade(task.job))
            finally:
                workers.put(worker)

    with ThreadPoolExecutor(jobs) as pool:
        try:
            for done in as_completed([pool.submit(work, submission) for submission in files]):
                done.result()
                progress(1)
        finally:
            stopping.set()
            for _ in range(jobs):
                workers.get().stop()
    return run.stored(files)


def grade_remotely(job: Job) -> tuple[Verdict, ...]:
    """Grade one file on a worker of Dask, with a grading process that stays for the next file."""
    if not hasattr(OWN, "worker"):
        OWN.worker = Worker()
    verdicts: tuple[Verdict, ...] = OWN.worker.grade(job)
    return verdicts


def grade_over_dask(run: Run, files: list[Submission], address: str, progress: Progress) -> list[Record]:
    """Grade files on the workers of a Dask scheduler; what a lost worker had is graded again by another."""
    from distributed import Client  # noqa: PLC0415  an extra of an extra
    from distributed import as_completed as completed  # noqa: PLC0415

    run.folder.mkdir(parents=True, exist_ok=True)
    with Client(address, set_as_default=False) as client:  # type: ignore[no-untyped-call]
        left = iter(files)
        sent: dict[Any, Task] = {}
        running = completed(loop=client.loop, with_results=True)  # type: ignore[no-untyped-call]

        def send() -> None:
            """Send the next file that is to be graded, so that no more than a few wait at the scheduler."""
            for submission in left:
                task = run.task(submission)
                if task is not None:
                    future = client.submit(grade_remotely, task.job, pure=False, retries=RETRIES)
                    sent[future] = task
                    running.add(future)  # type: ignore[no-untyped-call]
                    return
                progress(1)

        for _ in range(AHEAD * max(1, sum(client.nthreads().values()))):
            send()
        for future, verdicts in running:
            run.finish(sent.pop(future), verdicts)
            progress(1)
            send()
    return run.stored(files)

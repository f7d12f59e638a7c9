"""Runs: a whole class, on the cores of this machine or on a Dask cluster, resumed where it was interrupted.

    grade(files, master, folder) = records        the same, whoever computed them

The unit of work is a file: its job goes to a worker, its record is written at once, and a record that is still
true is not computed again.
Checked by tests/grading/test_run.py.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import final

from grading import record
from grading.read import Unreadable
from grading.record import Record, Verdict
from grading.submissions import Submission
from grading.worker import Job, Worker


@final
@dataclass(frozen=True, slots=True)
class Run:
    """What a run needs to know."""

    master: Path
    folder: Path
    trusted: bool = False
    question: str | None = None

    def job(self, submission: Submission) -> Job:
        only = None if self.question is None else frozenset({self.question})
        return Job(submission, self.master, self.trusted, only)


def print_of(submission: Submission, master: bytes) -> str:
    """Return the fingerprint of a file and its master."""
    try:
        return record.fingerprint(submission.content(), master)
    except Unreadable as error:
        return record.fingerprint(str(error).encode(), master)


def pending(run: Run, files: Iterable[Submission]) -> Iterator[tuple[Submission, Record | None, str]]:
    """Yield the files that are still to be graded, each with what is known of it and its fingerprint."""
    master = run.master.read_bytes()
    for submission in files:
        mark = print_of(submission, master)
        known = record.read(run.folder, submission.file)
        fresh = known is not None and known.fingerprint == mark
        if not fresh or run.question is not None:
            yield submission, known if fresh else None, mark


def finished(run: Run, submission: Submission, known: Record | None, mark: str, found: tuple[Verdict, ...]) -> Record:
    """Store the verdicts on a file and return its record."""
    new = Record(submission.file, submission.student, mark, found)
    result = new if known is None else known.replacing(found)
    record.write(run.folder, result)
    return result


def grade(run: Run, files: list[Submission], jobs: int, progress: Callable[[int], object]) -> list[Record]:
    """Grade files on this machine, `jobs` at a time, and return the records of all of them."""
    run.folder.mkdir(parents=True, exist_ok=True)
    todo = list(pending(run, files))
    progress(len(files) - len(todo))
    workers: queue.SimpleQueue[Worker] = queue.SimpleQueue()
    for _ in range(jobs):
        workers.put(Worker())
    stopping = threading.Event()

    def work(item: tuple[Submission, Record | None, str]) -> None:
        if stopping.is_set():
            return
        submission, known, mark = item
        whole = run if known is not None else Run(run.master, run.folder, run.trusted)
        one = workers.get()
        try:
            finished(run, submission, known, mark, one.grade(whole.job(submission)))
        finally:
            workers.put(one)

    with ThreadPoolExecutor(jobs) as pool:
        try:
            for done in as_completed([pool.submit(work, item) for item in todo]):
                done.result()
                progress(1)
        finally:
            stopping.set()
            while not workers.empty():
                workers.get().stop()
    return stored(run, files)


def stored(run: Run, files: Iterable[Submission]) -> list[Record]:
    """Return the records of files, all of which have been graded."""
    found = [record.read(run.folder, submission.file) for submission in files]
    return [one for one in found if one is not None]


_OWN = threading.local()


def grade_remotely(job: Job) -> tuple[Verdict, ...]:
    """Grade one file on a Dask worker, with a grading process that stays for the next file."""
    if not hasattr(_OWN, "worker"):
        _OWN.worker = Worker()
    verdicts: tuple[Verdict, ...] = _OWN.worker.grade(job)
    return verdicts

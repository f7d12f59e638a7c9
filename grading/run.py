"""Runs: a whole class, on the cores of this machine or on a Dask cluster, resumed where it was interrupted.

    grade(files, master) = records        the same, whoever computed them

The unit of work is a pure function from the bytes of a file and of the master to verdicts.  Its record is written
at once, and a record that is still true is not computed again.
Checked by tests/grading/test_run.py and tests/grading/test_dask.py.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import as_completed
from dataclasses import dataclass, replace
from pathlib import Path
from typing import final

from grading import record
from grading.master import master_of
from grading.programs import findings
from grading.record import Record, Verdict
from grading.submissions import Submission
from grading.worker import Job, Pool, Worker
from tinyml.count.cluster import few_at_a_time
from tinyml.typecheck import program

Progress = Callable[[int], object]
OWN = threading.local()
AHEAD = 4


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
        content, unreadable = submission.content_or_reason()
        fingerprint = record.fingerprint(content, unreadable.encode(), self.master)
        known = record.read(self.folder, submission.file)
        job = Job(content, self.master, unreadable, self.trusted)
        if self.question is not None and known is not None and self.still_fits(known, fingerprint):
            return Task(submission, replace(job, only=frozenset({self.question})), fingerprint, known)
        if known is None or known.ended or known.fingerprint != fingerprint:
            return Task(submission, job, fingerprint, None)
        return None

    def still_fits(self, known: Record, fingerprint: str) -> bool:
        """Whether a record is of the same file and the same questions; a check of the master may have been mended."""
        questions = [(cell.question, cell.points) for cell in master_of(self.master).marked]
        told = [(verdict.question, verdict.worth) for verdict in known.verdicts]
        return record.same_file(known.fingerprint, fingerprint) and questions == told

    def finish(self, task: Task, verdicts: tuple[Verdict, ...]) -> None:
        """Store the verdicts on a file."""
        one = task.submission
        new = Record(one.file, one.student, task.fingerprint, verdicts)
        kept = new if task.known is None else task.known.replacing(verdicts)
        record.write(self.folder, replace(kept, fingerprint=task.fingerprint))

    def stored(self, files: Iterable[Submission]) -> list[Record]:
        """Return the records of files that have been graded."""
        found = (record.read(self.folder, submission.file) for submission in files)
        return [one for one in found if one is not None]


def grade(run: Run, files: list[Submission], jobs: int, progress: Progress) -> list[Record]:
    """Grade files on this machine, `jobs` at a time, and return the records of all of them."""
    run.folder.mkdir(parents=True, exist_ok=True)

    def read_programs(worker: Worker, submission: Submission) -> tuple[str, dict[str, str]]:
        task = run.task(submission)
        return submission.file, {} if task is None else worker.programs(task.job)

    typed_files = files if has_programs(run.master) else []
    with Pool(jobs) as pool:
        reading = [pool.submit(read_programs, submission) for submission in typed_files]
        typed = Typed(dict(one.result() for one in reading))

        def grade_one(worker: Worker, submission: Submission) -> None:
            task = run.task(submission)
            if task is not None:
                run.finish(task, worker.grade(typed.job(submission.file, task.job)))

        for done in as_completed([pool.submit(grade_one, submission) for submission in files]):
            done.result()
            progress(1)
    return run.stored(files)


class Typed:
    """What the type checker says of the programs of many files, found in one run for all."""

    def __init__(self, programs: Mapping[str, Mapping[str, str]]) -> None:
        self.programs = programs
        self.found = findings(text for texts in programs.values() for text in texts.values())

    def job(self, file: str, job: Job) -> Job:
        """Return the job of a file, with what was found in its programs."""
        texts = self.programs.get(file, {})
        return replace(job, findings={name: self.found[text] for name, text in texts.items() if text in self.found})


def has_programs(master: bytes) -> bool:
    return any(program(cell.source)[0] for cell in master_of(master).cells if cell.role == "answer")


def own_worker() -> Worker:
    """Return the worker that this thread of a Dask worker keeps for the next file."""
    if not hasattr(OWN, "worker"):
        OWN.worker = Worker()
    worker: Worker = OWN.worker
    return worker


def grade_remotely(job: Job) -> tuple[Verdict, ...]:
    return own_worker().grade(job)


def programs_remotely(job: Job) -> dict[str, str]:
    return own_worker().programs(job)


def grade_over_dask(run: Run, files: list[Submission], address: str, progress: Progress) -> list[Record]:
    """Grade files on the workers of a Dask scheduler; what a lost worker had is graded again by another."""
    from distributed import Client  # noqa: PLC0415  an extra of an extra

    run.folder.mkdir(parents=True, exist_ok=True)
    with Client(address, set_as_default=False) as client:  # type: ignore[no-untyped-call]
        tasks = ((task, task.job) for task in map(run.task, files) if task is not None)
        read = few_at_a_time(client, programs_remotely, tasks, AHEAD) if has_programs(run.master) else ()
        typed = Typed({task.submission.file: texts for task, texts in read})
        todo = (task for task in map(run.task, files) if task is not None)
        jobs = ((task, typed.job(task.submission.file, task.job)) for task in todo)
        count = 0
        for task, verdicts in few_at_a_time(client, grade_remotely, jobs, AHEAD):
            run.finish(task, verdicts)
            progress(1)
            count += 1
        progress(len(files) - count)
    return run.stored(files)

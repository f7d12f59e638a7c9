"""Runs: a whole class on the cores of this machine, resumed where it was interrupted.

    grade(files, master) = records        the same, whoever computed them

The unit of work is a pure function from the bytes of a file and of the master to verdicts.  Its record is written
at once, and a record that is still true is not computed again.
Checked by tests/grading/test_run.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import as_completed
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import final

from grading.intake.master import master_of
from grading.intake.submissions import Submission
from grading.marking import programs, record
from grading.marking.file import SPENT, Job, asked
from grading.marking.record import Record, Verdict
from grading.marking.worker import Pool, Worker
from tinyml.check.typecheck import program

Progress = Callable[[int], object]
MOST_HELD = 2**28
"""Bytes of files that wait in memory between a look at their programs and the grading."""


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
    """The master as bytes, the folder of the records, and what is asked: all questions, or one again.

    `seconds` is the limit for a cell and for the checks of a question, where it is not that of the checker.
    """

    master: bytes
    folder: Path
    trusted: bool = False
    question: str | None = None
    seconds: float | None = None

    def task(self, submission: Submission) -> Task | None:
        """Return what is to be done for a file, or None when its record is still true."""
        content, unreadable = submission.content_or_reason()
        limit = b"" if self.seconds is None else f"{self.seconds:g} s".encode()
        fingerprint = record.fingerprint(content, unreadable.encode(), self.master + limit)
        known = record.read(self.folder, submission.file)
        job = Job(content, self.master, unreadable, self.trusted, seconds=self.seconds)
        if self.question is not None and known is not None and self.still_fits(known, fingerprint):
            return Task(submission, replace(job, only=frozenset({self.question})), fingerprint, known)
        if known is None or known.open or known.fingerprint != fingerprint:
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
        """Return the records of files that have been graded, of the students that the files are now known to be of."""
        found = ((submission, record.read(self.folder, submission.file)) for submission in files)
        return [replace(one, student=submission.student) for submission, one in found if one is not None]


class Held:
    """What is to be done for the files of a class, where each is asked for twice and read once.

    More than `MOST_HELD` bytes are not kept, since nobody knows what a class hands in: the rest is read again.
    """

    def __init__(self, run: Run) -> None:
        self.run = run
        self.tasks: dict[str, Task | None] = {}
        self.room, self.lock = MOST_HELD, Lock()

    def read(self, submission: Submission) -> Task | None:
        """Return what is to be done for a file, and keep it."""
        task = self.run.task(submission)
        size = 0 if task is None else len(task.job.content)
        with self.lock:
            if size <= self.room:
                self.room -= size
                self.tasks[submission.file] = task
        return task

    def take(self, submission: Submission) -> Task | None:
        """Return what was kept of a file, and keep it no longer, or else read it."""
        if submission.file in self.tasks:
            return self.tasks.pop(submission.file)
        return self.run.task(submission)


class Slow:
    """The students of whom a file took all its seconds: in this run no other file of theirs is run.

    So one student, who may hand in many files, costs a class the time of one.
    """

    def __init__(self) -> None:
        self.students: set[str] = set()

    def has(self, task: Task) -> bool:
        return task.submission.student in self.students

    def note(self, task: Task, verdicts: tuple[Verdict, ...]) -> tuple[Verdict, ...]:
        """Remember the student of a file that took too long, and return what was found in it."""
        if any(verdict.reason.startswith(SPENT) for verdict in verdicts):
            self.students.add(task.submission.student)
        return verdicts


def not_run(task: Task) -> tuple[Verdict, ...]:
    """Return the verdicts on a file that waits for the next run."""
    return tuple(Verdict(one.question, 0.0, one.points, "needs review", record.NOT_RUN) for one in asked(task.job))


def grade(run: Run, files: list[Submission], jobs: int, progress: Progress) -> list[Record]:
    """Grade files on this machine, `jobs` at a time, and return the records of all of them."""
    run.folder.mkdir(parents=True, exist_ok=True)
    held = Held(run)

    def read_programs(worker: Worker, submission: Submission) -> tuple[str, dict[str, str]]:
        task = held.read(submission)
        return submission.file, {} if task is None else worker.programs(task.job)

    typed_files = files if has_programs(run.master) else []
    with Pool(jobs) as pool:
        reading = [pool.submit(read_programs, submission) for submission in typed_files]
        typed = Typed(dict(one.result() for one in reading), trusted=run.trusted)

        slow = Slow()

        def grade_one(worker: Worker, submission: Submission) -> None:
            task = held.take(submission)
            if task is not None and slow.has(task):
                run.finish(task, not_run(task))
            elif task is not None:
                run.finish(task, slow.note(task, worker.grade(typed.job(submission.file, task.job))))

        for done in as_completed([pool.submit(grade_one, submission) for submission in files]):
            done.result()
            progress(1)
    return run.stored(files)


class Typed:
    """What the type checker says of the programs of many files, found for all of them at once."""

    def __init__(self, texts: Mapping[str, Mapping[str, str]], *, trusted: bool = False) -> None:
        self.texts = texts
        self.found = programs.findings((text for some in texts.values() for text in some.values()), trusted=trusted)

    def job(self, file: str, job: Job) -> Job:
        """Return the job of a file, with what was found in its programs."""
        texts = self.texts.get(file, {})
        return replace(job, findings={name: self.found[text] for name, text in texts.items() if text in self.found})


def has_programs(master: bytes) -> bool:
    return any(program(cell.source)[0] for cell in master_of(master).cells if cell.role == "answer")

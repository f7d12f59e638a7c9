"""Clusters: a class graded on the workers of a Dask scheduler, with the records that one machine would make.

    grade_over_dask(run, files, address) = grade(run, files)

Files go out as bytes, few at a time, and verdicts come back.  What a lost worker had is graded again by another.
Checked by tests/grading/test_dask.py.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, wait
from itertools import islice
from typing import TypeVar

from grading.intake.submissions import Submission
from grading.marking.file import Job
from grading.marking.record import Record, Verdict
from grading.marking.run import Held, Progress, Run, Slow, Task, Typed, has_programs, not_run
from grading.marking.worker import Worker

OWN = threading.local()
AHEAD, RETRIES = 4, 10

A = TypeVar("A")
B = TypeVar("B")
T = TypeVar("T")


def grade_over_dask(run: Run, files: list[Submission], address: str, progress: Progress) -> list[Record]:
    """Grade files on the workers of a Dask scheduler, and return the records of all of them."""
    from distributed import Client  # noqa: PLC0415  an extra of an extra

    run.folder.mkdir(parents=True, exist_ok=True)
    held = Held(run)
    with Client(address, set_as_default=False) as client:  # type: ignore[no-untyped-call]
        workers = client.get_executor(pure=False, retries=RETRIES)
        most = AHEAD * max(1, sum(client.nthreads().values()))
        tasks = (task for task in map(held.read, files if has_programs(run.master) else []) if task is not None)
        read = few_at_a_time(workers, programs, ((task.submission.file, task.job) for task in tasks), most)
        typed = Typed(dict(read), trusted=run.trusted)
        slow = Slow()

        def jobs() -> Iterator[tuple[Task, Job]]:
            for task in map(held.take, files):
                if task is not None and slow.has(task):
                    run.finish(task, not_run(task))
                elif task is not None:
                    yield task, typed.job(task.submission.file, task.job)

        count = 0
        for task, verdicts in few_at_a_time(workers, grade, jobs(), most):
            run.finish(task, slow.note(task, verdicts))
            progress(1)
            count += 1
        progress(len(files) - count)
    return run.stored(files)


def few_at_a_time(
    workers: Executor, function: Callable[[A], B], tasks: Iterable[tuple[T, A]], most: int
) -> Iterator[tuple[T, B]]:
    """Yield each task with what the function made of its argument, as they are done; no more than `most` are out."""
    left = iter(tasks)
    out = {workers.submit(function, argument): task for task, argument in islice(left, most)}
    while out:
        done, _ = wait(out, return_when=FIRST_COMPLETED)
        for future in done:
            yield out.pop(future), future.result()
        out |= {workers.submit(function, argument): task for task, argument in islice(left, len(done))}


def own_worker() -> Worker:
    """Return the worker that this thread of a Dask worker keeps for the next file."""
    if not hasattr(OWN, "worker"):
        OWN.worker = Worker()
    worker: Worker = OWN.worker
    return worker


def grade(job: Job) -> tuple[Verdict, ...]:
    return own_worker().grade(job)


def programs(job: Job) -> dict[str, str]:
    return own_worker().programs(job)

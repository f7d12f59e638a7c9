"""grading.marking.cluster: a class graded by two workers, one of which is killed, comes out as without Dask."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from distributed import LocalCluster
from hypothesis import given
from hypothesis import strategies as st

from grading.gradebook import table
from grading.intake.submissions import Submission, submissions
from grading.marking import cluster as cluster_module
from grading.marking.cluster import AHEAD, few_at_a_time, grade_over_dask, own_worker
from grading.marking.file import Job
from grading.marking.record import NOT_RUN
from grading.marking.run import Run, Slow, grade

pytestmark = pytest.mark.usefixtures("bubblewrap")
ANSWERS = [{}, {"square": "def square(x): return x"}, {"guess": "guess = 41"}, {"square": "import os; os._exit(1)"}]
FILES = 12


@pytest.fixture
def files(tmp_path: Path, hand_in: Callable[..., bytes]) -> list[Submission]:
    folder = tmp_path / "class"
    folder.mkdir()
    for number in range(FILES):
        (folder / f"student{number:02}.ipynb").write_bytes(hand_in(**ANSWERS[number % len(ANSWERS)]))
    (folder / "broken.ipynb").write_text("{", encoding="utf-8")
    return submissions(folder)


@pytest.fixture
def cluster() -> Iterator[Any]:
    with LocalCluster(  # type: ignore[no-untyped-call]
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0", silence_logs=50
    ) as found:
        yield found


@given(st.lists(st.integers(), max_size=20), st.integers(1, 5))
def test_each_task_comes_back_with_its_result_and_few_are_asked_for_ahead(numbers: list[int], most: int) -> None:
    asked: list[int] = []
    back: list[tuple[int, int]] = []

    def tasks() -> Iterator[tuple[int, int]]:
        for place, number in enumerate(numbers):
            asked.append(place)
            assert len(asked) - len(back) <= most
            yield place, number

    with ThreadPoolExecutor(2) as threads:
        for pair in few_at_a_time(threads, lambda number: 2 * number, tasks(), most):
            back.append(pair)  # noqa: PERF402  `tasks` looks at it meanwhile
    assert sorted(back) == [(place, 2 * number) for place, number in enumerate(numbers)]


def test_a_killed_worker_loses_nothing_and_the_table_is_the_same(
    files: list[Submission], cluster: Any, master_path: Path, tmp_path: Path
) -> None:
    master = master_path.read_bytes()
    alone = table.marks(grade(Run(master, tmp_path / "alone"), files, 2, lambda _: None))
    done: list[int] = []

    def progress(count: int) -> None:
        done.append(count)
        if sum(done) == 3:
            os.kill(next(iter(cluster.workers.values())).pid, signal.SIGKILL)

    records = grade_over_dask(Run(master, tmp_path / "dask"), files, cluster.scheduler_address, progress)
    assert sum(done) == len(files) == len(records)
    assert [record.file for record in records] == [submission.file for submission in files]
    assert table.marks(records) == alone
    again: list[int] = []
    resumed = grade_over_dask(Run(master, tmp_path / "dask"), files, cluster.scheduler_address, again.append)
    assert (table.marks(resumed), again) == (alone, [len(files)])


def test_a_thread_keeps_its_worker_for_the_next_file(master_path: Path, hand_in: Callable[..., bytes]) -> None:
    master = master_path.read_bytes()
    worker = own_worker()
    try:
        for guess, points in ((42, 6.0), (41, 5.0)):
            found = cluster_module.grade(Job(hand_in(guess=f"guess = {guess}"), master))
            assert sum(one.points for one in found) == points
        assert cluster_module.programs(Job(hand_in(), master)) == {}
        assert own_worker() is worker
    finally:
        worker.stop()
        del cluster_module.OWN.worker


def test_over_dask_too_one_student_costs_a_class_the_time_of_one_file(
    tmp_path: Path, master_path: Path, hand_in: Callable[..., bytes], cluster: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "class" / "eve").mkdir(parents=True)
    for number in range(6 * AHEAD):
        (tmp_path / "class" / "eve" / f"{number}.ipynb").write_bytes(hand_in(guess=f"guess = {number}"))
    monkeypatch.setattr(Slow, "note", lambda self, task, found: self.students.add(task.submission.student) or found)
    run = Run(master_path.read_bytes(), tmp_path / "records")
    records = grade_over_dask(run, submissions(tmp_path / "class"), cluster.scheduler_address, lambda _: None)
    reasons = [one.verdicts[0].reason for one in records]
    assert 0 < reasons.count(NOT_RUN) < len(reasons) == 6 * AHEAD

"""grading.run over Dask: a class graded by two workers, one of which is killed, comes out as without Dask."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from distributed import LocalCluster

from grading import table
from grading.run import Run, grade, grade_over_dask
from grading.submissions import Submission, submissions

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

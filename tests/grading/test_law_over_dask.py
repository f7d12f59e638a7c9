"""The law above all, over Dask: a class has the marks of one machine, whatever values its answers have."""

from __future__ import annotations

from pathlib import Path

import pytest
from distributed import LocalCluster
from made_answers import FILES, NAMES, content, notebooks_of
from processes import PATIENCE

from grading.gradebook import table
from grading.intake.submissions import submissions
from grading.marking.cluster import grade_over_dask
from grading.marking.run import Run, grade


@pytest.mark.usefixtures("bubblewrap")
@pytest.mark.parametrize("name", NAMES)
def test_a_class_over_dask_has_the_marks_of_one_machine(name: str, tmp_path: Path) -> None:
    (tmp_path / "class").mkdir()
    for number, given in enumerate(notebooks_of(name)):
        (tmp_path / "class" / f"{number:02}.ipynb").write_bytes(given.file)
    files, master = submissions(tmp_path / "class"), content(name)
    alone = grade(Run(master, tmp_path / "alone", seconds=PATIENCE), files, 1, lambda _: None)
    with LocalCluster(  # type: ignore[no-untyped-call]
        n_workers=1, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0", silence_logs=50
    ) as cluster:
        run = Run(master, tmp_path / "dask", seconds=PATIENCE)
        over_dask = grade_over_dask(run, files, cluster.scheduler_address, lambda _: None)
    assert table.marks(over_dask) == table.marks(alone)
    assert len(alone) == len(files) == FILES

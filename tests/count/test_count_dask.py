"""Counting on a Dask cluster: the same bytes as in one process, also when a worker is killed in the middle."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from corpora import PIECES, counting, named, pairs_of
from distributed import LocalCluster
from processes import PATIENCE, alive, waited_for

from tinyml.count import Counts, count_corpus, over_dask
from tinyml.count.__main__ import main
from tinyml.count.cluster import WorkersError
from tinyml.count.files import Part
from tinyml.count.run import Corpus
from tinyml.count.work import Outcome

ROOT = Path(__file__).parents[2]
SMALL_SHARDS = ["--out", "c.npz", "--shard-size", "10000"]
TEXT = " ".join(PIECES[place * place % len(PIECES)] for place in range(30_000)).encode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.txt").write_bytes(TEXT)
    (tmp_path / "b.txt").write_bytes(TEXT[5000:])
    return tmp_path


@pytest.fixture
def cluster() -> Iterator[Any]:
    with LocalCluster(  # type: ignore[no-untyped-call]
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0", silence_logs=50
    ) as found:
        yield found


def test_a_killed_worker_loses_nothing_and_the_file_is_the_same(folder: Path, cluster: Any) -> None:
    count_corpus([str(folder / "*.txt")], folder / "alone.npz")
    corpus, _ = Corpus.found([str(folder / "*.txt")], folder / "dask.npz", 10_000)
    on_dask, done = over_dask(cluster.scheduler_address), list[Part]()
    victim = next(iter(cluster.workers.values())).pid

    def workers(parts: Iterable[Part]) -> Iterator[tuple[Part, Outcome]]:
        for part, outcome in on_dask(parts):
            done.append(part)
            if len(done) == 3:
                os.kill(victim, signal.SIGKILL)
            yield part, outcome

    assert corpus.count(workers, lambda _: None) == []
    assert not alive(victim)
    assert sorted(done) == list(corpus.parts)
    assert len(done) > 20
    corpus.add_up().write(folder / "dask.npz")
    assert (folder / "dask.npz").read_bytes() == (folder / "alone.npz").read_bytes()
    assert named(Counts.read(folder / "dask.npz")) == pairs_of(TEXT, TEXT[5000:])


def test_a_scheduler_elsewhere_counts_and_names_what_is_bad(folder: Path, cluster: Any) -> None:
    (folder / "bad.txt").write_bytes(b"\0")
    command = [str(folder), "--out", str(folder / "c.npz"), "--scheduler", cluster.scheduler_address]
    with pytest.raises(SystemExit, match=r"bad\.txt: holds a zero byte at 0"):
        main([*command, "--shard-size", "10000"])
    (folder / "bad.txt").unlink()
    assert main([*command, "--shard-size", "10000"]) == 0
    count_corpus([str(folder / "?.txt")], folder / "alone.npz")
    assert (folder / "c.npz").read_bytes() == (folder / "alone.npz").read_bytes()


def test_two_jobs_count_the_same_and_leave_no_process(folder: Path) -> None:
    with counting(folder, "a.txt", "b.txt", *SMALL_SHARDS, "--jobs", "2") as process:
        output, error = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, error
    assert output.startswith("c.npz: ")
    count_corpus([str(folder / "?.txt")], folder / "alone.npz")
    assert (folder / "c.npz").read_bytes() == (folder / "alone.npz").read_bytes()
    assert waited_for(lambda: of_session(process.pid) == [])


def test_ctrl_c_ends_two_jobs_and_keeps_what_was_counted(folder: Path) -> None:
    (folder / "a.txt").write_bytes(TEXT * 50)
    with counting(folder, "a.txt", *SMALL_SHARDS, "--jobs", "2") as process:
        assert waited_for(lambda: len(list(folder.glob("c.npz.parts/*.npz"))) > 2)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        _, error = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130, error
    assert "interrupted\n" in error
    assert "are counted and kept in c.npz.parts; the same command goes on there" in error
    assert waited_for(lambda: of_session(process.pid) == [])
    assert not (folder / "c.npz").exists()


def of_session(number: int) -> list[int]:
    """Return the processes of a session that are left."""
    found = [int(path.name) for path in Path("/proc").glob("[0-9]*")]
    return [one for one in found if alive(one) and session(one) == number]


def session(number: int) -> int | None:
    try:
        return os.getsid(number)
    except OSError:
        return None


def test_a_scheduler_that_does_not_answer_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tinyml.count.cluster.PATIENCE", 1)
    with pytest.raises(SystemExit, match=r"tcp://127\.0\.0\.1:9: "):
        main([str(folder), "--out", str(folder / "c.npz"), "--scheduler", "tcp://127.0.0.1:9"])
    with pytest.raises(SystemExit, match="nonsense://x: "):
        main([str(folder), "--out", str(folder / "c.npz"), "--scheduler", "nonsense://x"])


def test_processes_that_do_not_start_are_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(**_: object) -> None:
        raise RuntimeError("Cluster failed to start")

    monkeypatch.setattr("distributed.LocalCluster", failing)
    with pytest.raises(SystemExit, match="2 processes do not start here: Cluster failed to start"):
        main([str(folder), "--out", str(folder / "c.npz"), "--jobs", "2"])


def test_a_scheduler_without_workers_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tinyml.count.cluster.PATIENCE", 1)
    with (
        LocalCluster(  # type: ignore[no-untyped-call]
            n_workers=0, host="127.0.0.1", dashboard_address="127.0.0.1:0", silence_logs=50
        ) as empty,
        pytest.raises(WorkersError, match=str(empty.scheduler_address)),
    ):
        list(over_dask(empty.scheduler_address)([]))

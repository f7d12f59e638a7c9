"""grading.box.memory: what all processes of a box hold is counted, and ends it where it is too much."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from processes import PATIENCE, alive, children, waited_for

from grading.box import doctor, memory
from grading.box.box import Box
from grading.box.proxies import Stopped

MEBIBYTE = 2**20
FORKS = """
import os, signal, time
kept = bytearray({before} * 2**20)
for page in range(0, len(kept), 4096): kept[page] = 1
for _ in range({forks}):
    if os.fork() == 0:
        own = bytearray({each} * 2**20)
        for page in range(0, len(own), 4096): own[page] = 1
        os.write(1, b"ready\\n")
        time.sleep({seconds})
        os._exit(0)
"""


@pytest.fixture
def box(bubblewrap: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Box]:
    monkeypatch.setattr(memory, "MOST", 400 * MEBIBYTE)
    with Box() as one:
        one.allow(PATIENCE)
        one.start()
        yield one


def test_processes_that_hold_too_much_together_end_their_box(box: Box) -> None:
    with pytest.raises(Stopped, match=r"its processes took more than 0\.390625 GB of memory together"):
        box.run(FORKS.format(before=1, forks=5, each=100, seconds=1000) + "time.sleep(1000)", "<cell 1>")
    assert box.process is None


def test_they_end_it_too_while_nobody_asks(box: Box) -> None:
    box.run(FORKS.format(before=1, forks=5, each=100, seconds=1000), "<cell 1>")
    assert waited_for(lambda: not alive(box.python))
    with pytest.raises(Stopped, match="memory together"):
        box.get("kept")


def test_what_processes_share_counts_once(bubblewrap: str) -> None:
    code = FORKS.format(before=100, forks=6, each=1, seconds=1000) + "time.sleep(1000)"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, start_new_session=True) as process:
        try:
            assert process.stdout is not None
            assert [process.stdout.readline() for _ in range(6)] == [b"ready\n"] * 6
            assert {*memory.family(process.pid)} == {process.pid, *children(process.pid)}
            assert 100 * MEBIBYTE < memory.held(process.pid) < 250 * MEBIBYTE
            assert sum(map(memory.held_by, memory.family(process.pid))) > 106 * MEBIBYTE
        finally:
            for one in [*memory.family(process.pid)]:
                os.kill(one, 9)


def test_a_process_that_is_gone_holds_nothing() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    assert memory.held(process.pid) == 0


def test_where_the_parts_are_nobodys_business_what_is_its_alone_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = bytearray(os.urandom(50 * MEBIBYTE))
    known = memory.held_by(os.getpid())
    closed = type("Closed", (), {"__new__": lambda cls, path: Path(path.replace("smaps_rollup", "nothing"))})
    monkeypatch.setattr(memory, "Path", closed)
    assert len(kept) < memory.held_by(os.getpid()) < 2 * known


def test_a_watch_ends_with_its_box(box: Box) -> None:
    watch = box.watch
    assert watch is not None
    assert watch.is_alive()
    box.stop()
    watch.join(PATIENCE)
    assert (watch.is_alive(), watch.over) == (False, False)


@pytest.mark.usefixtures("bubblewrap")
def test_the_doctor_says_what_is_watched(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert doctor.look() == 0
    assert "memory       2 GB for all processes of a box" in capsys.readouterr().out
    monkeypatch.setattr(memory, "watched", lambda: False)
    assert doctor.look() == 0
    assert f"memory       {doctor.NOT_WATCHED}" in capsys.readouterr().out

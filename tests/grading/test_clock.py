"""grading.box.clock: waiting for a processor is not counted, and only so far."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from processes import PATIENCE, children, waited_for

from grading.box import clock
from grading.box.box import Box
from grading.box.clock import LEAST, Clock, innermost, waited
from grading.box.proxies import Stopped

BUSY = [sys.executable, "-S", "-c", "while True: pass"]
COMPUTE = "import time\nend = time.process_time() + {seconds}\nwhile time.process_time() < end: pass"


@pytest.fixture
def crowded() -> Iterator[None]:
    """Keep one processor busy with two others, and this process and all that it starts on it."""
    before = os.sched_getaffinity(0)
    with ExitStack() as stack:
        stack.callback(os.sched_setaffinity, 0, before)
        os.sched_setaffinity(0, {min(before)})
        for _ in range(2):  # in sessions of their own, because Linux may share a processor between sessions
            process = stack.enter_context(subprocess.Popen(BUSY, start_new_session=True))
            stack.callback(process.kill)
        yield


def test_waiting_for_a_processor_is_not_counted(crowded: None) -> None:
    own = Clock(os.getpid())
    while waited(os.getpid()) - own.before < 0.4:
        pass
    had, passed = own.had(), time.monotonic() - own.began
    assert LEAST * 0.4 < had <= max(passed - 0.4, LEAST * passed)


def test_a_cell_that_waits_for_a_processor_is_not_stopped(
    crowded: None, bubblewrap: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "LEAST", 0.0)  # however crowded it is
    with Box() as box:
        box.start()
        box.allow(2)
        box.run(COMPUTE.format(seconds=1.2), "<cell>")
        assert time.monotonic() - box.clock.began > 2
        with pytest.raises(Stopped, match="takes too long"):
            box.run("while True: pass", "<cell>")


def test_a_box_that_keeps_itself_waiting_is_stopped(bubblewrap: str) -> None:
    with Box() as box:
        box.start()
        box.allow(0.3)
        with pytest.raises(Stopped, match="takes too long"):
            box.run("import os\nfor _ in range(3): os.fork()\nwhile True: pass", "<cell>")


def test_time_that_a_process_sleeps_is_counted() -> None:
    own = Clock(os.getpid())
    assert waited_for(lambda: own.had() > 0.1)
    assert own.left(PATIENCE) > 0
    assert waited_for(lambda: own.left(0.1) <= 0)


def test_waiting_of_those_that_a_process_talks_with_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    waits = {1: 5.0, 2: 7.0, os.getpid(): 1.0}
    monkeypatch.setattr(clock, "waited", waits.__getitem__)
    monkeypatch.setattr("time.monotonic", lambda: 100.0)
    alone, both = Clock(1), Clock(1, 2)
    alone.began = both.began = 90.0
    assert (alone.had(), both.had()) == (10, 10)
    waits |= {1: 6.0, 2: 9.0, os.getpid(): 1.5}
    assert (alone.had(), both.had()) == (8.5, 6.5)


def test_where_nobody_counts_all_that_passes_counts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-S", "-c", ""])
    gone.wait()
    assert waited(gone.pid) == 0
    assert innermost(gone.pid) == gone.pid
    monkeypatch.setattr(clock, "Path", lambda _: tmp_path / "none")
    own = Clock(os.getpid())
    time.sleep(0.05)
    assert own.had() >= 0.05


def test_the_innermost_process_of_a_box_is_python(bubblewrap: str) -> None:
    with Box() as box:
        box.start()
        assert box.process is not None
        assert innermost(box.process.pid) == box.python == children(box.process.pid)[-1]
        assert b"inside.py" in Path(f"/proc/{box.python}/cmdline").read_bytes()
        assert waited_for(lambda: waited(box.python) >= 0)

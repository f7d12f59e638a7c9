"""Runs of the real command on a folder of submissions, watched from outside.

Every process that the run leaves behind becomes a child of this one, every connection that code in a box could
make ends at a listener here, and every run that takes too long is ended.
"""

from __future__ import annotations

import contextlib
import csv
import ctypes
import io
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from . import paper

PR_SET_CHILD_SUBREAPER = 36
HUNG = -1
"""The status of a run that had to be ended."""
SETTLE = 60
"""Seconds in which what a run has started may end, on a machine that is busy."""
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Finished:
    """What a run came to."""

    status: int
    rows: list[dict[str, str]]
    words: str
    left: list[str]
    seconds: float

    @property
    def points(self) -> dict[str, dict[str, float]]:
        """The points by file and question."""
        found: dict[str, dict[str, float]] = {}
        for row in self.rows:
            found.setdefault(row["file"], {})[row["question"]] = float(row["points"])
        return found


def grade(folder: Path, within: float, jobs: int = 3, seconds: float | None = None) -> Finished:
    """Grade what is in `folder / "class"` by the paper, and end the run after `within` seconds.

    One worker more than there are cores: many submissions wait and do not compute.  A cell, and the checks of a
    question, have so many `seconds`, or as many as the command gives them.
    """
    paper.course(folder / "course")
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    begun, known = time.monotonic(), set(descendants())
    command: list[str | Path] = [sys.executable, "-m", "grading", "grade", folder / "class", "--assignment", paper.NAME]
    command += ["--course", folder / "course", "--out", folder / "out", "--jobs", str(jobs)]
    command += [] if seconds is None else ["--seconds", f"{seconds:g}"]
    with (folder / "words").open("wb") as words:
        process = subprocess.Popen(
            [shutil.which("nice") or "nice", *command], stdout=words, stderr=words, cwd=ROOT, env=environment()
        )
        try:
            status = process.wait(within)
        except subprocess.TimeoutExpired:
            status = HUNG
            process.send_signal(signal.SIGINT)
            time.sleep(5)
    seconds = time.monotonic() - begun
    left = left_behind(known)
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)
    with contextlib.suppress(ChildProcessError):
        process.wait()
    marks = folder / "out" / "marks.csv"
    table = marks.read_text(encoding="utf-8") if marks.is_file() else ""
    rows = list(csv.DictReader(io.StringIO(table, newline="")))
    return Finished(status, rows, (folder / "words").read_text(errors="replace"), left, seconds)


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def descendants() -> dict[int, str]:
    """Return the processes that this one has started, directly or not, with their commands."""
    parents: dict[int, tuple[int, str]] = {}
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            name, rest = (place / "stat").read_text(errors="replace").rsplit(")", 1)
            state, parent = rest.split()[:2]
            if state != "Z":
                parents[int(place.name)] = int(parent), name
    found = {os.getpid(): ""}
    while new := {pid: name for pid, (up, name) in parents.items() if up in found and pid not in found}:
        found |= new
    return {pid: name for pid, name in found.items() if pid != os.getpid()}


def left_behind(known: set[int]) -> list[str]:
    """Return what is still there some time after a run, and end it."""
    end = time.monotonic() + SETTLE
    while (left := {pid: name for pid, name in descendants().items() if pid not in known}) and time.monotonic() < end:
        time.sleep(0.1)
    for pid in left:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return list(left.values())


@contextlib.contextmanager
def listening() -> Iterator[tuple[int, list[str]]]:
    """Listen on the loopback of this machine; yield the port, and a list that grows with every connection."""
    met: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as local:
        port = int(server.getsockname()[1])
        local.bind(f"\0corpus-{port}")
        local.listen()
        for one in (server, local):
            threading.Thread(target=accept, args=(one, met), daemon=True).start()
        yield port, met
        for one in (server, local):
            one.shutdown(socket.SHUT_RDWR)


def accept(server: socket.socket, met: list[str]) -> None:
    with contextlib.suppress(OSError):
        while True:
            met.append(str(server.accept()))

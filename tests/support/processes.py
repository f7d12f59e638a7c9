"""What tests ask of Linux about the processes of this machine."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

PATIENCE = 600
"""Seconds until a test gives up waiting.  Only what will never come takes so long, however busy the machine is."""


def living(mark: str) -> list[str]:
    """Return the command lines of the processes that hold a mark."""
    return [line for _, line in _command_lines() if mark in line]


def _command_lines() -> Iterator[tuple[int, str]]:
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            yield int(path.parent.name), path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:  # it has ended meanwhile
            continue


def children(number: int) -> list[int]:
    """Return the processes that a process has started, and those that they have started."""
    try:
        found = [int(child) for child in Path(f"/proc/{number}/task/{number}/children").read_text().split()]
    except OSError:
        return []
    return [*found, *(one for child in found for one in children(child))]


def alive(number: int) -> bool:
    """Say whether a process runs: it is there, and is no mere entry that waits for its parent."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except OSError:
        return False


def end_all(mark: str) -> None:
    """Kill the processes that hold a mark."""
    for number, line in _command_lines():
        if mark in line and number != os.getpid():
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)


def waited_for(holds: Callable[[], bool]) -> bool:
    """Wait until something holds, and return True; an error says so when the limit of time was reached."""
    end = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError(f"a limit of time: what is waited for did not come in {PATIENCE} s")
        time.sleep(0.01)
    return True

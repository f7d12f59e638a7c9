"""What tests ask of Linux about the processes of this machine."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path


def living(mark: str) -> list[str]:
    """Return the command lines of the processes that hold a mark."""
    return [line for line in _command_lines() if mark in line]


def _command_lines() -> Iterator[str]:
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            yield path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
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


def waited_for(holds: Callable[[], bool]) -> bool:
    """Wait until something holds; False when it does not come to hold in 20 seconds."""
    end = time.monotonic() + 20
    while not holds() and time.monotonic() < end:
        time.sleep(0.01)
    return holds()

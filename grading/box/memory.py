"""Memory: what all processes of a box hold together, and a watch that ends a box which holds too much.

    held(process) = bytes of a process and of all that it has started; what they share counts once

Linux limits each process by itself, and a group of them only where somebody may make groups, which an ordinary user
and a container may not.  So the memory of a box with several processes is looked up, some times in a second.
Checked by tests/grading/test_memory.py.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

MOST = 2 * 2**30
"""Bytes of all processes of a box; each of them may take half of it."""
LOOK = 0.2
"""Seconds between two looks."""
PAGE = os.sysconf("SC_PAGE_SIZE")
SHARED_ONCE = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)


def family(process: int) -> Iterator[int]:
    """Yield a process and all that it has started, and that have started others, as long as they are there."""
    yield process
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{process}/task").iterdir():
            with contextlib.suppress(OSError):
                for child in (task / "children").read_text().split():
                    yield from family(int(child))


def held(process: int) -> int:
    """Return the bytes that a process and all that it has started hold."""
    return sum(map(held_by, family(process)))


def held_by(process: int) -> int:
    """Return the bytes of one process with its part of what is shared, or without where nobody may know the parts."""
    try:
        found = SHARED_ONCE.search(Path(f"/proc/{process}/smaps_rollup").read_text())
        return int(found[1]) * 1024 if found else 0
    except (OSError, ValueError):
        with contextlib.suppress(OSError, ValueError):
            _, resident, shared, *_ = map(int, Path(f"/proc/{process}/statm").read_text().split())
            return (resident - shared) * PAGE
    return 0


def watched() -> bool:
    """Whether this machine tells what a process has started, and what it holds."""
    own = Path(f"/proc/self/task/{threading.get_native_id()}/children")
    return own.exists() and held_by(os.getpid()) > 0


class Watch(threading.Thread):
    """Looks at a process, and ends its group as soon as it holds too much; `over` says that this happened."""

    def __init__(self, process: int) -> None:
        super().__init__(daemon=True)
        self.process, self.most, self.over = process, MOST, False
        self.ended, self.lock = threading.Event(), threading.Lock()
        self.start()

    def run(self) -> None:
        while not self.ended.wait(LOOK) and not self.over:
            if held(self.process) > self.most:
                with self.lock:  # so that it is still there, and its number nobody else's
                    if not self.ended.is_set():
                        self.over = True
                        os.killpg(self.process, signal.SIGKILL)

    def end(self) -> None:
        """Look no more, from now on."""
        with self.lock:
            self.ended.set()

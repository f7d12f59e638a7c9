"""Clocks: the seconds that a process had, without those in which it, or whom it talks with, waited for a processor.

    had = passed - waited,    and never less than a quarter of what passed

On a machine that is busy with other work an honest cell takes longer by the clock on the wall, and is not to blame
for it, and so does a check on this side of the wire while the cell sleeps.  Linux counts the waiting; where nobody
does, all that passes counts.  The quarter is for a process that keeps itself waiting, with processes of its own: it can
make its time four times as long, and no longer.
Checked by tests/grading/test_clock.py.
"""

from __future__ import annotations

import contextlib
import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import final

LEAST = 0.25


def waited(process: int) -> float:
    """Return the seconds that a process has waited for a processor since it began; 0 where they are not counted."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int(Path(f"/proc/{process}/schedstat").read_text().split()[1]) / 1e9
    return 0.0


def counted() -> bool:
    """Whether this machine counts the waiting."""
    return Path("/proc/self/schedstat").exists()


def innermost(process: int) -> int:
    """Return what a process has started, and that has started, and so on: behind the walls of a box it is Python."""
    while True:
        try:
            started = Path(f"/proc/{process}/task/{process}/children").read_text().split()
        except OSError:
            return process
        if not started:
            return process
        process = int(started[0])


@final
@dataclass(slots=True)
class Clock:
    """What a process had of its time, from now on, with those that it talks with: this one, and perhaps another."""

    process: int
    other: int = 0
    began: float = field(init=False, default_factory=time.monotonic)
    before: float = field(init=False)

    def __post_init__(self) -> None:
        self.before = self.waiting()

    def waiting(self) -> float:
        """Return the seconds that all of them have waited; they wait for each other, and compute one at a time."""
        return sum(map(waited, {self.process, self.other or self.process, os.getpid()}))

    def left(self, seconds: float) -> float:
        """Return how much is left of so many seconds; the waiting is looked up only when they seem to be over."""
        left = seconds - (time.monotonic() - self.began)
        return left if left > 0 else seconds - self.had()

    def had(self) -> float:
        """Return the seconds that the process had since this clock was made."""
        passed = time.monotonic() - self.began
        return max(passed - max(0.0, self.waiting() - self.before), LEAST * passed)

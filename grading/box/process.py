"""Processes: the one of a box, from its command to its end, and a spare one that waits to take its place.

    begun(...)           it builds its walls and starts Python, while whoever began it does something else
    Spare.send(cells)    it is sent cells ahead, and replies when it has run them
    ended(process)       nothing of it is left

Checks that ask for a value in another box ask for another process, and a spare has started when they do.  It is a
process like any other, with walls, limits and a user of its own, and while it is spare it runs nothing of a submission.

Checked by tests/grading/test_spare.py.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import subprocess
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, final

from grading.box import calls, wire
from grading.box.walls import CODE, ENVIRONMENT, FIRST_UID, HERE, UIDS, packages, python, walls

Request = list[Any]
Cell = tuple[str, str]
"""What a process runs, and how its messages call it."""
START: Cell = ("", "<start>")
SETTLE: Request = ["run", "", "<settle>"]
"""What the start of a box asks, and what is asked behind each cell."""
Started = subprocess.Popen[bytes]


def begun(turn: int, scratch: int, shown: Mapping[Path, Path], *, trusted: bool) -> Started:
    """Begin a process; one of an even and one of an odd turn have not the same user, whose processes are limited."""
    if trusted:
        return _started(python(HERE, os.geteuid(), packages()))
    uid = FIRST_UID + (2 * os.getpid() + turn % 2) % UIDS
    command = [*walls(scratch, shown), *python(CODE, uid, packages().values())]
    with calls.filtered() as file:
        return _started([command[0], "--seccomp", str(file), *command[1:]], file)


def _started(command: list[str], *files: int) -> Started:
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=ENVIRONMENT,
        bufsize=0,
        start_new_session=True,
        pass_fds=files,
    )


def write(process: Started, message: Any) -> None:
    """Write a message to a process; `BrokenPipeError` where it reads nothing any more."""
    content = memoryview(wire.packed(message))
    assert process.stdin is not None
    while content:
        content = content[process.stdin.write(content) :]


def ended(process: Started) -> None:
    """End a process and all that runs in it."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()


@final
@dataclass(slots=True)
class Spare:
    """A process that nobody talks with yet, and what it was sent, each request with its ticket, in their order."""

    process: Started
    sent: deque[tuple[int, Request]] = field(default_factory=deque)

    def send(self, cells: Iterable[Cell]) -> None:
        """Let it start and run cells; the replies are read later, and so it is found where it has ended meanwhile."""
        for request in (request for cell in (START, *cells) for request in (["run", *cell], SETTLE)):
            self.sent.append((secrets.randbits(62), request))
            with contextlib.suppress(BrokenPipeError):
                write(self.process, [*self.sent[-1]])

"""Forks: a generator run in a copy of this process, with limits of its own, whatever becomes of it.

    in_a_fork(values, most) = [v1, v2, ...]     what it gave before it ended, computed or was silent for too long
    in_a_fork(values, most, budget)             and before the budget of several forks was spent

Values cross a pipe as pickles, which is safe here since both ends are ours.
Checked by tests/grading/test_worker.py.
"""

from __future__ import annotations

import math
import os
import pickle
import resource
import select
import signal
import struct
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from grading.box.clock import Clock, innermost
from tinyml.check.limits import end_with

MEMORY = 2 * 2**30
PATIENCE = 4
LOOK = 1.0
"""Seconds between two looks at what is left of a budget."""
HERE = Path(__file__).parents[2]
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # a process that forks has no other thread


@dataclass
class Budget:
    """Seconds that some forks, and what they start, may have together; waiting for a processor is not counted."""

    left: float = math.inf


def in_a_fork(values: Callable[[], Iterator[Any]], most: float, budget: Budget | None = None) -> list[Any]:
    """Return the values that a fork gave before it ended, or had computed for so many seconds.

    A fork that waits for something has more patience: it is ended when it is silent for four times as long.
    """
    outlet, inlet = os.pipe()
    parent, child = os.getpid(), os.fork()
    if child == 0:
        try:
            os.close(outlet)
            end_with(parent)
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            highest = resource.getrlimit(resource.RLIMIT_CPU)[1]  # is left for the box, which has a limit of its own
            resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(most), highest))
            with os.fdopen(inlet, "wb") as stream:
                for value in values():
                    write(stream, value)
        finally:
            os._exit(0)  # whatever was raised must not go on in a copy of the worker
    os.close(inlet)
    found: list[Any] = []
    try:
        with os.fdopen(outlet, "rb", buffering=0) as stream:  # what waits in a buffer would be hidden from select
            while speaks(stream, child, PATIENCE * most, budget or Budget()):
                try:
                    found.append(receive(stream))
                except EOFError:
                    break
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return found


def speaks(stream: BinaryIO, child: int, seconds: float, budget: Budget) -> bool:
    """Wait until a child writes or ends; False when it is silent for so many seconds, or the budget is spent."""
    end = time.monotonic() + seconds
    while budget.left > 0 and (patience := end - time.monotonic()) > 0:
        clock = Clock(innermost(child), child)  # the innermost is that of the box, while there is one
        ready = select.select([stream], [], [], min(LOOK, patience))[0]
        budget.left -= clock.had()
        if ready:
            return True
    return False


def module(name: str) -> dict[str, Any]:
    """Return how a module of this package is started, with nothing of the folder that it is started in."""
    path = f"{HERE}{os.pathsep}{os.environ.get('PYTHONPATH', HERE)}"
    return {
        "args": [sys.executable, "-P", "-m", f"grading.marking.{name}"],
        "env": os.environ | ONE_THREAD | {"PYTHONPATH": path},
    }


def write(stream: BinaryIO, value: object) -> None:
    content = pickle.dumps(value)
    stream.write(struct.pack(">Q", len(content)) + content)
    stream.flush()


def receive(stream: BinaryIO) -> Any:
    (size,) = struct.unpack(">Q", exactly(stream, 8))
    return pickle.loads(exactly(stream, size))


def exactly(stream: BinaryIO, size: int) -> bytearray:
    """Return so many bytes, or raise `EOFError` when whoever writes them ends before."""
    content = bytearray()
    while len(content) < size:
        piece = stream.read(size - len(content))
        if not piece:
            raise EOFError
        content += piece
    return content

"""Limits: a module run as a program of its own, in bounded time and memory, that ends with whoever started it.

    command("mypy", 10, 2**30)      the command, to which the arguments of the module are added

This file is that program, and loads nothing else of the package.  Where the system knows no such limits, as on
Windows, whoever started it has to look at the clock.
Checked by tests/check/test_typecheck.py and tests/grading/test_worker.py.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import runpy
import signal
import sys

END_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux


def command(module: str, seconds: int, memory: int) -> list[str]:
    """Return how a module is started that may compute for so many seconds, in so many bytes of memory."""
    limits = map(str, (seconds, memory, os.getpid()))
    return [sys.executable, "-P", __file__, *limits, module]


def end_with(parent: int) -> None:
    """Have Linux end this process when its parent ends; elsewhere it ends when it finds nobody to write to."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(END_WITH_PARENT, signal.SIGKILL)
    if sys.platform != "win32" and os.getppid() != parent:
        os._exit(1)


def bind(seconds: int, memory: int) -> None:
    """Take these limits where none is lower; what is over its time is ended by the signal SIGXCPU."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415  which Windows lacks

    for kind, most in ((resource.RLIMIT_CPU, seconds), (resource.RLIMIT_AS, memory), (resource.RLIMIT_CORE, 0)):
        _, highest = resource.getrlimit(kind)
        with contextlib.suppress(OSError, ValueError):  # macOS has no limit of memory
            resource.setrlimit(kind, (most if highest == resource.RLIM_INFINITY else min(most, highest), highest))


if __name__ == "__main__":
    _, seconds, memory, parent, module, *arguments = sys.argv
    end_with(int(parent))
    bind(int(seconds), int(memory))
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)

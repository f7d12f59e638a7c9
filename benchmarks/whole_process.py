"""A contender that is one program after another, each timed from before its process starts to when it has ended.

Checked by tests/benchmarks/test_benchmarks_step.py and tests/benchmarks/test_benchmarks_waits.py.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from benchmarks.contender import Contender, waited


class WholeProcess(Contender):
    """Run a program once for each sample; `check` says what `command` starts it."""

    settings: ClassVar[Mapping[str, str]] = MappingProxyType({})
    """What the program finds in its environment beside what this process has."""

    def __init__(self, program: str) -> None:
        self.program = program
        self.command: list[str] = []
        self.waits = 0

    def run(self) -> str:
        """Return what the program prints, and keep how long its process waited for a processor."""
        environment = os.environ | self.settings
        with subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True, env=environment) as process:
            assert process.stdout is not None
            printed = process.stdout.read()
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # it has ended, and is still in /proc
            self.waits += waited(process.pid)
        if process.returncode:
            raise RuntimeError(f"the program of {self.program} ended with {process.returncode}; see above")
        return printed

    def waiting(self) -> int:
        return self.waits

    def go(self) -> list[float]:
        started = time.perf_counter()
        self.run()
        return [time.perf_counter() - started]

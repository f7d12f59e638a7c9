"""The code that the pages let a reader copy, run as a reader runs it: as programs, by a Python of their own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from typing import NamedTuple

# To start Python and load the package takes longer than any snippet, so one process runs them all.
RUNNER = """
import contextlib, io, json, sys, traceback, warnings

warnings.simplefilter("always")  # by default, the second snippet that deserves a warning is not given it
told = []
for code in json.load(sys.stdin):
    printed, error = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(error):
        try:
            exec(compile(code, "<copied>", "exec"), {"__name__": "__main__"})
        except Exception:
            traceback.print_exc()
    told.append((printed.getvalue(), error.getvalue()))
json.dump(told, sys.stdout)
"""


class Ran(NamedTuple):
    """What a program wrote: a program that failed has the error at the end of `stderr`."""

    stdout: str
    stderr: str


def ran(codes: Sequence[str]) -> list[Ran]:
    """Run programs one after the other, each with no name that another one defined."""
    command = [sys.executable, "-c", RUNNER]
    run = subprocess.run(command, input=json.dumps(codes), capture_output=True, text=True, check=True)
    return [Ran(*written) for written in json.loads(run.stdout)]

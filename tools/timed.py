"""Time the stages of `make test`: `python tools/timed.py NAME COMMAND...`, and `python tools/timed.py` for all times.

Each stage leaves a line in `_build/times`: its seconds on the clock, and those of processor time.  A stage ends as its
command does.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from pathlib import Path

TIMES = Path(__file__).resolve().parent.parent / "_build" / "times"


def run(name: str, command: list[str]) -> int:
    """Run a command, write down how long it took, and return how it ended."""
    print(f"\n==> {name}", flush=True)
    started = time.monotonic()
    code = subprocess.run(command, check=False).returncode
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    TIMES.mkdir(parents=True, exist_ok=True)
    ended = "" if code == 0 else "  FAILED"
    line = f"{time.monotonic() - started:8.0f} {used.ru_utime + used.ru_stime:10.0f}  {name}{ended}"
    (TIMES / name.replace(" ", "-")).write_text(f"{line}\n", encoding="utf-8")
    return code if code >= 0 else 1


def report() -> str:
    """Return the times of all stages, the longest first."""
    lines = sorted((path.read_text(encoding="utf-8").rstrip() for path in TIMES.glob("*")), reverse=True)
    return "\n".join([" seconds  processor  stage", *lines])


if __name__ == "__main__":
    if len(sys.argv) > 2:
        sys.exit(run(sys.argv[1], sys.argv[2:]))
    print(report())

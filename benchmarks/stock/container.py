"""The container: bubblewrap's walls around a stock grader, which runs hostile files with no walls of its own.

    own processes, no network, a read-only system, a home and a course in memory, limits on memory, processes and files

One container for each file: an attack reaches the grader, its course and the neighbours of the file, and not this
machine; all of it is gone when process 1 ends.
Checked by tests/grading/test_stock.py.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.contender import MissingRivalError
from grading.box.walls import FIRST_UID, SYSTEM, UIDS

INSIDE = Path(__file__).with_name("inside.py")
ETC = ("/etc/passwd", "/etc/group", "/etc/nsswitch.conf", "/etc/hosts", "/etc/localtime")
HOME = Path("/home/marker")
PORT = 4321
OPEN = {Path("/"), Path("/tmp"), Path("/var"), Path("/home")}
SCRATCH = 2**28
LIMITS = {"as": 3 * 2**30, "nproc": 120, "fsize": 2**28, "core": 0}
"""As prlimit names them."""
NUMBER = itertools.count()
"""So that each container has a user of its own, and the processes of one do not count in another."""
SLACK = 60
"""Seconds that a container may take beyond the time of its commands."""


class ContainerError(Exception):
    """A container said nothing; the message is what bubblewrap said."""


@dataclass(frozen=True, slots=True)
class Step:
    """A command that is run in the container, for at most so many seconds."""

    command: Sequence[str]
    cwd: Path
    seconds: float


@dataclass(frozen=True, slots=True)
class Plan:
    """What happens in one container.

    `folder` is where class and course appear, and `copies` leads from what is shown to them; a second step runs only
    when the first had to be killed.  `marks` names how the points are read.
    """

    folder: Path
    copies: Sequence[tuple[Path, Path]]
    steps: Sequence[Step]
    marks: str
    shown: Mapping[Path, Path]
    path: Sequence[Path]
    canaries: Sequence[Path] = ()

    def written(self, uid: int | None) -> str:
        """Return the plan as process 1 reads it."""
        steps = [{"command": list(s.command), "cwd": str(s.cwd), "seconds": s.seconds} for s in self.steps]
        plan: dict[str, Any] = {
            "folder": str(self.folder),
            "copies": [[str(source), str(target)] for source, target in self.copies],
            "steps": steps,
            "marks": self.marks,
            "canaries": [str(path) for path in self.canaries],
            "home": str(HOME),
            "uid": uid,
            "limits": LIMITS,
            "port": PORT,
            "environment": environment(self.path),
        }
        return json.dumps(plan)


def environment(path: Iterable[Path]) -> dict[str, str]:
    return {
        "HOME": str(HOME),
        "PATH": ":".join([*map(str, path), "/usr/bin", "/bin"]),
        "LANG": "C.UTF-8",
        "PYTHONPATH": "/package",
        "PYTHONDONTWRITEBYTECODE": "1",
        "MPLBACKEND": "Agg",
    } | dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1")


def walls(plan: Plan) -> list[str]:
    """Return the command that builds the container and starts process 1 in it."""
    program = shutil.which("bwrap")
    if program is None:
        raise MissingRivalError("there is no bubblewrap, and hostile files are not run without walls")
    command = [program, "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]
    command += ["--as-pid-1", "--die-with-parent", "--new-session", "--clearenv", "--cap-drop", "ALL"]
    if os.geteuid() == 0:
        for name in ("SETUID", "SETGID", "CHOWN", "KILL", "DAC_OVERRIDE"):
            command += ["--cap-add", f"CAP_{name}"]
    else:
        command += ["--unshare-user"]
    shown = {Path(path): Path(path) for path in (*SYSTEM, *ETC) if Path(path).exists()}
    shown |= {Path(sys.base_prefix): Path(sys.base_prefix)} if sys.base_prefix not in ("/usr", "/") else {}
    shown |= {INSIDE: Path("/inside.py"), **plan.shown}
    for folder in map(Path, ("/tmp", "/var/tmp", "/home", "/log")):  # first: what is shown may stand in it
        command += ["--perms", "1777", "--size", str(SCRATCH), "--tmpfs", str(folder)]
    for folder in sorted({parent for place in (*shown.values(), plan.folder) for parent in place.parents} - OPEN):
        command += ["--perms", "0755", "--dir", str(folder)]
    command += ["--perms", "0755", "--size", str(4 * SCRATCH), "--tmpfs", str(plan.folder)]
    for path, place in shown.items():
        command += ["--ro-bind", str(path), str(place)]
    command += ["--proc", "/proc", "--dev", "/dev", "--perms", "1777", "--size", str(SCRATCH), "--tmpfs", "/dev/shm"]
    return [*command, "--remount-ro", "/", "--chdir", "/", os.path.realpath(sys.executable), "-I", "-S", "/inside.py"]


def run(plan: Plan) -> dict[str, Any]:
    """Carry out a plan in a container of its own; return what was seen there."""
    uid = FIRST_UID + (100 * os.getpid() + next(NUMBER)) % UIDS if os.geteuid() == 0 else None
    process = subprocess.Popen(
        ["nice", *walls(plan)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        said, error = process.communicate(f"{plan.written(uid)}\n", sum(s.seconds for s in plan.steps) + SLACK)
    except subprocess.TimeoutExpired:
        raise ContainerError("the container itself did not end in time") from None
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            process.communicate()
    try:
        found: dict[str, Any] = json.loads(said)
    except ValueError:
        raise ContainerError(error.strip()[-400:] or f"no words, status {process.returncode}") from None
    return found

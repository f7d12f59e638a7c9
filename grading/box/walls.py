"""The walls: the command that builds a box with bubblewrap, and what is seen behind them.

    own user, own processes, no network, a read-only system, 16 MB of scratch space, few calls of the kernel

Checked by tests/grading/test_box.py.
"""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.util import cache_from_source
from pathlib import Path

import msgpack
import numpy

import tinyml
from grading.box import calls

HERE = Path(__file__).parents[2]
CODE = Path("/box")
INSIDE = "grading/box/inside.py"
MODULES = ("__init__", "arrays", "parcel", "proxies", "reading", "shell", "wire", "writing")
SOURCES = ("grading/__init__.py", INSIDE, *(f"grading/box/{name}.py" for name in MODULES))
OURS = (*SOURCES, *(cache_from_source(name) for name in SOURCES))
"""What the box sees of this package, compiled too where that is there: a box compiles nothing for the next one."""
SCRATCH = 2**24
"""Bytes of scratch space, where nobody asks for more."""
NOTHING: Mapping[Path, Path] = {}
FIRST_UID, UIDS = 200_000, 1_000_000
SYSTEM = ("/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/alternatives")
ENVIRONMENT = {
    "HOME": "/tmp",
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    "MPLBACKEND": "Agg",
}


class NoSandbox(Exception):
    """bubblewrap or libseccomp is missing here, or no box can be built; the message says what to do."""


def visible() -> dict[Path, Path]:
    """Return what the box can read beside the system: where it is, and where it appears."""
    prefix = Path(sys.base_prefix)
    shown = {} if Path("/usr") in (prefix, *prefix.parents) else {prefix: prefix}
    shown |= {path: place for path, place in packages().items() if path != place}
    shown |= {HERE / name: CODE / name for name in OURS if (HERE / name).exists()}
    return shown | {Path(tinyml.__file__).parent: CODE / "tinyml"}


@cache
def packages() -> dict[Path, Path]:
    """Return where Python's packages are, of this environment and those that the box needs, and where they appear."""
    known = [Path(sysconfig.get_path(kind)) for kind in ("purelib", "platlib")]
    found = dict.fromkeys([*known, *(Path(str(module.__file__)).parents[1] for module in (numpy, msgpack))])
    own = [path for path in found if Path("/usr") not in path.parents]
    return {path: CODE / f"packages{own.index(path)}" if path in own else path for path in found}


def interpreter() -> str:
    """Return Python itself: a virtual environment's python is a link that the box would have to follow."""
    return os.path.realpath(sys.executable)


def walls(scratch: int = SCRATCH, more: Mapping[Path, Path] = NOTHING) -> list[str]:
    """Return the command that builds a box with so many bytes of scratch space, without what runs in it.

    It shows what is `visible`, and more: where that is, and where it appears.
    """
    program = shutil.which("bwrap")
    if program is None:
        raise NoSandbox("bubblewrap is not installed: `apt install bubblewrap` (Linux alone has it)")
    if trouble := calls.trouble():
        raise NoSandbox(
            f"no calls of the kernel can be refused without libseccomp ({trouble}):"
            " `apt install libseccomp2` and `pip install pyseccomp`"
        )
    command = [program, "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]
    if os.geteuid() == 0:
        command += ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        command += ["--unshare-user", "--uid", "65534", "--gid", "65534", "--cap-drop", "ALL"]
    command += ["--die-with-parent", "--new-session", "--hostname", "box", "--clearenv"]
    for name, value in ENVIRONMENT.items():
        command += ["--setenv", name, value]
    command += ["--perms", "1777", "--size", str(scratch), "--tmpfs", "/tmp"]  # first: what is shown may stand in it
    shown = {Path(path): Path(path) for path in SYSTEM if Path(path).exists()} | visible() | dict(more)
    for folder in sorted({parent for place in shown.values() for parent in place.parents if parent != Path("/")}):
        command += ["--perms", "0755", "--dir", str(folder)]  # otherwise it is root's alone
    for path, place in shown.items():
        command += ["--ro-bind", str(path), str(place)]
    command += ["--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev"]
    return [*command, "--remount-ro", "/", "--chdir", "/tmp"]


def python(code: Path, uid: int, places: Iterable[Path]) -> list[str]:
    """Return the command that starts Python in the box, or without one."""
    return [interpreter(), "-s", "-P", "-S", "-B", str(code / INSIDE), str(uid), str(code), *map(str, places)]

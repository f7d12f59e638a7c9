"""The doctor: whether submissions can be graded safely here, and what to do when not.

Checked by tests/grading/test_doctor.py.
"""

from __future__ import annotations

import os
import platform
import shutil
import socket
import subprocess

from grading.box import calls, clock, memory
from grading.box.box import Box
from grading.box.proxies import Stopped
from grading.box.walls import NoSandbox, walls

NOT_COUNTED = "by the clock on the wall; on a machine that is busy with other work honest answers can be stopped"
NOT_WATCHED = "1 GB for each process of a box, and no limit for all of them: this system does not tell what they hold"
NAMESPACES = ("ipc", "mnt", "net", "pid", "uts")
PROBE = """
import ctypes, os, socket
def attempt(action, *arguments):
    try:
        action(*arguments).close()
    except OSError:
        return False
    return True
def found(port, kinds):
    return {
        "user": os.getuid(),
        "network": attempt(socket.create_connection, ("127.0.0.1", port), 1),
        "written": attempt(open, "/written", "w"),
        "calls": not ctypes.CDLL(None).unshare(0),  # which changes nothing, so the kernel itself allows it
        "spaces": [os.readlink(f"/proc/self/ns/{kind}") for kind in kinds],
    }
"""


def try_box() -> dict[str, object]:
    """Start a box and try its walls; `NoSandbox` says why there is none."""
    if platform.system() != "Linux":
        raise NoSandbox(f"there is none on {platform.system()}; use a Linux machine, or WSL 2 on Windows")
    walls()
    with Box() as box, socket.create_server(("127.0.0.1", 0)) as server:
        try:
            box.start()
            box.run(PROBE, "probe")
            answers: dict[str, object] = box.get("found")(server.getsockname()[1], NAMESPACES)
        except Stopped:
            raise NoSandbox(f"bubblewrap cannot build a box here: {reason()}") from None
    inside, outside = answers.pop("spaces"), [os.readlink(f"/proc/self/ns/{kind}") for kind in NAMESPACES]
    answers["shared"] = sorted(set(outside) & set(inside if isinstance(inside, list) else outside))
    holes = any(answers[name] for name in ("network", "written", "calls", "shared"))
    if holes or answers["user"] == os.geteuid() == 0:
        raise NoSandbox(f"the box has holes: {answers}")
    return answers


def reason() -> str:
    """Return what bubblewrap itself says."""
    tried = subprocess.run([*walls(), "/bin/true"], capture_output=True, text=True, check=False)
    said = tried.stderr.strip() or "Python does not start in it; is it readable for other users?"
    if "uid map" in said or "Operation not permitted" in said:
        said += (
            " (this kernel or container does not let ordinary users make namespaces: on Ubuntu 24.04 install an"
            " AppArmor profile for bwrap; in Docker run with --privileged, or grade on a virtual machine)"
        )
    return said


def look() -> int:
    """Print what was found; return 0 when submissions can be graded safely."""
    print(f"system       {platform.system()} {platform.release()}, as {'root' if os.geteuid() == 0 else 'a user'}")
    print(f"bubblewrap   {shutil.which('bwrap') or 'not found'}")
    print(f"libseccomp   {calls.trouble() or 'found'}")
    try:
        try_box()
    except NoSandbox as error:
        print(f"sandbox      none: {error}")
        print("what works   --trusted grades without walls: only for submissions whose code you have read")
        return 1
    print("sandbox      works: own user, no network, read-only system, few calls of the kernel")
    print(f"time         {'waiting for a processor is not counted' if clock.counted() else NOT_COUNTED}")
    together = f"{memory.MOST / 2**30:g} GB for all processes of a box"
    print(f"memory       {together if memory.watched() else NOT_WATCHED}")
    return 0

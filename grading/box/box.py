"""The box: one process in which the cells of one submission run, with nothing to read, reach or break.

    own user, own processes, no network, a read-only system, 16 MB of scratch space,
    few calls of the kernel, limits on memory and time

bubblewrap builds it on Linux, with libseccomp's filter, for root and for an ordinary user.  The checks run outside,
in the checker, and see the box through a pipe; when a request takes too long the box is killed with all that runs in
it.
Where there is no bubblewrap, `Box(trusted=True)` starts the same process without walls.
Checked by tests/grading/test_box.py.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import select
import shutil
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.util import cache_from_source
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgpack
import numpy

import tinyml
from grading.box import calls, proxies, reading, wire, writing
from grading.box.clock import Clock, innermost

HERE = Path(__file__).parents[2]
CODE = Path("/box")
INSIDE = "grading/box/inside.py"
MODULES = ("__init__", "arrays", "proxies", "reading", "shell", "wire", "writing")
SOURCES = ("grading/__init__.py", INSIDE, *(f"grading/box/{name}.py" for name in MODULES))
OURS = (*SOURCES, *(cache_from_source(name) for name in SOURCES))
"""What the box sees of this package, compiled too where that is there: a box compiles nothing for the next one."""
PATIENCE = 30.0
"""Seconds for Python to start in the box, on a machine that is busy."""
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


def started(command: list[str], *files: int) -> subprocess.Popen[bytes]:
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


class Box:
    """One box, and the talk with it while it has time.

    It knows the last name that was `missed` there, the last import that failed (`unfound`), and whether it is `full`.
    """

    def __init__(self, *, trusted: bool = False, scratch: int = SCRATCH, shown: Mapping[Path, Path] = NOTHING) -> None:
        self.trusted, self.scratch, self.shown = trusted, scratch, shown
        self.kept: list[Any] = []
        self.python = os.getpid()
        self.allow(PATIENCE)
        self.forget()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Build the box and wait until Python runs in it; `Stopped` when it does not."""
        if self.trusted:
            self.process = started(python(HERE, os.geteuid(), packages()))
        else:
            command = [
                *walls(self.scratch, self.shown),
                *python(CODE, FIRST_UID + os.getpid() % UIDS, packages().values()),
            ]
            with calls.filtered() as file:
                self.process = started([command[0], "--seccomp", str(file), *command[1:]], file)
        self.kept = []
        self.python = self.process.pid
        self.allow(PATIENCE)
        self.run("", "<start>")  # so that the time that Python needs to start is nobody's
        self.python = innermost(self.process.pid)

    def forget(self) -> None:
        """Know nothing of what was missed so far."""
        self.missed, self.unfound, self.full = "", ImportError(), False

    def allow(self, seconds: float) -> None:
        """Give the box so many seconds from now on, without those in which it waits for a processor."""
        self.clock, self.seconds = Clock(self.python), seconds

    def stop(self) -> None:
        """End the box and all that runs in it."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            for stream in (self.process.stdin, self.process.stdout):
                if stream is not None:
                    stream.close()
        self.process = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.stop()

    def run(self, code: str, name: str) -> None:
        """Run a cell; an error in it is raised here."""
        try:
            self.ask(["run", code, name])
        finally:
            self.settle()

    def settle(self) -> None:
        """See that nothing is left on the wire that nobody asked for, so that it costs whoever wrote it."""
        if self.process is not None:
            self.ask(["run", "", "<settle>"])

    def get(self, name: str) -> Any:
        """Return what the submission calls `name`; `KeyError` when it calls nothing so."""
        return self.ask(["get", name])

    def ask(self, request: list[Any]) -> Any:
        """Send a request and return its result, answering the calls that come back meanwhile."""
        if request[0] in ("call", "attribute"):
            request = [*request[:2], *(writing.encode(part, self) for part in request[2:])]
        ticket = secrets.randbits(62)
        self._send([ticket, request])
        while True:
            try:
                match reply := self._receive(ticket):
                    case ["ran"]:
                        return None
                    case ["missing"]:
                        self.missed = request[1]
                        raise KeyError(request[1])
                    case ["call", number, arguments, named]:
                        self._send([ticket, self._called(wire.whole(number), arguments, named)])
                    case ["attribute", _, str(name)]:  # an object of ours can be called, and nothing else
                        self._send([ticket, proxies.raised(AttributeError(f"no attribute {name}"), self)])
                    case _:
                        return proxies.result_of(reply, self)
            except ImportError as error:
                self.unfound = error
                raise
            except (NameError, MemoryError) as error:
                self.full |= isinstance(error, MemoryError)
                self.missed = "".join(re.findall("^name '(.*)' is not defined", str(error)))
                raise
            except wire.BadMessage as error:
                self.stop()
                raise proxies.Stopped(f"what came back cannot be read: {error}") from None

    def _called(self, number: int, arguments: Any, named: Any) -> list[Any]:
        """Call a function of ours for the box."""
        try:
            came = self.fetch(number)(*reading.decode(arguments, self), **reading.decode(named, self))
            return ["value", writing.encode(came, self)]
        except (wire.BadMessage, proxies.Stopped):
            raise
        except Exception as error:
            return proxies.raised(error, self)

    def _send(self, message: Any) -> None:
        if self.process is None or self.process.stdin is None:
            raise proxies.Stopped("it has been ended")
        content = memoryview(wire.packed(message))
        try:
            while content:
                content = content[self.process.stdin.write(content) :]
        except BrokenPipeError:
            self._gone()

    def _receive(self, ticket: int) -> Any:
        """Return the next message, which has to carry the number of the request that it belongs to."""
        match wire.unpacked(self._exactly(wire.length_of(self._exactly(4)))):
            case [int(found), message] if found == ticket:
                return message
        raise wire.BadMessage("nobody asked for it")

    def _exactly(self, size: int) -> bytes:
        if self.process is None or self.process.stdout is None:
            raise proxies.Stopped("it has been ended")
        content = bytearray()
        number = self.process.stdout.fileno()
        while len(content) < size:
            left = self.clock.left(self.seconds)
            if left <= 0:
                self.stop()
                raise proxies.Stopped("it takes too long, perhaps a loop without an end")
            if not select.select([number], [], [], left)[0]:
                continue
            piece = os.read(number, min(size - len(content), 2**20))
            if not piece:
                self._gone()
            content += piece
        return bytes(content)

    def _gone(self) -> None:
        self.stop()
        raise proxies.Stopped("it ended Python: exit, a crash, or too much memory")

    def keep(self, value: object) -> int:
        self.kept.append(value)
        return len(self.kept) - 1

    def fetch(self, number: int) -> Any:
        return self.kept[number]

    def proxy(self, number: int, kind: str, told: dict[str, str]) -> object:
        return proxies.class_of(kind)(self.ask, number, kind, told)

    def twin(self, number: int, kind: str, asked: tuple[str, ...], held: Any) -> object:
        return proxies.twin(self.ask, number, kind, asked, held)

    def arrow(self, number: int, name: str, source: tinyml.Space, target: tinyml.Space) -> object:
        return proxies.RemoteArrow(self.ask, number, name, source, target)

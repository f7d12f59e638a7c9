"""See that the system has the programs and libraries that the tests need, and install Debian's where we may.

    root                   installs what is missing, so that a fresh machine needs no other command
    a user at a terminal   is shown the command and asked
    everybody else         is told the command

Checked by tests/tools/test_set_up_programs.py.
"""

from __future__ import annotations

import ctypes.util
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import final

Run = Callable[[Sequence[str]], int]
Ask = Callable[[str], str]


@final
@dataclass(frozen=True)
class Program:
    """A program of the system: what needs it, Debian's package of it, and the names under which it is found."""

    purpose: str
    package: str
    names: tuple[str, ...]
    find: Callable[[str], str | None] = shutil.which

    def found(self) -> str | None:
        return next((path for name in self.names if (path := self.find(name))), None)

    @property
    def need(self) -> str:
        return f"{self.purpose} need {self.package}, and there is none."

    @property
    def advice(self) -> str:
        return (
            f"{self.need}\n"
            f"    Debian, Ubuntu:  sudo apt install {self.package}\n"
            f"    elsewhere:       install it, so that `{'` or `'.join(self.names)}` is found"
        )


CHROMIUM = Program("The browser tests", "chromium", ("chromium", "google-chrome"))
BUBBLEWRAP = Program("The tests of the grader's sandbox", "bubblewrap", ("bwrap",))
LIBSECCOMP = Program(BUBBLEWRAP.purpose, "libseccomp2", ("seccomp",), ctypes.util.find_library)
PROGRAMS = (CHROMIUM, BUBBLEWRAP, LIBSECCOMP)


def run(command: Sequence[str]) -> int:
    """Run a command and return its status; as root, nobody may be there to answer what it asks."""
    quiet = {"DEBIAN_FRONTEND": "noninteractive"} if is_root() else {}
    stdin = subprocess.DEVNULL if is_root() else None
    return subprocess.run(command, stdin=stdin, env={**os.environ, **quiet}, check=False).returncode


def is_root() -> bool:
    return os.geteuid() == 0


def at_a_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def commands(packages: Sequence[str]) -> list[list[str]]:
    """Return what installs packages of Debian; the lists of a fresh machine are empty, so they are renewed first."""
    before = [] if is_root() else ["sudo"]
    install = ["install", "--yes", "--no-install-recommends", *packages]
    return [[*before, "apt-get", *words] for words in (["update"], install)]


def allowed(told: str, ask: Ask) -> bool:
    """Whether a command may be run: by root always, by others when they say so."""
    if is_root():
        print(f"==> {told}", flush=True)
        return True
    if not (at_a_terminal() and shutil.which("sudo")):
        return False
    print(f"The tests need what this system lacks. This would install it:\n    {told}")
    try:
        return ask("Run it now? [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        return False


def main(programs: Sequence[Program] = PROGRAMS, run: Run = run, ask: Ask = input) -> None:
    missing = lacking(programs)
    told = ""
    if missing and shutil.which("apt-get"):
        needed = commands([program.package for program in missing])
        told = " && ".join(map(shlex.join, needed))
        if allowed(told, ask) and all(run(command) == 0 for command in needed):
            missing = lacking(programs)
    if missing and told:
        sys.exit("\n".join([*(program.need for program in missing), f"This installs what is missing:\n    {told}"]))
    if missing:
        sys.exit("\n".join(program.advice for program in missing))
    for program in programs:
        print(f"{program.package}: {program.found()}")


def lacking(programs: Sequence[Program]) -> list[Program]:
    return [program for program in programs if program.found() is None]


if __name__ == "__main__":
    main()

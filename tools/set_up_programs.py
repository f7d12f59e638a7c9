"""See that the system has the programs that the tests need; install Debian's when we may, else say what to do."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import final


@final
@dataclass(frozen=True)
class Program:
    """A program of the system: what it is for, Debian's package of it, and the names under which it may start."""

    purpose: str
    package: str
    names: tuple[str, ...]

    def found(self) -> str | None:
        return next((path for name in self.names if (path := shutil.which(name))), None)

    @property
    def advice(self) -> str:
        return (
            f"{self.purpose} need {self.package}, and there is none.\n"
            f"    Debian, Ubuntu:  sudo apt install {self.package}\n"
            f"    elsewhere:       install it, so that `{'` or `'.join(self.names)}` starts it"
        )


CHROMIUM = Program("The browser tests", "chromium", ("chromium", "google-chrome"))
BUBBLEWRAP = Program("The tests of the grader's sandbox", "bubblewrap", ("bwrap",))


def as_root() -> list[str] | None:
    """Return what a command needs before it to run as root without asking, or None when that cannot be."""
    if os.geteuid() == 0:
        return []
    asked = ["sudo", "--non-interactive"]
    if shutil.which("sudo") and subprocess.run([*asked, "true"], capture_output=True, check=False).returncode == 0:
        return asked
    return None


def install(packages: list[str]) -> None:
    before = as_root() if shutil.which("apt-get") else None
    if before is None:
        return
    print(f"==> installing Debian's {' and '.join(packages)}", flush=True)
    for command in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        run = [*before, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", *command]
        if subprocess.run(run, stdin=subprocess.DEVNULL, check=False).returncode:
            return


def main() -> None:
    programs = (CHROMIUM, BUBBLEWRAP)
    missing = [program for program in programs if program.found() is None]
    if missing:
        install([program.package for program in missing])
    if missing := [program for program in programs if program.found() is None]:
        sys.exit("\n".join(program.advice for program in missing))
    for program in programs:
        print(f"{program.package}: {program.found()}")


if __name__ == "__main__":
    main()

"""See that there is a Chromium for the browser tests; install Debian's when we may, else say what to install."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "google-chrome")
ADVICE = (
    "The browser tests need Chromium, and there is none.\n"
    "    Debian, Ubuntu:  sudo apt install chromium\n"
    "    elsewhere:       install Chromium or Google Chrome, so that `chromium` or `google-chrome` starts it"
)


def found() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def as_root() -> list[str] | None:
    """Return what a command needs before it to run as root without asking, or None when that cannot be."""
    if os.geteuid() == 0:
        return []
    asked = ["sudo", "--non-interactive"]
    if shutil.which("sudo") and subprocess.run([*asked, "true"], capture_output=True, check=False).returncode == 0:
        return asked
    return None


def install() -> None:
    before = as_root() if shutil.which("apt-get") else None
    if before is None:
        return
    print("==> installing Debian's chromium", flush=True)
    for command in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
        run = [*before, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", *command]
        if subprocess.run(run, stdin=subprocess.DEVNULL, check=False).returncode:
            return


if __name__ == "__main__":
    if found() is None:
        install()
    if found() is None:
        sys.exit(ADVICE)
    print(f"Chromium: {found()}")

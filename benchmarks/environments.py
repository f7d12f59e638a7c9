"""Environments of rivals whose packages are not to be in ours: made once from their pins, and kept."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from benchmarks.contender import Contender, Missing, MissingRivalError

WITHIN = 900.0
"""Seconds in which an environment has to be there."""


def python_of(rival: str) -> Path:
    """Return the Python of what `requirements-RIVAL.txt` pins; `MissingRivalError` when it cannot be had."""
    pins = Path(__file__).with_name(f"requirements-{rival}.txt")
    place = place_of(rival, pins)
    make(rival, place, pins)
    return place / "bin" / "python"


def place_of(rival: str, pins: Path) -> Path:
    """Return where an environment is kept: a folder in the user's cache that is named by its pins and this Python."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return cache() / f"{rival}-{hashlib.sha256(pins.read_bytes()).hexdigest()[:12]}-{version}"


def cache() -> Path:
    """Return where this project keeps what it has made, in the user's cache."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "category-theory-tiny-ml"


def make(rival: str, place: Path, pins: Path) -> None:
    """Make an environment from its pins when it is not there as a whole; `MissingRivalError` when it cannot be had."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.with_name(f"{place.name}.lock").open("w") as lock:  # of contenders that start together, one makes it
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (place / "whole").is_file():
            return
        print(f"making an environment for {rival} in {place}", file=sys.stderr, flush=True)
        shutil.rmtree(place, ignore_errors=True)
        venv.create(place, with_pip=True, symlinks=True)
        install = [str(place / "bin" / "python"), "-m", "pip", "install", "--quiet", "--requirement", str(pins)]
        try:
            subprocess.run(install, check=True, capture_output=True, text=True, timeout=WITHIN)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            why = str(error.stderr or error).strip().splitlines()[-1]
            raise MissingRivalError(f"{rival} cannot be installed: {why}") from None
        (place / "whole").touch()


def at_home(rival: str, module: str, *arguments: str) -> Contender:
    """Go on as a contender in the environment of the rival; return only when there is none, and then say why."""
    try:
        python = str(python_of(rival))
    except MissingRivalError as error:
        return Missing(str(error))
    return os.execv(python, [python, "-m", module, *arguments])

"""Run the half of the tests without a browser on all Pythons that the book promises: `make matrix`.

Each Python has a clone of what is committed here, with a .venv of its own, in the user's cache; it stays there, so that
the next run has less to set up.  A Python is `python3.12` on the path, or the newest 3.12 that pyenv has installed;
`make matrix PYTHONS="/opt/python3.12/bin/python3 ..."` names others.  One that is not there is told, and is no failure.

Checked by tests/tools/test_matrix.py.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VERSIONS = ("3.11", "3.12", "3.13")
STAGES = ("check", "chapters")
OF_MAKE = ("MAKEFLAGS", "MAKEOVERRIDES", "MAKELEVEL", "MFLAGS", "VIRTUAL_ENV")
"""What a make that runs this one would have its own makes inherit."""


def version_of(python: str | Path) -> str:
    """Return the version of a Python that starts, such as 3.12, or nothing."""
    ask = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        run = subprocess.run([python, "-c", ask], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return run.stdout.strip() if run.returncode == 0 else ""


def candidates(version: str) -> Iterator[Path]:
    """Yield where a version of Python may be, the best place first; a command of pyenv may lead to none."""
    if on_path := shutil.which(f"python{version}"):
        yield Path(on_path)
    installed = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    yield from sorted(installed.glob(f"{version}.*/bin/python{version}"), key=patch, reverse=True)


def patch(python: Path) -> tuple[int, ...]:
    """Return the numbers in the name of the folder of an installation."""
    return tuple(map(int, re.findall(r"\d+", python.parents[1].name)))


def pythons(named: list[str]) -> dict[str, Path | None]:
    """Return the Python of each version, None where there is none; or those that are named."""
    if named:
        return {version_of(name) or f"{name}, which does not start": found(name) for name in named}
    return {
        version: next((path for path in candidates(version) if version_of(path) == version), None)
        for version in VERSIONS
    }


def found(name: str) -> Path | None:
    return Path(shutil.which(name) or name) if version_of(name) else None


def place_of(version: str) -> Path:
    """Return the folder of the clone for a version: one for each clone that this is run in."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "category-theory-tiny-ml" / "matrix" / ROOT.as_posix().strip("/").replace("/", "-") / version


def git(folder: Path, *words: str | Path) -> str:
    return subprocess.run(["git", "-C", folder, *words], check=True, stdout=subprocess.PIPE, text=True).stdout


def brought_up_to_date(place: Path) -> None:
    """Make a folder a clone of what is committed here, and leave alone what was set up in it."""
    if not (place / ".git").exists():
        place.mkdir(parents=True, exist_ok=True)
        git(place, "init", "--quiet")
    git(place, "fetch", "--quiet", ROOT, "HEAD")
    git(place, "reset", "--quiet", "--hard", "FETCH_HEAD")
    git(place, "clean", "--quiet", "--force", "-d")


def verdict(python: Path, place: Path) -> str:
    """Run the stages in a clone, each whatever came of those before; say what came of them."""
    started = time.monotonic()
    brought_up_to_date(place)
    here = {key: value for key, value in os.environ.items() if key not in OF_MAKE}
    red = []
    for stage in STAGES:
        print(f"\n==> {python}: {stage}", flush=True)
        if subprocess.run(["make", f"PYTHON={python}", stage], cwd=place, env=here, check=False).returncode:
            red.append(stage)
    said = f"RED: {' and '.join(red)}" if red else "green"
    return f"{said} ({python}, {time.monotonic() - started:.0f} s)"


def table(verdicts: Mapping[str, str]) -> str:
    """Return what came of each version, one a line."""
    width = max(map(len, verdicts), default=0)
    return "\n".join(f"{version:{width}}  {said}" for version, said in verdicts.items())


def main(named: list[str]) -> int:
    """Run on the Pythons that are named, or on all that are found; return 1 when one is red, or there was none."""
    if git(ROOT, "status", "--porcelain"):
        print("What is not committed is not tested here.")
    chosen = pythons(named)
    verdicts = {
        version: verdict(python, place_of(version)) if python else "not there" for version, python in chosen.items()
    }
    print(f"\n{table(verdicts)}")
    return 1 if not any(chosen.values()) or any(said.startswith("RED") for said in verdicts.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Learned: what mypy knows of numpy and tinyml, kept in the user's cache from one session to the next.

    keep(cache)      put what mypy has in its cache into its place, whole or not at all
    recall(cache)    let mypy's cache be what was kept for this Python, mypy, numpy and text of tinyml

mypy reads numpy in about ten times the seconds that a text takes when it knows numpy already.  It sees for itself
whether what it knows is still true, so that what is kept can be old or gone, and costs time alone.
Checked by tests/check/test_learned.py.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import shutil
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

SOURCE = Path(__file__).parents[1]
BELOW = Path("category-theory-tiny-ml", "types")
AT_MOST = 4
"""States of the package that are kept, 12 MB each: the newest."""


def place() -> Path:
    """Return where it is kept; `RuntimeError` for a user who has no home."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / BELOW / _state()


def recall(cache: Path) -> bool:
    """Copy what was kept; return whether there was anything."""
    with contextlib.suppress(OSError, RuntimeError):
        shutil.copytree(place(), cache)
        return True
    return False


def keep(cache: Path) -> None:
    """Keep what mypy has in its cache now, instead of what was kept; where nothing can be written, nothing is kept."""
    with contextlib.suppress(OSError, RuntimeError):
        folder = place().parent
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".new-", dir=folder) as beside:
            whole = shutil.copytree(cache, Path(beside) / "cache")
            os.utime(whole)  # a copy is as old as what was copied
            shutil.rmtree(place(), ignore_errors=True)
            whole.rename(place())  # fails when another session was faster, which is as well
        kept = [path for path in folder.iterdir() if not path.name.startswith(".")]
        for path in sorted(kept, key=lambda path: path.stat().st_mtime)[:-AT_MOST]:
            shutil.rmtree(path, ignore_errors=True)


@functools.cache
def _state() -> str:
    """Return a name for what mypy has read: the programs' versions, and the text of the package."""
    read = hashlib.sha256("\n".join([sys.version, version("mypy"), version("numpy")]).encode())
    for path in sorted(SOURCE.rglob("*.py")):
        read.update(path.read_bytes())
    return read.hexdigest()[:16]

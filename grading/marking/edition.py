"""Editions: what a mark depends on beside the file and the master, as one short text that changes when any of it does.

    edition() = digest of the sources of the grader and of tinyml, and of the versions that they run with

A limit is a line of these sources.  Pages, tables and the tests of the grader make no mark, and are left out.
Checked by tests/grading/test_edition.py.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import tinyml

HERE = Path(__file__).parents[1]
FOLDERS = (*(HERE / name for name in ("intake", "box", "marking")), Path(tinyml.__file__).parent)
PACKAGES = ("numpy", "mypy", "ipython", "msgpack")


@cache
def edition() -> str:
    """Return the digest of what grades here."""
    return digest(sources(), {"python": sys.version, **{name: version_of(name) for name in PACKAGES}})


def sources() -> dict[str, bytes]:
    """Return the modules that make a mark, by their places."""
    return {
        path.relative_to(folder.parent).as_posix(): path.read_bytes()
        for folder in FOLDERS
        for path in folder.rglob("*.py")
    }


def digest(sources: Mapping[str, bytes], versions: Mapping[str, str]) -> str:
    """Return what changes with each source, its place and each version."""
    parts = {f"source of {place}": sha256(source).hexdigest() for place, source in sources.items()}
    parts |= {f"version of {name}": text for name, text in versions.items()}
    return sha256(json.dumps(sorted(parts.items())).encode()).hexdigest()


def version_of(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing"

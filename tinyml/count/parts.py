"""Parts: what has been counted stays on disk, one file for each part, until the whole is done.

The name of a part is made from what was counted: the shards, each with its file, the size of that, and the time of
its last change.
So a run that was stopped goes on where it was, a file that has changed since is counted anew, and nothing else is.
A part is written whole or not at all.
Checked by tests/count/test_count_command.py.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, final

from tinyml.count.files import Part
from tinyml.count.summary import Summary

FORM = 1  # to be raised when the form of a part changes, or what a word is


@final
@dataclass(frozen=True, slots=True)
class Parts:
    """The folder in which the summaries of parts are kept."""

    folder: Path

    def path(self, part: Part) -> Path:
        return self.folder / f"{hashlib.sha256(repr((FORM, part)).encode()).hexdigest()[:32]}.npz"

    def has(self, part: Part) -> bool:
        return self.path(part).is_file()

    def store(self, part: Part, content: bytes) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        write_whole(self.path(part), lambda stream: stream.write(content))

    def load(self, part: Part) -> Summary:
        return Summary.from_bytes(self.path(part).read_bytes())

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


def write_whole(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Write a file so that there is never a half of it: beside its place, then onto it."""
    descriptor, beside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with open(descriptor, "wb") as stream:
            write(stream)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(beside, 0o666 & ~_mask())
        os.replace(beside, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):  # an interruption may come when it is in its place already
            os.unlink(beside)
        raise


def _mask() -> int:
    """Return which rights new files of this process do not get; it can be read only by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask

"""Parts: what has been counted stays on disk, a file for each shard, until the whole is done.

The name of a part is made from what was counted: the file, its size, the time of its last change, and the shard.
So a run that was stopped goes on where it was, a file that has changed since is counted anew, and nothing else is.
A part is written whole or not at all.
Checked by tests/test_count_command.py.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, final

from tinyml.count.files import Shard
from tinyml.count.summary import Summary

FORM = 1  # to be raised when the form of a part changes, or what a word is


@final
@dataclass(frozen=True, slots=True)
class Parts:
    """The folder in which the summaries of shards are kept."""

    folder: Path

    def path(self, shard: Shard) -> Path:
        return self.folder / f"{hashlib.sha256(repr((FORM, shard)).encode()).hexdigest()[:32]}.npz"

    def has(self, shard: Shard) -> bool:
        return self.path(shard).is_file()

    def store(self, shard: Shard, content: bytes) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        write_whole(self.path(shard), lambda stream: stream.write(content))

    def load(self, shard: Shard) -> Summary:
        return Summary.from_bytes(self.path(shard).read_bytes())

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
        os.unlink(beside)
        raise


def _mask() -> int:
    """Return which rights new files of this process do not get; it can be read only by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask

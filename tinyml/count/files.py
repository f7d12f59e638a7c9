"""Files: what a user names becomes a list of files, a file becomes shards, and a shard is read block by block.

    pieces of a file  =  pieces of its first shard ++ pieces of its second shard ++ ...

A piece is what stands between white bytes (space, tab, line ends).  It belongs to the shard in which it begins,
wherever it ends, so no cut goes through a word.  A .gz file cannot be entered in the middle and is one shard.
Small files are put together into parts, because each piece of work costs something of its own.
Law (tests/count/test_count.py): the shards of a file hold its pieces, each once and in order, for every shard size.
"""

from __future__ import annotations

import glob
import gzip
import io
import os
import re
import stat
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, final

from tinyml.errors import UnreadableText

BLOCK = 2**18
SMALL_FILES = 256  # in a part, on average
LONGEST_PIECE = 2**20
WHITE = re.compile(rb"[ \t\n\r\x0b\x0c]")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@final
@dataclass(frozen=True, slots=True, order=True)
class TextFile:
    """A file as it was when counting began: its path, its size in bytes and when it was changed last."""

    path: str
    size: int
    changed: int

    @classmethod
    def found(cls, path: str) -> TextFile:
        """Look at a file; `UnreadableText` when it is missing, no file at all, or closed to this user."""
        try:
            with open(path, "rb", opener=_without_waiting) as stream:
                status = os.fstat(stream.fileno())
        except OSError as error:
            raise UnreadableText(path, _reason(error)) from None
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableText(path, "is no regular file; a pipe or a device cannot be read twice")
        return cls(path, status.st_size, status.st_mtime_ns)

    @property
    def compressed(self) -> bool:
        return self.path.lower().endswith(".gz")

    def check(self, stream: IO[bytes]) -> None:
        """Raise `UnreadableText` when the open file is no longer the one that was found."""
        now = os.fstat(stream.fileno())
        if (now.st_size, now.st_mtime_ns) != (self.size, self.changed):
            sizes = "" if now.st_size == self.size else f", from {self.size} to {now.st_size} bytes"
            raise UnreadableText(self.path, f"was changed while it was counted{sizes}")


@final
@dataclass(frozen=True, slots=True, order=True)
class Shard:
    """The pieces of a file that begin at the bytes from `start` up to, but not including, `stop`."""

    file: TextFile
    start: int
    stop: int

    def blocks(self) -> Iterator[bytes]:
        """Yield the shard in blocks of a quarter of a megabyte, none of which ends within a piece."""
        try:
            with open(self.file.path, "rb") as stream:
                self.file.check(stream)
                if self.file.compressed:
                    with gzip.GzipFile(fileobj=stream) as text:
                        yield from self._whole_pieces(text, 0, None)
                else:
                    start, stop = (self._next_piece(stream, place) for place in (self.start, self.stop))
                    stream.seek(start)
                    yield from self._whole_pieces(stream, start, stop)
                self.file.check(stream)
        except (OSError, EOFError, zlib.error) as error:
            raise UnreadableText(self.file.path, _reason(error)) from None

    def _next_piece(self, stream: IO[bytes], place: int) -> int:
        """Return the first byte from `place` on at which a piece can begin: the one after a white byte."""
        if place == 0:
            return 0
        stream.seek(place - 1)
        found = WHITE.search(stream.read(LONGEST_PIECE + 1))
        if found is None and place - 1 + LONGEST_PIECE < self.file.size:
            raise UnreadableText(self.file.path, too_long(place))
        return self.file.size if found is None else place - 1 + found.end()

    def _whole_pieces(self, text: IO[bytes] | gzip.GzipFile, start: int, stop: int | None) -> Iterator[bytes]:
        place, rest = start, b""
        while data := text.read(BLOCK if stop is None else min(BLOCK, stop - place)):
            if (zero := data.find(b"\0")) >= 0:
                reason = f"holds a zero byte at {place + zero}, which no text in UTF-8 does: is it binary, or UTF-16?"
                raise UnreadableText(self.file.path, reason)
            whole = (rest + data).removeprefix(BYTE_ORDER_MARK if place == 0 else b"")
            place += len(data)
            last = max(map(whole.rfind, (b" ", b"\t", b"\n", b"\r", b"\x0b", b"\x0c")))
            if last < 0 and len(whole) > LONGEST_PIECE:
                raise UnreadableText(self.file.path, too_long(place - len(whole)))
            yield whole[: last + 1]
            rest = whole[last + 1 :]
        yield rest


Part = tuple[Shard, ...]
"""A shard of a large file, or several small files: what is counted in one piece of work."""


def too_long(place: int | None = None) -> str:
    where = "" if place is None else f" from byte {place} on"
    return f"has no white space in {LONGEST_PIECE:,} bytes{where}: is it text in words?"


def find(paths: Iterable[str], but: Iterable[str] = ()) -> tuple[list[TextFile], list[UnreadableText]]:
    """Return the files that are meant, each once, sorted by path, and what is wrong with the others.

    A folder means all files in it and below whose names do not begin with a dot; what is neither file nor
    folder is read as a pattern with `*`, `?`, `[...]` and `**`.  Files and folders named in `but` are left out.
    """
    left_out = {os.path.realpath(path) for path in but}
    files, problems = set[TextFile](), list[UnreadableText]()
    for path in paths:
        meant = list(_expanded(path))
        if not meant:
            problems.append(UnreadableText(path, _nothing(path)))
        for one in {os.path.realpath(each) for each in meant} - left_out:
            if left_out.isdisjoint(map(str, Path(one).parents)):
                try:
                    files.add(TextFile.found(one))
                except UnreadableText as error:
                    problems.append(error)
    return sorted(files), sorted(problems, key=str)


def cut(files: Iterable[TextFile], size: int) -> list[Part]:
    """Cut a corpus into parts of about `size` bytes: a shard of a large file, or several small files.

    Behind which small file a part ends is decided by the path of the file, too, so that a file more or less changes
    one part, or two where a part ends behind it, and not all that follow.
    """
    parts, small = list[Part](), list[Shard]()
    for file in files:
        if file.size > size and not file.compressed:
            starts = range(0, file.size, size)
            parts += [(Shard(file, start, min(start + size, file.size)),) for start in starts]
            continue
        small.append(Shard(file, 0, file.size))
        if sum(shard.stop for shard in small) > size or zlib.crc32(file.path.encode()) % SMALL_FILES == 0:
            parts.append(tuple(small))
            small = []
    return [*parts, tuple(small)] if small else parts


def _expanded(path: str) -> Iterator[str]:
    if os.path.isdir(path):
        for folder, inner, names in os.walk(path):
            inner[:] = [name for name in inner if not name.startswith(".")]
            yield from (os.path.join(folder, name) for name in names if not name.startswith("."))
    elif os.path.lexists(path):
        yield path
    else:
        for found in glob.glob(path, recursive=True):
            if not os.path.isdir(found):
                yield found


def _nothing(path: str) -> str:
    if os.path.isdir(path):
        return "is a folder without a file"
    return "no file fits this pattern" if glob.has_magic(path) else "there is no such file"


def _without_waiting(path: str, flags: int) -> int:
    """Open a pipe, too, without waiting for its other end."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _reason(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, (gzip.BadGzipFile, EOFError, zlib.error)):
        return f"is no whole gzip file: {error}"
    if isinstance(error, (io.UnsupportedOperation, OSError)) and error.strerror:
        return f"cannot be read: {error.strerror}"
    return f"cannot be read: {error}"

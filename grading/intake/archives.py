"""Archives: zips that are read where they are, entry by entry, and never unpacked.

    the zip of a class         its entries are files of the class, and among them zips that learners packed
    the zip of a learner       on the disk, or an entry of the zip of a class, which is then held in memory

What one learner may have packed is bounded before it is read: its list of files, their number and their bytes.
Checked by tests/grading/test_submissions.py.
"""

from __future__ import annotations

import contextlib
import io
import stat
import struct
import zipfile
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import BinaryIO, final

from grading.intake.read import LARGEST_FILE, Unreadable

LINK = "it is a symbolic link, and links are not followed"
MOST_IN_ZIP, LARGEST_ZIP, LARGEST_LIST = 2000, 2**31, 2**22
"""Files, bytes of them, and bytes of their list, in a zip that a learner packed."""
OPEN = 8
"""Zips that are open at a time; the entries of one are asked for one after another."""
SAYS_UTF_8 = 0x800
END, END_SIZE = b"PK\x05\x06", 22 + 2**16
"""How the record at the end of a zip begins, and the most bytes it can have with its remark."""


@final
class Archive:
    """A zip, which stays open from one entry to the next; one thread at a time reads it, as zipfile needs.

    It stands at `path`, or it is the `entry` of an `outer` one; that of a learner has limits.
    """

    def __init__(self, path: Path, outer: Archive | None = None, entry: str = "", *, of_learner: bool = False) -> None:
        self.path, self.outer, self.entry, self.of_learner, self.lock = path, outer, entry, of_learner, Lock()

    def entries(self) -> list[zipfile.ZipInfo]:
        """Return the files in a zip, of those with one name the last."""
        return list({entry.filename: entry for entry in opened(self).infolist() if not entry.is_dir()}.values())

    def read(self, entry: str) -> bytes:
        """Return the bytes of an entry, at most one more than a file may have."""
        with self.lock:
            archive = opened(self)
            if stat.S_ISLNK(archive.getinfo(entry).external_attr >> 16):
                raise Unreadable(LINK)
            with archive.open(entry) as stream:
                return stream.read(LARGEST_FILE + 1)


@lru_cache(OPEN)
def opened(archive: Archive) -> zipfile.ZipFile:
    """Return an open zip, whose entries have their names as `name_of` reads them."""
    found = _opened(archive)
    for entry in found.infolist():
        entry.filename = name_of(entry)
        found.NameToInfo[entry.filename] = entry
    return found


def name_of(entry: zipfile.ZipInfo) -> str:
    """Return the name of an entry: UTF-8 where it can be that, though nobody says so, and folders apart by slashes.

    zipfile takes the code page of the first PC for what does not say that it is UTF-8, as many programs write it.
    Windows had programs that write backslashes, which no name has there.
    """
    name = entry.filename
    if not entry.flag_bits & SAYS_UTF_8:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return name.replace("\\", "/")


def _opened(archive: Archive) -> zipfile.ZipFile:
    if not archive.of_learner:
        return zipfile.ZipFile(archive.path)
    if archive.outer is None:
        with archive.path.open("rb") as stream:
            refuse_long_list(stream)
        return zipfile.ZipFile(archive.path)
    content = archive.outer.read(archive.entry)
    if len(content) > LARGEST_FILE:
        raise Unreadable(f"it is larger than {LARGEST_FILE // 2**20} MB")
    refuse_long_list(io.BytesIO(content))
    return zipfile.ZipFile(io.BytesIO(content))


def refuse_long_list(stream: BinaryIO) -> None:
    """Raise `Unreadable` for a zip whose list of files takes long to read, before it is read."""
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, size - END_SIZE))
    tail = stream.read()
    place = tail.rfind(END)
    if place >= 0 and len(tail) >= place + 16 and struct.unpack_from("<I", tail, place + 12)[0] > LARGEST_LIST:
        raise Unreadable(f"it lists more than {MOST_IN_ZIP} files")

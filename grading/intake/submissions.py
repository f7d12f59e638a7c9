"""Submissions: the files of a class, from a folder or a zip, each with the student it belongs to.

    class/ada.ipynb    class/ada/05_endomorphism/05_endomorphism.ipynb    class.zip with either inside

A file is read when it is graded and never unpacked to the disk, so a name in a zip cannot lead anywhere.
Symbolic links are not followed; a link, a name that leads outside, an entry that is too large or encrypted has
its reason and no content.
Checked by tests/grading/test_submissions.py.
"""

from __future__ import annotations

import os
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path, PurePosixPath
from threading import Lock
from typing import final

from grading.intake.read import LARGEST_FILE, Unreadable

LEFT_OUT = {"__MACOSX", ".ipynb_checkpoints", ".DS_Store", "__pycache__", ".git", "Thumbs.db", "timestamp.txt"}
MOST_FILES = 20_000
MOST_IN_ZIP, LARGEST_ZIP = 2000, 2**31
"""Files, and bytes of them, in a zip that one student may have packed."""
LINK = "it is a symbolic link, and links are not followed"
CAREFUL = os.O_NOFOLLOW | os.O_NONBLOCK
OPEN = 8
"""Zips that are open at a time; the entries of one are asked for one after another."""


@final
class Archive:
    """A zip, which stays open from one entry to the next; one thread at a time reads it, as zipfile needs."""

    def __init__(self, path: Path) -> None:
        self.path, self.lock = path, Lock()

    def entries(self) -> list[zipfile.ZipInfo]:
        return opened(self).infolist()

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
    return zipfile.ZipFile(archive.path)


@final
@dataclass(frozen=True, slots=True)
class Submission:
    """One file that was handed in; `entry` is its name inside an `archive`, `trouble` why it has no content, if so."""

    path: Path
    file: str
    student: str
    archive: Archive | None = None
    entry: str = ""
    trouble: str = ""

    def content(self) -> bytes:
        """Return the bytes of the file, or raise `Unreadable`."""
        if self.trouble:
            raise Unreadable(self.trouble)
        if ".." in PurePosixPath(self.file).parts:
            raise Unreadable("its name leads outside its folder")
        if not self.file.lower().endswith(".ipynb"):
            raise Unreadable("it is no notebook: its name does not end in .ipynb")
        try:
            return limited(self.archive.read(self.entry) if self.archive else self._from_disk())
        except Unreadable:
            raise
        except Exception as error:  # a zip may be broken in more ways than zipfile has names for
            raise Unreadable(f"it cannot be read: {error}") from None

    def content_or_reason(self) -> tuple[bytes, str]:
        """Return the bytes of the file, or nothing and the reason why there are none."""
        try:
            return self.content(), ""
        except Unreadable as error:
            return b"", str(error)

    def _from_disk(self) -> bytes:
        if self.path.is_symlink():
            raise Unreadable(LINK)
        with open(self.path, "rb", opener=lambda path, flags: os.open(path, flags | CAREFUL)) as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise Unreadable("it is no ordinary file")
            return stream.read(LARGEST_FILE + 1)


def limited(content: bytes) -> bytes:
    if len(content) > LARGEST_FILE:
        raise Unreadable(f"it is larger than {LARGEST_FILE // 2**20} MB")
    return content


def submissions(source: Path) -> list[Submission]:
    """Return the files of a folder or a zip, sorted by name."""
    found = list(_in_zip(source) if source.is_file() else _in_folder(source))
    if len(found) > MOST_FILES:
        raise ValueError(f"{source} has more than {MOST_FILES} files")
    return sorted(found, key=lambda submission: submission.file)


def _in_folder(folder: Path) -> Iterator[Submission]:
    closed: list[OSError] = []
    for here, folders, names in os.walk(folder, onerror=closed.append):  # does not follow links
        linked = [name for name in folders if Path(here, name).is_symlink()]
        folders[:] = sorted(set(folders) - LEFT_OUT - set(linked))
        for name in sorted([*names, *linked]):
            path = Path(here, name)
            if name in LEFT_OUT:
                continue
            if path.suffix.lower() == ".zip" and path.is_file() and not path.is_symlink():
                yield from _in_zip(path, f"{path.relative_to(folder).as_posix()}/")
            else:
                file = path.relative_to(folder).as_posix()
                yield Submission(path, file, student_of(file))
    for error in closed:
        file = Path(error.filename).relative_to(folder).as_posix()
        yield Submission(Path(error.filename), file, student_of(file), trouble=f"it cannot be read: {error.strerror}")


def _in_zip(path: Path, before: str = "") -> Iterator[Submission]:
    """Return the files of a zip: of a class, or where it stands in a folder perhaps of one student."""
    whole = Submission(path, before.rstrip("/") or path.name, path.stem)
    archive = Archive(path)
    try:
        found = {entry.filename: entry for entry in archive.entries() if not entry.is_dir()}  # the last of a name
    except Exception as error:  # a zip may be broken in more ways than zipfile has names for
        yield replace(whole, trouble=f"the zip cannot be read: {error}")
        return
    entries = [entry for entry in found.values() if not LEFT_OUT & set(PurePosixPath(entry.filename).parts)]
    if before and (len(entries) > MOST_IN_ZIP or sum(entry.file_size for entry in entries) > LARGEST_ZIP):
        yield replace(whole, trouble=f"the zip has more than {MOST_IN_ZIP} files or {LARGEST_ZIP // 2**20} MB")
        return
    alone = before and len([entry for entry in entries if entry.filename.lower().endswith(".ipynb")]) == 1
    for entry in entries:
        student = path.stem if alone else student_of(entry.filename)
        yield Submission(path, before + entry.filename, student, archive, entry.filename)


def student_of(file: str) -> str:
    """Return the student of a file: its first folder, as nbgrader has it, or its own name."""
    parts = PurePosixPath(file).parts
    return parts[0] if len(parts) > 1 and parts[0] not in ("..", "/") else PurePosixPath(file).stem

"""Submissions: the files of a class, from a folder or a zip, each with the student it belongs to.

    class/ada.ipynb    class/ada/05_endomorphism/05_endomorphism.ipynb    class.zip with either inside

A file is read when it is graded and never unpacked to the disk, so a name in a zip cannot lead anywhere.
Symbolic links are not followed; a link, a name that leads outside, an entry that is too large or encrypted has
its reason and no content.
Checked by tests/grading/test_submissions.py.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import final

from grading.read import LARGEST_FILE, Unreadable

LEFT_OUT = {"__MACOSX", ".ipynb_checkpoints", ".DS_Store", "__pycache__", ".git", "Thumbs.db", "timestamp.txt"}
MOST_FILES = 20_000


@final
@dataclass(frozen=True, slots=True)
class Submission:
    """One file that was handed in; `entry` is its name inside a zip."""

    path: Path
    file: str
    student: str
    entry: str = ""

    def content(self) -> bytes:
        """Return the bytes of the file, or raise `Unreadable`."""
        if ".." in PurePosixPath(self.file).parts:
            raise Unreadable("its name leads outside its folder")
        if not self.file.lower().endswith(".ipynb"):
            raise Unreadable("it is no notebook: its name does not end in .ipynb")
        try:
            return self._from_zip() if self.entry else self._from_disk()
        except (OSError, RuntimeError, NotImplementedError, zipfile.BadZipFile, EOFError) as error:
            raise Unreadable(f"it cannot be read: {error}") from None

    def content_or_reason(self) -> tuple[bytes, str]:
        """Return the bytes of the file, or nothing and the reason why there are none."""
        try:
            return self.content(), ""
        except Unreadable as error:
            return b"", str(error)

    def _from_disk(self) -> bytes:
        if self.path.is_symlink():
            raise Unreadable("it is a symbolic link, and links are not followed")
        descriptor = os.open(self.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as stream:
            if not os.path.isfile(f"/proc/self/fd/{descriptor}") and not self.path.is_file():
                raise Unreadable("it is no ordinary file")
            return limited(stream.read(LARGEST_FILE + 1))

    def _from_zip(self) -> bytes:
        with zipfile.ZipFile(self.path) as archive, archive.open(self.entry) as stream:
            return limited(stream.read(LARGEST_FILE + 1))


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
    for here, folders, names in os.walk(folder):  # does not follow links
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


def _in_zip(path: Path, before: str = "") -> Iterator[Submission]:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError):
        yield Submission(path, before.rstrip("/") or path.name, path.stem)
        return
    for entry in entries:
        if not LEFT_OUT & set(PurePosixPath(entry.filename).parts):
            yield Submission(path, before + entry.filename, student_of(entry.filename), entry.filename)


def student_of(file: str) -> str:
    """Return the student of a file: its first folder, as nbgrader has it, or its own name."""
    parts = PurePosixPath(file).parts
    return parts[0] if len(parts) > 1 and parts[0] not in ("..", "/") else PurePosixPath(file).stem

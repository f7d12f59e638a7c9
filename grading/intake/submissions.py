"""Submissions: the files of a class, from a folder or a zip, each with the student it belongs to.

    class/ada.ipynb    class/ada/05_endomorphism/05_endomorphism.ipynb    class/ada.zip    class.zip with any of them

A file belongs to the student who is called like the folder at the top or, where there is none, like the file.  So
does all that is in a zip that was handed in, whatever its folders are called.
A file is read when it is graded and never unpacked to the disk, so a name in a zip cannot lead anywhere.
Symbolic links are not followed; a link, a name that leads outside, an entry that is too large or encrypted, a zip in
a zip that was handed in, has its reason and no content.
Checked by tests/grading/test_submissions.py.
"""

from __future__ import annotations

import contextlib
import os
import stat
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import final

from grading.intake.archives import LARGEST_ZIP, LINK, MOST_IN_ZIP, Archive
from grading.intake.read import LARGEST_FILE, Unreadable

LEFT_OUT = {"__MACOSX", ".ipynb_checkpoints", ".DS_Store", "__pycache__", ".git", "Thumbs.db", "timestamp.txt"}
COMPANION = "._"
"""How macOS calls the file beside each file in which it keeps what other systems have no place for."""
MOST_WALKED, MOST_ZIPS = 100_000, 5
"""Of one student: files that are counted in a folder, and zips that are opened."""
SMALL = 1000
CAREFUL = os.O_NOFOLLOW | os.O_NONBLOCK


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
    size: int = 0

    @property
    def is_notebook(self) -> bool:
        """Whether the file is one by its name."""
        return self.file.lower().endswith(".ipynb")

    def content(self) -> bytes:
        """Return the bytes of the file, or raise `Unreadable`."""
        if self.trouble:
            raise Unreadable(self.trouble)
        if ".." in PurePosixPath(self.file).parts:
            raise Unreadable("its name leads outside its folder")
        if not self.is_notebook:
            raise Unreadable("it is no notebook: its name does not end in .ipynb")
        try:
            return limited(self.archive.read(self.entry) if self.archive else from_disk(self.path, LARGEST_FILE + 1))
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

    def beside(self, name: str) -> bytes:
        """Return the first bytes of a file beside this one, or beside the zip that was handed in; none without one."""
        archive, entry = self.archive, self.entry
        if archive is not None and archive.of_learner:
            entry, archive = archive.entry, archive.outer
        with contextlib.suppress(Exception):  # a zip may be broken in more ways than zipfile has names for
            if archive is not None:
                return archive.read(str(PurePosixPath(entry).with_name(name)))[:SMALL]
            return from_disk(self.path.with_name(name), SMALL)
        return b""


def from_disk(path: Path, most: int) -> bytes:
    """Return the first bytes of an ordinary file."""
    if path.is_symlink():
        raise Unreadable(LINK)
    with open(path, "rb", opener=lambda path, flags: os.open(path, flags | CAREFUL)) as stream:
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            raise Unreadable("it is no ordinary file")
        return stream.read(most)


def limited(content: bytes) -> bytes:
    if len(content) > LARGEST_FILE:
        raise Unreadable(f"it is larger than {LARGEST_FILE // 2**20} MB")
    return content


def submissions(source: Path) -> list[Submission]:
    """Return the files of a folder or a zip, sorted by name."""
    found = {one.file: one for one in (_of_class(source) if source.is_file() else _in_folder(source))}
    return sorted((one for one in found.values() if not _is_companion(one, found)), key=lambda one: one.file)


def _is_companion(one: Submission, found: dict[str, Submission]) -> bool:
    path = PurePosixPath(one.file)
    return path.name.startswith(COMPANION) and str(path.with_name(path.name[len(COMPANION) :])) in found


def _in_folder(folder: Path) -> Iterator[Submission]:
    zips: Counter[str] = Counter()
    for top in sorted(folder.iterdir()):
        for path, trouble in islice(_walked(top), MOST_WALKED):
            file = path.relative_to(folder).as_posix()
            student = student_of(file)
            if path.suffix.lower() == ".zip" and not trouble and path.is_file() and not path.is_symlink():
                zips[student] += 1
                yield from _of_learner(Archive(path, of_learner=True), file, student, zips[student])
            else:
                size = 0 if trouble else path.lstat().st_size
                yield Submission(path, file, student, trouble=trouble, size=size)


def _walked(top: Path) -> Iterator[tuple[Path, str]]:
    """Yield a file, or the files of a folder, with the reason why one cannot be looked at."""
    if top.name in LEFT_OUT:
        return
    if top.is_symlink() or not top.is_dir():
        yield top, ""
        return
    closed: list[OSError] = []
    for here, folders, names in os.walk(top, onerror=closed.append):  # does not follow links
        linked = [name for name in folders if Path(here, name).is_symlink()]
        folders[:] = sorted(set(folders) - LEFT_OUT - set(linked))
        yield from ((Path(here, name), "") for name in sorted([*names, *linked]) if name not in LEFT_OUT)
    for error in closed:
        yield Path(error.filename), f"it cannot be read: {error.strerror}"


def _of_class(path: Path) -> Iterator[Submission]:
    """Return the files of the zip of a class, and of the zips in it."""
    archive, zips = Archive(path), Counter[str]()
    try:
        entries = archive.entries()
    except Exception as error:  # a zip may be broken in more ways than zipfile has names for
        yield Submission(path, path.name, student_of(path.name), trouble=f"the zip cannot be read: {error}")
        return
    for entry in entries:
        name, student = entry.filename, student_of(entry.filename)
        if LEFT_OUT & set(PurePosixPath(name).parts):
            continue
        if name.lower().endswith(".zip"):
            zips[student] += 1
            yield from _of_learner(Archive(path, archive, name, of_learner=True), name, student, zips[student])
        else:
            yield Submission(path, name, student, archive, name, size=entry.file_size)


def _of_learner(archive: Archive, file: str, student: str, count: int) -> Iterator[Submission]:
    """Return the files of a zip that was handed in; `count` says how many its student has up to it."""
    whole = Submission(archive.path, file, student)
    if count > MOST_ZIPS:
        yield replace(whole, trouble=f"{student} has more than {MOST_ZIPS} zips, and this one is not opened")
        return
    try:
        found = archive.entries()
    except Exception as error:  # a zip may be broken in more ways than zipfile has names for
        yield replace(whole, trouble=f"the zip cannot be read: {error}")
        return
    entries = [entry for entry in found if not LEFT_OUT & set(PurePosixPath(entry.filename).parts)]
    if len(entries) > MOST_IN_ZIP or sum(entry.file_size for entry in entries) > LARGEST_ZIP:
        yield replace(whole, trouble=f"the zip has more than {MOST_IN_ZIP} files or {LARGEST_ZIP // 2**20} MB")
        return
    for entry in entries:
        name = entry.filename
        trouble = "it is a zip in a zip, and is not opened" if name.lower().endswith(".zip") else ""
        yield Submission(archive.path, f"{file}/{name}", student, archive, name, trouble, entry.file_size)


def student_of(file: str) -> str:
    """Return the student of a file: its first folder, as nbgrader has it, or its own name.

    A letter with an accent is one letter, as keyboards write it; macOS stores two.
    """
    parts = PurePosixPath(file).parts
    name = parts[0] if len(parts) > 1 and parts[0] not in ("..", "/") else PurePosixPath(file).stem
    return unicodedata.normalize("NFC", name)

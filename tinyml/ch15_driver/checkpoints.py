"""Checkpoints: the state of a run in a file, from which it goes on as if it had not been stopped.

    write_checkpoint(path, state)
    read_checkpoint(path, like) = state        like: a state of the same form, such as that in which the run began

A state is a tree, of `Product` and tuples, whose leaves are arrays of half, single or double and whole numbers or
doubles.  The file is numpy's .npz with an array for each leaf, all of which can be read without running anything in
it, and a note with the form of the tree.  It is written beside the last one, brought to the disk, and only then takes
its name: a kill at any moment leaves the last good one.
What is read is not trusted.  `like` says which form and which sizes may come, and nothing larger is unpacked.
Laws (tests/ch15_driver/test_checkpoints.py): what was written is read, to the last bit; a run that was resumed is the
run; a kill between any two writes leaves the one before or this one; a file that is torn, foreign, of another version,
too large or hostile is refused in words.
"""

from __future__ import annotations

import io
import json
import math
import os
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from tinyml.ch01_objects.domain import Product
from tinyml.ch11_lens.ports import halves
from tinyml.ch15_driver.formats import FORMATS
from tinyml.errors import InvalidScalar, UnusableCheckpoint, WrongType
from tinyml.validation import whole_number

S = TypeVar("S")

VERSION = 1
NOTE = "note"
KIND = "tinyml checkpoint"
LARGEST_NOTE = 1_000_000
"""Bytes of a note: it has a few for each leaf."""
LARGEST_HEADER = 1_000
"""Bytes that an array may have besides its numbers, in its own header and in the lists of the archive."""


def write_checkpoint(path: str | os.PathLike[str], state: Any) -> None:
    """Write a state to a file, which may hold an earlier one; `UnusableCheckpoint` says what kept it from that.

    Its folder has to be there.  Two runs that write to one path leave a whole file of one of them.
    """
    place = Path(path)
    form, leaves = laid_out(state)
    note = json.dumps({"kind": KIND, "version": VERSION, "form": form}, separators=(",", ":"))
    arrays = {NOTE: np.frombuffer(note.encode(), np.uint8)} | {str(index): leaf for index, leaf in enumerate(leaves)}
    beside: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{place.name}.", suffix=".part", dir=place.parent)
        beside = Path(name)
        with os.fdopen(handle, "wb") as file:
            np.savez(file, allow_pickle=False, **arrays)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(place)
        beside = None
        bring_to_disk(place.parent)
    except OSError as error:
        raise UnusableCheckpoint(str(path), f"it could not be written: {error.strerror or error}") from error
    finally:
        if beside is not None:
            with suppress(OSError):
                beside.unlink()


def read_checkpoint(path: str | os.PathLike[str], like: S) -> S:
    """Return the state in a file, which has the form of `like`; its arrays are read-only.

    >>> folder = tempfile.TemporaryDirectory()
    >>> place = Path(folder.name) / "run.npz"
    >>> write_checkpoint(place, Product(3, np.array([0.1, 0.2])))
    >>> read_checkpoint(place, like=Product(0, np.zeros(2)))
    Product(first=3, second=array([0.1, 0.2]))
    >>> folder.cleanup()
    """
    form, wanted = laid_out(like)
    try:
        refuse_other_file(str(path), os.stat(path), sum(leaf.nbytes + LARGEST_HEADER for leaf in wanted))
        with open(path, "rb") as file, zipfile.ZipFile(file) as archive:
            members = refuse_other_members(str(path), archive, len(wanted))
            refuse_other_note(str(path), _read(str(path), archive, members[NOTE], LARGEST_NOTE), form)
            found = [_array(str(path), archive, members[str(index)], leaf) for index, leaf in enumerate(wanted)]
    except UnusableCheckpoint:
        raise
    except OSError as error:
        raise UnusableCheckpoint(str(path), f"it could not be read: {error.strerror or error}") from error
    except zipfile.BadZipFile as error:
        raise UnusableCheckpoint(str(path), "it is torn, or no checkpoint at all") from error
    except Exception as error:  # zipfile and numpy raise many kinds for a file that was damaged on purpose
        raise UnusableCheckpoint(str(path), f"it is damaged: {error}") from error
    state: S = _tree(like, iter(found))
    return state


def laid_out(state: Any) -> tuple[Any, list[np.ndarray[Any, Any]]]:
    """Return the form of a tree, as `json` can write it, and its leaves as arrays; refuse a leaf of another kind."""
    leaves: list[np.ndarray[Any, Any]] = []

    def form(own: Any) -> Any:
        if isinstance(own, Product):
            return ["product", *(form(half) for half in halves(own))]
        if isinstance(own, tuple):
            parts: tuple[Any, ...] = own
            return ["tuple", *(form(part) for part in parts)]
        array, said = _leaf(own)
        leaves.append(array)
        return said

    return form(state), leaves


def _leaf(own: Any) -> tuple[np.ndarray[Any, Any], str]:
    array: Any = own
    if isinstance(own, np.ndarray) and array.dtype in FORMATS.values():
        if not np.isfinite(array).all():
            raise InvalidScalar("a checkpoint", float(array[~np.isfinite(array)][0]))
        return np.ascontiguousarray(array).reshape(array.shape), f"{array.dtype} {list(array.shape)}"
    if isinstance(own, float):
        if not math.isfinite(own):
            raise InvalidScalar("a checkpoint", own)
        return np.array(own), "double"
    if isinstance(own, (int, np.integer)) and not isinstance(own, bool):
        return np.array(whole_number("a checkpoint", own), np.int64), "count"
    raise WrongType("a checkpoint", "a tree of arrays of floats, doubles and whole numbers", own)


def _tree(like: Any, found: Iterator[np.ndarray[Any, Any]]) -> Any:
    """Return the leaves that were found in the form of `like`."""
    if isinstance(like, Product):
        return Product(*(_tree(half, found) for half in halves(like)))
    if isinstance(like, tuple):
        parts: tuple[Any, ...] = like
        return tuple(_tree(part, found) for part in parts)
    array = next(found)
    if isinstance(like, np.ndarray):
        array.setflags(write=False)
        return array
    return array.item()


def refuse_other_members(path: str, archive: zipfile.ZipFile, number: int) -> dict[str, zipfile.ZipInfo]:
    """Return what is in the file by name; refuse all but a note and so many arrays, each once and plain."""
    members = archive.infolist()
    expected = {NOTE, *map(str, range(number))}
    names = [member.filename.removesuffix(".npy") for member in members]
    if NOTE not in names:
        raise UnusableCheckpoint(path, "it is foreign: it has no note of a checkpoint")
    if sorted(names) != sorted(expected):
        raise UnusableCheckpoint(path, f"it has {len(names) - 1} arrays, and the run to resume has {number}")
    if any(member.compress_type != zipfile.ZIP_STORED for member in members):
        raise UnusableCheckpoint(path, "it is packed, and no checkpoint is")
    return dict(zip(names, members, strict=True))


def refuse_other_note(path: str, member: bytes, form: Any) -> None:
    """Refuse a note of another kind, of another version, and of a tree that has another form."""
    note: Any = json.loads(_numbers_of(member, np.dtype(np.uint8), None).tobytes())
    if not isinstance(note, dict) or note.keys() != {"kind", "version", "form"} or note["kind"] != KIND:
        raise UnusableCheckpoint(path, "it is foreign: its note is not that of a checkpoint")
    if note["version"] != VERSION:
        raise UnusableCheckpoint(path, f"it is of version {_short(note['version'])}, and this program reads {VERSION}")
    if note["form"] != form:
        raise UnusableCheckpoint(path, f"it has the form {_short(note['form'])}, and the run {_short(form)}")


def refuse_other_file(path: str, found: os.stat_result, largest: int) -> None:
    """Refuse what is no file, and a file that is larger than any checkpoint of this form."""
    if not stat.S_ISREG(found.st_mode):
        raise UnusableCheckpoint(path, "it is no file")
    if found.st_size > largest + LARGEST_NOTE:
        raise UnusableCheckpoint(path, f"it has {found.st_size} bytes, more than a state of this form can have")


def _array(
    path: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo, wanted: np.ndarray[Any, Any]
) -> np.ndarray[Any, Any]:
    """Return the array of a member, which has to be of the format and shape that the run has."""
    array = _numbers_of(_read(path, archive, member, wanted.nbytes + LARGEST_HEADER), wanted.dtype, wanted.shape)
    if not np.isfinite(array).all():
        raise UnusableCheckpoint(path, "it has a number that is not finite")
    return array


def _read(path: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo, largest: int) -> bytes:
    """Return the bytes of a member, whose sum is checked by `zipfile`; refuse more than there can be."""
    if max(member.file_size, member.compress_size) > largest:
        raise UnusableCheckpoint(path, f"an array of it has {member.file_size} bytes, more than it can have")
    return archive.read(member)


def _numbers_of(member: bytes, kind: np.dtype[Any], shape: tuple[int, ...] | None) -> np.ndarray[Any, Any]:
    """Return the array in the bytes of an .npy, whose header is compared before its numbers are looked at."""
    stream = io.BytesIO(member)
    if np.lib.format.read_magic(stream) != (1, 0):
        raise ValueError("an array has another version")
    size, by_columns, found = np.lib.format.read_array_header_1_0(stream)
    if found != kind or by_columns or (shape is not None and size != shape):
        raise ValueError(f"an array is {found} {list(size)}, and its note says {kind}")
    numbers = member[stream.tell() :]
    if len(numbers) != kind.itemsize * math.prod(size):
        raise ValueError("an array is shorter or longer than its header says")
    return np.frombuffer(numbers, kind).reshape(size).copy()


def _short(form: Any) -> str:
    told = json.dumps(form)
    return told if len(told) <= 80 else told[:77] + "..."


def bring_to_disk(folder: Path) -> None:
    """Have a folder's names written, where the system can do so: after that a file keeps its new name."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

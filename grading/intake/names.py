"""Names: what Canvas and Moodle write into the name of a file or a folder when a class is downloaded.

    lovelaceada_LATE_101_5001_05-1.ipynb            Canvas: name, late or not, user, number of the upload, file
    Ada Lovelace_311_assignsubmission_file/05.ipynb Moodle: name, participant, where it comes from

Canvas gives a user one number for a whole site, and each upload a number of its own, which grows.  Moodle's number is
of a student in one assignment alone, so in the next chapter the same student has another.  Neither writes a time.
Both take feedback back under the names that they gave, and look at the numbers in them alone.
Checked by tests/grading/test_names.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import final

CANVAS = re.compile(r"\w*?_(?P<late>LATE_)?(?P<user>[0-9]+)_(?P<upload>[0-9]+)_.+", re.DOTALL)
HIDDEN = re.compile(r"(?P<late>LATE_)?(?P<user>anon_[0-9A-Za-z]+)_(?P<upload>[0-9]+)_.+", re.DOTALL)
"""How Canvas calls an upload where names are hidden from who grades; no number in it is that of a user."""
MOODLE = re.compile(r"(?P<name>[^_]*)_(?P<participant>[0-9]+)_assignsubmission_file(_.*)?", re.DOTALL)
AGAIN = re.compile(r"-([0-9]+)\Z")


@final
@dataclass(frozen=True, slots=True)
class CanvasName:
    """What Canvas says of an upload: whose it is, whether it was late by Canvas's due date, and which it is."""

    user: str
    upload: int
    late: bool


@final
@dataclass(frozen=True, slots=True)
class MoodleName:
    """What Moodle says of a submission: the full name of the student, and the student's number in the assignment."""

    name: str
    participant: str


def top(file: str) -> str:
    """Return the first part of the path of a file, which is what a platform named."""
    return next(iter(PurePosixPath(file).parts), "")


def of_canvas(file: str) -> CanvasName | None:
    """Read a name of Canvas; None where it is none.

    >>> of_canvas("lovelaceada_LATE_101_5001_05_endomorphism-1.ipynb")
    CanvasName(user='101', upload=5001, late=True)
    """
    name = top(file)
    found = HIDDEN.fullmatch(name) or CANVAS.fullmatch(name)
    return found and CanvasName(found["user"], int(found["upload"]), bool(found["late"]))


def of_moodle(file: str) -> MoodleName | None:
    """Read a name of Moodle; None where it is none.

    >>> of_moodle("Ada Lovelace_311_assignsubmission_file_/05_endomorphism.ipynb")
    MoodleName(name='Ada Lovelace', participant='311')
    """
    found = MOODLE.fullmatch(top(file))
    return found and MoodleName(found["name"], found["participant"])


def repeat(file: str) -> int:
    """Return which repetition of a name a file is: platforms and browsers write -1, -2 behind a name that was there.

    >>> [repeat(name) for name in ("05_endomorphism.ipynb", "05_endomorphism-2.ipynb")]
    [0, 2]
    """
    found = AGAIN.search(PurePosixPath(file).stem)
    return int(found[1]) if found else 0

"""Records: what grading says about one file, as it is stored, resumed and put into tables.

    file, student, fingerprints of file and master, one verdict for each question

A record is written in one move, and is used again while the file, the master and the edition of the grader are those
that it was made with.
Checked by tests/grading/test_record.py.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import final

from grading.marking.edition import edition
from tinyml.check.typechecker import UNFINISHED

STATUSES = ("graded", "stopped", "unreadable", "needs review")
ENDED_TWICE = "the process that grades was ended twice; grade this file again"
NOT_CHECKED = "its program was not checked: `pip install mypy`, and grade this file again"
NOT_RUN = "it was not run, because another file of this student took too long; grade it with the next run"
OPEN = (ENDED_TWICE, NOT_CHECKED, NOT_RUN, UNFINISHED)
"""How a reason begins that may be another one the next time: a file with one of them is graded again."""


@final
@dataclass(frozen=True, slots=True)
class Verdict:
    """What one question of one submission came to."""

    question: str
    points: float
    worth: float
    status: str
    reason: str


@final
@dataclass(frozen=True, slots=True)
class Record:
    """All verdicts on one file."""

    file: str
    student: str
    fingerprint: str
    verdicts: tuple[Verdict, ...]

    @property
    def points(self) -> float:
        return sum(verdict.points for verdict in self.verdicts)

    @property
    def worth(self) -> float:
        return sum(verdict.worth for verdict in self.verdicts)

    @property
    def status(self) -> str:
        """The status that asks most of the instructor."""
        found = {verdict.status for verdict in self.verdicts}
        return next((status for status in ("unreadable", "needs review", "stopped") if status in found), "graded")

    @property
    def open(self) -> bool:
        """Whether something was not decided, for a reason that may be gone the next time."""
        return any(verdict.reason.startswith(OPEN) for verdict in self.verdicts)

    def replacing(self, verdicts: Iterable[Verdict]) -> Record:
        """Return the record with new verdicts on some questions."""
        new = {verdict.question: verdict for verdict in verdicts}
        kept = tuple(new.get(verdict.question, verdict) for verdict in self.verdicts)
        return Record(self.file, self.student, self.fingerprint, kept)


def fingerprint(*contents: bytes) -> str:
    """Return what changes when any of the contents or the grader does; the last one, the master, has a part of its own.

    The grader belongs to the part of the file: verdicts of two editions do not stand in one record.
    """
    return f"{_of((edition().encode(), *contents[:-1]))}-{_of(contents[-1:])}"


def _of(contents: tuple[bytes, ...]) -> str:
    whole = hashlib.sha256()
    for content in contents:
        whole.update(len(content).to_bytes(8, "big") + content)
    return whole.hexdigest()


def same_file(one: str, other: str) -> bool:
    """Whether two fingerprints are of the same file and edition of the grader, by whatever master it was graded."""
    return one.partition("-")[0] == other.partition("-")[0]


def place(folder: Path, file: str) -> Path:
    """Return where the record of a file stands; the name of a file may be anything, so it is not used as it is."""
    readable = "".join(
        letter if letter.isascii() and (letter.isalnum() or letter in "-_.") else "_" for letter in file
    )[-60:]
    return folder / f"{readable}-{hashlib.sha256(os.fsencode(file)).hexdigest()[:12]}.json"


def write(folder: Path, record: Record) -> None:
    """Store a record, under a name of this process alone until it is whole."""
    path = place(folder, record.file)
    beside = path.with_name(f"{path.stem}-{os.getpid()}.part")
    beside.write_text(json.dumps(asdict(record), indent=1, ensure_ascii=True) + "\n", encoding="utf-8")
    beside.replace(path)


def read(folder: Path, file: str) -> Record | None:
    """Return the stored record of a file; None where there is none, or one that was cut short or has another shape."""
    try:
        stored = json.loads(place(folder, file).read_text(encoding="utf-8"))
        verdicts = tuple(Verdict(**verdict) for verdict in stored.pop("verdicts"))
        found = Record(**stored, verdicts=verdicts)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return found if found.file == file and is_whole(found) else None


def is_whole(record: Record) -> bool:
    """Whether everything in a record is of the kind that it should be."""
    texts = [record.student, record.fingerprint]
    numbers: list[object] = []
    for verdict in record.verdicts:
        texts += [verdict.question, verdict.status, verdict.reason]
        numbers += [verdict.points, verdict.worth]
    return all(type(text) is str for text in texts) and all(type(number) in (int, float) for number in numbers)

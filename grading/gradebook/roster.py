"""Rosters: who is in a course, and by which names and numbers each student's files are known.

    matched(files, roster(path))      each file with the student of the roster that it belongs to

One roster serves all chapters.  A file belongs to the row whose `student` is its name, whose `ID` is Canvas's number
of the user, or whose name or `Identifier` is what Moodle wrote; a name that two rows have is nobody's.
Checked by tests/grading/test_roster.py.
"""

from __future__ import annotations

import contextlib
import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from grading.gradebook.table import harmless
from grading.intake.names import of_canvas, of_moodle
from grading.intake.submissions import Submission

ENCODINGS = ("utf-8-sig", "cp1252")
"""What spreadsheets write; what is neither is read as Latin-1, in which anything can be read."""
NAMES = ("student", "SIS Login ID", "Email address", "Student")
"""The columns that may name a student, the first that is there: our own, Canvas's, Moodle's, and Canvas's again.

Canvas shows logins to some instructors only.  The rows in which it has no student, but the points possible, have no ID.
"""
LAST = ("Last name", "Surname")
"""How versions of Moodle call the column of the family name."""

Student = Mapping[str, str]


def roster(path: Path) -> list[dict[str, str]]:
    """Read a roster: a CSV with a column `student`, or one that Canvas or Moodle exported, as it is.

    Spreadsheets separate its cells by commas, semicolons or tabs, and write it in UTF-8 or as Windows does.
    """
    text = decoded(path.read_bytes())
    heading = text.partition("\n")[0]
    mark = max(",;\t", key=heading.count)
    rows = [
        {name.strip(): (cell or "").strip() for name, cell in row.items() if name is not None}
        for row in csv.DictReader(io.StringIO(text, newline=""), delimiter=mark)
    ]
    column = next((name for name in NAMES if rows and name in rows[0]), "student")
    if column == "Student":
        rows = [row for row in rows if row.get("ID")]
    students = [row | {"student": unicodedata.normalize("NFC", row[column])} for row in rows if row.get(column)]
    if not students:
        others = " or ".join(NAMES[1:])
        raise ValueError(f"{path} is no roster: it needs a column named student ({others} will do), and a row")
    for name in ("student", "ID"):
        counts = Counter(row[name] for row in students if row.get(name))
        if twice := [value for value in counts if counts[value] > 1]:
            raise ValueError(f"{path} has the same {name} more than once: {', '.join(map(harmless, twice))}")
    return students


def decoded(content: bytes) -> str:
    """Return the text of a table in the first encoding that it can be in."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    for encoding in ENCODINGS:
        with contextlib.suppress(UnicodeDecodeError):
            return content.decode(encoding)
    return content.decode("latin-1")


def matched(files: Iterable[Submission], students: Iterable[Student]) -> list[Submission]:
    """Return the files, each with the student of the roster whose it is; one that is nobody's keeps its own name."""
    rows = list(students)
    known = {row["student"] for row in rows}
    users = {row["ID"]: row["student"] for row in rows if row.get("ID")}
    participants = {number: row["student"] for row in rows for number in numbers(row)}
    names = by_name(rows)

    def student_of(one: Submission) -> str:
        if one.student in known:
            return one.student
        if canvas := of_canvas(one.file):
            return users.get(canvas.user, one.student)
        if moodle := of_moodle(one.file):
            found = participants.get(moodle.participant) or names.get(in_one_way(moodle.name))
            return found or one.student
        return one.student

    return [replace(one, student=student_of(one)) for one in files]


def numbers(row: Student) -> list[str]:
    """Return the numbers of a student in Moodle: a roster may have those of several assignments in one cell."""
    return re.findall(r"[0-9]+", row.get("Identifier", ""))


def by_name(students: Iterable[Student]) -> dict[str, str]:
    """Return students by the full names that they have alone."""
    found: dict[str, list[str]] = {}
    for row in students:
        last = next((row[name] for name in LAST if row.get(name)), "")
        for name in {in_one_way(row.get("Full name", "")), in_one_way(f"{row.get('First name', '')} {last}")} - {""}:
            found.setdefault(name, []).append(row["student"])
    return {name: these[0] for name, these in found.items() if len(these) == 1}


def in_one_way(name: str) -> str:
    """Return a name as it is compared.

    Moodle writes a blank in the place of an underscore, and leaves out what no file may be called.
    """
    plain = unicodedata.normalize("NFKC", name).casefold().replace("_", " ")
    return " ".join(re.sub(r'[&<>"`|\':/\\]', "", plain).split())

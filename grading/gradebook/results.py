"""Results: the tables of one chapter in the folder of a run, and what an instructor has to know before using them.

    marks.csv, students.csv          whatever is known of the class
    canvas.csv, moodle.csv           for the students of a roster, for import

A table is replaced in one move, so that an interruption leaves the old one or the new one.
Checked by tests/grading/test_run.py and tests/grading/test_command.py.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import final

from grading.gradebook import former, table, totals
from grading.gradebook.policy import Counted
from grading.gradebook.table import harmless
from grading.marking.record import Record

FOR_IMPORT = ("canvas.csv", "moodle.csv")
OF_MOODLE = {"ID number", "Email address"}

Students = list[dict[str, str]]


@final
@dataclass(frozen=True, slots=True)
class Results:
    """The folder of a chapter's results; `masters` are the chapters of today, `students` those of a roster, if any."""

    folder: Path
    assignment: str
    masters: list[str]
    students: Students | None

    def write(self, records: Iterable[Record], counted: Mapping[str, Counted]) -> list[Path]:
        """Write the tables: of all files, and of those that count."""
        noted = (former.noted(record, self.assignment, self.masters) for record in records)
        tables = {"marks.csv": table.marks(noted), "students.csv": totals.students(self.assignment, counted)}
        points = {student: one.total for student, one in counted.items()}
        writers = {"canvas.csv": table.canvas, "moodle.csv": table.moodle}
        for name in self.imports:
            tables[name] = writers[name](points, self.students or [], self.assignment)
        return [replaced(self.folder / name, text.encode()) for name, text in tables.items()]

    @property
    def imports(self) -> list[str]:
        """The tables for import that the roster asks for."""
        if self.students is None:
            return []
        return [name for name in FOR_IMPORT if name == "canvas.csv" or OF_MOODLE & self.students[0].keys()]

    def remarks(self, counted: Mapping[str, Counted]) -> list[str]:
        """Return in lines which tables are old, and how the roster and the class differ."""
        old = [self.folder / name for name in FOR_IMPORT if name not in self.imports]
        lines = [f"{path} is of an earlier run: --roster makes it anew" for path in old if path.is_file()]
        if self.students is not None:
            known = {student["student"] for student in self.students}
            lines += [f"not on the roster: {harmless(name)}" for name in sorted(counted.keys() - known)]
            lines += [f"handed in nothing: {harmless(name)}" for name in sorted(known - counted.keys())]
        return lines


def replaced(path: Path, content: bytes) -> Path:
    """Write a file in one move, and return its path."""
    beside = path.with_name(f"{path.name}-{os.getpid()}.part")
    beside.write_bytes(content)
    return beside.replace(path)

"""Told: what learners and instructors are told of the limits, in numbers that the limits themselves give.

`python tools/exercises.py release` writes the paragraph of the learners into the masters.
Checked by tests/grading/test_told.py: each number is the one that binds.
"""

from __future__ import annotations

import resource
import textwrap

from grading.box import inside, memory, walls
from grading.intake import archives, limits, read, submissions
from grading.marking import checker, file, session
from tinyml.check import typechecker

BEGINS = "In a course a program marks this notebook"
"""How the paragraph of the learners begins, wherever it stands."""
WIDTH = 118
MEGABYTE, GIGABYTE = 2**20, 2**30


def for_learners() -> str:
    """Return the paragraph that stands in the opening of each notebook of exercises."""
    beside = session.ADDED * checker.SECONDS
    words = (
        f"{BEGINS}, and it gives each cell {checker.SECONDS:g} seconds, and each check as many. Cells of your own"
        f" beside the answers have {beside:g} seconds together, those that only define functions aside, and the whole"
        f" notebook has {file.LEAST_WHOLE:g}. It may take {process() // GIGABYTE} GB of memory, write"
        f" {walls.SCRATCH // MEGABYTE} MB of files and have {read.LARGEST_CELL:,} letters in a cell. What meets a"
        " limit costs its own question, and whoever marks it sees which limit it was."
    )
    return textwrap.fill(words, WIDTH)


def for_instructors() -> list[tuple[str, str]]:
    """Return the rows of a table: what is bounded, and by how much."""
    beside = f"{session.ADDED * checker.SECONDS:g} seconds together, and {session.MOST_LOSSES} that are stopped"
    all_of_it = f"{file.LEAST_WHOLE:g} seconds, or {file.WHOLE} times those of a cell where that is more"
    processes = (
        f"{memory.MOST / GIGABYTE:g} GB for the {inside.LIMITS[resource.RLIMIT_NPROC]} that one notebook may start"
    )
    program = f"{typechecker.SECONDS} seconds of computing and {typechecker.MEMORY / GIGABYTE:g} GB"
    notebook = f"{read.LARGEST_FILE // MEGABYTE} MB, {read.MOST_CELLS:,} cells, {read.LARGEST_CELL:,} letters in a cell"
    files = f"{limits.MOST_FILES} files, {limits.MOST_BYTES // MEGABYTE} MB of notebooks"
    return [
        ("a cell", f"{checker.SECONDS:g} seconds; `--seconds` gives more"),
        ("the checks of a question", f"{checker.SECONDS:g} seconds"),
        ("cells beside the answers, and the cells of one answer", f"{beside}; what only defines functions still runs"),
        ("all of a file", all_of_it),
        ("memory", f"{process() / GIGABYTE:g} GB for a process, {processes}"),
        ("files that a notebook writes", f"{walls.SCRATCH // MEGABYTE} MB"),
        ("a program for the type checker", program),
        ("a notebook", notebook),
        ("a student", f"{files}, {submissions.MOST_ZIPS} zips of at most {archives.MOST_IN_ZIP:,} files"),
        ("a class", f"{limits.MOST_OF_CLASS:,} files"),
    ]


def table() -> str:
    """Return these rows in Markdown."""
    return "\n".join(["| | |", "|---|---|", *(f"| {what} | {much} |" for what, much in for_instructors())])


def process() -> int:
    """Return the bytes of one process in a box."""
    return inside.LIMITS[resource.RLIMIT_AS]

"""The master in the terms of otter-grader, and an environment of otter's own.

    files(master) = a test file for each question     a visible case, and a hidden case with the whole check
    marked(content) = a file whose check cells name their test, as otter's own releases do

The checks stay what they are, calls of `tinyml.check`: a case opens the question, runs its checks and expects its
points.  A file has all the points of its question or none (`all_or_nothing`), as in the master.
Checked by tests/benchmarks/test_benchmarks_otter.py.
"""

from __future__ import annotations

import re
from pathlib import Path

from benchmarks import environments
from grading.intake.master import Master

PINS = Path(__file__).parents[1] / "requirements-otter.txt"
CHECK_CELL = re.compile(rb'"nbgrader":\s*\{[^{}]*"grade_id":\s*"([\w-]+)-check"')


def version() -> str:
    """Return the version of otter-grader that is pinned.

    >>> version().count(".")
    2
    """
    return PINS.read_text(encoding="utf-8").partition("otter-grader==")[2].split()[0]


def doctest(source: str, worth: float) -> str:
    """Return the source of a check as a doctest: a function, so that only its result is shown, and what it returns."""
    block, _, last = source.rstrip().rpartition("\n")
    lines = [*(f"...     {line}" for line in block.split("\n")), f"...     return {last}"]
    return "\n".join([">>> def checked():", *lines, ">>> checked()", f"{worth:g}"])


def files(master: Master) -> dict[str, str]:
    """Return the test files, by name."""
    found = {}
    for cell in master.cells:
        if cell.role == "check":
            cases = [
                {"code": doctest(source, cell.points), "hidden": hidden, "locked": False}
                for source, hidden in ((cell.visible, False), (cell.source, True))
            ]
            suites = [{"cases": cases, "scored": True, "setup": "", "teardown": "", "type": "doctest"}]
            test = {"name": cell.question, "points": cell.points, "all_or_nothing": True, "suites": suites}
            found[f"{cell.question}.py"] = f"OK_FORMAT = True\n\ntest = {test!r}\n"
    return found


def marked(content: bytes) -> bytes:
    """Give each check cell that still has its name the mark by which otter runs a test behind it.

    A file that is no notebook, or has lost its metadata, stays as it is: otter then runs the tests at its end.

    >>> marked(b'"metadata": {"nbgrader": {"grade_id": "one-check"}}')
    b'"metadata": {"otter": {"tests": ["one"]}, "nbgrader": {"grade_id": "one-check"}}'
    """
    return CHECK_CELL.sub(rb'"otter": {"tests": ["\1"]}, \g<0>', content)


def cache() -> Path:
    """Return where the environment is kept."""
    return environments.place_of("otter", PINS)


def environment(folder: Path | None = None) -> Path:
    """Return otter's environment, made from its pins when it is not there yet."""
    place = cache() if folder is None else folder
    environments.make("otter-grader", place, PINS)
    return place

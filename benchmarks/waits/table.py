"""The rows of what a user waits for, and what is wanted of ours."""

from __future__ import annotations

import sys

from benchmarks.goals import ratio
from benchmarks.race import Row


def command(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", f"benchmarks.{module}", *arguments]


def imports() -> Row:
    bound, ours = "bound: Python imports numpy", "tinyml: import tinyml"
    first = "tinyml: the first cell of chapter 1, which uses three names"
    chapter = "tinyml: the first cell, and all imports of chapter 1"
    programs = {
        ours: "tinyml",
        first: "first",
        chapter: "chapter",
        "tinyml: from tinyml import *, all modules": "star",
        "Python starts and ends": "python",
        bound: "numpy",
    }
    return Row(
        name="importing the package, whole processes, one thread",
        unit="one process",
        contenders={name: command("waits.imports", program) for name, program in programs.items()},
        bound=bound,
        goals=tuple(ratio(each, bound, most=1.25) for each in (ours, first, chapter)),
    )


def rows() -> list[Row]:
    return [imports()]

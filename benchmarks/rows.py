"""What is measured.  A row names its contenders, ours first, and the bound that races along."""

from __future__ import annotations

import sys

from benchmarks.race import Row
from benchmarks.step import table as step
from benchmarks.waits import table as waits


def module(name: str, *arguments: str) -> list[str]:
    """Return the command that starts a contender of this package."""
    return [sys.executable, "-m", f"benchmarks.{name}", *arguments]


OTHERS = [
    Row(
        name="grading one honest file, chapter 4",
        unit="one file",
        contenders={
            "grading: cells in the sandbox, checks outside": module("grading", "box"),
            "nbgrader: cells and checks in a kernel": module("grading", "nbgrader"),
            "otter-grader: cells and checks in a kernel": module("grading", "otter"),
            "bound: bare cells and checks in one process": module("grading", "bare"),
        },
        bound="bound: bare cells and checks in one process",
        rounds=8,  # of 4 files each
        limits=(0.150, 0.300),
    ),
    Row(
        name="counting pairs of words, 32 MB in 32 files, one process",
        unit="one MB",
        contenders={
            "tinyml: count_corpus": module("counting", "ours", "small", "32", "1"),
            "a loop with collections.Counter": module("counting", "plain", "small", "32", "1"),
            "scikit-learn: CountVectorizer": module("counting", "scikit-learn", "small", "32", "1"),
            "bound: reading and splitting alone": module("counting", "split", "small", "32", "1"),
        },
        bound="bound: reading and splitting alone",
        rounds=9,
    ),
    Row(
        name="counting pairs of words, 1 GB against 100 MB, one process: time and memory",
        unit="one MB",
        contenders={
            "tinyml: 1 GB in one file": module("counting", "large", "gigabyte", "1", "1000"),
            "tinyml: 100 MB in one file": module("counting", "large", "tenth", "1", "100"),
            "bound: reading and splitting 100 MB": module("counting", "split", "tenth", "1", "100"),
        },
        bound="bound: reading and splitting 100 MB",
        rounds=6,
    ),
]


def rows(rust: str | None = None) -> list[Row]:
    """Return all rows; `rust` is a program of the Rust crate, see `benchmarks/step/crate.py`."""
    return [*waits.rows(), *step.rows(rust), *OTHERS]

"""What is measured.  A row names its contenders, ours first, and the bound that races along."""

from __future__ import annotations

from benchmarks.race import Row, command
from benchmarks.step import table as step
from benchmarks.stock import chapters
from benchmarks.waits import table as waits

COUNTING = [
    Row(
        name="counting pairs of words, 32 MB in 32 files, one process",
        unit="one MB",
        contenders={
            "tinyml: count_corpus": command("counting", "ours", "small", "32", "1"),
            "a loop with collections.Counter": command("counting", "plain", "small", "32", "1"),
            "scikit-learn: CountVectorizer": command("counting", "scikit-learn", "small", "32", "1"),
            "bound: reading and splitting alone": command("counting", "split", "small", "32", "1"),
        },
        bound="bound: reading and splitting alone",
        rounds=9,
    ),
    Row(
        name="counting pairs of words, 1 GB against 100 MB, one process: time and memory",
        unit="one MB",
        contenders={
            "tinyml: 1 GB in one file": command("counting", "large", "gigabyte", "1", "1000"),
            "tinyml: 100 MB in one file": command("counting", "large", "tenth", "1", "100"),
            "bound: reading and splitting 100 MB": command("counting", "split", "tenth", "1", "100"),
        },
        bound="bound: reading and splitting 100 MB",
        rounds=6,
    ),
]


def rows(rust: str | None = None) -> list[Row]:
    """Return all rows; `rust` is a program of the Rust crate, see `benchmarks/step/crate.py`."""
    return [*waits.rows(), *step.rows(rust), *chapters.rows(), *COUNTING]

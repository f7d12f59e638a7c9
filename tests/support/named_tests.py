"""Tests that a page names."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
NAMED_TEST = re.compile(r"tests/[\w/]+\.py::\w+")


def is_a_test(name: str) -> bool:
    """Whether `tests/file.py::test_name` names a test that is there."""
    path, _, function = name.partition("::")
    file = ROOT / path
    return file.is_file() and f"\ndef {function.partition('[')[0]}(" in file.read_text(encoding="utf-8")

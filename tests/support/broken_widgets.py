"""The widgets with one text of one module changed: what a test plants to see it caught."""

from __future__ import annotations

import shutil
from pathlib import Path

from tinyml.widgets.linking import FOLDER


def with_one_change(folder: Path, module: str, old: str, new: str) -> Path:
    """Copy the widgets and their kit into `folder`, change one text, and return where they are."""
    copy = folder / "widgets"
    shutil.copytree(FOLDER, copy, ignore=shutil.ignore_patterns("__pycache__"))
    text = (copy / module).read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} is not in {module} just once"
    (copy / module).write_text(text.replace(old, new), encoding="utf-8")
    return copy

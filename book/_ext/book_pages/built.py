"""The built book: its pages as text, and files that all of them ask for."""

from __future__ import annotations

import hashlib
from pathlib import Path

LAST = 900
"""The priority of what must come after everything that other extensions still write when a build ends."""


def pages_in(folder: Path) -> dict[Path, str]:
    """Return the pages in the theme's frame; those at old addresses, which lead on at once, have none."""
    texts = {path: path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.html"))}
    return {path: text for path, text in texts.items() if "data-content_root" in text}


def way_up(path: Path, folder: Path) -> str:
    """Return the way from a page to the folder of the book.

    >>> way_up(Path("html/book/preface.html"), Path("html"))
    '../'
    """
    return "../" * (len(path.relative_to(folder).parts) - 1)


def write_shared(folder: Path, name: str, text: str) -> str:
    """Write a file that pages ask for; return its address in the book, which changes with what is in it."""
    Path(folder, name).write_text(text, encoding="utf-8")
    return f"{name}?v={hashlib.sha256(text.encode()).hexdigest()[:8]}"

"""A book of two pages that were others before, built by Sphinx with the part of our extension that leads on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

EXTENSIONS = Path(__file__).parent.parent.parent / "book" / "_ext"
MOVED = """
["book/old"]
pages = ["book/one"]

["book/split"]
pages = ["book/one", "more/two"]

["book/split".anchors]
second = "more/two"
renamed = "more/two#second"
some_widget = "more/two"
"""


def write_project(folder: Path, moved: str = MOVED) -> Path:
    """Build the book, with this table of old addresses, and return the folder of its pages."""
    pages = {
        "index.rst": "Book\n====\n\n.. toctree::\n\n   book/one\n   more/two\n",
        "book/one.rst": "One & only\n==========\n\nFirst\n-----\n\nText.\n",
        "more/two.rst": "Two\n===\n\nSecond\n------\n\nText.\n",
        "book/moved.toml": moved,
        "conf.py": f"import sys\nsys.path.insert(0, {str(EXTENSIONS)!r})\nextensions = ['book_pages.moved']\n",
    }
    for name, text in pages.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    html = folder / "_build" / "html"
    command = [sys.executable, "-m", "sphinx", "-W", "-q", "-d", str(html.parent / ".doctrees"), str(folder), str(html)]
    subprocess.run(command, capture_output=True, text=True, check=True)
    return html

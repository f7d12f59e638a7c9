"""Build the answer key into _build/answers: `make answers`.

Each master is run and becomes a page with its solutions, hidden tests and points, and with everything that the page
needs, so that it opens without a network.  The key is for instructors, and the book never links to it.
Checked by tests/book/test_answers.py.
"""

from __future__ import annotations

import re
import sys
import tempfile
from html import escape
from pathlib import Path
from typing import Any

import notebooks
from nbclient.exceptions import CellExecutionError
from nbconvert.exporters import HTMLExporter

from exercises import COURSE, ROOT, names_in, notebook_of

FOLDER = ROOT / "_build" / "answers"
SCRIPT = re.compile(r"<script\b.*?</script>", re.DOTALL)


def page(notebook: Any, name: str) -> str:
    """Return the HTML of a notebook that was run; nbconvert's scripts would come from a network, and none is needed."""
    exporter = HTMLExporter(language_code="en")  # type: ignore[no-untyped-call]
    html: str = exporter.from_notebook_node(notebook, {"metadata": {"name": name}})[0]
    return SCRIPT.sub("", html)


def start_page(names: list[str]) -> str:
    links = "\n".join(f'<li><a href="{escape(name)}.html">{escape(name)}</a></li>' for name in names)
    head = '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Answers</title></head>'
    return f"{head}<body>\n<h1>Answers to the exercises</h1>\n<ul>\n{links}\n</ul>\n</body></html>\n"


def build(course: Path, folder: Path) -> int:
    """Run every master and write its page, and a page that leads to them; return 1 if a master failed."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.html"):
        old.unlink()
    names = names_in(course / "source")
    done = []
    for name in names:
        with tempfile.TemporaryDirectory() as elsewhere:
            try:
                notebook = notebooks.executed(notebooks.read(notebook_of(course / "source", name)), Path(elsewhere))
            except CellExecutionError as error:
                print(f"{name} failed:\n{error}")
                continue
        notebooks.write(folder / f"{name}.html", page(notebook, name))
        done.append(name)
    notebooks.write(folder / "index.html", start_page(done))
    print(
        f"The answers to {len(done)} of {len(names)} exercises are in {folder}: open {(folder / 'index.html').as_uri()}"
    )
    return 0 if done == names else 1


if __name__ == "__main__":
    sys.exit(build(COURSE, FOLDER))

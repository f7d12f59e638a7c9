"""Exercises: a released notebook as a page, to be read here and answered elsewhere.

The page says so under its title and offers the notebook; nothing on it was run, so what nobody answered fails
nobody.  The checks are folded away, and what is to be written in words has a frame.  The notebook that is downloaded is
the released one, without all this.
"""

from __future__ import annotations

import json
from typing import Any

from sphinx.application import Sphinx

FOLDER = "exercises/release/"
NOTE = """```{note}
These are the questions as you get them; nothing on this page was run. {notebook}`Download the notebook` to answer them:
it checks your answers itself. The page on [downloads](/book/downloads.md) says what it needs.
```"""

FOLDED = {
    "tags": ["hide-input"],
    "mystnb": {"code_prompt_show": "Show the check", "code_prompt_hide": "Hide the check"},
}


def as_page(notebook: dict[str, Any]) -> dict[str, Any]:
    """Return a released notebook with the note under its title and its checks folded away."""
    title, *rest = notebook["cells"]
    note = {"cell_type": "markdown", "id": "how-to-answer", "metadata": {}, "source": NOTE}
    return notebook | {"cells": [title, note, *map(framed, map(folded, rest))]}


def framed(cell: dict[str, Any]) -> dict[str, Any]:
    """Return a cell, in a frame if it is the place for an answer in words: a page has no cells to tell it by."""
    if cell["cell_type"] == "markdown" and cell["metadata"].get("nbgrader", {}).get("solution"):
        return cell | {"source": f"```{{div}} answer-in-words\n{''.join(cell['source'])}\n```"}
    return cell


def folded(cell: dict[str, Any]) -> dict[str, Any]:
    """Return a cell, without its source in sight if it is a check."""
    if cell["cell_type"] == "code" and cell["metadata"].get("nbgrader", {}).get("grade"):
        return cell | {"metadata": cell["metadata"] | FOLDED}
    return cell


def show_as_page(_app: Sphinx, docname: str, source: list[str]) -> None:
    if docname.startswith(FOLDER):
        source[0] = json.dumps(as_page(json.loads(source[0])))


def setup(app: Sphinx) -> None:
    app.connect("source-read", show_as_page)

"""Keys of guesses, computed by the chapter: its run gets a cell after each one that guesses name.

    notebook and guesses  ->  notebook with cells that evaluate their expressions and print them  ->  (run)  ->  keys

The added cells leave no name behind and are on no page.  They are code cells like the others, so the cache of executed
notebooks knows when an expression has changed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sphinx.errors import ExtensionError

from book_pages.guesses_asked import Asked
from book_pages.guesses_toml import FOLDER, Found

MARK = "guess_keys"
EVALUATE = '''
import json
def evaluated(text):
    """Return a number or a truth value; otherwise say why there is none."""
    try:
        value = eval(text, names)
        value = value.item() if hasattr(value, "item") else value
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return value if isinstance(value, (bool, int, float)) else f"it is of the type {type(value).__name__}"
print(json.dumps({name: {key: evaluated(text) for key, text in own.items()} for name, own in asked.items()}))
'''


def with_keys(notebook: dict[str, Any], asked: Iterable[Asked]) -> dict[str, Any]:
    """Return a notebook with a hidden cell after each code cell that a guess names."""
    wanted: dict[str, dict[str, dict[str, str]]] = {}
    for guess in asked:
        if guess.cell is not None and (expressions := guess.answers.expressions()):
            wanted.setdefault(guess.cell, {})[guess.name] = expressions
    cells = []
    for cell in notebook["cells"]:
        cells.append(cell)
        if cell["cell_type"] == "code" and (own := wanted.get(cell["metadata"].get("name", ""))):
            cells.append(evaluating(cell["metadata"]["name"], own))
    return notebook | {"cells": cells}


def evaluating(name: str, expressions: dict[str, dict[str, str]]) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "id": f"keys-after-{name}"[:64],
        "metadata": {MARK: True, "tags": ["remove-cell"]},
        "source": f'exec({EVALUATE!r}, {{"names": globals(), "asked": {expressions!r}}})',
        "outputs": [],
        "execution_count": None,
    }


def keys_in(notebook: dict[str, Any]) -> dict[str, Found]:
    """Return what a run of the notebook has found, for each guess that has expressions."""
    found: dict[str, Found] = {}
    for cell in notebook["cells"]:
        if cell["metadata"].get(MARK):
            found |= json.loads("".join(cell["outputs"][0]["text"]))
    return found


def disproved(guess: Asked, keys: dict[str, Found]) -> list[str]:
    """Return what the chapter contradicts of what a guess is answered with."""
    if not guess.answers.expressions():
        return []
    return [f"{guess.name}: {fault}" for fault in guess.answers.faults(keys[guess.name])]


def refuse_disproved(chapter: str, guess: Asked, keys: dict[str, Found]) -> None:
    if faults := disproved(guess, keys):
        raise ExtensionError(
            f"{FOLDER}, {chapter}, after the cell {guess.cell!r} the chapter says otherwise:\n" + "\n".join(faults)
        )

"""Tables beside the chapters: what a notebook would show if its cells had it, in a file for each page.

    book/guesses/05_endomorphism.toml    what its guesses are answered with (guesses_toml)
    book/laws/05_endomorphism.toml       how its laws were tried (laws)

So a new chapter adds files, and changes none that others share.  Checked by tests/book/test_tables.py.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from sphinx.errors import ExtensionError


def tables_in(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the tables of each file, by page; without the folder there is none.

    Raises `ExtensionError` for a file that is no TOML.
    """
    return {path.stem: _tables_of(path) for path in sorted(folder.glob("*.toml"))}


def _tables_of(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ExtensionError(f"{path} cannot be read as TOML: {error}") from error

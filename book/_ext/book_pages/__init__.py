"""What the book adds to Sphinx.

    execution     notebooks run again when the package that they import has changed
    mathematics   formulas are made at build, by KaTeX; its style sheet and fonts are shipped
    islands       pages with widgets get the script that brings the widgets to life
    bundling      makes that script
    icons         only the icons that some page shows are shipped
    downloads     the package's wheel and the notebooks can be downloaded
    exercises     released exercises are pages to be read, with a note on where they are answered
    ledger        the audit cards of the responsibility ledger
    theme         a page is light or dark from the start
    moved         old addresses of pages lead on
    tidying       what the themes bring and no page uses is left out

Checked by tests/book/test_book_extension.py.
"""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx

from book_pages import downloads, execution, exercises, icons, islands, ledger, mathematics, moved, theme, tidying


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_config_value("comments_config", {}, "")  # Jupyter Book sets it for an extension that this book leaves out
    for part in (execution, mathematics, islands, icons, downloads, exercises, ledger, moved, theme, tidying):
        part.setup(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

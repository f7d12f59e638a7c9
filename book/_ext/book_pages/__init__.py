"""What the book adds to Sphinx.

    execution     notebooks run again when the package that they import has changed
    mathematics   formulas are made at build, by KaTeX; its style sheet and fonts are shipped
    islands       pages with widgets get the script that brings the widgets to life
    bundling      makes that script
    icons         only the icons that some page shows are shipped
    downloads     the package's wheel and the notebooks can be downloaded
    exercises     released exercises are pages to be read, with a note on where they are answered
    laws          boxes of laws say how they were tried, and by which tests
    cards         a chapter's word on a card with its picture, and a page of all cards to be printed
    markup        elements of HTML that docutils has no node for, which guesses, sentences and review write
    tables        files beside the chapters, which guesses and laws read
    guesses       questions whose answer is covered until there is a guess, with keys that the chapter computes
    progress      the sidebar can say which chapters are read, and how many of their questions are answered
    sentences     words that set a widget, and numbers that are dragged or follow it
    ledger        the audit cards of the responsibility ledger
    theme         a page is light or dark from the start
    review        the page that asks again has the questions of all chapters
    lab           JupyterLab gets an extension that shows chapters as their pages do
    moved         old addresses of pages lead on
    descriptions  a page says in its head what it is about
    tokens        in listings, only what has a colour of its own is marked
    styles        one style sheet, with the rules that some page can use
    scripts       two scripts, which no page waits for; the search index comes when somebody searches
    tidying       what the themes bring and no page uses is left out

Checked by tests/book/test_book_extension.py.
"""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx

from book_pages import (
    cards,
    descriptions,
    downloads,
    execution,
    exercises,
    guesses,
    icons,
    islands,
    lab,
    laws,
    ledger,
    markup,
    mathematics,
    moved,
    progress,
    review,
    scripts,
    sentences,
    styles,
    theme,
    tidying,
    tokens,
)

PARTS = (
    execution,
    mathematics,
    islands,
    icons,
    downloads,
    exercises,
    laws,
    cards,
    markup,
    guesses,
    progress,
    sentences,
    ledger,
    moved,
    descriptions,
    theme,
    review,
    lab,
    tokens,
    styles,
    scripts,
    tidying,
)
"""In the order in which they change a built page."""


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_config_value("comments_config", {}, "")  # Jupyter Book sets it for an extension that this book leaves out
    for part in PARTS:
        part.setup(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}

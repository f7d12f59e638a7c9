"""Sentences that move: words that set a widget, numbers that are dragged, and numbers that follow it.

    Go {set}`to step 13 <training_explorer?step_count=13>`.
    After {drag}`13 <training_explorer?step_count>` steps the loss is {shown}`1.073664 <training_explorer?loss>`.

A widget is called as the address of its page calls it.  `{set}` reaches those of other pages too, as a link; where
several pages show a widget, it names one: <05_endomorphism#training_explorer?step_count=13>.  A page without a script
has the words and the numbers alone, and the numbers are right: see sentence_moves.  What they do is in book/_sentences.
Checked by tests/book/test_sentences.py, and in a browser by tests/browser/test_sentences.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import ReferenceRole

from book_pages import everywhere
from book_pages.islands import starts_of
from book_pages.markup import html, markup
from book_pages.sentence_moves import Move, Role, Start, address_of, move_of, refuse_wrong

SCRIPTS = everywhere.BOOK / "_sentences"
STARTS = "book_widgets"
"""Under which the metadata of a page have the widgets on it."""
TAGS: dict[Role, str] = {"set": "a", "drag": "span", "shown": "span"}


class MovingRole(ReferenceRole):
    """Words or a number of a sentence, with the widget that they are about in angle brackets."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        role = cast("Role", self.name)
        made = html(TAGS[role], {}, self.title)
        made["move"] = move_of(role, self.title, self.target)
        return [made], []


def note_widgets(app: Sphinx, doctree: nodes.document) -> None:
    """Keep with a page which widgets are on it, for the sentences of other pages too."""
    raw = (node for node in doctree.findall(nodes.raw) if node["format"] == "html")
    app.env.metadata[app.env.docname][STARTS] = starts_of("".join(node.astext() for node in raw))


def moves_in(doctree: nodes.document) -> Iterator[markup]:
    return (node for node in doctree.findall(markup) if "move" in node)


def dragged_beside(node: markup) -> dict[str, str]:
    """Return the settings that are dragged in a sentence: in the same paragraph, of the same widget."""
    block: nodes.Element = node.parent
    while isinstance(block, nodes.Inline):
        block = block.parent
    moves: list[Move] = [own["move"] for own in block.findall(markup) if "move" in own]
    ours = [move for move in moves if move.role == "drag" and move.widget == node["move"].widget]
    return {name: text for move in ours for name, text in move.texts.items()}


def page_of(move: Move, docname: str, pages: Mapping[str, Mapping[str, Start]]) -> str:
    """Return the page whose widget is meant: this one if it shows it, otherwise the only one that does."""
    if not move.page and move.widget in pages.get(docname, {}):
        return docname
    having = [page for page, starts in pages.items() if move.widget in starts]
    meant = [page for page in having if not move.page or f"/{page}".endswith(f"/{move.page}")]
    if len(meant) == 1:
        return meant[0]
    if meant:
        example = f"<{Path(meant[0]).name}#{address_of(move.widget, move.texts)}>"
        raise ExtensionError(f"{docname}, {move}: {' and '.join(meant)} show this widget, so say which: {example}")
    shown = sorted({widget for starts in pages.values() for widget in starts})
    known = f"{' and '.join(having)} does" if having else f"there are {', '.join(shown)}"
    called = f" called {move.page!r}" if move.page else ""
    raise ExtensionError(f"{docname}, {move}: no page{called} shows a widget {move.widget!r}; {known}")


def connect(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Give each moving part of a page what the script needs, or its link to the page that has the widget."""
    pages = {page: data[STARTS] for page, data in app.env.metadata.items() if STARTS in data}
    for node in moves_in(doctree):
        move: Move = node["move"]
        page = page_of(move, docname, pages)
        dragged = dragged_beside(node)
        refuse_wrong(docname, move, pages[page][move.widget], dragged)
        here = page == docname
        given = attributes_of(move, dragged) if here else {"href": link(app, move, docname, page)}
        node["attributes"] = {"CLASS": f"sentence-{move.role}"} | given


def attributes_of(move: Move, dragged: Mapping[str, str]) -> dict[str, str]:
    """Return what the script reads from a part of a sentence about a widget of the same page."""
    if move.role == "shown":
        return {"data-shows": address_of(move.widget, move.texts)}
    if move.role == "set":
        return {"data-moves": address_of(move.widget, move.texts)}
    [setting] = move.texts
    return {"data-moves": address_of(move.widget, dragged), "data-control": setting}


def link(app: Sphinx, move: Move, docname: str, page: str) -> str:
    """Return the address of a widget of another page, with its settings."""
    if move.role != "set":
        raise ExtensionError(
            f"{docname}, {move}: a number is dragged and shown on the page of its widget, and that is {page}; "
            "`{set}` makes a link to it"
        )
    return f"{app.builder.get_relative_uri(docname, page)}#{address_of(move.widget, move.texts)}"


def setup(app: Sphinx) -> None:
    for role in TAGS:
        app.add_role(role, MovingRole())
    app.connect("doctree-read", note_widgets)
    app.connect("doctree-resolved", connect)
    app.connect("builder-inited", everywhere.adding(SCRIPTS))

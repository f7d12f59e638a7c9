"""Descriptions: what a page is about, for a search engine and for whoever is sent a link to it.

It is the page's own opening, as many whole sentences as fit; a page of exercises opens like the others of its kind, so
there it is the questions.  A Markdown page whose opening does not say it has a `description` in its front matter, below
`myst: html_meta:`.
"""

from __future__ import annotations

import re
from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from book_pages.exercises import FOLDER

ROOM = 200  # characters, about what is shown of a description
SEARCH = "Search every chapter, exercise and entry of the glossary of Category Theory for Tiny ML."
END_OF_SENTENCE = re.compile(r"(?<=[.?!:])\s+(?=[“A-Z])")
SPACE = re.compile(r"\s+")
META = '\n    <meta name="description" content="{}">'


def shortened(parts: list[str], room: int = ROOM) -> str:
    """Return as many parts of a text as there is room for, and at least the first.

    >>> shortened(["Count.", "Then add.", "And so on."], room=20)
    'Count. Then add.'
    """
    made, *rest = parts
    for part in rest:
        if len(made) + 1 + len(part) > room:
            break
        made = f"{made} {part}"
    return made


def plain(node: nodes.Node) -> str:
    """Return the text of a part of a page, on one line."""
    return SPACE.sub(" ", node.astext()).strip()


def opening(doctree: nodes.document) -> str:
    """Return the first sentences of a page, or nothing if it has none."""
    paragraphs = [plain(paragraph) for paragraph in doctree.findall(nodes.paragraph)]
    return shortened(END_OF_SENTENCE.split(paragraphs[0])) if paragraphs else ""


def questions(doctree: nodes.document) -> str:
    """Return the title of a page of exercises and those of its questions."""
    titles = [plain(title) for title in doctree.findall(nodes.title) if isinstance(title.parent, nodes.section)]
    return shortened([title if title.endswith("?") else f"{title}." for title in titles])


def describe(_app: Sphinx, pagename: str, _template: str, context: dict[str, Any], doctree: nodes.document) -> None:
    metatags = context.get("metatags", "")
    if 'name="description"' in metatags or (doctree is None and pagename != "search"):
        return
    text = SEARCH if doctree is None else (questions if pagename.startswith(FOLDER) else opening)(doctree)
    context["metatags"] = metatags + (META.format(escape(text)) if text else "")


def setup(app: Sphinx) -> None:
    app.connect("html-page-context", describe)

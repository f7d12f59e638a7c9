"""Cards: at the end of a chapter its word, and a page with those of all chapters, which prints eight on a sheet of A4.

    ```{card} Endomorphism      the word
    :class-card: word-card
    ...                         four paragraphs: the word in a sentence, its code, its law, what it is not
    ```
    ```{cards}
    ```                         all cards in the order of the book, each with a link to its chapter

The card is sphinx-design's, which JupyterLab shows too.  Here it gets its picture: what the code cell shows that has
`"card": true` in its metadata, a drawing of `tinyml.draw`, which brings its alternative text.
Checked by tests/book/test_cards.py; how they print, by tests/browser/test_laws_and_cards.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from book_pages.markup import html

CARD, ANCHOR = "word-card", "card"
PARTS = ("the word in a sentence", "its code", "its law", "what it is not")
DRAWING = re.compile(r'<svg [^>]*role="img" aria-label="[^"]+"')
BEFORE_GUESSES = 400
"""A guess takes the output that it covers out of its cell; the picture of a card is found before."""
BEFORE_REFERENCES = 2
"""The page of all cards gets them before Sphinx resolves what their terms refer to."""


def cards_in(doctree: nodes.document) -> list[nodes.container]:
    return [node for node in doctree.findall(nodes.container) if CARD in node["classes"]]


def pictured_in(doctree: nodes.document) -> list[nodes.container]:
    """Return the code cells whose picture is for a card."""
    cells = (node for node in doctree.findall(nodes.container) if node.get("nb_element") == "cell_code")
    return [cell for cell in cells if cell["cell_metadata"].get("card")]


def refuse_odd_numbers(where: str, cards: int, cells: int) -> None:
    """Stop unless a page has one card and one cell with a picture for it."""
    if cards > 1:
        raise ExtensionError(f"{where} has {cards} cards, and a chapter is about one word: choose it")
    if cards < 1:
        raise ExtensionError(
            f'{where}: a cell has `"card": true` in its metadata, and no card waits for its picture: a chapter ends '
            f"with ```{{card}} THE WORD and :class-card: {CARD}"
        )
    if cells != 1:
        raise ExtensionError(
            f'{where}: the card has a picture, which one code cell draws: put `"card": true` into the metadata of the '
            f"cell whose drawing says most about the word; {cells or 'none'} of them have it"
        )


def body_of(card: nodes.container, where: str) -> nodes.Element:
    """Return the body of a card, in which its word and four paragraphs are, and nothing else."""
    [body] = [node for node in card.findall(nodes.container) if node.get("design_component") == "card-body"]
    title, *parts = body.children or [nodes.Text("")]
    if not (isinstance(title, nodes.container) and title.get("design_component") == "card-title"):
        raise ExtensionError(f"{where}: the card does not say its word, which comes after ```{{card}}")
    if len(parts) != len(PARTS) or not all(isinstance(part, nodes.paragraph) for part in parts):
        raise ExtensionError(
            f"{where}: a card has four paragraphs, {', '.join(PARTS)}, with an empty line between two of them, and "
            f"nothing else; this one has {len(parts)} parts"
        )
    return body


def picture_of(cell: nodes.container, where: str) -> nodes.raw:
    """Return a copy of the drawing that a cell shows."""
    drawings = [node for node in cell.findall(nodes.raw) if DRAWING.search(node.astext())]
    if len(drawings) != 1:
        raise ExtensionError(
            f"{where}: the cell of the card's picture has to show one drawing of tinyml.draw, with its alternative "
            f"text; it shows {len(drawings) or 'none'}"
        )
    return drawings[0].deepcopy()


def put_picture(app: Sphinx, doctree: nodes.document) -> None:
    """Put the picture into the card of a chapter, after the sentence."""
    where = app.env.docname
    cards, cells = cards_in(doctree), pictured_in(doctree)
    if not cards and not cells:
        return
    refuse_odd_numbers(where, len(cards), len(cells))
    body = body_of(cards[0], where)
    body.insert(2, html("div", {"CLASS": "word-picture"}, picture_of(cells[0], where)))
    cards[0]["ids"] = [ANCHOR]


def in_reading_order(env: BuildEnvironment, page: str) -> Iterator[str]:
    """Yield a page and those below it, as the table of contents has them."""
    yield page
    for below in env.toctree_includes.get(page, []):
        yield from in_reading_order(env, below)


class all_cards(nodes.General, nodes.Element):  # noqa: N801  # docutils names its nodes like this
    """The place of the cards, until all chapters are read."""


class Cards(SphinxDirective):
    """All cards, in the order of the book."""

    def run(self) -> list[nodes.Node]:
        return [all_cards()]


class PutCards(SphinxPostTransform):
    """Put the cards of all chapters where the directive is."""

    default_priority = BEFORE_REFERENCES

    def run(self, **_: object) -> None:
        for place in [*self.document.findall(all_cards)]:
            pages = in_reading_order(self.env, self.env.config.root_doc)
            cards = [self._led(card, page) for page in pages for card in cards_in(self.env.get_doctree(page))]
            place.replace_self(html("div", {"CLASS": "word-cards"}, *cards))

    def _led(self, card: nodes.container, page: str) -> nodes.container:
        """Return a card for this page, with a link to the chapter that it is from."""
        address = f"{self.app.builder.get_relative_uri(self.env.docname, page)}#{ANCHOR}"
        link = nodes.reference("", "", nodes.Text(self.env.titles[page].astext()), refuri=address, internal=True)
        cast("nodes.Element", card.children[0]).append(nodes.paragraph("", "", link, classes=["word-from"]))
        card["ids"] = []
        for reference in card.findall(addnodes.pending_xref):
            reference["refdoc"] = self.env.docname
        return card


def setup(app: Sphinx) -> None:
    app.add_node(all_cards)
    app.add_directive("cards", Cards)
    app.add_post_transform(PutCards)
    app.connect("doctree-read", put_picture, priority=BEFORE_GUESSES)

"""What a guess covers: the output of the cell that it names, what is said of each answer, and what the author says.

    question, code, output, text, next cell   ->   question, code, covered(output, fold, text), next cell

The code stays in sight, because a guess is often made from it.  Nothing is hidden here: a page without a script shows
all of it, in this order.
"""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from book_pages.markup import html, markup

SECTION = "section"
"""What `:until:` says to cover all up to the next heading."""


def is_cell(node: nodes.Node, name: str) -> bool:
    return (
        isinstance(node, nodes.container)
        and node.get("nb_element") == "cell_code"
        and node["cell_metadata"].get("name") == name
    )


def is_heading(node: nodes.Node) -> bool:
    return isinstance(node, nodes.section)


def cover(fold: markup) -> None:
    """Wrap what a guess covers, and its fold with it; without a cell after it, the fold alone."""
    where, name, until = fold["guess"], fold["cell"], fold["until"]
    parent = fold.parent
    after = parent.children[parent.index(fold) + 1 :]
    place = next((place for place, node in enumerate(after) if is_cell(node, name)), None)
    if place is None:
        if fold["covers"]:
            raise ExtensionError(
                f"{where}: the cell {name!r} has to come after the question and under the same heading, because its "
                "output is covered until there is a guess; a checkpoint may ask about a cell before it"
            )
        if until:
            raise ExtensionError(f"{where}: `:until:` covers what follows the cell, and no cell follows the question")
        parent.insert(parent.index(fold), place_of(fold, [fold], "guess-covered guess-fold-alone"))
        return
    follows = after[place + 1 :]
    covered = follows[: end_of(follows, until, where)] if until else []
    made = place_of(fold, [split(after[place], where), fold, *covered], "guess-covered")
    parent.insert(parent.index(after[place]) + 1, made)


def end_of(follows: list[nodes.Node], until: str, where: str) -> int:
    """Return how many of the nodes come before the cell, or the heading, at which the cover ends."""
    heading = next((place for place, node in enumerate(follows) if is_heading(node)), len(follows))
    if until == SECTION:
        return heading
    for place, node in enumerate(follows[:heading]):
        if is_cell(node, until):
            return place
    raise ExtensionError(f"{where}: no cell called {until!r} comes after the covered one, under the same heading")


def split(cell: nodes.Node, where: str) -> nodes.container:
    """Take the output out of a cell, and return it in a cell of its own."""
    outputs = [child for child in cell.children if child.get("nb_element") == "cell_code_output"]  # type: ignore[attr-defined]
    if not outputs or "hide_mode" in cell:  # type: ignore[operator]
        raise ExtensionError(f"{where}: the cell that it names shows nothing that could be covered")
    cell.remove(outputs[0])  # type: ignore[attr-defined]
    return nodes.container("", *outputs, classes=["cell"])


def place_of(fold: markup, covered: list[nodes.Node], kind: str) -> markup:
    """Return the covered place of a guess, with what was in the page until now."""
    for node in covered:
        if node.parent is not None:
            node.parent.remove(node)
    content = html("div", {"CLASS": "guess-content"}, *covered)
    return html("div", {"CLASS": kind, "data-covers": fold["guess"]}, content)


def cover_all(_app: Sphinx, doctree: nodes.document) -> None:
    """Cover what each guess covers, the last one first: what an earlier one covers may hold a later question."""
    for fold in reversed([node for node in doctree.findall(markup) if "covers" in node]):
        cover(fold)


def setup(app: Sphinx) -> None:
    app.connect("doctree-read", cover_all)

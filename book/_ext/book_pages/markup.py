"""Markup: elements of HTML that docutils has no node for, inside the pages that it makes."""

from __future__ import annotations

from collections.abc import Mapping

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator


class markup(nodes.General, nodes.TextElement):  # noqa: N801  # docutils names its nodes like this
    """An element of HTML that docutils has no node for; text and links may be in it."""

    child_text_separator = nodes.Element.child_text_separator


def html(tag: str, attributes: Mapping[str, str | None], *children: nodes.Node | str) -> markup:
    """Return an element; an attribute that is None has no value, like `disabled`."""
    made = markup("", tag=tag, attributes=attributes)
    made.extend([nodes.Text(child) if isinstance(child, str) else child for child in children])
    return made


def visit(self: HTML5Translator, node: markup) -> None:
    self.body.append(self.starttag(node, node["tag"], "", **node["attributes"]))


def depart(self: HTML5Translator, node: markup) -> None:
    if node["tag"] != "input":
        self.body.append(f"</{node['tag']}>")  # no space behind it: it may stand before a comma


def setup(app: Sphinx) -> None:
    app.add_node(markup, html=(visit, depart))

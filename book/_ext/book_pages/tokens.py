"""Tokens: a word of a listing that has the colour of all of it needs no element of its own.

    names, brackets and spaces, two of three elements in a listing   ->  plain text
    a rule for each of seventy kinds of token, in light and in dark  ->  a rule for each colour

A page is smaller by a tenth, and a browser has a third of a chapter's elements less to style and to lay out.
"""

from __future__ import annotations

import re
from pathlib import Path

from sphinx.application import Sphinx

from book_pages.built import LAST, pages_in

SHEET = "_static/pygments.css"
RULE = re.compile(r'(html\[data-theme="\w+"\]) \.highlight(?: \.(\w+))? \{ ([^}]*?) \}(?: /\*.*?\*/)?')
COLOUR = re.compile(r"(?<![\w-])color: [^;]+")
LISTING = re.compile(r"<pre>.*?</pre>", re.DOTALL)
TOKEN = re.compile(r'<span class="(\w+)">([^<]*)</span>')


def grouped(style: str) -> tuple[str, set[str]]:
    """Return the style sheet of listings with one rule for each look, and the kinds of token that have no look."""
    looks: dict[tuple[str, str], list[str]] = {}
    plain: dict[str, set[str]] = {}
    grounds = {theme: COLOUR.findall(look) for theme, kind, look in RULE.findall(style) if not kind}

    def group(rule: re.Match[str]) -> str:
        theme, kind, look = rule.groups()
        if not kind:
            return rule[0]
        if [look] == grounds.get(theme):
            plain.setdefault(theme, set()).add(kind)
        else:
            looks.setdefault((theme, look), []).append(kind)
        return ""

    rest = RULE.sub(group, style)
    rules = (f"{theme} .highlight :is(.{', .'.join(kinds)}) {{ {look} }}" for (theme, look), kinds in looks.items())
    looking = {kind for kinds in looks.values() for kind in kinds}
    return "\n".join([rest.strip(), *rules]), set().union(*plain.values()) - looking


def without(page: str, kinds: set[str]) -> str:
    """Return the HTML of a page in whose listings these kinds of token are plain text."""

    def plain(listing: re.Match[str]) -> str:
        return TOKEN.sub(lambda token: token[2] if token[1] in kinds else token[0], listing[0])

    return LISTING.sub(plain, page)


def finish(app: Sphinx, exception: Exception | None) -> None:
    if exception is not None or app.builder.format != "html":
        return
    folder = Path(app.outdir)
    style, kinds = grouped((folder / SHEET).read_text(encoding="utf-8"))
    (folder / SHEET).write_text(style, encoding="utf-8")
    for path, page in pages_in(folder).items():
        path.write_text(without(page, kinds), encoding="utf-8")


def setup(app: Sphinx) -> None:
    app.connect("build-finished", finish, priority=LAST)

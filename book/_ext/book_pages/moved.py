"""Moved: pages that have another address now; whoever follows an old one is led on, to the very place.

    book/moved.toml  ->  a page at each old address, which leads to the page, and the place, that took over

sphinxext-rediraffe writes the pages.  From a page that became several the place decides which of them it is, so the
pages carry a table of the places that moved.  Without JavaScript, which alone can see the place, the old address of
such a page shows its links, and that of a page that became one page leads there.
Checked by tests/book/test_moved.py and tests/browser/test_old_addresses.py.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from posixpath import dirname, relpath
from typing import Any, final

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

FILE = "book/moved.toml"
TEMPLATE = Path(__file__).parents[2] / "_templates" / "moved.html"


@final
@dataclass(frozen=True, slots=True)
class Move:
    """What became of a page: the pages that took over, and where its places are: "page" or "page#place"."""

    old: str
    pages: list[str]
    anchors: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.pages:
            raise ExtensionError(f"{FILE}: {self.old} names no page that took over")
        for place, target in self.anchors.items():
            if target.partition("#")[0] not in self.pages:
                raise ExtensionError(
                    f"{FILE}: {self.old}#{place} leads to {target}, and {self.old} became no such page"
                )

    def address(self, page: str) -> str:
        """Return the way from the old page to a new one."""
        return f"{relpath(page, dirname(self.old))}.html"

    def place(self, name: str) -> str:
        """Return the way from the old page to what is now in the place of one of its anchors or widgets."""
        page, _, renamed = self.anchors.get(name, self.pages[0]).partition("#")
        return f"{self.address(page)}#{renamed or name}"


def moves(root: Path) -> dict[str, Move]:
    """Return what became of each page that has another address now."""
    table = tomllib.loads((root / FILE).read_text(encoding="utf-8"))
    return {old: Move(old, **entry) for old, entry in table.items()}


def described(move: Move, titles: dict[str, str]) -> dict[str, Any]:
    """Return what the page at an old address is made of."""
    if missing := [page for page in move.pages if page not in titles]:
        raise ExtensionError(f"{FILE}: {move.old} became {missing[0]}, and the book has no such page")
    pages = [{"address": move.address(page), "title": titles[page]} for page in move.pages]
    return {"pages": pages, "anchors": {name: move.place(name) for name in move.anchors}}


def prepare(app: Sphinx, exception: Exception | None) -> None:
    """Tell rediraffe what to write; its template knows two addresses, so the table stands at the head of ours."""
    if exception is not None or app.builder.format != "html":
        return
    found = moves(Path(app.srcdir))
    titles = {name: title.astext() for name, title in app.env.titles.items()}
    table = json.dumps({old: described(move, titles) for old, move in found.items()})
    template = Path(app.doctreedir, "moved.html")
    template.write_text(f"{{% set moved = {table} -%}}\n{TEMPLATE.read_text(encoding='utf-8')}", encoding="utf-8")
    app.config.rediraffe_redirects = {old: move.pages[0] for old, move in found.items()}
    app.config.rediraffe_template = str(template)


def setup(app: Sphinx) -> None:
    app.setup_extension("sphinxext.rediraffe")
    app.connect("build-finished", prepare, priority=400)  # before rediraffe

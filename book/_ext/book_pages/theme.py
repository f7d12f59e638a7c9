"""The first look of a page: light or dark as the reader's system has it, before anything is drawn.

The theme names its default mode "auto" in the page, and colours nothing until its script has run: without
JavaScript code would stand dark on dark.  Here a page is light, and a line in its head makes it dark.

The theme also shortens addresses on GitHub; a citation needs them in full.  And docutils calls a bibliography
a list, of which the entries are no items for a screen reader; here it is a plain division.  A hidden output
is opened by what stands on its summary, which MyST-NB names otherwise for those who hear it.  And an arrow -> in a
line of text stays whole: browsers break a line behind its first letter.
"""

from __future__ import annotations

import re
from pathlib import Path

from pydata_sphinx_theme.short_link import ShortenLinkTransform
from sphinx.application import Sphinx

DEFAULT = re.compile(r'(<html [^>]*)data-theme="auto"')
THEME_LINE = 'document.documentElement.dataset.theme = localStorage.getItem("theme") || "auto";'
OUR_LINE = (
    "const mode = document.documentElement.dataset.mode; document.documentElement.dataset.theme = "
    'mode === "auto" ? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light") : mode;'
)


def with_first_look(page: str) -> str:
    """Return the HTML of a page that has its colours from the start."""
    return DEFAULT.sub(r'\1data-theme="light"', page).replace(THEME_LINE, f"{{ {OUR_LINE} }}")


def with_plain_bibliography(page: str) -> str:
    """Return the HTML of a page whose bibliography does not claim to be a list."""
    return page.replace('<div role="list" class="citation-list">', '<div class="citation-list">')


def with_visible_names(page: str) -> str:
    """Return the HTML of a page whose hidden outputs are called what is written on them."""
    return page.replace('<summary aria-label="Toggle hidden content">', "<summary>")


def with_whole_arrows(page: str) -> str:
    """Return the HTML of a page in whose code in the text an arrow between spaces has a class of its own."""
    return page.replace('<span class="pre">-&gt;</span>', '<span class="pre whole">-&gt;</span>')


def finish(app: Sphinx, exception: Exception | None) -> None:
    if exception is None and app.builder.format == "html":
        for path in Path(app.outdir).rglob("*.html"):
            page = path.read_text(encoding="utf-8")
            for mended in (with_first_look, with_plain_bibliography, with_visible_names, with_whole_arrows):
                page = mended(page)
            path.write_text(page, encoding="utf-8")


def setup(app: Sphinx) -> None:
    ShortenLinkTransform.supported_platform.clear()
    app.connect("build-finished", finish)

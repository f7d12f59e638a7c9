"""Progress: what the sidebar needs from the build to say what was read and answered, by book/_guesses/progress.js.

    book/guesses/                 ->  asked.js: the names of all questions, for the script of all pages
    links of the sidebar's pages  ->  those to a chapter, and to the page Review, say to what they lead

The numbers come from here and not from a chapter's page, which a reader may never have opened; and an answer to a
question that the book no longer asks is not counted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from posixpath import normpath

from sphinx.application import Sphinx

from book_pages.built import pages_in
from book_pages.guesses_toml import chapters

CHAPTER = re.compile(r"book/(\d\d_\w+)")
REVIEW = "book/review"
SIDEBAR = re.compile(r'<nav class="bd-links.*?</nav>', re.DOTALL)
LINK = re.compile(r'(<a class="[^"]*" href="([^"#]*)#?")>')


def chapters_in(pages: Iterable[str]) -> list[str]:
    """Return the chapters among the pages of a book, in their order.

    >>> chapters_in(["book/glossary", "book/02_arrows", "exercises/release/02_arrows/02_arrows", "book/00_whole"])
    ['00_whole', '02_arrows']
    """
    return sorted(found[1] for page in pages if (found := CHAPTER.fullmatch(page)))


def mark_of(page: str) -> str | None:
    """Return what the sidebar's link to a page is called by the script, if the script has anything to say of it."""
    chapter = CHAPTER.fullmatch(page)
    return chapter[1] if chapter else "review" if page == REVIEW else None


def with_marked_links(text: str, page: str) -> str:
    """Return the HTML of a page whose sidebar says which link leads to which chapter."""
    folder = page.rpartition("/")[0]

    def marked(link: re.Match[str]) -> str:
        target = normpath(f"{folder}/{link[2]}").removesuffix(".html") if link[2] else page
        mark = mark_of(target)
        return f'{link[1]} data-progress="{mark}">' if mark else link[0]

    return SIDEBAR.sub(lambda sidebar: LINK.sub(marked, sidebar[0]), text)


def write_asked(app: Sphinx) -> None:
    if app.builder.format == "html":
        asked = [f"{chapter}/{name}" for chapter, entries in chapters(Path(app.srcdir)).items() for name in entries]
        path = Path(app.outdir, "_static", "asked.js")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"globalThis.bookAsked={json.dumps(asked)};\n", encoding="utf-8")


def finish(app: Sphinx, exception: Exception | None) -> None:
    if exception is not None or app.builder.format != "html":
        return
    folder = Path(app.outdir)
    for path, text in pages_in(folder).items():
        page = path.relative_to(folder).with_suffix("").as_posix()
        path.write_text(with_marked_links(text, page), encoding="utf-8")


def setup(app: Sphinx) -> None:
    app.add_js_file("asked.js", priority=400, loading_method="defer")  # before the script that reads it
    app.connect("builder-inited", write_asked)
    app.connect("build-finished", finish)

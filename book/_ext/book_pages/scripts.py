"""Scripts: a page waits for none.

    what Sphinx, its themes and extensions run on every page  ->  one script, made by esbuild
    what this book runs on every page                         ->  another one, so that a page can answer in between
    of Bootstrap, the two of twelve parts that pages use      ->  book/_bootstrap, in place of the theme's script
    what the page of search results runs besides              ->  a second one, on that page alone
    the search index                                          ->  book/_static/search_index.js asks for it

They are deferred: they run in their order, when the page is there.  What stays in a page is data, and the line that
makes it light or dark before anything is drawn (book_pages.theme).  They are still classic scripts, which share their
names, because modules fail on file://.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from posixpath import normpath

from sphinx.application import Sphinx

from book_pages.built import LAST, pages_in, way_up, write_shared
from book_pages.bundling import run_esbuild
from book_pages.everywhere import BOOK, script

SCRIPT = re.compile(r"\s*<script\b([^>]*)>(.*?)</script>", re.DOTALL)
SOURCE = re.compile(r'\bsrc="([^"?]*)')
STAYS = re.compile(r"\btype=|\bdata-cfasync=")
NOTICE = re.compile(r"\s*/\*(?=(?:(?!\*/).)*copyright)", re.DOTALL | re.IGNORECASE)
OPTIONS = "documentation_options.js"
BOOTSTRAP = "scripts/bootstrap.js"
SEARCH = ("language_data.js", "searchtools.js", "sphinx_highlight.js")
"""What the page of results runs; the theme has it on every page, for a search dialog that this book does without.

The last one looks at once whether there is a search, so it comes behind it.
"""
OURS = ("search_index.js", "guesses.js", "sentences.js")
UNUSED = ("searchindex.js", "design-tabs.js")
"""The index comes when it is asked for, and the book has no tabs whose choice is to be remembered."""
PAGE_NAME = "DOCUMENTATION_OPTIONS.pagename"
"""The theme tells each page its name, for a choice of versions, which this book does not have."""


def names_of(text: str, page: Path) -> list[str]:
    """Return the scripts of a page in their order, without those that stay in it."""
    return [name_of(script, page) for script in SCRIPT.finditer(text) if not STAYS.search(script[1])]


def name_of(script: re.Match[str], page: Path) -> str:
    """Return the path of a script, or what it says if it stands in the page itself."""
    source = SOURCE.search(script[1])
    return normpath(page.parent / source[1]) if source else script[2]


def shared(lists: Iterable[list[str]]) -> list[str]:
    """Return what all pages run, in the order of the first."""
    first, *rest = lists
    common = set(first).intersection(*rest)
    return [name for name in dict.fromkeys(first) if name in common and not name.endswith((*SEARCH, *UNUSED))]


def settings_first(name: str) -> int:
    """Return the rank of a script: deferred, it finds the page complete and starts at once, so settings precede it."""
    return 0 if name.endswith(OPTIONS) else 2 if name.endswith(".js") else 1


def text_of(name: str) -> str:
    """Return the text of a script, which is its name if it stands in the page itself."""
    if name.endswith(BOOTSTRAP):
        return script(BOOK / "_bootstrap")
    return Path(name).read_text(encoding="utf-8") if name.endswith(".js") else name


def joined(names: Iterable[str]) -> str:
    """Return scripts as one, settings first, with the notices of their authors."""
    texts = map(text_of, sorted(names, key=settings_first))
    return run_esbuild("\n;".join(NOTICE.sub("/*!", text, count=1) for text in texts), folder=Path())


def with_deferred_scripts(text: str, page: Path, addresses: dict[str, str]) -> str:
    """Return a page that asks for its scripts at their new addresses, once each, and waits for none."""
    asked = set[str]()

    def changed(script: re.Match[str]) -> str:
        name = name_of(script, page)
        if name in addresses and addresses[name] not in asked:
            asked.add(addresses[name])
            return f'\n    <script defer src="{addresses[name]}"></script>'
        if name in addresses or name.endswith((*SEARCH, *UNUSED)) or name.startswith(PAGE_NAME):
            return ""
        may_wait = SOURCE.search(script[1]) and "defer" not in script[1]
        return script[0].replace("<script", "<script defer", 1) if may_wait else script[0]

    return SCRIPT.sub(changed, text)


def finish(app: Sphinx, exception: Exception | None) -> None:
    if exception is not None or app.builder.format != "html":
        return
    folder = Path(app.outdir)
    pages = pages_in(folder)
    everywhere = shared(names_of(text, page) for page, text in pages.items())
    ours = [name for name in everywhere if name.endswith(OURS)]
    theirs = [name for name in everywhere if name not in ours]
    for_search = [str(folder / "_static" / name) for name in SEARCH]
    theme = write_shared(folder, "_static/theme.js", joined(theirs))
    book = write_shared(folder, "_static/book.js", joined(ours))
    search = write_shared(folder, "_static/search.js", joined(for_search))
    for page, text in pages.items():
        up = way_up(page, folder)
        addresses = dict.fromkeys(theirs, up + theme) | dict.fromkeys(ours, up + book)
        if page.name == "search.html":
            addresses |= dict.fromkeys(for_search, up + search)
        page.write_text(with_deferred_scripts(text, page, addresses), encoding="utf-8")
    for name in [*everywhere, *for_search]:
        if name.endswith(".js"):
            Path(name).unlink()


def setup(app: Sphinx) -> None:
    app.connect("build-finished", finish, priority=LAST)

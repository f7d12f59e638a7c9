"""Laws: in each box of a law or a test a badge that says how it was tried, which opens and names the tests.

    [law-powers-add]    # the label of the box
    tried = "exact"     # a word of TRIED
    tests = ["tests/ch05_endomorphism/test_powers.py::test_powers_add"]

The entries are in book/laws/05_endomorphism.toml and not in the boxes, where a path says nothing to who reads.  The
first test is the one that holds what the box says.  The badge is the summary of a fold, so it opens without a script.
Checked by tests/book/test_law_boxes.py, which also sees that the tests are there, and are what the badge says.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import cast, final

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError

from book_pages.markup import html, markup
from book_pages.tables import tables_in

FOLDER = "book/laws"
PAGES = PurePosixPath("book")


@final
@dataclass(frozen=True, slots=True)
class Way:
    """A way to try a law: what is on the badge, and what it means, for the fold."""

    badge: str
    means: str


TRIED = {
    "random": Way(
        "tried on random values",
        "A program draws values, and what the box says holds for each of them, up to rounding.",
    ),
    "exact": Way("exact", "A program draws values, and what the box says holds for each of them, to the last bit."),
    "types": Way("held by the types", "Two type checkers, mypy and pyright, have to refuse every line that breaks it."),
    "cases": Way(
        "tried on chosen cases", "What the box says holds in the cases that we chose; others may have surprises."
    ),
}


@final
@dataclass(frozen=True, slots=True)
class Entry:
    """How one law was tried: a word of `TRIED`, and the tests that do it."""

    tried: str
    tests: tuple[str, ...]


def entry_of(where: str, fields: object) -> Entry:
    """Return an entry from its table of the file; refuse what is missing, unknown or left over."""
    if not isinstance(fields, dict) or set(fields) != {"tried", "tests"}:
        raise ExtensionError(f"{FOLDER}: {where} needs `tried` and `tests`, and nothing else")
    tried, tests = fields["tried"], fields["tests"]
    if tried not in TRIED:
        raise ExtensionError(f"{FOLDER}: {where} was tried in one of the ways {', '.join(TRIED)}, and not {tried!r}")
    if not isinstance(tests, list) or not tests or not all(isinstance(test, str) and test.strip() for test in tests):
        raise ExtensionError(f"{FOLDER}: {where} names no tests: who doubts a law wants to run what holds it")
    return Entry(tried, tuple(tests))


def entries(root: Path) -> dict[str, dict[str, Entry]]:
    """Return the entries of all pages, by page and label."""
    return {
        page: {label: entry_of(f"{page}, {label}", fields) for label, fields in own.items()}
        for page, own in tables_in(root / FOLDER).items()
    }


def boxes_in(doctree: nodes.document) -> dict[str, nodes.Element]:
    """Return the boxes of laws and tests on a page, by their labels."""
    found = (node for node in doctree.findall(nodes.Element) if node.get("realtype") == "property")
    return {box["label"]: box for box in found}


def refuse_strangers(page: str, boxes: dict[str, nodes.Element], known: dict[str, Entry]) -> None:
    """Stop unless each box has an entry and each entry a box, and a law is more than some cases."""
    if lost := sorted(set(boxes) - set(known)):
        raise ExtensionError(
            f"{page}: {FOLDER} does not say how {lost[0]} was tried: give it an entry with `tried` and `tests`"
        )
    if lost := sorted(set(known) - set(boxes)):
        raise ExtensionError(f"{FOLDER} says how {lost[0]} of {page} was tried, and the page has no box of that label")
    for label, box in boxes.items():
        if box["title"].lstrip(" (").startswith("Law.") and known[label].tried == "cases":
            raise ExtensionError(
                f"{page}: {label} is a law, which holds for every value, and was tried on chosen cases alone: "
                "draw the values, or call it a test"
            )


def badge(entry: Entry) -> markup:
    """Return the badge of a box, which opens and shows what it means and the tests."""
    way = TRIED[entry.tried]
    tests = [html("li", {}, nodes.literal(test, test)) for test in entry.tests]
    summary = html("summary", {}, f"✓ {way.badge}")
    return html("details", {"CLASS": "law-tried"}, summary, html("p", {}, way.means), html("ul", {}, *tests))


def add_badges(app: Sphinx, doctree: nodes.document) -> None:
    page = PurePosixPath(app.env.docname)
    if page.parent != PAGES:
        return
    root = Path(app.srcdir)
    boxes, known = boxes_in(doctree), entries(root).get(page.name, {})
    refuse_strangers(page.name, boxes, known)
    if boxes:
        app.env.note_dependency(str(root / FOLDER / f"{page.name}.toml"))
    for label, box in boxes.items():
        content = cast("nodes.Element", box.children[-1])
        content.append(badge(known[label]))


def refuse_lost_pages(_app: Sphinx, env: BuildEnvironment, _docnames: list[str]) -> None:
    here = {page.name for page in map(PurePosixPath, env.found_docs) if page.parent == PAGES}
    if lost := sorted(set(entries(Path(env.srcdir))) - here):
        raise ExtensionError(f"{FOLDER}/{lost[0]}.toml says how laws were tried, and the book has no such page")


def setup(app: Sphinx) -> None:
    app.connect("env-before-read-docs", refuse_lost_pages)
    app.connect("doctree-read", add_badges)

"""Review: the page that asks again what was wrong or not sure, of all chapters.

    ```{review}```     the place where the questions come, and without JavaScript the links to the chapters
    built chapters     ->  review_questions.js: each question with its options and its sentences, as it is on its page
    book/_guesses      ->  review.js: what the page does with them

No other page loads either of them.  They are two, because the first is data: its words are not the names of anything,
which is what the styles of the book look for in scripts (book_pages.styles).
Checked by tests/book/test_review_data.py, and in a browser by tests/browser/test_review.py.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from bs4 import BeautifulSoup, Tag
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from book_pages.built import pages_in, way_up, write_shared
from book_pages.bundling import run_esbuild
from book_pages.guesses import SCRIPTS
from book_pages.markup import html
from book_pages.progress import chapters_in

DATA = "review_questions.js"
SCRIPT = "_static/review.js"
DESK = 'class="review-desk"'
WITHOUT = (
    "Without JavaScript this page can't ask you anything. With it, your questions come back here, each with its "
    "options and an answer in a sentence. Until then, they are where they were asked:"
)


class Review(SphinxDirective):
    """The place where questions come back."""

    def run(self) -> list[nodes.Node]:
        self.env.note_reread()  # another chapter is another link
        links = "\n".join(f"- {{doc}}`/book/{chapter}`" for chapter in chapters_in(self.env.found_docs))
        words = self.parse_text_to_nodes(f"{WITHOUT}\n\n{links}")
        return [html("div", {"CLASS": "review-desk"}, html("noscript", {}, *words))]


def questions_in(text: str, page: str) -> list[dict[str, str]]:
    """Return the questions of a chapter's page, each as it is there, with its answers."""
    if 'class="guess"' not in text:
        return []
    soup = BeautifulSoup(text, "html.parser")
    answers = {str(fold["data-answers"]): fold for fold in soup.select("[data-answers]")}
    return [question(box, answers[str(box["data-guess"])], page) for box in soup.select(".guess[data-guess]")]


def question(box: Tag, fold: Tag, page: str) -> dict[str, str]:
    name, place = str(box["data-guess"]), str(box["id"])
    return {
        "id": name,
        "from": ": ".join(reversed(titles_over(box))),
        "href": f"{page}.html#{place}",
        "box": portable(box, name, page),
        "fold": portable(fold, name, page),
    }


def titles_over(element: Tag) -> list[str]:
    """Return the headings that an element is under, the nearest first, of which the last is the title of its page."""
    found = [section.find(["h1", "h2", "h3"], recursive=False) for section in element.find_parents("section")]
    return [words_of(heading) for heading in found if isinstance(heading, Tag)]


def words_of(heading: Tag) -> str:
    """Return the text of a heading, without the sign of the link to it."""
    parts = [
        own
        for own in heading.children
        if not (isinstance(own, Tag) and "headerlink" in own.get_attribute_list("class"))
    ]
    return " ".join("".join(own.get_text() for own in parts).split())


def portable(element: Tag, name: str, page: str) -> str:
    """Return the HTML of a part of a chapter, to be shown on a page in the same folder, beside parts of other chapters.

    A link inside the chapter gets the chapter's name, and fields that belong together a name that no others have.
    """
    for own in [element, *element.find_all(True)]:
        del own["id"]
        if own.name == "input" and "name" in own.attrs:
            own["name"] = name
        if str(own.get("href", "")).startswith("#"):
            own["href"] = f"{page}.html{own['href']}"
    return str(element)


@cache
def script() -> str:
    return run_esbuild('import "./review.js";', "--bundle", "--format=iife", folder=SCRIPTS)


def finish(app: Sphinx, exception: Exception | None) -> None:
    if exception is not None or app.builder.format != "html":
        return
    folder = Path(app.outdir)
    pages = pages_in(folder)
    desks = {path: text for path, text in pages.items() if DESK in text}
    if not desks:
        return
    questions = [own for path, text in pages.items() if path not in desks for own in questions_in(text, path.stem)]
    data = json.dumps(questions, ensure_ascii=False, separators=(",", ":"))
    addresses = [
        write_shared(folder, DATA, f"globalThis.bookQuestions={data};\n"),
        write_shared(folder, SCRIPT, script()),
    ]
    for path, text in desks.items():
        asked = "".join(f'<script defer src="{way_up(path, folder)}{address}"></script>\n' for address in addresses)
        path.write_text(text.replace("</head>", f"{asked}</head>", 1), encoding="utf-8")


def setup(app: Sphinx) -> None:
    app.add_directive("review", Review)
    app.connect("build-finished", finish)

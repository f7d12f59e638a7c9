"""What the build writes for the sidebar's marks and for the page Review; what they do is tested in a browser."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from book_pages import everywhere, progress, review
from book_pages.guesses import SCRIPTS
from book_pages.progress import with_marked_links, write_asked
from book_pages.review import questions_in
from guess_project import ENTRIES, write_book

SIDEBAR = """<nav class="bd-links bd-docs-nav" aria-label="Main">
<a class="reference internal" href="../preface.html">Preface</a>
<a class="reference internal" href="04_training.html">4</a>
<a class="reference internal" href="../exercises/release/04_training/04_training.html">Exercises 4</a>
<a class="current reference internal" href="#">5</a>
<a class="reference internal" href="review.html">Review</a>
<a class="reference external" href="https://example.org/book/03_prediction.html">3</a>
</nav><article><a class="reference internal" href="04_training.html">4</a></article>"""


def marks(text: str, page: str) -> list[str]:
    """Return what links of a page are called, after their addresses."""
    made = with_marked_links(text, page)
    return [part.split(">")[0].replace('" data-progress="', " ").strip('"') for part in made.split('href="')[1:]]


def test_the_sidebar_says_which_links_lead_to_a_chapter_and_to_review_and_the_text_does_not() -> None:
    assert marks(SIDEBAR, "book/05_endomorphism") == [
        "../preface.html",
        "04_training.html 04_training",
        "../exercises/release/04_training/04_training.html",
        "# 05_endomorphism",
        "review.html review",
        "https://example.org/book/03_prediction.html",
        "04_training.html",
    ]


def test_a_page_in_another_folder_finds_the_same_chapters() -> None:
    sidebar = SIDEBAR.replace('"04_training', '"../../../book/04_training').replace('"review', '"../../../book/review')
    assert [own for own in marks(sidebar, "exercises/release/05_endomorphism/05_endomorphism") if " " in own] == [
        "../../../book/04_training.html 04_training",
        "../../../book/review.html review",
    ]
    assert [own for own in marks(SIDEBAR, "search") if " " in own] == []


def app_of(source: Path, html: Path) -> Any:
    return SimpleNamespace(srcdir=source, outdir=html, builder=SimpleNamespace(format="html"))


def test_the_script_of_all_pages_knows_what_is_asked(tmp_path: Path) -> None:
    (tmp_path / "book" / "guesses").mkdir(parents=True)
    (tmp_path / "book" / "guesses" / "01_small.toml").write_text(ENTRIES, encoding="utf-8")
    write_asked(app_of(tmp_path, tmp_path / "html"))
    made = (tmp_path / "html" / "_static" / "asked.js").read_text(encoding="utf-8")
    asked = json.loads(made.removeprefix("globalThis.bookAsked=").removesuffix(";\n"))
    assert asked == [f"01_small/{name}" for name in ("double", "third", "powers", "why", "last")]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the pages of a book of two chapters, with the page Review."""
    return write_book(tmp_path_factory.mktemp("review")).parent.parent


def data_in(built: Path) -> list[dict[str, str]]:
    text = (built / review.DATA).read_text(encoding="utf-8")
    made: list[dict[str, str]] = json.loads(text.removeprefix("globalThis.bookQuestions=").removesuffix(";\n"))
    return made


def test_review_has_the_questions_of_all_chapters_and_says_where_each_is_asked(built: Path) -> None:
    assert [(own["id"], own["from"], own["href"]) for own in data_in(built)] == [
        ("01_small/double", "1. A small chapter", "01_small.html#guess-double"),
        ("01_small/third", "1. A small chapter: A third", "01_small.html#guess-third"),
        ("01_small/powers", "1. A small chapter: Powers", "01_small.html#guess-powers"),
        ("01_small/why", "1. A small chapter: Words", "01_small.html#guess-why"),
        ("01_small/last", "1. A small chapter: At the end", "01_small.html#guess-last"),
        ("02_other/double", "2. Another chapter", "02_other.html#guess-double"),
    ]


def test_a_question_is_the_one_of_its_page_and_can_be_shown_beside_those_of_other_chapters(built: Path) -> None:
    first, *_, other = data_in(built)
    page = (built / "book" / "01_small.html").read_text(encoding="utf-8")
    assert 'id="guess-double"' in page
    for text in (first["box"], other["box"], first["fold"], other["fold"]):
        assert " id=" not in text
    assert first["box"].count('name="01_small/double"') == 2
    assert other["box"].count('name="02_other/double"') == 2
    assert "<strong>eight</strong>, twice four" in first["fold"]
    assert 'data-right=""' in first["fold"]
    assert 'href="02_other.html#other-place"' in other["fold"]
    assert 'href="01_small.html#place-inside"' in other["fold"]


def test_no_other_page_loads_the_questions_or_what_review_does_with_them(built: Path) -> None:
    for path in built.rglob("*.html"):
        text, is_review = path.read_text(encoding="utf-8"), path.stem == "review"
        assert (review.DATA in text) == (review.SCRIPT in text) == is_review, path
    text = (built / "book" / "review.html").read_text(encoding="utf-8")
    assert (
        text.index("_static/guesses.js") < text.index(review.DATA) < text.index(review.SCRIPT) < text.index("</head>")
    )
    assert text.count(f'<script defer src="../{review.DATA}?v=') == 1


def test_without_javascript_review_leads_to_the_chapters(built: Path) -> None:
    text = (built / "book" / "review.html").read_text(encoding="utf-8")
    without = text.split("<noscript><p>")[1].split("</noscript>")[0]
    assert "can't ask you anything" in without.replace("’", "'")
    assert 'href="01_small.html"' in without
    assert "2. Another chapter" in without


def test_a_page_without_questions_gives_none() -> None:
    assert questions_in("<section><h1>No questions</h1></section>", "00_whole") == []


def packed(text: str) -> int:
    return len(gzip.compress(text.encode(), 9))


def test_the_scripts_are_small() -> None:
    assert packed(everywhere.script(SCRIPTS)) <= 6_000  # with what moves widgets, 8 kB: tests/book/test_sentences.py
    assert packed(review.script()) <= 4_000


def test_a_book_without_the_page_gets_nothing_of_it(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text('<html data-content_root="./"></html>', encoding="utf-8")
    for part in (progress, review):
        part.finish(app_of(tmp_path, tmp_path), None)
    assert [path.name for path in tmp_path.rglob("*")] == ["index.html"]

"""The built book as a whole: its files, its links, its search and the page to start from.

What every single page is like is asked in the tests beside this one, test_pages_*.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

import notebooks
import pytest
from book_pages.moved import moves
from exercise_rules import betrayed
from html_names import Names
from left_out import styles_missed
from tabs import PAGES, Tab, url_of

import exercises

ROOT = Path(__file__).parent.parent.parent
EXERCISES = exercises.names_in(exercises.COURSE / "source")


def test_the_built_pages_are_those_of_the_table_of_contents(book: Path) -> None:
    built = {path.relative_to(book).with_suffix("").as_posix() for path in book.rglob("*.html")}
    assert built == {*PAGES, "index", *moves(ROOT)}


@cache
def names_in(path: Path) -> Names:
    return Names(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", PAGES)
def test_links_inside_the_book_lead_somewhere(book: Path, name: str) -> None:
    page = book / f"{name}.html"
    for link in names_in(page).links:
        parts = urlsplit(link)
        if parts.scheme:
            continue
        target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
        assert target.is_file(), f"{link} leads nowhere"
        if parts.fragment and target.suffix == ".html" and "?" not in parts.fragment:
            assert unquote(parts.fragment) in names_in(target).ids, f"{link} has no place"


def test_each_page_has_one_description_and_it_is_that_of_no_other_page(book: Path) -> None:
    described = {name: names_in(book / f"{name}.html").descriptions for name in PAGES}
    assert {
        name: texts for name, texts in described.items() if [40 <= len(text) <= 250 for text in texts] != [True]
    } == {}
    texts = [text for texts in described.values() for text in texts]
    assert len(set(texts)) == len(texts)


@pytest.fixture(scope="module")
def texts(book: Path) -> dict[Path, str]:
    """Return what a reader can read in each file of the book, without the marks of HTML and of notebooks."""
    kinds = {".html", ".ipynb", ".md", ".js", ".txt"}
    return {path: readable(path) for path in sorted(book.rglob("*")) if path.suffix in kinds}


def readable(path: Path) -> str:
    if path.suffix == ".ipynb":
        return "\n".join(cell.source for cell in notebooks.read(path).cells)
    text = path.read_text(encoding="utf-8")
    return unescape(re.sub(r"<[^>]*>", "", text)) if path.suffix == ".html" else text


@pytest.mark.parametrize("name", EXERCISES)
def test_no_file_of_the_book_holds_a_solution_of_an_exercise(texts: dict[Path, str], name: str) -> None:
    master = notebooks.read(exercises.notebook_of(exercises.COURSE / "source", name))
    for path, text in texts.items():
        assert betrayed(master, text) == [], path


def index_is_asked_for(tab: Tab) -> bool:
    return any("searchindex.js" in url for url in tab.asked)


def test_the_search_finds_a_page_from_the_disk(book: Path, new_tab: Callable[..., Tab]) -> None:
    tab = new_tab()
    page = tab.go(url_of(book, "book/preface")).page
    field = page.locator("input[type=search]")
    assert field.count() == 1
    assert not index_is_asked_for(tab)
    field.fill("parameters")
    field.press("Enter")
    page.wait_for_selector("#search-results li a")
    assert index_is_asked_for(tab)
    assert page.locator("#search-results li a").first.get_attribute("href")
    assert styles_missed(page, book) == []
    page.keyboard.press("Control+k")
    assert tab.complaints == []


def test_the_search_index_is_asked_for_once_the_search_field_has_the_focus(
    server: str, new_tab: Callable[..., Tab]
) -> None:
    tab = new_tab()
    page = tab.go(f"{server}/book/preface.html", until="networkidle").page
    page.locator("main a").first.focus()
    assert not index_is_asked_for(tab)
    with page.expect_request("**/searchindex.js"):
        page.locator("input[type=search]").focus()
    page.locator("main a").first.focus()
    page.locator("input[type=search]").focus()
    assert sum("searchindex.js" in url for url in tab.asked) == 1
    assert tab.complaints == []


def test_the_page_to_start_from_leads_to_the_preface(book: Path, new_tab: Callable[..., Tab]) -> None:
    page = new_tab().page
    page.goto((book / "index.html").as_uri())
    page.wait_for_url("**/book/preface.html")

"""Old addresses, followed in a browser: in a book of two pages, and every one that the book itself had."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pytest
from moved_project import write_project
from playwright.sync_api import Page
from sphinx_external_toc.parsing import parse_toc_yaml
from tabs import Tab, axe_findings

ROOT = Path(__file__).parent.parent.parent
OLD: dict[str, dict[str, list[str]]] = tomllib.loads(
    (ROOT / "tests" / "reference" / "old_anchors.toml").read_text(encoding="utf-8")
)
GONE = {old: places for old, places in OLD.items() if old not in parse_toc_yaml(ROOT / "_toc.yml")}
LEADS = """([markup, start, places]) => {
    const script = new DOMParser().parseFromString(markup, 'text/html').querySelector('script').textContent;
    return places.map(place => {
        let target = '';
        const replace = url => { target = url.href; };
        new Function('location', script)(Object.assign(new URL(place && `#${place}`, start), { replace }));
        return target;
    });
}"""
"""Where a page leads from each of its places: a browser takes a hundred times as long to go there."""
SETTINGS = "?step_count=40&sentence=%22a%20b%22"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("moved"))


@pytest.fixture(scope="module")
def tab(new_tab: Callable[..., Tab]) -> Tab:
    return new_tab()


def arrived(page: Page, start: str, *, at: Path) -> str:
    """Open an old address, wait until it has led on, and return where, as seen from the folder of the pages."""
    page.goto(start)
    page.wait_for_url(lambda url: url.startswith(at.as_uri()) and url.partition("#")[0] != start.partition("#")[0])
    return page.url.removeprefix(f"{at.as_uri()}/")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("book/old.html", "book/one.html"),
        ("book/old.html#first", "book/one.html#first"),
        ("book/old.html?asked=1#first", "book/one.html?asked=1#first"),
        (f"book/old.html#some_widget{SETTINGS}", f"book/one.html#some_widget{SETTINGS}"),
        ("book/split.html", "book/one.html"),
        ("book/split.html#first", "book/one.html#first"),
        ("book/split.html#second", "more/two.html#second"),
        ("book/split.html#renamed", "more/two.html#second"),
        ("book/split.html#constructor", "book/one.html#constructor"),
        (f"book/split.html#some_widget{SETTINGS};other?a=1", f"more/two.html#some_widget{SETTINGS};other?a=1"),
    ],
)
def test_an_old_address_leads_to_the_place_with_its_settings(project: Path, tab: Tab, old: str, new: str) -> None:
    assert arrived(tab.page, f"{project.as_uri()}/{old}", at=project) == new
    assert tab.complaints == []


def test_without_javascript_a_page_that_became_one_leads_on_and_one_that_became_several_shows_them(
    project: Path, new_tab: Callable[..., Tab]
) -> None:
    page = new_tab(java_script_enabled=False).page
    assert arrived(page, f"{project.as_uri()}/book/old.html", at=project) == "book/one.html"
    page.goto(f"{project.as_uri()}/book/split.html")
    assert page.get_by_role("link").all_inner_texts() == ["One & only", "Two"]
    page.get_by_role("link", name="Two").click()
    page.wait_for_url(f"{project.as_uri()}/more/two.html")


def test_axe_finds_nothing_on_a_page_that_shows_where_to_go(project: Path, tab: Tab) -> None:
    page = tab.page
    text = (project / "book" / "split.html").read_text(encoding="utf-8")
    page.set_content(text.replace("location.replace", "String"))
    assert axe_findings(page) == []


def arrivals(page: Page, folder: Path, old: str, places: list[str]) -> dict[str, str]:
    """Return where each place in an old page leads, as seen from `folder`, by the page's own script."""
    file = folder / f"{old}.html"
    found = page.evaluate(LEADS, [file.read_text(encoding="utf-8"), file.as_uri(), places])
    return {place: url.removeprefix(f"{folder.as_uri()}/") for place, url in zip(places, found, strict=True)}


def is_there(folder: Path, address: str) -> bool:
    """Whether a page has the place, or the widget, that an address names."""
    name, _, place = unquote(address).partition("#")
    text = (folder / name).read_text(encoding="utf-8")
    return not place or f'id="{place}"' in text or f'data-widget="{place}"' in text


def lost(page: Page, folder: Path, old: str, places: list[str]) -> list[str]:
    """Return the old addresses that lead to no place that is there, each with where it leads."""
    if not (folder / f"{old}.html").is_file():
        return [f"{old} leads nowhere"]
    reached = arrivals(page, folder, old, places)
    return [f"{old}#{place} -> {to}" for place, to in reached.items() if not is_there(folder, to)]


def test_a_lost_place_is_seen(project: Path, tab: Tab) -> None:
    page = tab.page
    assert lost(page, project, "book/split", ["", "first", "second", "renamed"]) == []
    assert lost(page, project, "book/split", ["third", "first"]) == ["book/split#third -> book/one.html#third"]
    assert lost(page, project, "book/never", [""]) == ["book/never leads nowhere"]


@pytest.mark.parametrize("old", GONE)
def test_an_old_page_of_the_book_leads_on_as_its_script_says(book: Path, tab: Tab, old: str) -> None:
    place = GONE[old]["ids"][-1]
    start = (book / f"{old}.html").as_uri()
    tab.page.route(
        re.compile(f"^(?!{re.escape(start)})"),  # it is looked up in its file, and need not be drawn
        lambda route: route.fulfill(content_type="text/html", body=""),
    )
    assert arrived(tab.page, f"{start}#{place}", at=book) == arrivals(tab.page, book, old, [place])[place]
    tab.page.unroute_all()


def test_every_old_address_of_the_book_leads_to_a_place_that_is_there(book: Path, tab: Tab) -> None:
    assert [
        each
        for old, places in GONE.items()
        for each in lost(tab.page, book, old, ["", *places["ids"], *places["widgets"]])
    ] == []

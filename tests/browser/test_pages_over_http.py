"""Every page of the built book as a phone shows it, over http: what it asks for and weighs, and how it is laid out."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from html_names import Names
from tabs import PAGES, Tab, Visit

ISLAND = re.compile(r'<div class="tinyml-widget".*?</figure></div>', re.DOTALL)
WIDTH = 360
GAPS = """() => [...document.querySelectorAll('article :is(h1, h2, h3)')].filter(heading => {
    const range = document.createRange();
    range.selectNodeContents(heading);
    if (heading.querySelector('a.headerlink')) range.setEndBefore(heading.querySelector('a.headerlink'));
    const room = parseFloat(getComputedStyle(heading).paddingTop) + parseFloat(getComputedStyle(heading).paddingBottom);
    return heading.clientHeight - room > range.getBoundingClientRect().height + 24;
}).map(heading => heading.textContent)"""
"""The headings that have an empty line below their text: that of their link's sign, where no room was left for it."""
WAITED_FOR = """() => [...performance.getEntriesByType('resource')]
    .filter(file => file.renderBlockingStatus === 'blocking').map(file => new URL(file.name).pathname)"""
"""The files without which a browser draws nothing."""
WIDE = """width => [...document.querySelectorAll('article *')].filter(element => {
    if (element.getBoundingClientRect().right <= width + 1) return false;
    for (let box = element; box; box = box.parentElement) {
        const style = getComputedStyle(box);
        if (/auto|scroll|hidden|clip/.test(style.overflowX) || style.position === 'absolute') return false;
    }
    return true;
}).map(element => element.outerHTML.slice(0, 120))"""
"""The elements that stand out of the page, and in no box that scrolls by itself."""


@pytest.fixture(scope="module")
def tab(new_tab: Callable[..., Tab]) -> Tab:
    """Return the tab of a reader whose screen is narrow, and dark from the start."""
    return new_tab(color_scheme="dark", viewport={"width": WIDTH, "height": 740})


@pytest.fixture(scope="module", params=PAGES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def served(name: str, server: str, tab: Tab) -> Visit:
    return tab.go(f"{server}/{name}.html", until="networkidle")


def test_over_http_a_page_asks_for_nothing_outside_and_complains_about_nothing(served: Visit) -> None:
    assert served.complaints == []


def test_a_page_waits_for_its_styles_alone_and_the_search_index_for_a_search(served: Visit) -> None:
    assert served.page.evaluate(WAITED_FOR) == ["/_static/styles.css"]
    assert served.page.locator("script[src]:not([defer])").count() == 0
    assert not any("searchindex.js" in url for url in served.asked)


def test_nothing_moves_when_the_parts_of_a_page_arrive(served: Visit) -> None:
    assert served.page.evaluate("shift") <= 0.02


def packed(data: bytes) -> int:
    """Return the size of a file as a server sends it."""
    return len(gzip.compress(data, 9))


@pytest.fixture(scope="module")
def weights() -> dict[str, int]:
    """Return a table of what came over http: most of what a page needs, other pages need too."""
    return {}


def test_a_page_is_light(book: Path, name: str, served: Visit, weights: dict[str, int]) -> None:
    source = (book / f"{name}.html").read_text(encoding="utf-8")
    assert len(ISLAND.sub("", source).encode()) <= 400_000
    widgets = [asset for asset in Names(source).assets if "/widgets/" in asset]
    paths = [(book / name).parent / script.split("?")[0] for script in widgets]
    kinds = sum(len(path.stem.split("-")) for path in paths)  # a script is called after the widgets in it
    assert (
        sum(packed(path.read_bytes()) for path in paths) <= 12_000 + 4_000 * kinds
    )  # what all share, and each of them
    weights |= {answer.url: packed(answer.body()) for answer in served.answers if answer.url not in weights}
    sizes = {answer.url: weights[answer.url] for answer in served.answers}
    assert len(sizes) > 3
    styles = [answer.body() for answer in served.answers if "/_static/styles.css" in answer.url]
    assert [len(style) <= 120_000 for style in styles] == [True]
    assert sum(size for url, size in sizes.items() if not url.startswith("blob:")) <= 250_000, sizes


def test_on_a_phone_no_heading_has_an_empty_line_below_it(served: Visit) -> None:
    assert served.page.evaluate(GAPS) == []


def test_on_a_phone_nothing_scrolls_sideways(served: Visit) -> None:
    assert served.page.evaluate("document.documentElement.scrollWidth") <= WIDTH
    assert served.page.evaluate(WIDE, WIDTH) == []


def test_the_network_is_blocked_and_asking_for_it_is_noticed(server: str, new_tab: Callable[..., Tab]) -> None:
    tab = new_tab()
    page = tab.go(f"{server}/search.html").page
    for address in ("http://93.184.215.14/", "https://example.org/"):
        assert (
            page.evaluate("address => fetch(address, { mode: 'no-cors' }).catch(() => 'no way')", address) == "no way"
        )
        assert f"outside: {address}" in tab.complaints
    assert any("ERR_NAME_NOT_RESOLVED" in complaint for complaint in tab.complaints)

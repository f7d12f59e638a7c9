"""Every page of the built book on a screen as narrow as a phone's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tabs import PAGES, Tab, Visit, url_of

WIDTH = 360
GAPS = """() => [...document.querySelectorAll('article :is(h1, h2, h3)')].filter(heading => {
    const range = document.createRange();
    range.selectNodeContents(heading);
    if (heading.querySelector('a.headerlink')) range.setEndBefore(heading.querySelector('a.headerlink'));
    const room = parseFloat(getComputedStyle(heading).paddingTop) + parseFloat(getComputedStyle(heading).paddingBottom);
    return heading.clientHeight - room > range.getBoundingClientRect().height + 24;
}).map(heading => heading.textContent)"""
"""The headings that have an empty line below their text: that of their link's sign, where no room was left for it."""
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
    return new_tab(viewport={"width": WIDTH, "height": 740})


@pytest.fixture(scope="module", params=PAGES)
def phone(request: pytest.FixtureRequest, book: Path, tab: Tab) -> Visit:
    return tab.go(url_of(book, request.param))


def test_on_a_phone_a_page_asks_for_nothing_outside_and_complains_about_nothing(phone: Visit) -> None:
    assert phone.complaints == []


def test_on_a_phone_no_heading_has_an_empty_line_below_it(phone: Visit) -> None:
    assert phone.page.evaluate(GAPS) == []


def test_on_a_phone_nothing_scrolls_sideways(phone: Visit) -> None:
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= WIDTH
    assert phone.page.evaluate(WIDE, WIDTH) == []

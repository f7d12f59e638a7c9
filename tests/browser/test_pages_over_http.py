"""Every page of the built book over http: what it asks for, and what it weighs."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from html_names import Names
from tabs import PAGES, Tab, Visit

ISLAND = re.compile(r'<div class="tinyml-widget".*?</figure></div>', re.DOTALL)


@pytest.fixture(scope="module")
def tab(new_tab: Callable[..., Tab]) -> Tab:
    """Return the tab of a reader whose screen is dark from the start."""
    return new_tab(color_scheme="dark")


@pytest.fixture(scope="module", params=PAGES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def served(name: str, server: str, tab: Tab) -> Visit:
    return tab.go(f"{server}/{name}.html", until="networkidle")


def test_over_http_a_page_asks_for_nothing_outside_and_complains_about_nothing(served: Visit) -> None:
    assert served.complaints == []


@cache
def packed(data: bytes) -> int:
    """Return the size of a file as a server sends it; most of what a page needs, other pages need too."""
    return len(gzip.compress(data, 9))


def test_a_page_is_light(book: Path, name: str, served: Visit) -> None:
    source = (book / f"{name}.html").read_text(encoding="utf-8")
    assert len(ISLAND.sub("", source).encode()) <= 400_000
    widgets = [asset for asset in Names(source).assets if "/widgets/" in asset]
    paths = [(book / name).parent / script.split("?")[0] for script in widgets]
    assert sum(packed(path.read_bytes()) for path in paths) <= 20_000
    sizes = {answer.url: packed(answer.body()) for answer in served.answers}
    assert len(sizes) > 5
    if not widgets:
        assert sum(sizes.values()) <= 250_000, sizes


def test_the_network_is_blocked_and_asking_for_it_is_noticed(server: str, new_tab: Callable[..., Tab]) -> None:
    tab = new_tab()
    page = tab.go(f"{server}/search.html").page
    for address in ("http://93.184.215.14/", "https://example.org/"):
        assert (
            page.evaluate("address => fetch(address, { mode: 'no-cors' }).catch(() => 'no way')", address) == "no way"
        )
        assert f"outside: {address}" in tab.complaints
    assert any("ERR_NAME_NOT_RESOLVED" in complaint for complaint in tab.complaints)

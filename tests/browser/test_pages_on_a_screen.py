"""Every page of the built book on a screen, opened from the disk, in light and then in the dark."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from left_out import styles_missed
from playwright.sync_api import Page
from tabs import COLOUR_RULES, PAGES, Tab, Visit, grave_findings, url_of

SHOWN = """() => [...document.querySelectorAll('body *')].flatMap((own, place) =>
    own.checkVisibility({ visibilityProperty: true, opacityProperty: true }) ? [`${place} ${own.localName}`] : [])"""
"""The elements that are shown, each with its place among all."""


@pytest.fixture(scope="module")
def tab(new_tab: Callable[..., Tab]) -> Tab:
    return new_tab()


@pytest.fixture(scope="module", params=PAGES)
def light(request: pytest.FixtureRequest, book: Path, tab: Tab) -> Visit:
    return tab.go(url_of(book, request.param), colours="light")


@pytest.fixture(scope="module")
def shown_in_light(light: Visit) -> list[str]:
    shown: list[str] = light.page.evaluate(SHOWN)
    return shown


@pytest.fixture(scope="module")
def dark(light: Visit, shown_in_light: list[str]) -> Page:
    """Return the page after its reader's screen has become dark, which comes after `shown_in_light` has looked."""
    light.page.emulate_media(color_scheme="dark")
    light.page.wait_for_function("document.documentElement.dataset.theme === 'dark'")
    return light.page


def test_from_the_disk_a_page_asks_for_nothing_outside_and_complains_about_nothing(light: Visit) -> None:
    assert light.complaints == []


def test_a_page_asks_for_no_style_that_was_left_out(light: Visit, book: Path) -> None:
    assert styles_missed(light.page, book) == []


def test_in_light_axe_finds_nothing_serious(light: Visit) -> None:
    assert light.page.evaluate("document.documentElement.dataset.theme") == "light"
    assert grave_findings(light.page) == []


def test_in_the_dark_the_same_is_shown_as_in_light(dark: Page, shown_in_light: list[str]) -> None:
    """So that the next test needs to look at colours alone."""
    assert dark.evaluate(SHOWN) == shown_in_light


def test_in_the_dark_axe_finds_nothing_serious(dark: Page) -> None:
    assert grave_findings(dark, *COLOUR_RULES) == []


def test_in_the_dark_outputs_are_not_painted_pale(dark: Page) -> None:
    grounds = dark.eval_on_selector_all(
        "div.cell_output .text_html", "all => all.map(element => getComputedStyle(element).backgroundColor)"
    )
    assert set(grounds) <= {"rgba(0, 0, 0, 0)"}


def test_in_the_dark_too_a_page_asks_for_nothing_outside_and_complains_about_nothing(dark: Page, tab: Tab) -> None:
    assert tab.complaints == []


def test_one_pale_text_among_many_that_look_alike_is_seen(book: Path, new_tab: Callable[..., Tab]) -> None:
    page = new_tab().go(url_of(book, "book/preface")).page
    assert grave_findings(page, *COLOUR_RULES) == []
    page.locator("article p").last.evaluate("own => { own.style.color = '#bbb'; }")
    assert [rule for rule, *_ in grave_findings(page, *COLOUR_RULES)] == ["color-contrast"]

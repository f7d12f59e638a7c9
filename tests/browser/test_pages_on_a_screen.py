"""Every page of the built book on a screen, opened from the disk, in light and in the dark."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tabs import PAGES, Tab, Visit, grave_findings, url_of


@pytest.fixture(scope="module")
def light_tab(new_tab: Callable[..., Tab]) -> Tab:
    return new_tab(color_scheme="light")


@pytest.fixture(scope="module")
def dark_tab(new_tab: Callable[..., Tab]) -> Tab:
    return new_tab(color_scheme="dark")


@pytest.fixture(scope="module", params=PAGES)
def light(request: pytest.FixtureRequest, book: Path, light_tab: Tab) -> Visit:
    return light_tab.go(url_of(book, request.param))


@pytest.fixture(scope="module", params=PAGES)
def dark(request: pytest.FixtureRequest, book: Path, dark_tab: Tab) -> Visit:
    return dark_tab.go(url_of(book, request.param))


def test_from_the_disk_a_page_asks_for_nothing_outside_and_complains_about_nothing(light: Visit) -> None:
    assert light.complaints == []


def test_in_the_dark_too_a_page_asks_for_nothing_outside_and_complains_about_nothing(dark: Visit) -> None:
    assert dark.complaints == []


def test_in_light_axe_finds_nothing_serious(light: Visit) -> None:
    assert light.page.evaluate("document.documentElement.dataset.theme") == "light"
    assert grave_findings(light.page) == []


def test_in_the_dark_axe_finds_nothing_serious(dark: Visit) -> None:
    assert dark.page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert grave_findings(dark.page) == []


def test_in_the_dark_outputs_are_not_painted_pale(dark: Visit) -> None:
    grounds = dark.page.eval_on_selector_all(
        "div.cell_output .text_html", "all => all.map(element => getComputedStyle(element).backgroundColor)"
    )
    assert set(grounds) <= {"rgba(0, 0, 0, 0)"}

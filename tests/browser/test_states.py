"""What a reader opens, points at and presses on a page looks as its styles say: the sheet has all of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from left_out import styles_missed
from tabs import Tab, url_of

PAGE = "exercises/release/05_endomorphism/05_endomorphism"
"""A page with folds of each kind."""


def test_what_is_shown_when_it_is_pointed_at_or_pressed_has_its_styles(book: Path, new_tab: Callable[..., Tab]) -> None:
    tab = new_tab(color_scheme="dark")
    page = tab.go(url_of(book, PAGE)).page
    page.locator("article .copybtn").first.click(force=True)
    page.locator("article .copybtn.success").wait_for()
    assert styles_missed(page, book) == []
    page.locator(".theme-switch-button").first.hover()
    page.locator(".tooltip.show").wait_for()
    assert styles_missed(page, book) == []
    page.locator(".dropdown-download-buttons > button").click()
    page.locator(".dropdown-menu.dropdown-menu-dark.show").wait_for()
    assert styles_missed(page, book) == []


def test_on_a_phone_the_menus_that_are_opened_have_their_styles(book: Path, new_tab: Callable[..., Tab]) -> None:
    page = new_tab(viewport={"width": 360, "height": 740}).go(url_of(book, PAGE)).page
    for menu in ("primary", "secondary"):
        page.locator(f".{menu}-toggle").first.click()
        page.locator(f"#pst-{menu}-sidebar-modal[open]").wait_for()
        assert styles_missed(page, book) == []
        page.keyboard.press("Escape")


def test_who_goes_up_a_page_is_offered_its_top(book: Path, new_tab: Callable[..., Tab]) -> None:
    page = new_tab(viewport={"width": 360, "height": 740}).go(url_of(book, PAGE)).page
    button = page.locator("#pst-back-to-top")
    for place in (1500, 1400):
        assert button.is_hidden()
        page.evaluate("place => new Promise(done => { onscroll = done; scrollTo(0, place); })", place)
    assert button.is_visible()
    assert styles_missed(page, book) == []
    button.click()
    page.wait_for_function("scrollY === 0")


def test_a_fold_that_is_opened_has_its_styles(book: Path, new_tab: Callable[..., Tab]) -> None:
    page = new_tab().go(url_of(book, "book/05_endomorphism")).page
    page.locator(".admonition.toggle-hidden .toggle-button").first.click()
    page.locator(".admonition.toggle:not(.toggle-hidden)").first.wait_for()
    page.locator("details:not([open]) > summary:visible").first.click()
    assert styles_missed(page, book) == []

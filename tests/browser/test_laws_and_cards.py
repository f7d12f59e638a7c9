"""The badges of laws and the cards of chapters in the built book: by keyboard, on a phone, in the dark, on paper."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page
from sheets import Sheet, sheets_of
from tabs import Tab, grave_findings, url_of

LAW, CARDS = "book/02_arrows", "book/cards"
SEEN = "element => element.checkVisibility({ visibilityProperty: true, opacityProperty: true })"
ENLARGE = """count => {
    const cards = document.querySelector('.word-cards');
    const own = [...cards.children];
    for (let more = own.length; more < count; more++) cards.append(own[more % own.length].cloneNode(true));
    for (const card of own.slice(count)) card.remove();
    return cards.children.length;
}"""
"""As many cards as wanted: a book with more chapters, or with fewer."""
TOO_LARGE = """cards => cards.flatMap(card => {
    const room = card.getBoundingClientRect();
    return [...card.querySelectorAll(':not(.katex-mathml *)')].flatMap(own => {
        const { left, right, top, bottom } = own.getBoundingClientRect();
        const over = [room.left - left, right - room.right, room.top - top, bottom - room.bottom];
        return Math.max(...over) <= 1 || !own.checkVisibility() ? [] : [`${own.tagName}: ${own.textContent}`];
    });
})"""

OTHERS = """all => all.filter(own => !own.closest('.word-cards') && !own.querySelector('.word-cards'))
    .map(own => own.outerHTML)"""


@pytest.fixture(scope="module")
def tab(new_tab: Callable[..., Tab]) -> Tab:
    return new_tab()


def test_a_badge_opens_by_keyboard_and_names_the_tests(book: Path, tab: Tab) -> None:
    page = tab.go(url_of(book, LAW)).page
    badge = page.locator("#law-02-associative .law-tried")
    assert badge.locator("summary").inner_text() == "✓ exact"
    assert badge.locator("li:visible").count() == 0
    badge.locator("summary").focus()
    page.keyboard.press("Enter")
    assert badge.locator("li:visible").all_inner_texts() == [
        "tests/ch02_arrows/test_category.py::test_composition_is_associative",
        "tests/ch02_arrows/test_joins.py::test_brackets_do_not_matter_for_what_is_accepted",
    ]
    assert page.locator("#law-02-checkers summary").inner_text() == "✓ held by the types"
    assert grave_findings(page) == []


def test_on_paper_the_tests_of_a_law_are_named(book: Path, tab: Tab) -> None:
    page = tab.go(url_of(book, LAW)).page
    page.emulate_media(media="print")
    hidden = page.locator(".law-tried li").evaluate_all(f"all => all.filter(own => !({SEEN})(own)).length")
    page.emulate_media(media="null")
    assert hidden == 0


def test_on_a_phone_in_the_dark_an_open_badge_and_a_card_do_not_stick_out(
    book: Path, new_tab: Callable[..., Tab]
) -> None:
    tab = new_tab(viewport={"width": 360, "height": 700}, color_scheme="dark")
    for name in (LAW, CARDS):
        page = tab.go(url_of(book, name)).page
        page.locator(".law-tried").evaluate_all("all => all.forEach(own => own.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        assert page.locator(".word-card").evaluate_all(TOO_LARGE) == []
        assert grave_findings(page) == []


def test_a_card_shows_its_picture_between_its_words(book: Path, tab: Tab) -> None:
    page = tab.go(url_of(book, LAW)).page
    card = page.locator("#card")
    assert card.locator(".sd-card-title").inner_text() == "Arrow"
    assert card.locator(".sd-card-text").count() == 4
    picture = card.get_by_role("img")
    assert (picture.get_attribute("aria-label") or "").startswith("increment >> double >> increment : int -> int.")
    room = picture.bounding_box()
    assert room
    assert min(room["width"], room["height"]) > 60


def test_every_card_leads_to_its_chapter(book: Path, tab: Tab) -> None:
    page = tab.go(url_of(book, CARDS)).page
    cards = page.locator(".word-cards > .word-card")
    assert cards.count() >= 6
    assert page.locator(".word-from a").count() == cards.count()
    cards.nth(1).locator(".word-from a").click()
    page.wait_for_url("**/01_objects.html#card")
    assert page.locator("#card .sd-card-title").inner_text() == "Object"


@pytest.fixture
def cards(book: Path, tab: Tab) -> Page:
    return tab.go(url_of(book, CARDS)).page


def printed(page: Page) -> list[Sheet]:
    return sheets_of(page.pdf(prefer_css_page_size=True, print_background=True))


@pytest.mark.parametrize(("count", "on_sheets"), [(1, [1]), (8, [8]), (9, [8, 1]), (21, [8, 8, 5])])
def test_eight_cards_are_on_a_sheet_of_a4_each_in_its_place(cards: Page, count: int, on_sheets: list[int]) -> None:
    assert cards.evaluate(ENLARGE, count) == count
    sheets = printed(cards)
    assert [(round(sheet.width), round(sheet.height)) for sheet in sheets] == [(210, 297)] * len(on_sheets)
    for sheet, on_it in zip(sheets, on_sheets, strict=True):
        leads = [(x, y) for address, x, y in sheet.links if address.endswith("#card")]
        places = {(int(y // 74), int(x // 105)) for x, y in leads}  # a link of two lines is two links
        assert sorted(places) == [divmod(place, 2) for place in range(on_it)]


def test_on_paper_nothing_of_a_card_is_cut_off_and_nothing_but_cards_is_there(cards: Page) -> None:
    cards.set_viewport_size({"width": 794, "height": 1123})
    cards.emulate_media(media="print", color_scheme="dark")
    others = cards.locator("body *:visible").evaluate_all(OTHERS)
    sizes = cards.locator(".word-cards > .word-card").evaluate_all(
        "all => all.map(own => [own.offsetWidth, own.offsetHeight, own.scrollHeight - own.clientHeight])"
    )
    too_large = cards.locator(".word-cards > .word-card").evaluate_all(TOO_LARGE)
    colours = cards.locator(".word-cards .sd-card-text").evaluate_all(
        "all => all.map(own => getComputedStyle(own).color)"
    )
    cards.emulate_media(media="null", color_scheme="light")
    assert others == []
    assert {(round(25.4 * width / 96), round(25.4 * height / 96)) for width, height, _ in sizes} == {(105, 74)}
    assert [over for *_, over in sizes if over > 0] == []
    assert too_large == []
    assert set(colours) == {"rgb(0, 0, 0)"}

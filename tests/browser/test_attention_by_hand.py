"""The attention field in a browser: its discs by mouse, by finger and by keys, and the cell that cannot be blocked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from book_pages.bundling import page_script
from live_widget import SETTLED
from playwright.sync_api import Locator, Page
from tabs import Tab, grave_findings

from tinyml.widgets import AttentionField

PLANE = 2.35
"""The number at the edge of the plane of queries and keys."""
GET = "all => Object.fromEntries(all.map(own => [own, document.querySelector('.tinyml-widget').widget.get(own)]))"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the address of a page with the field alone."""
    folder = tmp_path_factory.mktemp("field")
    (folder / "page.js").write_text(page_script(["attention_field"]), encoding="utf-8")
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>A page</title>'
    head += '<script defer src="page.js"></script>'
    body = f"<main><h1>A page</h1>{AttentionField().island()}</main>"
    page = f'<!doctype html><html lang="en"><head>{head}</head><body>{body}</body></html>'
    (folder / "page.html").write_text(page, encoding="utf-8")
    return (folder / "page.html").as_uri()


@pytest.fixture(scope="module")
def tab(new_tab: Callable[..., Tab]) -> Tab:
    return new_tab(viewport={"width": 1000, "height": 1200})


@pytest.fixture
def page(tab: Tab, url: str) -> Page:
    return tab.go(url).page


def disc(page: Page, name: str) -> Locator:
    kind = "Query" if name[0] == "q" else "Key"
    return page.get_by_role("slider", name=f"{kind} {name[1]}", exact=True)


def settings(page: Page) -> dict[str, Any]:
    page.evaluate(SETTLED)
    found: dict[str, Any] = page.evaluate(GET, AttentionField().setting_names())
    return found


def changed(page: Page) -> dict[str, Any]:
    own = AttentionField()
    return {name: value for name, value in settings(page).items() if value != getattr(own, name)}


def middle(page: Page, name: str) -> tuple[float, float]:
    box = disc(page, name).bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def one(page: Page) -> float:
    """Return how many pixels are from one whole number to the next."""
    wide: float = page.locator(".field-area").evaluate("own => own.clientWidth")
    return wide / 2 / PLANE


def test_a_mouse_takes_a_disc_where_it_is_and_a_query_that_is_moved_is_shown(page: Page) -> None:
    (x, y), unit = middle(page, "q1"), one(page)
    page.mouse.move(x + 9, y - 7)
    page.mouse.down()
    page.mouse.move(x + 9 - 0.8 * unit, y - 7 - 1.3 * unit, steps=4)
    assert changed(page) == {"q1": [0.7, 0.8], "query": 1}
    page.mouse.move(x + 5 * unit, y + 5 * unit)
    page.mouse.up()
    page.mouse.move(x, y)
    assert changed(page) == {"q1": [2, -2], "query": 1}
    assert disc(page, "q1").evaluate("own => own === document.activeElement")
    assert disc(page, "q1").get_attribute("aria-valuetext") == "(2, -2)"


def test_a_key_that_is_moved_leaves_the_query_that_is_shown(page: Page) -> None:
    (x, y), unit = middle(page, "k2"), one(page)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - unit, y)
    page.mouse.up()
    assert changed(page) == {"k2": [-0.5, -1.5]}


def test_where_two_discs_overlap_the_nearer_one_is_taken(page: Page, url: str) -> None:
    page.goto(f"{url}#attention_field?k0=[0,0]&q0=[0.3,0]")
    page.evaluate(SETTLED)
    (x, y), unit = middle(page, "k0"), one(page)
    page.mouse.move(x + 0.1 * unit, y)
    page.mouse.down()
    page.mouse.move(x + 0.1 * unit, y + unit)
    page.mouse.up()
    assert changed(page) == {"k0": [0, -1], "q0": [0.3, 0]}


def test_keys_move_a_disc_both_ways_and_further_with_shift(page: Page) -> None:
    own = disc(page, "k1")
    for pressed in ("ArrowRight", "ArrowUp", "Shift+ArrowDown"):
        own.press(pressed)
    assert changed(page) == {"k1": [-0.9, 0.6]}
    own.press("Home")
    assert changed(page) == {"k1": [-2, 0.6]}
    disc(page, "q2").press("Shift+ArrowLeft")
    assert changed(page) == {"k1": [-2, 0.6], "q2": [-1.7, -0.8], "query": 2}


def test_the_last_key_of_a_query_cannot_be_blocked_and_the_page_says_why(page: Page) -> None:
    cells = [page.get_by_role("button", name=f"Query 1 may read key {key}") for key in range(3)]
    cells[0].click()
    cells[2].click()
    assert changed(page) == {"mask": "111010111"}
    cells[1].click()
    assert changed(page) == {"mask": "111010111"}
    remark = page.locator(".field-remark")
    assert remark.inner_text() == "Query 1 has to read something: with no key left, its weights would be 0/0."
    assert [cell.get_attribute("aria-pressed") for cell in cells] == ["false", "true", "false"]
    assert [cell.inner_text()[:2] for cell in cells] == ["✗ ", "-1", "✗ "]
    assert grave_findings(page) == []
    page.get_by_role("button", name="causal", exact=True).click()
    assert changed(page) == {"mask": "100110111"}
    assert remark.inner_text() == ""


def test_a_finger_moves_a_disc_and_elsewhere_the_page(url: str, tab_of_one: Callable[..., Tab]) -> None:
    page = tab_of_one(viewport={"width": 360, "height": 640}, has_touch=True, is_mobile=True).go(url).page
    page.locator(".field-area").scroll_into_view_if_needed()
    touch = page.context.new_cdp_session(page)

    def swipe(x: float, y: float, down: float) -> float:
        before: float = page.evaluate("scrollY")
        for part in range(11):
            kind = "touchMove" if part else "touchStart"
            points = [{"x": x, "y": y + down * part / 10}]
            touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        page.evaluate(SETTLED)
        after: float = page.evaluate("scrollY")
        return after - before

    x, y = middle(page, "k0")
    assert swipe(x, y, 2 * one(page)) == 0
    assert changed(page) == {"k0": [1, -1]}
    box = page.locator(".field-area").bounding_box()
    assert box is not None
    assert swipe(box["x"] + 12, box["y"] + box["height"] - 12, -120) > 50
    assert changed(page) == {"k0": [1, -1]}

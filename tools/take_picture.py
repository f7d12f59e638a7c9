"""Take the README's picture of the training explorer from the built chapter 5: `python tools/take_picture.py`."""

from __future__ import annotations

import sys

import build_book
from playwright.sync_api import sync_playwright
from set_up_programs import CHROMIUM

PAGE = build_book.HTML / "book" / "05_endomorphism.html"
PICTURE = build_book.ROOT / "book" / "_static" / "training_explorer.png"


def take() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM.found(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1180, "height": 1400}, color_scheme="light")
        page.goto(f"{PAGE.as_uri()}#training_explorer?step_count=80")
        widget = page.locator(".tinyml-widget[data-widget=training_explorer] .tinyml").first
        widget.locator(".tinyml-agrees").wait_for()
        page.evaluate("scrollTo(0, 0)")  # the address has led to the widget, and a clip counts from the top of the page
        box, last = widget.bounding_box(), widget.locator(".tinyml-legend").bounding_box()
        assert box is not None
        assert last is not None
        upper = box | {"height": last["y"] + last["height"] + 12 - box["y"]}  # down to the curve, without the tables
        page.screenshot(path=PICTURE, clip=upper, full_page=True)
        browser.close()


if __name__ == "__main__":
    if not PAGE.is_file():
        sys.exit("the book is not built: run `make book`")
    take()
    print(f"{PICTURE.relative_to(build_book.ROOT)}: {PICTURE.stat().st_size / 1000:.0f} kB")

"""Every page of the built book in a browser that runs no JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pytest
from tabs import PAGES, Tab, Visit, url_of

import exercises

TEXT = """main => {
    const copy = main.cloneNode(true);
    copy.querySelectorAll('.katex, pre, code, script').forEach(element => element.remove());
    return copy.textContent;
}"""
UNNAMED = "article svg:not(.katex svg, [aria-hidden=true], .tb-icon, .sd-octicon, :has(> title), [aria-label])"
EXERCISES = {f"exercises/release/{name}/{name}": name for name in exercises.names_in(exercises.COURSE / "source")}


@pytest.fixture(scope="module")
def tab(new_tab: Callable[..., Tab]) -> Tab:
    """Return a tab in the dark, because only a script could make a page dark."""
    return new_tab(java_script_enabled=False, color_scheme="dark")


@pytest.fixture(scope="module", params=PAGES)
def bare(request: pytest.FixtureRequest, book: Path, tab: Tab) -> Visit:
    return tab.go(url_of(book, request.param))


def test_without_javascript_a_page_asks_for_nothing_outside_and_complains_about_nothing(bare: Visit) -> None:
    assert bare.complaints == []


def test_formulas_are_formulas(bare: Visit) -> None:
    text = bare.page.locator("main").evaluate(TEXT)
    assert not re.search(r"\\[a-zA-Z]{2,}|\$\$|\\\(|\\\[", text)
    assert "katex-error" not in bare.page.content()


def test_every_picture_has_words_of_its_own(bare: Visit) -> None:
    for alt in bare.page.eval_on_selector_all("article img", "pictures => pictures.map(picture => picture.alt)"):
        assert len(alt.split()) >= 3, f"{alt!r} does not say what the picture shows"
    assert bare.page.locator(UNNAMED).count() == 0


def test_without_javascript_a_page_is_coloured_and_widgets_are_pictures(bare: Visit) -> None:
    assert bare.page.get_attribute("html", "data-theme") == "light"
    for figure in bare.page.locator(".tinyml-widget > figure").all():
        assert figure.is_visible()


def test_every_exercise_has_a_page() -> None:
    assert set(EXERCISES) <= set(PAGES)


@pytest.mark.parametrize("bare", EXERCISES, indirect=True)
def test_an_exercise_is_offered_as_it_was_released(bare: Visit, book: Path) -> None:
    address = bare.page.url.removeprefix(f"{book.as_uri()}/").removesuffix(".html")
    name = EXERCISES[address]
    link = bare.page.locator("article a[download]", has_text="Download the notebook")
    assert link.get_attribute("download") == f"{name}_exercises.ipynb"
    offered = book / "exercises" / "release" / name / unquote(link.get_attribute("href") or "")
    released = exercises.notebook_of(exercises.COURSE / "release", name)
    assert offered.resolve().read_bytes() == released.read_bytes()
    assert bare.page.locator(".cell_output").count() == 0
    assert bare.page.locator("details.above-input > summary").count() >= 3

"""Every question of the book: answered by keyboard alone, wrong and then right, printed, and without JavaScript.

What a question of each kind does is tested on a small page, in test_guessing.py; this file takes minutes and belongs to
`make test-long`.  It takes what is right from book/guesses.toml, and a number from the page, as it is printed there.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import assert_never

import notebooks
import pytest
from book_pages.guesses_asked import Asked, asked_by_chapter
from book_pages.guesses_toml import Choice, Number, Order, Text, chapters
from playwright.sync_api import Page
from tabs import Tab, url_of

ROOT = Path(__file__).parent.parent.parent
KEY = "category-theory-for-tiny-ml.answers.v1"
RIGHT, WRONG, OURS = "✓ Right.", "✗ Not this time.", "Ours:"
SEEN = "element => element.checkVisibility({ visibilityProperty: true, opacityProperty: true })"
MOST_KEYS = 600
"""So many keys lead from one question past a widget, or to the first one of a page, with room."""
WAY = """selector => {
    const [here, there] = [document.activeElement, document.querySelector(selector)];
    if (here === there) return "";
    return here.compareDocumentPosition(there) & Node.DOCUMENT_POSITION_PRECEDING ? "Shift+Tab" : "Tab";
}"""
"""Which key leads from what has the focus towards an element; none where it has the focus itself."""
UNSEEN = f"""() => [...document.querySelectorAll('article :is(.guess, .guess-says, .cell_output, .cell_output *)')]
    .filter(own => !own.closest('.guess-room, details.hide, button, svg, .katex, .tinyml-widget') && !({SEEN})(own))
    .map(own => own.outerHTML.slice(0, 120))"""
"""The questions, answers and outputs that cannot be seen."""
TOPS = f"""() => [...document.querySelectorAll('article :is(h2, .guess, .cell_input, .cell_output, .guess-answers)')]
    .filter({SEEN}).map(own => Math.round(own.getBoundingClientRect().top))"""

every_chapter = pytest.mark.parametrize("chapter", chapters(ROOT))


@pytest.fixture(scope="module")
def tab(new_tab: Callable[..., Tab]) -> Tab:
    return new_tab()


@pytest.fixture(scope="module")
def bare_tab(new_tab: Callable[..., Tab]) -> Tab:
    return new_tab(java_script_enabled=False)


def questions_of(chapter: str) -> list[Asked]:
    return asked_by_chapter(ROOT, chapter, notebooks.read(ROOT / "book" / f"{chapter}.ipynb"))


def go_to(page: Page, selector: str) -> None:
    """Go to an element as the keyboard does, forwards or backwards."""
    for _ in range(MOST_KEYS):
        key = page.evaluate(WAY, selector)
        if not key:
            return
        page.keyboard.press(key)
    pytest.fail(f"no key leads to {selector}")


def commit(page: Page, name: str) -> None:
    go_to(page, f"#guess-{name} .guess-actions :first-child > button:first-child")
    page.keyboard.press("Enter")


def choose(page: Page, name: str, place: int) -> None:
    go_to(page, f"#guess-{name} [type=radio]")
    page.keyboard.press("Space")
    for _ in range(place):
        page.keyboard.press("ArrowDown")


def type_into(page: Page, name: str, text: str) -> None:
    go_to(page, f"#guess-{name} .guess-typed > :last-child")
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def texts_of(page: Page, name: str) -> list[str]:
    """Return the options of a question as they are in its list now, by the names that the book gives them."""
    found: list[str] = page.locator(f"#guess-{name} :is([type=radio], .guess-order > li)").evaluate_all(
        "all => all.map(own => own.value || own.dataset.option)"
    )
    return found


def sort(page: Page, name: str, wanted: list[str]) -> None:
    """Bring each entry up to its place, the first one first."""
    for place, text in enumerate(wanted):
        at = texts_of(page, name).index(text)
        if at > place:
            go_to(page, f"#guess-{name} .guess-order > li:nth-child({at + 1}) > button")
        for _ in range(at - place):
            page.keyboard.press("Enter")


def printed_key(page: Page, chapter: str, name: str) -> str:
    """Return the number that the chapter computes, as the fold says it."""
    key = page.locator(f"[data-answers='{chapter}/{name}'] .guess-key").text_content() or ""
    return key.removeprefix("The chapter computes ").removesuffix(".")


def give(page: Page, chapter: str, asked: Asked, *, right: bool) -> str:
    """Answer a question, right or wrong, and return the name of the sentence that has to come."""
    name, answers = asked.name, asked.answers
    match answers:
        case Choice():
            wanted = next(option.text for option in answers.options if option.right is right)
            choose(page, name, texts_of(page, name).index(wanted))
        case Number():
            wanted, key = "near" if right else "far", printed_key(page, chapter, name)
            far = math.copysign(1e6 * (1 + abs(float(key))), float(key))
            type_into(page, name, key if right else f"{far:.0f}")
        case Order():
            wanted = "right" if right else "wrong"
            sort(page, name, [option.text for option in answers.options] if right else texts_of(page, name))
        case Text():
            wanted = "ours"
            type_into(page, name, "In my words.")
        case _:
            assert_never(answers)
    commit(page, name)
    return wanted


def sentence_of(page: Page, chapter: str, name: str, answer: str) -> str:
    """Return the sentence of the fold that belongs to an answer."""
    says = page.locator(
        f"[data-answers='{chapter}/{name}'] [data-answer={json.dumps(answer, ensure_ascii=False)}] .guess-says"
    )
    return " ".join((says.text_content() or "").split())


def said(page: Page, name: str) -> str:
    return " ".join((page.locator(f"#guess-{name} .guess-live").text_content() or "").split())


def is_covered(page: Page, chapter: str, name: str) -> bool:
    return not page.locator(f"[data-covers='{chapter}/{name}'] > .guess-content > *").first.evaluate(SEEN)


@every_chapter
def test_every_question_is_answered_by_keyboard_alone_wrong_and_then_right(chapter: str, book: Path, tab: Tab) -> None:
    page = tab.go(url_of(book, f"book/{chapter}")).page
    asked = questions_of(chapter)
    for guess in asked:
        name = guess.name
        ways = {False: WRONG, True: RIGHT} if not isinstance(guess.answers, Text) else {True: OURS}
        for right, mark in ways.items():
            assert is_covered(page, chapter, name), name
            sentence = sentence_of(page, chapter, name, give(page, chapter, guess, right=right))
            assert sentence
            assert said(page, name).startswith(mark), name
            assert said(page, name).endswith(sentence), name
            assert not is_covered(page, chapter, name), name
            assert page.evaluate("document.activeElement.textContent") == "Guess again"
            if not right:
                page.keyboard.press("Enter")
    kept = json.loads(page.evaluate("key => localStorage.getItem(key)", KEY))["answers"]
    assert {name: answer["right"] for name, answer in kept.items()} == {
        f"{chapter}/{guess.name}": None if isinstance(guess.answers, Text) else True for guess in asked
    }
    assert tab.complaints == []


@every_chapter
def test_on_paper_every_question_answer_and_output_is_there(chapter: str, book: Path, tab: Tab) -> None:
    page = tab.go(url_of(book, f"book/{chapter}")).page
    page.emulate_media(media="print")
    unseen, buttons = page.evaluate(UNSEEN), page.locator("article .guess button:visible").count()
    folds = page.locator("article details.sd-dropdown > .sd-summary-content").evaluate_all(
        f"all => all.filter(own => !({SEEN})(own)).length"
    )
    page.emulate_media(media="null")
    assert unseen == []
    assert buttons == 0
    assert folds == 0


@every_chapter
def test_without_javascript_every_question_and_output_is_there_in_order(
    chapter: str, book: Path, bare_tab: Tab
) -> None:
    page = bare_tab.go(url_of(book, f"book/{chapter}")).page
    page.locator("details.guess-answers").evaluate_all("all => all.forEach(own => own.open = true)")
    tops, parts = page.evaluate(TOPS), page.locator("article .guess :is(legend, label, li)")
    assert page.evaluate(UNSEEN) == []
    assert tops == sorted(tops)
    assert parts.evaluate_all(f"all => all.filter(own => !({SEEN})(own)).length") == 0
    assert page.locator("article .guess button").count() == 0

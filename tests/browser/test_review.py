"""The page Review and the marks of the sidebar, in a book of two chapters, under a clock that the tests move."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from guess_project import write_book
from playwright.sync_api import Locator, Page, expect
from tabs import COLOUR_RULES, Tab, grave_findings

KEY = "category-theory-for-tiny-ml.answers.v1"
ASIDE = f"{KEY}.set-aside"
DAY = 86_400_000
START = 1_800_000_000_000
"""A morning of January 2027, in milliseconds."""
QUESTIONS = [f"01_small/{name}" for name in ("double", "third", "powers", "why", "last")] + ["02_other/double"]
WRONG = {"given": "16", "sure": True, "right": False, "at": 1, "wait": {"stage": 0, "since": START}}
SEEN = "element => element.checkVisibility({ visibilityProperty: true, opacityProperty: true })"
LINKS = """() => [...document.querySelectorAll('.bd-links a')].map(link => {
    const { top, height } = link.getBoundingClientRect();
    return [top, height];
})"""
PLACES = """() => [...document.querySelectorAll('.review-question, article h2')].map(
    own => Math.round(own.getBoundingClientRect().top + scrollY))"""
FULL = "Storage.prototype.setItem = () => { throw new DOMException('localStorage is full', 'QuotaExceededError'); };"
FORBIDDEN = """Object.defineProperty(window, 'localStorage', {
    get() { throw new DOMException('localStorage is forbidden', 'SecurityError'); }
});"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the pages `01_small`, `02_other` and `review`."""
    return write_book(tmp_path_factory.mktemp("review")).parent


@pytest.fixture(scope="module")
def tab(new_tab: Callable[..., Tab]) -> Tab:
    return new_tab(timezone_id="UTC")


Opens = Callable[..., Page]


@pytest.fixture
def opened(tab: Tab, folder: Path) -> Opens:
    """Return opened(name, day, answers): a page as a new reader meets it, or one with answers, so many days later."""
    tab.page.clock.set_fixed_time(seconds(0))
    tab.go((folder / "02_other.html").as_uri())

    def open_page(name: str, day: float = 0, answers: dict[str, Any] | None = None) -> Page:
        if answers is not None:
            store(tab.page, {"answers": answers, "read": {}})
        tab.page.clock.set_fixed_time(seconds(day))
        tab.page.goto((folder / f"{name}.html").as_uri())
        return tab.page

    return open_page


def seconds(day: float) -> float:
    """Return the time so many days after the start, as Playwright sets clocks."""
    return (START + day * DAY) / 1000


def store(page: Page, value: Any) -> None:
    page.evaluate("([key, text]) => localStorage.setItem(key, text)", [KEY, json.dumps(value)])


def stored(page: Page, key: str = KEY) -> Any:
    """Return what the browser has under a key."""
    return json.loads(page.evaluate("key => localStorage.getItem(key)", key) or "null")


def box(page: Page, name: str) -> Locator:
    return page.locator(f"[data-guess='{name}']")


def press(place: Page | Locator, button: str) -> None:
    place.get_by_role("button", name=button, exact=True).click()


def answer(page: Page, name: str, given: str, button: str = "I’m sure") -> None:
    """Answer a question of any page: with an option, or with what is typed."""
    own = box(page, name)
    if own.get_attribute("data-kind") == "choice":
        own.get_by_label(given).check()
    else:
        own.locator("input, textarea").fill(given)
    press(own, button)


def asked(page: Page) -> list[str]:
    """Return the names of the questions on the page Review, once it has put them there."""
    page.locator(".review-count:not(:empty)").wait_for(state="attached")
    return [str(own.get_attribute("data-guess")) for own in page.locator(".review-question .guess").all()]


def count(page: Page) -> str:
    return page.locator(".review-count").inner_text()


def comes_back(page: Page, name: str) -> str:
    """Return what the page says under an answered question."""
    return page.locator(".review-question").filter(has=box(page, name)).locator(".review-next").inner_text()


def mark(page: Page, name: str) -> str:
    """Return what the sidebar shows beside a page: nothing, or what was read and answered."""
    marks = page.locator(f".bd-links [data-progress='{name}'] .progress-mark")
    return "".join(marks.all_inner_texts())


def test_what_was_wrong_or_not_sure_or_shown_comes_back_in_a_day(opened: Opens, tab: Tab) -> None:
    page = opened("01_small")
    answer(page, "01_small/double", "16")
    answer(page, "01_small/third", "1/3", "Not sure")
    press(box(page, "01_small/powers"), "Just show me")
    answer(page, "01_small/why", "Because.")
    answer(page, "01_small/last", "three squared")
    assert opened("review").locator(".review-question").count() == 0
    assert count(page).startswith(
        "Nothing is due, so you're all caught up. The next question comes back in a day, on Sat"
    )
    assert asked(opened("review", 0.999)) == []
    assert count(page).endswith("comes back within the hour.")
    assert mark(page, "review") == ""
    assert sorted(asked(opened("review", 1))) == ["01_small/double", "01_small/powers", "01_small/third"]
    assert count(page) == "3 questions to go."
    assert mark(page, "review") == "3 due"
    assert page.locator(".review-question :checked").count() == 0
    assert page.locator(".review-question details").evaluate_all(f"all => all.filter({SEEN}).length") == 0
    assert tab.complaints == []


def test_words_of_ones_own_come_back_if_the_reader_says_so(opened: Opens) -> None:
    page = opened("01_small")
    answer(page, "01_small/why", "Because.", "Not sure")
    assert asked(opened("review", 1)) == ["01_small/why"]
    answer(page, "01_small/why", "One more.")
    assert box(page, "01_small/why").locator(".guess-live").inner_text() == "Ours: Because one more fits into it."
    assert comes_back(page, "01_small/why").startswith("It comes back in 3 days")


def test_right_and_sure_leads_through_1_3_7_and_21_days_and_out(opened: Opens) -> None:
    page = opened("01_small")
    answer(page, "01_small/double", "16")
    day = 0
    for interval, after in ((1, "3 days, on Tuesday"), (3, "7 days"), (7, "21 days"), (21, "")):
        assert asked(opened("review", day + interval - 0.01)) == []
        day += interval
        assert asked(opened("review", day)) == ["01_small/double"]
        answer(page, "01_small/double", "8, as")
        said = "✓ Right. It is eight, twice four."
        assert box(page, "01_small/double").locator(".guess-live").inner_text() == said
        expected = f"It comes back in {after}" if after else "You know this one, so it won't come back."
        assert comes_back(page, "01_small/double").startswith(expected)
    assert count(page) == "That's all."
    assert asked(opened("review", 1000)) == []
    assert count(page).startswith("Nothing has to come back yet.")


def test_wrong_begins_anew_and_a_doubt_is_asked_about_after_the_same_time(opened: Opens) -> None:
    late = {**WRONG, "wait": {"stage": 2, "since": START - 7 * DAY}}
    names = ["01_small/double", "01_small/third", "02_other/double"]
    page = opened("review", 0, dict.fromkeys(names, late))
    answer(page, "01_small/double", "16")
    answer(page, "01_small/third", "1/3", "Not sure")
    assert count(page) == "1 question to go."
    press(box(page, "02_other/double"), "Just show me")
    assert [comes_back(page, name).split(",")[0] for name in names] == [
        f"It comes back in {time}" for time in ("a day", "7 days", "a day")
    ]
    assert count(page).startswith("That's all for now. The next question comes back in a day")
    press(box(page, "01_small/double"), "Guess again")
    assert count(page) == "1 question to go."
    answer(page, "01_small/double", "8, as")
    assert comes_back(page, "01_small/double").startswith("It comes back in a day")
    assert asked(opened("review")) == []


def test_questions_of_all_chapters_come_mixed_in_the_same_order_all_day(opened: Opens) -> None:
    page = opened("review", 1, dict.fromkeys(QUESTIONS, WRONG))
    orders = []
    for day in range(1, 6):
        orders.append(asked(opened("review", day)))
        assert sorted(orders[-1]) == sorted(QUESTIONS)
        assert asked(opened("review", day + 0.4)) == orders[-1]
    assert len(set(map(tuple, orders))) > 1
    answer(page, "01_small/double", "16")
    answer(page, "02_other/double", "nineteen")
    assert page.locator(".review-question :checked").count() == 2  # they do not share their fields
    assert box(page, "02_other/double").locator(".guess-live a").inner_text() == "doubled elsewhere"
    page.locator(".review-question > p > a").filter(has_text="2. Another chapter").click()
    page.wait_for_url("**/02_other.html#guess-double")
    assert mark(page, "02_other").endswith("1/1")


def test_many_questions_are_asked_ten_at_a_time(new_tab: Callable[..., Tab], folder: Path) -> None:
    page = new_tab().page
    page.clock.set_fixed_time(seconds(1))
    text = (folder.parent / "review_questions.js").read_text(encoding="utf-8")
    [first, *_] = json.loads(text.removeprefix("globalThis.bookQuestions=").removesuffix(";\n"))
    names = [f"01_small/question-{number}" for number in range(23)]
    many = [{key: value.replace(first["id"], name) for key, value in first.items()} for name in names]
    page.route("**/review_questions.js*", lambda route: route.fulfill(body=f"bookQuestions = {json.dumps(many)}"))
    page.goto((folder / "02_other.html").as_uri())
    store(page, {"answers": dict.fromkeys(names, WRONG)})
    page.goto((folder / "review.html").as_uri())
    assert count(page) == "23 questions to go."
    assert len(asked(page)) == 10
    press(page, "Ask me 10 questions more")
    assert page.evaluate("document.activeElement.closest('section').ariaLabel") == "Question 11 of 23"
    press(page, "Ask me 3 questions more")
    assert sorted(asked(page)) == sorted(names)
    assert page.locator(".review-desk > .review-tools > button").is_hidden()


def test_a_question_that_the_book_no_longer_asks_is_passed_over_and_kept(opened: Opens) -> None:
    gone = {"01_small/gone": WRONG, "09_gone/too": WRONG}
    page = opened("review", 1, {**gone, "01_small/double": WRONG})
    assert asked(page) == ["01_small/double"]
    assert (mark(page, "01_small"), mark(page, "review")) == ("1/5", "1 due")
    answer(page, "01_small/double", "8, as")
    press(page, "Show them as text")
    assert sorted(json.loads(page.get_by_label("Answers as text").input_value())["answers"]) == [
        "01_small/double",
        *sorted(gone),
    ]


def test_a_clock_that_was_wrong_does_no_harm(opened: Opens) -> None:
    ahead = {**WRONG, "at": START + 9000 * DAY, "wait": {"stage": 3, "since": START + 9000 * DAY}}
    page = opened(
        "review", 0, {"01_small/double": ahead, "01_small/third": {**WRONG, "wait": {"stage": 1, "since": 0}}}
    )
    assert sorted(asked(page)) == ["01_small/double", "01_small/third"]
    answer(page, "01_small/double", "16")
    assert comes_back(page, "01_small/double").startswith("It comes back in a day")
    assert stored(page)["answers"]["01_small/double"]["at"] > ahead["at"]
    assert sorted(asked(opened("review", -2))) == ["01_small/double", "01_small/third"]


def state(page: Page) -> Any:
    return {key: value for key, value in stored(page).items() if key in {"answers", "read"}}


def some_answers(opened: Opens) -> Page:
    """Answer a few questions and read a chapter."""
    page = opened("01_small")
    answer(page, "01_small/double", "16")
    answer(page, "01_small/why", "„Because“, said <b>she</b> & 1 > 0.")
    press(box(page, "01_small/third"), "Just show me")
    press(box(page, "01_small/third"), "Guess again")
    page.locator(".prev-next-footer").scroll_into_view_if_needed()
    expect(page.locator("[data-progress='01_small'] .progress-mark")).to_have_text("✓ 2/5")
    return page


def wipe(page: Page) -> None:
    press(page, "Wipe all answers")
    press(page, "Yes, wipe them")


def test_saved_wiped_and_read_in_the_answers_are_the_same(opened: Opens, tab: Tab, tmp_path: Path) -> None:
    some_answers(opened)
    page = opened("review", 1)
    before = state(page)
    assert set(before["answers"]) == {"01_small/double", "01_small/third", "01_small/why"}
    with page.expect_download() as saving:
        press(page, "Save them as a file")
    assert saving.value.suggested_filename == "category-theory-answers.json"
    saving.value.save_as(tmp_path / "saved.json")
    press(page, "Show them as text")
    text = page.get_by_label("Answers as text").input_value()
    assert text == (tmp_path / "saved.json").read_text(encoding="utf-8")
    assert page.evaluate("getSelection().toString()") == text
    for way in ("file", "text"):
        wipe(page)
        assert stored(page) is None
        assert mark(page, "01_small") == ""
        assert asked(page) == []
        assert page.get_by_label("Answers as text").input_value() == ""
        if way == "file":
            page.get_by_label("Read in a file").set_input_files(tmp_path / "saved.json")
            expect(page.locator(".review-said")).to_contain_text("Read in")
        else:
            page.get_by_label("Answers as text").fill(text)
            press(page, "Read in this text")
        said = page.locator(".review-said").inner_text()
        assert said == "Read in: 3 answers, 3 of them new here or newer than yours."
        assert state(page) == before
        assert mark(page, "01_small") == "✓ 2/5"
        assert sorted(asked(page)) == ["01_small/double", "01_small/third"]
    assert tab.complaints == []


def test_wiping_asks_once_and_can_be_left(opened: Opens) -> None:
    page = opened("review", 0, {"01_small/double": WRONG})
    page.evaluate("key => localStorage.setItem(key, '[]')", ASIDE)
    page.get_by_role("button", name="Wipe all answers").press("Enter")
    assert page.get_by_role("group", name="Wipe 1 answer").is_visible()
    assert page.evaluate("document.activeElement.textContent") == "No, keep them"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.textContent") == "Wipe all answers"
    assert list(stored(page)["answers"]) == ["01_small/double"]
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.textContent") == "Wipe all answers"
    assert page.locator(".review-said").inner_text().startswith("Wiped.")
    assert [stored(page), stored(page, ASIDE)] == [None, None]


def test_of_two_answers_the_newer_one_stays(opened: Opens) -> None:
    ours = {"01_small/double": {**WRONG, "at": 5}, "01_small/third": {**WRONG, "at": 5}}
    theirs = {
        "01_small/double": {**WRONG, "given": "8, as it should be", "at": 6},
        "01_small/third": {**WRONG, "given": "9", "at": 4},
        "01_small/why": {**WRONG, "given": "Why?", "right": None, "at": 1},
    }
    page = opened("review", 0, ours)
    page.get_by_label("Answers as text").fill(json.dumps({"format": KEY, "answers": {**theirs, "bad": 7}}))
    press(page, "Read in this text")
    assert page.locator(".review-said").inner_text() == (
        "Read in: 3 answers, 2 of them new here or newer than yours. What can't be read is left out: 1 of them."
    )
    assert {name: own["given"] for name, own in stored(page)["answers"].items()} == {
        "01_small/double": "8, as it should be",
        "01_small/third": "16",
        "01_small/why": "Why?",
    }


@pytest.mark.parametrize(
    "text", ["", "Dear book,", "{}", '{"answers": {"a": 1}}', '{"format": "another", "answers": {}}']
)
def test_what_the_book_has_not_saved_is_refused(opened: Opens, text: str, tmp_path: Path) -> None:
    page = opened("review", 0, {"01_small/double": WRONG})
    before = stored(page)
    page.get_by_label("Answers as text").fill(text)
    press(page, "Read in this text")
    assert page.locator(".review-said").inner_text().startswith("That isn't something this book has saved")
    press(page, "Show them as text")
    (tmp_path / "other.json").write_bytes(text.encode() + b"\xff")
    page.get_by_label("Read in a file").set_input_files(tmp_path / "other.json")
    expect(page.locator(".review-said")).to_contain_text("so nothing was changed")
    assert stored(page) == before


@pytest.mark.parametrize("text", ["{", "7", "null", '{"answers": 3}', '{"theme": "dark"}'])
def test_a_damaged_or_foreign_value_is_set_aside_with_a_word(opened: Opens, tab: Tab, text: str) -> None:
    page = opened("review")
    for name in ("review", "../index", "01_small"):
        page.evaluate("([key, text]) => localStorage.setItem(key, text)", [KEY, text])
        opened(name)
        assert page.get_by_role("status").first.inner_text().startswith("Some of your answers can't be read.")
        assert stored(page) == {"answers": {}, "read": {}}
        page.reload()
        assert page.locator(".guess-word").count() == 0
    assert stored(page, ASIDE) == [text, text, text]
    answer(page, "01_small/double", "16")
    assert asked(opened("review", 1)) == ["01_small/double"]
    assert tab.complaints == []


def test_of_a_damaged_value_what_is_good_stays(opened: Opens) -> None:
    page = opened(
        "review", 1, {"01_small/double": WRONG, "01_small/third": {**WRONG, "wait": {"stage": 7, "since": 0}}}
    )
    assert asked(page) == ["01_small/double"]
    assert page.locator(".guess-word").count() == 1
    assert [list(json.loads(own)["answers"]) for own in stored(page, ASIDE)] == [["01_small/double", "01_small/third"]]


@pytest.mark.parametrize("trouble", [FULL, FORBIDDEN], ids=["full", "forbidden"])
def test_a_browser_that_keeps_nothing_says_so_once_and_the_page_works_on(
    new_tab: Callable[..., Tab], folder: Path, trouble: str
) -> None:
    tab = new_tab()
    page = tab.page
    page.add_init_script(trouble)
    page.goto((folder / "01_small.html").as_uri())
    answer(page, "01_small/double", "16")
    answer(page, "01_small/third", "7")
    assert page.locator(".guess-word").all_inner_texts() == [
        "This browser keeps nothing, so your answers last until you leave this page."
    ]
    assert page.locator("#guess-double .guess-live").inner_text().startswith("✗ Not this time.")
    assert mark(page, "01_small") == "2/5"
    page.goto((folder / "review.html").as_uri())
    assert asked(page) == []
    press(page, "Show them as text")
    assert json.loads(page.get_by_label("Answers as text").input_value())["answers"] == {}
    theirs = ("localStorage", "theme mode")  # what the theme says of it
    assert [own for own in tab.complaints if not any(text in own for text in theirs)] == []


def test_two_tabs_do_not_lose_each_others_answers_and_show_them(opened: Opens, folder: Path) -> None:
    page = opened("review", 1, {"01_small/double": WRONG, "02_other/double": WRONG})
    other = page.context.new_page()
    other.clock.set_fixed_time(seconds(1))
    other.goto((folder / "01_small.html").as_uri())
    answer(other, "01_small/last", "two cubed")
    expect(page.locator("[data-progress='01_small'] .progress-mark")).to_contain_text("2/5")
    answer(page, "02_other/double", "eighteen")
    expect(other.locator("[data-progress='review'] .progress-mark")).to_have_text("1 due")
    press(other.locator("#guess-double"), "Guess again")
    answer(other, "01_small/double", "8, as")
    expect(box(page, "01_small/double").locator(".guess-live")).to_contain_text("✓ Right.")
    expect(page.locator(".review-count")).to_contain_text("That's all for now.")
    assert sorted(stored(page)["answers"]) == ["01_small/double", "01_small/last", "02_other/double"]
    other.goto((folder / "review.html").as_uri())
    wipe(other)
    expect(page.locator("[data-progress='01_small'] .progress-mark")).to_have_count(0)
    answer(page, "01_small/double", "16")
    assert list(stored(other)["answers"]) == ["01_small/double"]
    other.close()


def test_the_sidebar_says_what_is_read_and_answered_on_every_page_and_aloud(opened: Opens) -> None:
    some_answers(opened)
    for name in ("01_small", "02_other", "review"):
        page = opened(name, 1)
        assert [mark(page, own) for own in ("01_small", "02_other", "review")] == ["✓ 2/5", "", "2 due"]
        links = page.locator(".bd-links")
        aloud = "1. A small chapter (read to its end) (2 of 5 answered)"
        assert links.get_by_role("link", name=aloud, exact=True).count() == 1
        assert links.get_by_role("link", name="Review (2 due)", exact=True).count() == 1
        assert links.get_by_role("link", name="2. Another chapter", exact=True).count() == 1


def test_a_chapter_is_read_when_its_end_has_been_in_view_and_not_before(opened: Opens) -> None:
    page = opened("01_small")
    page.locator("#guess-third").scroll_into_view_if_needed()
    answer(page, "01_small/third", "1")
    assert stored(page)["read"] == {}
    page.keyboard.press("End")
    expect(page.locator("[data-progress='01_small'] .progress-mark")).to_have_text("✓ 1/5")
    assert stored(page)["read"] == {"01_small": START}
    assert mark(opened("review"), "01_small") == "✓ 1/5"


def test_nothing_moves_when_the_marks_come(opened: Opens) -> None:
    page = opened("01_small")
    before = page.evaluate(LINKS)
    opened("01_small", 1, dict.fromkeys(QUESTIONS, WRONG))
    assert mark(page, "01_small") == "5/5"
    assert page.evaluate(LINKS) == before
    assert page.evaluate("shift") <= 0.02
    page.emulate_media(reduced_motion="no-preference")
    opened("review", 1)
    assert len(asked(page)) == 6
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate("shift") <= 0.02


def test_an_answer_on_the_page_moves_nothing(opened: Opens) -> None:
    page = opened("review", 1, dict.fromkeys(QUESTIONS, WRONG))
    before = page.evaluate(PLACES)
    answer(page, "02_other/double", "nineteen", "Not sure")
    press(box(page, "01_small/third"), "Just show me")
    assert page.evaluate(PLACES) == before


def go_to(page: Page, selector: str) -> None:
    """Press Tab until an element has the focus."""
    for _ in range(80):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"no key leads to {selector}")


def test_the_page_is_used_by_keyboard_alone(opened: Opens) -> None:
    page = opened("review", 1, {"01_small/double": WRONG})
    go_to(page, "[data-guess='01_small/double'] [type=radio]")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Not sure"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.textContent") == "Guess again"
    assert comes_back(page, "01_small/double").startswith("It comes back in a day")
    assert stored(page)["answers"]["01_small/double"]["sure"] is False
    go_to(page, ".review-answers button")
    with page.expect_download():
        page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.localName") == "textarea"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Read in this text"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.type") == "file"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Wipe all answers"


def test_on_a_phone_in_the_dark_nothing_sticks_out_or_is_hard_to_read(
    new_tab: Callable[..., Tab], folder: Path
) -> None:
    page = new_tab(viewport={"width": 360, "height": 700}, color_scheme="dark").page
    page.clock.set_fixed_time(seconds(1))
    page.goto((folder / "review.html").as_uri())
    store(page, {"answers": dict.fromkeys(QUESTIONS, WRONG), "read": {"01_small": 1}})
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert len(asked(page)) == 6
    assert grave_findings(page) == []
    answer(page, "01_small/double", "8, as")
    press(page, "Show them as text")
    press(page, "Wipe all answers")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert grave_findings(page, *COLOUR_RULES) == []
    page.locator(".primary-toggle").first.click()
    drawer = page.locator("#pst-primary-sidebar-modal[open]")
    drawer.wait_for()
    shown = drawer.locator(".progress-mark")
    assert shown.all_inner_texts() == ["✓ 5/5", "1/1", "5 due"]
    for own in shown.all():
        link, sign = (place.bounding_box() for place in (own.locator("xpath=.."), own))
        assert link
        assert sign
        assert sign["x"] + sign["width"] <= min(360, link["x"] + link["width"])
        room = own.evaluate("sign => parseFloat(getComputedStyle(sign.closest('a')).paddingRight)")
        assert link["x"] + link["width"] - sign["x"] <= room  # it is beside the words, not over them
    assert grave_findings(page) == []


def test_in_light_axe_finds_nothing(opened: Opens) -> None:
    page = opened("review", 1, dict.fromkeys(QUESTIONS, WRONG))
    assert grave_findings(page) == []
    answer(page, "01_small/double", "8, as")
    press(page, "Wipe all answers")
    assert grave_findings(page) == []


def test_on_paper_the_questions_and_their_answers_are_there_without_buttons(opened: Opens) -> None:
    page = opened("review", 1, dict.fromkeys(QUESTIONS, WRONG))
    page.emulate_media(media="print")
    hidden = page.locator(".review-question :is(legend, .guess-says)").evaluate_all(
        f"all => all.filter(own => !own.closest('.guess-room') && !({SEEN})(own)).map(own => own.textContent)"
    )
    buttons = page.locator("article button").evaluate_all(f"all => all.filter({SEEN}).length")
    page.emulate_media(media="screen")
    assert hidden == []
    assert buttons == 0


def test_without_javascript_the_page_leads_to_the_chapters_and_the_sidebar_is_as_it_was(
    new_tab: Callable[..., Tab], folder: Path
) -> None:
    page = new_tab(java_script_enabled=False).page
    page.goto((folder / "review.html").as_uri())
    assert page.locator(".review-desk p").first.is_visible()
    links = page.locator(".review-desk a")
    assert links.all_inner_texts() == ["1. A small chapter", "2. Another chapter"]
    assert page.locator("article :is(button, input, textarea)").count() == 0
    assert page.locator(".progress-mark").count() == 0
    paddings = page.locator(".bd-links a").evaluate_all("all => all.map(own => getComputedStyle(own).paddingRight)")
    assert len(paddings) == 4
    assert len(set(paddings)) == 1
    links.first.click()
    page.wait_for_url("**/01_small.html")

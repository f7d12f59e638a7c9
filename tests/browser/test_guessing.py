"""Guesses in a browser, on a page with one of each kind: by pointer, by keyboard, on paper, without a script."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import groupby
from typing import Any

import pytest
from guess_project import write_project
from playwright.sync_api import Page, expect
from tabs import COLOUR_RULES, Tab, grave_findings

KEY = "category-theory-for-tiny-ml.answers.v1"
NAMES = ("double", "third", "powers", "why", "last")
PLACES = """() => [...document.querySelectorAll('article :is(h2, .guess, .cell_input, .cell_output)')].map(
    place => Math.round(8 * (place.getBoundingClientRect().top + scrollY)) / 8)"""
"""Where the parts of a page are, to an eighth of a pixel."""
SEEN = "element => element.checkVisibility({ visibilityProperty: true, opacityProperty: true })"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_project(tmp_path_factory.mktemp("guesses")).as_uri()


@pytest.fixture(scope="module")
def tab(new_tab: Callable[..., Tab]) -> Tab:
    return new_tab()


@pytest.fixture
def page(tab: Tab, url: str) -> Page:
    return tab.go(url).page


def covered(page: Page, name: str) -> bool:
    """Whether the answer of a guess is out of sight."""
    return not page.locator(f"[data-covers='01_small/{name}'] > .guess-content > *").first.evaluate(SEEN)


def said(page: Page, name: str) -> str:
    """Return what a guess says to who uses it."""
    return page.locator(f"#guess-{name} .guess-live").inner_text()


def press(page: Page, name: str, button: str) -> None:
    page.locator(f"#guess-{name}").get_by_role("button", name=button, exact=True).click()


def kept(page: Page) -> dict[str, Any]:
    """Return what the browser remembers, without when."""
    answers = json.loads(page.evaluate("key => localStorage.getItem(key)", KEY))["answers"]
    return {
        name.removeprefix("01_small/"): [answer[field] for field in ("given", "sure", "right")]
        for name, answer in answers.items()
        if "given" in answer  # otherwise it was taken back
    }


def test_every_answer_is_covered_and_nothing_else(page: Page, tab: Tab) -> None:
    assert [name for name in NAMES if not covered(page, name)] == []
    assert page.get_by_text("in sight", exact=True).evaluate(SEEN)
    assert not page.get_by_text("marmoset").evaluate(SEEN)
    assert tab.complaints == []


@pytest.mark.parametrize(
    ("option", "button", "sentence", "remembered"),
    [
        ("8, as it should be", "I’m sure", "✓ Right. It is eight, twice four.", [True, True]),
        ("16", "Not sure", "✗ Not this time. That is four times four: x * x.", [False, False]),
    ],
)
def test_a_choice_is_answered_where_it_was_made_and_nothing_moves(
    page: Page, option: str, button: str, sentence: str, remembered: list[bool]
) -> None:
    before = page.evaluate(PLACES)
    page.get_by_label(option).check()
    press(page, "double", button)
    assert said(page, "double") == sentence
    assert not covered(page, "double")
    assert page.get_by_text("marmoset").evaluate(SEEN)
    assert covered(page, "third")
    assert kept(page) == {"double": [option, *remembered]}
    assert page.get_by_label("16").is_disabled()
    assert page.evaluate(PLACES) == before


def test_without_a_choice_the_answer_stays_covered(page: Page) -> None:
    press(page, "double", "I’m sure")
    assert said(page, "double") == "Choose one, and say how sure you are."
    assert covered(page, "double")
    assert page.evaluate("document.activeElement.type") == "radio"


def test_a_number_is_near_or_off_by_a_factor_or_of_the_other_sign_or_far(page: Page) -> None:
    before = page.evaluate(PLACES)
    answers = {
        "1/3": ("✓ Right.", "That is a third."),
        "0,34": ("✓ Right.", "That is a third."),
        "3.3": ("✗ Not this time.", "The digits are not the difficulty, their place is."),
        "−1/3": ("✗ Not this time.", "A third of a cake is not a debt."),
        "1000": ("✗ Not this time.", "Cut the cake again."),
    }
    for typed, (mark, sentence) in answers.items():
        page.get_by_label("Your number").fill(typed)
        press(page, "third", "I’m sure")
        assert said(page, "third") == f"{mark} You said {typed}. The chapter computes 0.3333. {sentence}"
        assert kept(page) == {"third": [typed, True, mark == "✓ Right."]}
        assert page.evaluate(PLACES) == before
        press(page, "third", "Guess again")


def test_what_is_no_number_is_asked_for_again(page: Page) -> None:
    page.get_by_label("Your number").fill("a third")
    press(page, "third", "I’m sure")
    assert said(page, "third").startswith("Type a number")
    assert covered(page, "third")


def test_an_order_is_made_with_the_pointer(page: Page) -> None:
    def drag(text: str, *places: int) -> None:
        items = page.locator("#guess-powers li")
        items.filter(has_text=text).locator(".guess-grip").hover()
        page.mouse.down()
        for place in places:
            box = items.nth(place).bounding_box()
            assert box
            page.mouse.move(box["x"] + 9, box["y"] + box["height"] * (0.75 if place else 0.25), steps=4)
            assert said(page, "powers") == f"“{text}” is now {place + 1} of 3."
        page.mouse.up()

    drag("three squared", 0, 2)
    drag("five", 0)
    press(page, "powers", "Not sure")
    assert said(page, "powers") == "✓ Right. That is their order."
    assert kept(page) == {"powers": [["five", "two cubed", "three squared"], False, True]}


def test_words_are_compared_by_the_reader_and_never_right_or_wrong(page: Page) -> None:
    press(page, "why", "I’m sure")
    assert said(page, "why").startswith("Write a few words")
    page.get_by_label("Your words").fill("One more.")
    press(page, "why", "I’m sure")
    assert said(page, "why") == "Ours: Because one more fits into it."
    assert kept(page) == {"why": ["One more.", True, None]}


def go_to(page: Page, selector: str) -> None:
    """Press Tab until an element has the focus."""
    for _ in range(80):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"no key leads to {selector}")


def test_each_kind_is_answered_by_keyboard_alone(page: Page) -> None:
    sure, again = ".guess-actions :first-child > button:first-child", ".guess-actions :last-child > button"
    go_to(page, "#guess-double [type=radio]")
    page.keyboard.press("ArrowDown")  # from the first, which a key of its own would choose, to the second
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.textContent") == "I’m sure"
    page.keyboard.press("Enter")
    assert page.evaluate("selector => document.activeElement.matches(selector)", f"#guess-double {again}")
    go_to(page, "#guess-third input")
    page.keyboard.type("0.3")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    go_to(page, "[aria-label='Move “five” up']")
    page.keyboard.press("Space")
    assert page.evaluate("document.activeElement.ariaLabel") == "Move “five” up"
    go_to(page, f"#guess-powers {sure}")
    page.keyboard.press("Enter")
    go_to(page, "#guess-why textarea")
    page.keyboard.type("Because.")
    go_to(page, f"#guess-why {sure}")
    page.keyboard.press("Space")
    go_to(page, "#guess-last [type=radio]")
    page.keyboard.press("Space")
    go_to(page, f"#guess-last {sure}")
    page.keyboard.press("Enter")
    assert kept(page) == {
        "double": ["16", True, False],
        "third": ["0.3", True, False],
        "powers": [["five", "two cubed", "three squared"], True, True],
        "why": ["Because.", True, None],
        "last": ["two cubed", True, False],
    }


def test_what_is_covered_is_out_of_the_way_of_the_keyboard_and_of_those_who_listen(page: Page) -> None:
    assert page.locator("details.guess-answers > summary").evaluate_all(f"all => all.filter({SEEN}).length") == 0
    assert page.get_by_role("group").filter(has_text="marmoset").count() == 0
    content = page.locator("[data-covers='01_small/double'] > .guess-content")
    assert content.get_attribute("hidden") == "until-found"


def test_a_cover_that_is_longer_than_the_screen_says_in_each_part_what_it_is(page: Page) -> None:
    region = page.locator("[data-covers='01_small/double']")
    region.evaluate("region => { region.style.minHeight = '5000px'; }")
    middle = region.evaluate("region => region.getBoundingClientRect().top + 2500 - innerHeight / 2")
    page.evaluate("place => scrollBy({ top: place, behavior: 'instant' })", middle)
    for part in (region.get_by_text("Covered until you have guessed"), region.get_by_role("button")):
        assert part.evaluate("element => element.getBoundingClientRect().top >= 0")
        assert part.evaluate("element => element.getBoundingClientRect().bottom <= innerHeight / 2")


def test_who_asks_is_shown_and_shown_again_on_the_next_visit_until_they_take_it_back(page: Page) -> None:
    before = page.evaluate(PLACES)
    page.locator("[data-covers='01_small/double']").get_by_role("button", name="Just show me").click()
    press(page, "third", "Just show me")
    assert said(page, "double").startswith("No guess this time.")
    assert kept(page) == {"double": [None, False, False], "third": [None, False, False]}
    assert page.evaluate(PLACES) == before
    page.reload()
    assert [name for name in NAMES if covered(page, name)] == ["powers", "why", "last"]
    press(page, "double", "Guess again")
    assert covered(page, "double")
    assert page.evaluate("document.activeElement.type") == "radio"
    assert list(kept(page)) == ["third"]
    assert page.evaluate(PLACES) == before


def test_a_guess_is_there_on_the_next_visit(page: Page) -> None:
    page.get_by_label("16").check()
    press(page, "double", "Not sure")
    page.locator("[aria-label='Move “five” up']").click()
    press(page, "powers", "Not sure")
    page.reload()
    assert page.get_by_label("16").is_checked()
    assert said(page, "double").startswith("✗ Not this time. That is four times four")
    assert page.locator(".guess-order li > span:not([aria-hidden])").all_inner_texts()[0] == "five"
    press(page, "powers", "Guess again")
    assert page.locator(".guess-order li > span:not([aria-hidden])").all_inner_texts()[0] == "two cubed"


@pytest.mark.parametrize("way", ["address", "link", "find"])
def test_who_is_led_into_a_covered_place_sees_it(tab: Tab, url: str, way: str) -> None:
    page = tab.go(f"{url}#place-inside" if way == "address" else url).page
    if way == "link":
        page.evaluate("location.hash = '#place-inside'")
    if way == "find":  # as a browser says that its own search has found something inside
        page.locator(".guess-content").first.dispatch_event("beforematch")
    page.wait_for_function(f"({SEEN})(document.getElementById('place-inside'))")
    assert covered(page, "third")
    assert page.evaluate("key => localStorage.getItem(key)", KEY) is None
    assert tab.complaints == []


def test_on_paper_everything_is_there_without_buttons(page: Page) -> None:
    press(page, "third", "Just show me")
    page.emulate_media(media="print")
    hidden = page.locator("article :is(.cell_output pre, .guess-says, #place-inside)").evaluate_all(
        f"all => all.filter(element => !element.closest('.guess-room') && !({SEEN})(element))"
        ".map(element => element.textContent)"
    )
    buttons = page.locator("article button").evaluate_all(f"all => all.filter({SEEN}).length")
    page.emulate_media(media="screen")
    assert hidden == []
    assert buttons == 0


def test_without_javascript_everything_is_in_sight_and_in_order(url: str, new_tab: Callable[..., Tab]) -> None:
    page = new_tab(java_script_enabled=False).go(url).page
    section = page.locator("#a-third")
    parts = section.locator("legend, input, .cell_input, .cell_output, summary")
    tops = parts.evaluate_all("all => all.map(part => part.getBoundingClientRect().top)")
    assert len(tops) == 5
    assert tops == sorted(tops)
    assert page.locator("article button:visible").count() == 0
    section.locator("summary").click()
    assert section.get_by_text("The chapter computes 0.3333.").is_visible()
    assert section.locator(".guess-says:visible").count() == 4
    assert page.get_by_text("marmoset").is_visible()


def test_should_the_script_not_come_the_answers_are_in_sight(new_tab: Callable[..., Tab], url: str) -> None:
    tab = new_tab()
    tab.page.route("**/guesses.js*", lambda route: route.abort())
    page = tab.go(url).page
    assert [name for name in NAMES if covered(page, name)] == []


def test_what_is_damaged_is_set_aside_with_a_word_and_the_rest_stays(page: Page, tab: Tab) -> None:
    good = {"given": "16", "sure": True, "right": False, "at": 1}
    stored = {"answers": {"01_small/double": good, "01_small/third": 7, "01_small/last": good, "elsewhere": good}}
    page.evaluate("([key, text]) => localStorage.setItem(key, text)", [KEY, json.dumps(stored)])
    page.reload()
    assert page.get_by_role("status").first.inner_text().startswith("Some of your answers can't be read.")
    assert said(page, "double").startswith("✗ Not this time.")
    assert [name for name in NAMES if covered(page, name)] == [
        "third",
        "powers",
        "why",
        "last",
    ]  # "16" is no option there
    assert sorted(kept(page)) == ["double", "elsewhere", "last"]
    page.evaluate("key => localStorage.setItem(key, '{')", KEY)
    page.reload()
    assert page.locator(".guess-word").is_visible()
    assert [name for name in NAMES if not covered(page, name)] == []
    page.reload()
    assert page.locator(".guess-word").count() == 0
    assert tab.complaints == []


def test_two_tabs_keep_and_show_each_others_answers(page: Page, url: str) -> None:
    other = page.context.new_page()
    other.goto(url)
    page.get_by_label("16").check()
    press(page, "double", "I’m sure")
    expect(other.locator("#guess-double .guess-live")).to_contain_text("Not this time.")
    press(other, "third", "Just show me")
    assert sorted(kept(page)) == ["double", "third"]
    press(other, "double", "Guess again")
    expect(page.locator("#guess-double .guess-live")).to_contain_text("Choose one")
    assert covered(page, "double")
    other.close()


def test_on_a_phone_in_the_dark_nothing_sticks_out_moves_or_is_hard_to_read(
    url: str, new_tab: Callable[..., Tab]
) -> None:
    page = new_tab(viewport={"width": 360, "height": 700}, color_scheme="dark").go(url).page
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    before = page.evaluate(PLACES)
    assert grave_findings(page) == []
    page.get_by_label("8, as").check()
    press(page, "double", "I’m sure")
    for name in ("third", "powers", "why"):
        press(page, name, "Just show me")
    page.get_by_role("radio", name="two cubed").check()
    press(page, "last", "I’m sure")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    sides = page.locator("article .guess *:visible").evaluate_all(
        "all => all.flatMap(own => own.getBoundingClientRect().right > 360 ? [own.outerHTML] : [])"
    )
    assert sides == []
    assert page.evaluate(PLACES) == before
    assert grave_findings(page, *COLOUR_RULES) == []


STRIPES = "cover => getComputedStyle(cover).backgroundImage.match(/(?:rgb|color)\\([^)]*\\)/g)"


def luminance(colour: str) -> float:
    """Return how light a computed colour is, as contrast is measured: 0 is black, 1 is white."""
    whole = 255 if colour.startswith("rgb") else 1
    parts = [float(part) / whole for part in re.findall(r"[\d.]+", colour)[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_stripes_of_a_cover_are_calm(scheme: Any, url: str, tab: Tab) -> None:
    page = tab.go(url, colours=scheme).page
    stripes = page.locator(".guess-cover").first.evaluate(STRIPES)
    low, high = sorted({luminance(colour) + 0.05 for colour in stripes})
    assert 1.05 < high / low < 1.15
    page.emulate_media(color_scheme="light")


def test_in_light_axe_finds_nothing_before_and_after(page: Page) -> None:
    assert grave_findings(page) == []
    page.get_by_label("16").check()
    press(page, "double", "I’m sure")
    page.get_by_role("radio", name="three squared").check()
    press(page, "last", "I’m sure")
    assert grave_findings(page, *COLOUR_RULES) == []


MEASURING = """() => {
    globalThis.done = [];
    const { getBoundingClientRect, setAttribute } = Element.prototype;
    Element.prototype.getBoundingClientRect = function () {
        if (this.matches('.guess-content')) done.push('measured');
        return getBoundingClientRect.call(this);
    };
    Element.prototype.setAttribute = function (name, value) {
        if (value === 'until-found') done.push('hidden');
        return setAttribute.call(this, name, value);
    };
}"""


def test_all_that_is_covered_is_measured_before_any_is_hidden(new_tab: Callable[..., Tab], url: str) -> None:
    """For what is hidden is laid out anew before the next can be measured, and the whole page with it."""
    page = new_tab().page
    page.add_init_script(f"({MEASURING})()")
    page.goto(url)
    page.evaluate("document.fonts.ready.then(() => {})")
    kinds = [kind for kind, _ in groupby(page.evaluate("done"))]
    assert kinds == ["measured", "hidden"] * (len(kinds) // 2)
    assert 1 <= len(kinds) // 2 <= 3  # as it starts, when all files are there, and when a font is later than that


def test_another_width_keeps_the_room_of_what_is_covered(new_tab: Callable[..., Tab], url: str) -> None:
    page = new_tab(viewport={"width": 1000, "height": 700}).go(url).page
    page.set_viewport_size({"width": 360, "height": 700})
    page.wait_for_function("document.documentElement.scrollWidth === 360")
    before = page.evaluate(PLACES)
    press(page, "double", "Just show me")
    assert page.evaluate(PLACES) == before

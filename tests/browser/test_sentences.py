"""Sentences that move widgets, in a browser: by pointer, touch and keyboard, taken back, on paper, without a script."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page
from sentence_project import write_pages
from tabs import PAGES, Tab, grave_findings, url_of

from tinyml.widgets import TrainingExplorer

ROOT = Path(__file__).parent.parent.parent
PLACES = """() => [...document.querySelectorAll('article :is(h1, p, .tinyml-widget)')].map(
    place => Math.round(8 * (place.getBoundingClientRect().top + scrollY)) / 8)"""
"""Where the parts of a page are, to an eighth of a pixel."""
CHANGED = (
    "key => [...document.querySelectorAll('.tinyml-widget')].find(own => own.widget?.key === key).widget.changed()"
)
EXPLORER, OTHER, BUGS = "training_explorer", "training_explorer-2", "bug_toggles"
STEP, RATE, OTHER_STEPS = 0, 1, 2
"""The numbers of the small page that can be dragged, in their order."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_pages(tmp_path_factory.mktemp("sentences")) / "book"


@pytest.fixture(scope="module")
def url(folder: Path) -> str:
    return (folder / "small.html").as_uri()


@pytest.fixture(scope="module")
def tab(new_tab: Callable[..., Tab]) -> Tab:
    return new_tab()


@pytest.fixture
def page(tab: Tab, url: str) -> Page:
    return tab.go(url).page


def changed(page: Page, key: str) -> dict[str, str]:
    """Return the settings of a widget that differ from its start."""
    settings: dict[str, str] = page.evaluate(CHANGED, key)
    return settings


def words(page: Page, name: str) -> Locator:
    """Return the words that set a widget."""
    return page.get_by_role("button", name=name, exact=True)


def line(page: Page) -> Locator:
    return page.get_by_role("group", name="What has changed")


def said(page: Page) -> str:
    """Return what is read aloud about a change."""
    return page.locator(".sentence-said").inner_text()


def slider(page: Page, widget: int, label: str) -> Locator:
    """Return a slider in a widget, which a number of a sentence may be a second handle of."""
    return page.locator(".tinyml").nth(widget).get_by_label(label)


def drag(page: Page, place: int) -> Locator:
    return page.get_by_role("spinbutton").nth(place)


def shown(page: Page) -> list[str]:
    """Return the numbers of the sentences as they are now, each at once."""
    texts: list[str] = page.locator(".sentence-drag, .sentence-shown").all_inner_texts()
    return texts


def wait_for_shown(page: Page, *texts: str) -> None:
    page.wait_for_function(
        "texts => [...document.querySelectorAll('.sentence-drag, .sentence-shown')].map(own => own.textContent)"
        ".join() === texts.join()",
        arg=list(texts),
    )


START = ("13", "0.0914", "1.073664", "2", "80", "0.003")
STEP_13 = "StepCount: 13. After 13 steps at rate 1 the loss is 1.073664."


def test_words_set_a_widget_out_of_view_and_say_so_and_nothing_moves(page: Page, tab: Tab) -> None:
    before = page.evaluate(PLACES)
    words(page, "to step 13").click()
    line(page).wait_for()
    assert line(page).locator("span").first.inner_text() == STEP_13
    assert said(page) == STEP_13
    assert page.locator(".sentence-said").get_attribute("aria-live") == "polite"
    assert (changed(page, EXPLORER), changed(page, OTHER), changed(page, BUGS)) == ({"step_count": "13"}, {}, {})
    assert page.evaluate("scrollY") == 0
    assert page.evaluate(PLACES) == before
    page.wait_for_function("location.hash === '#training_explorer?step_count=13'")
    assert tab.complaints == []


def test_what_was_set_is_said_once(page: Page) -> None:
    words(page, "to step 13").click()
    line(page).wait_for()
    page.wait_for_timeout(900)  # after a pause the widget itself would speak
    assert page.locator(".tinyml-hidden").first.inner_text() == ""
    slider(page, 0, "StepCount").press("ArrowRight")
    page.wait_for_function("document.querySelector('.tinyml-hidden').textContent.startsWith('After 14 steps')")


def test_what_was_set_is_taken_back_to_what_was_there_before(page: Page) -> None:
    slider(page, 0, "LearningRate").press("End")
    words(page, "to step 13").click()
    line(page).get_by_role("button", name="Undo").click()
    page.wait_for_function("document.querySelector('.sentence-said').textContent.startsWith('Taken back. ')")
    assert changed(page, EXPLORER) == {"learning_rate": "10"}
    assert said(page).startswith("Taken back. StepCount: 1. LearningRate: 10. After 1 step at rate 10 the loss is ")
    assert line(page).get_by_role("button", name="Undo").count() == 0
    assert page.evaluate("document.activeElement.textContent") == "to step 13"


def test_settings_that_are_not_named_go_back_to_their_start(page: Page) -> None:
    slider(page, 0, "LearningRate").press("End")
    words(page, "to step 13").click()
    line(page).wait_for()
    assert changed(page, EXPLORER) == {"step_count": "13"}


def test_a_widget_that_is_there_already_says_so(page: Page) -> None:
    words(page, "to step 13").click()
    line(page).wait_for()
    words(page, "to step 13").click()
    assert said(page) == "It is there already. After 13 steps at rate 1 the loss is 1.073664."
    assert line(page).get_by_role("button", name="Undo").count() == 0


def test_settings_without_a_number_are_said_as_their_controls_say_them(page: Page) -> None:
    words(page, "run B").click()
    line(page).wait_for()
    assert said(page).startswith(
        "Name the mistake: yes. Run: B. Run B: the loss starts at 1.60939, after 10 steps it is"
    )
    assert changed(page, BUGS) == {"run": "B", "revealed": "true"}
    words(page, "to a cat").click()
    page.wait_for_function("document.querySelector('.sentence-said').textContent.startsWith('After 1 step')")
    assert changed(page, EXPLORER) == {"sentence": "the cat sat"}
    assert changed(page, BUGS) == {"run": "B", "revealed": "true"}


def test_the_second_widget_of_a_kind_is_set_alone(page: Page) -> None:
    words(page, "ten steps into the other").click()
    line(page).wait_for()
    assert (changed(page, EXPLORER), changed(page, OTHER)) == ({}, {"step_count": "10"})
    wait_for_shown(page, *START[:3], "1", "10", "1.303")


def go_to(page: Page, name: str) -> None:
    """Press Tab until what is called so has the focus."""
    for _ in range(60):
        if page.evaluate("() => document.activeElement.ariaLabel || document.activeElement.textContent") == name:
            return
        page.keyboard.press("Tab")
    pytest.fail(f"no key leads to {name}")


def test_by_keyboard_alone_a_widget_is_set_shown_and_taken_back(page: Page) -> None:
    go_to(page, "to step 13")
    page.keyboard.press("Space")
    line(page).wait_for()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Undo"
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('.sentence-said').textContent.startsWith('Taken back. ')")
    assert changed(page, EXPLORER) == {}
    assert page.evaluate("document.activeElement.textContent") == "to step 13"
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('.sentence-said').textContent.startsWith('StepCount: 13.')")
    go_to(page, "Show it")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.dataset.widget") == EXPLORER
    assert page.evaluate("document.activeElement.getBoundingClientRect().top < innerHeight")
    page.keyboard.press("Escape")
    assert line(page).count() == 0


@pytest.mark.parametrize("key", ["Escape", "Enter"])
def test_escape_and_its_button_close_the_line_and_give_the_focus_back(page: Page, key: str) -> None:
    words(page, "to step 13").click()
    line(page).wait_for()
    line(page).get_by_role("button", name="Close").press(key)
    assert line(page).count() == 0
    assert page.evaluate("document.activeElement.textContent") == "to step 13"
    assert changed(page, EXPLORER) == {"step_count": "13"}


def test_whoever_moves_the_widget_on_has_nothing_to_take_back(page: Page) -> None:
    words(page, "to step 13").click()
    line(page).wait_for()
    slider(page, 1, "LearningRate").press("End")
    page.wait_for_timeout(50)
    assert line(page).count() == 1  # that was another widget
    slider(page, 0, "StepCount").press("ArrowRight")
    page.wait_for_function("!document.querySelector('.sentence-line')")
    assert changed(page, EXPLORER) == {"step_count": "14"}


def test_a_link_with_settings_can_be_followed_and_covered_widgets_are_led_to(page: Page) -> None:
    assert words(page, "to step 13").get_attribute("href") == "#training_explorer?step_count=13"
    page.evaluate("document.querySelector('.tinyml-widget').hidden = true")
    words(page, "to step 13").click()
    page.wait_for_function("location.hash === '#training_explorer?step_count=13'")
    assert line(page).count() == 0
    page.wait_for_function(f"({CHANGED})('training_explorer').step_count === '13'")


KEYS = {
    "ArrowRight": 14,
    "ArrowUp": 15,
    "PageUp": 25,
    "ArrowLeft": 24,
    "ArrowDown": 23,
    "PageDown": 13,
    "End": 200,
    "Home": 0,
}


def test_a_number_is_stepped_by_keys_and_its_sentence_and_its_widget_follow(page: Page, tab: Tab) -> None:
    number = drag(page, STEP)
    assert shown(page) == list(START)
    assert number.get_attribute("aria-label") == "StepCount, Training explorer"
    assert [number.get_attribute(f"aria-value{name}") for name in ("min", "now", "max")] == ["0", "13", "200"]
    number.focus()
    for key, steps in KEYS.items():
        page.keyboard.press(key)
        widget = TrainingExplorer(step_count=steps)
        fall, loss = widget.shown()["fall"], widget.shown()["loss"]
        wait_for_shown(page, str(steps), f"{fall:.4f}" if steps else "no number", f"{loss:.6f}", *START[3:])
        assert slider(page, 0, "StepCount").input_value() == number.get_attribute("aria-valuenow") == str(steps)
    page.keyboard.press("Home")
    assert page.evaluate("scrollY") == 0
    assert tab.complaints == []


def test_a_number_on_a_logarithmic_scale_goes_by_the_steps_of_its_slider(page: Page) -> None:
    number = drag(page, RATE)
    assert [number.get_attribute(f"aria-value{name}") for name in ("min", "now", "max")] == ["0.01", "2", "10"]
    number.press("ArrowUp")
    loss = TrainingExplorer(step_count=80, learning_rate=2.12).shown()["loss"]
    wait_for_shown(page, *START[:3], "2.12", "80", f"{loss:.3f}")
    assert changed(page, OTHER) == {"step_count": "80", "learning_rate": "2.12"}
    assert changed(page, EXPLORER) == {}


def middle(number: Locator) -> tuple[float, float]:
    box = number.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_number_is_dragged_with_the_pointer(page: Page) -> None:
    x, y = middle(drag(page, STEP))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 20, y, steps=3)
    wait_for_shown(page, "23", f"{TrainingExplorer(step_count=23).shown()['fall']:.4f}", "0.537289", *START[3:])
    page.mouse.move(x - 500, y + 90, steps=3)
    wait_for_shown(page, "0", "no number", "1.609389", *START[3:])
    page.mouse.move(x + 2, y)
    page.mouse.up()
    wait_for_shown(page, "14", "0.0945", "0.979191", *START[3:])
    page.mouse.move(x + 60, y)
    page.wait_for_timeout(50)
    assert shown(page)[0] == "14"
    assert page.evaluate("getSelection().toString()") == ""
    assert page.evaluate("document.activeElement.textContent") == "14"


def test_a_number_that_is_only_pressed_moves_nothing(page: Page) -> None:
    drag(page, STEP).click()
    page.wait_for_timeout(50)
    assert changed(page, EXPLORER) == {}
    assert shown(page) == list(START)


def touched(page: Page, *points: tuple[float, float]) -> None:
    """Put a finger on the first point, move it over the others and lift it."""
    session = page.context.new_cdp_session(page)
    for kind, (x, y) in zip(["touchStart", *["touchMove"] * (len(points) - 1)], points, strict=True):
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_a_finger_drags_a_number_sideways_and_the_page_up_and_down(url: str, new_tab: Callable[..., Tab]) -> None:
    page = new_tab(viewport={"width": 360, "height": 700}, has_touch=True, is_mobile=True).go(url).page
    x, y = middle(drag(page, STEP))
    touched(page, (x, y), (x + 10, y), (x + 20, y))
    wait_for_shown(page, "23", f"{TrainingExplorer(step_count=23).shown()['fall']:.4f}", "0.537289", *START[3:])
    touched(page, (x, y), (x, y - 40), (x, y - 120))
    page.wait_for_function("scrollY > 30")
    assert shown(page)[0] == "23"


def test_a_finger_hits_a_number_within_44_pixels(page: Page) -> None:
    x, y = middle(drag(page, STEP))
    hit = "([x, y]) => document.elementFromPoint(x, y).closest('.sentence-drag')?.textContent"
    for dx, dy in ((0, -21), (0, 21), (-21, 0), (21, 0)):
        assert page.evaluate(hit, [x + dx, y + dy]) == "13"


def test_a_sentence_follows_its_widget_and_its_reset(page: Page) -> None:
    slider(page, 0, "StepCount").press("ArrowRight")
    wait_for_shown(page, "2", "0.0403", "1.509118", *START[3:])
    page.get_by_role("button", name="Reset").first.click()
    wait_for_shown(page, "1", "0.0600", "1.549409", *START[3:])


def test_a_page_that_is_opened_with_settings_speaks_of_them(tab: Tab, url: str) -> None:
    page = tab.go(f"{url}#training_explorer-2?step_count=10").page
    wait_for_shown(page, *START[:3], "1", "10", "1.303")


def test_the_words_of_another_page_lead_to_the_widget_as_they_say(tab: Tab, folder: Path) -> None:
    page = tab.go((folder / "other.html").as_uri()).page
    page.get_by_role("link", name="step 13").click()
    page.locator(".tinyml-agrees").first.wait_for()
    assert changed(page, EXPLORER) == {"step_count": "13"}
    assert page.evaluate("document.querySelector('.tinyml-widget').getBoundingClientRect().top < innerHeight")
    page.go_back()
    page.get_by_role("link", name="run C").click()
    page.locator(".tinyml-agrees").last.wait_for()
    assert changed(page, BUGS) == {"run": "C"}
    assert tab.complaints == []


PLAIN = """() => [...document.querySelectorAll('.sentence-set, .sentence-drag, .sentence-shown')].map(own => [
    own.localName, own.textContent, own.hasAttribute('href') || own.hasAttribute('tabindex'),
    getComputedStyle(own).color === getComputedStyle(own.parentElement).color])"""
SOURCE = [
    *[["a", text, False, True] for text in ("to step 13", "to a cat", "ten steps into the other", "run B")],
    *[["span", text, False, True] for text in START],
]


def test_without_javascript_sentences_are_words_and_numbers(url: str, new_tab: Callable[..., Tab]) -> None:
    page = new_tab(java_script_enabled=False).go(url).page
    assert page.evaluate(PLAIN) == SOURCE


@pytest.mark.parametrize("missing", ["**/sentences.js*", "**/widgets/*.js*"])
def test_should_a_script_not_come_sentences_are_words_and_numbers(
    missing: str, url: str, new_tab: Callable[..., Tab]
) -> None:
    page = new_tab().page
    page.route(missing, lambda route: route.abort())
    page.goto(url)
    assert page.evaluate(PLAIN) == SOURCE


def test_on_paper_there_is_the_sentence_and_nothing_to_press(page: Page) -> None:
    words(page, "to step 13").click()
    line(page).wait_for()
    page.emulate_media(media="print")
    visible = line(page).is_visible()
    looks = page.locator(".sentence-set, .sentence-drag").evaluate_all(
        "all => all.map(own => getComputedStyle(own).color === getComputedStyle(own.parentElement).color)"
    )
    page.emulate_media(media="screen")
    assert not visible
    assert set(looks) == {True}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_all_fits_and_axe_finds_nothing(scheme: Any, url: str, new_tab: Callable[..., Tab]) -> None:
    page = new_tab(viewport={"width": 360, "height": 700}, color_scheme=scheme).go(url).page
    assert grave_findings(page) == []
    words(page, "run B").click()
    line(page).wait_for()
    assert grave_findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    box = line(page).bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    assert box["y"] > 350
    sizes = (
        line(page)
        .locator("button:visible")
        .evaluate_all(
            "all => all.flatMap(own => [own.getBoundingClientRect().width, own.getBoundingClientRect().height])"
        )
    )
    assert min(sizes) >= 44


def moves(name: str) -> bool:
    """Whether a page of the book has words that set a widget."""
    return any("{set}`" in path.read_text(encoding="utf-8") for path in ROOT.glob(f"{name}.*"))


MOVING = [name for name in PAGES if name.startswith("book/") and moves(name)]
SETS = "() => [...document.querySelectorAll('a.sentence-set[data-moves]')].map(link => link.dataset.moves)"
TAKEN = """([place, key]) => {
    const link = document.querySelectorAll('a.sentence-set[data-moves]')[place];
    const island = [...document.querySelectorAll('.tinyml-widget')].find(own => own.widget?.key === key);
    const wanted = link.dataset.moves.split('?')[1].split('&').map(pair => pair.split('=').map(decodeURIComponent));
    link.click();
    return wanted.every(([name, text]) => {
        const value = island.widget.get(name);
        return typeof value === 'string' ? value === text : JSON.stringify(value) === JSON.stringify(JSON.parse(text));
    });
}"""


@pytest.mark.parametrize("name", MOVING)
def test_every_sentence_of_the_book_moves_its_widget(name: str, book: Path, tab: Tab) -> None:
    page = tab.go(url_of(book, name)).page
    for place, target in enumerate(page.evaluate(SETS)):
        assert page.evaluate(TAKEN, [place, target.partition("?")[0]]), target
    assert page.locator(".sentence-drag:not([role=spinbutton])").count() == 0
    assert tab.complaints == []


STAYS = """island => {
    const controls = island.querySelector('.tinyml-stays');
    const picture = [...island.querySelectorAll('.tinyml-stage svg')].filter(own => own.checkVisibility()).at(-1);
    scrollTo(0, scrollY + picture.getBoundingClientRect().bottom - innerHeight);
    const { top, bottom, height } = controls.getBoundingClientRect();
    const bar = document.querySelector('.bd-header-article').getBoundingClientRect();
    return { belowTheBar: Math.round(top - bar.bottom), seen: bottom < innerHeight, share: height / innerHeight };
}"""


TALL = [("book/03_prediction", "softmax_bench"), ("book/04_training", "step_trace")]
TALL += [("book/05_endomorphism", widget) for widget in ("training_explorer", "bug_toggles")]


@pytest.mark.parametrize("size", [(360, 740), (1280, 800)])
@pytest.mark.parametrize(("name", "widget"), TALL)
def test_a_tall_widget_keeps_its_controls_in_view_with_its_picture(
    name: str, widget: str, size: tuple[int, int], book: Path, new_tab: Callable[..., Tab]
) -> None:
    page = new_tab(viewport={"width": size[0], "height": size[1]}).go(url_of(book, name)).page
    place = page.locator(f"[data-widget={widget}]").evaluate(STAYS)
    assert place["belowTheBar"] >= -1
    assert place["seen"]
    assert place["share"] < 0.4

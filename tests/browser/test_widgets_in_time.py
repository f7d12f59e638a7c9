"""When a widget of a page is drawn: as it comes near the view, and before anything asks it something; nothing moves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from book_pages.bundling import page_script
from playwright.sync_api import Page
from sentence_project import write_pages
from tabs import Tab, url_of

from tinyml.widgets import BugToggles, TrainingExplorer, Tune

HEIGHT = 600
FAR = f'<div style="height: {3 * HEIGHT}px"></div>'
"""Room that puts what comes after it further away than a screen."""
HERE = "() => [...document.querySelectorAll('.tinyml-widget')].every(island => island.widget)"
DRAWN = "() => [...document.querySelectorAll('.tinyml-widget')].map(own => own.querySelector('.tinyml') !== null)"
FRAMES = """async () => {
    for (let k = 0; k < 3; k++) await new Promise(requestAnimationFrame);
}"""
"""What comes near is noticed in a frame, and drawn before the next one."""
TOP = "document.querySelector('h2').getBoundingClientRect().top"
NO_OBSERVER = "delete window.IntersectionObserver"
NO_ANCHORING = "CSS.supports = () => false"


def write_page(folder: Path, body: str) -> str:
    script = page_script(["bug_toggles", "training_explorer", "tune"])
    (folder / "page.js").write_text(script, encoding="utf-8")
    head = '<meta charset="utf-8"><title>A page</title><script defer src="page.js"></script>'
    page = f'<!doctype html><html lang="en"><head>{head}</head><body><h1>A page</h1>{body}</body></html>'
    (folder / "page.html").write_text(page, encoding="utf-8")
    return (folder / "page.html").as_uri()


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the address of a page with three widgets, each far from the others and from the top, and an end."""
    widgets = [TrainingExplorer(step_count=10), Tune(), BugToggles()]
    body = f'<p><a href="#end">End</a></p>{"".join(FAR + own.island() for own in widgets)}'
    return write_page(tmp_path_factory.mktemp("in_time"), f'{body}{FAR}<h2 id="end">The end</h2>{FAR}')


@pytest.fixture
def arrive(tab_of_one: Callable[..., Tab], url: str) -> Callable[..., Page]:
    """Return a function that opens the page as a reader does, who asks no widget to be there."""

    def start(fragment: str = "", *, before: str = "") -> Page:
        page = tab_of_one(viewport={"width": 360, "height": HEIGHT}).page
        page.add_init_script(before)
        page.goto(url + fragment)
        return settled(page)

    return start


def settled(page: Page) -> Page:
    page.wait_for_function(HERE)
    page.evaluate(FRAMES)
    return page


def wait_for_drawn(page: Page, *wanted: bool) -> None:
    page.wait_for_function(f"wanted => String(({DRAWN})()) === String(wanted)", arg=list(wanted))


def drawn(page: Page) -> list[bool]:
    found: list[bool] = page.evaluate(DRAWN)
    return found


def scroll(page: Page, distance: int) -> None:
    page.evaluate("distance => scrollBy(0, distance)", distance)
    page.evaluate(FRAMES)


def test_what_is_far_from_the_view_is_a_picture_with_its_numbers(arrive: Callable[..., Page]) -> None:
    page = arrive()
    assert drawn(page) == [False, False, False]
    assert page.locator(".tinyml-widget > figure").evaluate_all("all => all.map(own => own.checkVisibility())") == [
        True,
        True,
        True,
    ]


def test_a_widget_is_drawn_a_screen_before_it_comes_into_view_and_no_other(arrive: Callable[..., Page]) -> None:
    page = arrive()
    top = page.locator(".tinyml-widget").first.evaluate("island => island.getBoundingClientRect().top")
    scroll(page, top - 2 * HEIGHT - 40)
    assert drawn(page) == [False, False, False]
    scroll(page, 80)
    wait_for_drawn(page, True, False, False)
    page.locator(".tinyml-agrees").wait_for()
    assert page.locator(".tinyml-widget > figure").first.is_hidden()


def test_nothing_that_is_in_view_moves_as_a_reader_goes_down_the_page(arrive: Callable[..., Page]) -> None:
    page = arrive()
    while page.evaluate("scrollY + innerHeight < document.documentElement.scrollHeight"):
        scroll(page, HEIGHT // 2)
    wait_for_drawn(page, True, True, True)
    assert page.evaluate("shift") == 0


def test_who_is_led_to_the_end_stays_there_and_goes_up_without_a_jump(arrive: Callable[..., Page]) -> None:
    page = arrive("#end")
    assert drawn(page) == [False, False, False]
    before, tops = page.evaluate("scrollY"), [page.evaluate(TOP)]
    assert abs(tops[0]) < 1
    for _ in range(8):
        scroll(page, -HEIGHT // 2)
        tops.append(page.evaluate(TOP))
    wait_for_drawn(page, False, False, True)
    assert tops == pytest.approx([tops[0] + k * HEIGHT // 2 for k in range(9)], abs=1)
    assert page.evaluate("scrollY") != pytest.approx(before - 8 * HEIGHT // 2, abs=1)  # what is above became higher


def test_what_an_address_names_is_drawn_at_once_as_it_says_and_led_to(arrive: Callable[..., Page]) -> None:
    page = arrive("#tune?step_count=3;bug_toggles?run=C")
    assert drawn(page) == [False, True, True]
    assert "After 3 steps of training" in page.inner_text(".tinyml-result")
    assert page.evaluate("Math.abs(document.querySelectorAll('.tinyml-widget')[1].getBoundingClientRect().top)") < 2
    page.evaluate("location.hash = '#training_explorer?step_count=2'")
    wait_for_drawn(page, True, True, True)


def test_the_tab_key_finds_the_controls_of_widgets_that_were_not_there(arrive: Callable[..., Page]) -> None:
    page = arrive()
    page.get_by_role("link").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.tinyml')?.ariaLabel") == "Training explorer"
    wait_for_drawn(page, True, True, True)


@pytest.mark.parametrize("lacking", [NO_OBSERVER, NO_ANCHORING], ids=["nobody looks", "what is above would push"])
def test_a_browser_that_cannot_wait_draws_all_at_once(lacking: str, arrive: Callable[..., Page]) -> None:
    assert drawn(arrive(before=lacking)) == [True, True, True]


def test_who_comes_back_finds_all_drawn_so_that_their_place_is_where_it_was(arrive: Callable[..., Page]) -> None:
    page = arrive()
    page.reload()
    assert drawn(settled(page)) == [True, True, True]


def test_on_paper_all_are_drawn(arrive: Callable[..., Page]) -> None:
    page = arrive()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    wait_for_drawn(page, True, True, True)


def test_what_is_in_a_closed_fold_is_drawn_at_once(tmp_path: Path, tab_of_one: Callable[..., Tab]) -> None:
    fold = f"<details><summary>More</summary>{Tune().island()}</details>"
    page = tab_of_one(viewport={"width": 360, "height": HEIGHT}).page
    page.goto(write_page(tmp_path, f"{FAR}{fold}{BugToggles().island()}"))
    assert drawn(settled(page)) == [True, False]


@pytest.fixture(scope="module")
def sentences(tmp_path_factory: pytest.TempPathFactory) -> str:
    return (write_pages(tmp_path_factory.mktemp("sentences")) / "book" / "small.html").as_uri()


def test_words_set_a_widget_that_was_not_there_and_say_so(sentences: str, tab_of_one: Callable[..., Tab]) -> None:
    tab = tab_of_one(viewport={"width": 1000, "height": 200})
    tab.page.goto(sentences)
    page = settled(tab.page)
    wait_for_drawn(page, True, True, False)  # those two are moved by numbers that are near
    page.get_by_role("button", name="run B", exact=True).click()
    line = page.get_by_role("group", name="What has changed")
    line.wait_for()
    wait_for_drawn(page, True, True, True)
    assert line.locator("span").first.inner_text().startswith("Name the mistake: yes. Run: B. Run B: the loss starts")
    line.get_by_role("button", name="Undo").click()
    page.wait_for_function("document.querySelector('.sentence-said').textContent.startsWith('Taken back. ')")
    assert page.evaluate("document.querySelectorAll('.tinyml-widget')[2].widget.changed()") == {}
    assert tab.complaints == []


def test_words_say_that_a_widget_is_as_they_want_it_when_it_is_drawn_for_them(
    sentences: str, tab_of_one: Callable[..., Tab]
) -> None:
    page = tab_of_one(viewport={"width": 1000, "height": 200}).page
    page.goto(sentences)
    settled(page)
    page.evaluate("""() => {
        const words = [...document.querySelectorAll('[data-moves]')].find(own => own.textContent === 'run B');
        words.dataset.moves = 'bug_toggles?run=A';
        words.click();
    }""")
    page.wait_for_function("document.querySelector('.sentence-said').textContent.startsWith('It is there already. ')")


def test_words_about_a_widget_that_cannot_be_drawn_leave_its_picture(
    sentences: str, tab_of_one: Callable[..., Tab]
) -> None:
    tab = tab_of_one(viewport={"width": 1000, "height": 200})
    tab.page.goto(sentences)
    page = settled(tab.page)
    page.locator(".tinyml-widget").last.evaluate("own => { own.append = () => { throw new Error('planted'); }; }")
    page.get_by_role("button", name="run B", exact=True).click()
    page.locator(".tinyml-failed", has_text="(planted)").wait_for()
    assert page.locator(".tinyml-widget > figure").last.is_visible()
    assert tab.complaints == []


def test_a_number_near_the_view_can_be_dragged_however_far_its_widget_is(
    sentences: str, tab_of_one: Callable[..., Tab]
) -> None:
    page = tab_of_one(viewport={"width": 1000, "height": 200}).page
    page.goto(sentences)
    settled(page)
    page.get_by_role("spinbutton").first.press("ArrowRight")
    page.wait_for_function("document.querySelector('.tinyml-result').textContent.startsWith('After 14 steps')")


CHAPTER = "book/05_endomorphism"


def test_on_arrival_a_phone_draws_no_widget_of_chapter_5_and_later_each_without_a_jump(
    book: Path, tab_of_one: Callable[..., Tab]
) -> None:
    page = tab_of_one(viewport={"width": 360, "height": 740}).page
    page.goto(url_of(book, CHAPTER))
    settled(page)
    assert drawn(page) == [False, False, False]
    while page.evaluate("scrollY + innerHeight < document.documentElement.scrollHeight - 1"):
        scroll(page, 370)
    wait_for_drawn(page, True, True, True)
    assert page.evaluate("shift") <= 0.02

"""The tune in a browser: what is played, and when it is silent, by a Web Audio that writes it down and a real one."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from book_pages.bundling import page_script
from broken_widgets import with_one_change
from playwright.sync_api import Page
from tabs import Tab, grave_findings

from tinyml.widgets import Tune
from tinyml.widgets.linking import FOLDER

FAKE = (Path(__file__).parents[1] / "support" / "fake_audio.js").read_text(encoding="utf-8")
NONE = "delete globalThis.AudioContext; delete globalThis.webkitAudioContext;"
TEXT = [1, 2, 3, 4, 1, 2, 3, 4]
NOTE_AT = {185: 0, 262: 1, 294: 2, 330: 3, 349: 4}
"""The token that sounds at each frequency, in whole hertz."""
MARKED = "[...document.querySelectorAll('.tune-note')].map(note => note.classList.contains('tinyml-marked'))"

Listen = Callable[..., Tab]
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def listen(new_tab: Callable[..., Tab]) -> Listen:
    """Return a function that opens a tab in which a script stands in for Web Audio."""

    def start(audio: str = FAKE, **options: Any) -> Tab:
        tab = new_tab(**options)
        tab.page.add_init_script(audio)
        return tab

    return start


@pytest.fixture(scope="module")
def shared_tab(listen: Listen) -> Tab:
    return listen()


@pytest.fixture
def open_tune(tmp_path: Path, shared_tab: Tab) -> Open:
    """Return a function that opens a page with the tune alone."""

    def start(fragment: str = "", *, tab: Tab = shared_tab, folder: Path = FOLDER, moving: bool = False) -> Page:
        (tmp_path / "page.js").write_text(page_script(["tune"], folder), encoding="utf-8")
        head = '<meta charset="utf-8"><title>A page</title><script defer src="page.js"></script>'
        body = f"<main><h1>A page</h1>{Tune().island()}</main>"
        markup = f'<!doctype html><html lang="en"><head>{head}</head><body>{body}</body></html>'
        (tmp_path / "page.html").write_text(markup, encoding="utf-8")
        page = tab.go((tmp_path / "page.html").as_uri() + fragment).page
        page.emulate_media(reduced_motion="no-preference" if moving else "reduce")
        assert tab.complaints == []
        assert page.locator(".tinyml-agrees").count() == 1
        return page

    return start


@pytest.fixture
def page(open_tune: Open) -> Page:
    return open_tune()


def see(page: Page, place: str, words: str) -> None:
    """Wait until words are there."""
    page.locator(place).filter(has_text=words).wait_for()


def press(page: Page, button: str) -> None:
    page.get_by_role("button", name=button, exact=True).press("Enter")


def sounding(page: Page) -> list[int]:
    """Return the tokens whose notes were started and not stopped, in their order."""
    found = page.evaluate("audio.notes.filter(note => !note.stopped).map(note => note.hertz)")
    return [NOTE_AT[round(hertz)] for hertz in found]


def finish(page: Page, note: int) -> None:
    """Let a note come to its end."""
    page.evaluate("note => audio.notes[note].end()", note)


def status(page: Page) -> str:
    return page.locator(".tune-status").inner_text()


def test_nothing_sounds_by_itself(open_tune: Open) -> None:
    page = open_tune("#tune?step_count=80&volume=1")
    for label in ("StepCount", "Seed", "Token to go on from", "Volume"):
        page.get_by_label(label).press("ArrowLeft")
    press(page, "12")
    press(page, "Stop")
    press(page, "Reset")
    see(page, ".tinyml-result", "Before any training")
    assert page.evaluate("audio.contexts") == 0
    assert status(page) == ""


def test_the_text_is_played_in_order_a_beat_apart(page: Page) -> None:
    press(page, "Play the text")
    assert sounding(page) == TEXT
    assert status(page) == "Playing the text: 1 2 3 4 1 2 3 4."
    starts = page.evaluate("audio.notes.map(note => note.at)")
    assert [later - sooner for sooner, later in itertools.pairwise(starts)] == pytest.approx([0.4] * 7)
    assert page.evaluate("audio.contexts") == 1


@pytest.mark.parametrize(("steps", "first", "seed"), [(0, 4, 6), (12, 4, 1), (80, 0, 3)])
def test_the_model_is_played_as_python_draws_it(open_tune: Open, steps: int, first: int, seed: int) -> None:
    page = open_tune(f"#tune?step_count={steps}&first_token={first}&seed={seed}")
    notes = Tune(step_count=steps, first_token=first, seed=seed).notes().tolist()
    press(page, "Play the model")
    assert sounding(page) == notes
    assert status(page) == f"Playing what the model goes on with: {' '.join(map(str, notes))}."
    assert f"from token {first} with {' '.join(map(str, notes))}." in page.inner_text(".tinyml-result")


@pytest.mark.parametrize(("button", "word"), [("Stop", "Stopped."), ("Reset", "")])
def test_stop_and_reset_end_it(page: Page, button: str, word: str) -> None:
    press(page, "Play the text")
    press(page, button)
    assert sounding(page) == []
    assert status(page) == word


def test_playing_again_begins_anew_and_one_part_ends_the_other(page: Page) -> None:
    press(page, "Play the text")
    finish(page, 0)
    press(page, "Play the text")
    assert sounding(page) == TEXT
    press(page, "Play the model")
    assert sounding(page) == Tune().notes().tolist()


def test_after_the_last_note_it_says_so(page: Page) -> None:
    press(page, "Play the text")
    for note in range(8):
        assert status(page).startswith("Playing")
        finish(page, note)
    assert status(page) == "That was the text."


def test_another_model_ends_the_model_and_not_the_text(page: Page) -> None:
    press(page, "Play the model")
    press(page, "80")
    see(page, ".tune-status", "The model goes on with something else now. Play it to hear what.")
    assert sounding(page) == []
    press(page, "Play the text")
    press(page, "0")
    see(page, ".tinyml-result", "Before any training")
    assert sounding(page) == TEXT


def test_the_volume_is_that_of_the_slider_also_of_what_sounds_already(page: Page) -> None:
    press(page, "Play the text")
    assert page.evaluate("audio.volume") == 0.3
    page.get_by_label("Volume").press("End")
    page.wait_for_function("audio.volume === 1")
    page.get_by_label("Volume").press("Home")
    page.wait_for_function("audio.volume === 0")
    see(page, ".tinyml-stage", "at 0 % of the volume")
    assert sounding(page) == TEXT


def test_the_note_that_sounds_is_marked_in_its_row(open_tune: Open) -> None:
    page = open_tune(moving=True)
    press(page, "Play the model")
    assert page.evaluate(MARKED).index(True) == 8
    finish(page, 0)
    marked = page.evaluate(MARKED)
    assert (marked.index(True), sum(marked)) == (9, 1)
    page.get_by_label("Volume").press("ArrowRight")
    see(page, ".tinyml-stage", "35 %")
    assert page.evaluate(MARKED) == marked
    press(page, "Play the text")
    marked = page.evaluate(MARKED)
    assert (marked.index(True), sum(marked)) == (0, 1)
    press(page, "Stop")
    assert not any(page.evaluate(MARKED))


def test_who_wants_no_motion_sees_the_notes_and_none_is_marked(page: Page) -> None:
    press(page, "Play the text")
    finish(page, 0)
    assert not any(page.evaluate(MARKED))
    assert page.locator(".tune-note").count() == 16


def test_without_web_audio_it_says_so_kindly_and_shows_the_notes(open_tune: Open, listen: Listen) -> None:
    page = open_tune(tab=listen(NONE))
    press(page, "Play the text")
    assert status(page).startswith("This browser can’t play sounds here")
    assert page.locator(".tune-note").count() == 16


def go_to(page: Page, button: str) -> None:
    """Press Tab until a button has the focus."""
    for _ in range(30):
        if page.evaluate("document.activeElement.textContent") == button:
            return
        page.keyboard.press("Tab")
    pytest.fail(f"no key leads to {button}")


def test_it_is_played_and_stopped_by_keyboard_alone(page: Page) -> None:
    for name in ("Play the text", "Stop"):
        go_to(page, name)
        page.keyboard.press("Space")
        assert sounding(page) == (TEXT if name == "Play the text" else [])
        assert page.evaluate("document.activeElement.textContent") == name


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_on_a_phone_nothing_sticks_out_or_is_hard_to_read(open_tune: Open, listen: Listen, colours: str) -> None:
    tab = listen(viewport={"width": 360, "height": 700}, color_scheme=colours)
    page = open_tune(tab=tab, moving=True)
    press(page, "Play the model")
    page.locator("summary").click()
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    sizes = page.locator(".tinyml :is(button, input)").evaluate_all(
        "all => all.map(own => own.getBoundingClientRect().height)"
    )
    assert min(sizes) >= 44
    assert grave_findings(page) == []


def test_a_closed_widget_is_silent(tmp_path: Path, open_tune: Open) -> None:
    shown = "figure.hidden = true;"
    page = open_tune(folder=with_one_change(tmp_path, "kit/host.js", shown, f"{shown} window.closeWidget = close;"))
    press(page, "Play the text")
    page.evaluate("window.closeWidget()")
    assert sounding(page) == []
    assert page.evaluate("audio.closed") == 1


def test_the_web_audio_of_this_browser_plays_to_the_end(open_tune: Open, new_tab: Callable[..., Tab]) -> None:
    page = open_tune(tab=new_tab())
    press(page, "Play the text")
    see(page, ".tune-status", "That was the text.")

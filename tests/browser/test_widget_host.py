"""The static host in a real browser: what a reader without Python sees, also when something is broken."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from book_pages.bundling import page_script
from broken_widgets import with_one_change
from playwright.sync_api import Page
from tabs import Tab

from tinyml.widgets import TrainingExplorer

EXPLORER = "training_explorer/training_explorer.js"


@cache
def whole_script() -> str:
    return page_script(["training_explorer"])


class Site:
    """A page on the disk with its script, made from modules that a test may break before."""

    def __init__(self, folder: Path, tab: Tab) -> None:
        self.folder, self.tab = folder, tab
        self.script = whole_script()

    def replace(self, module: str, old: str, new: str) -> None:
        self.script = page_script(["training_explorer"], with_one_change(self.folder, module, old, new))

    def open(self, *islands: str, fragment: str = "") -> Page:
        (self.folder / "page.js").write_text(self.script, encoding="utf-8")
        head = '<meta charset="utf-8"><title>A page</title><script defer src="page.js"></script>'
        body = f"<main><h1>A page</h1>{''.join(islands)}</main>"
        path = self.folder / "page.html"
        path.write_text(
            f'<!doctype html><html lang="en"><head>{head}</head><body>{body}</body></html>', encoding="utf-8"
        )
        return self.tab.go(path.as_uri() + fragment).page


@pytest.fixture(scope="module")
def tab(new_tab: Callable[..., Tab]) -> Tab:
    return new_tab()


@pytest.fixture
def site(tmp_path: Path, tab: Tab) -> Site:
    return Site(tmp_path, tab)


@pytest.fixture
def own_site(tmp_path: Path, new_tab: Callable[..., Tab]) -> Site:
    """Return a site in a tab of its own, whose size, colours or clock a test may change."""
    return Site(tmp_path, new_tab())


def certificate(page: Page) -> str:
    page.wait_for_selector(".tinyml-agrees, .tinyml-disagrees")
    return page.inner_text(".tinyml-certificate")


def test_the_widget_replaces_its_picture_and_agrees_with_python(site: Site) -> None:
    page = site.open(TrainingExplorer().island())
    assert "53 reference values from Python" in certificate(page)
    assert page.query_selector(".tinyml-agrees")
    assert page.is_hidden(".tinyml-widget > figure")
    assert "After 80 steps at rate 1 the loss is 0.009720" in page.inner_text(".tinyml-result")
    assert site.tab.complaints == []


def test_one_changed_constant_turns_the_certificate_red(site: Site) -> None:
    site.replace("kit/training.js", "rounded(0.2, single)", "rounded(0.2000000001, single)")
    page = site.open(TrainingExplorer().island())
    assert "does not agree with Python and should not be trusted" in certificate(page)
    quiet = page.evaluate("getComputedStyle(document.querySelector('.tinyml-result')).color")
    assert page.evaluate("getComputedStyle(document.querySelector('.tinyml-certificate')).color") != quiet
    assert page.query_selector(".tinyml-disagrees")


def test_without_javascript_the_picture_and_its_numbers_stand(tmp_path: Path, new_tab: Callable[..., Tab]) -> None:
    page = Site(tmp_path, new_tab(java_script_enabled=False)).open(TrainingExplorer().island())
    assert page.is_visible(".tinyml-widget > figure img")
    assert "0.009720 after 80" in page.inner_text("figcaption")


@pytest.mark.parametrize(
    "broken",
    [
        ("function render({ model, el }) {", "function render({ model, el }) { throw new Error('planted');"),
        ("export default { render };", "throw new Error('planted');"),
        ("const update = () => {", "const update = () => { throw new Error('planted');"),
    ],
    ids=["in render", "in the module", "in the first update"],
)
def test_when_the_module_throws_the_picture_stays_with_a_sentence(site: Site, broken: tuple[str, str]) -> None:
    site.replace(EXPLORER, *broken)
    page = site.open(TrainingExplorer().island())
    page.wait_for_selector(".tinyml-failed")
    assert "failed, so here is its picture with its numbers. (planted)" in page.inner_text(".tinyml-failed")
    assert page.is_visible(".tinyml-widget > figure img")
    assert page.query_selector(".tinyml") is None


def test_when_the_module_throws_later_the_picture_comes_back(site: Site) -> None:
    update = "const update = () => {"
    site.replace(EXPLORER, update, f"{update} if (model.get('step_count') === 81) throw new Error('planted');")
    page = site.open(TrainingExplorer().island(), TrainingExplorer(step_count=5).island())
    page.wait_for_selector(".tinyml-agrees")
    page.get_by_label("StepCount").first.press("ArrowRight")
    page.wait_for_selector(".tinyml-failed")
    assert page.locator(".tinyml-widget > figure").first.is_visible()
    assert page.locator(".tinyml").count() == 1  # the other widget lives on
    page.get_by_label("StepCount").press("ArrowRight")
    page.wait_for_function("document.querySelector('.tinyml-result').textContent.startsWith('After 6 steps')")


def test_a_missing_module_leaves_the_picture_with_a_sentence(site: Site) -> None:
    site.script = page_script([])
    page = site.open(TrainingExplorer().island())
    page.wait_for_selector(".tinyml-failed")
    assert "the module of training_explorer is missing" in page.inner_text(".tinyml-failed")


def test_every_control_changes_what_is_drawn_and_the_numbers_are_pythons(site: Site) -> None:
    page = site.open(TrainingExplorer().island())
    certificate(page)
    page.get_by_label("StepCount").press("ArrowRight")
    expect_result(page, TrainingExplorer(step_count=81))
    page.get_by_label("StepCount").press("End")
    expect_result(page, TrainingExplorer(step_count=200))
    page.get_by_label("LearningRate").press("ArrowRight")
    expect_result(page, TrainingExplorer(step_count=200, learning_rate=1.06))
    page.get_by_role("button", name="10", exact=True).press("Enter")
    expect_result(page, TrainingExplorer(step_count=10, learning_rate=1.06))
    page.get_by_label("Your own sentence").fill("the cat saw the dog")
    expect_result(page, TrainingExplorer(step_count=10, learning_rate=1.06, sentence="the cat saw the dog"))
    page.get_by_label("Your own sentence").fill("cat")
    assert "Two words are needed" in page.inner_text(".tinyml-remark")
    page.get_by_role("button", name="Reset").click()
    expect_result(page, TrainingExplorer())
    assert site.tab.complaints == []


def expect_result(page: Page, widget: TrainingExplorer) -> None:
    steps = "1 step" if widget.step_count == 1 else f"{widget.step_count} steps"
    loss = widget.trajectory().losses[0, widget.step_count]
    words = f"After {steps} at rate {widget.learning_rate:g} the loss is {loss:.6f};"
    page.wait_for_function("words => document.querySelector('.tinyml-result').textContent.startsWith(words)", arg=words)
    assert page.locator("text.tinyml-strong").first.text_content() == f"{loss:.6f}"


def test_the_tables_hold_the_numbers_of_the_pictures(site: Site) -> None:
    page = site.open(TrainingExplorer().island())
    page.get_by_text("Numbers of: Next-token table").click()
    rows = page.locator("details[open] tbody tr")
    rows.first.wait_for()
    assert rows.count() == 5
    assert float(rows.nth(1).locator("td").nth(2).inner_text()) == pytest.approx(0.9954965, abs=1e-6)
    page.get_by_label("StepCount").press("Home")
    page.wait_for_function("document.querySelector('details[open] tbody tr td').textContent.startsWith('0.20')")


def test_settings_live_in_the_address_and_a_link_reopens_them(site: Site) -> None:
    islands = (TrainingExplorer().island(), TrainingExplorer(step_count=10).island())
    page = site.open(*islands)
    page.wait_for_selector(".tinyml-agrees")
    page.get_by_label("StepCount").nth(0).press("ArrowRight")
    page.get_by_label("LearningRate").nth(1).press("Home")
    page.wait_for_function("location.hash.split(';').length === 2")
    fragment = page.evaluate("location.hash")
    assert fragment == "#training_explorer?step_count=81;training_explorer-2?learning_rate=0.01"
    again = site.open(*islands, fragment=fragment)
    again.wait_for_selector(".tinyml-agrees")
    assert [slider.input_value() for slider in again.get_by_label("StepCount").all()] == ["81", "10"]
    assert again.locator(".tinyml-value").nth(3).inner_text() == "0.01"
    again.get_by_role("button", name="Reset").first.click()
    again.get_by_role("button", name="Reset").last.click()
    again.wait_for_function("location.hash === ''")
    again.evaluate("location.hash = '#training_explorer?step_count=3'")
    again.wait_for_function("document.querySelector('.tinyml-result').textContent.startsWith('After 3 steps')")


def test_settings_outside_their_limits_are_not_taken_from_the_address(site: Site) -> None:
    page = site.open(TrainingExplorer().island(), fragment="#training_explorer?step_count=999&learning_rate=-1&x=1")
    certificate(page)
    assert "After 80 steps at rate 1 " in page.inner_text(".tinyml-result")
    assert site.tab.complaints == []


def test_the_result_is_announced_once_after_a_pause(own_site: Site) -> None:
    page = own_site.open(TrainingExplorer().island())
    certificate(page)
    page.wait_for_function("document.querySelector('.tinyml-hidden').textContent.startsWith('After 80 steps')")
    page.evaluate(
        """() => {
            window.announced = [];
            const region = document.querySelector('.tinyml-hidden[aria-live=polite]');
            new MutationObserver(() => window.announced.push(region.textContent.slice(0, 14)))
                .observe(region, { childList: true, characterData: true, subtree: true });
        }"""
    )
    page.clock.install(time=0)
    page.clock.pause_at(3_600_000)  # from here on time goes on only as it is told, however long the keys take
    for _ in range(5):
        page.get_by_label("StepCount").press("ArrowRight")
        page.clock.run_for(600)
    assert page.evaluate("window.announced") == []
    page.clock.run_for(200)
    assert page.evaluate("window.announced") == ["After 85 steps"]


def test_copy_as_python_shows_the_snippet(site: Site) -> None:
    page = site.open(TrainingExplorer().island())
    page.get_by_role("button", name="Copy as Python").click()
    code = page.get_by_label("Python code")
    code.wait_for()
    assert "StepCount(80)" in code.input_value()
    page.get_by_label("StepCount").press("ArrowRight")
    page.wait_for_function("document.querySelector('.tinyml-code').value.includes('StepCount(81)')")


def test_no_element_has_an_id_so_a_widget_may_stand_twice(site: Site) -> None:
    page = site.open(TrainingExplorer().island(), TrainingExplorer().island())
    page.wait_for_selector(".tinyml-agrees")
    assert page.locator(".tinyml").count() == 2
    assert page.evaluate("document.querySelectorAll('.tinyml [id]').length") == 0


@pytest.mark.parametrize("width", [320, 360, 768])
def test_nothing_scrolls_sideways(own_site: Site, width: int) -> None:
    page = own_site.open(TrainingExplorer(sentence="an extraordinarily long sentence about cats").island())
    page.set_viewport_size({"width": width, "height": 700})
    certificate(page)
    page.wait_for_function(f"document.documentElement.scrollWidth <= {width}")  # it is laid out anew for the width
    small = page.evaluate(
        "[...document.querySelectorAll('.tinyml :is(input, button)')].map(e => e.getBoundingClientRect().height)"
    )
    assert min(small) >= 44


def test_dark_mode_follows_the_theme_of_the_page(own_site: Site) -> None:
    page = own_site.open(TrainingExplorer().island())
    certificate(page)
    ground = "getComputedStyle(document.querySelector('.tinyml')).backgroundColor"
    light = page.evaluate(ground)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    dark = page.evaluate(ground)
    assert (light, dark) == ("rgb(255, 255, 255)", "rgb(20, 24, 31)")
    page.emulate_media(color_scheme="dark")
    page.evaluate("document.documentElement.dataset.theme = 'light'")
    assert page.evaluate(ground) == light
    page.evaluate("delete document.documentElement.dataset.theme")
    assert page.evaluate(ground) == dark
    page.evaluate("document.body.dataset.jpThemeLight = 'true'")
    assert page.evaluate(ground) == light


def test_closing_a_widget_leaves_nothing_behind(site: Site) -> None:
    shown = "figure.hidden = true;"
    site.replace("kit/host.js", shown, f"{shown} window.closeWidget = close; window.model = model;")
    page = site.open(TrainingExplorer().island())
    certificate(page)
    result = page.evaluate_handle("document.querySelector('.tinyml-result')")
    before = result.evaluate("element => element.textContent")
    page.evaluate("window.closeWidget()")
    assert page.query_selector(".tinyml") is None
    page.evaluate("window.model.set('step_count', 3)")
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert result.evaluate("element => element.textContent") == before
    assert site.tab.complaints == []

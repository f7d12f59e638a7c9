"""Chapters in a live JupyterLab, as `make lab` opens them: they read as their pages do, and ask before they tell."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Locator, Page, expect
from tabs import Tab

from benchmarks.lab import SECONDS, Lab, Notebook

ROOT = Path(__file__).parent.parent.parent
CHAPTERS = ("05_endomorphism", "06_functors")
EVERY_CELL = '{ "windowingMode": "none" }'  # those that are not in view are there, too
PLANTED = """A {{colour}}`word <training_explorer?step_count>` and a term {{term}}`loss`.

```{{{directive}}} not-known
:kind: choice
Which of them?
```"""
RAW = re.compile(r"\{[a-z][\w:-]*\}|`{3}|:::|:(?:kind|cell|until|label|class|class-card):|[Uu]nknown|\w\?\?|<\w+\?|% ")
"""What MyST is written in, and what jupyterlab-myst says of what it doesn't know."""
PROSE = ".jp-MarkdownCell .myst"
ALL_DRAWN = f"count => [...document.querySelectorAll('{PROSE}')].filter(own => own.textContent).length >= count"
TEXT_WITHOUT_FORMULAS = f"""() => [...document.querySelectorAll('{PROSE}')].map(cell => {{
    const copy = cell.cloneNode(true);
    for (const own of copy.querySelectorAll('.katex, script, style')) own.remove();
    return copy.textContent;
}})"""
SEEN = "element => element.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true })"


@pytest.fixture(scope="module")
def lab(book: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    home = tmp_path_factory.mktemp("lab")
    settings = home / "settings" / "@jupyterlab" / "notebook-extension" / "tracker.jupyterlab-settings"
    settings.parent.mkdir(parents=True)
    settings.write_text(EVERY_CELL, encoding="utf-8")
    running = Lab(home, book.parent / "lab")
    try:
        for chapter in CHAPTERS:
            copy = shutil.copy(ROOT / "book" / f"{chapter}.ipynb", running.folder)
            subprocess.run([sys.executable, "-m", "nbformat.sign", copy], env=running.environment, check=True)
        for directive in ("colour", "checkpoint"):
            cell = nbformat.v4.new_markdown_cell(PLANTED.format(directive=directive))
            nbformat.write(nbformat.v4.new_notebook(cells=[cell]), running.folder / f"{directive}.ipynb")
        yield running
    finally:
        running.close()


@pytest.fixture(scope="module")
def tab(new_tab: Callable[..., Tab]) -> Tab:
    return new_tab()


@pytest.fixture
def opened(tab: Tab, lab: Lab) -> Callable[[str], Page]:
    """Return a function that opens a notebook for a new reader, and waits until all of its prose is there."""

    def go(name: str) -> Page:
        page = tab.go(f"{lab.address}doc/tree/{name}.ipynb?token={lab.token}").page
        wait_for_prose(page, lab.folder / f"{name}.ipynb")
        return page

    return go


def wait_for_prose(page: Page, path: Path) -> None:
    count = sum(cell.cell_type == "markdown" for cell in nbformat.read(path, 4).cells)
    page.wait_for_function(ALL_DRAWN, arg=count, timeout=1000 * SECONDS)


def raw_in(page: Page) -> list[str]:
    """Return what a page shows as it is written, and not as it is meant."""
    texts: list[str] = page.evaluate(TEXT_WITHOUT_FORMULAS)
    return [text[max(0, found.start() - 40) : found.end() + 40] for text in texts for found in RAW.finditer(text)]


def cell_with(page: Page, text: str) -> Locator:
    return page.locator(".jp-Notebook .jp-Cell").filter(has_text=text).first


def output_of(page: Page, source: str) -> Locator:
    return cell_with(page, source).locator(".jp-OutputArea-output").first


def guess(page: Page, name: str) -> Locator:
    return page.locator(f"[data-guess='05_endomorphism/{name}']")


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_shows_nothing_as_it_is_written(chapter: str, opened: Callable[[str], Page]) -> None:
    assert raw_in(opened(chapter)) == []


def test_a_word_that_nobody_knows_and_a_question_would_be_seen(opened: Callable[[str], Page]) -> None:
    assert len(raw_in(opened("colour"))) >= 2
    [role] = raw_in(opened("checkpoint"))
    assert "word <training_explorer?step_count>" in role


def test_a_chapter_has_the_boxes_and_the_words_of_its_page(opened: Callable[[str], Page]) -> None:
    page = opened("05_endomorphism")
    prose = page.locator(PROSE)
    for box in ("Law. Powers add", "What there was to find", "Where this differs from our sources", "Exercise", "Hint"):
        expect(prose.get_by_text(box).first).to_be_attached()
    assert page.get_by_text("[Ghalebi and Jafarranmani, 2026]").count() == 1
    expect(prose.get_by_text("Go to step 80 and check 0.009720")).to_be_visible()
    assert page.get_by_role("link", name="chapter 2", exact=True).count() >= 1
    expect(cell_with(page, "step ** StepCount(30), step ** StepCount(50)").locator("svg text").first).to_be_attached()


def test_an_answer_is_covered_until_there_is_a_guess(opened: Callable[[str], Page]) -> None:
    page = opened("05_endomorphism")
    output, reading = (
        output_of(page, "print(repr(measure))"),
        page.locator(PROSE).get_by_text("They differ in one word"),
    )
    question = guess(page, "who-repeats")
    assert not output.evaluate(SEEN)
    assert not reading.evaluate(SEEN)
    assert not page.locator("[data-answers='05_endomorphism/who-repeats']").evaluate(SEEN)
    question.get_by_label("only step", exact=True).focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(question.locator(".guess-live")).to_contain_text("✓ Right.")
    assert output.evaluate(SEEN)
    assert reading.evaluate(SEEN)
    assert question.get_by_label("only step", exact=True).is_disabled()
    assert not output_of(page, "for count in (0, 1, 10, 80, 200)").evaluate(SEEN)


def test_a_guess_is_remembered_and_can_be_taken_back(opened: Callable[[str], Page], lab: Lab) -> None:
    page = opened("05_endomorphism")
    guess(page, "loss-at-ten").locator("input").fill("1.01")
    guess(page, "loss-at-ten").get_by_role("button", name="Not sure").click()
    page.reload()
    wait_for_prose(page, lab.folder / "05_endomorphism.ipynb")
    output = output_of(page, "for count in (0, 1, 10, 80, 200)")
    expect(guess(page, "loss-at-ten").locator(".guess-live")).to_contain_text(
        "You said 1.01. The chapter computes 1.303029."
    )
    assert output.evaluate(SEEN)
    guess(page, "loss-at-ten").get_by_role("button", name="Guess again").click()
    assert not output.evaluate(SEEN)


def test_what_is_typed_is_no_command_and_the_file_stays_as_it_is(opened: Callable[[str], Page], lab: Lab) -> None:
    page = opened("05_endomorphism")
    path = lab.folder / "05_endomorphism.ipynb"
    cells, before = page.locator(".jp-Notebook .jp-Cell"), nbformat.read(path, 4)
    count = cells.count()
    field = guess(page, "frame").locator("textarea")
    field.click()
    page.keyboard.type("ddaab: both spaces")
    page.keyboard.press("Escape")
    guess(page, "who-repeats").get_by_text("Which of the two").dblclick()
    guess(page, "who-repeats").get_by_text("neither of them").click()
    page.keyboard.press("ArrowUp")
    assert guess(page, "who-repeats").get_by_label("both of them").is_checked()
    guess(page, "who-repeats").get_by_role("button", name="Just show me").click()
    assert field.input_value() == "ddaab: both spaces"
    assert cells.count() == count
    assert page.locator(".jp-MarkdownCell:not(.jp-mod-rendered)").count() == 0
    with page.expect_response(lambda answer: answer.request.method == "PUT" and path.name in answer.url):
        page.locator("[data-command='docmanager:save']").first.click()
    after = nbformat.read(path, 4)
    assert [(cell.source, cell.metadata) for cell in after.cells] == [
        (cell.source, cell.metadata) for cell in before.cells
    ]


def test_to_run_a_cell_does_not_uncover_it(tab: Tab, lab: Lab) -> None:
    tab.go("about:blank")
    notebook = Notebook(tab.page, lab, "05_endomorphism")
    wait_for_prose(tab.page, lab.folder / "05_endomorphism.ipynb")
    output = notebook.run(0)
    assert output.evaluate(SEEN)
    covered = notebook.run(1)
    assert not covered.locator(".jp-OutputArea-output").first.evaluate(SEEN)
    guess(tab.page, "who-repeats").get_by_role("button", name="Just show me").click()
    assert covered.locator(".jp-OutputArea-output").first.evaluate(SEEN)

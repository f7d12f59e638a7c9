"""Every widget in a live JupyterLab: it renders, agrees with Python, and Python can read what the reader moved."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from live_widget import CONTROLS, DRAWN, SETTLED, move, moves
from playwright.sync_api import Locator, Page
from tabs import Tab

from benchmarks.lab import SECONDS, Lab, Notebook
from tinyml import widgets

SHOW = "from tinyml.widgets import {name}\nwidget = {name}()\nwidget"
READ = "print({name: getattr(widget, name) for name in widget.setting_names()})"
CELLS = {name: [SHOW.format(name=name), READ, READ] for name in widgets.__all__}
CELLS["both ways"] = [SHOW.format(name="TrainingExplorer"), READ, "widget.step_count = 10"]
PLACES = [(name, cell) for name, cells in CELLS.items() for cell in range(len(cells))]

Run = Callable[[str, int], Locator]


@pytest.fixture(scope="module")
def notebook(new_tab: Callable[..., Tab], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Notebook]:
    """Open a notebook with the cells of all tests: JupyterLab and a kernel take longer to start than all of them."""
    lab = Lab(tmp_path_factory.mktemp("lab"))
    try:
        yield Notebook(new_tab().page, lab, "widgets", [cell for cells in CELLS.values() for cell in cells])
    finally:
        lab.close()


@pytest.fixture
def run(notebook: Notebook) -> Run:
    """Return a function that runs a cell of a test, and returns its output."""
    return lambda name, cell: notebook.run(PLACES.index((name, cell)))


def values(output: Locator) -> dict[str, Any]:
    read: dict[str, Any] = ast.literal_eval(output.locator("pre").last.inner_text())
    return read


def shown(output: Locator) -> Locator:
    root = output.locator(".tinyml")
    root.locator(".tinyml-agrees").wait_for(timeout=1000 * SECONDS)
    return root


def first_change(page: Page, root: Locator) -> bool:
    """Move one control after the other until one changes what is drawn."""
    stage = root.locator(".tinyml-stage")
    for control in root.locator(CONTROLS).all():
        for key in moves(control):
            before = stage.evaluate(DRAWN)
            if move(control, key):
                page.evaluate(SETTLED)
                if stage.evaluate(DRAWN) != before:
                    return True
    return False


@pytest.mark.parametrize("name", widgets.__all__)
def test_a_widget_renders_agrees_and_tells_python_what_was_moved(name: str, run: Run, notebook: Notebook) -> None:
    root = shown(run(name, 0))
    before = values(run(name, 1))
    assert before == {own: getattr(getattr(widgets, name)(), own) for own in before}
    assert first_change(notebook.page, root)
    assert values(run(name, 2)) != before


def test_the_slider_and_step_count_follow_each_other(run: Run) -> None:
    root = shown(run("both ways", 0))
    slider = root.get_by_label("StepCount")
    slider.press("ArrowRight")
    slider.press("ArrowRight")
    root.locator(".tinyml-result").filter(has_text="After 82 steps").wait_for()
    assert values(run("both ways", 1))["step_count"] == 82
    run("both ways", 2)
    root.locator(".tinyml-result").filter(has_text="After 10 steps").wait_for()
    assert slider.input_value() == "10"

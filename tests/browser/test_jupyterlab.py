"""Every widget in a live JupyterLab: it renders, agrees with Python, and Python can read what the reader moved."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from live_widget import CONTROLS, DRAWN, SETTLED, move, moves
from playwright.sync_api import Browser, Locator, Page

from benchmarks.lab import SECONDS, Lab, Notebook
from tinyml import widgets

READ = "print({name: getattr(widget, name) for name in widget.setting_names()})"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    running = Lab(tmp_path_factory.mktemp("lab"))
    yield running
    running.close()


def values(output: Locator) -> dict[str, Any]:
    read: dict[str, Any] = ast.literal_eval(output.locator("pre").last.inner_text())
    return read


@pytest.fixture
def open_notebook(chromium: Browser, lab: Lab) -> Iterator[Callable[..., Notebook]]:
    context = chromium.new_context(reduced_motion="reduce")
    yield lambda name, *cells: Notebook(context.new_page(), lab, name, list(cells))
    context.close()


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
def test_a_widget_renders_agrees_and_tells_python_what_was_moved(
    name: str, open_notebook: Callable[..., Notebook]
) -> None:
    source = f"from tinyml.widgets import {name}\nwidget = {name}()\nwidget"
    notebook = open_notebook(name, source, READ, READ)
    root = shown(notebook.run(0))
    before = values(notebook.run(1))
    assert before == {own: getattr(getattr(widgets, name)(), own) for own in before}
    assert first_change(notebook.page, root)
    assert values(notebook.run(2)) != before


def test_the_slider_and_step_count_follow_each_other(open_notebook: Callable[..., Notebook]) -> None:
    source = "from tinyml.widgets import TrainingExplorer\nwidget = TrainingExplorer()\nwidget"
    notebook = open_notebook("both_ways", source, "print({'n': widget.step_count})", "widget.step_count = 10")
    root = shown(notebook.run(0))
    slider = root.get_by_label("StepCount")
    slider.press("ArrowRight")
    slider.press("ArrowRight")
    root.locator(".tinyml-result").filter(has_text="After 82 steps").wait_for()
    assert values(notebook.run(1)) == {"n": 82}
    notebook.run(2)
    root.locator(".tinyml-result").filter(has_text="After 10 steps").wait_for()
    assert slider.input_value() == "10"

"""Every widget in a live JupyterLab: it renders, agrees with Python, and Python can read what the reader moved."""

from __future__ import annotations

import ast
import json
import os
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest
from live_widget import CONTROLS, DRAWN, move, moves
from playwright.sync_api import Browser, Locator, Page

from tinyml import widgets

READ = "print({name: getattr(widget, name) for name in widget.setting_names()})"
SECONDS = 60  # for a server or a kernel to start on a busy machine


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab: where it answers, with which token, and the folder that it shows."""

    address: str
    token: str
    folder: Path


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Start JupyterLab for this machine only, on a free port, with settings of its own; end it afterwards."""
    home = tmp_path_factory.mktemp("lab")
    folder = home / "notebooks"
    folder.mkdir()
    token = secrets.token_hex(16)
    places = {f"JUPYTER_{name}_DIR": str(home / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
    places |= {f"JUPYTERLAB_{name}_DIR": str(home / name.lower()) for name in ("SETTINGS", "WORKSPACES")}
    options = ["--no-browser", "--ServerApp.ip=127.0.0.1", "--ServerApp.port=0", f"--ServerApp.root_dir={folder}"]
    options += [f"--IdentityProvider.token={token}"]
    options += ["--allow-root"] if os.geteuid() == 0 else []
    log = home / "log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=os.environ | places | {"IPYTHONDIR": str(home / "ipython")},
        )
        try:
            yield Lab(address_of(server, home / "runtime", log), token, folder)
        finally:
            server.terminate()  # it ends its kernels
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def address_of(server: subprocess.Popen[bytes], runtime: Path, log: Path) -> str:
    """Wait until the server has said where it answers."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until and server.poll() is None:
        for path in runtime.glob("jpserver-*.json"):
            with_url = path.read_text(encoding="utf-8")
            if with_url.rstrip().endswith("}"):
                return str(json.loads(with_url)["url"])
        time.sleep(0.2)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text(encoding='utf-8')[-3000:]}")


class Notebook:
    """A notebook in JupyterLab with cells that are run one after the other by Shift+Enter."""

    def __init__(self, page: Page, lab: Lab, name: str, cells: list[str]) -> None:
        made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
        made.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(made, lab.folder / f"{name}.ipynb")
        self.page = page
        page.goto(f"{lab.address}doc/tree/{name}.ipynb?token={lab.token}")
        self.cells = page.locator(".jp-Notebook .jp-CodeCell")
        self.cells.first.wait_for(timeout=1000 * SECONDS)
        page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for(timeout=1000 * SECONDS)

    def run(self, place: int) -> Locator:
        """Run a cell and return its output once the kernel has finished it."""
        cell = self.cells.nth(place)
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Shift+Enter")
        finished = cell.locator(".jp-InputArea-prompt").filter(has_text=re.compile(r"\[\d+\]"))
        finished.wait_for(timeout=1000 * SECONDS)
        return cell.locator(".jp-OutputArea")

    def values(self, place: int) -> dict[str, Any]:
        read: dict[str, Any] = ast.literal_eval(self.run(place).locator("pre").last.inner_text())
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
                page.wait_for_timeout(200)
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
    before = notebook.values(1)
    assert before == {own: getattr(getattr(widgets, name)(), own) for own in before}
    assert first_change(notebook.page, root)
    assert notebook.values(2) != before


def test_the_slider_and_step_count_follow_each_other(open_notebook: Callable[..., Notebook]) -> None:
    source = "from tinyml.widgets import TrainingExplorer\nwidget = TrainingExplorer()\nwidget"
    notebook = open_notebook("both_ways", source, "print({'n': widget.step_count})", "widget.step_count = 10")
    root = shown(notebook.run(0))
    slider = root.get_by_label("StepCount")
    slider.press("ArrowRight")
    slider.press("ArrowRight")
    root.locator(".tinyml-result").filter(has_text="After 82 steps").wait_for()
    assert notebook.values(1) == {"n": 82}
    notebook.run(2)
    root.locator(".tinyml-result").filter(has_text="After 10 steps").wait_for()
    assert slider.input_value() == "10"

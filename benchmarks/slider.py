"""Contenders of slider to paint: from a key on a slider to the frame that shows the result.

All three run in headless Chromium and are timed by the same script in the page: it starts at the key event, waits for
the first frame in which the result differs, and ends when that frame has been painted.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import shutil
import sys
import tempfile
from abc import abstractmethod
from pathlib import Path

from playwright.sync_api import Locator, Page, sync_playwright

from benchmarks.contender import Contender, MissingRivalError, serve
from benchmarks.lab import SECONDS, Lab, Notebook
from tinyml.widgets import TrainingExplorer
from tinyml.widgets.linking import page_script

FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
CHECK = ("ArrowRight",) * 3 + ("ArrowLeft",) * 3
MOVES = 5  # a round, now to the right and now to the left

DRAWING = "--type=renderer|ipykernel_launcher"

# `read` gives what is shown; one move at a time.
WATCH = """(read) => {
    let before, started;
    window.addEventListener('keydown', event => {
        before = read();
        started = event.timeStamp;
        window.moved = new Promise(done => {
            const { port1, port2 } = new MessageChannel();
            const look = () => requestAnimationFrame(() => port2.postMessage(0));
            port1.onmessage = async () => { // comes after the frame has been painted
                if (read() === before) return look();
                await Promise.all([...document.images].map(image => image.decode().catch(() => {})));
                done(performance.now() - started);
            };
            look();
        });
    }, { capture: true });
}"""

FRAME = """<!doctype html><meta charset="utf-8"><title>A frame</title>
<input type="range" min="0" max="200" value="80"><p>loss 0</p>
<script>
const losses = LOSSES;
const [slider, text] = [document.querySelector("input"), document.querySelector("p")];
slider.addEventListener("input", () => requestAnimationFrame(() => {
  text.textContent = "loss " + losses[slider.value].toFixed(6);
}));
</script>"""

NOTEBOOK = """%matplotlib inline
import matplotlib.pyplot as plt
from ipywidgets import IntSlider, interact
from tinyml import *
dataset = DatasetWindowing()(TokenSequence.from_indices([1, 2, 3, 4, 1, 2, 3, 4]))
start = Parameters.init(VocabSize(5), ModelDimension(4))
losses = trajectory(dataset, start, [LearningRate(1.0)], StepCount(200)).losses[0]
@interact(step_count=IntSlider(80, 0, 200))
def draw(step_count):
    figure, axes = plt.subplots(figsize=(5, 3))
    axes.plot(losses)
    axes.plot([step_count], [losses[step_count]], "o")
    axes.set(xlabel="StepCount", ylabel="loss")
    plt.show()
    print(f"loss {losses[step_count]:.6f}")
"""


class Slider(Contender):
    """A page with a slider and a text that says the loss; a subclass says which page."""

    shown: str  # the selector of the text
    pattern = re.compile(r"loss (?:is )?([\d.]+)")

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="slider-"))
        self.playwright = sync_playwright().start()
        self.rng = random.Random(0)
        self.right = False
        self.page: Page

    @abstractmethod
    def open(self) -> Locator:
        """Open the page and return the slider."""

    def check(self) -> list[float]:
        """Return the losses that the page shows while the slider moves."""
        executable = shutil.which("chromium") or shutil.which("google-chrome")
        if executable is None:
            raise MissingRivalError("there is no Chromium")
        self.browser = self.playwright.chromium.launch(executable_path=executable, args=FLAGS)
        self.page = self.browser.new_page()
        self.slider = self.open()
        self.page.evaluate(f"({WATCH})(() => {self.reader()})")
        losses = []
        for key in CHECK:
            self.move(key)
            found = self.pattern.search(self.page.locator(self.shown).first.inner_text())
            losses.append(float(found[1]) if found else float("nan"))
        return losses

    def reader(self) -> str:
        """Return what is looked at for a change, in JavaScript."""
        return f"document.querySelector('{self.shown}').textContent"

    def move(self, key: str) -> float:
        self.page.wait_for_timeout(self.rng.uniform(20, 60))  # readers do not wait for frames
        self.slider.press(key)
        return float(self.page.evaluate("window.moved")) / 1000

    def go(self) -> list[float]:
        self.right = not self.right
        return [self.move("ArrowRight" if self.right else "ArrowLeft") for _ in range(MOVES)]

    def processes(self) -> list[int]:
        """Return those that compute and draw: the renderers of Chromium, and the kernel."""
        return [process for process in family(os.getpid()) if re.search(DRAWING, command_of(process))]

    def close(self) -> None:
        self.playwright.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


class StaticPage(Slider):
    """The widget as the book's pages have it, opened from the disk."""

    shown = ".tinyml-result"

    def open(self) -> Locator:
        (self.folder / "page.js").write_text(page_script(["training_explorer"]), encoding="utf-8")
        head = '<!doctype html><meta charset="utf-8"><title>A page</title><script defer src="page.js"></script>'
        (self.folder / "page.html").write_text(head + TrainingExplorer().island(), encoding="utf-8")
        self.page.goto((self.folder / "page.html").as_uri())
        self.page.locator(".tinyml-agrees").wait_for()
        return self.page.get_by_label("StepCount")


class Frame(Slider):
    """A slider that changes one text in the next frame: nothing can be sooner."""

    shown = "p"

    def open(self) -> Locator:
        losses = json.dumps(TrainingExplorer().trajectory().losses[0].tolist())
        (self.folder / "page.html").write_text(FRAME.replace("LOSSES", losses), encoding="utf-8")
        self.page.goto((self.folder / "page.html").as_uri())
        return self.page.locator("input")


class Interact(Slider):
    """`interact` with a figure of matplotlib, in a JupyterLab that runs for this race alone."""

    shown = ".jp-OutputArea .jp-OutputArea pre"

    def open(self) -> Locator:
        self.lab = Lab(self.folder)
        notebook = Notebook(self.page, self.lab, "page", [NOTEBOOK])
        notebook.run(0)
        self.page.locator(self.shown).first.wait_for(timeout=1000 * SECONDS)
        return self.page.locator(".jp-OutputArea [role=slider]")

    def reader(self) -> str:
        return "document.querySelector('.jp-OutputArea .jp-OutputArea img')?.src ?? before"

    def move(self, key: str) -> float:
        took = super().move(key)
        self.page.wait_for_timeout(200)  # the text comes after the picture, and the kernel has to be idle again
        return took

    def close(self) -> None:
        if hasattr(self, "lab"):
            self.lab.close()
        super().close()


def command_of(process: int) -> str:
    with contextlib.suppress(OSError):
        return Path("/proc", str(process), "cmdline").read_text(encoding="utf-8")
    return ""


def family(process: int) -> list[int]:
    """Return a process and all that it started, directly or not."""
    found = [process]
    for path in Path("/proc", str(process), "task").glob("*/children"):
        with contextlib.suppress(OSError):  # a thread that has just ended
            for child in path.read_text(encoding="ascii").split():
                found += family(int(child))
    return found


if __name__ == "__main__":
    kinds: dict[str, type[Slider]] = {"page": StaticPage, "interact": Interact, "frame": Frame}
    serve(kinds[sys.argv[1]]())

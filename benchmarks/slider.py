"""Contenders of slider to paint: from a key on a slider to the frame that shows the result.

    python -m benchmarks.slider KIND [SLOWER]      page, frame; those in JupyterLab are in slider_lab.py

All run in headless Chromium and are timed by the same script in the page: it starts at the key event, waits for the
first frame in which the result differs, and ends when that frame has been painted.  `SLOWER` slows the processor of
the page so many times, as Chromium's own tools for developers do; a kernel behind the page keeps its speed.
Checked by tests/benchmarks/test_benchmarks_slider.py.
"""

from __future__ import annotations

import json
import random
import re
import shutil
import sys
import tempfile
from abc import abstractmethod
from pathlib import Path

from playwright.sync_api import Locator, Page, sync_playwright

from benchmarks.contender import Contender, MissingRivalError, serve
from tinyml.widgets import TrainingExplorer

sys.path.append(str(Path(__file__).parents[1] / "book" / "_ext"))

from book_pages.bundling import page_script  # from where Sphinx looks for it

FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
CHECK = ("ArrowRight",) * 3 + ("ArrowLeft",) * 3
MOVES = 5  # a round, now to the right and now to the left

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


class Slider(Contender):
    """A page with a slider and a text that says the loss; a subclass says which page."""

    several = True
    shown: str  # the selector of the text
    pattern = re.compile(r"loss (?:is )?([\d.]+)")

    def __init__(self, slower: str = "1") -> None:
        self.slower = float(slower)
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
        self.session = self.page.context.new_cdp_session(self.page)
        self.page.evaluate(f"({WATCH})(() => {self.reader()})")
        losses = []
        for key in CHECK:
            self.move(key)
            found = self.pattern.search(self.page.locator(self.shown).first.inner_text())
            losses.append(float(found[1]) if found else float("nan"))
        return losses

    def slow_down(self, times: float) -> None:
        self.session.send("Emulation.setCPUThrottlingRate", {"rate": times})

    def reader(self) -> str:
        """Return what is looked at for a change, in JavaScript."""
        return f"document.querySelector('{self.shown}').textContent"

    def move(self, key: str) -> float:
        self.page.wait_for_timeout(self.rng.uniform(20, 60))  # readers do not wait for frames
        self.slider.press(key)
        return float(self.page.evaluate("window.moved")) / 1000

    def go(self) -> list[float]:
        """Move a few times, slowed down; a page that is slow keeps a processor busy even when it has nothing to do."""
        self.right = not self.right
        self.slow_down(self.slower)
        try:
            return [self.move("ArrowRight" if self.right else "ArrowLeft") for _ in range(MOVES)]
        finally:
            self.slow_down(1)

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


if __name__ == "__main__":
    kinds: dict[str, type[Slider]] = {"page": StaticPage, "frame": Frame}
    serve(kinds[sys.argv[1]](*sys.argv[2:]))

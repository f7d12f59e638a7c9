"""Contenders of the first widget on a page: from the start of navigation to the frame that shows it.

    python -m benchmarks.waits.first_widget widget|bound

Each sample has a Chromium of its own with a new profile, which opens a page of the built book from the disk; the time
is the page's own, from the start of its navigation.  Chapter 5 is opened by a link to its widget, so that the widget
is what is seen; it counts as painted when its live picture stands in the window and the frame after that has been
painted.  The bound is a page of the same book without a widget, when all of it has been read and painted.
Checked by tests/benchmarks/test_benchmarks_waits.py.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from benchmarks.contender import Contender, MissingRivalError, serve
from benchmarks.slider import FLAGS

HTML = Path(__file__).parents[2] / "_build" / "html"

# `there` says whether what is waited for stands in the document; the time is that of the frame after that.
WATCH = """(there) => {
    window.painted = new Promise(done => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => done(performance.now()); // comes after the frame has been painted
        const look = () => requestAnimationFrame(() => there() ? port2.postMessage(0) : look());
        look();
    });
}"""


class FirstPage(Contender):
    """A page of the built book in a cold browser; a subclass says which page, and what is waited for."""

    several = True
    page: str
    link = ""
    there: str  # in JavaScript

    def __init__(self, html: Path = HTML) -> None:
        self.address = html / self.page
        self.browser: Browser | None = None
        self.playwright = sync_playwright().start()

    def check(self) -> None:
        """See that there is something to open; two pages have nothing that could be compared."""
        if not self.address.is_file():
            raise MissingRivalError("the book is not built: run `make book`")
        if shutil.which("chromium") is None and shutil.which("google-chrome") is None:
            raise MissingRivalError("there is no Chromium")
        self.prepare()
        self.go()

    def prepare(self) -> None:
        """End the last browser and start a browser that has never seen a page."""
        if self.browser is not None:
            self.browser.close()
        executable = shutil.which("chromium") or shutil.which("google-chrome")
        self.browser = self.playwright.chromium.launch(executable_path=executable, args=FLAGS)
        self.tab = self.browser.new_page()
        self.tab.add_init_script(f"({WATCH})(() => {self.there})")

    def go(self) -> list[float]:
        self.tab.goto(self.address.as_uri() + self.link, wait_until="commit")
        return [float(self.tab.evaluate("window.painted")) / 1000]

    def close(self) -> None:
        self.playwright.stop()


class Widget(FirstPage):
    """Chapter 5 with its TrainingExplorer."""

    page = "book/05_endomorphism.html"
    link = "#training_explorer?step_count=80"
    there = """(() => {
        const found = document.querySelector('.tinyml-widget[data-widget=training_explorer] .tinyml-stage svg');
        const box = found?.getBoundingClientRect();
        return box && box.height > 0 && box.top < innerHeight && box.bottom > 0;
    })()"""

    def check(self) -> None:
        """See too that what is painted is what Python computes."""
        super().check()
        self.tab.locator("[data-widget=training_explorer] .tinyml-agrees").wait_for()


class Text(FirstPage):
    """The glossary, the longest page without a widget."""

    page = "book/glossary.html"
    there = "document.readyState !== 'loading' && document.querySelector('footer') !== null"


KINDS: dict[str, type[FirstPage]] = {"widget": Widget, "bound": Text}

if __name__ == "__main__":
    serve(KINDS[sys.argv[1]]())

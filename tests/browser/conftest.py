"""What the browser tests share: a Chromium, tabs that are kept in it, and the built book on the disk and over http."""

from __future__ import annotations

import contextlib
import functools
import threading
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from processes import PATIENCE
from set_up_programs import CHROMIUM
from tabs import Tab

ROOT = Path(__file__).parent.parent.parent
BOOK = ROOT / "_build" / "html"
# Chromium would draw a list of suggestions below its address bar anew for each page, which costs as much as the page;
# and a second switch replaces Playwright's, whose part that matters here is that http stays http.
FEATURES = ("HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades", "WebUIOmniboxAimPopup", "WebUIOmniboxPopup")
FLAGS = [
    f"--disable-features={','.join(FEATURES)}",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # no network but this machine
]


def be_patient(context: BrowserContext) -> None:
    """Let a page of a busy machine take its time."""
    context.set_default_timeout(1000 * PATIENCE)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start the browser: once, since the tabs of each file of tests have readers of their own, who share nothing."""
    executable = CHROMIUM.found()
    if executable is None:
        pytest.fail(CHROMIUM.advice)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS, timeout=1000 * PATIENCE)
        browser.on("context", be_patient)
        yield browser
        browser.close()


@contextlib.contextmanager
def readers(chromium: Browser) -> Iterator[Callable[..., Tab]]:
    """Give a function that opens a tab, as a new reader has it; `options` are those of Playwright's contexts."""
    contexts: list[BrowserContext] = []

    def open_tab(**options: Any) -> Tab:
        contexts.append(chromium.new_context(reduced_motion="reduce", **options))
        return Tab(contexts[-1].new_page(), scripted=options.get("java_script_enabled", True))

    yield open_tab
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def new_tab(chromium: Browser) -> Iterator[Callable[..., Tab]]:
    """Return a function that opens a tab for the tests of a file.

    A reader and a tab cost Chromium more than a page, so a file of tests keeps its tabs, and goes from page to page.
    """
    with readers(chromium) as open_tab:
        yield open_tab


@pytest.fixture
def tab_of_one(chromium: Browser) -> Iterator[Callable[..., Tab]]:
    """Return a function that opens a tab for one test, where each needs a new reader.

    Each is a window of Chromium's; in a file that kept fifteen of them, a wait for what frames bring once had no end.
    """
    with readers(chromium) as open_tab:
        yield open_tab


@pytest.fixture(scope="session")
def book() -> Path:
    """Return the folder of the built book; a book that is not built fails the test, it never skips it."""
    if not (BOOK / "index.html").is_file():
        pytest.fail("the book is not built: run `make book`")
    return BOOK


class QuietHandler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # in which a page asks for its files without a connection, and a thread, for each

    def log_message(self, *args: Any, **details: Any) -> None:
        """Say nothing."""

    def end_headers(self) -> None:
        """Have nothing kept, so that each page asks for all that it needs, like the first one that a reader opens."""
        self.send_header("Cache-Control", "no-store")
        super().end_headers()


@pytest.fixture(scope="module")
def server(book: Path) -> Iterator[str]:
    """Return the address of a server, for this machine only, of the built book."""
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(QuietHandler, directory=str(book))) as httpd:
        thread = threading.Thread(target=httpd.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{httpd.server_address[1]}"
        httpd.shutdown()
        thread.join()

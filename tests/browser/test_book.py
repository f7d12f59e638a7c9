"""Every page of the built book, as its readers meet it: offline, in the dark, on a phone, without JavaScript."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import notebooks
import pytest
from book_pages.moved import moves
from exercise_rules import betrayed
from playwright.sync_api import Browser, BrowserContext, Page, Response
from sphinx_external_toc.parsing import parse_toc_yaml

import exercises

ROOT = Path(__file__).parent.parent.parent
PAGES = [*sorted(parse_toc_yaml(ROOT / "_toc.yml")), "search"]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
INFORMATIVE = ("[PST]: ", "[togglebutton]: ")
GAPS = """() => [...document.querySelectorAll('article :is(h1, h2, h3)')].filter(heading => {
    const range = document.createRange();
    range.selectNodeContents(heading);
    if (heading.querySelector('a.headerlink')) range.setEndBefore(heading.querySelector('a.headerlink'));
    const room = parseFloat(getComputedStyle(heading).paddingTop) + parseFloat(getComputedStyle(heading).paddingBottom);
    return heading.clientHeight - room > range.getBoundingClientRect().height + 24;
}).map(heading => heading.textContent)"""
"""The headings that have an empty line below their text: that of their link's sign, where no room was left for it."""
ISLAND = re.compile(r'<div class="tinyml-widget".*?</figure></div>', re.DOTALL)

every_page = pytest.mark.parametrize("name", PAGES)
both_themes = pytest.mark.parametrize("theme", ["light", "dark"])


class Visit:
    """A page with what it asked for and what it said."""

    def __init__(self, context: BrowserContext, *, scripted: bool) -> None:
        self.page: Page = context.new_page()
        self.scripted = scripted
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self._judge(request.url))
        self.page.on("requestfailed", lambda request: self.complaints.append(f"failed: {request.url}"))
        self.page.on("response", lambda answer: self._judge_status(answer.url, answer.status))
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("console", lambda message: self._hear(message.text))

    def _judge(self, url: str) -> None:
        if not url.startswith(("file:", "data:", "blob:", "http://127.0.0.1:")):
            self.complaints.append(f"outside: {url}")

    def _judge_status(self, url: str, status: int) -> None:
        if status >= 400:
            self.complaints.append(f"{status}: {url}")

    def _hear(self, text: str) -> None:
        if not text.startswith(INFORMATIVE):
            self.complaints.append(f"console: {text}")

    def go(self, url: str) -> Page:
        self.page.goto(url, wait_until="load")
        islands = self.page.locator(".tinyml-widget").count() if self.scripted else 0
        self.page.wait_for_function(
            "count => document.querySelectorAll('.tinyml-agrees, .tinyml-disagrees, .tinyml-failed').length >= count",
            arg=islands,
        )
        return self.page


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Callable[..., Visit]]:
    contexts: list[BrowserContext] = []

    def start(**options: Any) -> Visit:
        contexts.append(chromium.new_context(reduced_motion="reduce", **options))
        return Visit(contexts[-1], scripted=options.get("java_script_enabled", True))

    yield start
    for context in contexts:
        context.close()


def url_of(book: Path, name: str) -> str:
    return (book / f"{name}.html").as_uri()


def test_the_built_pages_are_those_of_the_table_of_contents(book: Path) -> None:
    built = {path.relative_to(book).with_suffix("").as_posix() for path in book.rglob("*.html")}
    assert built == {*PAGES, "index", *moves(ROOT)}


@every_page
def test_from_the_disk_a_page_asks_for_nothing_outside_and_complains_about_nothing(
    book: Path, name: str, visit: Callable[..., Visit]
) -> None:
    seen = visit()
    seen.go(url_of(book, name))
    assert seen.complaints == []


@every_page
def test_over_http_a_page_asks_for_nothing_outside_and_complains_about_nothing(
    server: str, name: str, visit: Callable[..., Visit]
) -> None:
    seen = visit()
    seen.go(f"{server}/{name}.html")
    assert seen.complaints == []


def test_the_network_is_blocked_and_asking_for_it_is_noticed(server: str, visit: Callable[..., Visit]) -> None:
    seen = visit()
    page = seen.go(f"{server}/search.html")
    for address in ("http://93.184.215.14/", "https://example.org/"):
        assert (
            page.evaluate("address => fetch(address, { mode: 'no-cors' }).catch(() => 'no way')", address) == "no way"
        )
        assert f"outside: {address}" in seen.complaints
    assert any("ERR_NAME_NOT_RESOLVED" in complaint for complaint in seen.complaints)


@every_page
@both_themes
def test_axe_finds_nothing_serious(book: Path, name: str, theme: str, visit: Callable[..., Visit]) -> None:
    page = visit(color_scheme=theme).go(url_of(book, name))
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    page.add_script_tag(path=str(AXE))
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")["violations"]
    grave = [
        (finding["id"], finding["help"], [node["target"] for node in finding["nodes"]][:5])
        for finding in found
        if finding["impact"] in {"serious", "critical"}
    ]
    assert grave == []


@every_page
def test_on_a_phone_no_heading_has_an_empty_line_below_it(book: Path, name: str, visit: Callable[..., Visit]) -> None:
    assert visit(viewport={"width": 360, "height": 740}).go(url_of(book, name)).evaluate(GAPS) == []


@every_page
def test_on_a_phone_nothing_scrolls_sideways(book: Path, name: str, visit: Callable[..., Visit]) -> None:
    page = visit(viewport={"width": 360, "height": 740}).go(url_of(book, name))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    wide = page.evaluate(
        """() => [...document.querySelectorAll('article *')].filter(element => {
            if (element.getBoundingClientRect().right <= 361) return false;
            for (let box = element; box; box = box.parentElement) {
                const style = getComputedStyle(box);
                if (/auto|scroll|hidden|clip/.test(style.overflowX) || style.position === 'absolute') return false;
            }
            return true;
        }).map(element => element.outerHTML.slice(0, 120))"""
    )
    assert wide == []


@every_page
def test_formulas_are_formulas(book: Path, name: str, visit: Callable[..., Visit]) -> None:
    page = visit(java_script_enabled=False).go(url_of(book, name))
    text = page.locator("main").evaluate(
        """main => {
            const copy = main.cloneNode(true);
            copy.querySelectorAll('.katex, pre, code, script').forEach(element => element.remove());
            return copy.textContent;
        }"""
    )
    assert not re.search(r"\\[a-zA-Z]{2,}|\$\$|\\\(|\\\[", text)
    assert "katex-error" not in page.content()


@every_page
def test_every_picture_has_words_of_its_own(book: Path, name: str, visit: Callable[..., Visit]) -> None:
    page = visit(java_script_enabled=False).go(url_of(book, name))
    for alt in page.eval_on_selector_all("article img", "pictures => pictures.map(picture => picture.alt)"):
        assert len(alt.split()) >= 3, f"{alt!r} does not say what the picture shows"
    unnamed = "article svg:not(.katex svg, [aria-hidden=true], .tb-icon, .sd-octicon, :has(> title), [aria-label])"
    assert page.locator(unnamed).count() == 0


@every_page
def test_in_the_dark_outputs_are_not_painted_pale(book: Path, name: str, visit: Callable[..., Visit]) -> None:
    page = visit(color_scheme="dark").go(url_of(book, name))
    grounds = page.eval_on_selector_all(
        "div.cell_output .text_html", "all => all.map(element => getComputedStyle(element).backgroundColor)"
    )
    assert set(grounds) <= {"rgba(0, 0, 0, 0)"}


@every_page
def test_without_javascript_a_page_is_coloured_and_widgets_are_pictures(
    book: Path, name: str, visit: Callable[..., Visit]
) -> None:
    page = visit(java_script_enabled=False, color_scheme="dark").page
    page.goto(url_of(book, name))
    assert page.get_attribute("html", "data-theme") == "light"
    for figure in page.locator(".tinyml-widget > figure").all():
        assert figure.is_visible()


class Names(HTMLParser):
    """The links, ids and scripts of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.assets: list[str] = []
        self.ids: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.ids.update(value for key in ("id", "name") if (value := values.get(key)))
        if tag == "a" and (link := values.get("href")):
            self.links.append(link)
        if tag == "script" and (script := values.get("src")):
            self.assets.append(script)
        if tag == "link" and values.get("rel") == "stylesheet" and (sheet := values.get("href")):
            self.assets.append(sheet)


@every_page
def test_links_inside_the_book_lead_somewhere(book: Path, name: str) -> None:
    page = book / f"{name}.html"
    for link in Names(page.read_text(encoding="utf-8")).links:
        parts = urlsplit(link)
        if parts.scheme:
            continue
        target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
        assert target.is_file(), f"{link} leads nowhere"
        if parts.fragment and target.suffix == ".html" and "?" not in parts.fragment:
            assert unquote(parts.fragment) in Names(target.read_text(encoding="utf-8")).ids, f"{link} has no place"


EXERCISES = exercises.names_in(exercises.COURSE / "source")


@pytest.mark.parametrize("name", EXERCISES)
def test_no_file_of_the_book_holds_a_solution_of_an_exercise(book: Path, name: str) -> None:
    master = notebooks.read(exercises.notebook_of(exercises.COURSE / "source", name))
    for path in sorted(book.rglob("*")):
        if path.suffix in {".html", ".ipynb", ".md", ".js", ".txt"}:
            text = path.read_text(encoding="utf-8")
            if path.suffix == ".html":
                text = unescape(re.sub(r"<[^>]*>", "", text))
            if path.suffix == ".ipynb":
                text = "\n".join(cell.source for cell in notebooks.read(path).cells)
            assert betrayed(master, text) == [], path


@pytest.mark.parametrize("name", EXERCISES)
def test_an_exercise_is_offered_as_it_was_released(book: Path, name: str, visit: Callable[..., Visit]) -> None:
    page = visit(java_script_enabled=False).go(url_of(book, f"exercises/release/{name}/{name}"))
    link = page.locator("article a[download]", has_text="Download the notebook")
    assert link.get_attribute("download") == f"{name}_exercises.ipynb"
    offered = book / "exercises" / "release" / name / unquote(link.get_attribute("href") or "")
    released = exercises.notebook_of(exercises.COURSE / "release", name)
    assert offered.resolve().read_bytes() == released.read_bytes()
    assert page.locator(".cell_output").count() == 0
    assert page.locator("details.above-input > summary").count() >= 3


def packed(data: bytes) -> int:
    return len(gzip.compress(data, 9))


@every_page
def test_a_page_is_light(book: Path, name: str, server: str, visit: Callable[..., Visit]) -> None:
    source = (book / f"{name}.html").read_text(encoding="utf-8")
    assert len(ISLAND.sub("", source).encode()) <= 400_000
    widgets = [asset for asset in Names(source).assets if "/widgets/" in asset]
    paths = [(book / name).parent / script.split("?")[0] for script in widgets]
    assert sum(packed(path.read_bytes()) for path in paths) <= 20_000
    answers: list[Response] = []
    page = visit().page
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108  # playwright marks functions
    page.goto(f"{server}/{name}.html", wait_until="networkidle")
    sizes = {answer.url: packed(answer.body()) for answer in answers}
    assert len(sizes) > 5
    if not widgets:
        assert sum(sizes.values()) <= 250_000, sizes


def test_the_search_finds_a_page_from_the_disk(book: Path, visit: Callable[..., Visit]) -> None:
    seen = visit()
    page = seen.go(url_of(book, "book/preface"))
    field = page.locator("input[type=search]")
    assert field.count() == 1
    field.fill("parameters")
    field.press("Enter")
    page.wait_for_selector("#search-results li a")
    assert page.locator("#search-results li a").first.get_attribute("href")
    page.keyboard.press("Control+k")
    assert seen.complaints == []


def test_the_page_to_start_from_leads_to_the_preface(book: Path, visit: Callable[..., Visit]) -> None:
    page = visit().page
    page.goto((book / "index.html").as_uri())
    page.wait_for_url("**/book/preface.html")

"""A tab of a browser that goes from page to page of the book, and what each page asked for and said."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, final

from playwright.sync_api import Page, Response
from sphinx_external_toc.parsing import parse_toc_yaml

ROOT = Path(__file__).parent.parent.parent
PAGES = [*sorted(parse_toc_yaml(ROOT / "_toc.yml")), "search"]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
MOST_OF_A_KIND = 3
OF_A_KIND = {"id": "color-contrast", "selector": "[data-asked], input, select, textarea"}
"""Three quarters of axe-core's work is to find the ground of each text; so it is asked about few that look alike."""
COLOUR_RULES = ("color-contrast", "link-in-text-block")
"""The rules of axe-core that a mere change of colours can break; "color-contrast-enhanced" is off in every run."""
ONE_TOKEN_OF_A_KIND = """() => document.querySelectorAll('pre').forEach(code => {
    const kinds = new Map();
    for (const token of code.querySelectorAll('span[class]:not([style], :has(*))')) {
        const seen = kinds.get(token.parentNode) ?? new Set();
        kinds.set(token.parentNode, seen);
        if (seen.has(token.className)) token.replaceWith(token.textContent);
        seen.add(token.className);
    }
    code.normalize();
})"""
"""Half of a page's elements are tokens of code, and half of axe-core's work: in a block those of a kind look alike."""
FEW_TEXTS_OF_A_KIND = """most => {
    const numbers = new Map(), grounds = new Map([[null, 0]]), counts = new Map();
    const number = (...parts) => {
        const key = parts.join('|');
        if (!numbers.has(key)) numbers.set(key, numbers.size + 1);
        return numbers.get(key);
    };
    const ground = own => {
        if (!grounds.has(own)) {
            const { backgroundColor, backgroundImage, filter, mixBlendMode, opacity, position } = getComputedStyle(own);
            const apart = own.localName === 'svg' || !['static', 'relative'].includes(position);
            const paint = [backgroundColor, backgroundImage, filter, mixBlendMode, opacity].join();
            const below = ground(own.parentElement);
            const changes = apart || paint !== 'rgba(0, 0, 0, 0),none,none,normal,1';
            grounds.set(own, changes ? number(below, paint, apart ? grounds.size : '') : below);
        }
        return grounds.get(own);
    };
    const read = own => [...own.childNodes].some(part => part.nodeType === 3 && part.data.trim())
        && own.checkVisibility({ visibilityProperty: true, opacityProperty: true })
        && !own.closest('[aria-hidden=true], [inert], :disabled');
    for (const own of document.querySelectorAll('body *')) {
        own.removeAttribute('data-asked');
        if (!read(own)) continue;
        const { color, fill, fontSize, fontWeight, textShadow } = getComputedStyle(own);
        const kind = number(ground(own), color, fill, fontSize, fontWeight, textShadow);
        counts.set(kind, (counts.get(kind) ?? 0) + 1);
        if (counts.get(kind) <= most) own.setAttribute('data-asked', '');
    }
}"""
"""Marks a few texts of a kind: of one colour, size and weight, on one ground.

They are `most` of a kind, in case that axe-core cannot judge the first.  A picture is a ground of its own, and so is
what is placed where it may cover something.
"""
SHIFTS = """globalThis.shift = 0; new PerformanceObserver(list => {
    for (const { hadRecentInput, value } of list.getEntries()) globalThis.shift += hadRecentInput ? 0 : value;
}).observe({ type: 'layout-shift', buffered: true });"""
"""Adds up in `shift` how far the parts of a page have moved while it was loaded, as browsers count it."""
BLANK = "about:blank"
INFORMATIVE = ("[PST]: ", "[togglebutton]: ")
WIDGETS_ARE_THERE = """count => {
    for (const island of document.querySelectorAll('.tinyml-widget')) island.widget?.show();
    return document.querySelectorAll('.tinyml-agrees, .tinyml-disagrees, .tinyml-failed').length >= count;
}"""
"""Whether they are drawn and checked, those too that a reader would only find further down."""


def url_of(book: Path, name: str) -> str:
    return (book / f"{name}.html").as_uri()


@final
@dataclass(frozen=True)
class Visit:
    """An opened page, with what there was to complain about, what it asked for and what it got, before any test."""

    page: Page
    complaints: list[str]
    asked: list[str]
    answers: list[Response]


@final
class Tab:
    """A tab, which leaves a page before it opens the next one and keeps nothing of it: each meets a new reader."""

    def __init__(self, page: Page, *, scripted: bool) -> None:
        self.page = page
        self.scripted = scripted
        self.complaints: list[str] = []
        self.asked: list[str] = []
        self.answers: list[Response] = []
        page.add_init_script(SHIFTS)
        page.on("request", lambda request: self._judge(request.url))
        page.on("requestfailed", lambda request: self.complaints.append(f"failed: {request.url}"))
        page.on("response", lambda answer: self._keep(answer))  # noqa: PLW0108  # playwright marks functions
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("console", lambda message: self._hear(message.text))

    def _judge(self, url: str) -> None:
        self.asked.append(url)
        if not url.startswith(("file:", "data:", "blob:", "http://127.0.0.1:")):
            self.complaints.append(f"outside: {url}")

    def _keep(self, answer: Response) -> None:
        self.answers.append(answer)
        if answer.status >= 400:
            self.complaints.append(f"{answer.status}: {answer.url}")

    def _hear(self, text: str) -> None:
        if not text.startswith(INFORMATIVE):
            self.complaints.append(f"console: {text}")

    def go(
        self,
        url: str,
        *,
        until: Literal["load", "networkidle"] = "load",
        colours: Literal["light", "dark"] | None = None,
    ) -> Visit:
        """Open a page, have each of its widgets drawn, and wait until it is there or has failed.

        The screen's `colours` change before the page is there, and after the last one, which is not drawn again.
        """
        self._leave()
        if colours is not None:
            self.page.emulate_media(color_scheme=colours)
        self.page.goto(url, wait_until=until)
        if self.scripted and (islands := self.page.locator(".tinyml-widget").count()):
            self.page.wait_for_function(WIDGETS_ARE_THERE, arg=islands)
        return Visit(self.page, [*self.complaints], [*self.asked], [*self.answers])

    def _leave(self) -> None:
        if self.scripted and self.page.url != BLANK:
            self.page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
        self.page.goto(BLANK)
        self.complaints.clear()
        self.asked.clear()
        self.answers.clear()


def axe_findings(page: Page, *rules: str) -> list[dict[str, Any]]:
    """Return what axe-core finds wrong with a page, by some of its rules or by all that are not off by default.

    It runs without asking for the page's files, which the disk refuses to scripts.
    """
    page.evaluate(ONE_TOKEN_OF_A_KIND)
    page.evaluate(FEW_TEXTS_OF_A_KIND, MOST_OF_A_KIND)
    if not page.evaluate("'axe' in window"):
        page.add_script_tag(path=str(AXE))
        page.evaluate("rule => axe.configure({ rules: [rule] })", OF_A_KIND)
    options = {"resultTypes": ["violations"], "preload": False} | ({"runOnly": rules} if rules else {})
    found: list[dict[str, Any]] = page.evaluate(
        "options => axe.run(document, options).then(found => found.violations)", options
    )
    return found


def grave_findings(page: Page, *rules: str) -> list[tuple[str, str, list[Any]]]:
    """Return what axe-core finds serious: the rule, what it asks, and the first places."""
    return [
        (finding["id"], finding["help"], [node["target"] for node in finding["nodes"]][:5])
        for finding in axe_findings(page, *rules)
        if finding["impact"] in {"serious", "critical"}
    ]

"""A live widget on a page, as a reader at the keyboard meets it: its controls, what it draws, what Python says of it.

Nothing here knows a particular widget.  What a widget promises so that this works is in tinyml/widgets/README.md.
"""

from __future__ import annotations

import contextlib
import io
import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, final
from urllib.parse import unquote

import numpy as np
from playwright.sync_api import Locator, Page

from tinyml import widgets
from tinyml.widgets.widget import Widget

CLASSES: dict[str, type[Widget]] = {getattr(widgets, name).name: getattr(widgets, name) for name in widgets.__all__}
CONTROLS = ":is(input, select, textarea, button):not(.tinyml-actions *, .tinyml-code)"
KEYS: dict[str, tuple[str, ...]] = {
    "range": ("ArrowRight", "ArrowLeft", "End", "Home"),
    "select": ("ArrowDown", "ArrowUp", "End", "Home"),
    "checkbox": ("Space",),
    "button": ("Enter",),
}
TYPED = ("the cat saw the dog", "7", "-1.5", "0")
NUMBER = re.compile(r"(?<![\w.])-?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|nan|inf)(?![\w.]*\w)")
# After a change a widget draws in the next frame, and the host writes the address 300 ms later.
SETTLED = """() => new Promise(done => setTimeout(
    () => requestAnimationFrame(() => requestAnimationFrame(done)), 320))"""
TEXTS = """root => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) found.push(walker.currentNode.data);
    return found.join('\\n');
}"""
FOCUSED = """own => {
    if (!own.checkVisibility({ visibilityProperty: true }) || own.disabled) return '';
    own.focus({ preventScroll: true });
    return own.localName === 'input' ? own.type : own.localName;
}"""
"""The kind of a control that can be moved now; the page need not draw the place where it stands."""
DRAWN = """stage => {
    const copy = stage.cloneNode(true);
    copy.querySelectorAll('input, select, textarea, button').forEach(control => control.remove());
    return copy.innerHTML;
}"""
TABLES = """root => Object.fromEntries([...root.querySelectorAll('details')].map(details => [
    details.querySelector('summary').textContent,
    [...details.querySelectorAll('tbody tr')].flatMap(row => [...row.querySelectorAll('td')].map(td => td.textContent)),
]))"""
SEEN = f"""async root => {{
    await ({SETTLED})();
    const part = name => root.querySelector(name);
    return {{
        fragment: location.hash,
        drawn: ({DRAWN})(part('.tinyml-stage')),
        tables: ({TABLES})(root),
        text: ['.tinyml-result', '.tinyml-stage'].map(name => ({TEXTS})(part(name))).join('\\n'),
        code: part('.tinyml-code').value,
        lent: root.closest('.tinyml-widget').widget.drawn.shown,
    }};
}}"""
"""Everything at once: each question to a page takes tens of milliseconds, and there are hundreds of moves."""
TITLE = "Numbers of: "


@final
@dataclass(frozen=True)
class Seen:
    """A widget after it was drawn: the address, the stage without its controls, the tables, the text and the code.

    Last, the numbers that it lends to sentences.
    """

    fragment: str
    drawn: str
    tables: dict[str, list[str]]
    text: str
    code: str
    lent: dict[str, float]


class LiveWidget:
    """The widget in the island number `place` of a page."""

    def __init__(self, page: Page, place: int) -> None:
        self.page = page
        self.island = page.locator(".tinyml-widget").nth(place)
        self.root = self.island.locator(".tinyml")
        self.root.locator(".tinyml-agrees").wait_for()
        name = self.island.get_attribute("data-widget")
        assert name is not None
        self.name = name
        number = page.locator(".tinyml-widget").evaluate_all(
            "(all, [name, place]) => all.slice(0, place + 1).filter(own => own.dataset.widget === name).length",
            [name, place],
        )
        self.key = name if number == 1 else f"{name}-{number}"
        state = json.loads(self.island.locator("script").first.text_content() or "")
        self.start: dict[str, Any] = state["traits"]
        self._agreed: list[Seen] = []
        self.root.get_by_role("button", name="Copy as Python").press("Enter")
        self.root.locator(".tinyml-code").wait_for()
        self.root.evaluate("root => root.querySelectorAll('details').forEach(own => { own.open = true; })")
        self._element = self.root.element_handle()
        self._reset = self.root.get_by_role("button", name="Reset").element_handle()
        self.settle()

    def settle(self) -> None:
        """Wait until everything is drawn, and look."""
        self.seen = Seen(**self._element.evaluate(SEEN))

    def reset(self) -> None:
        self._reset.evaluate(FOCUSED)
        self.page.keyboard.press("Enter")
        self.settle()
        assert self.settings() == self.start, f"{self.key}: Reset does not lead back to the start"

    def settings(self) -> dict[str, Any]:
        """Return the settings as a link to this page would reopen them."""
        fragment = self.seen.fragment.removeprefix("#")
        parts = dict(part.split("?", 1) for part in fragment.split(";") if "?" in part)
        pairs = (pair.split("=", 1) for pair in parts.get(self.key, "").split("&") if pair)
        texts = {name: unquote(text) for name, text in pairs}
        changed = {
            name: text if isinstance(self.start[name], str) else json.loads(text) for name, text in texts.items()
        }
        return self.start | changed

    @property
    def controls(self) -> Locator:
        return self.root.locator(CONTROLS)

    def disagreements(self) -> list[str]:
        """Return where the page does not say what Python says at the present settings.

        Moves come back to the same settings again and again; what is seen there again needs no second look.
        """
        if self.seen in self._agreed:
            return []
        settings = self.settings()
        widget = CLASSES[self.name](**settings)
        told = [*self._wrong_tables(widget), *self._wrong_prints(), *self._wrongly_lent(widget)]
        if not told:
            self._agreed.append(self.seen)
        return [f"{self.key} at {settings}: {text}" for text in told]

    def _wrong_tables(self, widget: Widget) -> Iterator[str]:
        shown = self.seen.tables.items()
        tables = {title.removeprefix(TITLE): cells for title, cells in shown if title.startswith(TITLE)}
        expected = widget.numbers()
        if set(tables) != set(expected):
            yield f"the page has the tables {sorted(tables)} and {type(widget).__name__}.numbers() {sorted(expected)}"
        for name in sorted(set(tables) & set(expected)):
            values = np.ravel(expected[name]).tolist()
            if len(values) != len(tables[name]) or not all(map(same_number, tables[name], values)):
                yield f"the table {name!r} shows {tables[name]}, and Python has {values}"

    def _wrongly_lent(self, widget: Widget) -> Iterator[str]:
        lent, expected = self.seen.lent, widget.shown()
        if set(lent) != set(expected) or not all(same_number(str(lent[name]), expected[name]) for name in lent):
            yield f"sentences are lent {lent}, and {type(widget).__name__}.shown() has {expected}"

    def _wrong_prints(self) -> Iterator[str]:
        """Whatever the copied code prints, or the error that it ends in, is on the page."""
        text = self.seen.text.replace("\N{MINUS SIGN}", "-")
        numbers = NUMBER.findall(text)
        packed = "".join(text.split())
        printed = run_code(self.seen.code)
        if not printed:
            yield "the copied code prints nothing"
        for line in printed:
            wanted = NUMBER.findall(line)
            if "".join(line.split()) in packed:
                continue
            if not wanted or not all(any(shows(shown, float(value)) for shown in numbers) for value in wanted):
                yield f"the copied code prints {line!r}, which the page does not show"


def run_code(code: str) -> list[str]:
    """Return the lines that a program prints, and those of the message when it ends in an error."""
    output = io.StringIO()
    try:
        with contextlib.redirect_stdout(output):
            exec(compile(code, "copied", "exec"), {"__name__": "__main__"})
    except Exception as error:  # noqa: BLE001, RUF100  # whichever error the widget is about
        print(error, file=output)
    return [line for line in output.getvalue().splitlines() if line.strip()]


def same_number(shown: str, value: Any) -> bool:
    """Whether a cell of six digits shows a value; texts are compared as they are."""
    if isinstance(value, str):
        return shown == value
    return bool(np.isclose(float(shown), value, rtol=5.1e-6, atol=1e-12, equal_nan=True))


def shows(shown: str, value: float) -> bool:
    """Whether a text on the page is a number to at least four digits or six decimals."""
    if not math.isfinite(value) or float(shown) == value:
        return shown == format(value, "g") or float(shown) == value
    mantissa, _, exponent = shown.partition("e")
    digits = mantissa.lstrip("-").replace(".", "").lstrip("0")
    decimals = len(mantissa.partition(".")[2])
    if not math.isfinite(float(shown)) or (len(digits) < 4 and decimals < 6):
        return False
    return abs(float(shown) - value) <= 0.51 * 10.0 ** (int(exponent or 0) - decimals)


def described(control: Locator) -> str:
    """Return what a control is called."""
    words: str = control.evaluate("own => own.closest('label')?.textContent || own.ariaLabel || own.textContent")
    return f"{kind(control)} {' '.join(words.split())!r}"


def kind(control: Locator) -> str:
    kinds: str = control.evaluate("own => own.localName === 'input' ? own.type : own.localName")
    return kinds


def moves(control: Locator) -> list[str]:
    """Return what to press, or for a field what to write: its placeholder is an example of that."""
    keys = KEYS.get(kind(control))
    return list(keys or dict.fromkeys([control.get_attribute("placeholder") or TYPED[0], *TYPED]))


def move(control: Locator, key: str) -> bool:
    """Move a control by the keyboard; return whether it can be moved now."""
    keyboard = control.page.keyboard
    found = control.evaluate(FOCUSED)
    if found in KEYS:
        keyboard.press(key)
    elif found:
        keyboard.press("Control+a")
        keyboard.insert_text(key)
    return bool(found)

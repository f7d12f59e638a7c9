"""The styles that the book leaves out, and which of them a page asks for as it is shown now: none, if all is well."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

from book_pages.styles import LEFT_OUT
from playwright.sync_api import Page

STATE = (
    r"(?:::?(?:-[\w-]+|before|after|placeholder|file-selector-button|hover|focus|focus-visible|focus-within|active|visited"
    r"|checked|disabled|valid|invalid|indeterminate|target|placeholder-shown)(?:\([^)]*\))?(?![\w-]))"
)
CHOSEN = r"""selectors => {
    const shown = new Set([...document.querySelectorAll('*')].flatMap(element => [...element.classList, element.id]));
    const possible = selector => selector.replace(/:not\([^)]*\)/g, '').match(/[.#][\w-]+/g) ?? [];
    return selectors.filter(selector =>
        possible(selector).every(name => shown.has(name.slice(1))) && document.querySelector(selector));
}"""
"""The selectors that choose something; one with a class or an id that nothing on the page has is not tried at all."""


def in_any_state(selector: str) -> str:
    """Return a selector of what may come into the state that it names: under the pointer, with the focus, checked.

    >>> in_any_state("a:hover > :focus:not(:active)::before")
    'a > *'
    """
    selector = re.sub(rf":not\({STATE}+\)", "", selector)
    selector = re.sub(rf"(?<![\w\-\])*:]){STATE}", "*", selector)
    return re.sub(STATE, "", selector)


@cache
def selectors(book: Path) -> list[str]:
    """Return the selectors that are not in the style sheet of the book."""
    left_out = json.loads((book.parent / LEFT_OUT).read_text(encoding="utf-8"))
    return sorted(set(map(in_any_state, left_out)))


def styles_missed(page: Page, book: Path) -> list[str]:
    """Return the selectors that are not in the style sheet of the book and would choose something on a page."""
    missed: list[str] = page.evaluate(CHOSEN, selectors(book))
    return missed

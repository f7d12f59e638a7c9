"""Widgets on pages: a page that holds islands gets one script, with the modules of its widgets and the host.

The state of live widgets, which MyST-NB would put into the head, is left out: it has random names, and only
a live notebook could use it.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from book_pages.bundling import page_script

ISLAND = re.compile(r'<div class="tinyml-widget" data-widget="([a-z_]+)"')
STATE = re.compile(ISLAND.pattern + r'><script type="application/json">(.*?)</script>')


def widgets_of(body: str) -> list[str]:
    """Return the names of the widgets in the HTML of a page, sorted.

    >>> widgets_of('<div class="tinyml-widget" data-widget="chain_builder">')
    ['chain_builder']
    """
    return sorted(set(ISLAND.findall(body)))


def starts_of(body: str) -> dict[str, dict[str, Any]]:
    """Return the settings with which the widgets in the HTML of a page open, by their keys in its address.

    The second of a kind is called `step_trace-2`, as in kit/host.js.
    """
    starts: dict[str, dict[str, Any]] = {}
    seen = Counter[str]()
    for name, state in STATE.findall(body):
        seen[name] += 1
        starts[name if seen[name] == 1 else f"{name}-{seen[name]}"] = json.loads(state)["traits"]
    return starts


def add_script(app: Sphinx, pagename: str, _template: str, context: dict[str, Any], _doctree: nodes.document) -> None:
    names = widgets_of(context.get("body", ""))
    if not names:
        return
    file = f"widgets/{'-'.join(names)}.js"
    path = Path(app.outdir, "_static", file)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page_script(names), encoding="utf-8")
    app.add_js_file(file, loading_method="defer")


def drop_live_state(
    app: Sphinx, pagename: str, _template: str, _context: dict[str, Any], _doctree: nodes.document
) -> None:
    """Forget the state of live widgets before MyST-NB adds it to the page."""
    collected: dict[str, dict[str, Any]] = getattr(app.env, "nb_metadata", {})
    collected.get(pagename, {}).get("js_files", {}).pop("ipywidgets_state", None)


def setup(app: Sphinx) -> None:
    app.connect("html-page-context", drop_live_state, priority=400)
    app.connect("html-page-context", add_script)

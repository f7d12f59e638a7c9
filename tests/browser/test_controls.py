"""Every control of every widget: moved by keyboard it changes what is drawn, and what is drawn is what Python says.

A widget that stands on several pages is moved in all ways on the first of them, and by its first control on the others;
`make test-long` moves it in all ways everywhere.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Collection
from pathlib import Path

import pytest
from book_pages.bundling import page_script
from broken_widgets import with_one_change
from live_widget import CLASSES, LiveWidget, described, move, moves, shows
from playwright.sync_api import Page
from sphinx_external_toc.parsing import parse_toc_yaml
from tabs import Tab

from tinyml.widgets.linking import FOLDER, widget_names

ROOT = Path(__file__).parent.parent.parent
HASTE = "const set = setTimeout; window.setTimeout = (run, pause, ...rest) => set(run, pause / 10, ...rest);"
"""Every pause of a page, which hundreds of moves wait for, becomes a tenth; what comes first still comes first."""


def widgets_on(name: str) -> list[str]:
    """Return the widgets that the stored outputs of a chapter hold."""
    path = ROOT / f"{name}.ipynb"
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    return [widget for widget in widget_names() if f'data-widget=\\"{widget}\\"' in text]


PAGES = [name for name in sorted(parse_toc_yaml(ROOT / "_toc.yml")) if widgets_on(name)]
NOT_ON_A_PAGE = sorted(set(widget_names()) - {widget for name in PAGES for widget in widgets_on(name)})
EVERYWHERE = "CONTROLS_EVERYWHERE" in os.environ


@pytest.fixture(scope="module")
def hasty_tab(new_tab: Callable[..., Tab]) -> Tab:
    tab = new_tab()
    tab.page.add_init_script(HASTE)
    return tab


@pytest.fixture
def open_page(hasty_tab: Tab) -> Callable[[str], Page]:
    return lambda address: hasty_tab.go(address).page


@pytest.fixture
def open_widgets(tmp_path: Path, open_page: Callable[[str], Page]) -> Callable[..., Page]:
    """Return a function that makes a page with nothing but widgets, which are in `folder`, and opens it."""

    def start(*names: str, folder: Path = FOLDER) -> Page:
        (tmp_path / "page.js").write_text(page_script(names, folder), encoding="utf-8")
        head = '<meta charset="utf-8"><title>A page</title><script defer src="page.js"></script>'
        islands = "".join(CLASSES[name]().island() for name in names)
        markup = f'<!doctype html><html lang="en"><head>{head}</head><body>{islands}</body></html>'
        (tmp_path / "page.html").write_text(markup, encoding="utf-8")
        return open_page((tmp_path / "page.html").as_uri())

    return start


def seen_before(name: str) -> set[str]:
    """Return the widgets of the pages before this one."""
    return {widget for page in PAGES[: PAGES.index(name)] for widget in widgets_on(page)}


def check_all(page: Page, in_short: Collection[str] = ()) -> None:
    """Move the controls of each widget, or the first one of those that are checked in short."""
    count = page.locator(".tinyml-widget").count()
    assert count > 0, "there is no widget on this page"
    for place in range(count):
        widget = LiveWidget(page, place)
        check_widget(widget, most=1 if widget.name in in_short else None)


def check_widget(widget: LiveWidget, most: int | None = None) -> None:
    assert widget.disagreements() == []
    controls = widget.controls
    assert controls.count() > 0, f"{widget.key} has no control"
    for index in range(controls.count())[:most]:
        assert changes_something(widget, index), f"{widget.key}: {described(controls.nth(index))} changes nothing"
        widget.reset()


def changes_something(widget: LiveWidget, index: int) -> bool:
    """Whether a control, moved from the start or after one other control was moved, changes what is drawn.

    Each state on the way is compared with Python.
    """
    if try_moves(widget, index):
        return True
    others = (other for other in range(widget.controls.count()) if other != index)
    for other in others:
        widget.reset()
        if try_moves(widget, other, first=True) and try_moves(widget, index):
            return True
    return False


def try_moves(widget: LiveWidget, index: int, *, first: bool = False) -> bool:
    """Make each move of a control (or stop after the first that matters); return whether one changed the drawing."""
    control = widget.controls.nth(index)
    changed = False
    for key in moves(control):
        before = widget.seen.drawn
        if not move(control, key):
            continue
        widget.settle()
        assert widget.disagreements() == []
        changed = changed or widget.seen.drawn != before
        if changed and first:
            break
    return changed


@pytest.mark.parametrize("name", PAGES + NOT_ON_A_PAGE)
def test_each_control_moves_its_widget_as_python_says(
    name: str, book: Path, open_page: Callable[[str], Page], open_widgets: Callable[..., Page]
) -> None:
    if name in PAGES:
        check_all(open_page((book / f"{name}.html").as_uri()), () if EVERYWHERE else seen_before(name))
    else:
        check_all(open_widgets(name))


@pytest.mark.parametrize("name", widget_names())
def test_the_copied_code_runs_as_it_stands(name: str, open_widgets: Callable[..., Page]) -> None:
    """In a process of its own; an error may end it where the widget is about that error."""
    code = LiveWidget(open_widgets(name), 0).seen.code
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd="/")
    assert run.stdout or "tinyml.errors." in run.stderr, run.stderr


def test_a_second_widget_of_a_kind_has_its_own_settings(open_widgets: Callable[..., Page]) -> None:
    page = open_widgets("training_explorer", "training_explorer")
    first, second = LiveWidget(page, 0), LiveWidget(page, 1)
    second.root.get_by_label("StepCount").press("End")
    for widget in (first, second):
        widget.settle()
    assert (first.settings()["step_count"], second.settings()["step_count"]) == (80, 200)
    assert first.disagreements() == second.disagreements() == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "const loss = runs[0].losses[steps];\n    draw",
            "const loss = 1.0001 * runs[0].losses[steps]; draw",
            "prints",
        ),
        (
            "...given, full: FULL_COLOUR",
            "...given, values: all.map((x) => x * 1.0001), full: FULL_COLOUR",
            "the table 'Bias'",
        ),
    ],
)
def test_a_planted_fault_is_seen(
    old: str, new: str, message: str, tmp_path: Path, open_widgets: Callable[..., Page]
) -> None:
    folder = with_one_change(tmp_path, "training_explorer/training_explorer.js", old, new)
    page = open_widgets("training_explorer", folder=folder)
    with pytest.raises(AssertionError, match=message):
        check_all(page)


def test_a_control_that_does_nothing_is_seen(tmp_path: Path, open_widgets: Callable[..., Page]) -> None:
    folder = with_one_change(tmp_path, "kit/controls.js", "() => callback(input.value)", "() => {}")
    widget = LiveWidget(open_widgets("training_explorer", folder=folder), 0)
    dead = [described(own) for place, own in enumerate(widget.controls.all()) if not try_moves(widget, place)]
    assert len(dead) == 1
    assert dead[0].startswith("text 'Your own sentence")


@pytest.mark.parametrize(
    ("shown", "value", "expected"),
    [
        ("0.009720", 0.00972031, True),
        ("0.009721", 0.00972031, False),
        ("0.20", 0.2000125, False),
        ("80", 80.0, True),
        ("1.23e+07", 12345678.0, False),
        ("1.2346e+07", 12345678.0, True),
        ("nan", float("nan"), True),
        ("0.5", float("inf"), False),
    ],
)
def test_which_text_shows_a_number(shown: str, value: float, expected: bool) -> None:
    assert shows(shown, value) is expected

"""The deferred scripts of a page; that they do their work, and when the search index comes, is seen in a browser."""

from __future__ import annotations

import json
from pathlib import Path

import pydata_sphinx_theme
from book_pages.scripts import BOOTSTRAP, joined, names_of, shared, text_of, with_deferred_scripts

ROOT = Path(__file__).parent.parent.parent
PAGE = """<head>
<script data-cfasync="false">dark()</script>
<script src="../_static/documentation_options.js?v=1"></script>
<script src="../_static/toggle.js"></script>
<script>let hint = 'show';</script>
<script>DOCUMENTATION_OPTIONS.pagename = 'a';</script>
<script src="../_static/searchtools.js"></script>
<script src="../searchindex.js"></script>
<script defer="defer" src="../_static/widgets/law_lab.js"></script>
<script src="../_static/own.js"></script>
</head><body><script type="application/json">{}</script>
<script defer src="../_static/toggle.js"></script></body>"""
PATH = Path("/html/book/a.html")
EVERYWHERE = ["/html/_static/documentation_options.js", "/html/_static/toggle.js", "let hint = 'show';"]


def test_what_every_page_runs_is_found_in_its_order_without_what_stays_and_what_only_a_search_needs() -> None:
    other = PAGE.replace("'a'", "'b'").replace("own.js", "other.js").replace("law_lab", "chain_builder")
    assert shared([names_of(PAGE, PATH), names_of(other, PATH.with_name("b.html"))]) == EVERYWHERE


def test_a_page_asks_for_shared_scripts_once_and_defers_its_own() -> None:
    made = with_deferred_scripts(PAGE, PATH, dict.fromkeys(EVERYWHERE, "book.js"))
    assert [line.strip() for line in made.splitlines()] == [
        "<head>",
        '<script data-cfasync="false">dark()</script>',
        '<script defer src="book.js"></script>',
        '<script defer="defer" src="../_static/widgets/law_lab.js"></script>',
        '<script defer src="../_static/own.js"></script>',
        '</head><body><script type="application/json">{}</script></body>',
    ]


def test_the_page_of_results_asks_for_the_tools_of_the_search_too() -> None:
    addresses = dict.fromkeys(EVERYWHERE, "book.js") | {"/html/_static/searchtools.js": "search.js"}
    made = with_deferred_scripts(PAGE, PATH, addresses)
    assert made.index('defer src="book.js"') < made.index('defer src="search.js"')
    assert "searchindex" not in made


def test_settings_come_before_the_scripts_that_read_them_and_notices_stay(tmp_path: Path) -> None:
    (tmp_path / "documentation_options.js").write_text("const DOCUMENTATION_OPTIONS = {};", encoding="utf-8")
    notice = "/* toggle.js\n * :copyright: its authors */"
    (tmp_path / "toggle.js").write_text(f'{notice}\n"use strict";\n/* what */ show( hint )\n', encoding="utf-8")
    (tmp_path / "last.js").write_text("/* no notice */ /* copyright */ last()", encoding="utf-8")
    names = [*(str(tmp_path / name) for name in ("toggle.js", "documentation_options.js", "last.js")), "let hint = 1;"]
    made = joined(names)
    assert made.index("DOCUMENTATION_OPTIONS") < made.index("hint=1") < made.index("show(hint)") < made.index("last()")
    assert ":copyright: its authors" in made
    assert "what" not in made
    assert "no notice" not in made


def test_of_bootstrap_a_page_gets_the_parts_that_it_uses_in_the_version_of_the_theme() -> None:
    made = text_of(f"/html/_static/{BOOTSTRAP}")
    parts = {
        part: part in made.lower() for part in ("tooltip", "dropdown", "carousel", "scrollspy", "toast", "offcanvas")
    }
    assert [part for part, there in parts.items() if there] == ["tooltip", "dropdown"]
    notice = Path(pydata_sphinx_theme.__file__).parent.joinpath(
        f"theme/pydata_sphinx_theme/static/{BOOTSTRAP}.LICENSE.txt"
    )
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert f"Bootstrap v{wanted['bootstrap']} " in notice.read_text(encoding="utf-8")
    assert f"Bootstrap {wanted['bootstrap']}, MIT" in made
    assert f"Popper {wanted['@popperjs/core']}, MIT" in made

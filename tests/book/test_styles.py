"""The one style sheet of the book: what is kept of the themes' rules; that nothing is missed is seen in a browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from book_pages.styles import joined, names_in, purged, sheets_of, variables_for, with_one_sheet
from sphinx.errors import ExtensionError


def rules_for(style: str, page: str, script: str = "") -> str:
    return purged(style, names_in([page], [script]))[0]


@pytest.mark.parametrize(
    ("page", "script"),
    [
        ('<p class="new">', ""),
        ("<p>", 'element.className = "new"'),
        ("<p>", "svg.classList.add(`new`)"),
        ("<p>", "if (!/['\"]/.test(text)) show('a new one') // the reader's"),
        ("<p>", "/* isn't */ place.innerHTML = `<p\n class='old new'>${ now ? `` : 1 }`"),
    ],
)
def test_a_rule_stays_for_a_class_of_a_page_or_of_a_script(page: str, script: str) -> None:
    assert rules_for(".new:hover{color:red}", page, script) == ".new:hover{color:red}"


def test_a_rule_goes_when_its_class_is_only_a_word_of_the_text() -> None:
    style, left_out = purged(".card{color:red}p:is(.card,.new){color:red}", names_in(['<p class="new">a card</p>'], []))
    assert style == "p:is(.new){color:red}"
    assert left_out == [".card"]


@pytest.mark.parametrize(
    "script", ["let card = list.card", "/* a card */", "show(/card/, 'a') // card", "return /card'/.test(a) ? 'b' : 1"]
)
def test_a_rule_goes_when_its_class_is_only_a_name_within_a_script(script: str) -> None:
    assert rules_for(".card{color:red}", "<p>", script) == ""


@pytest.mark.parametrize("script", ["node.hidden = true", "node.hidden=!0", "html('p',{ hidden: true })"])
def test_a_rule_stays_for_an_attribute_that_a_script_sets(script: str) -> None:
    assert rules_for("[hidden]{color:red}", "<p>", script) == "[hidden]{color:red}"


def test_fonts_that_no_rule_names_and_rules_for_a_page_of_no_theme_go() -> None:
    names = ("KaTeX_Main", '"Font 6"', "Lost")
    used, icons, lost = (f"@font-face{{font-family:{name};src:url(u)}}" for name in names)
    rules = 'p{font:1em KaTeX_Main,serif}b{font-family:var(--a)}:root{--a: "Font 6"}'
    page = '<html data-theme="light"><p><b>'
    assert rules_for(f"{used}{icons}{lost}{rules}html:not([data-theme]){{color:red}}", page) == used + icons + rules


@pytest.mark.parametrize(
    "selector", ["#a", "a[download]", "[data-theme=dark] p", ":root", ":focus-visible", "p::before"]
)
def test_a_rule_stays_for_an_id_a_tag_an_attribute_and_for_the_whole_page(selector: str) -> None:
    page = '<html data-theme="dark"><p id="a"><a download>'
    assert rules_for(f"{selector}{{color:red}}", page) == f"{selector}{{color:red}}"


def test_what_bootstrap_puts_on_a_page_is_told_of_by_the_parts_that_the_page_names() -> None:
    style = ".tooltip-inner{color:red}"
    assert rules_for(style, '<a data-bs-toggle="tooltip">') == style
    assert rules_for(style, "<a>") == ""
    with pytest.raises(ExtensionError, match=r"say in styles\.py what Bootstrap's carousel puts on a page"):
        names_in(['<a data-bs-toggle="carousel">'], [])


def test_a_variable_stays_for_a_rule_a_page_a_script_and_for_another_variable() -> None:
    style = ":root{--a:var(--b);--b:red;--c:var(--d);--d:var(--e, var(--f));--f:blue;--lost:red}p{color:var(--c)}"
    names = names_in(['<p style="background:var(--a)">'], [])
    assert variables_for(style, names) == {"--a", "--b"}
    assert purged(style, names)[0] == style.replace(";--lost:red", "")


def test_sheets_are_joined_with_what_they_import_and_find_their_files(tmp_path: Path) -> None:
    (tmp_path / "styles").mkdir()
    (tmp_path / "katex" / "fonts").mkdir(parents=True)
    for name, text in {
        "basic.css": "b { color: #ff0000 }",
        "styles/theme.css": '@import "../basic.css"; @font-face { font-family: i; src: url(../icons.woff) }',
        "katex/katex.css": "@font-face { font-family: k; src: url(fonts/k.woff2) }",
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    made = joined(["styles/theme.css", "katex/katex.css"], tmp_path)
    assert made.startswith("b{color:red}")
    assert "url(./icons.woff)" in made
    assert "url(./katex/fonts/k.woff2)" in made


PAGE = """<head><link rel="icon" href="i"><link href="../_static/a.css?v=1" rel="stylesheet">
<link rel="stylesheet" href="../_static/b.css"></head>"""


def test_a_page_links_to_one_sheet_in_the_place_of_all() -> None:
    made = with_one_sheet(PAGE, "../_static/styles.css")
    assert made == '<head><link rel="icon" href="i">\n  <link rel="stylesheet" href="../_static/styles.css"></head>'


def test_the_sheets_are_those_of_every_page() -> None:
    pages = {Path("/html/book/a.html"): PAGE, Path("/html/b/c.html"): PAGE}
    assert sheets_of(pages, Path("/html/_static")) == ["a.css", "b.css"]
    with pytest.raises(ExtensionError, match="pages differ in their style sheets"):
        sheets_of(pages | {Path("/html/b/d.html"): PAGE.replace("b.css", "c.css")}, Path("/html/_static"))


def test_styles_that_cannot_be_read_stop_the_build(tmp_path: Path) -> None:
    with pytest.raises(ExtensionError, match="esbuild could not"):
        joined(["missing.css"], tmp_path)
    with pytest.raises(ExtensionError, match="PurgeCSS could not read the styles of the book"):
        purged("p{color:red", set())

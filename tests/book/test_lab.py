"""The extension for JupyterLab, as the build writes it; what it does is tested in lab.test.js and in a JupyterLab."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from book_pages.lab import FOLDER, LOAD, NAME, cited, package, questions_of, script, unlinked, write
from pybtex.database import Person

import tinyml

PAGE = """<html data-content_root="../"><section><h1>5. Many</h1>
<div class="guess" data-guess="05_many/one" id="guess-one">
<p>After a <a class="reference" href="glossary.html#term-step"><span>step</span></a>?</p>
<input name="guess-one"></div>
<details class="guess-answers" data-answers="05_many/one"><p>See <a href="#there">there</a>.</p></details></section>"""


@pytest.mark.parametrize(
    ("authors", "words"),
    [
        (["Emmy Noether"], "Noether, 1918"),
        (["Ghalebi, Hamze", "Jafarranmani, Farzad"], "Ghalebi and Jafarranmani, 1918"),
        (["Baydin, A", r"Tuy{\'e}ras, R{\'e}my", "Siskind, J"], "Baydin et al., 1918"),
        (["{AI Reading Club}"], "AI Reading Club, 1918"),
        ([r"van der Tuy{\'e}ras, R{\'e}my"], "van der Tuyéras, 1918"),
    ],
)
def test_a_work_is_cited_by_its_authors_and_its_year(authors: list[str], words: str) -> None:
    assert cited([Person(name) for name in authors], "1918") == words


def test_a_link_is_plain_words_in_a_notebook() -> None:
    assert unlinked('<p>A <a href="x.html"><b>step</b></a> on.</p>') == "<p>A <b>step</b> on.</p>"


def test_the_questions_of_the_built_pages_are_taken_with_their_answers() -> None:
    asked = questions_of({Path("html/book/05_many.html"): PAGE, Path("html/index.html"): "<html></html>"})
    assert list(asked) == ["05_many/one"]
    assert "After a <span>step</span>?" in asked["05_many/one"]["box"]
    assert 'name="05_many/one"' in asked["05_many/one"]["box"]
    assert "See there." in asked["05_many/one"]["fold"]


def test_jupyterlab_is_told_which_script_to_load(tmp_path: Path) -> None:
    write(tmp_path / FOLDER, "one")
    write(tmp_path / FOLDER, "two")
    about = json.loads((tmp_path / FOLDER / NAME / "package.json").read_text(encoding="utf-8"))
    assert about == package()
    assert (about["name"], about["version"]) == (NAME, tinyml.__version__)
    load = about["jupyterlab"]["_build"]["load"]
    assert load == LOAD
    assert (tmp_path / FOLDER / NAME / load).read_text(encoding="utf-8") == "two"


def test_the_script_has_the_questions_the_works_and_the_style() -> None:
    made = script({"rust_book": "Ghalebi, 2026"}, {"05_many/one": {"box": "<i>box</i>", "fold": ""}})
    assert all(text in made for text in ("Ghalebi, 2026", "<i>box</i>", ".book-covered", "_JUPYTERLAB"))

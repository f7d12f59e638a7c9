"""The script of a page with widgets, as esbuild makes it; what it does in a browser is tested in tests/browser."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from book_pages import bundling
from book_pages.bundling import page_script, run_esbuild
from broken_widgets import with_one_change
from sphinx.errors import ExtensionError

from tinyml.widgets.linking import widget_names

TRAINING = r'name:\\?"float32\\?",single'
"""Words of the module that trains, which keep their names."""


def test_the_script_of_a_page_is_valid_and_brings_each_module_once(node: str, tmp_path: Path) -> None:
    path = tmp_path / "page.js"
    path.write_text(page_script(widget_names()), encoding="utf-8")
    subprocess.run([node, "--check", str(path)], check=True)
    text = path.read_text(encoding="utf-8")
    assert len(re.findall(TRAINING, text)) == 1
    assert text.startswith("(()=>{")  # no name of its own reaches the page


def test_a_page_brings_the_modules_and_styles_of_its_own_widgets_alone() -> None:
    text = page_script(["softmax_bench", "law_lab"])
    assert re.findall(r"(\w+):\(\)=>Promise", text) == ["law_lab", "softmax_bench"]
    assert not re.search(TRAINING, text)
    assert text == page_script(["law_lab", "softmax_bench", "law_lab"])


def test_names_that_others_know_stay_and_comments_go() -> None:
    made = run_esbuild(
        '/** gone */\nexport function softmax(logits) { return /[^"]  x/.test(logits) } // gone', folder=Path()
    )
    assert re.fullmatch(r'export function softmax\((\w)\)\{return/\[\^"\]  x/\.test\(\1\)\}', made.strip())


def test_names_that_classic_scripts_share_stay() -> None:
    made = run_esbuild(
        "const DOCUMENTATION_OPTIONS = {}; function runWhenLoaded(callback) { callback() }", folder=Path()
    )
    assert "DOCUMENTATION_OPTIONS" in made
    assert "function runWhenLoaded(" in made
    assert "callback" not in made


def test_where_the_widgets_are_does_not_show(tmp_path: Path) -> None:
    moved = with_one_change(tmp_path, "kit/host.js", "// The host of the static page", "// A host")
    assert page_script(["law_lab"], moved) == page_script(["law_lab"])


def test_a_page_that_cannot_be_joined_stops_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ExtensionError, match=r"could not join the modules of a page:[\s\S]*nothing/nothing\.js"):
        page_script(["nothing"])
    monkeypatch.setattr(bundling, "ESBUILD", tmp_path / "esbuild")
    with pytest.raises(ExtensionError, match="esbuild is missing: build with `make book`, which installs it"):
        page_script([])

"""The parts of the book's Sphinx extension that can be seen without a build; the built book is tested in a browser."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path
from typing import Any
from unittest import mock
from unittest.mock import create_autospec

import nbformat
import pytest
from book_pages import mathematics
from book_pages.downloads import LINK, build_wheel, saved, wheel_name
from book_pages.execution import PATIENCE, drop_old_cache, fingerprint, wait_for_kernels
from book_pages.exercises import as_page
from book_pages.icons import names_in, reduced, write_font
from book_pages.islands import widgets_of
from book_pages.mathematics import NUMBERED, katex_style, start_katex, start_server, with_stable_names
from book_pages.theme import with_first_look, with_visible_names, with_whole_arrows
from book_pages.tidying import tidy
from fontTools.ttLib import TTFont
from myst_nb.core.execute import cache as running
from nbclient import NotebookClient
from sphinx.application import Sphinx
from sphinxcontrib import katex

import tinyml
from tinyml.widgets import TrainingExplorer

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "tinyml" / "__pycache__").mkdir(parents=True)
    (tmp_path / "tinyml" / "ch03_prediction").mkdir()
    (tmp_path / "tinyml" / "ch03_prediction" / "prediction.py").write_text("x = 1\n", encoding="utf-8")
    (tmp_path / "requirements.txt").write_text("numpy==2.4.6\n", encoding="utf-8")
    return tmp_path


def test_a_kernel_may_take_its_time_to_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "single_nb_execution", running.single_nb_execution)
    wait_for_kernels()
    with mock.patch("jupyter_cache.executors.utils.executenb") as run:
        running.single_nb_execution(nbformat.v4.new_notebook(), cwd=None, timeout=5, allow_errors=False)
    assert run.call_args.kwargs["startup_timeout"] == PATIENCE > NotebookClient.startup_timeout.default_value


@pytest.mark.parametrize("name", ["tinyml/ch03_prediction/prediction.py", "requirements.txt", "tinyml/new.py"])
def test_the_fingerprint_changes_with_the_package_and_the_pins(project: Path, name: str) -> None:
    before = fingerprint(project)
    (project / name).write_text("x = 2\n", encoding="utf-8")
    assert fingerprint(project) != before


def test_the_fingerprint_does_not_look_at_caches_or_dates(project: Path) -> None:
    before = fingerprint(project)
    (project / "tinyml" / "__pycache__" / "prediction.pyc").write_bytes(b"1")
    (project / "tinyml" / "ch03_prediction" / "prediction.py").touch()
    assert fingerprint(project) == before


def test_outputs_made_with_another_package_are_thrown_away(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    assert drop_old_cache(cache, "one")
    (cache / "output").write_text("4", encoding="utf-8")
    assert not drop_old_cache(cache, "one")
    assert (cache / "output").exists()
    assert drop_old_cache(cache, "two")
    assert not (cache / "output").exists()
    assert not drop_old_cache(cache, "two")


def test_a_cache_without_a_stamp_is_thrown_away(tmp_path: Path) -> None:
    (tmp_path / "output").write_text("4", encoding="utf-8")
    assert drop_old_cache(tmp_path, "one")
    assert not (tmp_path / "output").exists()


def test_the_widgets_of_a_page_are_found_in_its_islands() -> None:
    assert widgets_of(TrainingExplorer().island() * 2) == ["training_explorer"]
    assert widgets_of("<p>no widget</p>") == []


SERVER = """
import socket, sys, time
late = socket.socket(socket.AF_UNIX)
time.sleep(0.1)
late.bind("server.sock")
time.sleep(0.1)
if sys.argv[1] == "listens":
    late.listen()
    late.accept()[0].sendall(b"here")
sys.stdin.read()
"""


def test_a_server_that_does_not_listen_yet_is_waited_for(tmp_path: Path) -> None:
    process, connection = start_server([sys.executable, "-c", SERVER, "listens"], tmp_path / "server.sock", 60)
    with connection:
        assert connection.recv(4) == b"here"
    process.communicate()
    assert process.returncode == 0


def test_a_server_that_never_listens_is_ended(tmp_path: Path) -> None:
    with pytest.raises(TimeoutError, match="does not listen on server"):
        start_server([sys.executable, "-c", SERVER, "hides"], tmp_path / "server.sock", 0.5)


def test_formulas_are_made_by_a_server_that_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(katex.KaTeXServer, "start_server_process", None)
    mathematics.setup(create_autospec(Sphinx, instance=True))
    assert katex.KaTeXServer.start_server_process is start_katex


def test_of_each_font_of_katex_one_format_is_named() -> None:
    source = ROOT / "node_modules" / "katex" / "dist" / "katex.min.css"
    style = katex_style(source.read_text(encoding="utf-8"))
    assert style.count("@font-face") == style.count("url(") == style.count(".woff2") == 20


@pytest.mark.parametrize(
    ("source", "formula"),
    [
        (r"\begin{align}a &= b\end{align}", r"\begin{align*}a &= b\end{align*}"),
        (r"\begin{aligned}a &= b\end{aligned}", r"\begin{aligned}a &= b\end{aligned}"),
        (r"\begin{align*}a\end{align*}", r"\begin{align*}a\end{align*}"),
    ],
)
def test_equations_are_numbered_once(source: str, formula: str) -> None:
    assert NUMBERED.sub(r"\\\1{\2*}", source) == formula


def test_equations_without_a_name_are_called_by_their_order() -> None:
    one, two = "a464c36b-d0b1-448b-89c1-7bab98e64128", "a736e58d-3d4a-4dfa-8165-b1d23b17a2fa"
    page = f'<div id="equation-{one}"><a href="#equation-{one}"></a></div><div id="equation-{two}"></div>'
    expected = page.replace(one, "without-name-1").replace(two, "without-name-2")
    assert with_stable_names(page) == expected


STYLE = (
    '@font-face{font-family:"Font Awesome 6 Free";src:url(x.woff2)}'
    '.fa-bars:before,.fa-navicon:before{content:"\\f0c9"}.fa-ghost:before{content:"\\f6e2"}html{--i:\'\uf058\'}'
)


def test_only_the_icons_that_a_page_shows_are_kept(tmp_path: Path) -> None:
    style, characters = reduced(STYLE, names_in(['<i class="fa-solid fa-bars"></i>']))
    assert "fa-bars" in style
    assert "fa-ghost" not in style
    assert "x.woff2" not in style
    assert style.count("@font-face") == 1
    assert characters == {0xF0C9, 0xF058}
    write_font(tmp_path / "icons.woff", characters)
    assert set(TTFont(tmp_path / "icons.woff").getBestCmap()) == characters


def test_a_page_is_light_until_its_own_script_makes_it_dark() -> None:
    page = (
        '<html lang="en" data-theme="auto"><script>'
        'document.documentElement.dataset.theme = localStorage.getItem("theme") || "auto";</script>'
    )
    made = with_first_look(page)
    assert '<html lang="en" data-theme="light">' in made
    assert "prefers-color-scheme: dark" in made
    assert '|| "auto"' not in made


def test_a_hidden_output_is_called_what_is_written_on_it() -> None:
    page = '<summary aria-label="Toggle hidden content">\n<span>Show code cell output</span></summary>'
    assert with_visible_names(page) == "<summary>\n<span>Show code cell output</span></summary>"


def test_an_arrow_in_the_text_is_never_broken() -> None:
    made = with_whole_arrows('<code><span class="pre">A</span> <span class="pre">-&gt;</span> B</code><p>a -&gt; b</p>')
    assert made == '<code><span class="pre">A</span> <span class="pre whole">-&gt;</span> B</code><p>a -&gt; b</p>'


def test_tidying_removes_maps_and_leaves_the_scripts(tmp_path: Path) -> None:
    scripts = tmp_path / "_static" / "scripts"
    scripts.mkdir(parents=True)
    for name in ("bootstrap.js", "bootstrap.js.map", "fontawesome.js"):
        (scripts / name).touch()
    tidy(tmp_path)
    assert [path.name for path in scripts.iterdir()] == ["bootstrap.js"]


def test_the_wheel_is_the_same_each_time_and_holds_the_whole_package(tmp_path: Path) -> None:
    one, two = build_wheel(ROOT, tmp_path / "one"), build_wheel(ROOT, tmp_path / "two")
    assert one.name == wheel_name(ROOT) == f"category_theory_tiny_ml-{tinyml.__version__}-py3-none-any.whl"
    assert one.read_bytes() == two.read_bytes()
    inside = set(zipfile.ZipFile(one).namelist())
    files = [path for path in (ROOT / "tinyml").rglob("*") if path.suffix in {".py", ".js", ".css", ".typed"}]
    assert {path.relative_to(ROOT).as_posix() for path in files} <= inside


def test_links_to_downloads_save_and_exercises_get_a_name_of_their_own() -> None:
    def made(link: str) -> str:
        return LINK.sub(saved, link)

    assert made('<a href="../_sources/book/05_x.ipynb">') == '<a download href="../_sources/book/05_x.ipynb">'
    assert made('<a href="_downloads/x.whl">') == '<a download href="_downloads/x.whl">'
    assert made('<a href="../book/05_x.html">') == '<a href="../book/05_x.html">'
    exercise = "../_sources/exercises/release/05_x/05_x.ipynb"
    assert made(f'<a href="{exercise}">') == f'<a download="05_x_exercises.ipynb" href="{exercise}">'


def test_a_page_of_exercises_gets_a_note_and_its_checks_are_folded() -> None:
    title: dict[str, Any] = {"cell_type": "markdown", "id": "title", "metadata": {}, "source": "# Exercises"}
    code = {"cell_type": "code", "id": "a", "metadata": {"nbgrader": {"grade": False}}, "source": "...", "outputs": []}
    check = code | {"id": "a-check", "metadata": {"nbgrader": {"grade": True}}}
    free = title | {"id": "a-why", "metadata": {"nbgrader": {"grade": True, "solution": True}}}
    cells = as_page({"cells": [title, code, check, free], "nbformat": 4})["cells"]
    assert [cell["id"] for cell in cells] == ["title", "how-to-answer", "a", "a-check", "a-why"]
    assert "{notebook}`Download the notebook`" in cells[1]["source"]
    assert [cell["metadata"].get("tags") for cell in cells] == [None, None, None, ["hide-input"], None]
    assert ["{div} answer-in-words" in cell["source"] for cell in cells] == [False, False, False, False, True]

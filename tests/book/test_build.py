"""A build is honest: after an edit of the package the notebooks run again, and an unfinished build is begun again."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import build_book
import check_reproducible
import nbformat
import pytest
from build_book import ENVIRONMENT
from jupyter_client.manager import start_new_kernel
from processes import PATIENCE

TOC = "format: jb-book\nroot: book/preface\nchapters:\n- file: book/page\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a copy of the book with one small notebook, which prints a number that the package holds."""
    check_reproducible.copy_sources(tmp_path)
    for chapter in (tmp_path / "book").glob("*.ipynb"):
        chapter.unlink()
    for table in (tmp_path / "book").rglob("*.toml"):  # the pages that they speak of are gone
        table.unlink()
    (tmp_path / "book" / "moved.toml").touch()
    (tmp_path / "_toc.yml").write_text(TOC, encoding="utf-8")
    (tmp_path / "book" / "preface.md").write_text("# A book\n\nOne page.\n", encoding="utf-8")
    cells = [
        nbformat.v4.new_markdown_cell("# A page", id="title"),
        nbformat.v4.new_code_cell("from tinyml.held import NUMBER\n\nprint('it is', NUMBER)", id="shown"),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "book" / "page.ipynb")
    hold(tmp_path, 41)
    return tmp_path


def hold(project: Path, number: int) -> None:
    (project / "tinyml" / "held.py").write_text(f'"""A number."""\n\nNUMBER = {number}\n', encoding="utf-8")


def build(project: Path) -> str:
    """Build the copy with its own package; return what the build says."""
    command = [sys.executable, str(project / "tools" / "build_book.py")]
    environment = os.environ | {"PYTHONPATH": str(project)}
    run = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def page(project: Path) -> str:
    return (project / "_build" / "html" / "book" / "page.html").read_text(encoding="utf-8")


def test_notebooks_run_again_after_an_edit_of_the_package(project: Path) -> None:
    assert "up to date" not in build(project)
    assert "it is 41" in page(project)
    assert "up to date" in build(project)
    hold(project, 42)
    assert "up to date" not in build(project)
    assert "it is 42" in page(project)


@pytest.mark.parametrize("code", [0, 1])
@pytest.mark.parametrize("before", ["", "other sources"], ids=["no stamp", "an old stamp"])
def test_a_build_begins_with_nothing_and_says_last_what_it_was_made_from(
    before: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    html, stamp = tmp_path / "html", tmp_path / "built-from"
    for name, path in (("BUILD", tmp_path), ("HTML", html), ("STAMP", stamp)):
        monkeypatch.setattr(build_book, name, path)
    html.mkdir()
    (html / "page.html").write_text("half a pa", encoding="utf-8")  # as an interruption leaves it
    if before:
        stamp.write_text(before, encoding="utf-8")
    seen = list[bool]()

    def built(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        seen.append(html.exists() or stamp.exists())
        return subprocess.CompletedProcess(command, code)

    monkeypatch.setattr("subprocess.run", built)
    assert build_book.main() == code
    assert seen == [False]
    assert stamp.exists() == (code == 0)


# As it happens now and then: the thread that sends what is printed has ended when the last output is to be flushed.
STOPPED = """
from ipykernel.iostream import OutStream

OutStream.flush_timeout = 1000
kernel = get_ipython().kernel
ending = kernel._at_shutdown

async def stop():
    await ending()
    kernel.iopub_thread.schedule = lambda _: None

kernel._at_shutdown = stop
"""

# As a pool of processes leaves it: a process that ignores requests to end.
LEFT = """
import os
from multiprocessing import resource_tracker

resource_tracker.ensure_running()
get_ipython().kernel._signal_children = lambda _: os._exit(3)
"""


@pytest.mark.parametrize("run", [STOPPED, LEFT], ids=["nobody sends what is printed", "a process is left"])
def test_a_kernel_of_the_book_ends_by_itself_when_it_is_asked_to(run: str) -> None:
    manager, client = start_new_kernel(env=os.environ | ENVIRONMENT)
    process = manager.provisioner.process  # type: ignore[union-attr]
    try:
        assert client.execute_interactive(run, timeout=PATIENCE)["content"]["status"] == "ok"
        manager.shutdown_wait_time = PATIENCE
        manager.shutdown_kernel()
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert process.returncode == 0

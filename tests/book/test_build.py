"""A build is honest: after an edit of the package the notebooks run again, and an unfinished build is begun again."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import build_book
import nbformat
import pytest
from build_book import ENVIRONMENT
from jupyter_client.manager import start_new_kernel
from processes import PATIENCE

EXTENSIONS = Path(__file__).parent.parent.parent / "book" / "_ext"
INDEX = "# Book\n\n```{toctree}\npage\n```\n"
CELL = """from tinyml.held import NUMBER

print("it is", NUMBER)
with open({file!r}, "a") as runs:
    runs.write("run\\n")"""
"""Shows what the package holds, and says in a file that it was run."""
CONF = f"""
import sys
sys.path.insert(0, {str(EXTENSIONS)!r})
extensions = ["myst_nb", "book_pages.execution"]
exclude_patterns = ["_build"]
nb_execution_mode = "cache"
html_theme = "basic"
"""
"""A book that is read and run as ours is, with nothing of what makes its pages what they are."""


def hold(folder: Path, number: int) -> None:
    """Let the package hold a number."""
    (folder / "tinyml").mkdir(exist_ok=True)
    (folder / "tinyml" / "__init__.py").touch()
    (folder / "tinyml" / "held.py").write_text(f"NUMBER = {number}\n", encoding="utf-8")


def page(project: Path) -> str:
    """Run Sphinx, whose kernels import the package of the project, and return the page."""
    command = [sys.executable, "-m", "sphinx", "-W", "-q", "-d", "_build/.doctrees", ".", "_build/html"]
    environment = os.environ | {"PYTHONPATH": str(project)}
    run = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    return (project / "_build" / "html" / "page.html").read_text(encoding="utf-8")


def test_notebooks_run_again_after_an_edit_of_the_package_and_not_without_one(tmp_path: Path) -> None:
    """The same with the whole configuration of the book is tests/book/test_build_again.py, in `make test-long`."""
    runs = tmp_path / "runs.txt"
    cells = [nbformat.v4.new_markdown_cell("# A page"), nbformat.v4.new_code_cell(CELL.format(file=str(runs)))]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "page.ipynb")
    (tmp_path / "conf.py").write_text(CONF, encoding="utf-8")
    (tmp_path / "index.md").write_text(INDEX, encoding="utf-8")
    for number, times in ((41, 1), (41, 1), (42, 2)):
        hold(tmp_path, number)
        assert f"it is {number}" in page(tmp_path)
        assert runs.read_text(encoding="utf-8") == "run\n" * times


def test_an_edit_of_the_package_asks_for_a_build_and_no_edit_for_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, path in (("ROOT", ""), ("BUILD", "_build"), ("HTML", "_build/html"), ("STAMP", "_build/built-from")):
        monkeypatch.setattr(build_book, name, tmp_path / path)
    (tmp_path / "_build").mkdir()
    commands = list[list[str]]()

    def built(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        commands.append(command)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr("subprocess.run", built)
    for number, times in ((41, 1), (41, 1), (42, 2), (42, 2)):
        hold(tmp_path, number)
        before = len(commands)
        assert build_book.main() == 0
        assert len(commands) == times
        assert ("up to date" in capsys.readouterr().out) == (before == times)


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

"""Two pages whose sentences move widgets, built by Sphinx as the book's pages are, in the book's look."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from guess_project import ROOT, look

from tinyml.widgets import BugToggles, TrainingExplorer

CONF = """
import sys
sys.path[:0] = {paths!r}
parts = ["markup", "islands", "sentences", "theme"]
extensions = ["myst_parser", "sphinx_book_theme", *(f"book_pages.{{part}}" for part in parts)]
myst_enable_extensions = ["smartquotes"]
html_theme = "sphinx_book_theme"
"""
WORDS = "A paragraph that only takes place, so that the widgets are further down than the screen goes.\n\n" * 20
SENTENCES = """# A small page

Go {set}`to step 13 <training_explorer?step_count=13>`, {set}`to a cat <training_explorer?sentence=the%20cat%20sat>`, or
{set}`ten steps into the other <training_explorer-2?step_count=10>`, and look at
{set}`run B <bug_toggles?run=B&revealed=true>`.

Step {drag}`13 <training_explorer?step_count>` takes the loss down by {shown}`0.0914 <training_explorer?fall>`, to
{shown}`1.073664 <training_explorer?loss>`.

At rate {drag}`2 <training_explorer-2?learning_rate>`, {drag}`80 <training_explorer-2?step_count>` steps lead to
{shown}`0.003 <training_explorer-2?loss>`.

"""


def island(widget: TrainingExplorer | BugToggles) -> str:
    return f"```{{raw}} html\n{widget.island()}\n```\n\n"


PAGES = {
    "index": "# Book\n\n```{toctree}\nbook/small\nbook/other\n```\n",
    "book/small": SENTENCES
    + WORDS
    + island(TrainingExplorer(step_count=1))
    + island(TrainingExplorer(step_count=0))
    + island(BugToggles())
    + "A last paragraph.\n",
    "book/other": "# Another page\n\nSee {set}`step 13 <training_explorer?step_count=13>` and\n"
    "{set}`run C <small#bug_toggles?run=C>`.\n",
}


def write_pages(folder: Path, pages: dict[str, str] = PAGES) -> Path:
    """Build the pages, and return the folder that has them."""
    for name, text in pages.items():
        path = folder / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    conf = CONF.format(paths=[str(ROOT), str(ROOT / "book" / "_ext")])
    (folder / "conf.py").write_text(conf + look(), encoding="utf-8")
    html = folder / "_build" / "html"
    command = [sys.executable, "-m", "sphinx", "-W", "-q", "-d", str(html.parent / ".doctrees"), str(folder), str(html)]
    subprocess.run(command, capture_output=True, text=True, check=True)
    return html

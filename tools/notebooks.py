"""Run chapters, store their outputs and normalise the files: `make notebooks`, or `python tools/notebooks.py FILE...`.

Normal form: outputs as a clean run makes them, without widget views and their state, without execution times,
with the least metadata.  An output that answers a guess is folded, for who reads a notebook where nothing covers it:
JupyterLab and Jupyter Notebook do that.  Normalising twice changes nothing.  `--check` runs nothing and names the
files that are not in normal form.  A file is replaced in one move, so an interruption leaves it whole.
A text that agrees with the stored one by the rules of tools/stored_outputs.py stays as it is stored: two machines
do not replace each other's last digits.
Checked by tests/book/test_notebooks.py.
"""

from __future__ import annotations

import argparse
import copy
import hashlib
import os
import re
import sys
import time
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from stored_outputs import keep

ROOT = Path(__file__).resolve().parent.parent
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
CELL_METADATA = {"name", "card", "tags", "mystnb", "nbgrader", "editable", "deletable"}
GUESS = re.compile(r"^(?:`{3,}|:{3,})\{guess\}.*\n(?::.*\n)*?:cell:[ \t]*(\S+)", re.MULTILINE)
FOLDED = {"collapsed": True, "jupyter": {"outputs_hidden": True}}
ENVIRONMENT = {"PYTHONHASHSEED": "0", "IPYTHONDIR": str(ROOT / "tools" / "ipython")}


def normalised(notebook: Any) -> Any:
    """Return a copy of a notebook in normal form."""
    notebook = nbformat.v4.upgrade(nbformat.from_dict(notebook))
    notebook.metadata = nbformat.from_dict(METADATA)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    taken: set[str] = set()
    guessed = guessed_in(notebook.cells)
    for cell in notebook.cells:
        if not cell.get("id") or cell["id"] in taken:
            cell["id"] = new_id(cell.source, taken)
        taken.add(cell["id"])
        cell.metadata = nbformat.from_dict({key: cell.metadata[key] for key in CELL_METADATA & set(cell.metadata)})
        cell.source = cell.source.rstrip()
        if cell.cell_type == "code":
            cell.metadata |= FOLDED if cell.metadata.get("name") in guessed else {}
            cell.outputs = merged(cell.outputs)
            for output in cell.outputs:
                output.get("data", {}).pop(WIDGET_VIEW, None)
        else:
            cell.pop("attachments", None)
    return notebook


def guessed_in(cells: list[Any]) -> set[str]:
    """Return the names of the cells whose outputs answer a guess."""
    prose = (cell.source for cell in cells if cell.cell_type == "markdown")
    return {name for source in prose for name in GUESS.findall(source)}


def new_id(source: str, taken: set[str]) -> str:
    """Return an id for a cell that has none of its own, the same in every run."""
    number = 0
    while (made := hashlib.sha256(f"{number} {source}".encode()).hexdigest()[:8]) in taken:
        number += 1
    return made


def merged(outputs: list[Any]) -> list[Any]:
    """Join neighbouring pieces of one stream, which a kernel cuts where it happens to."""
    result: list[Any] = []
    for output in outputs:
        if output.output_type == "stream" and result and result[-1].get("name") == output.name:
            result[-1].text += output.text
        else:
            result.append(output)
    return result


def text_of(notebook: Any) -> str:
    """Return what stands in the file."""
    text: str = nbformat.writes(notebook)
    return text.rstrip("\n") + "\n"


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)


def executed(notebook: Any, folder: Path) -> Any:
    """Return the notebook as a clean run in `folder` leaves it."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    client = NotebookClient(
        notebook,
        timeout=1200,
        startup_timeout=600,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        record_timing=False,
    )
    return client.execute(env=os.environ | ENVIRONMENT)


def renewed(notebook: Any, folder: Path) -> Any:
    """Return the notebook as a clean run leaves it, but with every output as it was that agrees with the new one."""
    before = normalised(notebook)
    after = normalised(executed(copy.deepcopy(before), folder))
    for old, new in zip(before.cells, after.cells, strict=True):
        if new.cell_type == "code":
            new.outputs = [nbformat.from_dict(output) for output in keep(old.outputs, new.outputs)]
    return after


def write(path: Path, text: str) -> bool:
    """Replace a file in one move when its text is new; return whether it was."""
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return False
    beside = path.with_suffix(".part")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)
    return True


def renew(paths: list[Path]) -> int:
    failed = 0
    for path in paths:
        print(f"{path} ...", end=" ", flush=True)
        started = time.monotonic()
        try:
            notebook = renewed(read(path), path.parent)
        except CellExecutionError as error:
            failed += 1
            print(f"failed, left as it was:\n{error}")
            continue
        changed = write(path, text_of(notebook))
        print(f"{'written' if changed else 'unchanged'}, {time.monotonic() - started:.1f} s")
    return 1 if failed else 0


def check(paths: list[Path]) -> int:
    wrong = [path for path in paths if path.read_text(encoding="utf-8") != text_of(normalised(read(path)))]
    for path in wrong:
        print(f"{path} is not in normal form: run `make notebooks`")
    return 1 if wrong else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="run nothing, name files that are not in normal form")
    parser.add_argument("files", type=Path, nargs="*")
    asked = parser.parse_args()
    sys.exit((check if asked.check else renew)(asked.files))

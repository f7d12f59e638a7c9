"""Whole processes that import: from before Python starts to when it has ended.

    tinyml    `import tinyml` alone, which loads nothing else
    first     the first code cell of chapter 1: the package, and numpy with it, loads what three names need
    chapter   the first cell, and every other name of the package that chapter 1 imports
    star      `from tinyml import *`: every module of the package
    python    Python starts and ends, so that its share of all others is seen
    numpy     the bound

The result that all must share is which libraries were loaded that a first page must not wait for: none.
"""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path
from typing import Any

from benchmarks.contender import serve
from benchmarks.whole_process import WholeProcess

CHAPTER = Path(__file__).parents[2] / "book" / "01_objects.ipynb"
SLOW = ("IPython", "anywidget", "ipywidgets", "matplotlib", "scipy")
TELL = f"\nimport sys\nprint(sorted({set(SLOW)!r} & set(sys.modules)))"


def cells(chapter: Path) -> list[str]:
    """Return the sources of the code cells of a notebook."""
    found = json.loads(chapter.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in found if cell["cell_type"] == "code"]


def imports_of(source: str) -> list[str]:
    r"""Return the imports of a cell from the package; its widgets are shown by a page, and not needed to compute.

    >>> imports_of("import numpy as np\nfrom tinyml import Vector\nfrom tinyml.widgets import ChainBuilder")
    ['from tinyml import Vector']
    """
    found = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom)]
    return [ast.unparse(node) for node in found if node.module == "tinyml"]


def programs(chapter: Path = CHAPTER) -> dict[str, str]:
    """Return what each contender runs."""
    first, *others = cells(chapter)
    return {
        "tinyml": "import tinyml",
        "first": first,
        "chapter": "\n".join([first, *(line for source in others for line in imports_of(source))]),
        "star": "from tinyml import *",
        "python": "",
        "numpy": "import numpy",
    }


class Import(WholeProcess):
    """Run a program that imports."""

    def check(self) -> Any:
        program = programs()[self.program]
        self.command = [sys.executable, "-c", program + TELL]
        loaded = ast.literal_eval(self.run().splitlines()[-1])
        self.command = [sys.executable, "-c", program]
        self.run()  # what it was compiled to is on the disk now, as it is for a user from the second time on
        return loaded


if __name__ == "__main__":
    serve(Import(sys.argv[1]))

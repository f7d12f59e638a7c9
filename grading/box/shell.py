"""The shell: what cells find as get_ipython(), where no notebook runs.

Magics and shell commands do nothing, but for those that run Python.  Code that imports IPython finds this shell too,
because IPython asks one module of its own for the shell that is running.
Checked by tests/grading/test_box.py.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

ASKED = "IPython.core.getipython"
TIMED = ("time", "capture", "prun")


class Shell:
    """A shell that runs cells by `run`, and what is timed by `value_of`, with the names where it is written."""

    def __init__(self, run: Callable[[str, str], None], value_of: Callable[[str, Mapping[str, Any]], Any]) -> None:
        self.run, self.value_of = run, value_of

    def install(self) -> None:
        """Be the shell that IPython finds."""
        module = ModuleType(ASKED)
        module.get_ipython = lambda: self  # type: ignore[attr-defined]
        sys.modules[ASKED] = module

    def run_line_magic(self, name: str, line: str, *_: object, **__: object) -> Any:
        return self.value_of(line, sys._getframe(1).f_locals) if name == "time" else None

    def run_cell_magic(self, name: str, line: str, cell: str) -> None:
        if name in TIMED:
            self.run(cell, "<magic>")

    def system(self, command: str) -> None: ...
    def getoutput(self, command: str, *_: object, **__: object) -> list[str]:
        return []

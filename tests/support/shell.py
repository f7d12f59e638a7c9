"""An IPython shell as a notebook has it, for tests of what cells say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from IPython.core.displayhook import CapturingDisplayHook
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from nbformat import v4
from traitlets.config import Config


@contextmanager
def running_shell() -> Iterator[Any]:
    """Run a shell that keeps no history; `get_ipython()` finds it, and no longer afterwards."""
    InteractiveShell.clear_instance()
    shell: Any = InteractiveShell.instance(config=Config(HistoryManager={"enabled": False}))
    try:
        yield shell
    finally:
        shell.restore_sys_module_state()
        InteractiveShell.clear_instance()


def executed(notebook: Any) -> Any:
    """Return a notebook as a run leaves it, in this process: a kernel takes seconds to start and says the same.

    As in a kernel, an error that no tag announces ends the run; of what is displayed only the value that a cell ends in
    is kept.
    """
    with running_shell() as shell:
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.outputs, whole = outputs_of(shell, cell.source)
                if not whole and "raises-exception" not in cell.metadata.get("tags", []):
                    break
    return notebook


def outputs_of(shell: Any, source: str) -> tuple[list[Any], bool]:
    """Run a cell; return its outputs, and whether it came to its end."""
    shown: list[Any] = []
    shell.display_trap.hook = CapturingDisplayHook(shell=shell, outputs=shown)  # type: ignore[no-untyped-call]
    with capture_output() as said:
        ran = shell.run_cell(source, store_history=True)
    streams = {"stdout": said.stdout, "stderr": said.stderr}
    outputs = [v4.new_output("stream", name=name, text=text) for name, text in streams.items() if text]
    if error := ran.error_before_exec or ran.error_in_exec:
        outputs.append(v4.new_output("error", ename=type(error).__name__, evalue=str(error)))
    outputs += [v4.new_output("execute_result", **one) for one in shown]
    return outputs, ran.success

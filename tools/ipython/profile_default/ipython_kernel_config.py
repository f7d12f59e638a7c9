"""How kernels run for the book: errors in one line, no history, no remark about the transport at every start."""

# ruff: noqa: F821
from ipykernel.iostream import OutStream

c = get_config()  # type: ignore[name-defined]
c.InteractiveShell.xmode = "Minimal"
c.HistoryManager.enabled = False
c.IPKernelApp.log_level = "ERROR"

# What a cell prints arrives in one piece, when the cell ends or after a minute.  A kernel would send it every fifth
# of a second, cut anywhere, and MyST-NB joins pieces with a line break: the page would depend on the clock.
OutStream.flush_interval = 60.0

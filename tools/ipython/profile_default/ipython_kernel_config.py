"""How kernels run for the book: errors in one line, no history, no remark about the transport at every start."""

# ruff: noqa: F821
c = get_config()  # type: ignore[name-defined]
c.InteractiveShell.xmode = "Minimal"
c.HistoryManager.enabled = False
c.IPKernelApp.log_level = "ERROR"

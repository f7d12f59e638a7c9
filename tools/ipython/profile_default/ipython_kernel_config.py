"""How kernels run for the book: errors in one line, no history, no remark about the transport at every start."""

# ruff: noqa: F821
from multiprocessing import resource_tracker
from typing import Any

from ipykernel.iostream import OutStream
from ipykernel.ipkernel import IPythonKernel

c = get_config()  # type: ignore[name-defined]
c.InteractiveShell.xmode = "Minimal"
c.HistoryManager.enabled = False
c.IPKernelApp.log_level = "ERROR"

# What a cell prints arrives in one piece, when the cell ends or after a minute.  A kernel would send it every fifth
# of a second, cut anywhere, and MyST-NB joins pieces with a line break: the page would depend on the clock.
OutStream.flush_interval = 60.0


class PunctualKernel(IPythonKernel):
    """Ends as soon as it is asked to.

    The thread that answers the request flushes what was printed last, and waits up to 10 seconds for another thread
    that may have ended by then; who asked waits for 2.5 of them.  So standard output is Python's own again before.
    A kernel also waits for the processes that a notebook has left.  Where there was a pool of processes, or a cluster,
    one looks after what they share, ignores the request to end, and ends when this one does: it is let go before.
    """

    async def do_shutdown(self, restart: bool) -> Any:
        resource_tracker._resource_tracker._stop()  # type: ignore[attr-defined]
        self.parent.reset_io()  # type: ignore[union-attr]
        return super().do_shutdown(restart)  # type: ignore[no-untyped-call]


c.IPKernelApp.kernel_class = PunctualKernel

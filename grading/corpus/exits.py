"""Submissions that end Python, the cell or the check: what is defined by then counts, and no neighbour is touched."""

from __future__ import annotations

from .entry import Table, after, before, inside

add = Table("exit")
ENTRIES = add.entries

add("exit-behind", "sys.exit() behind an answer", after("shares", "import sys\nsys.exit()"))
add("exit-before", "sys.exit() in front of an answer", before("shares", "import sys\nsys.exit(0)"), "shares")
add(
    "exit-in-functions",
    "a function that ends the program, in three ways",
    {**inside("mean-of", "raise SystemExit"), **inside("shares", "exit()"), **inside("cooled", "quit()")},
    "mean-of shares cooled",
)
add(
    "other-ends",
    "errors that are no exceptions, from functions",
    {
        **inside("mean-of", "raise KeyboardInterrupt"),
        **inside("shares", "raise GeneratorExit"),
        **inside("next-loss", "class End(BaseException): ...\nraise End"),
        **inside("cooled", "raise BaseExceptionGroup('all', [SystemExit()])"),
    },
    "mean-of shares next-loss cooled",
)
add(
    "other-ends-behind",
    "the same behind answers",
    {
        **after("mean-of", "raise KeyboardInterrupt"),
        **after("shares", "raise GeneratorExit"),
        **after("next-loss", "class End(BaseException): ...\nraise End"),
        **after("cooled", "raise StopIteration"),
    },
)
add(
    "iteration-ends",
    "StopIteration from functions, which ends loops of ours",
    {
        **inside("mean-of", "raise StopIteration"),
        **inside("cooled", "raise StopIteration"),
        **inside("shares", "raise StopAsyncIteration"),
    },
    "mean-of cooled shares",
)
add("hard-exit", "os._exit in a cell", after("shares", "import os\nos._exit(0)"), "shares")
add("hard-exit-in-a-function", "os._exit in a function", inside("shares", "import os\nos._exit(0)"), "shares")
add("kills-itself", "SIGKILL to itself", before("shares", "import os\nos.kill(os.getpid(), 9)"), "shares")
add("kills-its-group", "SIGKILL to the group", inside("shares", "import os\nos.kill(0, 9)"), "shares")
add(
    "kills-everything",
    "SIGKILL to all that it may kill",
    before("shares", "import os\nos.kill(-1, 9)\nos._exit(0)"),
    "shares",
)
add("segmentation-fault", "a null pointer", before("shares", "import ctypes\nctypes.string_at(0)"), "shares")
add(
    "fault-in-a-function",
    "a null pointer in a function",
    inside("shares", "import ctypes\nctypes.string_at(0)"),
    "shares",
)
add("aborts", "abort()", inside("cooled", "import os\nos.abort()"), "cooled")
add(
    "stops-itself",
    "SIGSTOP to itself",
    inside("shares", "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)"),
    "shares",
)
add("closes-everything", "all files closed", before("shares", "import os\nos.closerange(0, 64)"), "shares")
add(
    "closes-the-streams",
    "the three standard streams closed",
    before(
        "shares",
        """\
import os, sys
sys.stdout.close()
sys.stderr = None
for number in (0, 1, 2):
    os.close(number)""",
    ),
)
add(
    "becomes-another",
    "another program in its place",
    before("shares", "import os\nos.execv('/bin/true', ['true'])"),
    "shares",
)
add(
    "at-exit",
    "an exit that does not end, and finalisers that raise",
    before(
        "shares",
        """\
import atexit, gc, time
atexit.register(time.sleep, 1000)


class Last:
    def __del__(self):
        raise SystemExit


Last()
gc.collect()""",
    ),
)
add(
    "no-builtins",
    "the names of Python removed",
    after(
        "predicted",
        """\
import builtins
for name in ("len", "isinstance", "type", "getattr", "str", "list"):
    delattr(builtins, name)""",
    ),
    "predicted",
)

"""Inside the box: runs the cells of one submission and answers what the checker asks about them.

    ["run", code, name]              -> ["ran"]         run a cell in the one namespace of the submission
    ["get", name]                    -> ["value", v] or ["missing"]
    ["call", number, arguments, named]  -> ["value", v]    call a kept function
    ["attribute", number, name]      -> ["value", v]    read an attribute of a kept object
    any of them                      -> ["raised", class, arguments, words]
    while it runs                    <- ["call", number, arguments, named]   call a function of the checker's

Each message is a pair, [ticket, message]; a reply carries the ticket of its request, which is a number by chance,
so that no cell can reply to what has not been asked.

Whoever wrote the cells owns this process: nothing here is trusted by the checker.  It starts with limits that
bind whatever the cells do, and leaves its own input and output to the wire alone.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import inspect
import linecache
import os
import resource
import site
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

MEBIBYTE = 2**20
LIMITS = {
    resource.RLIMIT_AS: 1024 * MEBIBYTE,
    resource.RLIMIT_FSIZE: 16 * MEBIBYTE,
    resource.RLIMIT_NPROC: 16,
    resource.RLIMIT_NOFILE: 64,
    resource.RLIMIT_CORE: 0,
    resource.RLIMIT_CPU: 60,
}
MOST_KEPT = 10_000
WORDS = 500


def become(uid: int) -> None:
    """Take the limits, and when started by root a user id of one's own, so that the limit of processes binds.

    Where all processes together take the memory of the machine, they are the first that Linux ends.
    """
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as score:
        score.write("1000")
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    for kind, most in LIMITS.items():
        resource.setrlimit(kind, (most, most))


def own_streams() -> tuple[BinaryIO, BinaryIO]:
    """Keep the wire for ourselves; what cells print goes nowhere and what they read is empty."""
    incoming, outgoing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)
    return incoming, outgoing


class Shell:
    """What cells find as get_ipython(): magics and shell commands do nothing, but for those that run Python."""

    def __init__(self, run: Callable[[str, str], None]) -> None:
        self.run = run

    def run_line_magic(self, name: str, line: str, *_: object, **__: object) -> None:
        if name == "time":
            self.run(line, "<magic>")

    def run_cell_magic(self, name: str, line: str, cell: str) -> None:
        if name in ("time", "capture", "prun"):
            self.run(cell, "<magic>")

    def system(self, command: str) -> None: ...
    def getoutput(self, command: str, *_: object, **__: object) -> list[str]:
        return []


class Inside:
    """The namespace of a submission, and the things in it that have a number."""

    def __init__(self, incoming: BinaryIO, outgoing: BinaryIO) -> None:
        self.incoming, self.outgoing = incoming, outgoing
        self.kept: dict[int, object] = {}
        self.ticket = 0
        self.namespace: dict[str, Any] = {"__name__": "__main__", "__builtins__": builtins}
        shell = Shell(self.run)
        self.namespace |= {"get_ipython": lambda: shell, "display": lambda *_, **__: None}

    def keep(self, value: object) -> int:
        if len(self.kept) >= MOST_KEPT:
            raise MemoryError("too many values are kept")
        number = len(self.kept)
        self.kept[number] = value
        return number

    def fetch(self, number: int) -> object:
        return self.kept[number]

    def proxy(self, number: int, kind: str, told: dict[str, str]) -> object:
        return proxies.class_of(kind)(self.ask_outside, number, kind, told)

    def twin(self, number: int, kind: str, asked: tuple[str, ...], held: object) -> object:
        return held  # what is ours can be called, and is asked for nothing else

    def arrow(self, number: int, name: str, source: Any, target: Any) -> object:
        return proxies.RemoteArrow(self.ask_outside, number, name, source, target)

    def ask_outside(self, request: list[Any]) -> Any:
        """Ask the checker in the middle of a call, and answer what it asks meanwhile."""
        self.send([request[0], request[1], *(writing.encode(part, self) for part in request[2:])])
        while True:
            message = wire.read_from(self.incoming)
            if message is None:
                os._exit(0)
            ticket, request = message
            if ticket == self.ticket:
                return proxies.result_of(request, self)
            self.answer(ticket, request)

    def send(self, message: Any) -> None:
        self.outgoing.write(wire.packed([self.ticket, message]))
        self.outgoing.flush()

    def answer(self, ticket: int, request: list[Any]) -> None:
        """Reply to a request, perhaps in the middle of another; what a failed reply kept is let go."""
        outer, self.ticket, count = self.ticket, ticket, len(self.kept)
        try:
            content = wire.packed([ticket, self.reply_to(request)])
            if len(content) > wire.LARGEST:
                raise MemoryError("the value is too large to be checked")
        except BaseException as error:
            for number in range(count, len(self.kept)):
                del self.kept[number]
            content = wire.packed([ticket, proxies.raised(error, self)])
        self.outgoing.write(content)
        self.outgoing.flush()
        self.ticket = outer

    def reply_to(self, request: list[Any]) -> list[Any]:
        match request:
            case ["run", str(code), str(name)]:
                self.run(code, name)
                return ["ran"]
            case ["get", str(name)]:
                found = name in self.namespace
                return ["value", writing.encode(self.namespace[name], self)] if found else ["missing"]
            case ["call", int(number), arguments, named]:
                function: Any = self.kept[number]
                came = function(*reading.decode(arguments, self), **reading.decode(named, self))
                return ["value", writing.encode(came, self)]
            case ["attribute", int(number), str(name)]:
                return ["value", writing.encode(getattr(self.kept[number], name), self)]
        raise ValueError("an unknown request")

    def run(self, code: str, name: str) -> None:
        """Run a cell as a notebook does: on one level, with await, and with its lines known to error messages."""
        linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
        compiled = compile(code, name, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
        result = eval(compiled, self.namespace)
        if inspect.iscoroutine(result):
            import asyncio  # noqa: PLC0415  a fifth of the time that a box needs to start

            asyncio.run(result)

    def serve(self) -> None:
        while (message := wire.read_from(self.incoming)) is not None:
            self.answer(*message)


if __name__ == "__main__":
    become(int(sys.argv[1]))
    sys.path[:0] = sys.argv[2:]
    streams = own_streams()
    site.sethelper()  # which Python without its packages leaves out
    site.setquit()
    from grading.box import proxies, reading, wire, writing

    with contextlib.suppress(BrokenPipeError):
        Inside(*streams).serve()
else:
    from grading.box import proxies, reading, wire, writing

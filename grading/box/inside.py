"""Inside the box: runs the cells of one submission and answers what the checker asks about them.

    ["run", code, name]              -> ["ran"]         run a cell in the one namespace of the submission
    ["get", name]                    -> ["value", v] or ["missing"]
    ["call", number, arguments, named]  -> ["value", v]    call a kept function
    ["attribute", number, name]      -> ["value", v]    read an attribute of a kept object
    ["share", names]                 -> ["value", names]   call by these names what they stand for, where they do
    ["pack", v]                      -> ["value", bytes]   what another box makes the same value of
    ["open", bytes]                  -> ["value", v]
    any of them                      -> ["raised", class, arguments, words]
    while it runs                    <- ["call", number, arguments, named]   call a function of the checker's

Each message is a pair, [ticket, message]; a reply carries the ticket of its request, which is a number by chance,
so that no cell can reply to what has not been asked.  A reply is [ticket, message, same]: it says whether all that was
asked for by name is still called so, since most functions are called again and again.

Whoever wrote the cells owns this process: nothing here is trusted by the checker.  It starts with limits that
bind whatever the cells do, and leaves its own input and output to the wire alone.
"""

from __future__ import annotations
import __future__

import ast
import builtins
import contextlib
import inspect
import linecache
import os
import resource
import site
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType
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
MOST_KEPT = 100_000
FUTURE = __future__.annotations.compiler_flag
"""What a cell imports from the future holds for the cells below it, and this is all that is still to come."""


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


@dataclass(eq=False)
class Level:
    """A request that is being answered, by its ticket: a call to the checker may be made in it, one at a time."""

    ticket: int
    taken: bool = False
    ends: bool = False


class Inside:
    """The namespace of a submission, and the things in it that have a number."""

    def __init__(self, incoming: BinaryIO, outgoing: BinaryIO) -> None:
        self.incoming, self.outgoing = incoming, outgoing
        self.kept: dict[int, object] = {}
        self.shared: dict[str, object] = {}
        self.named_so: dict[str, object] = {}
        self.turn = threading.Condition()
        self.level = Level(0, taken=True)  # nobody asks for anything yet, so there is nobody to call
        self.flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        self.notebook = sys.modules["__main__"] = ModuleType("__main__")  # where pickle finds classes of the cells
        self.namespace: dict[str, Any] = vars(self.notebook)
        self.namespace["__builtins__"] = builtins
        own = shell.Shell(self.run, self.value_of)
        own.install()
        self.namespace |= {"get_ipython": lambda: own, "display": lambda *_, **__: None}

    def keep(self, value: object) -> int:
        with self.turn:
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

    def name_of(self, value: object) -> str:
        return wire.name_among(self.shared, value)

    def named(self, name: str) -> object:
        return self.shared[name]

    def arrow(self, number: int, name: str, source: Any, target: Any) -> object:
        return proxies.RemoteArrow(self.ask_outside, number, name, source, target)

    def ask_outside(self, request: list[Any]) -> Any:
        """Ask the checker in the middle of a call, and answer what it asks meanwhile; other threads wait their turn."""
        message = [request[0], request[1], *(writing.encode(part, self) for part in request[2:])]
        with self.turn:
            self.turn.wait_for(lambda: not (self.level.taken or self.level.ends))
            self.send(message)
            level = self.level
            level.taken = True
        try:
            while (came := wire.read_from(self.incoming)) is not None:
                ticket, content = came
                if ticket == level.ticket:
                    return proxies.result_of(content, self)
                self.answer(ticket, content)
            os._exit(0)
        finally:
            with self.turn:
                level.taken = False
                self.turn.notify_all()

    def send(self, message: Any) -> None:
        self.outgoing.write(wire.packed([self.level.ticket, message]))
        self.outgoing.flush()

    def answer(self, ticket: int, request: list[Any]) -> None:
        """Reply to a request, perhaps in the middle of another; what a failed reply kept is let go, names and all.

        The reply waits until no other thread is in the middle of a call, whose answer would go astray.
        """
        outer, level, count = self.level, Level(ticket), len(self.kept)
        with self.turn:
            self.level = level
            self.turn.notify_all()
        try:
            reply = self.reply_to(request)
            content = wire.packed([ticket, reply, self.same()])
            if len(content) > wire.LARGEST:
                raise MemoryError("the value is too large to be checked")
        except BaseException as error:
            for number in range(count, len(self.kept)):
                del self.kept[number]
            content = wire.packed([ticket, proxies.raised(error, self), False])
        with self.turn:
            level.ends = True
            self.turn.wait_for(lambda: not level.taken)
            self.outgoing.write(content)
            self.outgoing.flush()
            self.level = outer

    def same(self) -> bool:
        """Whether all that was asked for by name is still called so; if not, it will be asked for again."""
        same = all(self.namespace.get(name, self) is value for name, value in self.named_so.items())
        if not same:
            self.named_so.clear()
        return same

    def reply_to(self, request: list[Any]) -> list[Any]:
        match request:
            case ["run", str(code), str(name)]:
                self.run(code, name)
                return ["ran"]
            case ["get", str(name)] if name not in self.namespace:
                return ["missing"]
        return ["value", writing.encode(self.asked_for(request), self)]

    def asked_for(self, request: list[Any]) -> Any:
        match request:
            case ["get", str(name)]:
                self.named_so[name] = self.namespace[name]
                return self.namespace[name]
            case ["call", int(number), arguments, named]:
                function: Any = self.kept[number]
                return function(*reading.decode(arguments, self), **reading.decode(named, self))
            case ["attribute", int(number), str(name)]:
                return getattr(self.kept[number], name)
            case ["share", list(names)]:
                there = [name for name in names if name in self.namespace]
                self.shared |= {name: self.namespace[name] for name in there}
                return there
            case ["pack", value]:
                return parcel.packed(reading.decode(value, self))
            case ["open", bytes(content)]:
                return parcel.opened(content)
        raise ValueError("an unknown request")

    def run(self, code: str, name: str) -> None:
        """Run a cell as a notebook does: on one level, with await, and with its lines known to error messages."""
        linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
        compiled = compile(code, name, "exec", flags=self.flags, dont_inherit=True)
        self.flags |= compiled.co_flags & FUTURE
        result = eval(compiled, self.namespace)
        if inspect.iscoroutine(result):
            import asyncio  # noqa: PLC0415  a fifth of the time that a box needs to start

            asyncio.run(result)

    def value_of(self, code: str, names: Mapping[str, Any]) -> Any:
        """Return what an expression comes to among some names; statements run as a cell, and come to nothing."""
        try:
            compiled = compile(code, "<magic>", "eval", flags=self.flags, dont_inherit=True)
        except SyntaxError:
            return self.run(code, "<magic>")
        return eval(compiled, self.namespace, names)

    def serve(self) -> None:
        while (message := wire.read_from(self.incoming)) is not None:
            self.answer(*message)


if __name__ == "__main__":
    become(int(sys.argv[1]))
    sys.path[:0] = sys.argv[2:]
    streams = own_streams()
    site.sethelper()  # which Python without its packages leaves out
    site.setquit()
    from grading.box import parcel, proxies, reading, shell, wire, writing

    with contextlib.suppress(BrokenPipeError):
        Inside(*streams).serve()
else:
    from grading.box import parcel, proxies, reading, shell, wire, writing

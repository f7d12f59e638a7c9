"""The box: one process in which the cells of one submission run, with nothing to read, reach or break.

bubblewrap builds it on Linux, with libseccomp's filter, for root and for an ordinary user.  The checks run outside,
in the checker, and see the box through a pipe; when a request takes too long the box is killed with all that runs in
it.
Where there is no bubblewrap, `Box(trusted=True)` starts the same process without walls.
Checked by tests/grading/test_box.py.
"""

from __future__ import annotations

import os
import re
import secrets
import select
from collections import deque
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import tinyml
from grading.box import memory, process, proxies, reading, wire, writing
from grading.box.clock import Clock, innermost
from grading.box.walls import NOTHING, SCRATCH

PATIENCE = 30.0
"""Seconds for Python to start in the box, on a machine that is busy."""


class Box:
    """One box, and the talk with it while it has time; perhaps a spare beside it, to take its place.

    It knows the last name that was `missed` there, the last import that failed (`unfound`), and whether it is `full`.
    """

    def __init__(self, *, trusted: bool = False, scratch: int = SCRATCH, shown: Mapping[Path, Path] = NOTHING) -> None:
        self.trusted, self.scratch, self.shown = trusted, scratch, shown
        self.kept: list[Any] = []
        self.shared: dict[str, object] = {}
        self.got: dict[str, object] = {}
        self.same = False
        self.python = os.getpid()
        self.allow(PATIENCE)
        self.forget()
        self.turn = 0
        self.process: process.Started | None = None
        self.watch: memory.Watch | None = None
        self.spare: process.Spare | None = None
        self.ahead: deque[tuple[int, process.Request]] = deque()

    def start(self, spare: Iterable[process.Cell] | None = None) -> None:
        """Build the box and wait until Python runs in it; `Stopped` when it does not.

        What ran in it before is ended, and a spare takes its place, unless that has ended for want of memory.  With
        cells for a next `spare`, that is begun beside it and runs them: those that are run first when it is started,
        and nothing of a submission's.
        """
        self._end()
        if self.spare is not None and self.spare.process.poll() is not None:
            self.stop()
        if self.spare is None:
            self.spare = self._begun()
        self.process, self.ahead, self.spare = self.spare.process, self.spare.sent, None
        self.watch = memory.Watch(self.process.pid)
        self.kept, self.shared, self.got = [], {}, {}
        self.python = self.process.pid
        self.allow(PATIENCE)
        self.run(*process.START)  # so that the time that Python needs to start is nobody's
        self.python = innermost(self.process.pid)
        if spare is not None:
            self.spare = self._begun()
            self.spare.send(spare)

    def _begun(self) -> process.Spare:
        self.turn += 1
        return process.Spare(process.begun(self.turn, self.scratch, self.shown, trusted=self.trusted))

    def forget(self) -> None:
        """Know nothing of what was missed so far."""
        self.missed, self.unfound, self.full = "", ImportError(), False

    def allow(self, seconds: float) -> None:
        """Give the box so many seconds from now on, without those in which it waits for a processor."""
        self.clock, self.seconds = Clock(self.python), seconds

    def stop(self) -> None:
        """End the box and all that runs in it, and the spare."""
        self._end()
        if self.spare is not None:
            process.ended(self.spare.process)
        self.spare = None

    def _end(self) -> None:
        if self.watch is not None:
            self.watch.end()
        if self.process is not None:
            process.ended(self.process)
        self.process, self.ahead, self.same = None, deque(), False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.stop()

    def run(self, code: str, name: str) -> None:
        """Run a cell; an error in it is raised here."""
        try:
            self.ask(["run", code, name])
        finally:
            self.settle()

    def settle(self) -> None:
        """See that nothing is left on the wire that nobody asked for, so that it costs whoever wrote it."""
        if self.process is not None:
            self.ask(process.SETTLE)

    def get(self, name: str) -> Any:
        """Return what the submission calls `name`; `KeyError` when it calls nothing so.

        A function that was asked for before is not asked for again while the box says that it is still called so.
        """
        if self.same and name in self.got:
            return self.got[name]
        value = self.ask(["get", name])
        if proxies.is_function(value):
            self.got[name] = value
        return value

    def share(self, given: Mapping[str, object]) -> None:
        """Call by name from now on what the same given cell has defined here and there."""
        self.shared |= {name: given[name] for name in self.ask(["share", [*given]]) if name in given}

    def packed(self, value: object) -> bytes:
        """Return what another box, in which the same cells ran, makes the same value of."""
        return wire.content(self.ask(["pack", writing.encode(value, self)]))

    def opened(self, parcel: bytes) -> Any:
        return self.ask(["open", parcel])

    def ask(self, request: list[Any]) -> Any:
        """Send a request and return its result, answering the calls that come back meanwhile."""
        if request[0] in ("call", "attribute"):
            request = [*request[:2], *(writing.encode(part, self) for part in request[2:])]
        ticket = self._ticket(request)
        while True:
            try:
                match reply := self._receive(ticket):
                    case ["ran"]:
                        return None
                    case ["missing"]:
                        self.missed = request[1]
                        raise KeyError(request[1])
                    case ["call", number, arguments, named]:
                        self._send([ticket, self._called(wire.whole(number), arguments, named)])
                    case ["attribute", _, str(name)]:  # an object of ours can be called, and nothing else
                        self._send([ticket, proxies.raised(AttributeError(f"no attribute {name}"), self)])
                    case _:
                        return proxies.result_of(reply, self)
            except ImportError as error:
                self.unfound = error
                raise
            except (NameError, MemoryError) as error:
                self.full |= isinstance(error, MemoryError)
                self.missed = "".join(re.findall("^name '(.*)' is not defined", str(error)))
                raise
            except wire.BadMessage as error:
                self.stop()
                raise proxies.Stopped(f"what came back cannot be read: {error}") from None

    def _ticket(self, request: process.Request) -> int:
        """Send a request, unless it was sent ahead, and return its number."""
        if self.ahead:
            ticket, known = self.ahead.popleft()
            if known != request:
                raise RuntimeError(f"{request[:1]} is asked of a spare that was sent {known[:1]} ahead")
            return ticket
        ticket = secrets.randbits(62)
        self._send([ticket, request])
        return ticket

    def _called(self, number: int, arguments: Any, named: Any) -> list[Any]:
        """Call a function of ours for the box."""
        try:
            came = self.fetch(number)(*reading.decode(arguments, self), **reading.decode(named, self))
            return ["value", writing.encode(came, self)]
        except (wire.BadMessage, proxies.Stopped):
            raise
        except Exception as error:
            return proxies.raised(error, self)

    def _send(self, message: Any) -> None:
        if self.process is None:
            raise proxies.Stopped("it has been ended")
        try:
            process.write(self.process, message)
        except BrokenPipeError:
            self._gone()

    def _receive(self, ticket: int) -> Any:
        """Return the next message, which has to carry the number of the request that it belongs to."""
        match wire.unpacked(self._exactly(wire.length_of(self._exactly(4)))):
            case [int(found), message, *same] if found == ticket:
                self.same = same == [True]
                self.got = {} if same == [False] else self.got
                return message
        raise wire.BadMessage("nobody asked for it")

    def _exactly(self, size: int) -> bytes:
        if self.process is None or self.process.stdout is None:
            raise proxies.Stopped("it has been ended")
        content = bytearray()
        number = self.process.stdout.fileno()
        while len(content) < size:
            left = self.clock.left(self.seconds)
            if left <= 0:
                self.stop()
                raise proxies.Stopped("it takes too long, perhaps a loop without an end")
            if not select.select([number], [], [], left)[0]:
                continue
            piece = os.read(number, min(size - len(content), 2**20))
            if not piece:
                self._gone()
            content += piece
        return bytes(content)

    def _gone(self) -> None:
        self.stop()
        if self.watch is not None and self.watch.over:
            raise proxies.Stopped(f"its processes took more than {memory.MOST / 2**30:g} GB of memory together")
        raise proxies.Stopped("it ended Python: exit, a crash, or too much memory")

    def keep(self, value: object) -> int:
        self.kept.append(value)
        return len(self.kept) - 1

    def fetch(self, number: int) -> Any:
        return self.kept[number]

    def proxy(self, number: int, kind: str, told: dict[str, str]) -> object:
        return proxies.class_of(kind)(self.ask, number, kind, told)

    def twin(self, number: int, kind: str, asked: tuple[str, ...], held: Any) -> object:
        return proxies.twin(self.ask, number, kind, asked, held)

    def name_of(self, value: object) -> str:
        return wire.name_among(self.shared, value)

    def named(self, name: str) -> object:
        return self.shared[name]

    def arrow(self, number: int, name: str, source: tinyml.Space, target: tinyml.Space) -> object:
        return proxies.RemoteArrow(self.ask, number, name, source, target)

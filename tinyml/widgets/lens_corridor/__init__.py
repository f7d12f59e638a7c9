"""LensCorridor: rooms in a row, a number that walks through them, a message that comes back, and what both cost."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, NamedTuple, cast, final

import traitlets

from tinyml.ch01_objects.domain import Product
from tinyml.ch11_lens.lenses import AnyLens, lens
from tinyml.ch11_lens.ports import NUMBERS
from tinyml.ch11_lens.remembering import BarePair, Bracket, Meter, bracketed, in_segments
from tinyml.draw.picture import ACCENT, FLOOR, LINE, QUIET, document, rectangle, text
from tinyml.widgets.widget import Count, Widget

WAYS = ("pairs", "notes", "segments")
BRACKETS = ("left", "balanced", "right")
LONGEST, START, MESSAGE, IN_A_ROW = 32, 1.0, 1.0, 8


class Event(NamedTuple):
    """A forward (`there`) or a backward of one room, the number that it made, and the numbers held when it began."""

    there: bool
    room: int
    made: float
    held: int


@final
@dataclass(frozen=True)
class Run:
    """One message carried back through a corridor: every event, measured by a meter on the lenses that were run."""

    events: tuple[Event, ...]
    arrives: float
    forwards: int
    most: int

    def seen(self, walked: int) -> tuple[Event, ...]:
        """Return the events of the first so many per cent of the run."""
        return self.events[: walked * len(self.events) // 100]

    def told(self) -> str:
        """Return all events in a line: the room, where to, and what was held."""
        return " ".join(f"{own.room}{'>' if own.there else '<'}{own.held}" for own in self.events)


@cache
def run_of(way: str, bracket: str, length: int, segment: int) -> Run:
    """Run a corridor of sines with the package's own lenses, or bare pairs, that say when they are run."""
    meter, events = Meter(), list[Event]()

    def room(number: int) -> tuple[Callable[[float], float], Callable[[float, float], float]]:
        def get(at: float) -> float:
            made = math.sin(at)
            events.append(Event(True, number, made, meter.held))
            return made

        def put(at: float, change: float) -> float:
            made = math.cos(at) * change
            events.append(Event(False, number, made, meter.held))
            return made

        return meter.counting(get), put

    rooms, how = [room(number) for number in range(1, length + 1)], cast("Bracket", bracket)
    if way == "pairs":
        arrives = bracketed([BarePair(*own) for own in rooms], how).put(START, MESSAGE)
    else:
        row: list[AnyLens] = [meter.holding(lens("sine", NUMBERS, NUMBERS, *cast("Any", own))) for own in rooms]
        if way == "segments":
            row = [meter.holding(own) for own in in_segments(row, segment)]
        arrives = bracketed(row, how).put(Product(START, MESSAGE))
    return Run(tuple(events), arrives, meter.forwards, meter.most)


@final
class LensCorridor(Widget):
    """A corridor of `length` rooms that remember in one `way`; `walked` is how much of the run is over, in per cent.

    `bracket` matters to bare pairs alone, and `segment`, the rooms in a segment, to segments.
    """

    name: ClassVar[str] = "lens_corridor"

    way = traitlets.Enum(WAYS, "pairs").tag(sync=True, setting=True)
    bracket = traitlets.Enum(BRACKETS, "left").tag(sync=True, setting=True)
    length = Count(8, min=1, max=LONGEST).tag(sync=True, setting=True)
    segment = Count(4, min=1, max=LONGEST).tag(sync=True, setting=True)
    walked = Count(0, min=0, max=100).tag(sync=True, setting=True)

    def run(self) -> Run:
        return run_of(self.way, self.bracket, self.length, self.segment)

    def references(self) -> dict[str, Any]:
        return canonical_references()

    def shown(self) -> dict[str, float]:
        own = self.run()
        return {"forwards": float(own.forwards), "most": float(own.most), "arrives": own.arrives}

    def fallback_svg(self) -> str:
        seen = self.run().seen(self.walked)
        marks = [text(20, 26, f"{self.length} rooms, {self.way}: how often each sine was taken so far")]
        for place in range(self.length):
            x, y = 20 + 74 * (place % IN_A_ROW), 44 + 52 * (place // IN_A_ROW)
            taken = sum(own.there and own.room == place + 1 for own in seen)
            back = any(not own.there and own.room == place + 1 for own in seen)
            marks.append(rectangle(x, y, 66, 42, stroke=FLOOR if back else ACCENT if taken else LINE))
            marks.append(text(x + 6, y + 15, str(place + 1), fill=QUIET, size=11))
            marks.append(text(x + 33, y + 31, str(taken), anchor="middle"))
        return document(640, 60 + 52 * (1 + (self.length - 1) // IN_A_ROW), marks)

    @property
    def alt(self) -> str:
        return f"{self.length} rooms in a row, each with the number of times that its sine was taken."

    @property
    def caption(self) -> str:
        own = self.run()
        seen = own.seen(self.walked)
        forwards = sum(event.there for event in seen)
        return (
            f"After {len(seen)} of {len(own.events)} events: {forwards} forwards. In the whole run: {own.forwards} "
            f"forwards, at most {own.most} numbers held, and {own.arrives:.6f} arrives at the entrance."
        )


@cache
def canonical_references() -> dict[str, Any]:
    """Return the reference values that the page recomputes, under the same names."""
    values: dict[str, Any] = {}
    for way, bracket, length, segment in (
        *(("pairs", bracket, length, 4) for bracket in BRACKETS for length in (1, 2, 7, 8, LONGEST)),
        *(("notes", "left", length, 4) for length in (1, 8, LONGEST)),
        *(("segments", "left", length, segment) for length in (1, 8, 10, LONGEST) for segment in (1, 3, 4, LONGEST)),
    ):
        own = run_of(way, bracket, length, segment)
        key = f"{length} rooms, {way}, {bracket}, {segment}"
        values[f"totals: {key}"] = [own.forwards, own.most, own.arrives]
        values[f"events: {key}"] = own.told()
        values[f"numbers: {key}"] = [event.made for event in own.events[:40]]
    return values

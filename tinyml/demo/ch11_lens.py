"""Lenses: what does the way back cost?

A lens and its two arrows, and one change carried back through 32 lenses: in three ways, paid for in two coins.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from tinyml.ch01_objects.domain import Product
from tinyml.ch10_tape.context import Context
from tinyml.ch10_tape.rings import FLOAT
from tinyml.ch10_tape.tape import loss_graph, seed_scalar_loss
from tinyml.ch11_lens.lenses import AnyLens, lens
from tinyml.ch11_lens.ports import NUMBERS, Number, NumberChange
from tinyml.ch11_lens.remembering import BarePair, Meter, bracketed, in_segments
from tinyml.ch11_lens.taped import ContextChange, lens_of_graph
from tinyml.demo.telling import DATASET, START

LENGTH = 32
AT, SEED = Number(1.0), NumberChange(1.0)


def lines() -> Iterator[str]:
    square = lens("square", NUMBERS, NUMBERS, lambda a: Number(a * a), lambda a, db: NumberChange(2 * a * db))
    yield from map(repr, (square, square.get, square.put))
    found = set[float]()
    for told, carry_back in WAYS.items():
        meter = Meter()
        found.add(carry_back(meter))
        yield f"{LENGTH} sines {told}: {meter}"
    yield f"the same change each time: {len(found) == 1}"
    graph, start = loss_graph(DATASET), Context.of(FLOAT, START.embedding, START.lm_head, START.bias)
    seed = seed_scalar_loss(graph.eval(start))
    by_lens = lens_of_graph(graph).put(Product(start, ContextChange(seed)))
    yield f"the way back of the tape is a put: {by_lens == graph.vjp(start, seed)}"


def sine(at: Number) -> Number:
    return Number(math.sin(at))


def sine_back(at: Number, change: NumberChange) -> NumberChange:
    return NumberChange(math.cos(at) * change)


def rooms(meter: Meter) -> list[AnyLens]:
    return [meter.holding(lens("sine", NUMBERS, NUMBERS, meter.counting(sine), sine_back))] * LENGTH


def as_pairs(meter: Meter) -> float:
    return bracketed([BarePair(meter.counting(sine), sine_back)] * LENGTH, "left").put(AT, SEED)


def as_optics(meter: Meter) -> float:
    return float(bracketed(rooms(meter), "left").put(Product(AT, SEED)))


def in_fours(meter: Meter) -> float:
    segments = [meter.holding(own) for own in in_segments(rooms(meter), 4)]
    return float(bracketed(segments, "left").put(Product(AT, SEED)))


WAYS = {"as bare pairs": as_pairs, "as optics": as_optics, "in segments of 4": in_fours}

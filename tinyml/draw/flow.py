"""Flows: distributions as columns of bars, with ribbons between them as wide as the probability that they carry.

    merging(d, f)         d, where f sends each outcome, and d.map(f): what becomes equal is one bar
    paths(d, k, m, ...)   d, d.bind(k), d.bind(k).bind(m), ...: a ribbon for each draw that can follow another

A bar is as tall as its probability, so every column has the same height in all, its gaps aside.  `Dist` computes the
bars; the ribbons that end at one are what was added up to it.  Checked by tests/draw/test_flow.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, final

from tinyml.ch01_objects.quantities import TokenId
from tinyml.ch06_functors.dist import Dist
from tinyml.draw.drawing import Drawing, drawing
from tinyml.draw.svg import text, wide
from tinyml.errors import EmptyInput

FULL, BAR, GAP, LABEL, THIN, REACH = 180.0, 12.0, 6.0, 20.0, 10.0, 64.0
"""In pixels: the height of a bar of probability 1, the width of every bar, the gap below it, the least height of a row
with a label, the height below which a ribbon would strike its label through, and how far one goes beyond its label."""

Ribbons = Mapping[tuple[Any, Any], float]
"""The probability that goes from an outcome of one column to one of the next."""


@final
@dataclass(frozen=True, slots=True)
class Flow:
    """Columns of bars, and what goes from each to the next."""

    columns: tuple[Dist[Any], ...]
    ribbons: tuple[Ribbons, ...]

    def told(self) -> str:
        """Say the bars of each column, and where the most comes from for a bar that several ribbons end at."""
        sentences = [_listed(self.columns[0])]
        for column, ribbons in zip(self.columns[1:], self.ribbons, strict=True):
            sentences.append(f"Then {_listed(column)}")
            for end in column.weights:
                coming = [(share, _name(start)) for (start, other), share in ribbons.items() if other == end]
                if len(coming) > 1:
                    share, start = max(coming)
                    sentences.append(f"To {_name(end)} most comes from {start}, {share:.2g}.")
        return " ".join(sentences)


def merging(start: Dist[Any], function: Callable[[Any], Any], title: str = "") -> Drawing:
    """Draw a distribution and its pushforward along a function, with a ribbon from each outcome to its goal."""
    return paths(start, lambda outcome: Dist.certain(function(outcome)), title=title or "A pushforward")


def paths(start: Dist[Any], *follow: Callable[[Any], Dist[Any]], title: str = "") -> Drawing:
    """Draw a distribution and those of one draw after another; `follow` says how each outcome leads on.

    Raises `EmptyInput` when nothing follows, and what `Dist.bind` raises.
    """
    flow = flow_of(start, *follow)
    width, height, marks = placed(flow)
    title = title or "Paths, as wide as they are likely"
    return drawing(width, height, marks, title, flow.told())


def flow_of(start: Dist[Any], *follow: Callable[[Any], Dist[Any]]) -> Flow:
    """Compute the columns and ribbons of `paths`."""
    if not follow:
        raise EmptyInput("ways to follow an outcome", "a flow has at least two columns")
    columns, ribbons = [start], list[Ribbons]()
    for kernel in follow:
        columns.append(columns[-1].bind(kernel))
        ribbons.append(_carried(columns[-2], columns[-1], kernel))
    return Flow(tuple(columns), tuple(ribbons))


def _carried(before: Dist[Any], after: Dist[Any], kernel: Callable[[Any], Dist[Any]]) -> Ribbons:
    led = {outcome: kernel(outcome).weights for outcome in before.weights}
    pairs = [(outcome, then) for outcome in before.weights for then in after.weights if then in led[outcome]]
    return {(outcome, then): float(before.weights[outcome] * led[outcome][then]) for outcome, then in pairs}


def placed(flow: Flow) -> tuple[float, float, list[str]]:
    """Return the width and height of a flow, and its marks, ribbons first."""
    labels = [{outcome: f"{_name(outcome)} {weight:.2g}" for outcome, weight in _floats(c)} for c in flow.columns]
    stacks = [_stacked(column) for column in flow.columns]
    tops = [own for own, _, _ in stacks]
    x, bars, ribbons = 0.0, list[str](), list[str]()
    for number, column in enumerate(flow.columns):
        for outcome, weight in _floats(column):
            bars.append(_bar(x, tops[number][outcome], weight * FULL))
            bars.append(text(x + BAR + 6, stacks[number][1][outcome], labels[number][outcome], "start"))
        label = BAR + 6 + max(map(wide, labels[number].values()))
        if number < len(flow.ribbons):
            there = x + label + REACH
            ribbons += _between(x + BAR, tops[number], there, tops[number + 1], flow.ribbons[number])
            x = there
        else:
            x += label
    return x, max(height for _, _, height in stacks), ribbons + bars


def _stacked(column: Dist[Any]) -> tuple[dict[Any, float], dict[Any, float], float]:
    """Return where each bar begins, one below the other, the height of each label, and that of the whole column.

    A label is in the middle of its bar, and above a thin one.
    """
    tops, labels, y = dict[Any, float](), dict[Any, float](), 0.0
    for outcome, weight in _floats(column):
        tall = weight * FULL
        row = max(tall, LABEL)
        thin = tall < THIN
        tops[outcome] = y + (row - tall) / (1 if thin else 2)
        labels[outcome] = tops[outcome] + (-8 if thin else tall / 2)
        y += row + GAP
    return tops, labels, y - GAP


def _between(
    x0: float, here: Mapping[Any, float], x1: float, there: Mapping[Any, float], ribbons: Ribbons
) -> list[str]:
    """Draw the ribbons between two columns: those of one bar leave it, and arrive at one, side by side."""
    leaving, arriving, marks = dict(here), dict(there), list[str]()
    for (start, end), share in ribbons.items():
        marks.append(_ribbon(x0, leaving[start], x1, arriving[end], share * FULL))
        leaving[start] += share * FULL
        arriving[end] += share * FULL
    return marks


def _bar(x: float, y: float, tall: float) -> str:
    return (
        f'<rect x="{x:.2f}" y="{y:.2f}" width="{BAR:g}" height="{tall:.2f}" fill="currentColor" stroke="currentColor"/>'
    )


def _ribbon(x0: float, y0: float, x1: float, y1: float, tall: float) -> str:
    middle = (x0 + x1) / 2
    over = f"M{x0:.2f} {y0:.2f}C{middle:.2f} {y0:.2f} {middle:.2f} {y1:.2f} {x1:.2f} {y1:.2f}"
    under = f"v{tall:.2f}C{middle:.2f} {y1 + tall:.2f} {middle:.2f} {y0 + tall:.2f} {x0:.2f} {y0 + tall:.2f}Z"
    return f'<path d="{over}{under}" fill="currentColor" fill-opacity="0.2"/>'


def _floats(column: Dist[Any]) -> list[tuple[Any, float]]:
    return [(outcome, float(weight)) for outcome, weight in column.weights.items()]


def _name(outcome: Any) -> str:
    """Return a token as its number, a text as it is, and anything else as Python writes it."""
    if isinstance(outcome, TokenId):
        return str(outcome.index)
    return outcome if isinstance(outcome, str) else repr(outcome)


def _listed(column: Dist[Any]) -> str:
    return ", ".join(f"{_name(outcome)} {weight:.2g}" for outcome, weight in _floats(column)) + "."

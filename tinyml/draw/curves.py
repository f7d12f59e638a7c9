"""Curves of runs: what was measured at each step, on an axis of powers of ten.

    curves({"rate 0.1": losses, ...}, across, up, title)    the value at place n belongs to step n
    curves(..., flags={"diverged": 10})                      with a flag on the first curve, at step 10

A value that is 0 or not finite has no power of ten, and its line has a gap there.  A line ends with its name beside it.
Checked by tests/draw/test_curves.py.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import final

from tinyml.draw.drawing import Drawing, drawing
from tinyml.draw.scale import has_a_power, powers_around
from tinyml.draw.svg import LINE, path, text, wide
from tinyml.errors import EmptyInput, OutOfRange

LEFT, TOP, WIDTH, HEIGHT = 52.0, 30.0, 220.0, 210.0
"""Where the curves are in their picture, in pixels; each flag above them takes a line more."""

DASHES = ("none", "8 3", "2 3", "9 3 2 3", "5 5")


@final
@dataclass(frozen=True, slots=True)
class Ground:
    """Where a step and a power of ten are in the picture: as many steps, and the powers from low to high."""

    steps: int
    low: int
    high: int
    top: float

    def at(self, step: float, power: float) -> tuple[float, float]:
        right = LEFT + WIDTH * step / max(self.steps - 1, 1)
        return right, self.top + HEIGHT * (self.high - power) / (self.high - self.low)


def curves(
    values: Mapping[str, Sequence[float]],
    across: str,
    up: str,
    title: str,
    *,
    flags: Mapping[str, int] | None = None,
) -> Drawing:
    """Draw up to five curves over the steps 0, 1, 2, …; the description says where each begins and ends.

    Raises `EmptyInput` for no curves or too many, and for one without a value above 0; `OutOfRange` for a flag at a
    step that the first curve does not have.
    """
    if not 0 < len(values) <= len(DASHES):
        raise EmptyInput("curves of a picture", "one to five are needed")
    lines = {name: [(n, float(v)) for n, v in enumerate(row) if has_a_power(v)] for name, row in values.items()}
    for name, line in lines.items():
        if not line:
            raise EmptyInput(f"curve {name!r}", "at least one value above 0 is needed")
    first, flags = next(iter(values)), flags or {}
    for name, step in flags.items():
        if not 0 <= step < len(values[first]):
            raise OutOfRange(f"step of the flag {name!r}", step, len(values[first]))
    powers = powers_around([value for line in lines.values() for _, value in line])
    ground = Ground(max(map(len, values.values())), *powers, TOP + LINE * len(flags))
    marks = [*_axes(ground, across, up), *_lines(lines, ground)]
    for lane, (name, step) in enumerate(flags.items()):
        marks += _flag(f"{name} at {step}", ground, step, TOP + LINE * lane)
    told = " ".join(_told(name, line) for name, line in lines.items())
    told += f" Flags on {first}: {', '.join(f'{name} at {step}' for name, step in flags.items())}." if flags else ""
    width = LEFT + WIDTH + 8 + max(map(wide, values))
    return drawing(width, ground.top + HEIGHT + 52, marks, title, told)


def _axes(ground: Ground, across: str, up: str) -> list[str]:
    x, bottom = ground.at(0, ground.low)
    marks = [text(0, 8, up, "start"), text(LEFT + WIDTH / 2, bottom + 40, across)]
    marks += [path(x, bottom, LEFT + WIDTH, bottom), path(x, ground.top, x, bottom)]
    for step in range(0, ground.steps, _spacing(ground.steps - 1)):
        x, _ = ground.at(step, ground.low)
        marks += [path(x, bottom, x, bottom + 5), text(x, bottom + 18, str(step))]
    size = _spacing(ground.high - ground.low)
    for power in range(size * math.ceil(ground.low / size), ground.high + 1, size):
        x, y = ground.at(0, power)
        marks += [path(x - 5, y, x, y), text(x - 9, y, f"1e{power}", "end")]
    return marks


def _lines(lines: Mapping[str, Sequence[tuple[int, float]]], ground: Ground) -> list[str]:
    """Draw each line with its name where it ends."""
    spots = {name: [(n, *ground.at(n, math.log10(value))) for n, value in line] for name, line in lines.items()}
    heights = _apart({name: line[-1][2] for name, line in spots.items()})
    drawn = [_curve(line, dash) for line, dash in zip(spots.values(), DASHES, strict=False)]
    return drawn + [text(spots[name][-1][1] + 8, y, name, "start") for name, y in heights.items()]


def _spacing(last: int) -> int:
    """Return the least of 1, 2, 5, 10, 20, … of which so many steps, or powers, hold five or fewer."""
    unit: int = 10 ** max(0, math.floor(math.log10(max(last, 1))) - 1)
    return next(unit * k for k in (1, 2, 5, 10, 20) if last <= 5 * unit * k)


def _apart(heights: Mapping[str, float]) -> dict[str, float]:
    """Move names down until no two are on one line."""
    moved, before = dict[str, float](), -math.inf
    for name in sorted(heights, key=heights.__getitem__):
        before = moved[name] = max(heights[name], before + 14)
    return moved


def _curve(line: Sequence[tuple[int, float, float]], dash: str) -> str:
    """Draw a line through its spots, with a gap where a step is missing."""
    before, pieces = -2, list[str]()
    for step, x, y in line:
        pieces.append(f"{'L' if step == before + 1 else 'M'}{x:.1f} {y:.1f}")
        before = step
    return f'<path d="{"".join(pieces)}" fill="none" stroke="currentColor" stroke-width="2" stroke-dasharray="{dash}"/>'


def _flag(label: str, ground: Ground, step: int, y: float) -> list[str]:
    """Draw a pole from the axis of the steps up to y, and there a flag with its name, on the side with more room."""
    (x, foot), side = ground.at(step, ground.low), 1 if 2 * step < ground.steps else -1
    cloth = f'<path d="M{x:.4g} {y - 7:.4g}L{x + side * 12:.4g} {y - 2:.4g}L{x:.4g} {y + 3:.4g}Z" fill="currentColor"/>'
    pole = f'<g stroke-opacity="0.5">{path(x, foot, x, y - 7)}</g>'
    return [pole, cloth, text(x + side * 18, y - 2, label, "start" if side > 0 else "end")]


def _told(name: str, line: Sequence[tuple[int, float]]) -> str:
    (start, begins), (end, ends) = line[0], line[-1]
    return f"{name}: {_about(begins)} at step {start}, {_about(ends)} at step {end}."


def _about(value: float) -> str:
    """Write three digits, or, of what is far from 1, its power of ten alone: its digits are those of one machine."""
    return f"{value:.3g}" if 1e-6 < value < 1e6 else f"about 1e{round(math.log10(value))}"

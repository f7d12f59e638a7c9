"""Pictures for pages without JavaScript: small SVG documents, the same bytes on every run.

They are shown as `<img>`, so they bring their own pale ground and depend on no style of the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

INK, QUIET, LINE, ACCENT, FLOOR = "#1c2430", "#55606e", "#d5dae1", "#1f5fae", "#1d6b35"


def document(width: int, height: int, parts: Sequence[str]) -> str:
    """Return a complete SVG document of this size from its parts."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="system-ui, sans-serif" font-size="13" fill="{INK}">'
        f'<rect width="{width}" height="{height}" rx="8" fill="#ffffff"/>{"".join(parts)}</svg>'
    )


def text(x: float, y: float, words: str, *, anchor: str = "start", fill: str = INK, size: int = 13) -> str:
    """Return a line of text whose baseline starts, ends or is centred at (x, y)."""
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" fill="{fill}" font-size="{size}">{escape(words)}</text>'


def line(x1: float, y1: float, x2: float, y2: float, *, stroke: str = QUIET, dash: str = "none") -> str:
    """Return a straight line."""
    return (
        f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" stroke="{stroke}" '
        f'stroke-width="1.5" stroke-dasharray="{dash}"/>'
    )


def rectangle(x: float, y: float, width: float, height: float, *, fill: str = "#f3f5f8", stroke: str = "none") -> str:
    """Return a rectangle."""
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" fill="{fill}" stroke="{stroke}"/>'


def loss_curve(losses: Sequence[float], *, floor: float, top: float, at: int) -> str:
    """Return a picture of losses by step count with the entropy floor and the point at step `at`.

    The curve ends where it meets `top`, at most 30, or where a loss is not finite.
    """
    width, height, left, right, up, down = 640, 300, 52, 620, 24, 252
    across = (right - left) / max(len(losses) - 1, 1)

    def place(step: float, loss: float) -> tuple[float, float]:
        return left + step * across, down - (down - up) * min(loss, top) / top

    parts = [line(left, down, right, down), line(left, up, left, down)]
    spacing = next(size for size in (0.1, 0.2, 0.5, 1.0, 2.0, 5.0) if top / size <= 6)
    for k in range(int(top / spacing) + 1):
        y = place(0, k * spacing)[1]
        parts += [line(left, y, right, y, stroke=LINE), text(left - 6, y + 4, f"{k * spacing:.3g}", anchor="end")]
    for k in range(5):
        step = (len(losses) - 1) * k // 4
        parts.append(text(left + step * across, down + 18, str(step), anchor="middle"))
    drawn: list[tuple[float, float]] = []
    for step, loss in enumerate(losses):
        if loss > top and drawn:
            share = (top - losses[step - 1]) / (loss - losses[step - 1])
            drawn.append((place(step - 1 + share, 0)[0], up))
        if not loss <= top:  # nan as well
            break
        drawn.append(place(step, loss))
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in drawn)
    parts.append(f'<polyline points="{points}" fill="none" stroke="{ACCENT}" stroke-width="2.5"/>')
    y = place(0, floor)[1]
    parts += [
        line(left, y, right, y, stroke=FLOOR, dash="4 3"),
        text(right, y - 6, "entropy floor", anchor="end", fill=FLOOR),
    ]
    if at < len(losses) and losses[at] <= top:
        x, y = place(at, losses[at])
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6" fill="{ACCENT}" stroke="#ffffff" stroke-width="2"/>')
        anchor = "end" if x > width / 2 else "start"
        parts.append(text(x + (-10 if anchor == "end" else 10), max(y - 12, 14), f"{losses[at]:.6f}", anchor=anchor))
    parts += [text((left + right) / 2, height - 10, "StepCount", anchor="middle"), text(8, 15, "loss")]
    return document(width, height, parts)


def bars(title: str, labels: Sequence[str], values: Sequence[float], *, marked: int = -1) -> str:
    """Return a picture of bars from a common zero line, one per label; the marked one has another colour."""
    low, high = min(0.0, *values), max(0.0, *values)
    left, right, tall = 150, 560, 28
    scale = (right - left) / ((high - low) or 1.0)
    zero = left - low * scale
    parts = [text(20, 24, title)]
    for number, (label, value) in enumerate(zip(labels, values, strict=True)):
        y = 40 + tall * number
        start, end = sorted((zero, zero + value * scale))
        fill = ACCENT if number == marked else QUIET
        parts.append(text(90, y + 15, label, anchor="end"))
        parts.append(rectangle(start, y, max(end - start, 1.0), tall - 8, fill=fill))
        parts.append(text(end + 6, y + 15, f"{value:.6f}"))
    bottom = 40 + tall * len(labels)
    parts.append(line(zero, 36, zero, bottom))
    return document(640, bottom + 12, parts)


def staffs(rows: Sequence[tuple[str, Sequence[tuple[int, bool]]]]) -> str:
    """Return a picture of rows of notes, each a token from 0 to 4 and whether it is as it should be.

    A note is at the height of its token and has its number in it: round when it is as it should be, else square.
    """
    width, left, right, tall, size = 640, 48, 620, 24, 10
    high = 5 * tall + 46
    parts: list[str] = []
    for number, (title, notes) in enumerate(rows):
        top = number * high + 32
        parts.append(text(20, top - 10, title))
        for token in range(5):
            y = top + (4.5 - token) * tall
            parts += [line(left, y, right, y, stroke=LINE), text(24, y + 4, str(token), fill=QUIET)]
        for place, (token, good) in enumerate(notes):
            x, y = left + (place + 0.5) * (right - left) / len(notes), top + (4.5 - token) * tall
            parts.append(
                f'<circle cx="{x:g}" cy="{y:g}" r="{size}" fill="#ffffff" stroke="{ACCENT}" stroke-width="2"/>'
                if good
                else rectangle(x - size, y - size, 2 * size, 2 * size, stroke=INK)
            )
            parts.append(text(x, y + 4.5, str(token), anchor="middle"))
    return document(width, len(rows) * high, parts)

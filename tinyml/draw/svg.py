"""SVG marks: the text, boxes, wires and arrowheads that diagrams are made of, all in the colour of the text around.

Letters have one width, so that a label's width is known without a browser.  Checked by tests/draw/test_draw.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

LETTER, LINE, WIRE, BOX = 7.9, 18.0, 16.0, 32.0
"""Width of a letter, height of a line of text, of a wire between text and box, and of a box, in pixels."""


def wide(label: str) -> float:
    return LETTER * len(label)


def text(x: float, y: float, label: str, anchor: str = "middle") -> str:
    return f'<text x="{x:.4g}" y="{y + 4.5:.4g}" text-anchor="{anchor}">{escape(label, quote=False)}</text>'


def lines(x: float, y: float, labels: Sequence[str], anchor: str = "middle") -> list[str]:
    return [text(x, y + 14 * n, label, anchor) for n, label in enumerate(labels)]


def wrapped(label: str, longest: int = 16) -> list[str]:
    """Cut a label after commas and before ≠, so that its lines have no more letters than this, where these allow it.

    >>> wrapped("[1, 2, 3, 4] ≠ [1, 2, 3, 4, 1, 2, 3, 4]", 14)
    ['[1, 2, 3, 4]', '≠ [1, 2, 3, 4,', '1, 2, 3, 4]']
    """
    rows: list[str] = []
    for piece in label.replace(", ", ",\n").replace(" ≠ ", "\n≠ ").split("\n"):
        if rows and len(f"{rows[-1]} {piece}") <= longest:
            rows[-1] += f" {piece}"
        else:
            rows.append(piece)
    return rows


def box(x: float, y: float, width: float, label: str) -> str:
    shape = f'<rect x="{x + 0.75:.4g}" y="{y:.4g}" width="{width - 1.5:.4g}" height="{BOX:g}" rx="5"'
    paint = 'fill="currentColor" fill-opacity="0.07" stroke="currentColor"/>'
    return f"{shape} {paint}{text(x + width / 2, y + BOX / 2, label)}"


def path(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<path d="M{x1:.4g} {y1:.4g}L{x2:.4g} {y2:.4g}" fill="none" stroke="currentColor"/>'


def curve(x1: float, y1: float, x2: float, y2: float, *, tip: bool = False) -> str:
    middle = (y1 + y2) / 2
    bend = f"M{x1:.4g} {y1:.4g}C{x1:.4g} {middle:.4g} {x2:.4g} {middle:.4g} {x2:.4g} {y2:.4g}"
    line = f'<path d="{bend}" fill="none" stroke="currentColor"/>'
    return line + (point(x2, y2, 0.0, 1.0) if tip else "")


def head(x1: float, y1: float, x2: float, y2: float) -> str:
    length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5 or 1.0
    return path(x1, y1, x2, y2) + point(x2, y2, (x2 - x1) / length, (y2 - y1) / length)


def point(x: float, y: float, dx: float, dy: float) -> str:
    """Draw the point of an arrow at (x, y), in the direction (dx, dy)."""
    sides = [(x - 8 * dx + s * 4 * dy, y - 8 * dy - s * 4 * dx) for s in (1, -1)]
    return f'<path d="M{x:.4g} {y:.4g}{"".join(f"L{u:.4g} {v:.4g}" for u, v in sides)}Z" fill="currentColor"/>'


def document(width: float, height: float, marks: Sequence[str], title: str, description: str) -> str:
    """Return a whole drawing; a screen reader says its title and description."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(f"{title}. {description}")}" '
        f'viewBox="-6 -2 {width + 12:.4g} {height + 4:.4g}" width="{width + 12:.4g}" height="{height + 4:.4g}" '
        f'style="max-width:100%;height:auto" font-family="ui-monospace, monospace" font-size="13" fill="currentColor">'
        f"<title>{escape(title, quote=False)}</title><desc>{escape(description, quote=False)}</desc>"
        f"{''.join(marks)}</svg>"
    )

"""What is on the sheets of a PDF that Chromium prints: how large they are, and where on them links are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import final

POINTS_A_MILLIMETRE = 72 / 25.4
OBJECT = re.compile(rb"^(\d+) 0 obj\b(.*?)^endobj\b", re.DOTALL | re.MULTILINE)
PAGE = re.compile(rb"/Type\s*/Page\b")
BOX = re.compile(rb"/MediaBox\s*\[([-\d.\s]+)\]")
ANNOTATIONS = re.compile(rb"/Annots\s*\[([^\]]*)\]")
PLACE = re.compile(rb"/Rect\s*\[([-\d.\s]+)\]")
ADDRESS = re.compile(rb"/URI\s*\(([^)]*)\)")


@final
@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its width and height, and for each link its address and the middle of it from the upper left, in mm."""

    width: float
    height: float
    links: list[tuple[str, float, float]]


def numbers(found: re.Match[bytes] | None) -> list[float]:
    """Return the numbers of a box, in millimetres."""
    if found is None:
        raise ValueError("a PDF of another kind: its pages or links have no box")
    return [float(number) / POINTS_A_MILLIMETRE for number in found[1].split()]


def sheets_of(pdf: bytes) -> list[Sheet]:
    """Return the sheets of a PDF whose objects are not compressed, as Chromium writes them."""
    objects = {int(number): body for number, body in OBJECT.findall(pdf)}
    return [sheet_of(body, objects) for body in objects.values() if PAGE.search(body)]


def sheet_of(page: bytes, objects: dict[int, bytes]) -> Sheet:
    left, bottom, right, top = numbers(BOX.search(page))
    listed = ANNOTATIONS.search(page)
    links = []
    for number in re.findall(rb"(\d+) 0 R", listed[1] if listed else b""):
        link = objects[int(number)]
        if address := ADDRESS.search(link):
            x1, y1, x2, y2 = numbers(PLACE.search(link))
            links.append((address[1].decode(), (x1 + x2) / 2 - left, top - (y1 + y2) / 2))
    return Sheet(right - left, top - bottom, links)

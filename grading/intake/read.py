"""Reading: the bytes that somebody handed in, turned into cells, whatever is wrong with them.

    read(bytes) = cells     or `Unreadable`, with the reason in words

Nothing is executed and nothing else is raised: a byte order mark, Latin-1, other ends of lines, notebooks of
format 3, missing metadata and outputs of any size are read; what is no notebook has its reason.
Law (tests/grading/test_read.py): no bytes make it raise anything but `Unreadable`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, final

from grading.intake.pictures import Picture, pictures_of

LARGEST_FILE = 64 * 2**20
LARGEST_CELL = 200_000
MOST_CELLS = 2000


class Unreadable(Exception):
    """A file that is no notebook; the message says why."""


@final
@dataclass(frozen=True, slots=True)
class Cell:
    """What grading needs of a cell: its kind, its text with its pictures, and the names under which it may be known."""

    kind: str
    source: str
    grade_id: str = ""
    id: str = ""
    pictures: tuple[Picture, ...] = ()


def read(content: bytes) -> list[Cell]:
    """Return the cells of a notebook."""
    if not content.strip():
        raise Unreadable("the file is empty")
    if len(content) > LARGEST_FILE:
        raise Unreadable(f"the file has {len(content) / 2**20:.0f} MB; {LARGEST_FILE // 2**20} MB are read at most")
    try:
        notebook = json.loads(decoded(content))
    except RecursionError:
        raise Unreadable("the file is nested too deeply") from None
    except MemoryError:
        raise Unreadable("the file takes too much memory") from None
    except ValueError as error:
        raise Unreadable(f"the file is not JSON: {error}") from None
    cells = cells_of(notebook)
    if len(cells) > MOST_CELLS:
        raise Unreadable(f"the notebook has {len(cells)} cells; {MOST_CELLS} are read at most")
    return [cell for cell in map(cell_of, cells) if cell is not None]


def decoded(content: bytes) -> str:
    """Return the text of a file in UTF-8, UTF-16 with its mark, or else Latin-1, which reads anything."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def cells_of(notebook: Any) -> list[Any]:
    """Return the raw cells of a notebook of format 4, or of 3 and before, which has them in worksheets."""
    if not isinstance(notebook, dict):
        raise Unreadable("the file is JSON, and no notebook")
    cells = notebook.get("cells")
    if cells is None and isinstance(sheets := notebook.get("worksheets"), list):
        cells = [cell for sheet in sheets if isinstance(sheet, dict) for cell in listed(sheet.get("cells"))]
    if not isinstance(cells, list):
        raise Unreadable("the file is JSON, and no notebook: it has no list of cells")
    return cells


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def mapping(value: Any) -> dict[Any, Any]:
    return value if isinstance(value, dict) else {}


def cell_of(raw: Any) -> Cell | None:
    """Return what a raw cell says, or None when it says nothing that can be read."""
    if not isinstance(raw, dict):
        return None
    source = raw.get("source", raw.get("input", ""))
    text = "".join(part for part in source if isinstance(part, str)) if isinstance(source, list) else source
    if not isinstance(text, str):
        return None
    text = text if len(text) <= LARGEST_CELL else instead_of(text, raw.get("cell_type"))
    text = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode()
    grader = mapping(mapping(raw.get("metadata")).get("nbgrader"))
    grade_id, own_id = grader.get("grade_id", ""), raw.get("id", "")
    return Cell(
        "code" if raw.get("cell_type") == "code" else "text",
        text,
        grade_id if isinstance(grade_id, str) else "",
        own_id if isinstance(own_id, str) else "",
        pictures_of(raw.get("attachments")),
    )


def instead_of(text: str, kind: object) -> str:
    """Return what stands in place of a text that is too long to be read, and says so."""
    words = f"this cell has {len(text):,} letters; {LARGEST_CELL:,} are read at most"
    return f"raise ValueError({words!r})" if kind == "code" else words

"""Pictures: what was pasted into a text, as far as it can be shown to whoever marks it.

    attachments of a cell  ->  pictures of kinds that a browser only draws, under names of our own

An SVG is a program as well as a picture, and is counted and left out, as what is too large or is no picture.
Checked by tests/grading/test_pictures.py.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, final

KINDS = {
    "image/png": (b"\x89PNG\r\n\x1a\n", "png"),
    "image/jpeg": (b"\xff\xd8\xff", "jpg"),
    "image/gif": (b"GIF8", "gif"),
}
"""How the bytes of a picture begin, and how its name ends."""
MOST_PICTURES, LARGEST_PICTURE = 10, 4 * 2**20
"""In one cell; and bytes of one."""


@final
@dataclass(frozen=True, slots=True)
class Picture:
    """A picture by its kind and its bytes, in base64; one that cannot be shown has no kind."""

    kind: str = ""
    data: str = ""

    @property
    def name(self) -> str:
        """A name that changes with the picture, so that a mark for it is looked at again."""
        return f"picture-{hashlib.sha256(self.data.encode()).hexdigest()[:8]}.{KINDS[self.kind][1]}"


def pictures_of(attachments: Any) -> tuple[Picture, ...]:
    """Return the pictures of a cell, whatever stands there."""
    if not isinstance(attachments, dict):
        return ()
    found = [picture_of(bundle) for bundle in attachments.values()]
    return tuple(one if number < MOST_PICTURES else Picture() for number, one in enumerate(found))


def picture_of(bundle: Any) -> Picture:
    for kind, (head, _) in KINDS.items():
        data = bundle.get(kind) if isinstance(bundle, dict) else None
        text = "".join(part for part in data if isinstance(part, str)) if isinstance(data, list) else data
        if isinstance(text, str) and len(text) <= LARGEST_PICTURE * 3 // 2:
            try:
                content = base64.b64decode("".join(text.split()), validate=True)
            except ValueError:
                continue
            if content.startswith(head) and len(content) <= LARGEST_PICTURE:
                return Picture(kind, base64.b64encode(content).decode())
    return Picture()


def shown(pictures: Iterable[Picture]) -> tuple[str, dict[str, dict[str, str]]]:
    """Return Markdown that shows pictures, and the attachments that it needs."""
    every = list(pictures)
    found = {one.name: {one.kind: one.data} for one in every if one.kind}
    lines = [f"![a picture of the learner's](attachment:{name})" for name in found]
    if hidden := sum(not one.kind for one in every):
        lines.append(f"Pictures in the file that cannot be shown here: {hidden}.")
    return "\n\n".join(lines), found

"""What every function of this folder returns: an inline SVG, with words for who does not see it.

Every label is read from what is drawn, so a picture cannot say what the code does not.  A drawing takes the colour of
the text around it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import final

from tinyml.draw.svg import document


@final
@dataclass(frozen=True, slots=True, repr=False)
class Drawing:
    """A picture: its SVG, or several side by side; a title, a description in words, and a note below it.

    The note has the outcome of a check, or how the picture is read.
    """

    svg: str
    title: str
    description: str
    note: str = ""

    def _repr_html_(self) -> str:
        note = f"<figcaption>{escape(self.note, quote=False)}</figcaption>" if self.note else ""
        return f'<figure class="tinyml-diagram">{self.svg}{note}</figure>'

    def __repr__(self) -> str:
        return f"{self.title}. {self.description}" + (f" {self.note}" if self.note else "")


def drawing(width: float, height: float, marks: Sequence[str], title: str, description: str, note: str = "") -> Drawing:
    """Return the drawing that these marks make on a sheet of so many pixels."""
    return Drawing(document(width, height, marks, title, description), title, description, note)

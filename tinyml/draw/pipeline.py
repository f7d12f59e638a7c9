"""An arrow as a string diagram: its parts as boxes, the spaces on the wires between them, read downwards.

f >> g goes down, f @ g stands side by side, f ** n stands in a frame.  Checked by tests/draw/test_draw.py.
"""

from __future__ import annotations

from typing import Any

from tinyml.ch02_arrows.category import Composite, Morphism
from tinyml.draw.drawing import Drawing, drawing
from tinyml.draw.string_diagram import layout, row_width, through, wires_of
from tinyml.draw.svg import LINE, WIRE, head, text


def pipeline(arrow: Morphism[Any, Any]) -> Drawing:
    """Draw an arrow as a string diagram: composition goes down, f @ g stands side by side, f ** n in a frame.

    >>> from tinyml import Embedding, ModelDimension, Parameters, VocabSize
    >>> pipeline(Embedding(Parameters.init(VocabSize(5), ModelDimension(4))))
    embedding : TokenId[5] -> Vector[4]. From TokenId[5] by embedding to Vector[4].
    """
    body, first, last = layout(arrow), wires_of(arrow.source), wires_of(arrow.target)
    width = max(body.width, row_width(first), row_width(last))
    left, reach = (width - body.width) / 2, LINE + WIRE
    marks = [body.placed(left, reach)]
    for label, x in zip(first, through(body.inputs, first), strict=True):
        marks += [text(left + x, LINE / 2, label), head(left + x, LINE, left + x, reach)]
    for label, x in zip(last, through(body.outputs, last), strict=True):
        bottom = reach + body.height
        marks += [head(left + x, bottom, left + x, bottom + WIRE), text(left + x, bottom + WIRE + LINE / 2, label)]
    parts = arrow.parts if isinstance(arrow, Composite) else (arrow,)
    told = f"From {arrow.source}" + "".join(f" by {part.name} to {part.target}" for part in parts) + "."
    return drawing(width, body.height + 2 * reach, marks, repr(arrow), told)

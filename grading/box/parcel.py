"""Parcels: a value on its way from one box to another that has run the same cells, as bytes.

    opened(packed(value)) = value       of the same class, with nothing of what else the first box remembers

pickle is what a cluster sends values with.  Both ends are boxes of one submission, which may run what it likes in
either.  A function that has no name in the notebook, such as the factory of a `defaultdict`, travels as its code.
Checked by tests/grading/test_box.py.
"""

from __future__ import annotations

import io
import marshal
import pickle
import sys
from types import CellType, CodeType, FunctionType
from typing import Any

NOTEBOOK = "__main__"


class Packer(pickle.Pickler):
    def reducer_override(self, value: Any) -> Any:
        """Take a function of the notebook's that nobody can find by its name apart."""
        own = type(value) is FunctionType and value.__globals__ is vars(sys.modules[NOTEBOOK])
        if not own or value.__globals__.get(value.__qualname__) is value:
            return NotImplemented
        held = tuple(cell.cell_contents for cell in value.__closure__ or ())
        return function_of, (marshal.dumps(value.__code__), value.__defaults__, held)


def function_of(code: bytes, defaults: tuple[Any, ...] | None, held: tuple[Any, ...]) -> FunctionType:
    """Build a function in this notebook."""
    parts: CodeType = marshal.loads(code)
    return FunctionType(parts, vars(sys.modules[NOTEBOOK]), None, defaults, tuple(map(CellType, held)))


def packed(value: object) -> bytes:
    """Return the bytes of a value; one of a class that only a function knows cannot be sent."""
    content = io.BytesIO()
    Packer(content).dump(value)
    return content.getvalue()


def opened(content: bytes) -> Any:
    return pickle.loads(content)

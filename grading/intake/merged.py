"""Merged: what a reader wrote into the cell of a check, whose name JupyterLab keeps when a check is merged upwards.

    beside(cell, given) = the lines of the cell that say something which was not given out

Checked by tests/grading/test_rebuild.py and, for every exercise, by tests/grading/test_rearranged.py.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable, Iterator

MAGIC = re.compile(r"^(\s*)(?:[%!?].*|.*=\s*[%!].*|.*\?\s*)$", re.MULTILINE)
"""A line that only IPython reads; in most cells that have one it stands for a statement."""
OPENS = "check.question("


def beside(cell: str, given: Iterable[str], stubs: Iterable[str] = ()) -> str:
    """Return what a cell gives names to, and with it what else was not given out; nothing where it is no Python.

    What was given out in the stub of an answer and asks for nothing is a part of that answer: it comes with what is
    new, or where nothing in the cell still asks.
    """
    known, begun = ({ast.dump(own) for text in texts for own in statements(text)} for texts in (given, stubs))
    body = [one for one in statements(cell) if ast.dump(one) not in known and OPENS not in ast.unparse(one)]
    fresh = [one for one in body if ast.dump(one) not in begun]
    own = [one for one in body if one in fresh or not asks(one)]
    if not any(True for _ in names_in(own if own == body else fresh)):
        return ""
    lines = cell.split("\n")
    return "\n".join(lines[number - 1] for number in sorted({number for one in own for number in lines_of(one)}))


def asks(statement: ast.stmt) -> bool:
    """Whether a statement has the three dots that stand where an answer is to be."""
    return any(isinstance(part, ast.Constant) and part.value is Ellipsis for part in ast.walk(statement))


def statements(source: str) -> list[ast.stmt]:
    """Return the statements of a cell, those that IPython alone reads as `pass`; none where it is no Python."""
    with warnings.catch_warnings(action="ignore"):
        for text in (source, MAGIC.sub(r"\1pass", source)):
            try:
                return ast.parse(text).body
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue
    return []


def lines_of(statement: ast.stmt) -> Iterable[int]:
    """Return the numbers of the lines of a statement, with its decorators."""
    first = min([statement.lineno, *(one.lineno for one in getattr(statement, "decorator_list", []))])
    return range(first, (statement.end_lineno or first) + 1)


def names_in(parts: Iterable[ast.AST]) -> Iterator[str]:
    """Yield the names that statements bind, and the statements inside them, but for those of functions and classes."""
    for part in parts:
        if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield part.name
        elif isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            yield part.id
        elif isinstance(part, ast.alias):
            yield part.asname or part.name
        elif not isinstance(part, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            yield from names_in(ast.iter_child_nodes(part))

"""Sealing: a released check cell carries the fingerprint of its own text, so that a changed one is noticed.

    check.question("loss-after", points=2, reread="chapter 5")
    check.question("loss-after", points=2, reread="chapter 5", seal="0f3a5c7e9b1d")      as it is given out

`tinyml.check` compares the two when the learner runs the cell.  nbgrader's gradebook keeps the cell as it was
before, with its hidden tests and without a seal, so that stock nbgrader can put it back.
Laws (tests/book/test_release.py): a seal fits the text that carries it; a text is sealed once, and differs in nothing
else.
"""

from __future__ import annotations

import ast
from typing import Any

from nbgrader import utils
from nbgrader.preprocessors import NbGraderPreprocessor

from tinyml.check.questions import seal_of


def opening(text: str) -> ast.Call:
    """Return the one call of `check.question` in the text of a check cell."""
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    opened = [call for call in calls if ast.unparse(call.func) == "check.question"]
    if len(opened) != 1:
        raise ValueError(f"a check cell opens one question with check.question; this one opens {len(opened)}:\n{text}")
    if any(keyword.arg == "seal" for keyword in opened[0].keywords):
        raise ValueError(f"this check cell has a seal already; the release writes it:\n{text}")
    return opened[0]


def sealed(text: str) -> str:
    """Return the text of a check cell with its seal behind the last argument of `check.question`."""
    call = opening(text)
    values = [*call.args, *(keyword.value for keyword in call.keywords)]
    line, column = max((value.end_lineno or 0, value.end_col_offset or 0) for value in values)
    lines = text.splitlines(keepends=True)
    cut = lines[line - 1].encode()
    lines[line - 1] = (cut[:column] + f', seal="{seal_of(text)}"'.encode() + cut[column:]).decode()
    return "".join(lines)


class SealChecks(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader has no types
    """Seal the check cells; it stands before the last of nbgrader's checksums, which then fit the sealed text."""

    def preprocess_cell(self, cell: Any, resources: Any, _index: int) -> tuple[Any, Any]:
        if cell.cell_type == "code" and utils.is_grade(cell) and not utils.is_solution(cell):
            cell.source = sealed(cell.source.rstrip())
        return cell, resources

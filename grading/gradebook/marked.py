"""Marked notebooks: the master with one submission's answers and verdicts in it, as nbgrader keeps them.

    marked(master, rebuilt, trouble, verdicts)        a valid notebook, whatever was handed in

Cells that are not answers come from the master, so nothing that a submission does to its notebook is left: cells
that were deleted, doubled, moved or given other metadata are as their author wrote them.  A text for a person to
mark has no tags in it and loads nothing, because formgrader shows it inside the instructor's Jupyter server; pictures
that were pasted into it are shown below it.
Such a notebook holds the hidden tests; `without_hidden` is what a learner may see of it.
Checked by tests/grading/test_gradebook.py and tests/grading/test_nbgrader.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import nbformat
from nbformat import NotebookNode
from nbgrader.utils import compute_checksum

from grading.intake.master import Master, MasterCell, cut, master_of
from grading.intake.pictures import shown
from grading.intake.rebuild import Rebuilt, same
from grading.marking.record import Verdict


def marked(master: bytes, rebuilt: Rebuilt, trouble: str = "", verdicts: Iterable[Verdict] = ()) -> NotebookNode:
    """Return the notebook of one submission; `trouble` says why it could not be read."""
    shape = master_of(master)
    notebook = filled(master, shape, rebuilt)
    if trouble:
        words = f"**This file could not be read:** {harmless(trouble)}"
        notebook.cells.insert(0, nbformat.v4.new_markdown_cell(words, id="unreadable"))
    write(notebook, by_cell(verdicts, shape))
    nbformat.validate(notebook)
    return notebook


def filled(master: bytes, shape: Master, rebuilt: Rebuilt) -> NotebookNode:
    """Return the master with the answers and the added cells of a submission, and without any output."""
    notebook: NotebookNode = nbformat.reads(master.decode(), as_version=4)
    roles = {cell.name: cell for cell in shape.cells}
    added = additions(shape, rebuilt)
    cells = [new_code(source, f"added-{number}") for number, source in enumerate(added.get("", []))]
    for place, cell in enumerate(notebook.cells):
        grader = cell.metadata.get("nbgrader", {})
        name = grader.get("grade_id", cell.get("id", ""))
        cell.setdefault("id", f"cell-{place}")
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        role = roles.get(name)
        if role is not None and grader:
            if role.role in ("answer", "by hand"):
                cell.source = role.released
            grader["checksum"] = compute_checksum(cell)  # of the cell as it was given out: nbgrader compares
            cell.source = answer(role, rebuilt) or cell.source
            if role.role == "by hand" and (pasted := rebuilt.pictures.get(name)):
                lines, cell.attachments = shown(pasted)
                cell.source = f"{cell.source}\n\n{lines}"
        cells.append(cell)
        extra = added.get(name, []) if name else []
        cells += [new_code(source, f"added-{place}-{number}") for number, source in enumerate(extra)]
    notebook.cells, notebook.nbformat, notebook.nbformat_minor = cells, 4, 5
    return notebook


def answer(role: MasterCell, rebuilt: Rebuilt) -> str:
    """Return what was written into a cell, or nothing when it was left as it was."""
    if role.role == "answer":
        return rebuilt.answers.get(role.name, "")
    text = rebuilt.by_hand.get(role.name, "") if role.role == "by hand" else ""
    return "" if text.strip() in ("", role.released.strip()) else harmless(text)


def additions(shape: Master, rebuilt: Rebuilt) -> dict[str, list[str]]:
    """Return the code that the reader added, each under the name of the cell before it."""
    given = {same(cell.released): cell.name for cell in shape.cells if cell.role == "given"}
    found: dict[str, list[str]] = {}
    before = ""
    for number, piece in enumerate(rebuilt.pieces):
        before = next((check for check, count in reversed(rebuilt.before.items()) if count == number), before)
        if piece.answer or same(piece.source) in given:
            before = piece.answer or given[same(piece.source)]
        else:
            found.setdefault(before, []).append(piece.source)
    return found


def new_code(source: str, name: str) -> NotebookNode:
    cell: NotebookNode = nbformat.v4.new_code_cell(source, id=name)
    return cell


def harmless(text: str) -> str:
    """Return a text of Markdown in which there are no tags, pictures and named links, and all else is as it was.

    >>> harmless("a<b, *so* <i>x</i>, ![p](http://a.b), [q]: javascript:c")
    'a< b, *so* < i>x< /i>, ![p] (http://a.b), [q] : javascript:c'
    """
    return re.sub(r"\](?=[(:])", "] ", re.sub(r"<(?=[A-Za-z/!?])", "< ", text))


def by_cell(verdicts: Iterable[Verdict], shape: Master) -> dict[str, Verdict]:
    """Return verdicts by the names of the cells that they are about."""
    names = {cell.question: cell.name for cell in shape.marked}
    return {names[verdict.question]: verdict for verdict in verdicts if verdict.question in names}


def write(notebook: NotebookNode, verdicts: Mapping[str, Verdict]) -> None:
    """Write verdicts into check cells as outputs: words for people, and the number that nbgrader takes as the mark."""
    for cell in notebook.cells:
        verdict = verdicts.get(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
        if verdict is not None and cell.cell_type == "code":
            number = {"text/plain": f"{verdict.points:g}"}
            cell.outputs = [
                nbformat.v4.new_output("stream", name="stdout", text=words(verdict)),
                nbformat.v4.new_output("execute_result", data=number, execution_count=None),
            ]


def words(verdict: Verdict) -> str:
    """Return what a learner may read of a verdict; what made a check fail in itself may name hidden tests."""
    lines = [f"{verdict.question}: {verdict.points:g} of {verdict.worth:g} points"]
    if verdict.status == "needs review":
        lines = [f"{verdict.question}: a person will look at this answer"]
    elif verdict.reason:
        lines.append(verdict.reason)
    return "\n".join(lines) + "\n"


def without_hidden(notebook: NotebookNode) -> NotebookNode:
    """Cut the hidden tests out of a notebook's check cells, in place, and return it."""
    for cell in notebook.cells:
        grader = cell.metadata.get("nbgrader", {})
        if grader.get("grade") and not grader.get("solution"):
            cell.source = cut(cell.source, "BEGIN HIDDEN TESTS", "END HIDDEN TESTS", None)
    return notebook

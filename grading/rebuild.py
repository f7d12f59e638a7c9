"""Rebuilding: the master's notebook with the answers of one submission in it.

Given cells and checks come from the master; answers, and any code that the reader added, from the submission.
An answer is found by nbgrader's name for its cell, by the cell's own id, or, where both are lost, by what it
defines.  Of several cells with one name the last that says something counts, as it would when the notebook runs.
A check comes where the master has it, so that a name which a later answer uses again does not disturb it.
Checked by tests/grading/test_rebuild.py.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import final

from grading.master import Master
from grading.read import Cell
from tinyml.check import SEAL
from tinyml.typecheck import program


@final
@dataclass(frozen=True, slots=True)
class Piece:
    """A code cell to be run in the box: `given` by the master, the answer to a question, or what the reader added."""

    source: str
    answer: str = ""
    given: bool = False


@final
@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The code to run, in order, how much of it comes before each check, and what a person has to read."""

    pieces: tuple[Piece, ...]
    answers: dict[str, str]
    by_hand: dict[str, str]
    before: dict[str, int] = field(default_factory=dict)


def rebuild(master: Master, cells: list[Cell]) -> Rebuilt:
    """Put the answers of a submission into the master."""
    roles = {cell.name: cell for cell in master.cells}
    known = {same(text): cell.name for cell in master.cells for text in (cell.source, cell.released)}
    answers: dict[str, str] = {}
    by_hand: dict[str, str] = {}
    extras: list[tuple[str, str]] = []  # what the reader added, each after the cell of the master that it follows
    before = ""
    for cell in cells:
        name = next((name for name in (cell.grade_id, cell.id) if name in roles), "")
        role = roles[name].role if name else ""
        if role == "by hand":
            by_hand[name] = cell.source
        elif role == "answer":
            if cell.source.strip() and (name not in answers or same(cell.source) not in known):
                answers[name] = cell.source
        elif not name and cell.kind == "code" and same(cell.source) not in known and cell.source.strip():
            extras.append((before, cell.source))
        before = name or known.get(same(cell.source), before)
    elsewhere = found_elsewhere(master, answers, extras)
    pieces = [Piece(source) for place, source in extras if not place]
    checks: dict[str, int] = {}
    for part in master.cells:
        if part.role == "given":
            pieces.append(Piece(part.released, given=True))
        elif part.role == "answer":
            source = "" if part.name in elsewhere else answers.get(part.name, part.released)
            pieces.append(Piece(source, part.name))
        elif part.role == "check":
            checks[part.name] = len(pieces)
        pieces += [Piece(source) for place, source in extras if place == part.name]
    return Rebuilt(tuple(pieces), answers, by_hand, checks)


def found_elsewhere(master: Master, answers: dict[str, str], extras: list[tuple[str, str]]) -> set[str]:
    """Find the answers that were not written in their own cells, and move them there from what the reader added.

    Return the questions whose answers stand in the cell of another one; their stubs would undo them.
    """
    elsewhere: set[str] = set()
    for answer in (cell for cell in master.cells if cell.role == "answer"):
        if same(answers.get(answer.name, answer.released)) == same(answer.released):
            wanted = master.wanted_by(answer.name)
            found = [extra for extra in extras if wanted & defined(extra[1])]
            if found:
                answers[answer.name] = found[-1][1]
                extras.remove(found[-1])
            elif any(wanted & defined(text) for name, text in answers.items() if name != answer.name):
                elsewhere.add(answer.name)
    return elsewhere


def programs(master: Master, rebuilt: Rebuilt) -> dict[str, str]:
    """Return the programs that are to be type-checked and not run, by the names that the master gives them."""
    named = {cell.name: program(cell.source)[0] for cell in master.cells if cell.role == "answer"}
    texts = {piece.answer: program(piece.source)[1] for piece in rebuilt.pieces if piece.answer}
    return {named[answer]: text for answer, text in texts.items() if named[answer]}


def same(source: str) -> str:
    """Return a text without what an editor or the release command changes by itself."""
    return "\n".join(line.rstrip() for line in SEAL.sub("", source).strip().splitlines())


def defined(source: str) -> frozenset[str]:
    """Return the names that a cell binds at its top level; none where it is no Python."""
    try:
        body = ast.parse("\n".join("" if line.lstrip().startswith(("%", "!")) else line for line in source.split("\n")))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()
    return frozenset(names_in(body.body))


def names_in(statements: Iterable[ast.stmt]) -> Iterable[str]:
    for statement in statements:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield statement.name
        elif isinstance(statement, ast.Assign | ast.AnnAssign):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            for target in targets:
                yield from (node.id for node in ast.walk(target) if isinstance(node, ast.Name))

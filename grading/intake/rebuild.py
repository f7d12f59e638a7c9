"""Rebuilding: the master's notebook with the answers of one submission in it.

Given cells and checks come from the master; answers, and any code that the reader added, from the submission.
What the reader wrote into a given cell, an import perhaps, runs ahead of it and cannot undo it.
An answer is found by nbgrader's name for its cell, by the cell's own id, or, where both are lost, by what it
defines, a program for the type checker by the name in its first line, and a text by the check that it stands below.
Of several cells with one name the last that says something counts, as it would when the notebook runs.
A check comes where the master has it, so that a name which a later answer uses again does not disturb it.
Checked by tests/grading/test_rebuild.py.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import final

from grading.intake.master import Master
from grading.intake.read import Cell
from tinyml.check.questions import SEAL
from tinyml.check.typecheck import program

MAGIC = re.compile(r"^(\s*)(?:[%!?].*|.*=\s*[%!].*|.*\?\s*)$", re.MULTILINE)
"""A line that only IPython reads; in most cells that have one it stands for a statement."""


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


@dataclass(eq=False)
class Extra:
    """A cell that the reader added, and the cell of the master that it follows or, behind a text, goes ahead of."""

    source: str
    place: str
    ahead: bool = False
    waits: bool = False


def rebuild(master: Master, cells: list[Cell]) -> Rebuilt:
    """Put the answers of a submission into the master."""
    roles = {cell.name: cell for cell in master.cells}
    known = {same(text): cell.name for cell in master.cells for text in (cell.source, cell.released)}
    tasks = {same(text) for text in master.tasks}
    below = {one.name: two.name for one, two in pairwise(master.cells) if two.role == "by hand"}
    answers: dict[str, str] = {}
    by_hand: dict[str, str] = {}
    extras: list[Extra] = []
    before, noted = "", False
    for cell in cells:
        name = next((name for name in (cell.grade_id, cell.id) if name in roles), "")
        words = cell.kind == "text" and not noted and same(cell.source) not in tasks
        name = name or (below.get(before, "") if words else "")
        role = roles[name].role if name else ""
        if role == "by hand":
            by_hand[name] = by_hand.get(name, cell.source) if same(cell.source) in known else cell.source
        elif role == "answer":
            if cell.source.strip() and (name not in answers or same(cell.source) not in known):
                answers[name] = cell.source
        elif role in ("", "given") and cell.kind == "code" and same(cell.source) not in known and cell.source.strip():
            extras.append(Extra(cell.source, name or before, ahead=bool(name), waits=noted and not name))
        if place := name or known.get(same(cell.source), ""):
            for extra in (extra for extra in extras if extra.waits):
                extra.place, extra.ahead, extra.waits = place, True, False
            before, noted = place, False
        elif cell.kind == "text":
            noted = True  # a heading or a task: what comes now belongs to what follows
    elsewhere = found_elsewhere(master, answers, extras)
    pieces = [Piece(extra.source) for extra in extras if not extra.place]
    checks: dict[str, int] = {}
    for part in master.cells:
        pieces += [Piece(extra.source) for extra in extras if extra.place == part.name and extra.ahead]
        if part.role == "given":
            pieces.append(Piece(part.released, given=True))
        elif part.role == "answer":
            source = "" if part.name in elsewhere else answers.get(part.name, part.released)
            pieces.append(Piece(source, part.name))
        elif part.role == "check":
            checks[part.name] = len(pieces)
        pieces += [Piece(extra.source) for extra in extras if extra.place == part.name and not extra.ahead]
    return Rebuilt(tuple(pieces), answers, by_hand, checks)


def found_elsewhere(master: Master, answers: dict[str, str], extras: list[Extra]) -> set[str]:
    """Find the answers that were not written in their own cells, and move them there from what the reader added.

    Return the questions whose answers stand in the cell of another one; their stubs would undo them.
    """
    elsewhere: set[str] = set()
    for answer in (cell for cell in master.cells if cell.role == "answer"):
        if same(answers.get(answer.name, answer.released)) == same(answer.released):
            wanted = master.wanted_by(answer.name)
            called = program(answer.source)[0]
            found = [
                extra
                for extra in extras
                if wanted & defined(extra.source) or (called and program(extra.source)[0] == called)
            ]
            if found:
                answers[answer.name] = found[-1].source
                for extra in extras[: extras.index(found[-1])]:
                    if extra.ahead and extra.place == found[-1].place:
                        extra.place = answer.name
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
    """Return the names that a cell binds outside its functions; none where it is no Python."""
    with warnings.catch_warnings(action="ignore"):
        for text in (source, MAGIC.sub(r"\1pass", source)):
            try:
                return frozenset(names_in(ast.parse(text).body))
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue
    return frozenset()


def names_in(statements: Iterable[ast.AST]) -> Iterator[str]:
    """Yield the names that statements bind, and the statements inside them, but for those of functions and classes."""
    for statement in statements:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield statement.name
        elif isinstance(statement, ast.Name) and isinstance(statement.ctx, ast.Store):
            yield statement.id
        elif isinstance(statement, ast.alias):
            yield statement.asname or statement.name
        elif not isinstance(statement, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            yield from names_in(ast.iter_child_nodes(statement))

"""Rebuilding: the master's notebook with the answers of one submission in it.

Given cells and checks come from the master; answers, and any code that the reader added, from the submission.
What the reader wrote into a given cell or a check, an import perhaps, runs ahead of it and cannot undo it.
An answer is found by nbgrader's name for its cell, by the cell's own id, or, where both are lost, by what it
defines, a program for the type checker by the name in its first line, and a text by the check that it stands below.
All cells of one name run, in the order of the notebook, for who splits or copies a cell copies its name; one that is
as it was given out would undo the others, and does not run.  What stands below the check of its question runs too, and
the check is asked again without it where it would have refused what it had accepted.
A check comes where the master has it, so that a name which a later answer uses again does not disturb it.
Checked by tests/grading/test_rebuild.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import final

from grading.intake.master import STUB, Master
from grading.intake.merged import beside, names_in, statements
from grading.intake.pictures import Picture
from grading.intake.read import Cell
from tinyml.check.questions import SEAL
from tinyml.check.typecheck import program


@final
@dataclass(frozen=True, slots=True)
class Piece:
    """A code cell to be run in the box: `given` by the master, part of an answer, or what the reader added.

    It is `late` when the check above it in the notebook had something to look at before it.
    """

    source: str
    answer: str = ""
    given: bool = False
    late: bool = False


@final
@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The code to run, in order, how much of it comes before each check, and what a person has to read."""

    pieces: tuple[Piece, ...]
    answers: dict[str, str]
    by_hand: dict[str, str]
    before: dict[str, int] = field(default_factory=dict)
    pictures: dict[str, tuple[Picture, ...]] = field(default_factory=dict)


@dataclass(eq=False)
class Written:
    """A cell that the reader wrote: part of an `answer`, or one that they added.

    It follows the cell of the master that is its `place` or, behind a text, goes ahead of it.
    """

    source: str
    position: int
    place: str
    answer: str = ""
    ahead: bool = False
    waits: bool = False
    late: bool = False


def rebuild(master: Master, cells: list[Cell]) -> Rebuilt:
    """Put the answers of a submission into the master."""
    code, texts, met = gathered(master, cells)
    released = {cell.name: same(cell.released) for cell in master.cells}
    written, texts = telling(code, released), telling(texts, released)
    elsewhere = found_elsewhere(master, written, released)
    mark_late(master, written, met)
    pieces = [Piece(cell.source) for cell in written if not cell.place]
    checks: dict[str, int] = {}
    for part in master.cells:
        here = [cell for cell in written if cell.place == part.name]
        pieces += [Piece(cell.source, cell.answer) for cell in here if cell.ahead]
        if part.role == "given":
            pieces.append(Piece(part.released, given=True))
        elif part.role == "answer" and not any(cell.answer for cell in here):
            pieces.append(Piece("" if part.name in elsewhere else part.released, part.name))
        elif part.role == "check":
            checks[part.name] = len(pieces)
        pieces += [Piece(cell.source, cell.answer, late=cell.late) for cell in here if not cell.ahead]
    pictures: dict[str, dict[Picture, None]] = {}
    for text in texts:
        pictures.setdefault(text.answer, {}).update(dict.fromkeys(cells[text.position].pictures))
    pasted = {name: tuple(ones) for name, ones in pictures.items() if ones}
    return Rebuilt(tuple(pieces), joined(written), joined(texts), checks, pasted)


def gathered(master: Master, cells: list[Cell]) -> tuple[list[Written], list[Written], dict[str, int]]:
    """Return what the reader wrote as code and as texts, and where each cell of the master stands first."""
    roles = {cell.name: cell for cell in master.cells}
    known = {same(text): cell.name for cell in master.cells for text in (cell.source, cell.released)}
    stubs = [cell.released for cell in master.cells if cell.role == "answer"]
    others = [cell for cell in master.cells if cell.role != "answer"]
    given = [text for cell in others for text in {cell.released, cell.source if cell.role == "check" else ""}]
    tasks = {same(text) for text in master.tasks}
    below = {one.name: two.name for one, two in pairwise(master.cells) if two.role == "by hand"}
    code: list[Written] = []
    texts: list[Written] = []
    met: dict[str, int] = {}
    before, noted = "", False
    for position, cell in enumerate(cells):
        name = next((name for name in (cell.grade_id, cell.id) if name in roles), "")
        words = cell.kind == "text" and not noted and same(cell.source) not in tasks
        name = name or (below.get(before, "") if words else "")
        role = roles[name].role if name else ""
        if role == "by hand":
            texts.append(Written(cell.source, position, name, answer=name))
        elif role == "answer":
            code.append(Written(cell.source, position, name, answer=name))
        elif role in ("", "given") and cell.kind == "code" and same(cell.source) not in known:
            code.append(Written(cell.source, position, name or before, ahead=bool(name), waits=noted and not name))
        elif role == "check" and cell.kind == "code" and same(cell.source) not in known:
            code.append(Written(beside(cell.source, given, stubs), position, name, ahead=True))
        if place := name or known.get(same(cell.source), ""):
            for one in (one for one in code if one.waits):
                one.place, one.ahead, one.waits = place, True, False
            met.setdefault(place, position)
            before, noted = place, False
        elif cell.kind == "text":
            noted = True  # a heading or a task: what comes now belongs to what follows
    return [one for one in code if one.source.strip()], texts, met


def telling(cells: list[Written], released: Mapping[str, str]) -> list[Written]:
    """Leave out cells as they were given out where others of their name say something, which they would undo."""
    untouched = {cell for cell in cells if is_untouched(cell, released)}
    told = {cell.answer for cell in cells if cell not in untouched}
    return [cell for cell in cells if cell.answer not in told or cell not in untouched]


def is_untouched(cell: Written, released: Mapping[str, str]) -> bool:
    """Whether a cell is blank or as it was given out, or is a part of that which still asks for an answer."""
    text = same(cell.source)
    asks = any(line.strip() == STUB for line in text.split("\n"))
    return text in ("", *released.values()) or (asks and text in released.get(cell.answer, ""))


def joined(cells: Iterable[Written]) -> dict[str, str]:
    """Return the texts of all cells of each name, without those that say the same again."""
    found: dict[str, dict[str, str]] = {}
    for cell in cells:
        if cell.answer:
            found.setdefault(cell.answer, {}).setdefault(same(cell.source), cell.source)
    return {name: "\n\n".join(texts.values()) for name, texts in found.items()}


def found_elsewhere(master: Master, written: list[Written], released: Mapping[str, str]) -> set[str]:
    """Find the answers that were not written in their own cells, and move them there from what the reader added.

    Return the questions whose answers stand in the cell of another one; their stubs would undo them.
    """
    elsewhere: set[str] = set()
    for part in (cell for cell in master.cells if cell.role == "answer"):
        own = [cell for cell in written if cell.answer == part.name]
        if not all(is_untouched(cell, released) for cell in own):
            continue
        wanted, called = master.wanted_by(part.name), program(part.source)[0]
        found = [
            cell
            for cell in written
            if not cell.answer and (wanted & defined(cell.source) or (called and program(cell.source)[0] == called))
        ]
        if found:
            take(found[-1], part.name, written)
        elif any(wanted & defined(cell.source) for cell in written if cell.answer not in ("", part.name)):
            elsewhere.add(part.name)
        if found or part.name in elsewhere:
            written[:] = [cell for cell in written if cell not in own]
    return elsewhere


def take(answer: Written, name: str, written: list[Written]) -> None:
    """Move an answer to its place, and with it what was written ahead of it."""
    for cell in written[: written.index(answer)]:
        if not cell.answer and cell.ahead and cell.place == answer.place:
            cell.place = name
    answer.answer, answer.place, answer.ahead = name, name, False


def mark_late(master: Master, written: list[Written], met: Mapping[str, int]) -> None:
    """Mark what stands below the check of its answer where the check had something to look at: a try, or a better one.

    The answer may have been found in a cell below, with another one above it that the check saw.
    """
    check = ""
    for part in reversed(master.cells):
        if part.role == "check":
            check = part.name
        elif part.role == "answer" and check in met:
            above = [cell for cell in written if cell.position < met[check]]
            below = [cell for cell in written if cell.place == part.name and cell.position > met[check]]
            if below and has_something_of(part.name, master, above):
                for cell in below:
                    cell.late = True


def has_something_of(answer: str, master: Master, cells: list[Written]) -> bool:
    """Whether some cells are of an answer, or define a name that its checks ask for."""
    if any(cell.answer == answer for cell in cells):
        return True
    wanted = master.wanted_by(answer)
    return any(wanted & defined(cell.source) for cell in cells)


def programs(master: Master, rebuilt: Rebuilt) -> dict[str, str]:
    """Return the programs that are to be type-checked and not run, by the names that the master gives them."""
    named = {cell.name: program(cell.source)[0] for cell in master.cells if cell.role == "answer"}
    found: dict[str, str] = {}
    for piece in rebuilt.pieces:
        if called := named.get(piece.answer):
            name, text = program(piece.source)
            found[called] = text if name == called else found.get(called, text)
    return found


def same(source: str) -> str:
    """Return a text without what an editor or the release command changes by itself."""
    return "\n".join(line.rstrip() for line in SEAL.sub("", source).strip().splitlines())


def defined(source: str) -> frozenset[str]:
    """Return the names that a cell binds outside its functions; none where it is no Python."""
    return frozenset(names_in(statements(source)))

"""grading.intake.master: what a master asks, gives and checks, and the text that the reader is given."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from grading.intake.master import Master, MasterCell, NotAMaster, cut, master_of

ROOT = Path(__file__).parents[2]


def test_every_cell_has_its_role(master: Master) -> None:
    assert [(cell.role, cell.name) for cell in master.cells] == [
        ("given", "set-up"),
        ("answer", "square"),
        ("check", "square-check"),
        ("answer", "shift"),
        ("check", "shift-check"),
        ("answer", "guess"),
        ("check", "guess-check"),
        ("by hand", "guess-why"),
        ("given", "points"),
    ]
    assert {cell.question: cell.points for cell in master.marked} == {
        "square": 2, "shift": 3, "guess": 1, "guess-why": 4,
    }  # fmt: skip


def test_the_reader_is_given_no_solution_and_no_hidden_test(master: Master) -> None:
    released = {cell.name: cell.released for cell in master.cells}
    assert released["square"] == "def square(x):\n    ...\n"
    assert released["shift"] == "...\n"
    assert released["guess-why"] == "Write your answer here."
    assert released["set-up"] == next(cell.source for cell in master.cells if cell.name == "set-up")
    assert released["square-check"].splitlines() == [
        'with check.question("square", points=2, reread="section 1") as ask:',
        '    ask.call("square", 3).gives(9)',
        "ask.points",
    ]


def test_a_text_keeps_what_stands_around_its_solution() -> None:
    text = "Think.\n### BEGIN SOLUTION\nBecause.\n### END SOLUTION\nThanks."
    assert MasterCell("by hand", "why", text).released == "Think.\nWrite your answer here.\nThanks."


def test_every_region_is_cut() -> None:
    source = "a\n  # BEGIN\n  b\n  # END\nc\n# BEGIN\nd\n# END"
    assert cut(source, "BEGIN", "END", "...") == "a\n  ...\nc\n..."
    assert cut(source, "BEGIN", "END", None) == "a\nc"


def test_it_is_known_which_names_an_answer_is_asked_for(master: Master) -> None:
    assert master.wanted_by("square") == {"square"}
    assert master.wanted_by("guess") == {"guess"}
    several = MasterCell("check", "q-check", "ask.call('f', 1)\nask.value('x').gives(ask.call('g'))\nask.call(name)")
    assert several.wanted == {"f", "x", "g"}
    assert MasterCell("given", "g", "ask.call('f')").wanted == frozenset()


def test_names_are_used_once(master_path: Path) -> None:
    notebook = json.loads(master_path.read_bytes())
    notebook["cells"].append(notebook["cells"][3])
    with pytest.raises(NotAMaster, match="square is used twice"):
        master_of(json.dumps(notebook).encode())


@pytest.mark.parametrize("path", sorted(ROOT.glob("exercises/source/*/*.ipynb")), ids=lambda path: path.stem)
def test_the_masters_of_the_book_are_read(path: Path) -> None:
    master = master_of(path.read_bytes())
    assert master.marked
    for cell in master.cells:
        assert not re.search("(BEGIN|END) (SOLUTION|HIDDEN)", cell.released)
        if cell.role == "answer":
            assert cell.released != cell.source

"""grading.intake.rebuild: the answers of a submission are found, however its cells were changed."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import exercises
from grading.intake.master import Master, master_of
from grading.intake.merged import beside
from grading.intake.read import Cell, read
from grading.intake.rebuild import Rebuilt, defined, rebuild, same

ANSWERS = {"square", "shift", "guess"}


@pytest.fixture
def cells(hand_in: Callable[..., bytes]) -> list[Any]:
    """Return the raw cells of a submission with the right answers."""
    raw: list[Any] = json.loads(hand_in(guess_why="Because."))["cells"]
    return raw


def rebuilt_of(master: Master, raw: list[Any]) -> Rebuilt:
    return rebuild(master, read(json.dumps({"cells": raw}).encode()))


def answered(rebuilt: Rebuilt) -> dict[str, str]:
    return {piece.answer: piece.source for piece in rebuilt.pieces if piece.answer}


def extras(master: Master, rebuilt: Rebuilt) -> list[str]:
    given = {same(cell.released) for cell in master.cells if cell.role == "given"}
    return [piece.source for piece in rebuilt.pieces if not piece.answer and same(piece.source) not in given]


def named(cells: list[Any], name: str) -> Any:
    return next(cell for cell in cells if cell["id"] == name)


def without_metadata(raw: list[Any]) -> None:
    for cell in raw:
        cell["metadata"] = {}


def without_ids(raw: list[Any]) -> None:
    for cell in raw:
        del cell["id"]


def without_any_name(raw: list[Any]) -> None:
    without_metadata(raw)
    without_ids(raw)


def with_other_ids(raw: list[Any]) -> None:
    without_metadata(raw)
    for number, cell in enumerate(raw):
        cell["id"] = f"cell-{number}"


def reversed_order(raw: list[Any]) -> None:
    raw.reverse()


def with_changed_checks(raw: list[Any]) -> None:
    for cell in raw:
        if cell["id"].endswith("-check"):
            cell["source"] = "1 / 0"


def without_given_cells(raw: list[Any]) -> None:
    raw[:] = [cell for cell in raw if cell["id"] in {*ANSWERS, "guess-why"}]


def with_seals(raw: list[Any]) -> None:
    for cell in raw:
        cell["source"] = cell["source"].replace('") as ask', '", seal="0123456789ab") as ask')


def with_other_white_space(raw: list[Any]) -> None:
    for cell in raw:
        cell["source"] = f"\n{cell['source'].replace(chr(10), '  ' + chr(13) + chr(10))}\n\n"


def with_released_copies_behind(raw: list[Any]) -> None:
    raw += [{**copy.deepcopy(named(raw, name)), "source": text} for name, text in STUBS.items()]


def with_empty_copies_behind(raw: list[Any]) -> None:
    raw += [{**copy.deepcopy(named(raw, name)), "source": " "} for name in ANSWERS]


STUBS = {"square": "def square(x):\n    ...\n", "shift": "...\n", "guess": "...\n"}
CHANGES = [
    without_metadata,
    without_ids,
    without_any_name,
    with_other_ids,
    reversed_order,
    with_changed_checks,
    without_given_cells,
    with_seals,
    with_other_white_space,
    with_released_copies_behind,
    with_empty_copies_behind,
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_notebook_is_rebuilt_as_the_unchanged_one(
    master: Master, cells: list[Any], change: Callable[[list[Any]], None]
) -> None:
    expected = rebuilt_of(master, cells)
    assert set(answered(expected)) == ANSWERS
    assert extras(master, expected) == []
    change(cells)
    found = rebuilt_of(master, cells)
    assert {name: same(text) for name, text in answered(found).items()} == {
        name: same(text) for name, text in answered(expected).items()
    }
    assert extras(master, found) == []
    assert [piece.answer for piece in found.pieces] == [piece.answer for piece in expected.pieces]
    assert found.before == expected.before


@pytest.mark.parametrize("change", [without_metadata, without_ids, reversed_order, with_changed_checks])
def test_a_text_is_found_by_either_name(master: Master, cells: list[Any], change: Callable[[list[Any]], None]) -> None:
    change(cells)
    assert rebuilt_of(master, cells).by_hand == {"guess-why": "Because."}


def without_names(raw: list[Any]) -> Any:
    """Take every name from cells and give each a new one, as Colab does when it drops what it does not know."""
    for number, cell in enumerate(raw):
        cell.pop("id", None)
        cell["metadata"] = {"id": f"aBc{number}"}


@pytest.mark.parametrize("name", exercises.names_in(exercises.COURSE / "source"))
def test_every_answer_of_the_course_is_found_without_any_name(name: str) -> None:
    content = exercises.notebook_of(exercises.COURSE / "source", name).read_bytes()
    master, raw = master_of(content), json.loads(content)["cells"]
    for cell in raw:
        if cell["metadata"].get("nbgrader", {}).get("solution"):
            cell["source"] = f"{''.join(cell['source'])}\n# in words of my own"
    whole = rebuilt_of(master, raw)
    without_names(raw)
    nameless = rebuilt_of(master, raw)
    assert answered(nameless) == answered(whole)
    assert nameless.by_hand == whole.by_hand
    assert extras(master, nameless) == []


def test_a_task_is_not_taken_for_a_text_that_was_deleted(master: Master, cells: list[Any]) -> None:
    cells.remove(named(cells, "guess-why"))
    without_names(cells)
    assert rebuilt_of(master, cells).by_hand == {}


def test_a_text_is_found_in_a_new_cell_above_the_one_for_it(master: Master, cells: list[Any]) -> None:
    place = cells.index(named(cells, "guess-why"))
    cells.insert(place, {"cell_type": "markdown", "metadata": {}, "source": cells[place]["source"]})
    cells[place + 1]["source"] = "Write your answer here."
    assert rebuilt_of(master, cells).by_hand == {"guess-why": "Because."}


def parts_of(rebuilt: Rebuilt, name: str) -> list[tuple[str, bool]]:
    return [(piece.source, piece.late) for piece in rebuilt.pieces if piece.answer == name]


def test_all_cells_of_one_name_run_in_their_order_and_those_below_the_check_are_late(
    master: Master, cells: list[Any]
) -> None:
    guess = named(cells, "guess")
    cells.insert(cells.index(guess), {**guess, "source": "start = 40"})
    cells.insert(cells.index(guess) + 1, {"cell_type": "code", "source": "more = 2"})
    cells.append({**guess, "source": "guess = start + more"})
    rebuilt = rebuilt_of(master, cells)
    run = [("start = 40", False), (guess["source"], False), ("guess = start + more", True)]
    assert parts_of(rebuilt, "guess") == run
    sources = [piece.source for piece in rebuilt.pieces]
    assert sources[sources.index(guess["source"]) + 1] == "more = 2"
    assert rebuilt.before["guess-check"] == sources.index("guess = start + more") + 1
    assert rebuilt.answers["guess"] == "\n\n".join(source for source, _ in run)


def test_nothing_is_late_where_the_check_stands_above_all_cells(master: Master, cells: list[Any]) -> None:
    cells.remove(check := named(cells, "guess-check"))
    cells.insert(0, check)
    cells.append({**named(cells, "guess"), "source": "guess = 43"})
    assert [late for _, late in parts_of(rebuilt_of(master, cells), "guess")] == [False, False]


def test_what_follows_a_try_below_the_check_is_late_with_it(master: Master, cells: list[Any]) -> None:
    cells += [{**named(cells, "guess"), "source": "guess = 43"}, {"cell_type": "code", "source": "del guess"}]
    assert [piece.source for piece in rebuilt_of(master, cells).pieces if piece.late] == ["guess = 43", "del guess"]


def test_of_two_cells_without_a_name_the_one_below_the_check_is_late(master: Master, cells: list[Any]) -> None:
    place = cells.index(named(cells, "guess"))
    cells[place]["source"] = STUBS["guess"]
    cells.insert(place + 1, {"cell_type": "code", "source": "guess = 42"})
    cells.append({"cell_type": "code", "source": "guess = 43"})
    rebuilt = rebuilt_of(master, cells)
    assert parts_of(rebuilt, "guess") == [("guess = 43", True)]
    assert "guess = 42" in extras(master, rebuilt)


@pytest.mark.parametrize("part", ["def square(x):\n    ...", "", "    ..."])
def test_a_copy_that_still_asks_for_an_answer_undoes_none(master: Master, cells: list[Any], part: str) -> None:
    answer = named(cells, "square")["source"]
    cells.append({**named(cells, "square"), "source": part})
    assert parts_of(rebuilt_of(master, cells), "square") == [(answer, False)]


def test_all_parts_of_a_text_are_kept_and_none_twice(master: Master, cells: list[Any]) -> None:
    text = named(cells, "guess-why")
    cells += [{**text, "source": more} for more in ("Write your answer here.", "And so.", "Because. ", "")]
    assert rebuilt_of(master, cells).by_hand == {"guess-why": "Because.\n\nAnd so."}


def test_the_helpers_of_the_reader_run_where_they_stand(master: Master, cells: list[Any]) -> None:
    for place, source in ((0, "import math"), (5, "def helper(): ..."), (len(cells) + 2, "last = 1")):
        cells.insert(place, {"cell_type": "code", "source": source})
    rebuilt = rebuilt_of(master, cells)
    assert extras(master, rebuilt) == ["import math", "def helper(): ...", "last = 1"]
    sources = [piece.source for piece in rebuilt.pieces]
    assert sources[0] == "import math"
    assert sources[-1] == "last = 1"
    square, helper = sources.index(answered(rebuilt)["square"]), sources.index("def helper(): ...")
    assert square < helper < sources.index(answered(rebuilt)["shift"])


def test_what_the_reader_wrote_into_a_given_cell_runs_ahead_of_it(master: Master, cells: list[Any]) -> None:
    set_up = named(cells, "set-up")
    given, set_up["source"] = set_up["source"], f"import math\n{set_up['source']}\nhelper = 1"
    sources = [piece.source for piece in rebuilt_of(master, cells).pieces]
    assert sources[:2] == [set_up["source"], given]
    assert rebuilt_of(master, cells).pieces[1].given


def test_an_answer_in_a_cell_of_its_own_is_found_beside_its_stub(master: Master, cells: list[Any]) -> None:
    answer = named(cells, "square")["source"]
    named(cells, "square")["source"] = STUBS["square"]
    for place in (0, len(cells)):  # above the stub and below it
        raw = copy.deepcopy(cells)
        raw.insert(place, {"cell_type": "code", "source": f"{answer}  # mine"})
        rebuilt = rebuilt_of(master, raw)
        assert answered(rebuilt)["square"] == f"{answer}  # mine"
        assert extras(master, rebuilt) == []


def test_an_answer_in_a_cell_of_another_name_is_not_undone_by_a_part_of_its_stub(
    master: Master, cells: list[Any]
) -> None:
    answer = named(cells, "square")["source"]
    check = named(cells, "shift-check")
    check["source"] = f"{answer}\n\n{check['source']}"
    part = named(cells, "square")["source"] = "    ..."
    rebuilt = rebuilt_of(master, cells)
    assert part not in [piece.source for piece in rebuilt.pieces]
    assert answer in [piece.source for piece in rebuilt.pieces]


@pytest.mark.parametrize("deleted", [False, True])
def test_all_answers_in_one_cell_are_not_undone_by_the_stubs(master: Master, cells: list[Any], deleted: bool) -> None:
    whole = "\n".join(named(cells, name)["source"] for name in ("square", "shift", "guess"))
    for name in ANSWERS:
        if deleted:
            cells.remove(named(cells, name))
        else:
            named(cells, name)["source"] = STUBS[name]
    cells.insert(0, {"cell_type": "code", "source": whole})
    sources = [piece.source for piece in rebuilt_of(master, cells).pieces]
    assert whole in sources
    assert not set(STUBS.values()) & set(sources[sources.index(whole) :])


def test_what_was_deleted_is_missing_and_nothing_else_is(master: Master, cells: list[Any]) -> None:
    cells.remove(named(cells, "shift"))
    assert set(rebuilt_of(master, cells).answers) == {"square", "guess"}


def test_of_two_new_cells_with_an_answer_the_last_counts(master: Master, cells: list[Any]) -> None:
    named(cells, "guess")["source"] = STUBS["guess"]
    cells += [{"cell_type": "code", "source": f"guess = {number}"} for number in (41, 42)]
    assert answered(rebuilt_of(master, cells))["guess"] == "guess = 42"


def test_names_are_found_where_they_are_bound() -> None:
    source = "%matplotlib inline\n!ls\ndef f(): x = 1\nclass C: y = 2\na, (b, *c) = 1, (2, 3)\nd: int = 4"
    assert defined(source) == {"f", "C", "a", "b", "c", "d"}
    for bad in ("def", "x" * 10 + "\0", "(" * 10_000, "-" * 100_000 + "1"):
        assert defined(bad) == frozenset()


cell = st.builds(
    Cell,
    st.sampled_from(["code", "text"]),
    st.text() | st.sampled_from(["square = 1", "def guess(): ...", "shift = (", *STUBS.values()]),
    st.sampled_from(["", "square", "square-check", "guess-why", "points", "other"]),
    st.sampled_from(["", "shift", "set-up", "other"]),
)


@given(st.lists(cell))
def test_any_cells_are_rebuilt_with_the_given_cells_of_the_master(cells: list[Cell]) -> None:
    rebuilt = rebuild(SMALL, cells)
    sources = [piece.source for piece in rebuilt.pieces]
    for part in SMALL.cells:
        if part.role == "given":
            assert part.released in sources
    assert set(answered(rebuilt)) == ANSWERS
    assert set(rebuilt.before) == {"square-check", "shift-check", "guess-check"}


SMALL = Master(())


@pytest.fixture(autouse=True, scope="module")
def _small(master: Master) -> None:
    globals()["SMALL"] = master


CHECK_CELL = 'import re\n\nwith check.question("square", points=2, reread="1") as ask:\n    ask.call("square", 3)'


@pytest.mark.parametrize(
    ("cell", "own"),
    [
        (CHECK_CELL, ""),
        (f"def square(x):\n    return x\n\n{CHECK_CELL}", "def square(x):\n    return x"),
        (f"@cache\ndef square(x): return x\n{CHECK_CELL}\nsquare(2)", "@cache\ndef square(x): return x\nsquare(2)"),
        (f"a = 1; b = a\n%time b\n{CHECK_CELL}", "a = 1; b = a\n%time b"),
        (CHECK_CELL.replace("3)", "4)").replace("import re\n", "import re\nimport math\n"), "import math"),
        (f"def square(\n{CHECK_CELL}", ""),
        (f"def stub(x): ...\n{CHECK_CELL}\nstub(2)\n1 / 0", ""),
    ],
)
def test_what_stands_in_the_cell_of_a_check_is_told_from_the_check(cell: str, own: str) -> None:
    assert beside(cell, [CHECK_CELL, "def stub(x):\n    ..."]) == own


@pytest.mark.parametrize(
    ("cell", "own"),
    [
        (
            f"def square(x): return x\ntried = twice(square)\n{CHECK_CELL}",
            "def square(x): return x\ntried = twice(square)",
        ),
        (f"tried = twice(square)\n{CHECK_CELL}", "tried = twice(square)"),
        (f"def square(x):\n    ...\ntried = twice(square)\n{CHECK_CELL}", ""),
        (f"def square(x):\n    ...\ntried = twice(square)\nb = 3\n{CHECK_CELL}", "tried = twice(square)\nb = 3"),
    ],
)
def test_what_a_stub_has_ready_is_a_part_of_the_answer_and_does_not_come_with_the_stub(cell: str, own: str) -> None:
    assert beside(cell, [CHECK_CELL], ["def square(x):\n    ...\n\n\ntried = twice(square)"]) == own

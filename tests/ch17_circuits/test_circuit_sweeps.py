"""CircuitSweeps: the page teaches, sweeps and draws as the package does, for all tables, orders and circuits."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import islice, product
from pathlib import Path
from typing import Any

import pytest
import traitlets
from broken_widgets import with_one_change
from snippets import ran

from tinyml.ch17_circuits import bits_of, circuit_learner, inputs_of, masks_of, settings_for, swept
from tinyml.widgets import CircuitSweeps
from tinyml.widgets.circuit_sweeps import (
    CIRCUITS,
    MOST_EXAMPLES,
    MOST_SEED,
    NAMES,
    ORDERS,
    ROWS,
    TABLES,
    drawn_rows,
    drawn_settings,
    mean_of,
    run_of,
    setting_text,
    table_from,
    wrong_rows,
)
from tinyml.widgets.widget import Widget

FOLDER = "circuit_sweeps"
SEEDS = range(1, MOST_SEED + 1)
SHOWN: list[dict[str, Any]] = [
    {},
    {"examples": 10},
    {"examples": 31},
    {"examples": 34},
    {"examples": MOST_EXAMPLES, "table": "1011", "order": "3120"},
    {"examples": 28, "table": "0111", "order": "1023"},
    {"examples": 3, "circuit": "lookup"},
    {"examples": 1, "table": "1111"},
    {"table": "0000"},
    {"inputs": "drawn"},
    {"inputs": "drawn", "examples": 57},
    {"inputs": "drawn", "examples": 95, "seed": 3},
    {"inputs": "drawn", "examples": 300, "seed": 20, "table": "1110", "circuit": "lookup"},
    {"inputs": "drawn", "examples": 2, "table": "0000"},
]


def choice_of(own: Widget) -> dict[str, Any]:
    return {name: getattr(own, name) for name in own.setting_names()}


def words_of(ask_javascript: Any, function: str, given: list[dict[str, Any]]) -> list[str]:
    """Return what the page says, or what it copies, at these settings."""
    choices = [[choice_of(CircuitSweeps(**own))] for own in given]
    told: list[str] = ask_javascript(f"{FOLDER}/telling.js", function, choices)
    return told


def test_every_run_is_the_same_in_the_browser(ask_javascript: Any) -> None:
    every = list(product(CIRCUITS, TABLES, ORDERS))
    for given, own in zip(every, ask_javascript(f"{FOLDER}/sweeping.js", "runOf", every), strict=True):
        run = run_of(*given)
        assert own["settings"] == list(run.settings), given
        assert own["returned"] == (-1 if run.returned is None else run.returned), given


def test_every_draw_is_the_same_in_the_browser_and_within_the_slider(ask_javascript: Any) -> None:
    every = list(product(CIRCUITS, TABLES, SEEDS))
    for given, own in zip(every, ask_javascript(f"{FOLDER}/sweeping.js", "samplesOf", every), strict=True):
        settings = drawn_settings(*given)
        assert own == {"count": len(settings) - 1, "own": settings[-1]}, given
        assert own["count"] <= MOST_EXAMPLES
        assert settings_for(CIRCUITS[given[0]], table_from(given[1])) == [settings[-1]]


def test_the_means_of_the_browser_are_exact(ask_javascript: Any) -> None:
    """It solves equations for the rows that are wrong, and the package those for settings."""
    for circuit, means in zip(
        CIRCUITS, ask_javascript(f"{FOLDER}/sweeping.js", "meansOf", [[own] for own in CIRCUITS]), strict=True
    ):
        assert [Fraction(own) for own in means] == [mean_of(circuit, table) for table in TABLES]
    assert mean_of("polynomial", "0110") == 93
    assert mean_of("lookup", "0110") == 6
    assert sum(mean_of("polynomial", table) for table in TABLES) / 16 == Fraction(365, 4)


@pytest.mark.parametrize("circuit", CIRCUITS)
@pytest.mark.parametrize("inputs", ["swept", "drawn"])
def test_a_setting_is_that_of_the_learner_example_by_example(circuit: str, inputs: str, ask_javascript: Any) -> None:
    learner, points = circuit_learner(CIRCUITS[circuit]), inputs_of(2)
    for table, order, seed in (("0110", "0123", 1), ("1011", "2031", 7), ("1111", "0321", MOST_SEED)):
        given = {"circuit": circuit, "inputs": inputs, "table": table, "order": order, "seed": seed}
        rows = islice(drawn_rows(seed), 60) if inputs == "drawn" else map(int, order * 15)
        own = bits_of(0, 4)
        steps = ask_javascript(f"{FOLDER}/sweeping.js", "stepsOf", [[given | {"examples": 60}]])[0]
        for count, (row, step) in enumerate(zip(rows, steps, strict=True), 1):
            own = learner.step(points[row], bits_of(int(table[row]), 1))(own)
            widget = CircuitSweeps(**given, examples=count)
            assert setting_text(widget.setting()) == setting_text(step["after"]) == "".join(map(str, own)), count
            assert (step["row"], step["mask"]) == (row, masks_of(CIRCUITS[circuit])[row])
            assert widget.shown()["wrong"] == wrong_rows(circuit, table, widget.setting())


def test_draws_take_all_four_rows_about_as_often() -> None:
    counts = Counter(row for seed in SEEDS for row in islice(drawn_rows(seed), 1000))
    assert sorted(counts) == [0, 1, 2, 3]
    assert all(abs(count - 5000) < 350 for count in counts.values())  # of 20,000: more than five standard deviations


def test_what_there_was_to_find() -> None:
    for order in ORDERS:
        assert all(run_of("lookup", table, order).learnt for table in TABLES)
        learnt = [table for table in TABLES if run_of("polynomial", table, order).learnt]
        assert len(learnt) == 2
        assert learnt[0] == "0000"
        assert (learnt[1] == "1111") == order.startswith("0"), "constant 1, where the row 00 comes first"
        cycles = {len(run_of("polynomial", table, order).cycle) for table in TABLES if table not in learnt}
        assert cycles == {7}
    assert CircuitSweeps().shown() == {"wrong": 2, "sweeps": 8, "cycle": 7, "samples": 190, "mean": 93.0}
    quick = CircuitSweeps(circuit="lookup", examples=4).shown()
    assert quick == {"wrong": 0, "sweeps": 1, "cycle": 0, "samples": quick["samples"], "mean": 6.0}
    assert CircuitSweeps(seed=3).shown()["samples"] == 95
    assert CircuitSweeps(table="0000").shown() == {"wrong": 0, "sweeps": 0, "cycle": 0, "samples": 0, "mean": 0.0}


def test_a_name_says_what_its_table_is() -> None:
    """Read as Python: each name is evaluated at the four rows."""
    words = {"XOR": "!=", "XNOR": "==", "AND": "and", "OR": "or", "NOT": "not"}
    for table, name in zip(TABLES, NAMES, strict=True):
        plain = name.replace("constant ", "")
        for joint in ("NOR", "NAND"):
            if f" {joint} " in plain:
                plain = f"not (a {joint[1:].lower()} b)"
        program = " ".join(words.get(word, word) for word in plain.split())
        found = [int(eval(program, {"a": int(row[0]), "b": int(row[1])})) for row in ROWS]
        assert "".join(map(str, found)) == table, name


def test_the_copied_code_prints_what_is_shown(ask_javascript: Any) -> None:
    told = words_of(ask_javascript, "sweepWords", SHOWN)
    for given, words, run in zip(SHOWN, told, ran(words_of(ask_javascript, "sweepCode", SHOWN)), strict=True):
        own = CircuitSweeps(**given)
        shown = own.shown()
        expected = [f"at {setting_text(own.setting())}", f"{shown['wrong']} of 4 rows"]
        if own.inputs == "drawn":
            expected.append(str(mean_of(own.circuit, own.table)))
        elif shown["wrong"] == 0:
            expected.append("learnt")
        elif own.examples >= 4 * shown["sweeps"]:
            expected.append("it comes round every 7 sweeps")
        assert run.stderr == "", given
        assert run.stdout.splitlines() == expected, given
        assert all(line.lower() in words.lower() for line in expected), (given, words)


def test_the_picture_and_the_caption_say_where_it_leads() -> None:
    assert CircuitSweeps().caption == (
        "a XOR b, taught to the polynomial in the order 00, 01, 10, 11: after each sweep its switches are at "
        "0000 → 1010 → 0001 → 0100 → 1101 → 0011 → 1111 → 1000, and 1010 again: "
        "it comes round every 7 sweeps, for ever."
    )
    assert CircuitSweeps(circuit="lookup").caption.endswith("0000 → 0110, it's learnt after 1 sweep.")
    assert CircuitSweeps(table="0000").caption.endswith("at 0000, it's learnt after 0 sweeps.")
    assert CircuitSweeps(inputs="drawn").caption.endswith("learnt after 190 of them, and in the mean it takes 93.")
    pictures = {
        name: CircuitSweeps(**given).fallback_svg()
        for name, given in {
            "round": {},
            "learnt": {"circuit": "lookup"},
            "drawn": {"inputs": "drawn", "circuit": "lookup", "table": "0111"},
        }.items()
    }
    assert {name: own.count("<circle") for name, own in pictures.items()} == {"round": 8, "learnt": 2, "drawn": 0}
    assert {name: own.count("<polygon") for name, own in pictures.items()} == {"round": 8, "learnt": 1, "drawn": 0}
    assert "every 7 sweeps," in pictures["round"]
    assert ">learnt<" in pictures["learnt"]
    assert "the mean of all draws: 22/3" in pictures["drawn"]


def test_a_run_with_nothing_before_its_cycle_starts_on_it() -> None:
    run = swept(CIRCUITS["polynomial"], (0, 1, 1, 1), (1, 0, 2, 3))
    assert (run.returned, run.cycle) == (0, run.settings)
    assert CircuitSweeps(table="0111", order="1023").fallback_svg().count("<polygon") == len(run.settings)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("table", "011"),
        ("table", 6),
        ("circuit", "neuron"),
        ("inputs", "given"),
        ("order", "0012"),
        ("seed", 0),
        ("seed", MOST_SEED + 1),
        ("examples", -1),
        ("examples", MOST_EXAMPLES + 1),
    ],
)
def test_a_setting_that_cannot_be_is_refused(setting: str, value: object) -> None:
    with pytest.raises(traitlets.TraitError, match=setting):
        CircuitSweeps(**{setting: value})


@pytest.mark.parametrize(
    ("module", "old", "new"),
    [
        ("sweeping.js", "1 | (a << 1) | (b << 2)", "1 | (b << 1) | (a << 2)"),
        ("sweeping.js", "? before : before ^ mask", "? before : before | mask"),
        (
            "sweeping.js",
            "if (returned >= 0) return { settings, returned };",
            "if (returned >= 0) return { settings, returned: 0 };",
        ),
        ("sweeping.js", "drawn.bits >> 62n", "drawn.bits & 3n"),
        ("sweeping.js", "left = drawn.left;", "left = drawn.left + 1n;"),
        ("sweeping.js", "= [4n, 4n];", "= [4n, 1n];"),
        ("telling.js", '"a AND NOT b", "a"', '"b AND NOT a", "a"'),
        ("circuit_sweeps.js", "${6 - one - two - three}", "${three}"),
    ],
)
def test_one_changed_rule_is_seen(module: str, old: str, new: str, tmp_path: Path, ask_javascript: Any) -> None:
    broken = with_one_change(tmp_path, f"{FOLDER}/{module}", old, new)
    [own] = ask_javascript(str(broken / FOLDER / "circuit_sweeps.js"), "recompute", [[]])
    [found] = ask_javascript("kit/certificate.js", "compare", [[CircuitSweeps().certificate, own]])
    assert not found["agrees"]
    assert "Python says" in found["words"]

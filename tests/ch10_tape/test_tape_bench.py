"""TapeBench: hundreds of benches, computed by the tape and by the page, agree to the last digit of each fraction."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest
import traitlets
from snippets import ran

from tinyml.widgets import TapeBench
from tinyml.widgets.tape_bench import FAULTS, PLACES, SEEDS, SYSTEMS, bench_of

MODULE = "tape_bench/tape_bench.js"


def benches(seed: int, count: int) -> list[dict[str, Any]]:
    chance = random.Random(seed)
    return [
        {name: chance.randint(-9, 9) for name in ("x", "y", "dx", "dy")}
        | {"seed": chance.choice(SEEDS), "system": chance.choice(list(SYSTEMS)), "fault": chance.choice(FAULTS)}
        for _ in range(count)
    ]


@pytest.mark.uncounted
def test_hundreds_of_benches_agree(ask_javascript: Any) -> None:
    given = benches(seed := 8, 400)
    seen = set[tuple[str, ...]]()
    for bench, own in zip(given, ask_javascript(MODULE, "benchTold", [[own] for own in given]), strict=True):
        told = bench_of(bench)
        for part in ("values", "changes", "weights", "pairings"):
            if bench["system"] == "floats":
                assert own[part] == pytest.approx(told[part], rel=1e-13, abs=1e-15), (seed, bench, part)
            else:
                assert own[part] == [str(number) for number in told[part]], (seed, bench, part)
        verdicts = [str(told["meets"]), told["guilty"], str(told["derivative"])]
        assert own["verdicts"] == verdicts, (seed, bench)
        seen.add(tuple(verdicts))
    assert seen == {("True", "", "True"), ("True", "", "False"), ("False", "square", "True")}


def test_the_bench_begins_with_the_example_of_the_chapter() -> None:
    told = TapeBench().story()
    assert told["pairings"] == [Fraction(43997, 4050)] * 5
    assert told["weights"][:2] == [Fraction(233, 75), Fraction(-4, 45)]
    assert told["meets"]
    assert told["derivative"]


@pytest.mark.parametrize("system", SYSTEMS)
def test_each_fault_is_seen_by_the_check_that_is_for_it(system: str) -> None:
    start = {"x": 1, "y": 1, "dx": 1, "dy": 1, "seed": "loss", "system": system}
    faults = {fault: bench_of({**start, "fault": fault}) for fault in FAULTS}
    assert [(told["meets"], told["derivative"]) for told in faults.values()] == (
        [(True, True)] * 3 if system == "mod 2" else [(True, True), (False, True), (True, False)]
    )


def test_the_snippet_that_the_page_copies_prints_what_is_shown(ask_javascript: Any) -> None:
    given = [*benches(9, 6), TapeBench().trait_values(setting=True)]
    for bench, run in zip(given, ran(ask_javascript(MODULE, "benchCode", [[own] for own in given])), strict=True):
        assert run.stderr == "", bench
        told = bench_of(bench)
        lines = [f"{wire} {told['values'][k]} {told['changes'][k]}" for k, wire in enumerate(PLACES)]
        lines += [f"{told['weights'][0]} {told['weights'][1]}", *map(str, told["pairings"])]
        assert run.stdout.splitlines() == lines, bench


def test_the_words_of_the_page_follow_the_verdicts(ask_javascript: Any) -> None:
    given = benches(10, 100)
    for bench, words in zip(given, ask_javascript(MODULE, "benchWords", [[own] for own in given]), strict=True):
        told = bench_of(bench)
        assert ("Both ways meet" in words) == told["meets"]
        assert ("The second check agrees" in words) == told["derivative"]
        assert (f"at the node that makes {told['guilty']}." in words) == (not told["meets"])
        if bench["system"] != "floats":
            assert f"are {told['pairings'][0]}. Back" in words


@pytest.mark.parametrize(("name", "value"), [("x", 10), ("x", 0.5), ("dy", True), ("seed", "y"), ("system", "reals")])
def test_bad_settings_are_refused(name: str, value: Any) -> None:
    with pytest.raises(traitlets.TraitError, match=name):
        TapeBench(**{name: value})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("fraction(a.n * b.d + b.n * a.d, a.d * b.d)", "fraction(a.n + b.n, a.d * b.d)"),
        ("add(multiply(da, b), multiply(a, db))", "multiply(da, b)"),
        ("add: (a, b) => a ^ b", "add: (a, b) => a | b"),
        ("weights[reads[j]] = add(weights[reads[j]], share)", "weights[reads[j]] = share"),
    ],
)
def test_one_changed_formula_is_seen(old: str, new: str, with_one_change: Any) -> None:
    assert not with_one_change(TapeBench(), MODULE, old, new)["agrees"]

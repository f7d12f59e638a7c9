"""The contenders of the training step compute the same, and say so when they cannot run.  Nothing is timed here."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import environments, machine
from benchmarks.contender import Missing, MissingRivalError
from benchmarks.goals import Measured
from benchmarks.race import Process, agree
from benchmarks.statistics import Sample
from benchmarks.step import crate, pairs, rates, starts, table
from benchmarks.step.__main__ import HOMES, KINDS, contender
from benchmarks.step.bound import Bound
from benchmarks.step.flowers import ByHand, Flowers
from benchmarks.step.flowers import Composite as OnFlowers
from benchmarks.step.lenses import Composite, OneByOne
from benchmarks.step.ours import Examples, Ours
from benchmarks.step.problems import by_hand, problem
from benchmarks.step.steps import CHECKED, TOLERANCE, Steps, moved
from benchmarks.step.xla import Compiled
from tinyml import ModelDimension, Parameters, VocabSize


@pytest.fixture(autouse=True)
def _no_time_is_spent_on_settling(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Steps, "settle", lambda _: None)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (Examples, "tiny"),
        (Composite, "tiny"),
        (OneByOne, "tiny"),
        *((kind, name) for kind in (Ours, Compiled) for name in ("tiny", "small", "middle:1000")),
    ],
)
def test_contenders_agree_with_the_formulas(kind: type[Steps], name: str, dtype: str) -> None:
    wanted = moved(problem(name), by_hand(problem(name), CHECKED))
    found = kind(name, dtype).check()
    assert agree(found, wanted, TOLERANCE[dtype])


def test_both_networks_on_flowers_agree_and_say_the_time_of_an_example(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, by_hand = OnFlowers("iris", "float64"), ByHand("iris", "float64")
    assert agree(ours.check(), by_hand.check(), TOLERANCE["float64"])
    monkeypatch.setattr(Flowers, "clock", lambda _: 150.0)
    assert by_hand.go() == [1 / by_hand.steps]


def test_what_is_compared_tells_a_wrong_length_and_a_wrong_direction() -> None:
    given = problem("small")
    start, end = given.start, by_hand(given, CHECKED)
    tolerance = TOLERANCE["float32"]
    right = moved(given, end)
    longer = [a + 1.01 * (b - a) for a, b in zip(start, end, strict=True)]
    assert not agree(moved(given, longer), right, tolerance)
    wrong = [end[0].copy(), *end[1:]]
    wrong[0][-1] += 0.01 * (wrong[0] - start[0])[-1]
    assert not agree(moved(given, wrong), right, tolerance)


def test_large_problems_have_the_shares_of_their_pairs() -> None:
    given = problem("middle:1000")
    shares = given.shares(float)
    assert shares.sum() == pytest.approx(1)
    first, second = int(given.inputs[0]), int(given.targets[0])
    same = (given.inputs == first) & (given.targets == second)
    assert shares[first, second] == pytest.approx(same.mean())


def test_the_bound_makes_the_three_products_in_every_form() -> None:
    bound = Bound("small", "float64")
    table_ = np.exp(bound.E @ bound.W)
    for rows in (64, 48, 7):
        bound.cut(rows)
        bound.dE.fill(0)
        bound.advance(1)
        np.testing.assert_allclose(bound.dE, table_ @ bound.W.T)
    bound.cut(64)
    bound.advance(2)
    np.testing.assert_allclose(bound.dW, bound.E.T @ table_)


class Clocked(Bound):
    """Takes so many seconds a step, without waiting for them."""

    each = 1.0

    def clock(self) -> float:
        return self.each * self.steps


@pytest.mark.parametrize(
    ("each", "whole", "steps", "calls"),
    [(1.0, False, 1, 1), (1e-3, False, 10, 1), (1e-4, False, 80, 1), (1e-6, False, 80, 30), (1.0, True, 80, 1)],
)
def test_slow_rivals_make_fewer_steps_and_fast_ones_more_calls(
    each: float, whole: bool, steps: int, calls: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    clocked = Clocked("tiny", "float64")
    clocked.each, clocked.whole = each, whole
    clocked.settle()
    assert (clocked.steps, clocked.calls) == (steps, calls)
    assert clocked.go() == [pytest.approx(each)]


def test_the_work_of_ours_is_measured_beyond_what_comes_out() -> None:
    ours = Ours("middle:1000", "float64")
    out = sum(array.nbytes for array in ours.problem.start)
    assert out / 10 < ours.working() < 100e6


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_all_learning_rates_end_where_single_ones_do(dtype: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "RATES", rates.RATES[::64])
    kinds: tuple[Any, ...] = (rates.AtOnce, rates.OneByOne, rates.LossesOneByOne, rates.Mapped)
    found = [kind("tiny", dtype).check() for kind in kinds]
    assert len(found[0][0]) == 4 * 20
    for other in found[1:]:
        assert agree(other, found[0], {"float64": 1e-9, "float32": 1e-5}[dtype])
    rates.Bound("tiny", dtype).check()  # has nothing to compare


def test_every_way_counts_the_same_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairs, "SHORTEST", 0)
    for way in pairs.WAYS:
        assert pairs.Counting(way, "middle:3000").check() is (None if way == "read" else True)
    monkeypatch.setitem(pairs.WAYS, "wrong", lambda inputs, targets: pairs.plain(inputs[1:], targets[1:]))
    assert pairs.Counting("wrong", "middle:3000").check() is False


def test_a_step_of_many_pairs_checks_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    step = pairs.StepOfPairs("middle:1000", "float32")
    assert step.check() is True
    monkeypatch.setattr(step, "advance", lambda _: by_hand(step.problem, CHECKED + 1))
    assert step.check() is False


def test_whole_programs_end_with_the_same_parameters() -> None:
    found = {name: starts.Start(name) for name in ("numpy", "tinyml", "jax")}
    ends = {name: start.check() for name, start in found.items()}
    assert ends["numpy"] is None
    assert agree(ends["tinyml"], ends["jax"], 1e-4)
    assert found["tinyml"].waiting() > 0


def test_a_program_that_fails_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(starts.PROGRAMS, "numpy", "raise SystemExit(3)")
    with pytest.raises(RuntimeError, match="the program of numpy ended with 3"):
        starts.Start("numpy").check()


@pytest.mark.parametrize("rival", ["torch", "micrograd"])
def test_a_rival_that_cannot_be_had_says_why(rival: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_network(*_: object, **__: object) -> None:
        raise subprocess.CalledProcessError(1, "pip", stderr=f"no matching distribution for {rival}\n")

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("benchmarks.environments.venv.create", lambda *_, **__: None)
    monkeypatch.setattr("benchmarks.environments.subprocess.run", no_network)
    why = f"{rival} cannot be installed: no matching distribution for {rival}"
    for kind, (module, _) in KINDS.items():
        if HOMES.get(module) == rival:
            with pytest.raises(MissingRivalError, match=why):
                contender(kind, "tiny", "float64").check()
    with pytest.raises(MissingRivalError, match=why):
        starts.Start(rival).check()


@pytest.mark.parametrize("rival", ["torch", "micrograd"])
def test_pins_are_exact_and_name_no_server(rival: str) -> None:
    text = Path(environments.__file__).with_name(f"requirements-{rival}.txt").read_text(encoding="utf-8")
    pins = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert all(line.count("==") == 1 for line in pins)
    assert "://" not in text


CARGO = """#!{python}
import sys
from pathlib import Path
if {fails!r}:
    sys.exit({fails!r})
build, release, _, package, _, target = sys.argv[1:]
assert (build, release, Path(package).name) == ("build", "--release", "Cargo.toml")
program = Path(target, "release", "contender")
program.parent.mkdir(exist_ok=True)
program.write_text({program!r}, encoding="utf-8")
program.chmod(0o755)
"""
PROGRAM = f"""#!{sys.executable}
while input() != "quit":
    print('{{"result": "built"}}', flush=True)
"""


def checkout(folder: Path, monkeypatch: pytest.MonkeyPatch, fails: str = "") -> str:
    """Make a checkout, an empty cache, and a cargo that is the only command there is."""
    commands, sources = folder / "commands", folder / "a checkout"
    for each in (commands, sources):
        each.mkdir()
    (sources / "Cargo.toml").touch()
    (commands / "cargo").write_text(CARGO.format(python=sys.executable, fails=fails, program=PROGRAM), encoding="utf-8")
    (commands / "cargo").chmod(0o755)
    monkeypatch.setenv("PATH", str(commands))
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    return str(sources)


def test_the_crate_is_built_outside_its_checkout_and_answers_for_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = checkout(tmp_path, monkeypatch)
    row = next(row for row in table.rows(sources) if table.CRATE in row.contenders)
    assert not row.elsewhere
    process = Process("crate", row.contenders[table.CRATE])
    try:
        assert process.ask("check") == {"result": "built"}
    finally:
        process.end()
    package = (crate.built(sources).parents[1] / "Cargo.toml").read_text(encoding="utf-8")
    assert f"{crate.NAME} = {{ path = '{sources}' }}" in package
    assert f"path = '{crate.SOURCE}'" in package
    assert crate.SOURCE.is_file()
    assert [path.name for path in Path(sources).iterdir()] == ["Cargo.toml"]


@pytest.mark.parametrize(
    ("prepare", "why"),
    [
        (lambda sources: Path(sources, "Cargo.toml").unlink(), "is no checkout of the crate: it has no Cargo.toml"),
        (
            lambda sources: Path(sources).with_name("commands").joinpath("cargo").unlink(),
            "cargo is not installed; it comes with Rust",
        ),
        (lambda _: None, "cargo cannot build the crate: error: no such function"),
    ],
)
def test_a_crate_that_cannot_be_built_is_missing_and_says_why(
    prepare: Callable[[str], object], why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = checkout(tmp_path, monkeypatch, fails="error: no such function\nerror: aborting")
    prepare(sources)
    missing = contender("crate", sources)
    assert isinstance(missing, Missing)
    with pytest.raises(MissingRivalError, match=why):
        missing.check()


def test_the_tiny_problem_starts_where_the_book_starts() -> None:
    start = Parameters.init(VocabSize(5), ModelDimension(4))
    for given, wanted in zip(problem("tiny").start, (start.embedding, start.lm_head, start.bias), strict=True):
        assert np.array_equal(given, wanted.astype(np.float32))


def test_the_report_says_what_built_the_crate(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {"rustc": "rustc 1.95.0", "git": "04b2470a8629"}
    monkeypatch.setattr(machine, "said", lambda *command: answers.get(command[0], ""))
    assert machine.described("somewhere")["Rust"] == "rustc 1.95.0, the crate at 04b2470a8629"
    answers.clear()
    assert machine.described("somewhere")["Rust"] == "no rustc, the crate at an unknown state"
    assert "Rust" not in machine.described()


def test_without_a_checkout_the_crate_is_known_from_elsewhere() -> None:
    known = [row for row in table.rows() if table.CRATE in row.elsewhere]
    assert len(known) == 1
    assert "measured elsewhere" in known[0].elsewhere[table.CRATE]


def test_every_row_says_its_threads_and_dtype_and_starts_what_there_is() -> None:
    for row in table.rows():
        assert "one thread" in row.name
        assert "float" in row.name or row.unit in ("one process", "one pair")  # whose contenders say it
        for command in row.contenders.values():
            module, name = KINDS[command[3]]
            if module not in HOMES:
                assert callable(getattr(import_module(f"benchmarks.step.{module}"), name))


def test_every_goal_is_about_contenders_of_its_row() -> None:
    for row in table.rows():
        samples = {name: [Sample((1.0,), 0.0)] * 5 for name in row.contenders}
        for goal in row.goals:
            assert "Measured: " in goal.verdict(Measured(samples, dict.fromkeys(row.contenders, 1)))

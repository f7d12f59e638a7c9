"""The harness of the benchmarks: it refuses, skips and drops as it says.  Nothing is timed here."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from processes import end_all, living, waited_for

from benchmarks import counting, goals, report
from benchmarks.contender import Contender, MissingRivalError, serve, timed, waited
from benchmarks.race import ROOT, DisagreementError, Result, Row, agree, race, raced
from benchmarks.rows import rows
from benchmarks.statistics import Sample, paired_ratio, spread

FAKE = """
import json, sys
result, log, waited = sys.argv[1:]
shares = json.loads(waited)
for line in sys.stdin:
    question = line.strip()
    open(log, "a").write(question + "\\n")
    if question == "check" and result == "missing":
        print(json.dumps({"missing": "it is not installed"}), flush=True)
    elif question == "check":
        print(json.dumps({"result": json.loads(result)}), flush=True)
    elif question == "go":
        print(json.dumps({"seconds": [0.002, 0.001, 0.003], "waited": shares[0]}), flush=True)
        shares = shares[1:] or shares
    else:
        print(json.dumps({"peak": 1000000, "working": 2000 if log.endswith("ours.log") else None}), flush=True)
        break
"""


def fake(folder: Path, name: str, result: str, *waited: float) -> list[str]:
    """A contender that waited for these shares of its rounds, and for the last of them in all that follow."""
    return [sys.executable, "-c", FAKE, result, str(folder / f"{name}.log"), json.dumps(waited or [0.0])]


def asked(folder: Path, name: str) -> list[str]:
    return (folder / f"{name}.log").read_text(encoding="utf-8").split()


def row(**contenders: list[str]) -> Row:
    return Row("a row", "one move", contenders, bound="bound", rounds=6)


def test_contenders_that_agree_are_each_asked_once_a_round(tmp_path: Path) -> None:
    made = row(ours=fake(tmp_path, "ours", "[1.0]"), bound=fake(tmp_path, "bound", "[1.0000000001]"))
    result = race(made, random.Random(0))
    for name in ("ours", "bound"):
        assert asked(tmp_path, name) == ["check", *["go"] * 6, "quit"]
        assert [sample.median for sample in result.samples[name]] == [0.002] * 6
    assert result.peaks == {"ours": 10**6, "bound": 10**6}
    assert result.working == {"ours": 2000}


def test_contenders_begin_anew_in_the_course_of_a_row(tmp_path: Path) -> None:
    made = dataclasses.replace(
        row(
            ours=fake(tmp_path, "ours", "[1.0]"),
            rival=fake(tmp_path, "rival", "missing"),
            bound=fake(tmp_path, "bound", "[1.0]"),
        ),
        rounds=7,
        starts=3,
    )
    result = race(made, random.Random(0))
    parts = [["check", *["go"] * rounds, "quit"] for rounds in (2, 2, 3)]
    for name in ("ours", "bound"):
        assert asked(tmp_path, name) == [question for part in parts for question in part]
    assert {name: len(samples) for name, samples in result.samples.items()} == {"ours": 7, "bound": 7}
    assert list(result.samples) == ["ours", "bound"]
    assert result.missing == {"rival": "it is not installed"}
    assert (result.peaks["ours"], result.working) == (10**6, {"ours": 2000})


def test_a_disagreement_refuses_to_time(tmp_path: Path) -> None:
    made = row(ours=fake(tmp_path, "ours", "[1.0, 2.0]"), bound=fake(tmp_path, "bound", "[1.0, 2.001]"))
    with pytest.raises(DisagreementError, match="bound does not compute what ours computes, so nothing is timed"):
        race(made, random.Random(0))
    assert asked(tmp_path, "ours") == asked(tmp_path, "bound") == ["check"]


def test_what_computes_nothing_to_compare_is_timed_all_the_same(tmp_path: Path) -> None:
    made = row(ours=fake(tmp_path, "ours", "[1.0, 2.0]"), bound=fake(tmp_path, "bound", "null"))
    assert set(race(made, random.Random(0)).samples) == {"ours", "bound"}


def test_a_missing_rival_is_skipped_loudly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = row(
        ours=fake(tmp_path, "ours", "1"), bound=fake(tmp_path, "bound", "1"), rival=fake(tmp_path, "rival", "missing")
    )
    result = race(made, random.Random(0))
    assert "!!! a row: rival is SKIPPED: it is not installed" in capsys.readouterr().out
    assert set(result.samples) == {"ours", "bound"}
    assert asked(tmp_path, "rival") == ["check"]
    assert "**rival: SKIPPED** | it is not installed" in report.report([result], {}, 0)


def test_samples_that_waited_are_dropped_and_few_pairs_are_not_a_number(tmp_path: Path) -> None:
    made = row(ours=fake(tmp_path, "ours", "1", 0.04), bound=fake(tmp_path, "bound", "1"))
    result = race(made, random.Random(0))
    assert "not measurable (0/12 clean)" in report.report([result], {}, 0)


@pytest.mark.parametrize(
    ("waited", "rounds"), [([0.04, 0.0], 6), ([0.04, 0.04, 0.0], 7), ([0.04] * 7 + [0.0], 12), ([0.04], 12)]
)
def test_a_row_goes_on_until_five_rounds_are_clean_or_it_was_asked_twice_as_often(
    tmp_path: Path, waited: list[float], rounds: int
) -> None:
    made = row(ours=fake(tmp_path, "ours", "1", *waited), bound=fake(tmp_path, "bound", "1"))
    assert [len(samples) for samples in race(made, random.Random(0)).samples.values()] == [rounds, rounds]


# A contender that answers once, and then does what its argument says.
ONCE = """
import json, os, signal, sys
sys.stdin.readline()
print(json.dumps({"result": 1}), flush=True)
sys.stdin.readline()
exec(sys.argv[1])
"""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-c", "raise SystemExit(3)"], "ours ended with status 3 when it was asked to check"),
        (["-c", ONCE, "os.kill(os.getpid(), signal.SIGKILL)"], "ours ended with status -9 when it was asked to go"),
        (["-c", ONCE, "print('a remark', flush=True)"], "ours answered 'a remark' when it was asked to go"),
    ],
)
def test_a_row_fails_in_one_line_and_the_rows_beside_it_are_raced(
    words: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = Row("another row", "one move", {"ours": fake(tmp_path, "ours", "1")}, bound="ours", rounds=2)
    bad = row(ours=[sys.executable, *words], bound=fake(tmp_path, "bound", "1"))
    first, second, third = raced([good, bad, good], random.Random(0))
    assert (first.failed, second.failed, third.failed) == ("", said, "")
    assert len(first.samples["ours"]) == len(third.samples["ours"]) == good.rounds
    assert f"!!! a row: FAILED: {said}" in capsys.readouterr().out
    text = report.report([first, second, third], {}, 0)
    assert text.count("| ours | 2 ms") == 2
    assert f"## a row\n\n**Failed: {said}.**\n\n## another row" in text


# All that `python -m benchmarks` does, with the rows that the program is given.
MAIN = """
import json, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # what a shell starts in the background would ignore it
from benchmarks import __main__ as bench, race
race.PATIENCE = 0.5
rows = [race.Row(name, "one move", contenders, bound="bound", rounds=2) for name, contenders in json.loads(sys.argv[1])]
bench.rows = lambda rust: rows
sys.exit(bench.main(["--races", "--folder", sys.argv[2]]))
"""


@pytest.fixture
def run_rows(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Return run_rows(name=contenders, …): the run that races these rows; at the end nothing of it is left."""
    runs: list[subprocess.Popen[bytes]] = []

    def start(**rows: dict[str, list[str]]) -> subprocess.Popen[bytes]:
        words = [sys.executable, "-c", MAIN, json.dumps(list(rows.items())), str(tmp_path / "reports")]
        with (tmp_path / "said").open("wb") as output:  # what is left behind would keep a pipe open
            runs.append(subprocess.Popen(words, cwd=ROOT, stdout=output, stderr=output))
        return runs[-1]

    yield start
    end_all(str(tmp_path))
    for run in runs:
        run.wait()


def report_of(folder: Path) -> tuple[str, str]:
    """Return what a run has said, and its report."""
    said, report = (folder / name for name in ("said", "reports/report.md"))
    return said.read_text(encoding="utf-8"), report.read_text(encoding="utf-8") if report.exists() else ""


def test_a_run_with_a_failed_row_goes_on_and_ends_with_1(
    tmp_path: Path, run_rows: Callable[..., subprocess.Popen[bytes]]
) -> None:
    good = {"bound": fake(tmp_path, "good", "1")}
    bad = {"ours": fake(tmp_path, "ours", "1"), "bound": fake(tmp_path, "bound", "2")}
    status = run_rows(first=good, second=bad, third=good).wait()
    said, text = report_of(tmp_path)
    assert status == 1, said
    assert said.rstrip().endswith("FAILED, see above: second")
    assert text.count("| bound | 2 ms") == 2
    assert "**Failed: bound does not compute what ours computes, so nothing is timed.**" in text
    rows = csv.DictReader((tmp_path / "reports" / "raw.csv").read_text(encoding="utf-8").splitlines())
    assert {each["row"] for each in rows} == {"first", "third"}


# A contender that has started another process and is busy until it is ended, as that one is.
BUSY = """
import subprocess, sys, time
sleep = [sys.executable, "-c", "import time; time.sleep(10_000)", *sys.argv[1:]]
subprocess.Popen(sleep)
time.sleep(10_000)
"""


def test_an_interruption_keeps_the_rows_before_and_leaves_no_process_behind(
    tmp_path: Path, run_rows: Callable[..., subprocess.Popen[bytes]]
) -> None:
    mark = f"left-{tmp_path}"
    good, busy = {"bound": fake(tmp_path, "good", "1")}, {"bound": [sys.executable, "-c", BUSY, mark]}
    run = run_rows(first=good, second=busy)
    assert waited_for(lambda: len(living(f"time.sleep(10_000) {mark}")) == 1)
    run.send_signal(signal.SIGINT)
    status = run.wait()
    said, text = report_of(tmp_path)
    assert status == 128 + signal.SIGINT, said
    assert "Interrupted. What was measured before is in" in said
    assert "| bound | 2 ms" in text
    assert waited_for(lambda: not living(mark))


def samples(*given: tuple[float, float]) -> list[Sample]:
    return [Sample((seconds,), waited) for seconds, waited in given]


def test_the_peak_of_a_contender_is_not_that_of_the_process_that_started_it() -> None:
    start = "import subprocess, sys; held = b'x' * 300_000_000; subprocess.run([sys.executable, '-c', sys.argv[1]])"
    say = "from benchmarks.contender import peak; print(peak())"
    run = subprocess.run([sys.executable, "-c", start, say], capture_output=True, text=True, check=True)
    assert 5_000_000 < int(run.stdout) < 200_000_000


def test_only_rounds_in_which_both_are_clean_count() -> None:
    ours = samples((2, 0), (2, 0), (4, 0.03), (2, 0), (900, 0.031), (2, 0), (900, 0))
    base = samples((1, 0), (1, 0), (1, 0), (1, 0), (1, 0), (1, 0), (1, 0.5))
    ratio = paired_ratio(ours, base)
    assert (ratio.quartiles, ratio.clean, ratio.rounds) == ((2.0, 2.0, 2.0), 5, 7)


def test_a_round_is_clean_when_little_ran_beside_it() -> None:
    assert [Sample((1.0,), 0.0, beside).clean for beside in (0.0, 0.05, 0.051)] == [True, True, False]
    assert not Sample((1.0,), 0.04, 0.0).clean


def test_four_clean_pairs_are_not_enough() -> None:
    ratio = paired_ratio(samples(*[(2, 0)] * 4, (2, 1)), samples(*[(1, 0)] * 5))
    assert ratio.quartiles is None
    assert str(ratio) == "not measurable (4/5 clean)"
    assert str(paired_ratio(samples(*[(6789, 0)] * 5), samples(*[(1, 0)] * 5))).startswith("6,789 (")


def test_ratios_are_paired_before_the_median_is_taken() -> None:
    ours = samples((1, 0), (20, 0), (300, 0), (4000, 0), (50000, 0))
    base = samples((1, 0), (10, 0), (100, 0), (1000, 0), (10000, 0))
    assert paired_ratio(ours, base).quartiles == (2.0, 3.0, 4.0)


def test_the_spread_is_over_all_single_times() -> None:
    assert spread([Sample(tuple(range(1, 51)), 0), Sample(tuple(range(51, 101)), 1)]) == (50.5, 96, 100)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ([1.0, [2.0]], [1.0 + 1e-12, [2.0]], True),
        ([1.0], [1.0, 2.0], False),
        ([1.0], [1.1], False),
        (float("nan"), 1.0, False),
        ("a", "a", True),
        ("a", 1.0, False),
    ],
)
def test_what_counts_as_the_same_result(one: Any, other: Any, same: bool) -> None:
    assert agree(one, other, 1e-9) is same


class Sum(Contender):
    closed = False

    def check(self) -> float:
        return 3.0

    def go(self) -> list[float]:
        return [0.25]

    def close(self) -> None:
        self.closed = True


class Missing(Sum):
    def check(self) -> float:
        raise MissingRivalError("no such program")


def test_a_contender_answers_check_go_and_quit() -> None:
    contender, output = Sum(), io.StringIO()
    serve(contender, io.StringIO("check\ngo\nquit\ngo\n"), output)
    first, second, third = output.getvalue().splitlines()
    assert first == '{"result": 3.0}'
    assert second.startswith('{"seconds": [0.25], "waited": ')
    assert third.startswith('{"peak": ')
    assert contender.closed


def test_a_contender_says_what_is_missing_and_refuses_other_questions() -> None:
    output = io.StringIO()
    serve(Missing(), io.StringIO("check\n"), output)
    assert output.getvalue().startswith('{"missing": "no such program"}')
    with pytest.raises(ValueError, match="answers check, go and quit, not 'run'"):
        serve(Sum(), io.StringIO("run\n"), io.StringIO())


def test_waiting_is_read_from_the_scheduler() -> None:
    assert waited(os.getpid()) > 0
    assert timed(Sum())["waited"] >= 0


def test_every_row_has_a_bound_and_ours_first() -> None:
    for each in rows():
        assert each.bound in each.contenders
        assert next(iter(each.contenders)).startswith(("tinyml", "grading"))


def test_the_report_and_the_raw_rows_stand_side_by_side(tmp_path: Path) -> None:
    made = Row("a row", "one move", {"ours": [], "bound": []}, bound="bound", limits=(0.02, 0.05))
    result = Result(made, {"ours": samples(*[(0.004, 0)] * 5), "bound": samples(*[(0.002, 0)] * 5)})
    result.peaks = {"ours": 2 * 10**6, "bound": 10**6}
    text = report.write([result], {"processor": "one"}, 7, tmp_path).read_text(encoding="utf-8")
    assert "| ours | 4 ms (of 5) | 4 ms | 2 (2 to 2; 5/5 clean) | - | 2 MB |" in text
    assert "at most 20 ms (median) and 50 ms (95th percentile). Kept." in text
    assert "seed of the order: 7" in text
    rows = list(csv.DictReader((tmp_path / "raw.csv").read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 10
    assert rows[0]["seconds"] == "0.004000000000"
    result.samples["ours"] = samples(*[(0.021, 0)] * 5)
    assert "**Not kept in this run.**" in report.report([result], {}, 7)


def of_family(name: str, family: str, **seconds: float) -> Result:
    """Return a row of a family in which each contender took so many seconds, five times; `ours` is ours."""
    made = Row(name, "one file", {"ours": [], **{each: [] for each in seconds}}, bound="bound", family=family)
    timed_ = {each: samples(*[(took, 0)] * 5) for each, took in seconds.items()}
    return Result(made, timed_, peaks=dict.fromkeys(seconds, 10**6))


def test_rows_of_one_family_are_summed_up_behind_the_last_of_them() -> None:
    results = [
        of_family("1", "files", ours=1.0, rival=5.0),
        of_family("2", "files", ours=2.0, rival=6.0, part=0.5),
        of_family("3", "files", ours=9.0, rival=9.0),
        Result(dataclasses.replace(of_family("4", "files").row), {}, failed="it ended"),
        of_family("5", "", ours=70.0),
    ]
    text = report.report(results, {}, 0)
    assert "## files: the median over its rows" in text
    assert "| ours | 2 s | 1 s to 9 s | - | 3 |" in text
    assert "| rival | 6 s | 5 s to 9 s | 3 (1 to 5) | 3 |" in text
    assert "| part | 500 ms | 500 ms to 500 ms | 0.25 (0.25 to 0.25) | 1 |" in text
    heads = [line for line in text.splitlines() if line.startswith("## ")]
    assert heads == ["## 1", "## 2", "## 3", "## 4", "## files: the median over its rows", "## 5", "## Measured on"]


def test_a_family_without_a_number_says_none() -> None:
    lost = Result(of_family("1", "files").row, {}, failed="it ended")
    assert "the median over" not in report.report([lost], {}, 0)
    one = of_family("1", "files", ours=1.0, rival=5.0)
    one.samples["rival"] = samples(*[(5.0, 1)] * 5)
    assert "| rival | 5 s | 5 s to 5 s | - | 1 |" in report.report([one], {}, 0)


@pytest.mark.parametrize(
    ("goal", "said"),
    [
        (goals.ratio("ours", "bound", most=2), "ours takes at most 2 times as long as bound. Measured: 2 times. Kept."),
        (
            goals.ratio("ours", "bound", most=1.9),
            "1.9 times as long as bound. Measured: 2 times. **Not kept",
        ),
        (
            goals.ratio("ours", "bound", least=2.1, most=3),
            "takes 2.1 to 3 times as long as bound. Measured: 2 times. **",
        ),
        (goals.faster("bound", "ours", least=2), "bound is at least 2 times as fast as ours. Measured: 2 times. Kept."),
        (goals.faster("ours", "bound", least=1), "as fast as bound. Measured: 0.5 times. **Not kept"),
        (goals.later("ours", "bound", most=0.002), "at most 2 ms more than bound. Measured: 2 ms more. Kept."),
        (goals.later("ours", "bound", most=0.001), "Measured: 2 ms more. **Not kept"),
        (goals.later("bound", "ours", most=0.001), "Measured: -2 ms more. Kept."),
        (goals.each("ours", most=3e-9), "ours takes at most 3 ns. Measured: 4 ms. **Not kept"),
        (
            goals.working("ours", most=64e6),
            "ours works in at most 64 MB beyond what goes in and comes out. Measured: 17",
        ),
        (goals.working("bound", most=64e6), "comes out. Not measured in this run."),
        (
            goals.ratio("ours", "rival", most=2),
            "2 times as long as rival. Not measured in this run.",
        ),
        (goals.each("busy", most=1), "busy takes at most 1 s. Not measured in this run."),
        (goals.later("ours", "busy", most=1), "Not measured in this run."),
    ],
)
def test_a_goal_is_kept_or_not_or_was_not_measured(goal: goals.Goal, said: str) -> None:
    timed_ = {
        "ours": samples(*[(0.004, 0)] * 5),
        "bound": samples(*[(0.002, 0)] * 5),
        "busy": samples(*[(0.002, 0)] * 4, (0.002, 0.5)),
    }
    assert said in goal.verdict(goals.Measured(timed_, {"ours": 17_000_000}))


def test_goals_and_what_is_known_from_elsewhere_stand_in_the_report() -> None:
    made = Row(
        "a row", "one step", {"ours": [], "bound": []}, bound="bound",
        goals=(goals.ratio("ours", "bound", most=2),), elsewhere={"a crate": "1.3 µs, measured elsewhere"},
    )  # fmt: skip
    result = Result(made, {"ours": samples(*[(0.004, 0)] * 5), "bound": samples(*[(0.002, 0)] * 5)})
    result.peaks, result.working = {"ours": 2 * 10**6, "bound": 10**6}, {"ours": 500_000}
    text = report.report([result], {}, 0)
    assert "| a crate | 1.3 µs, measured elsewhere |" in text
    assert "| 2 MB, the work alone 0.5 MB |" in text
    assert "Wanted: ours takes at most 2 times as long as bound. Measured: 2 times. Kept." in text


def test_the_contenders_of_counting_agree_and_a_rival_that_cannot_be_had_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "FOLDER", tmp_path)
    monkeypatch.setattr(counting, "MEGABYTE", 1000)
    found = [kind("small", "2", "5").check() for kind in (counting.Ours, counting.Plain)]
    assert found[0] == found[1]
    assert found[0][0] > 1000
    assert counting.Large("small", "2", "5").check() is True
    assert [len(path.read_bytes()) > 5000 for path in counting.text("small", 2, 5).iterdir()] == [True, True]

    def no_network(*_: object, **__: object) -> None:
        raise subprocess.CalledProcessError(1, "pip", stderr="no network")

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("benchmarks.environments.venv.create", lambda *_, **__: None)
    monkeypatch.setattr("benchmarks.environments.subprocess.run", no_network)
    with pytest.raises(MissingRivalError, match="scikit-learn cannot be installed: no network"):
        counting.CONTENDERS["scikit-learn"]("small", "2", "5").check()

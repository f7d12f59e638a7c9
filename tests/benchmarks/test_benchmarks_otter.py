"""The master in otter-grader's terms, as otter's format and a plain doctest tell; otter itself is not run."""

from __future__ import annotations

import contextlib
import doctest
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from benchmarks import grading, honest
from benchmarks.contender import MissingRivalError
from benchmarks.race import ROOT
from benchmarks.stock import one_file, otter, run
from grading.intake.master import master_of
from tinyml import check

PAPER = master_of(run.paper.written(run.paper.master()))


def cases(question: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    names: dict[str, Any] = {}
    exec(otter.files(PAPER)[f"{question}.py"], names)
    assert names["OK_FORMAT"] is True
    return names["test"], names["test"]["suites"][0]["cases"]


def passes(code: str, answer: str) -> bool:
    """Whether a case passes after an answer, as otter runs it."""
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(f"{run.paper.SET_UP}\n{answer}", names)
    found = doctest.DocTest(doctest.DocTestParser().get_examples(code), names, "case", None, None, code)
    with contextlib.redirect_stdout(io.StringIO()):
        failed = doctest.DocTestRunner().run(found).failed
    check.RESULTS.clear()
    return failed == 0


def test_each_question_has_a_test_file_with_its_points() -> None:
    assert set(otter.files(PAPER)) == {f"{question}.py" for question in run.paper.CODE}
    for question in run.paper.CODE:
        test, found = cases(question)
        assert (test["name"], test["points"]) == (question, run.paper.POINTS[question])
        assert test["all_or_nothing"] is True
        assert [case["hidden"] for case in found] == [False, True]
        assert "ask.hide()" in found[1]["code"]
        assert "ask.hide()" not in found[0]["code"]


@pytest.mark.parametrize("question", run.paper.CODE)
def test_a_case_passes_on_the_solution_alone(question: str) -> None:
    for case in cases(question)[1]:
        assert passes(case["code"], run.paper.RIGHT[question])
        assert not passes(case["code"], "")


def test_an_answer_that_fits_what_is_seen_fails_the_hidden_case() -> None:
    seen, hidden = cases("predicted")[1]
    assert passes(seen["code"], "predicted = 12")
    assert not passes(hidden["code"], "predicted = 12")


def test_check_cells_are_marked_and_nothing_else_is_touched() -> None:
    content = otter.marked(run.SOLUTIONS.notebook)
    cells = {cell["id"]: cell["metadata"] for cell in json.loads(content)["cells"]}
    marks = {name: data["otter"] for name, data in cells.items() if "otter" in data}
    assert marks == {f"{question}-check": {"tests": [question]} for question in run.paper.CODE}
    texts = [cell["source"] for cell in json.loads(content)["cells"]]
    assert texts == [cell["source"] for cell in json.loads(run.SOLUTIONS.notebook)["cells"]]
    for other in (b"", b"\xff\xfe no notebook", b'{"nbgrader": {"grade_id": "shares"}}'):
        assert otter.marked(other) == other


def test_an_environment_that_is_whole_is_not_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("venv.create", lambda *_, **__: pytest.fail("it is made again"))
    (tmp_path / "whole").touch()
    assert otter.environment(tmp_path) == tmp_path


def test_an_environment_that_cannot_be_made_is_a_missing_rival(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(command: list[str], **_: object) -> None:
        raise subprocess.CalledProcessError(1, command, stderr="looking\nno network\n")

    monkeypatch.setattr("venv.create", lambda *_, **__: None)
    monkeypatch.setattr("subprocess.run", fail)
    with pytest.raises(MissingRivalError, match="otter-grader cannot be installed: no network"):
        otter.environment(tmp_path / "new")
    assert not (tmp_path / "new" / "whole").exists()


def test_the_folder_of_the_environment_is_named_by_its_pins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = otter.cache()
    monkeypatch.setattr(otter, "PINS", tmp_path / "pins")
    (tmp_path / "pins").write_text("otter-grader==1\n")
    assert otter.cache() != before
    assert "otter-grader==7.0.0" in Path(otter.__file__).parents[1].joinpath("requirements-otter.txt").read_text()


def stands_in(monkeypatch: pytest.MonkeyPatch, score: float) -> None:
    """Put something in the place of otter's programs: they pack what is in `tests`, and give each test a score."""

    def generate(command: list[str], cwd: Path, **_: object) -> None:
        assert command[1:4] == ["-m", "otter", "generate"]
        with zipfile.ZipFile(command[command.index("--output-path") + 1], "w") as archive:
            for path in (cwd / "tests").iterdir():
                archive.write(path, path.name)

    def grade_submission(submission: str, archive: str, *, quiet: bool) -> Any:
        assert quiet
        marks = re.findall(r'"otter": \{"tests": \["([\w-]+)"\]\}', Path(submission).read_text(encoding="utf-8"))
        names = [Path(name).stem for name in zipfile.ZipFile(archive).namelist()]
        assert sorted(marks) == sorted(names)
        return SimpleNamespace(results={name: SimpleNamespace(score=score * len(name)) for name in names})

    monkeypatch.setattr("subprocess.run", generate)
    monkeypatch.setitem(sys.modules, "otter", ModuleType("otter"))
    api = ModuleType("otter.api")
    api.grade_submission = grade_submission  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "otter.api", api)


def test_the_contender_grades_the_same_questions_as_the_others_and_new_files(monkeypatch: pytest.MonkeyPatch) -> None:
    stands_in(monkeypatch, 0.5)
    monkeypatch.setenv("XDG_CACHE_HOME", "/elsewhere")
    contender = one_file.Otter("04_training")
    assert contender.check() == [0.5 * len(name) for name in honest.checked("04_training")]
    before = contender.submission.read_bytes()
    contender.prepare()
    assert len(contender.go()) == 1
    assert contender.submission.read_bytes() == otter.marked(honest.honest("04_training", 1)) != before
    assert Path(os.environ["XDG_CACHE_HOME"]).is_relative_to(contender.folder)
    contender.close()
    assert not contender.folder.exists()


def test_the_contender_is_started_in_the_environment_of_otter(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr("benchmarks.environments.python_of", lambda rival: Path("/home/of", rival))
    monkeypatch.setattr("os.execv", lambda _, command: started.append(command))
    grading.CONTENDERS["otter"]("04_training")
    assert started == [["/home/of/otter", "-m", "benchmarks.stock.one_file", "04_training"]]


def test_the_submissions_meet_the_numpy_and_the_mypy_that_ours_meet() -> None:
    pins = {line for path in ROOT.glob("requirements*.txt") for line in path.read_text(encoding="utf-8").splitlines()}
    own = otter.PINS.read_text(encoding="utf-8").splitlines()
    assert {line.partition("==")[0] for line in pins.intersection(own)} >= {"numpy", "mypy", "mypy-extensions"}

"""What the type checker says of a cell, and what a check makes of it; a cell is read and never run."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import processes
import pytest
from drawing import draws
from hypothesis import example, given
from hypothesis import strategies as st
from processes import alive, living, waited_for
from shell import running_shell

from tinyml import check
from tinyml.check import typecheck, typechecker
from tinyml.check.outcomes import NotChecked, NotPassed
from tinyml.check.typecheck import Finding, Verdict, findings_of, program, record

WRONG_COMPOSITION = """
from tinyml import Embedding, ModelDimension, Parameters, Softmax, VocabSize

parameters = Parameters.init(VocabSize(5), ModelDimension(4))
Embedding(parameters) >> Softmax(VocabSize(5))
"""
PROGRAMS = {
    "accepted": ("\nx: int = 1\n", []),
    "composition": (WRONG_COMPOSITION, [(5, "operator")]),
    "bare number": ("\nfrom tinyml import LearningRate, TokenId\nx: TokenId = 1\n", [(3, "assignment")]),
    "two errors": ("\nx: int = ''\n\ndef f(x): return x\n", [(2, "assignment"), (4, "no-untyped-def")]),
    "only a note": ("\nreveal_type(1)\n", []),
    "silenced": ("\nx: int = ''  # type: ignore\n", [(2, "assignment")]),
    "silenced by name": ("\nx: int = ''  # see above #type:ignore[assignment]\n", [(2, "assignment")]),
    "silenced as a whole": ("\n# mypy: ignore-errors\nx: int = ''\n", [(3, "assignment")]),
    "carriage returns": ("\r\n\r\nx: int = ''\r\n", [(3, "assignment")]),
    "no Python": ("\nx = (\n", [(2, "syntax")]),
    "break outside a loop": ("\nx = 1\nbreak\n", [(3, "syntax")]),
    "a zero byte": ("x = 1\0", [(1, "syntax")]),
    "half of a pair": ("'\ud800'", [(1, "syntax")]),
    "too deep": ("-" * 15_000 + "1", [(1, "syntax")]),
    "too long": ("x = 1\n" * 10_000, [(1, "syntax")]),
    "an unknown encoding": ("# coding: utf-nonsense\nx: int = ''\n", [(2, "assignment")]),
    "empty": ("\n  \n# only words\n", [(1, "empty")]),
    "a stub": ("\nfrom tinyml import TokenId\n...\n", [(3, "empty")]),
    "a protocol": ("\nfrom typing import Protocol\n\nclass P(Protocol):\n    def f(self) -> int: ...\n", []),
}


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    for kept in (typecheck.RECORDS, check.RESULTS):
        kept.clear()
    yield
    for kept in (typecheck.RECORDS, check.RESULTS):
        kept.clear()


@pytest.fixture
def shell() -> Iterator[Any]:
    with running_shell() as shell:
        typecheck.enable()
        yield shell


def brief(findings: list[Finding]) -> list[tuple[int, str]]:
    return [(finding.line, finding.code) for finding in findings]


def watched(monkeypatch: pytest.MonkeyPatch) -> list[Mapping[str, str]]:
    """Return the list of files that each run of mypy is given from now on."""
    runs, run = list[Mapping[str, str]](), typechecker.run

    def watch(files: Mapping[str, str]) -> Any:
        runs.append(files)
        return run(files)

    monkeypatch.setattr(typechecker, "run", watch)
    return runs


@draws(24)  # each is a run of mypy
@example({"only a note", "a protocol"})
@given(st.sets(st.sampled_from(sorted(PROGRAMS))))
def test_what_is_found_does_not_depend_on_the_programs_beside_it(names: set[str]) -> None:
    found = findings_of({name: PROGRAMS[name][0] for name in names})
    assert {name: brief(of) for name, of in found.items()} == {name: PROGRAMS[name][1] for name in names}


def test_all_programs_in_one_run(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = watched(monkeypatch)
    found = findings_of({name: text for name, (text, _) in PROGRAMS.items()})
    assert {name: brief(of) for name, of in found.items()} == {name: of for name, (_, of) in PROGRAMS.items()}
    assert len(runs) == 1


ENDLESS = {
    "a power": "from typing import Final\n\nX: Final = 9 ** 9 ** 9\n",
    "a nest of calls": f"x = {'(lambda y: y)(' * 25}1{')' * 25}\n",
}
TOO_LARGE = "from typing import Final\n\nX: Final = 1 << 10 ** 10\n"


def test_a_program_that_mypy_comes_to_no_end_with_costs_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    typechecker.workshop()  # which has time enough to be made
    monkeypatch.setattr(typechecker, "SECONDS", 3)
    sources = {str(number): "x: int = ''\n" for number in range(5)} | ENDLESS | {"large": TOO_LARGE, "last": "x = 1\n"}
    found = findings_of(sources)
    assert {name: brief(of) for name, of in found.items()} == {
        **{str(number): [(1, "assignment")] for number in range(5)},
        **{name: [(1, "unfinished")] for name in (*ENDLESS, "large")},
        "last": [],
    }
    assert {found[name][0].message for name in ENDLESS} == {"the type checker came to no end in 3 seconds"}
    assert found["large"][0].message == "the type checker came to no end in 1 GB of memory"
    assert living(str(typechecker.workshop())) == []


def test_a_run_that_waits_for_ever_is_ended_with_what_it_has_started(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(processes, "PATIENCE", 90)  # what nobody ends sleeps longer
    (tmp_path / "waits.py").write_text(WAITS.format(tmp_path / "process"), encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    typechecker.workshop()
    monkeypatch.setattr(typechecker, "CHECKER", "waits")
    monkeypatch.setattr(typechecker, "PATIENCE", 3)
    monkeypatch.setattr(typechecker, "SECONDS", 1)
    assert brief(findings_of({"any": "x = 1\n"})["any"]) == [(1, "unfinished")]
    process = int((tmp_path / "process").read_text())
    assert waited_for(lambda: not alive(process))


WAITS = """
import pathlib, subprocess, time
process = subprocess.Popen(["sleep", "1000"])
pathlib.Path("{}").write_text(str(process.pid))
time.sleep(1000)
"""


def test_mypy_ends_with_the_notebook_that_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "PATIENCE", 90)  # what nobody ends sleeps longer
    (tmp_path / "sleeps.py").write_text("import time\ntime.sleep(1000)\n", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    code = """from tinyml.check import typecheck, typechecker
print(typechecker.workshop(), flush=True)
typechecker.CHECKER = "sleeps"
typecheck.findings_of({"any": "x = 1"})"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        folder = process.stdout.readline().strip()
        assert waited_for(lambda: living(f"--cache-dir={folder}") != [])
        process.kill()
    assert waited_for(lambda: not living(f"--cache-dir={folder}"))
    shutil.rmtree(folder)


def test_what_a_run_that_was_ended_leaves_in_the_cache_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    cache = typechecker.workshop() / "cache"
    (cache / "half-written").touch()
    findings_of({"any": "x = 1\n"})
    assert (cache / "half-written").exists()
    findings_of({"large": TOO_LARGE})
    assert not (cache / "half-written").exists()
    runs = watched(monkeypatch)
    assert findings_of({"any": "import tinyml\n"}) == {"any": []}
    assert len(runs) == 1


def test_a_mypy_that_falls_over_accepts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typechecker, "OPTIONS", ("--no-such-option",))
    assert findings_of({"any": "x = 1\n"}) == {
        "any": [Finding(1, "the type checker came to no end: mypy fails on this cell", "unfinished")]
    }


def test_no_program_can_import_another(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = watched(monkeypatch)
    findings_of({"a": "x = 1\n", "b": "x = 1\n"})
    findings_of({"a": "x = 1\n", "b": "x = 1\n"})
    assert len({name for files in runs for name in files}) == 4
    assert not list(typechecker.workshop().glob("cell_*"))


def test_nobodys_configuration_matters(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "mypy.ini").write_text("[mypy]\nignore_errors = True\n")
    (tmp_path / "tinyml.py").write_text("")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MYPYPATH", str(tmp_path))
    monkeypatch.setenv("MYPY_CACHE_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.delenv("PYTHONPATH", raising=False)
    text, expected = PROGRAMS["composition"]
    assert brief(findings_of({"one": text})["one"]) == expected
    assert {path.name for path in tmp_path.iterdir()} == {"mypy.ini", "tinyml.py"}


def test_a_name_of_the_cell_is_told_without_the_name_of_its_file() -> None:
    (finding,) = findings_of({"a": "class Position: ...\n\nx: type[int] = Position\n"})["a"]
    assert "Position" in finding.message
    assert "cell_" not in finding.message


# ---------------------------------------------------------------- the magic


def test_a_cell_is_checked_and_never_run(shell: Any, capsys: pytest.CaptureFixture[str]) -> None:
    shell.run_cell("%%typecheck first\nfrom tinyml import TokenId\nseen = 1\nx: TokenId = 1\n")
    printed = capsys.readouterr()
    assert printed.out.startswith("line 4: Incompatible types in assignment")
    assert printed.out.endswith("[assignment]\n")
    assert printed.out.count("\n") == 1
    assert printed.err == ""
    assert "seen" not in shell.user_ns
    shell.run_cell("%%typecheck first\nseen: int = 1\n")
    assert capsys.readouterr().out == "The type checker accepts it.\n"
    assert typecheck.RECORDS == {"first": ()}


@pytest.mark.parametrize("ends", ["\n", "\r\n", "  \n"])
def test_the_first_line_may_end_as_it_likes(shell: Any, capsys: pytest.CaptureFixture[str], ends: str) -> None:
    shell.run_cell(f"%%typecheck  first{ends}x: int = ''{ends}")
    assert capsys.readouterr().out.startswith("line 2: ")
    assert brief([*(typecheck.RECORDS["first"] or ())]) == [(2, "assignment")]


@pytest.mark.parametrize(
    ("cell", "printed"),
    [
        ("%%typecheck\nx = 1\n", "Nothing is checked: the first line needs one name"),
        ("%%typecheck one two\nx = 1\n", "Nothing is checked: the first line needs one name"),
        ("%%typecheck one\n\n", "line 1: nothing is written in this cell yet"),
        ("%%typecheck one\n...\n", "line 2: `...` is still here: write the answer in its place"),
        ("%%typecheck one\nx = (\n", "line 2: this is not Python: '(' was never closed"),
    ],
)
def test_what_cannot_be_checked_is_said(
    shell: Any, capsys: pytest.CaptureFixture[str], cell: str, printed: str
) -> None:
    shell.run_cell(cell)
    told = capsys.readouterr()
    assert told.out.startswith(printed)
    assert told.out.count("\n") == 1
    assert told.err == ""
    assert "" not in typecheck.RECORDS


def test_many_errors_take_ten_lines(shell: Any, capsys: pytest.CaptureFixture[str]) -> None:
    shell.run_cell("%%typecheck many\n" + "".join(f"x{n}: int = ''\n" for n in range(30)))
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 10
    assert lines[-1] == "... and 21 more"
    assert len(typecheck.RECORDS["many"] or ()) == 30


def test_without_mypy_the_mark_is_pending(
    shell: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    shell.run_cell("%%typecheck one\nx: int = ''\n")
    assert capsys.readouterr().out == "Not checked here: mypy is not installed. Its mark is pending.\n"
    assert typecheck.RECORDS == {"one": None}
    shell.run_cell("%%typecheck one\n...\n")
    assert "write the answer in its place" in capsys.readouterr().out, "what needs no mypy is said without it"


def test_what_does_not_end_is_said_and_is_pending(
    shell: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    typechecker.workshop()
    monkeypatch.setattr(typechecker, "SECONDS", 2)
    shell.run_cell(f"%%typecheck one\n{ENDLESS['a power']}")
    words = "the type checker came to no end in 2 seconds"
    assert capsys.readouterr().out == (
        f"Not checked: {words}. Its mark is pending.\n"
        "It works out numbers and nested calls before it can say what type they have: write the answer without them.\n"
    )
    assert ask("one").points.pending
    assert capsys.readouterr().out == f"loss-type: not checked here, its mark is pending\n{words}\n"
    with pytest.raises(NotChecked, match=words):
        typecheck.verdict("one")


def test_an_interrupted_cell_keeps_no_older_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(sources: Mapping[str, str]) -> Any:
        raise KeyboardInterrupt

    record("one", [])
    monkeypatch.setattr(typecheck, "findings_of", interrupted)
    with pytest.raises(KeyboardInterrupt):
        typecheck.check_cell("one", "x = 1\n")
    assert "one" not in typecheck.RECORDS


def test_outside_a_notebook_enable_does_nothing_and_only_numpy_is_loaded() -> None:
    code = (
        "import sys, tinyml; before = set(sys.modules); from tinyml.check import typecheck; typecheck.enable(); "
        "print(sorted({name.split('.')[0] for name in set(sys.modules) - before} - set(sys.stdlib_module_names)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "['numpy', 'tinyml']\n"


def test_what_runs_mypy_is_not_loaded_before_a_program_is_checked() -> None:
    code = (
        "import sys; from tinyml.check import typecheck\n"
        "def loaded(): print('tinyml.check.typechecker' in sys.modules)\n"
        "typecheck.findings_of({'one': '...'}); loaded(); typecheck.findings_of({'one': 'x = 1'}); loaded()"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "False\nTrue\n"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("%%typecheck one\nx = 1", ("one", "\nx = 1")),
        ("\n%%typecheck  one \r\nx = 1", ("one", "\n\nx = 1")),
        ("%%typecheck one", ("one", "\n")),
        ("%%typecheck\nx = 1", ("", "%%typecheck\nx = 1")),
        ("%%typechecked one\nx = 1", ("", "%%typechecked one\nx = 1")),
        ("x = 1\n%%typecheck one\n", ("", "x = 1\n%%typecheck one\n")),
    ],
)
def test_the_text_of_a_cell_is_its_name_and_its_program(cell: str, expected: tuple[str, str]) -> None:
    assert program(cell) == expected


# ---------------------------------------------------------------- what a check asks

OPERATOR, ASSIGNMENT, SYNTAX = Finding(2, "no", "operator"), Finding(3, "no", "assignment"), Finding(1, "no", "syntax")


@pytest.mark.parametrize(
    ("findings", "codes", "passes"),
    [
        ((OPERATOR,), ("operator",), True),
        ((OPERATOR, OPERATOR), ("operator",), True),
        ((OPERATOR, ASSIGNMENT), ("operator", "assignment"), True),
        ((OPERATOR,), ("operator", "assignment"), True),
        ((OPERATOR,), (), True),
        ((OPERATOR, ASSIGNMENT), ("operator",), False),
        ((ASSIGNMENT,), ("operator",), False),
        ((SYNTAX,), (), False),
        ((OPERATOR, SYNTAX), ("operator",), False),
        ((), ("operator",), False),
        ((), (), False),
    ],
)
def test_refused_means_some_error_and_no_others(
    findings: tuple[Finding, ...], codes: tuple[str, ...], passes: bool
) -> None:
    if passes:
        Verdict("one", findings).refused(*codes)
    else:
        with pytest.raises(NotPassed, match="The type checker"):
            Verdict("one", findings).refused(*codes)


def test_accepted_means_no_error() -> None:
    Verdict("one", ()).accepted()
    with pytest.raises(NotPassed) as caught:
        Verdict("one", (OPERATOR,) * 20).accepted()
    assert caught.value.lines[:2] == ("The type checker says of `%%typecheck one`:", "line 2: no [operator]")
    assert caught.value.lines[-2:] == ("... and 16 more", "expected  no error")
    assert len(caught.value.lines) < 9


def ask(name: str) -> check.Question:
    with check.question("loss-type", points=2, reread="chapter 5") as question:
        question.typecheck(name).refused("operator")
    return question


def test_a_question_takes_what_was_recorded(capsys: pytest.CaptureFixture[str]) -> None:
    record("one", [OPERATOR])
    assert float(ask("one").points) == 2
    assert capsys.readouterr().out == ""
    record("one", [])
    assert float(ask("one").points) == 0
    assert "The type checker accepts `%%typecheck one`." in capsys.readouterr().out


def test_a_cell_that_was_never_run_is_no_pass(capsys: pytest.CaptureFixture[str]) -> None:
    assert float(ask("one").points) == 0
    assert "The cell that begins with `%%typecheck one` has not been run." in capsys.readouterr().out
    check.summary({"loss-type": 2})
    assert "0 of 2" in capsys.readouterr().out


def test_what_was_not_checked_is_pending(capsys: pytest.CaptureFixture[str]) -> None:
    record("one", None)
    points = ask("one").points
    words = "loss-type: not checked here, its mark is pending"
    assert (float(points), points.pending, points.words, repr(points)) == (0, True, words, "0")
    assert capsys.readouterr().out == f"{words}\n"
    check.summary({"loss-type": 2, "other": 1})
    printed = capsys.readouterr().out.splitlines()
    assert [" ".join(line.split()[1:]) for line in printed] == ["pending, 2", "not checked yet, 1", "far 0 of 3"]
    with pytest.raises(NotChecked):
        typecheck.verdict("one")


def test_a_hidden_type_check_is_pending_too(capsys: pytest.CaptureFixture[str]) -> None:
    record("one", None)
    with check.question("loss-type", points=2, reread="chapter 5") as question:
        question.hide()
        question.typecheck("one").accepted()
    assert question.points.pending
    assert "pending" in capsys.readouterr().out

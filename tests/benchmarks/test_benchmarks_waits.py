"""What a user waits for: the contenders do what their rows say.  Nothing is timed, no browser starts."""

from __future__ import annotations

import ast
import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.contender import Contender, MissingRivalError, answer
from benchmarks.race import Process
from benchmarks.waits import build, first_widget, imports, table
from tinyml.widgets.linking import widget_names

BOOK = Path(__file__).parent.parent.parent / "book"

LOADED = "\nimport sys\nprint(sorted(name for name in sys.modules if name.startswith('tinyml.')))"


def loaded(program: str) -> list[str]:
    """Return the modules of the package that a program loads."""
    run = subprocess.run([sys.executable, "-c", program + LOADED], capture_output=True, text=True, check=True)
    found: list[str] = ast.literal_eval(run.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("program", ["tinyml", "star", "numpy", "python"])
def test_what_is_imported_loads_none_of_the_slow_libraries(program: str) -> None:
    assert imports.Import(program).check() == []


def test_a_slow_library_that_is_loaded_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        imports, "programs", lambda: {"star": "from tinyml import *\nfrom tinyml.widgets import ChainBuilder"}
    )
    assert {"anywidget", "ipywidgets"} <= set(imports.Import("star").check())


def test_each_program_loads_what_it_stands_for() -> None:
    programs = imports.programs()
    assert loaded(programs["tinyml"]) == loaded(programs["numpy"]) == loaded(programs["python"]) == []
    first, chapter, star = (loaded(programs[name]) for name in ("first", "chapter", "star"))
    assert "tinyml.ch01_objects.quantities" in first
    assert "tinyml.ch03_prediction.prediction" not in first
    assert set(first) < set(chapter) < set(star)
    assert {
        "tinyml.ch01_objects.vocabulary",
        "tinyml.ch01_objects.parameters",
        "tinyml.ch03_prediction.prediction",
    } <= set(chapter)


def test_all_names_that_the_chapter_imports_are_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "chapter.ipynb"
    cells = [{"cell_type": kind, "source": [source]} for kind, source in (
        ("markdown", "from tinyml import Nothing"), ("code", "from tinyml import TokenId\nprint(TokenId(1))"),
        ("code", "from tinyml.widgets import ChainBuilder\nfrom tinyml import Vector\nVector([1.0])"))]  # fmt: skip
    path.write_text(repr({"cells": cells}).replace("'", '"'), encoding="utf-8")
    found = imports.programs(path)
    assert found["first"] == "from tinyml import TokenId\nprint(TokenId(1))"
    assert found["chapter"] == f"{found['first']}\nfrom tinyml import Vector"


def test_a_process_that_imports_is_timed_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "programs", lambda: {"python": "import time; time.sleep(0.05)"})
    contender = imports.Import("python")
    contender.check()
    assert contender.go()[0] > 0.05
    assert contender.waits > 0


def test_the_rows_start_as_they_are_written() -> None:
    [row] = [row for row in table.rows() if row.name.startswith("importing")]
    process = Process("ours", next(iter(row.contenders.values())))
    try:
        assert process.ask("check") == {"result": []}
        process.quit()
    finally:
        process.end()
    assert all(goal.wanted.endswith(row.bound) for goal in row.goals)


class Told(Contender):
    """Says what it was asked."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def check(self) -> None:
        """Nothing to compare."""

    def prepare(self) -> None:
        self.done.append("prepare")

    def go(self) -> list[float]:
        self.done.append("go")
        return [1.0]

    def waiting(self) -> int:
        self.done.append("waiting")
        return 0


def test_a_contender_is_made_ready_before_each_round_and_that_is_not_timed() -> None:
    made = Told()
    assert answer(made, "go")["seconds"] == [1.0]
    assert made.done == ["prepare", "waiting", "go", "waiting"]


@pytest.mark.parametrize("kind", first_widget.KINDS.values())
def test_a_book_that_is_not_built_is_missing(kind: Callable[[Path], Contender], tmp_path: Path) -> None:
    made = kind(tmp_path)
    with pytest.raises(MissingRivalError, match="the book is not built: run `make book`"):
        made.check()
    made.close()


def test_one_page_has_the_widget_and_the_other_has_none() -> None:
    widget, text = (BOOK / Path(kind.page).name for kind in (first_widget.Widget, first_widget.Text))
    assert 'data-widget=\\"training_explorer\\"' in widget.with_suffix(".ipynb").read_text(encoding="utf-8")
    assert "training_explorer" in widget_names()
    assert "tinyml-widget" not in text.with_suffix(".md").read_text(encoding="utf-8")


def test_the_time_is_that_of_the_frame_after_the_widget_stands(node: str) -> None:
    code = f"""
        globalThis.window = {{}};
        const done = [];
        globalThis.requestAnimationFrame = callback => setImmediate(() => {{ done.push("frame"); callback(); }});
        let left = 3;
        ({first_widget.WATCH})(() => {{ done.push(left === 1 ? "there" : "not yet"); return --left === 0; }});
        window.painted.then(time => {{ console.log(done.join(), typeof time); process.exit(0); }});
    """
    run = subprocess.run([node, "-e", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "frame,not yet,frame,not yet,frame,there number"


NOTEBOOKS = ("04_training", "05_endomorphism")
CELLS = "".join(f'<testcase classname="book.{name}" name="Cell" time="0.5"/>' for name in (*NOTEBOOKS, *NOTEBOOKS))


def small_book(folder: Path) -> None:
    (folder / "book").mkdir()
    (folder / "book" / "preface.md").write_text("# A book\n", encoding="utf-8")
    cells = [{"cell_type": "markdown", "source": ["Text"]}, {"cell_type": "code", "source": ["print(1)\n"]}]
    for name in NOTEBOOKS:
        (folder / "book" / f"{name}.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")


def cached(folder: Path, seconds: float) -> None:
    """Note two runs as the cache of a build does."""
    path = folder / "_build" / ".jupyter_cache" / "global.db"
    path.parent.mkdir(parents=True, exist_ok=True)
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE IF NOT EXISTS nbcache (pk INTEGER PRIMARY KEY, uri TEXT, data TEXT)")
        for name in NOTEBOOKS:
            row = (str(folder / "book" / f"{name}.ipynb"), json.dumps({"execution_seconds": seconds}))
            database.execute("INSERT INTO nbcache (uri, data) VALUES (?, ?)", row)
    database.close()


def test_the_book_is_built_cold_and_after_each_edit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[bool, bool]] = []

    def timed(command: list[str], folder: Path) -> float:
        if "pytest" in command:
            assert [f"book/{name}.ipynb" for name in NOTEBOOKS] == [
                each for each in command if each.startswith("book/")
            ]
            (folder / "nbval.xml").write_text(f"<testsuite>{CELLS}</testsuite>", encoding="utf-8")
            return 20.0 if "-n" in command else 30.0
        assert command[1] == str(folder / "tools" / "build_book.py")
        prose = "One sentence more." in (folder / "book" / "preface.md").read_text(encoding="utf-8")
        source = json.loads((folder / "book" / "05_endomorphism.ipynb").read_text(encoding="utf-8"))["cells"][1][
            "source"
        ]
        seen.append((prose, source == ["# One comment more.\n", "print(1)\n"]))
        cached(folder, float(len(seen)))
        return float(len(seen))

    monkeypatch.setattr(build, "timed", timed)
    monkeypatch.setattr("check_reproducible.copy_sources", small_book)
    found = build.measure_build()
    assert seen == [(False, False), (True, False), (True, True), (True, True)]
    assert list(found.builds.values()) == [1.0, 2.0, 3.0, 4.0]
    assert found.executed == dict.fromkeys(NOTEBOOKS, 1.0)  # those of the cold build
    assert found.compared == dict.fromkeys(NOTEBOOKS, 1.0)
    assert list(found.nbval.values()) == [30.0, 20.0]
    text = build.write(found, {"processor": "one"}, tmp_path).read_text(encoding="utf-8")
    assert "| cold: every notebook runs | 1.0 |" in text
    assert "| 05_endomorphism | 1.00 | 1.00 |" in text
    assert "- processor: one" in text


def test_a_build_that_fails_is_not_timed(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="no such page"):
        build.timed([sys.executable, "-c", "raise SystemExit('no such page')"], tmp_path)


def test_what_runs_in_a_copy_finds_the_tools_of_the_copy(tmp_path: Path) -> None:
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "own_tool.py").write_text("", encoding="utf-8")
    assert build.timed([sys.executable, "-c", "import own_tool"], tmp_path) > 0


def test_notebooks_are_compared_two_at_a_time_as_make_test_does() -> None:
    makefile = (BOOK.parent / "Makefile").read_text(encoding="utf-8")
    assert f"TWO := {' '.join(build.TWO)}\n" in makefile
    notebooks, *how, _ = build.NBVAL
    assert f"NBVAL := {' '.join(how)} $(TWO)\n" in makefile
    assert f"pytest {notebooks} $(NBVAL) $(CHAPTERS)" in makefile


def test_the_contender_of_imports_has_not_imported_numpy_itself() -> None:
    """Or its own memory would hide that of a program that imports less."""
    code = "import sys, benchmarks.waits.imports; print('numpy' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=BOOK.parent)
    assert run.stdout == "False\n"

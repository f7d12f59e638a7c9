"""What building the book takes, counted in single runs: `python -m benchmarks.waits.build`, and in `make bench`.

    cold      a copy of the sources in an empty folder: every notebook runs
    prose     a sentence more in the preface: every page is written anew, no notebook runs
    code      a comment more in a code cell of chapter 5: this notebook runs
    nothing   nothing has changed
    nbval     stored outputs against new ones, one notebook after the other, and two at a time as `make test` does

Checked by tests/benchmarks/test_benchmarks_waits.py.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import machine, report
from benchmarks.race import end_group

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tools"))

import check_reproducible  # noqa: E402  tools/ is a folder of scripts

NAME = "building the book: cold, warm, and chapter by chapter"
METHOD = """\
Single runs, one after another, and no races; the processes of a build share two processors. The book is built in a copy
of its sources. A notebook runs again when its code cells, the package, a pin or the version of Python changed, so that
an edit of the package costs what a cold build costs. "Executing" is what the cold build says of each notebook, with the
start of its kernel; "nbval" is the time of all of its cells, with the start of a kernel too."""
NBVAL = ("--nbval", "--nbval-current-env", "--nbval-cell-timeout=1200", "--nbval-kernel-startup-timeout=600", "-q")
TWO = ("-n", "2", "--dist", "loadfile")


@dataclass(frozen=True, slots=True)
class Build:
    """Seconds: of whole builds, of each notebook in the cold one, of nbval in one and in two processes."""

    builds: dict[str, float]
    executed: dict[str, float]
    compared: dict[str, float]
    nbval: dict[str, float]


def timed(command: Sequence[str], folder: Path) -> float:
    """Run a command with the package of a folder; return its seconds."""
    tools = folder / "tools"
    settings = os.environ | {"PYTHONPATH": f"{folder}{os.pathsep}{tools}", "IPYTHONDIR": str(tools / "ipython")}
    started = time.perf_counter()
    output = subprocess.PIPE
    with subprocess.Popen(
        command, cwd=folder, env=settings, stdout=output, stderr=output, text=True, start_new_session=True
    ) as run:
        try:
            said, complained = run.communicate()
            took = time.perf_counter() - started
        finally:
            end_group(run)
    if run.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{said[-2000:]}{complained[-2000:]}")
    return took


def add_sentence(folder: Path) -> None:
    with (folder / "book" / "preface.md").open("a", encoding="utf-8") as file:
        file.write("\nOne sentence more.\n")


def add_comment(folder: Path) -> None:
    path = folder / "book" / "05_endomorphism.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cell = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    cell["source"] = ["# One comment more.\n", *cell["source"]]
    path.write_text(json.dumps(notebook), encoding="utf-8")


def warm(folder: Path) -> dict[str, float]:
    """Build the copy in `folder`, which is built, again after each change."""
    command = building(folder)
    add_sentence(folder)
    found = {"warm, after an edit of prose: no notebook runs": timed(command, folder)}
    add_comment(folder)
    found["warm, after an edit of code in chapter 5: it runs"] = timed(command, folder)
    found["warm, nothing has changed"] = timed(command, folder)
    return found


def building(folder: Path) -> list[str]:
    return [sys.executable, str(folder / "tools" / "build_book.py")]


def executed(folder: Path) -> dict[str, float]:
    """Return what the cache of a build says of each notebook."""
    cache = f"file:{folder / '_build' / '.jupyter_cache' / 'global.db'}?mode=ro"
    with contextlib.closing(sqlite3.connect(cache, uri=True)) as database:
        rows = list(database.execute("SELECT uri, data FROM nbcache ORDER BY pk"))
    return {Path(uri).stem: float(json.loads(data)["execution_seconds"]) for uri, data in rows}


def compared(text: str) -> dict[str, float]:
    """Return the seconds of each notebook, from nbval's report of all cells.

    >>> compared('<testsuites><testsuite><testcase classname="book.01_objects" name="Cell 0" time="1.5"/>'
    ...          '<testcase classname="book.01_objects" name="Cell 1" time="0.25"/></testsuite></testsuites>')
    {'01_objects': 1.75}
    """
    found: dict[str, float] = {}
    for case in ET.fromstring(text).iter("testcase"):  # noqa: S314, RUF100  # our own
        name = case.attrib["classname"].removesuffix(".ipynb").split(".")[-1]
        found[name] = found.get(name, 0.0) + float(case.attrib["time"])
    return found


def measure_build() -> Build:
    """Measure everything; the folder of the copy is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name).resolve()
        check_reproducible.copy_sources(folder)
        chapters = [f"book/{path.name}" for path in sorted((folder / "book").glob("*.ipynb"))]
        command = [sys.executable, "-m", "pytest", *NBVAL, *chapters]
        nbval = {
            "one notebook after the other": timed([*command, f"--junitxml={folder / 'nbval.xml'}"], folder),
            "two notebooks at a time, as `make test` does": timed([*command, *TWO], folder),
        }
        cells = compared((folder / "nbval.xml").read_text(encoding="utf-8"))
        cold = {"cold: every notebook runs": timed(building(folder), folder)}
        notebooks = executed(folder)
        return Build(cold | warm(folder), notebooks, cells, nbval)


def section(found: Build) -> Iterator[str]:
    """Return the lines of the report."""
    yield f"# {NAME}\n"
    yield METHOD
    yield "\n| `make book` | seconds |"
    yield "|---|---|"
    yield from (f"| {name} | {seconds:.1f} |" for name, seconds in found.builds.items())
    yield "\n| nbval, all chapters | seconds |"
    yield "|---|---|"
    yield from (f"| {name} | {seconds:.1f} |" for name, seconds in found.nbval.items())
    yield "\n| notebook | executing, s | nbval, s |"
    yield "|---|---|---|"
    for name in sorted(found.compared):
        executing = f"{found.executed[name]:.2f}" if name in found.executed else "-"
        yield f"| {name} | {executing} | {found.compared[name]:.2f} |"


def write(found: Build, about: dict[str, str], folder: Path) -> Path:
    path = folder / "build.md"
    path.write_text("\n".join([*section(found), *report.measured_on(about)]) + "\n", encoding="utf-8")
    return path


if __name__ == "__main__":
    print("\n".join([*section(measure_build()), *report.measured_on(machine.described())]))

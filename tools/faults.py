"""Plant known faults one by one in a copy of the package, and see that the named tests catch each: `make faults`.

tests/twins/faults.toml has the faults.  Two copies are worked on at once.  The run fails when a fault goes unnoticed,
when the text that a fault replaces is no longer there just once, or when no fault is planted for a law test.
"""

from __future__ import annotations

import ast
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

import pytest

ROOT = Path(__file__).resolve().parent.parent
LAWS = (
    *("space", "joins", "category", "count", "dist", "domain", "endomorphism", "laws", "ml", "monoid", "parameters"),
    *("quantities", "calculus", "counterexamples", "fused", "neuron", "powers", "shards", "structure", "training"),
    *("adjointness", "context", "nodes", "rings", "tape"),
    *("rounding", "stored_outputs"),
)
WORKERS = 2
PATIENCE = 120  # seconds for the tests of one fault
PRELOADED = ["pytest", "hypothesis", "numpy", "nbformat", "nbclient", "nbval.plugin"]
FORKS = multiprocessing.get_context("forkserver")


@dataclass(frozen=True)
class Fault:
    why: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


def read_faults(path: Path) -> list[Fault]:
    entries = tomllib.loads(path.read_text(encoding="utf-8"))["fault"]
    return [Fault(**{**entry, "tests": tuple(entry["tests"])}) for entry in entries]


def law_tests(root: Path) -> set[str]:
    """Return the tests of the core that draw their cases with hypothesis: these are the laws."""
    found = set[str]()
    for module in LAWS:
        path = root / "tests" / f"test_{module}.py"
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and any("given(" in ast.unparse(own) for own in node.decorator_list):
                found.add(f"tests/{path.name}::{node.name}")
    return found


def copy_of_the_package(root: Path, folder: Path) -> None:
    ignored = shutil.ignore_patterns("__pycache__", "*.ipynb", "browser")
    for part in ("tinyml", "tests", "tools"):
        shutil.copytree(root / part, folder / part, ignore=ignored)
    shutil.copy(root / "pyproject.toml", folder)


def run(folder: Path, tests: tuple[str, ...]) -> tuple[int, str]:
    """Run tests in a copy of the package; return how pytest ended and what it said.

    The run is a fork of a server that has the libraries in memory.  The same cases are drawn each time, so a
    catch is no accident.
    """
    log = folder / "log.txt"
    process = FORKS.Process(target=run_here, args=(folder, tests, log))
    process.start()
    process.join(PATIENCE)
    if process.exitcode is None:
        process.kill()
        process.join()
    return process.exitcode or 0, log.read_text(encoding="utf-8")


def run_here(folder: Path, tests: tuple[str, ...], log: Path) -> None:
    """Be the fork: run the tests with the package in `folder`, and end as pytest does."""
    with log.open("w", encoding="utf-8") as stream:
        os.dup2(stream.fileno(), 1)
        os.dup2(stream.fileno(), 2)
    os.chdir(folder)
    os.environ["PYTHONPATH"] = str(folder)
    sys.path.insert(0, str(folder))
    arguments = ["-q", "-x", "-p", "no:cacheprovider", "-p", "no:randomly", "--override-ini=addopts="]
    arguments += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # the libraries are in memory already
    sys.exit(int(pytest.main([*arguments, "--hypothesis-seed=0", *tests])))


def outcome(folder: Path, fault: Fault) -> str:
    """Plant a fault, run its tests one after the other, take it out again; return what is wrong, or nothing."""
    path = folder / fault.file
    sound = path.read_text(encoding="utf-8")
    if sound.count(fault.old) != 1:
        return f"the text to replace is in {fault.file} {sound.count(fault.old)} times, not once"
    path.write_text(sound.replace(fault.old, fault.new), encoding="utf-8")
    try:
        for test in fault.tests:
            ended, said = run(folder, (test,))
            if ended != 1:  # 1: some test failed; 0: none did; others: pytest could not run it
                return f"{test} does not catch it (pytest ended with {ended})\n{said[-1500:]}"
    finally:
        path.write_text(sound, encoding="utf-8")
    return ""


def main(word: str = "") -> int:
    """Plant all faults, or those of which the file or the reason contains a word."""
    faults = read_faults(ROOT / "tests" / "twins" / "faults.toml")
    started = time.monotonic()
    os.environ |= {"PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1"}
    FORKS.set_forkserver_preload(PRELOADED)
    missing = sorted(law_tests(ROOT) - {test for fault in faults for test in fault.tests})
    wrong = [f"no fault is planted for {test}" for test in missing]
    faults = [fault for fault in faults if word in fault.file or word in fault.why]
    with tempfile.TemporaryDirectory() as scratch:
        free: SimpleQueue[Path] = SimpleQueue()
        for number in range(WORKERS):
            folder = Path(scratch) / f"copy{number}"
            copy_of_the_package(ROOT, folder)
            free.put(folder)
        everything = tuple(sorted({test for fault in faults for test in fault.tests}))
        ended, said = run(Path(scratch) / "copy0", everything)
        if ended:
            print(said[-3000:])
            print("the tests fail without any fault")
            return 1

        def attempt(fault: Fault) -> tuple[Fault, str]:
            folder = free.get()
            try:
                return fault, outcome(folder, fault)
            finally:
                free.put(folder)

        with ThreadPoolExecutor(WORKERS) as pool:
            for number, (fault, told) in enumerate(pool.map(attempt, faults), start=1):
                print(f"[{number}/{len(faults)}] {'MISSED' if told else 'caught'}: {fault.why}", flush=True)
                if told:
                    wrong.append(f"{fault.why}: {told}")
    for told in wrong:
        print(f"\n{told}")
    print(f"\n{len(faults)} faults, {len(wrong)} complaints, {time.monotonic() - started:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

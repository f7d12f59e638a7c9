"""Plant known faults one by one in a copy of the package, and see that the named tests catch each: `make faults`.

Each folder of tests has the faults of what it tests in `faults.toml`.  Two copies are worked on at once.  The run fails
when a fault goes unnoticed, or cannot be planted, or when no fault is planted for a law test.
A run that came to a limit is neither: it says which limit that was.  Checked by tests/tools/test_faults.py.
"""

from __future__ import annotations

import ast
import contextlib
import gc
import multiprocessing
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path
from queue import SimpleQueue
from typing import TypeVar

import pytest

ROOT = Path(__file__).resolve().parent.parent
LAWFUL = ("ch[0-9]*", "count", "package", "tools")
"""The folders of tests in which every property test is a law, for which a fault has to be planted."""
WORKERS = 2
PRELOADED = ["pytest", "pdb", "_hypothesis_pytestplugin", "hypothesis", "numpy", "numpy.random", "numpy.typing"]
PRELOADED += ["packaging.version", "nbformat", "nbclient", "nbval.plugin"]
UNUSED = ["-p", "no:cacheprovider", "-p", "no:anyio", "-p", "no:xdist"]
"""Plugins that no fault needs, and that each of hundreds of runs would load."""
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(PRELOADED)

A = TypeVar("A")
B = TypeVar("B")


@dataclass(frozen=True)
class Fault:
    why: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


@dataclass(frozen=True)
class Limits:
    """Seconds for one run: of processor time, which is the same on a busy machine, and by the clock.

    The clock is for a run that waits for something that never comes, and computes nothing.
    """

    processor: int = 600
    clock: float = 3600


@dataclass(frozen=True)
class Run:
    """How pytest ended, below zero by a signal; what it said; and the limit that the run came to, if it did."""

    ended: int
    said: str
    limit: str = ""


def read_faults(root: Path) -> list[Fault]:
    files = sorted(root.glob("tests/*/faults.toml"))
    entries = [entry for path in files for entry in tomllib.loads(path.read_text(encoding="utf-8"))["fault"]]
    return [Fault(**{**entry, "tests": tuple(entry["tests"])}) for entry in entries]


def unplanted(root: Path, faults: list[Fault]) -> list[str]:
    """Return what is wrong before anything is run: with texts to replace, and tests that are named or have no fault."""
    named = {test for fault in faults for test in fault.tests}
    texts = {path: (root / path).read_text(encoding="utf-8") for path in {fault.file for fault in faults}}
    wrong = [f"{fault.why}: {told}" for fault in faults if (told := misplaced(fault, texts[fault.file]))]
    wrong += [f"there is no {test}" for test in sorted(named) if not there(root, test)]
    return wrong + [f"no fault is planted for {test}" for test in sorted(law_tests(root) - named)]


def misplaced(fault: Fault, text: str) -> str:
    count = text.count(fault.old)
    return "" if count == 1 else f"the text to replace is in {fault.file} {count} times, not once"


def there(root: Path, test: str) -> bool:
    """Return whether a file has a test of this name, whatever its parameters."""
    path, _, name = test.partition("[")[0].partition("::")
    return (root / path).is_file() and f"def {name}(" in (root / path).read_text(encoding="utf-8")


def law_tests(root: Path) -> set[str]:
    """Return the tests of chapters, and of a few folders more, that draw their cases with hypothesis: the laws."""
    found = set[str]()
    for path in (path for folder in LAWFUL for path in root.glob(f"tests/{folder}/test_*.py")):
        if path.stem.endswith("_oracle"):  # a second opinion, by another library, on laws that have their faults
            continue
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and any("given(" in ast.unparse(own) for own in node.decorator_list):
                found.add(f"{path.relative_to(root)}::{node.name}")
    return found


def copy_of_the_package(root: Path, folder: Path) -> None:
    ignored = shutil.ignore_patterns("__pycache__", "*.ipynb", "browser")
    for part in ("tinyml", "tests", "tools"):
        shutil.copytree(root / part, folder / part, ignore=ignored)
    shutil.copy(root / "pyproject.toml", folder)


def run(folder: Path, tests: tuple[str, ...], limits: Limits = Limits(), *, sound: bool = False) -> Run:
    """Run tests in a copy of the package, and end all that they have started.

    The run is a fork of a server that has the libraries in memory.  The same cases are drawn each time, so a
    catch is no accident, and as many as `make test` draws.  What is sound leaves its bytecode for the runs after it.
    """
    log = folder / "log.txt"
    process = FORKS.Process(target=run_here, args=(folder, tests, log, limits.processor, sound))
    process.start()
    process.join(limits.clock)
    limit = f"{limits.clock:g} s by the clock" if process.exitcode is None else ""
    end_group(process)
    if process.exitcode == -signal.SIGXCPU:
        limit = f"{limits.processor} s of processor time"
    return Run(process.exitcode or 0, log.read_text(encoding="utf-8"), limit)


def end_group(process: BaseProcess) -> None:
    """Kill a run, if it has not ended, and whatever of its group is left."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid or 0, signal.SIGKILL)
    process.join()


def run_here(folder: Path, tests: tuple[str, ...], log: Path, processor: int, sound: bool) -> None:
    """Be the fork: run the tests with the package in `folder`, and end as pytest does."""
    os.setpgid(0, 0)
    gc.freeze()
    sys.dont_write_bytecode = not sound
    os.environ["PYTHONDONTWRITEBYTECODE"] = "" if sound else "1"
    os.environ["HYPOTHESIS_PROFILE"] = "faults"
    resource.setrlimit(resource.RLIMIT_CPU, (processor, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    with log.open("w", encoding="utf-8") as stream:
        os.dup2(stream.fileno(), 1)
        os.dup2(stream.fileno(), 2)
    os.chdir(folder)
    os.environ["PYTHONPATH"] = str(folder)
    sys.path.insert(0, str(folder))
    arguments = ["-q", "-x", *UNUSED, "--override-ini=addopts="]
    arguments += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # the libraries are in memory already
    sys.exit(int(pytest.main([*arguments, "--hypothesis-seed=0", *tests])))


def outcome(folder: Path, fault: Fault, limits: Limits = Limits()) -> str:
    """Plant a fault, run its tests one after the other, take it out again; return what is wrong, or nothing."""
    path = folder / fault.file
    sound, written = path.read_text(encoding="utf-8"), path.stat()
    if told := misplaced(fault, sound):
        return told
    path.write_text(sound.replace(fault.old, fault.new), encoding="utf-8")
    try:
        for test in fault.tests:
            if wrong := complaint(test, run(folder, (test,), limits)):
                return wrong
    finally:
        path.write_text(sound, encoding="utf-8")
        os.utime(path, ns=(written.st_atime_ns, written.st_mtime_ns))  # its bytecode is right again
    return ""


def complaint(test: str, done: Run) -> str:
    """Return what is wrong with a run in which a test should have failed: with 1 pytest says that some test did."""
    if done.limit:
        return f"{test} came to a limit, {done.limit}, so nobody knows whether it catches it\n{done.said[-1500:]}"
    if done.ended != 1:  # 0: no test failed; others: pytest could not run it
        return f"{test} does not catch it (pytest ended with {done.ended})\n{done.said[-1500:]}"
    return ""


def without_any_fault(done: Run) -> str:
    """Return what is wrong with a run in which no fault is planted, or nothing."""
    if done.limit:
        return f"{done.said[-3000:]}\nthe tests without any fault came to a limit, {done.limit}"
    return f"{done.said[-3000:]}\nthe tests fail without any fault" if done.ended else ""


class Copies:
    """Copies of the package, each for one run at a time."""

    def __init__(self, root: Path, scratch: Path) -> None:
        self.free: SimpleQueue[Path] = SimpleQueue()
        for number in range(WORKERS):
            copy_of_the_package(root, scratch / f"copy{number}")
            self.free.put(scratch / f"copy{number}")

    def map(self, work: Callable[[Path, A], B], values: Iterable[A]) -> Iterator[B]:
        """Do something with each value in a copy that is free; yield what comes of them in their order."""

        def in_a_copy(value: A) -> B:
            folder = self.free.get()
            try:
                return work(folder, value)
            finally:
                self.free.put(folder)

        with ThreadPoolExecutor(WORKERS) as pool:
            yield from pool.map(in_a_copy, values)


def main(word: str = "") -> int:
    """Plant all faults, or those of which the file or the reason contains a word."""
    faults = read_faults(ROOT)
    started = time.monotonic()
    os.environ |= {"OMP_NUM_THREADS": "1"}
    if wrong := unplanted(ROOT, faults):
        print("\n".join(wrong))
        return 1
    faults = [fault for fault in faults if word in fault.file or word in fault.why]
    with tempfile.TemporaryDirectory() as scratch:
        copies = Copies(ROOT, Path(scratch))
        everything = sorted({test for fault in faults for test in fault.tests})
        shares = [tuple(everything[number::WORKERS]) for number in range(WORKERS)]
        named = filter(None, shares)  # without a name, pytest would run all that there is
        for done in copies.map(partial(run, sound=True), named):
            if told := without_any_fault(done):
                print(told)
                return 1
        for number, (fault, told) in enumerate(zip(faults, copies.map(outcome, faults), strict=True), start=1):
            print(f"[{number}/{len(faults)}] {'MISSED' if told else 'caught'}: {fault.why}", flush=True)
            if told:
                wrong.append(f"{fault.why}: {told}")
    for told in wrong:
        print(f"\n{told}")
    print(f"\n{len(faults)} faults, {len(wrong)} complaints, {time.monotonic() - started:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

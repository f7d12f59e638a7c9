"""What the reports say about the machine."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import Any

import pytest

from benchmarks import machine
from benchmarks.race import ROOT


@pytest.mark.parametrize("wanted", ["", "Prescott"])
def test_the_kernel_is_the_one_that_openblas_says_it_chose(wanted: str) -> None:
    environment = os.environ | {"OPENBLAS_VERBOSE": "2", "OPENBLAS_CORETYPE": wanted}
    command = [sys.executable, "-c", "from benchmarks.machine import kernel; print(kernel())"]
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    said = re.findall(r"^Core: (.+)$", run.stderr, re.MULTILINE)
    assert run.stdout.splitlines() == (said or ["unknown"])


@pytest.mark.parametrize(
    ("libraries", "kernel"),
    [
        ([], "unknown"),
        ([{"internal_api": "openmp"}], "unknown"),
        ([{"internal_api": "openblas", "architecture": "Zen"}, {"internal_api": "openmp"}], "Zen"),
        ([{"internal_api": "openblas", "architecture": name} for name in ("Zen", "Haswell", "Zen")], "Haswell, Zen"),
    ],
)
def test_each_kernel_is_named_once(libraries: list[Any], kernel: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "threadpool_info", lambda: libraries)
    assert machine.kernel() == kernel

"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_info

PACKAGES = ("numpy", "jax", "jaxlib", "matplotlib", "ipywidgets", "anywidget", "jupyterlab", "playwright")


def processor() -> str:
    found = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    return found[1] if found else platform.processor() or platform.machine()


def blas() -> str:
    """Return the linear algebra that numpy was built with, and the kernel that it chose here."""
    config = np.show_config(mode="dicts")
    built = config["Build Dependencies"]["blas"] if isinstance(config, dict) else {}
    wanted = str(built.get("openblas configuration", ""))
    return f"{built.get('name', 'unknown')} {built.get('version', '')} ({wanted or 'no details'}), kernel {kernel()}"


def kernel() -> str:
    """Return which kernel OpenBLAS chose for this processor, where numpy computes with OpenBLAS."""
    libraries = (library for library in threadpool_info() if library["internal_api"] == "openblas")
    return ", ".join(sorted({str(library["architecture"]) for library in libraries})) or "unknown"


def installed(name: str) -> str:
    try:
        return f"{name} {version(name)}"
    except PackageNotFoundError:
        return f"no {name}"


def pinned() -> str:
    """Return what the environments of rivals are made of, without what that brings with it.

    >>> "micrograd 0.1.0" in pinned()
    True
    """
    found = set()
    for path in Path(__file__).parent.glob("requirements-*.txt"):
        wanted = path.read_text(encoding="utf-8").partition("# What these bring")[0]
        found |= {line.replace("==", " ") for line in wanted.splitlines() if "==" in line}
    return ", ".join(sorted(found))


def said(*command: str) -> str:
    """Return what a command writes, nothing when it is not there or fails."""
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (FileNotFoundError, subprocess.CalledProcessError):
        return ""


def rust(checkout: str) -> str:
    """Return which compiler builds the Rust crate, and which state of it."""
    state = said("git", "-C", checkout, "describe", "--always", "--dirty", "--abbrev=12")
    return f"{said('rustc', '--version') or 'no rustc'}, the crate at {state or 'an unknown state'}"


def described(checkout: str | None = None) -> dict[str, str]:
    """Return what stands below the figures; `checkout` is where the Rust crate is, when it is raced."""
    return {
        "processor": f"{processor()}, {os.cpu_count()} processors",
        "threads of BLAS": "1",
        "BLAS": blas(),
        "Python": platform.python_version(),
        "packages": ", ".join(installed(name) for name in PACKAGES),
        "pinned for rivals": pinned(),
        "browser": said("chromium", "--version") or "no Chromium",
        **({"Rust": rust(checkout)} if checkout else {}),
        "system": f"{platform.system()} {platform.release()}",
    }

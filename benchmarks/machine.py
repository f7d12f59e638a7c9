"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from importlib.metadata import version
from pathlib import Path

import numpy as np

PACKAGES = ("numpy", "matplotlib", "ipywidgets", "anywidget", "jupyterlab", "playwright")


def processor() -> str:
    found = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    return found[1] if found else platform.processor() or platform.machine()


def blas() -> str:
    """Return the linear algebra that numpy was built with, and the kernel that it chose here."""
    config = np.show_config(mode="dicts")
    built = config["Build Dependencies"]["blas"] if isinstance(config, dict) else {}
    wanted = str(built.get("openblas configuration", ""))
    return f"{built.get('name', 'unknown')} {built.get('version', '')} ({wanted or 'no details'})"


def browser() -> str:
    try:
        run = subprocess.run(["chromium", "--version"], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return "no Chromium"
    return run.stdout.strip()


def described() -> dict[str, str]:
    """Return what stands below the figures."""
    return {
        "processor": f"{processor()}, {os.cpu_count()} processors",
        "threads of BLAS": "1",
        "BLAS": blas(),
        "Python": platform.python_version(),
        "packages": ", ".join(f"{name} {version(name)}" for name in PACKAGES),
        "browser": browser(),
        "system": f"{platform.system()} {platform.release()}",
    }

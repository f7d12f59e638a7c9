"""Programs that come from npm: they are run by the environment's Node, which stands beside its Python."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from sphinx.errors import ExtensionError

PROGRAMS = Path(__file__).parents[3] / "node_modules" / ".bin"


def run(program: Path, *options: str, folder: Path, text: str = "") -> subprocess.CompletedProcess[str]:
    """Run a program of `PROGRAMS` in `folder` on a text; whether it went well is for the caller to see."""
    if not program.exists():
        raise ExtensionError(f"{program.name} is missing: build with `make book`, which installs it")
    node = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    return subprocess.run(
        [str(program), *options],
        cwd=folder,
        env=os.environ | node,
        input=text,
        capture_output=True,
        check=False,
        encoding="utf-8",
    )
